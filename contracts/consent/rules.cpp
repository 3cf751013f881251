// Patients, their keys, and recording of consents.
#include "contracts/consent/rules.hpp"

#include <algorithm>

#include "contracts/common/ids.hpp"
#include "contracts/common/merkle_root.hpp"
#include "contracts/consent/pseudonym_owner.hpp"
#include "contracts/governance/rules.hpp"

namespace placet::contracts::consent {
namespace {

using governance::Actor;
using governance::Role;

Status check_key(const std::optional<crypto::PublicKey>& key) {
    if (key && !crypto::check_public_key(*key)) return refuse(ErrorCode::invalid_value, "the key is no point of its curve", "key");
    return {};
}

/// The actor as which a patient's key acts.
Actor patient_actor(std::string_view custodian, const Pseudonym& pseudonym, TimeMs now_ms) {
    Actor actor;
    actor.id = governance::patient_actor_id(pseudonym, custodian);
    actor.organisation = std::string(custodian);
    actor.roles = {Role::patient};
    actor.title = "Patient or her agent";
    actor.subject = pseudonym;
    actor.since_ms = now_ms;
    return actor;
}

bool status_fits(RecordedStatus recorded, DocumentStatus document) {
    switch (recorded) {
        case RecordedStatus::proposed: return document == DocumentStatus::proposed || document == DocumentStatus::draft;
        case RecordedStatus::active: return document == DocumentStatus::active;
        case RecordedStatus::inactive: return document == DocumentStatus::inactive || document == DocumentStatus::unknown;
        case RecordedStatus::rejected: return document == DocumentStatus::rejected || document == DocumentStatus::not_done;
        case RecordedStatus::entered_in_error: return document == DocumentStatus::entered_in_error;
    }
    return false;
}

ConsentStatus status_of(RecordedStatus recorded) {
    switch (recorded) {
        case RecordedStatus::proposed: return ConsentStatus::proposed;
        case RecordedStatus::active: return ConsentStatus::active;
        case RecordedStatus::inactive: return ConsentStatus::inactive;
        case RecordedStatus::rejected: return ConsentStatus::rejected;
        case RecordedStatus::entered_in_error: return ConsentStatus::entered_in_error;
    }
    return ConsentStatus::inactive;
}

/// Reads the E part (`out`) and checks the D part; a verdict says what is wrong with them.
Result<std::optional<Verdict>> read_parts(const Transition& state, const RecordConsent& command, Consent& out) {
    Result<types::Part> evidence = state.own_part(command.e_part);
    if (!evidence && evidence.error().code == ErrorCode::unavailable) return std::unexpected(evidence.error());
    const bool fits = evidence && evidence->part_class == types::PartClass::erasable &&
                      evidence->retention == types::RetentionClass::consent_evidence && evidence->pseudonym == command.pseudonym;
    if (!fits) return std::optional(refused("part_unfit", "e_part"));
    Result<Consent> consent = decode_consent(evidence->payload);
    if (!consent) return std::optional(refused("consent_unreadable", {Reason{"consent_unreadable", plain_text(consent.error().field, kMaxCode), plain_text(consent.error().message, kMaxSentence)}}));
    out = std::move(*consent);
    if (!command.d_part) return std::optional<Verdict>{};
    const Result<types::Part> document = state.own_part(*command.d_part);
    if (!document && document.error().code == ErrorCode::unavailable) return std::unexpected(document.error());
    if (!document || document->part_class != types::PartClass::document || document->pseudonym != command.pseudonym)
        return std::optional(refused("part_unfit", "d_part"));
    return std::optional<Verdict>{};
}

std::optional<Verdict> check_content(const RecordConsent& command, const Consent& consent) {
    if (!status_fits(command.status, consent.status)) return refused("status_mismatch", command.consent_id);
    const bool too_early = consent.date_time_ms && command.not_before_ms < *consent.date_time_ms;
    if (too_early || command.not_after_ms <= command.not_before_ms) return refused("validity_mismatch", command.consent_id);
    return std::nullopt;
}

std::optional<Verdict> check_version(const RecordConsent& command, const std::optional<ConsentEntry>& existing) {
    if (existing && existing->status == ConsentStatus::withdrawn) return refused("consent_was_withdrawn", command.consent_id);
    if (existing && existing->status == ConsentStatus::erased) return refused("version_conflict", command.consent_id);
    const std::uint64_t expected = existing ? existing->version + 1 : 1;
    if (command.version != expected) return refused("version_conflict", "expected version " + std::to_string(expected));
    return std::nullopt;
}

void leave_active(ActiveConsents& active, std::string_view consent_id) {
    std::erase_if(active.consents, [&](const ActiveConsent& one) { return one.consent_id == consent_id; });
}

void join_active(ActiveConsents& active, const ConsentEntry& entry) {
    const auto place = std::ranges::lower_bound(active.consents, entry.consent_id, {}, &ActiveConsent::consent_id);
    active.consents.insert(place, {entry.consent_id, entry.version, entry.status, entry.not_before_ms, entry.not_after_ms, entry.e_commitment});
}

/// Takes a superseded consent out of force.
Result<std::optional<Verdict>> supersede(Transition& state, const RecordConsent& command, ActiveConsents& active) {
    if (!command.supersedes) return std::optional<Verdict>{};
    PLACET_TRY_ASSIGN(std::optional<ConsentEntry> old, find_consent(state, command.custodian, command.pseudonym, *command.supersedes));
    if (!old || *command.supersedes == command.consent_id) return std::optional(refused("consent_unknown", *command.supersedes));
    if (old->status == ConsentStatus::active || old->status == ConsentStatus::proposed) {
        old->status = ConsentStatus::superseded;
        old->superseded_by = command.consent_id;
        old->changed_at_ms = state.now_ms();
        state.put(consent_key(command.custodian, command.pseudonym, *command.supersedes), *old);
    }
    leave_active(active, *command.supersedes);
    return std::optional<Verdict>{};
}

ConsentEntry entry_of(const Transition& state, const Actor& sender, const RecordConsent& command) {
    ConsentEntry entry;
    entry.custodian = command.custodian;
    entry.pseudonym = command.pseudonym;
    entry.consent_id = command.consent_id;
    entry.version = command.version;
    entry.status = status_of(command.status);
    entry.not_before_ms = command.not_before_ms;
    entry.not_after_ms = command.not_after_ms;
    entry.grantor = command.grantor;
    const auto& parts = state.transaction().payload.parts;
    entry.e_commitment = parts[command.e_part];
    entry.document_commitment = command.document_commitment;
    if (command.d_part) entry.d_commitment = parts[*command.d_part];
    entry.transaction = state.transaction().id;
    entry.recorded_at_ms = state.now_ms();
    entry.changed_at_ms = state.now_ms();
    entry.recorded_by = sender.id;
    entry.by_witness = standing_of(sender, command.custodian, command.pseudonym) == Standing::witness;
    return entry;
}

}  // namespace

Status check(const EnrolPatient& command) {
    PLACET_TRY(check_organisation_id(command.custodian, "custodian"));
    if (command.pseudonym.is_zero()) return refuse(ErrorCode::invalid_value, "the pseudonym is empty", "pseudonym");
    if (command.client_spki && !command.key) return refuse(ErrorCode::invalid_value, "a certificate needs the key beside it", "client_spki");
    return check_key(command.key);
}

Status check(const BindPatientKey& command) {
    PLACET_TRY(check_organisation_id(command.custodian, "custodian"));
    PLACET_TRY(check_key(command.key));
    return check_code(command.reason, "reason");
}

Status check(const RecordConsent& command) {
    PLACET_TRY(check_organisation_id(command.custodian, "custodian"));
    PLACET_TRY(check_object_id(command.consent_id, "consent_id"));
    if (command.supersedes) PLACET_TRY(check_object_id(*command.supersedes, "supersedes"));
    if (command.version == 0) return refuse(ErrorCode::invalid_value, "versions start at 1", "version");
    if (command.not_after_ms <= command.not_before_ms)
        return refuse(ErrorCode::invalid_value, "the validity must end after it begins", "not_after_ms");
    if (command.d_part && *command.d_part == command.e_part)
        return refuse(ErrorCode::invalid_value, "the document and the codes are two parts", "d_part");
    return {};
}

Status check(const WithdrawConsent& command) {
    PLACET_TRY(check_organisation_id(command.custodian, "custodian"));
    if (command.consent_id) PLACET_TRY(check_object_id(*command.consent_id, "consent_id"));
    return check_code(command.reason, "reason");
}

Standing standing_of(const Actor& sender, std::string_view custodian, const Pseudonym& pseudonym) noexcept {
    if (sender.organisation != custodian) return Standing::none;
    if (sender.has(Role::patient)) return sender.subject == pseudonym ? Standing::self : Standing::none;
    return sender.has(Role::hospital_operator) ? Standing::witness : Standing::none;
}

state::ActiveSet commitment_of(const ActiveConsents& active) {
    std::vector<Bytes> leaves;
    leaves.reserve(active.consents.size());
    for (const ActiveConsent& one : active.consents) leaves.push_back(encode(one));
    return {active.consents.size(), merkle_root(leaves)};
}

void put_active(Transition& state, std::string_view custodian, const Pseudonym& pseudonym, const ActiveConsents& active) {
    state.put(active_set_key(custodian, pseudonym), active);
    state.append(state::index_key(state::IndexKind::consent_of_patient, pseudonym), 0, commitment_of(active));
}

Result<Verdict> apply(Transition& state, const Actor& sender, const EnrolPatient& command) {
    if (command.custodian != sender.organisation) return refused("not_own", command.custodian);
    PLACET_TRY_ASSIGN(const std::optional<Patient> existing, find_patient(state, command.custodian, command.pseudonym));
    PLACET_TRY_ASSIGN(const bool elsewhere, is_of_another(state, command.custodian, command.pseudonym));
    if (existing || elsewhere) return refused("already_exists", "pseudonym");
    Patient patient{command.custodian, command.pseudonym, command.number_commitment, std::nullopt, state.now_ms()};
    if (command.key) {
        Actor actor = patient_actor(command.custodian, command.pseudonym, state.now_ms());
        // Ids of patients hold half of the pseudonym: another's with the same half would take her place.
        PLACET_TRY_ASSIGN(const std::optional<Actor> namesake, governance::find_actor(state, actor.id));
        if (namesake) return refused("already_exists", "pseudonym");
        PLACET_TRY_ASSIGN(const bool free, governance::is_free(state, *command.key, command.client_spki, actor.id));
        if (!free) return refused("key_in_use", "key");
        patient.actor = actor.id;
        actor.key = *command.key;
        actor.client_spki = command.client_spki;
        governance::put_actor(state, actor);
    }
    state.put(patient_key(command.custodian, command.pseudonym), patient);
    state.put(pseudonym_owner_key(command.pseudonym), PseudonymOwner{command.custodian});
    put_active(state, command.custodian, command.pseudonym, ActiveConsents{});
    return accepted("enrolled");
}

Result<Verdict> apply(Transition& state, const Actor& sender, const BindPatientKey& command) {
    if (standing_of(sender, command.custodian, command.pseudonym) == Standing::none) return refused("not_own", "pseudonym");
    PLACET_TRY_ASSIGN(std::optional<Patient> patient, find_patient(state, command.custodian, command.pseudonym));
    if (!patient) return refused("patient_unknown", "pseudonym");
    const std::string id = governance::patient_actor_id(command.pseudonym, command.custodian);
    PLACET_TRY_ASSIGN(std::optional<Actor> bound, governance::find_actor(state, id));
    if (bound && bound->subject != command.pseudonym) return refused("already_exists", "pseudonym");
    PLACET_TRY_ASSIGN(const bool free, governance::is_free(state, command.key, command.client_spki, id));
    if (!free) return refused("key_in_use", "key");
    // While she has a key of her own, the operator replaces it only as witness of its loss.
    if (bound && bound->is_active() && !sender.has(Role::patient) && command.reason != "lost") return refused("not_own", "key");
    Actor actor = bound ? std::move(*bound) : patient_actor(command.custodian, command.pseudonym, state.now_ms());
    actor.status = governance::ActorStatus::active;
    governance::replace_key(state, std::move(actor), command.key, command.client_spki);
    patient->actor = id;
    state.put(patient_key(command.custodian, command.pseudonym), *patient);
    return accepted("key_bound");
}

Result<Verdict> apply(Transition& state, const Actor& sender, const RecordConsent& command) {
    if (standing_of(sender, command.custodian, command.pseudonym) == Standing::none) return refused("not_own", "pseudonym");
    PLACET_TRY_ASSIGN(const std::optional<Patient> patient, find_patient(state, command.custodian, command.pseudonym));
    if (!patient) return refused("patient_unknown", "pseudonym");
    Consent consent;
    PLACET_TRY_ASSIGN(std::optional<Verdict> unfit, read_parts(state, command, consent));
    if (unfit) return std::move(*unfit);
    if (auto no = check_content(command, consent)) return std::move(*no);
    PLACET_TRY_ASSIGN(const std::optional<ConsentEntry> existing, find_consent(state, command.custodian, command.pseudonym, command.consent_id));
    if (auto no = check_version(command, existing)) return std::move(*no);
    PLACET_TRY_ASSIGN(ActiveConsents active, active_consents(state, command.custodian, command.pseudonym));
    PLACET_TRY_ASSIGN(std::optional<Verdict> unknown, supersede(state, command, active));
    if (unknown) return std::move(*unknown);
    leave_active(active, command.consent_id);
    const ConsentEntry entry = entry_of(state, sender, command);
    if (entry.status == ConsentStatus::active) {
        if (active.consents.size() >= kMaxActiveConsents)
            std::erase_if(active.consents, [&](const ActiveConsent& one) { return one.not_after_ms <= state.now_ms(); });
        if (active.consents.size() >= kMaxActiveConsents) return refused("too_many_consents", command.consent_id);
        join_active(active, entry);
    }
    state.put(consent_key(command.custodian, command.pseudonym, command.consent_id), entry);
    put_active(state, command.custodian, command.pseudonym, active);
    return accepted("recorded");
}

}  // namespace placet::contracts::consent

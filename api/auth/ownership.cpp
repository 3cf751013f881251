// Ownership, read from sealed state.
#include "api/auth/ownership.hpp"

#include "contracts/common/ids.hpp"
#include "contracts/consent/commands.hpp"
#include "contracts/consent/pseudonym_owner.hpp"
#include "contracts/dataset/commands.hpp"

namespace placet::api::auth {
namespace {

namespace access = contracts::access;
namespace consent = contracts::consent;
namespace dataset = contracts::dataset;
namespace governance = contracts::governance;
using base::Result;
using contracts::CommandKind;
using contracts::EntryKind;
using governance::Role;
using state::IndexKind;

bool is_staff(const Principal& principal) noexcept {
    return principal.has(Role::hospital_operator) || principal.has(Role::gateway) || principal.has(Role::clinician);
}

bool runs_organisation(const Principal& principal) noexcept { return principal.has(Role::hospital_operator) || principal.has(Role::gateway); }

bool contains(const std::vector<std::string>& names, std::string_view name) noexcept { return std::ranges::find(names, name) != names.end(); }

template <class Command>
void one_subject(base::BytesView body, Concern& concern) {
    if (const auto command = contracts::decode<Command>(body)) concern.subjects.push_back(command->pseudonym);
}
template <class Command>
void many_subjects(base::BytesView body, Concern& concern) {
    if (auto command = contracts::decode<Command>(body)) concern.subjects = std::move(command->pseudonyms);
}

Result<bool> owns_dataset_trail(const Principal& principal, const state::StateReader& reader, std::string_view id) {
    PLACET_TRY_ASSIGN(const auto found, dataset::find_dataset(reader, id));
    if (!found) return false;
    if (runs_organisation(principal) && found->custodian == principal.organisation()) return true;
    return principal.has(Role::dac) && contains(found->committee, principal.id());
}

/// Whose an entry is whose key goes on with an actor, dataset, grant, request or custodian.
Result<bool> owns_named_entry(const Principal& principal, const state::StateReader& reader, EntryKind kind, std::string_view id) {
    switch (kind) {
        case EntryKind::batch_head:
        case EntryKind::batch: return runs_organisation(principal) && id == principal.organisation();
        case EntryKind::member:
        case EntryKind::dataset_grants: {
            PLACET_TRY_ASSIGN(const auto found, dataset::find_dataset(reader, id));
            return found && runs_organisation(principal) && found->custodian == principal.organisation();
        }
        case EntryKind::release: {
            PLACET_TRY_ASSIGN(const auto found, access::find_grant(reader, id));
            return found && runs_organisation(principal) && found->custodian == principal.organisation();
        }
        case EntryKind::grant: {
            PLACET_TRY_ASSIGN(const auto found, access::find_grant(reader, id));
            if (!found) return false;
            return owns_grant(principal, reader, *found);
        }
        case EntryKind::actor: {
            PLACET_TRY_ASSIGN(const auto found, governance::find_actor(reader, id));
            if (found) return owns_actor(principal, *found);
            return !id.starts_with("p-") || contracts::organisation_of(id) == principal.organisation();  // no telling of absent patients elsewhere
        }
        case EntryKind::request: {
            PLACET_TRY_ASSIGN(const auto found, access::find_request(reader, id));
            if (!found) return false;
            return owns_request(principal, reader, *found);
        }
        default: return false;
    }
}

}  // namespace

bool owns_patient(const Principal& principal, std::string_view custodian, const Pseudonym& pseudonym) noexcept {
    if (!principal.actor || custodian.empty() || principal.organisation() != custodian) return false;
    if (principal.has(Role::patient)) return principal.actor->subject && *principal.actor->subject == pseudonym;
    return is_staff(principal);
}

std::optional<Pseudonym> patient_of_key(base::BytesView key) {
    base::cbor::Reader items(key);
    items.array(8, "key");
    if (!items.ok() || items.peek() != base::cbor::ItemType::uint) return std::nullopt;
    const auto kind = static_cast<EntryKind>(items.uint("kind"));
    const bool is_patients = kind == EntryKind::patient || kind == EntryKind::consent || kind == EntryKind::active_set || kind == EntryKind::memberships ||
                             kind == EntryKind::member || kind == EntryKind::release || kind == EntryKind::notice || kind == access::kWaitingNoticeEntry ||
                             kind == consent::kPseudonymOwnerEntry;
    if (!is_patients) return std::nullopt;
    if (kind != consent::kPseudonymOwnerEntry) items.text(contracts::kMaxId, "owner");
    if (kind == access::kWaitingNoticeEntry) items.text(contracts::kMaxId, "grant");
    const auto pseudonym = items.fixed<Pseudonym>("pseudonym");
    return items.ok() ? std::optional(pseudonym) : std::nullopt;
}

Concern concern_of(CommandKind kind, base::BytesView body) {
    Concern concern;
    switch (kind) {
        case CommandKind::enrol_patient: one_subject<consent::EnrolPatient>(body, concern); break;
        case CommandKind::bind_patient_key: one_subject<consent::BindPatientKey>(body, concern); break;
        case CommandKind::record_consent: one_subject<consent::RecordConsent>(body, concern); break;
        case CommandKind::withdraw_consent: one_subject<consent::WithdrawConsent>(body, concern); break;
        case CommandKind::break_glass: one_subject<access::BreakGlass>(body, concern); break;
        case CommandKind::acknowledge_withdrawal: one_subject<access::AcknowledgeWithdrawal>(body, concern); break;
        case CommandKind::add_members: many_subjects<dataset::AddMembers>(body, concern); break;
        case CommandKind::remove_members: many_subjects<dataset::RemoveMembers>(body, concern); break;
        case CommandKind::record_release: many_subjects<access::RecordRelease>(body, concern); break;
        case CommandKind::access_batch: concern.has_rows = true; break;
        case CommandKind::record_reads:
            if (const auto command = contracts::decode<access::RecordReads>(body))
                for (const access::TrailRead& read : command->reads)
                    if (read.pseudonym) concern.subjects.push_back(*read.pseudonym);
            break;
        default: break;
    }
    return concern;
}

Result<bool> owns_transaction(const Principal& principal, const state::StateReader& reader, const types::Transaction& transaction) {
    if (!principal.actor) return false;
    if (transaction.sender == principal.actor->key) return true;
    PLACET_TRY_ASSIGN(const auto sender, governance::find_actor_by_key(reader, transaction.sender));
    if (!sender) return false;
    if (sender->id == principal.id()) return true;
    if (sender->organisation != principal.organisation()) return false;
    if (runs_organisation(principal)) return true;
    if (!principal.has(Role::patient) || !principal.actor->subject) return false;
    const auto kind = contracts::command_kind(transaction.payload.kind);
    if (!kind) return false;
    const Concern concern = concern_of(*kind, transaction.payload.body);
    const Pseudonym& self = *principal.actor->subject;
    return !concern.has_rows && !concern.subjects.empty() && std::ranges::all_of(concern.subjects, [&](const Pseudonym& one) { return one == self; });
}

Result<bool> owns_request(const Principal& principal, const state::StateReader& reader, const access::Request& request) {
    if (!principal.actor) return false;
    if (request.researcher == principal.id()) return true;
    if (principal.has(Role::researcher) && contains(request.asked.study_members, principal.id())) return true;
    if (runs_organisation(principal)) {
        if (contracts::organisation_of(request.researcher) == principal.organisation()) return true;
        for (const access::DatasetDecision& decision : request.datasets)
            if (decision.custodian == principal.organisation()) return true;
    }
    if (principal.has(Role::dac)) return access::is_on_committee(reader, request, principal.id());
    return false;
}

Result<bool> owns_grant(const Principal& principal, const state::StateReader& reader, const access::Grant& grant) {
    if (!principal.actor) return false;
    if (grant.researcher == principal.id()) return true;
    if (runs_organisation(principal) &&
        (grant.custodian == principal.organisation() || contracts::organisation_of(grant.researcher) == principal.organisation()))
        return true;
    if (!principal.has(Role::dac)) return false;
    PLACET_TRY_ASSIGN(const auto found, dataset::find_dataset(reader, grant.dataset));
    return found && contains(found->committee, principal.id());
}

Result<bool> owns_trail(const Principal& principal, const state::StateReader& reader, const state::IndexKey& key, std::string_view custodian) {
    if (!principal.actor) return false;
    const std::string_view name = base::as_text(key.id);
    switch (key.kind) {
        case IndexKind::consent_of_patient:
        case IndexKind::access_of_patient: {
            const Pseudonym pseudonym = Pseudonym::copy_of(key.id);
            if (!owns_patient(principal, custodian, pseudonym) || principal.has(Role::clinician)) return false;
            PLACET_TRY_ASSIGN(const auto patient, consent::find_patient(reader, custodian, pseudonym));
            return patient.has_value();  // a pseudonym that is not enrolled here is nobody's
        }
        case IndexKind::trail_read_of_patient: {
            const Pseudonym pseudonym = Pseudonym::copy_of(key.id);
            if (!owns_patient(principal, custodian, pseudonym) || !(principal.has(Role::patient) || principal.has(Role::hospital_operator))) return false;
            PLACET_TRY_ASSIGN(const auto patient, consent::find_patient(reader, custodian, pseudonym));
            return patient.has_value();
        }
        case IndexKind::access_of_dataset: return owns_dataset_trail(principal, reader, name);
        case IndexKind::access_by_actor:
            return name == principal.id() || (principal.has(Role::hospital_operator) && contracts::organisation_of(name) == principal.organisation());
        case IndexKind::access_at_custodian: return is_staff(principal) && name == principal.organisation();
        case IndexKind::implicit_policy: return true;
        case IndexKind::trail_read_at:
        case IndexKind::erasure_order: return false;
    }
    return false;
}

bool sees_subjects(const Principal& principal, std::string_view custodian) noexcept {
    if (principal.has(Role::regulator) || principal.has(Role::observer) || principal.has(Role::node)) return true;
    return is_staff(principal) && principal.organisation() == custodian;
}

bool owns_actor(const Principal& principal, const governance::Actor& actor) noexcept {
    if (!principal.actor) return false;
    if (actor.id == principal.id() || !actor.subject) return true;
    return owns_patient(principal, actor.organisation, *actor.subject);
}

Result<bool> owns_state_key(const Principal& principal, const state::StateReader& reader, base::BytesView key) {
    if (!principal.actor) return false;
    base::cbor::Reader items(key);
    const std::size_t count = items.array(8, "key");
    if (!items.ok() || count == 0 || items.peek() != base::cbor::ItemType::uint) return false;
    const auto kind = static_cast<EntryKind>(items.uint("kind"));
    switch (kind) {
        case EntryKind::organisation:
        case EntryKind::policy:
        case EntryKind::parameter:
        case EntryKind::proposal:
        case EntryKind::chain:
        case EntryKind::validator_proposal:
        case EntryKind::validator_set:
        case EntryKind::membership:
        case EntryKind::validator_key:
        case EntryKind::recent_root:
        case EntryKind::dataset: return items.ok();
        case EntryKind::patient:
        case EntryKind::consent:
        case EntryKind::active_set:
        case EntryKind::memberships: {
            const std::string_view custodian = items.text(contracts::kMaxId, "custodian");
            const auto pseudonym = items.fixed<Pseudonym>("pseudonym");
            return items.ok() && owns_patient(principal, custodian, pseudonym);
        }
        default: break;
    }
    if (kind == dataset::kDerivationsEntry) return items.ok();
    if (kind == EntryKind::actor_by_spki) {
        const auto spki = items.fixed<types::SpkiHash>("spki");
        if (!items.ok() || !runs_organisation(principal)) return false;
        PLACET_TRY_ASSIGN(const auto actor, governance::find_actor_by_spki(reader, spki));
        return !actor || owns_actor(principal, *actor);
    }
    const std::string_view id = items.text(contracts::kMaxId, "id");
    if (!items.ok()) return false;
    return owns_named_entry(principal, reader, kind, id);
}

}  // namespace placet::api::auth

// Keys and look-ups of consent, and the consents of a person with what they say.
#include "contracts/consent/entries.hpp"

#include <algorithm>

#include "contracts/consent/evaluate.hpp"
#include "ledger/base/hex.hpp"

namespace placet::contracts::consent {
namespace {

/// The payload behind an E commitment: none where erased, an error where this node lacks it.
Result<std::optional<Bytes>> read_evidence(const state::StateReader& reader, const ActiveConsent& active) {
    if (active.status == ConsentStatus::erased) return std::optional<Bytes>{};
    const std::optional<Bytes> encoded = reader.part(active.e_commitment);
    if (!encoded)
        return refuse(ErrorCode::unavailable,
                      "the erasable part of a consent in force is missing on this node: fetch it from another validator and execute again",
                      base::to_hex(active.e_commitment.view()));
    PLACET_TRY_ASSIGN(types::Part part, types::decode_part(*encoded));
    return std::optional<Bytes>(std::move(part.payload));
}

}  // namespace

std::string_view to_string(ConsentStatus status) noexcept {
    switch (status) {
        case ConsentStatus::proposed: return "proposed";
        case ConsentStatus::active: return "active";
        case ConsentStatus::superseded: return "superseded";
        case ConsentStatus::withdrawn: return "withdrawn";
        case ConsentStatus::inactive: return "inactive";
        case ConsentStatus::rejected: return "rejected";
        case ConsentStatus::entered_in_error: return "entered in error";
        case ConsentStatus::frozen: return "frozen";
        case ConsentStatus::erased: return "erased";
    }
    return {};
}

std::string_view standing(const ConsentEntry& entry, TimeMs at) noexcept {
    if (entry.status != ConsentStatus::active) return to_string(entry.status);
    if (at < entry.not_before_ms) return "not yet valid";
    if (at >= entry.not_after_ms) return "expired";
    return "active";
}

Bytes patient_key(std::string_view custodian, const Pseudonym& pseudonym) {
    return KeyBuilder(EntryKind::patient, 3).text(custodian).bytes(pseudonym.view()).take();
}
Bytes patients_prefix(std::string_view custodian) { return KeyBuilder(EntryKind::patient, 3).text(custodian).take(); }
Bytes consent_key(std::string_view custodian, const Pseudonym& pseudonym, std::string_view consent_id) {
    return KeyBuilder(EntryKind::consent, 4).text(custodian).bytes(pseudonym.view()).text(consent_id).take();
}
Bytes consents_prefix(std::string_view custodian, const Pseudonym& pseudonym) {
    return KeyBuilder(EntryKind::consent, 4).text(custodian).bytes(pseudonym.view()).take();
}
Bytes consents_at_prefix(std::string_view custodian) { return KeyBuilder(EntryKind::consent, 4).text(custodian).take(); }
Bytes active_set_key(std::string_view custodian, const Pseudonym& pseudonym) {
    return KeyBuilder(EntryKind::active_set, 3).text(custodian).bytes(pseudonym.view()).take();
}
Bytes memberships_key(std::string_view custodian, const Pseudonym& pseudonym) {
    return KeyBuilder(EntryKind::memberships, 3).text(custodian).bytes(pseudonym.view()).take();
}

Result<std::optional<Patient>> find_patient(const state::StateReader& reader, std::string_view custodian, const Pseudonym& pseudonym) {
    return load<Patient>(reader, patient_key(custodian, pseudonym));
}

Result<std::optional<ConsentEntry>> find_consent(const state::StateReader& reader, std::string_view custodian, const Pseudonym& pseudonym,
                                                 std::string_view consent_id) {
    return load<ConsentEntry>(reader, consent_key(custodian, pseudonym, consent_id));
}

Result<ActiveConsents> active_consents(const state::StateReader& reader, std::string_view custodian, const Pseudonym& pseudonym) {
    PLACET_TRY_ASSIGN(std::optional<ActiveConsents> found, load<ActiveConsents>(reader, active_set_key(custodian, pseudonym)));
    return std::move(found).value_or(ActiveConsents{});
}

Result<Memberships> memberships(const state::StateReader& reader, std::string_view custodian, const Pseudonym& pseudonym) {
    PLACET_TRY_ASSIGN(std::optional<Memberships> found, load<Memberships>(reader, memberships_key(custodian, pseudonym)));
    return std::move(found).value_or(Memberships{});
}

Result<std::vector<ConsentEntry>> consents_of(const state::StateScanner& scanner, std::string_view custodian, const Pseudonym& pseudonym) {
    return load_all<ConsentEntry>(scanner, consents_prefix(custodian, pseudonym));
}

Result<std::vector<HeldConsent>> held_consents(const state::StateReader& reader, std::string_view custodian, const Pseudonym& pseudonym) {
    PLACET_TRY_ASSIGN(const ActiveConsents active, active_consents(reader, custodian, pseudonym));
    std::vector<HeldConsent> out;
    out.reserve(active.consents.size());
    for (const ActiveConsent& one : active.consents) {
        PLACET_TRY_ASSIGN(const std::optional<Bytes> payload, read_evidence(reader, one));
        HeldConsent held{one.consent_id, one.status, one.not_before_ms, one.not_after_ms, std::nullopt};
        if (payload) {
            PLACET_TRY_ASSIGN(held.consent, decode_consent(*payload));
        }
        out.push_back(std::move(held));
    }
    return out;
}

Result<std::vector<StoredPayload>> stored_payloads(const state::StateReader& reader, std::string_view custodian, const Pseudonym& pseudonym) {
    PLACET_TRY_ASSIGN(const ActiveConsents active, active_consents(reader, custodian, pseudonym));
    std::vector<StoredPayload> out;
    out.reserve(active.consents.size());
    for (const ActiveConsent& one : active.consents) {
        PLACET_TRY_ASSIGN(std::optional<Bytes> payload, read_evidence(reader, one));
        out.push_back({one, std::move(payload)});
    }
    return out;
}

}  // namespace placet::contracts::consent

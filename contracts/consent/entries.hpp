// Map entries of consent and their look-up. All of class P: statuses, instants and commitments; what a consent says stands in
// its E part, read by its commitment.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "contracts/common/state_keys.hpp"
#include "contracts/consent/commands.hpp"

namespace placet::contracts::consent {

struct Patient {
    std::string custodian;
    Pseudonym pseudonym;
    Hash number_commitment;
    std::optional<std::string> actor;  ///< id of the actor her bound key acts as
    TimeMs since_ms = 0;
    bool operator==(const Patient&) const = default;

    template <class Archive>
    static void fields(Archive& archive, auto& self) {
        archive("custodian", self.custodian, kMaxId);
        archive("pseudonym", self.pseudonym);
        archive("number_commitment", self.number_commitment);
        archive("actor", self.actor);
        archive("since_ms", self.since_ms);
    }
};

/// Where a consent stands on the ledger. Expired and not yet valid are not written: they follow from instants (standing()).
enum class ConsentStatus : std::uint8_t { proposed, active, superseded, withdrawn, inactive, rejected, entered_in_error, frozen, erased };
[[nodiscard]] constexpr ConsentStatus last_of(ConsentStatus) noexcept { return ConsentStatus::erased; }
[[nodiscard]] std::string_view to_string(ConsentStatus status) noexcept;

/// One consent's newest version. Older versions are in the log and in the patient's sub-log.
struct ConsentEntry {
    std::string custodian;
    Pseudonym pseudonym;
    std::string consent_id;
    std::uint64_t version = 1;
    ConsentStatus status = ConsentStatus::proposed;
    TimeMs not_before_ms = 0;
    TimeMs not_after_ms = base::kForever;
    GrantorKind grantor = GrantorKind::patient;
    Hash e_commitment;
    Hash document_commitment;
    std::optional<Hash> d_commitment;
    std::optional<std::string> superseded_by;
    Hash transaction;  ///< id of the transaction that recorded this version
    TimeMs recorded_at_ms = 0;
    TimeMs changed_at_ms = 0;  ///< of the last change of status
    std::string recorded_by;   ///< actor id
    bool by_witness = false;   ///< recorded by the operator or gateway, not by the patient's own key
    bool operator==(const ConsentEntry&) const = default;

    template <class Archive>
    static void fields(Archive& archive, auto& self) {
        archive("custodian", self.custodian, kMaxId);
        archive("pseudonym", self.pseudonym);
        archive("consent_id", self.consent_id, kMaxId);
        archive("version", self.version);
        archive("status", self.status);
        archive("not_before_ms", self.not_before_ms);
        archive("not_after_ms", self.not_after_ms);
        archive("grantor", self.grantor);
        archive("e_commitment", self.e_commitment);
        archive("document_commitment", self.document_commitment);
        archive("d_commitment", self.d_commitment);
        archive("superseded_by", self.superseded_by);
        archive("transaction", self.transaction);
        archive("recorded_at_ms", self.recorded_at_ms);
        archive("changed_at_ms", self.changed_at_ms);
        archive("recorded_by", self.recorded_by, kMaxId);
        archive("by_witness", self.by_witness);
    }
};

/// How a consent stands at an instant, in words: "active", "not yet valid", "expired", "withdrawn", …
[[nodiscard]] std::string_view standing(const ConsentEntry& entry, TimeMs at) noexcept;

/// A consent in the active set: what structural proofs disclose. [version commitment, status, not before, not after, E commitment]
struct ActiveConsent {
    std::string consent_id;
    std::uint64_t version = 1;
    ConsentStatus status = ConsentStatus::active;
    TimeMs not_before_ms = 0;
    TimeMs not_after_ms = base::kForever;
    Hash e_commitment;
    bool operator==(const ActiveConsent&) const = default;

    template <class Archive>
    static void fields(Archive& archive, auto& self) {
        archive("consent_id", self.consent_id, kMaxId);
        archive("version", self.version);
        archive("status", self.status);
        archive("not_before_ms", self.not_before_ms);
        archive("not_after_ms", self.not_after_ms);
        archive("e_commitment", self.e_commitment);
    }
};
/// At most this many active consents of one pseudonym at one custodian.
inline constexpr std::size_t kMaxActiveConsents = 32;
/// All of a pseudonym's consents with status active, ascending by consent id; time decides which are in force.
struct ActiveConsents {
    std::vector<ActiveConsent> consents;
    bool operator==(const ActiveConsents&) const = default;

    template <class Archive>
    static void fields(Archive& archive, auto& self) {
        archive("consents", self.consents, kMaxActiveConsents);
    }
};

/// Dataset ids that a pseudonym is a member of, ascending.
struct Memberships {
    std::vector<std::string> datasets;
    bool operator==(const Memberships&) const = default;

    template <class Archive>
    static void fields(Archive& archive, auto& self) {
        archive("datasets", self.datasets, 64);
    }
};

[[nodiscard]] Bytes patient_key(std::string_view custodian, const Pseudonym& pseudonym);
[[nodiscard]] Bytes patients_prefix(std::string_view custodian);
[[nodiscard]] Bytes consent_key(std::string_view custodian, const Pseudonym& pseudonym, std::string_view consent_id);
[[nodiscard]] Bytes consents_prefix(std::string_view custodian, const Pseudonym& pseudonym);
[[nodiscard]] Bytes consents_at_prefix(std::string_view custodian);
[[nodiscard]] Bytes active_set_key(std::string_view custodian, const Pseudonym& pseudonym);
[[nodiscard]] Bytes memberships_key(std::string_view custodian, const Pseudonym& pseudonym);

[[nodiscard]] Result<std::optional<Patient>> find_patient(const state::StateReader& reader, std::string_view custodian, const Pseudonym& pseudonym);
[[nodiscard]] Result<std::optional<ConsentEntry>> find_consent(const state::StateReader& reader, std::string_view custodian,
                                                               const Pseudonym& pseudonym, std::string_view consent_id);
[[nodiscard]] Result<ActiveConsents> active_consents(const state::StateReader& reader, std::string_view custodian, const Pseudonym& pseudonym);
[[nodiscard]] Result<Memberships> memberships(const state::StateReader& reader, std::string_view custodian, const Pseudonym& pseudonym);

/// An active consent with the payload of its E part; none where that was erased.
struct StoredPayload {
    ActiveConsent entry;
    std::optional<Bytes> payload;
};
/// The active consents of a pseudonym as they are stored, for Screening. Errors: as held_consents (evaluate.hpp).
[[nodiscard]] Result<std::vector<StoredPayload>> stored_payloads(const state::StateReader& reader, std::string_view custodian,
                                                                 const Pseudonym& pseudonym);

/// For REST: every consent of a pseudonym, ascending by id.
[[nodiscard]] Result<std::vector<ConsentEntry>> consents_of(const state::StateScanner& scanner, std::string_view custodian, const Pseudonym& pseudonym);

}  // namespace placet::contracts::consent

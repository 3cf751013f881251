// Commands of consent: patients, their keys, consents and withdrawals. Nothing here holds a name, number, birth date or free
// text: documents travel as class D, codes as class E, both by commitment.
#pragma once

#include <optional>
#include <string>

#include "contracts/common/command_kind.hpp"
#include "contracts/common/codec.hpp"
#include "ledger/types/genesis.hpp"

namespace placet::contracts::consent {

/// By the custodian's operator. One pseudonym per patient and custodian; the patient gets the receipt and the opening of the
/// commitment. Outcome "enrolled".
struct EnrolPatient {
    static constexpr CommandKind kKind = CommandKind::enrol_patient;
    std::string custodian;
    Pseudonym pseudonym;     ///< HMAC-SHA-256(s_p, custodian)
    Hash number_commitment;  ///< tagged_hash("placet/patient-number/1", [salt(64), custodian's patient number])
    std::optional<crypto::PublicKey> key;  ///< hers or her agent's, if already known
    std::optional<types::SpkiHash> client_spki;
    bool operator==(const EnrolPatient&) const = default;

    template <class Archive>
    static void fields(Archive& archive, auto& self) {
        archive("custodian", self.custodian, kMaxId);
        archive("pseudonym", self.pseudonym);
        archive("number_commitment", self.number_commitment);
        archive("key", self.key);
        archive("client_spki", self.client_spki);
    }
};

/// Binds (or replaces) the key of a patient or her agent: by the custodian's operator while none is bound, by the bound key itself
/// afterwards, or by the operator as witness of a loss (`reason` says which). Outcome "key_bound".
struct BindPatientKey {
    static constexpr CommandKind kKind = CommandKind::bind_patient_key;
    std::string custodian;
    Pseudonym pseudonym;
    crypto::PublicKey key;
    std::optional<types::SpkiHash> client_spki;
    std::string reason;  ///< "first", "renewed", "lost"
    bool operator==(const BindPatientKey&) const = default;

    template <class Archive>
    static void fields(Archive& archive, auto& self) {
        archive("custodian", self.custodian, kMaxId);
        archive("pseudonym", self.pseudonym);
        archive("key", self.key);
        archive("client_spki", self.client_spki);
        archive("reason", self.reason, kMaxId);
    }
};

enum class GrantorKind : std::uint8_t { patient, guardian, delegate };
[[nodiscard]] constexpr GrantorKind last_of(GrantorKind) noexcept { return GrantorKind::delegate; }
[[nodiscard]] std::string_view to_string(GrantorKind kind) noexcept;

/// The status a consent is recorded with (the document's own); later ones come from other events.
enum class RecordedStatus : std::uint8_t { proposed, active, inactive, rejected, entered_in_error };
[[nodiscard]] constexpr RecordedStatus last_of(RecordedStatus) noexcept { return RecordedStatus::entered_in_error; }

/// By the patient's key, or the custodian's operator as witness. The E part (parts[e_part], payload = encoded
/// Consent of model.hpp, class erasable, retention consent_evidence) must travel with it and belong to the pseudonym; the D
/// part (ciphertext of the source document) may. Outcome "recorded".
struct RecordConsent {
    static constexpr CommandKind kKind = CommandKind::record_consent;
    std::string custodian;
    Pseudonym pseudonym;
    std::string consent_id;     ///< unique per (custodian, pseudonym); says nothing about the person
    std::uint64_t version = 1;  ///< 1, or one more than the version on the ledger
    RecordedStatus status = RecordedStatus::active;
    std::optional<std::string> supersedes;  ///< another consent id of hers that this one replaces
    TimeMs not_before_ms = 0;               ///< the consent's dateTime, or the start of its period if later
    TimeMs not_after_ms = base::kForever;   ///< first instant at which it no longer holds
    GrantorKind grantor = GrantorKind::patient;
    Hash document_commitment;  ///< tagged_hash("placet/document/1", [salt(64), source document's octets])
    std::uint64_t e_part = 0;  ///< index into the transaction's parts
    std::optional<std::uint64_t> d_part;
    bool operator==(const RecordConsent&) const = default;

    template <class Archive>
    static void fields(Archive& archive, auto& self) {
        archive("custodian", self.custodian, kMaxId);
        archive("pseudonym", self.pseudonym);
        archive("consent_id", self.consent_id, kMaxId);
        archive("version", self.version);
        archive("status", self.status);
        archive("supersedes", self.supersedes);
        archive("not_before_ms", self.not_before_ms);
        archive("not_after_ms", self.not_after_ms);
        archive("grantor", self.grantor);
        archive("document_commitment", self.document_commitment);
        archive("e_part", self.e_part);
        archive("d_part", self.d_part);
    }
};

/// Takes effect at its block, before everything else in it. By the patient's key, or by the operator as witness. Outcome
/// "withdrawn", with a WithdrawalDetail.
struct WithdrawConsent {
    static constexpr CommandKind kKind = CommandKind::withdraw_consent;
    std::string custodian;
    Pseudonym pseudonym;
    std::optional<std::string> consent_id;  ///< none: all that are active
    std::string reason;                     ///< code; "no_reason_given" is as good as any
    bool operator==(const WithdrawConsent&) const = default;

    template <class Archive>
    static void fields(Archive& archive, auto& self) {
        archive("custodian", self.custodian, kMaxId);
        archive("pseudonym", self.pseudonym);
        archive("consent_id", self.consent_id);
        archive("reason", self.reason, kMaxId);
    }
};

/// Receipt of withdraw_consent: what stopped, and what can no longer be called back.
struct AffectedGrant {
    std::string grant;
    std::string researcher;
    std::string dataset;
    bool already_released = false;  ///< data of hers left under this grant before: named, cannot be recalled
    bool operator==(const AffectedGrant&) const = default;

    template <class Archive>
    static void fields(Archive& archive, auto& self) {
        archive("grant", self.grant, kMaxId);
        archive("researcher", self.researcher, kMaxId);
        archive("dataset", self.dataset, kMaxId);
        archive("already_released", self.already_released);
    }
};
struct WithdrawalDetail {
    std::vector<std::string> consents;   ///< withdrawn by this transaction
    std::vector<std::string> remaining;  ///< hers that stay in force at this custodian
    std::vector<std::string> datasets;   ///< she is a member of
    std::vector<AffectedGrant> grants;   ///< live ones over those datasets
    bool operator==(const WithdrawalDetail&) const = default;

    template <class Archive>
    static void fields(Archive& archive, auto& self) {
        archive("consents", self.consents, 64);
        archive("remaining", self.remaining, 64);
        archive("datasets", self.datasets, 64);
        archive("grants", self.grants, 256);
    }
};

}  // namespace placet::contracts::consent

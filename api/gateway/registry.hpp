// The custodian's registry: who is behind a pseudonym. One encrypted file that never leaves the custodian, mapping each
// patient reference ("Patient/a-0001") to s_p, the pseudonym derived from it, the opening of the commitment to the
// patient number, and the consents brought to the ledger. Used by `placet consent import` and by the gateway.
//
// File: canonical CBOR ["placet-registry", 2, custodian, genesis hash, sealed], sealed = AES-256-GCM over the content
// under a key that is itself a sealed key file (crypto/sealed_key.hpp). Transactions and pseudonyms in it are those of
// one chain, which the genesis hash names. Saving is write, fsync, rename, fsync of the folder: a reader sees the old
// file or the new one. One writer at a time holds a lock on "<path>.lock"; readers take none. Not thread-safe: one
// thread, or the owner's own mutex.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "ledger/crypto/aead.hpp"
#include "ledger/types/part.hpp"

namespace placet::api::gateway {

/// s_p: 32 random octets per patient and custodian (without it two custodians' pseudonyms cannot be linked).
struct PatientSecretTag {};
using PatientSecret = base::FixedBytes<32, PatientSecretTag>;

/// One consent document that this custodian brought to the ledger.
struct RegisteredConsent {
    std::string document_id;        ///< Consent.id or identifier as the source names it
    crypto::Hash source_hash;       ///< SHA-256 of the exact source octets: a second import of the same is no second consent
    std::string consent_id;         ///< the ledger's id of the consent, as the rules of contracts/consent name it
    types::Salt erasable_salt;      ///< salt of the E part (codes): opens its commitment
    types::Salt document_salt;      ///< salt of the D part (ciphertext): opens its commitment
    crypto::Hash transaction;       ///< id of the transaction that recorded it
    base::Bytes model;              ///< payload of the E part (contracts::consent::encode_consent): residual rules at a release
    bool operator==(const RegisteredConsent&) const = default;
};

struct RegisteredPatient {
    std::string reference;          ///< "Patient/<id>": the custodian's own
    std::string number;             ///< the custodian's patient number; the reference's id where no other is known
    PatientSecret secret;           ///< s_p
    types::Pseudonym pseudonym;     ///< HMAC-SHA-256(s_p, custodian); derived, checked when read
    types::Salt number_salt;        ///< opens number_commitment(salt, number)
    std::optional<crypto::Hash> enrolment;  ///< id of the enrol_patient transaction once it is recorded
    std::vector<RegisteredConsent> consents;
    std::vector<std::string> datasets;      ///< ids of the datasets her records belong to, ascending
    bool operator==(const RegisteredPatient&) const = default;
};

/// HMAC-SHA-256(s_p, custodian).
[[nodiscard]] types::Pseudonym pseudonym_of(const PatientSecret& secret, std::string_view custodian);
/// tagged_hash("placet/patient-number/1", [salt, number]): EnrolPatient::number_commitment; the patient gets the opening.
[[nodiscard]] crypto::Hash number_commitment(const types::Salt& salt, std::string_view number);
/// tagged_hash("placet/document/1", [salt, source octets]): RecordConsent::document_commitment, salt = document_salt.
[[nodiscard]] crypto::Hash document_commitment(const types::Salt& salt, base::BytesView document);

/// AES-256-GCM of a source document under a key of its own, HKDF(registry key, pseudonym ‖ source hash): the payload of a D
/// part. The associated data is the pseudonym.
[[nodiscard]] base::Bytes seal_document(const crypto::AeadKey& key, const types::Pseudonym& pseudonym, base::BytesView document);
/// `source_hash`: SHA-256 of the document, from RegisteredConsent. Refuses (corrupt) another document or another patient's.
[[nodiscard]] base::Result<base::Bytes> open_document(const crypto::AeadKey& key, const types::Pseudonym& pseudonym,
                                                      const crypto::Hash& source_hash, base::BytesView sealed);

/// A new registry key as the content of a key file (purpose "documents", "aes-256-gcm"); open it with open_registry_key.
[[nodiscard]] base::Bytes make_registry_key_file(std::string_view passphrase);
/// Refuses a wrong passphrase (unauthenticated) and a key of another purpose (invalid_value).
[[nodiscard]] base::Result<crypto::AeadKey> open_registry_key(base::BytesView file, std::string_view passphrase);

/// Whose registry it is, and of which chain.
struct RegistryOwner {
    std::string custodian;
    crypto::Hash genesis;
};

class Registry {
public:
    /// Reads a snapshot without a lock. not_found if there is no file; corrupt if the key does not open it; `save` is refused.
    [[nodiscard]] static base::Result<Registry> read(const std::filesystem::path& path, const crypto::AeadKey& key);
    /// Takes the writer's lock (busy if another process holds it: waits up to `wait_ms`), then reads, or starts empty
    /// for `owner` if there is no file. Errors of check_owner.
    [[nodiscard]] static base::Result<Registry> edit(const std::filesystem::path& path, const crypto::AeadKey& key,
                                                     const RegistryOwner& owner, unsigned wait_ms = 10'000);
    Registry(Registry&& other) noexcept;
    Registry& operator=(Registry&& other) noexcept;
    ~Registry();  ///< releases the lock; wipes secrets; does not save

    [[nodiscard]] const std::string& custodian() const noexcept { return custodian_; }
    /// Refuses (conflict, field "custodian" or "genesis") another custodian's registry and another chain's, naming
    /// both.
    [[nodiscard]] base::Status check_owner(const RegistryOwner& owner) const;
    [[nodiscard]] std::size_t size() const noexcept { return patients_.size(); }
    [[nodiscard]] const RegisteredPatient* find(std::string_view reference) const noexcept;
    [[nodiscard]] const RegisteredPatient* find(const types::Pseudonym& pseudonym) const noexcept;
    /// The one whose consent has this source hash, if any: importing twice is noticed.
    [[nodiscard]] const RegisteredConsent* find_consent(std::string_view reference, const crypto::Hash& source_hash) const noexcept;
    /// In order of reference.
    [[nodiscard]] std::vector<const RegisteredPatient*> patients() const;

    /// The patient, made with fresh s_p and salt if new. `number` is taken only for a new one; empty = the reference's id.
    /// Refuses a reference that is not "Patient/<id>" with a FHIR id (invalid_value).
    [[nodiscard]] base::Result<RegisteredPatient> ensure(std::string_view reference, std::string_view number = {});
    /// Both refuse (not_found) an unknown patient.
    [[nodiscard]] base::Status set_enrolment(std::string_view reference, const crypto::Hash& transaction);
    [[nodiscard]] base::Status add_consent(std::string_view reference, RegisteredConsent consent);
    /// Call after add_members or remove_members is recorded: the gateway releases by it. Idempotent.
    [[nodiscard]] base::Status join_dataset(std::string_view reference, std::string_view dataset);
    [[nodiscard]] base::Status leave_dataset(std::string_view reference, std::string_view dataset);
    /// Durable when it returns. Refused (unauthorised) on a registry opened by `read`.
    [[nodiscard]] base::Status save();

private:
    Registry() = default;
    [[nodiscard]] base::Status load();

    std::filesystem::path path_;
    crypto::AeadKey key_;
    std::string custodian_;
    crypto::Hash genesis_;
    int lock_ = -1;  ///< open file description with the lock; -1 for a reader
    std::map<std::string, RegisteredPatient, std::less<>> patients_;
    std::map<types::Pseudonym, std::string> by_pseudonym_;
};

}  // namespace placet::api::gateway

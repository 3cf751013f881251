// The registry's file: encryption, locking, atomic replacement.
#include "api/gateway/registry.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "api/dto/genesis.hpp"
#include "api/gateway/durable_file.hpp"
#include "ledger/base/cbor.hpp"
#include "ledger/crypto/keys.hpp"
#include "ledger/crypto/random.hpp"
#include "ledger/crypto/sealed_key.hpp"

namespace placet::api::gateway {

using base::ErrorCode;
using base::refuse;
using base::Result;
using base::Status;

namespace {

constexpr std::string_view kMagic = "placet-registry";
constexpr std::uint64_t kVersion = 2;
constexpr std::size_t kMaxFileBytes = std::size_t{1} << 30;
constexpr std::size_t kMaxPatients = 10'000'000;
constexpr std::size_t kMaxConsentsPerPatient = 10'000;
constexpr std::size_t kMaxText = 256;

base::Bytes associated_data(std::string_view custodian, const crypto::Hash& genesis) {
    base::cbor::Writer writer;
    writer.array(4).text(kMagic).uint(kVersion).text(custodian).bytes(genesis.view());
    return std::move(writer).take();
}

bool is_fhir_id(std::string_view id) noexcept {
    return !id.empty() && id.size() <= 64 && std::ranges::all_of(id, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.';
    });
}

void write_consent(base::cbor::Writer& writer, const RegisteredConsent& consent) {
    writer.array(7).text(consent.document_id).bytes(consent.source_hash.view()).text(consent.consent_id);
    writer.bytes(consent.erasable_salt.view()).bytes(consent.document_salt.view()).bytes(consent.transaction.view());
    writer.bytes(consent.model);
}

RegisteredConsent read_consent(base::cbor::Reader& reader) {
    RegisteredConsent consent;
    reader.array_of(7, "consent");
    consent.document_id = reader.text(kMaxText, "document_id");
    consent.source_hash = reader.fixed<crypto::Hash>("source_hash");
    consent.consent_id = reader.text(kMaxText, "consent_id");
    consent.erasable_salt = reader.fixed<types::Salt>("erasable_salt");
    consent.document_salt = reader.fixed<types::Salt>("document_salt");
    consent.transaction = reader.fixed<crypto::Hash>("transaction");
    consent.model = base::to_bytes(reader.bytes(types::Part::kMaxPayload, "model"));
    return consent;
}

void write_patient(base::cbor::Writer& writer, const RegisteredPatient& patient) {
    writer.array(7).text(patient.reference).text(patient.number).bytes(patient.secret.view());
    writer.bytes(patient.number_salt.view());
    if (patient.enrolment)
        writer.bytes(patient.enrolment->view());
    else
        writer.null();
    writer.array(patient.consents.size());
    for (const RegisteredConsent& consent : patient.consents) write_consent(writer, consent);
    writer.array(patient.datasets.size());
    for (const std::string& dataset : patient.datasets) writer.text(dataset);
}

RegisteredPatient read_patient(base::cbor::Reader& reader, std::string_view custodian) {
    RegisteredPatient patient;
    reader.array_of(7, "patient");
    patient.reference = reader.text(kMaxText, "reference");
    patient.number = reader.text(kMaxText, "number");
    patient.secret = reader.fixed<PatientSecret>("secret");
    patient.number_salt = reader.fixed<types::Salt>("number_salt");
    if (!reader.maybe_null()) patient.enrolment = reader.fixed<crypto::Hash>("enrolment");
    const std::size_t consents = reader.array(kMaxConsentsPerPatient, "consents");
    for (std::size_t i = 0; i < consents && reader.ok(); ++i) patient.consents.push_back(read_consent(reader));
    const std::size_t datasets = reader.array(kMaxConsentsPerPatient, "datasets");
    for (std::size_t i = 0; i < datasets && reader.ok(); ++i) patient.datasets.emplace_back(reader.text(kMaxText, "dataset"));
    patient.pseudonym = pseudonym_of(patient.secret, custodian);
    return patient;
}

crypto::AeadKey document_key(const crypto::AeadKey& key, const types::Pseudonym& pseudonym, const crypto::Hash& source_hash) {
    base::Bytes info = base::to_bytes("placet/document/1");
    base::append(info, pseudonym.view());
    base::append(info, source_hash.view());
    return crypto::AeadKey::copy_of(crypto::hkdf_sha256(key.view(), {}, info, crypto::AeadKey::kSize));
}

/// Waits for the exclusive lock on `<path>.lock`; the file stays, only the lock comes and goes.
Result<int> take_lock(const std::filesystem::path& path, unsigned wait_ms) {
    const std::string name = path.string() + ".lock";
    const int file = ::open(name.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (file < 0) return refuse(ErrorCode::io, "cannot open " + name + ": " + std::strerror(errno), "registry");
    constexpr unsigned kStepMs = 20;
    for (unsigned waited_ms = 0;; waited_ms += kStepMs) {
        if (::flock(file, LOCK_EX | LOCK_NB) == 0) return file;
        if (errno != EWOULDBLOCK || waited_ms >= wait_ms) break;
        ::usleep(kStepMs * 1000);
    }
    ::close(file);
    return refuse(ErrorCode::busy, "another process is writing " + path.string() + "; try again when it is done", "registry");
}

}  // namespace

types::Pseudonym pseudonym_of(const PatientSecret& secret, std::string_view custodian) {
    return types::Pseudonym::copy_of(crypto::hmac_sha256(secret.view(), base::as_bytes(custodian)).view());
}

crypto::Hash number_commitment(const types::Salt& salt, std::string_view number) {
    base::cbor::Writer writer;
    writer.array(2).bytes(salt.view()).text(number);
    return crypto::tagged_hash("placet/patient-number/1", writer.view());
}

crypto::Hash document_commitment(const types::Salt& salt, base::BytesView document) {
    base::cbor::Writer writer;
    writer.array(2).bytes(salt.view()).bytes(document);
    return crypto::tagged_hash("placet/document/1", writer.view());
}

base::Bytes seal_document(const crypto::AeadKey& key, const types::Pseudonym& pseudonym, base::BytesView document) {
    return crypto::seal(document_key(key, pseudonym, crypto::sha256(document)), document, pseudonym.view());
}

Result<base::Bytes> open_document(const crypto::AeadKey& key, const types::Pseudonym& pseudonym, const crypto::Hash& source_hash,
                                  base::BytesView sealed) {
    return crypto::open(document_key(key, pseudonym, source_hash), sealed, pseudonym.view());
}

base::Bytes make_registry_key_file(std::string_view passphrase) {
    base::Bytes secret = crypto::random_bytes(crypto::AeadKey::kSize);
    base::Bytes file = crypto::seal_key({"documents", "aes-256-gcm", ""}, secret, passphrase);
    crypto::wipe(secret);
    return file;
}

Result<crypto::AeadKey> open_registry_key(base::BytesView file, std::string_view passphrase) {
    PLACET_TRY_ASSIGN(const crypto::SealedKeyInfo info, crypto::read_key_info(file));
    if (info.algorithm != "aes-256-gcm" || info.purpose != "documents")
        return refuse(ErrorCode::invalid_value, "this is a key for " + info.purpose + ", not the custodian's registry key", "key");
    PLACET_TRY_ASSIGN(base::Bytes secret, crypto::open_key(file, passphrase));
    if (secret.size() != crypto::AeadKey::kSize) return refuse(ErrorCode::corrupt, "the registry key has the wrong length", "key");
    const auto key = crypto::AeadKey::copy_of(secret);
    crypto::wipe(secret);
    return key;
}

Registry::Registry(Registry&& other) noexcept { *this = std::move(other); }

Registry& Registry::operator=(Registry&& other) noexcept {
    if (this == &other) return *this;
    std::swap(path_, other.path_);
    std::swap(key_, other.key_);
    std::swap(custodian_, other.custodian_);
    std::swap(genesis_, other.genesis_);
    std::swap(lock_, other.lock_);
    std::swap(patients_, other.patients_);
    std::swap(by_pseudonym_, other.by_pseudonym_);
    return *this;
}

Registry::~Registry() {
    for (auto& [reference, patient] : patients_) crypto::wipe(patient.secret.octets);
    crypto::wipe(key_.octets);
    if (lock_ >= 0) ::close(lock_);  // closing the description releases the lock
}

Result<Registry> Registry::read(const std::filesystem::path& path, const crypto::AeadKey& key) {
    Registry registry;
    registry.path_ = path;
    registry.key_ = key;
    PLACET_TRY(registry.load());
    return registry;
}

Result<Registry> Registry::edit(const std::filesystem::path& path, const crypto::AeadKey& key,
                                const RegistryOwner& owner, unsigned wait_ms) {
    Registry registry;
    registry.path_ = path;
    registry.key_ = key;
    PLACET_TRY_ASSIGN(registry.lock_, take_lock(path, wait_ms));
    if (!std::filesystem::exists(path)) {
        registry.custodian_ = owner.custodian;
        registry.genesis_ = owner.genesis;
        return registry;
    }
    PLACET_TRY(registry.load());
    PLACET_TRY(registry.check_owner(owner));
    return registry;
}

Status Registry::check_owner(const RegistryOwner& owner) const {
    if (custodian_ != owner.custodian)
        return refuse(ErrorCode::conflict,
                      path_.string() + " is the registry of " + custodian_ + ", not of " + owner.custodian,
                      "custodian");
    if (genesis_ != owner.genesis)
        return refuse(ErrorCode::conflict,
                      path_.string() + " is the registry of another network: its genesis has the fingerprint " +
                          dto::fingerprint(genesis_) + ", this one " + dto::fingerprint(owner.genesis),
                      "genesis");
    return {};
}

Status Registry::load() {
    PLACET_TRY_ASSIGN(const base::Bytes file, read_file(path_, kMaxFileBytes));
    base::cbor::Reader head(file);
    head.array_of(5, "registry");
    if (head.text(32, "registry") != kMagic) head.fail(ErrorCode::corrupt, "not a registry file", "registry");
    if (head.uint("version") != kVersion) head.fail(ErrorCode::unsupported, "another version of the registry file", "version");
    custodian_ = head.text(64, "custodian");
    genesis_ = head.fixed<crypto::Hash>("genesis");
    const base::BytesView sealed = head.bytes(kMaxFileBytes, "sealed");
    PLACET_TRY(head.finish());
    auto content = crypto::open(key_, sealed, associated_data(custodian_, genesis_));
    if (!content)
        return refuse(ErrorCode::corrupt, path_.string() + " does not open with this key: another key, or a damaged file", "registry");

    base::cbor::Reader reader(*content);
    const std::size_t count = reader.array(kMaxPatients, "patients");
    for (std::size_t i = 0; i < count && reader.ok(); ++i) {
        RegisteredPatient patient = read_patient(reader, custodian_);
        by_pseudonym_.emplace(patient.pseudonym, patient.reference);
        patients_.emplace(patient.reference, std::move(patient));
    }
    const Status read = reader.finish();
    crypto::wipe(*content);
    return read;
}

const RegisteredPatient* Registry::find(std::string_view reference) const noexcept {
    const auto found = patients_.find(reference);
    return found == patients_.end() ? nullptr : &found->second;
}

const RegisteredPatient* Registry::find(const types::Pseudonym& pseudonym) const noexcept {
    const auto found = by_pseudonym_.find(pseudonym);
    return found == by_pseudonym_.end() ? nullptr : find(found->second);
}

const RegisteredConsent* Registry::find_consent(std::string_view reference, const crypto::Hash& source_hash) const noexcept {
    const RegisteredPatient* patient = find(reference);
    if (patient == nullptr) return nullptr;
    const auto found = std::ranges::find(patient->consents, source_hash, &RegisteredConsent::source_hash);
    return found == patient->consents.end() ? nullptr : &*found;
}

std::vector<const RegisteredPatient*> Registry::patients() const {
    std::vector<const RegisteredPatient*> out;
    out.reserve(patients_.size());
    for (const auto& [reference, patient] : patients_) out.push_back(&patient);
    return out;
}

Result<RegisteredPatient> Registry::ensure(std::string_view reference, std::string_view number) {
    if (const RegisteredPatient* known = find(reference)) return *known;
    constexpr std::string_view kPrefix = "Patient/";
    if (!reference.starts_with(kPrefix) || !is_fhir_id(reference.substr(kPrefix.size())))
        return refuse(ErrorCode::invalid_value, "a patient is named as Patient/<id>, the id of letters, digits, '-' and '.'", "patient");
    if (number.size() > kMaxText) return refuse(ErrorCode::too_large, "a patient number has at most 256 octets", "number");
    RegisteredPatient patient;
    patient.reference = reference;
    patient.number = number.empty() ? reference.substr(kPrefix.size()) : number;
    patient.secret = crypto::random_fixed<PatientSecret>();
    patient.number_salt = crypto::random_fixed<types::Salt>();
    patient.pseudonym = pseudonym_of(patient.secret, custodian_);
    by_pseudonym_.emplace(patient.pseudonym, patient.reference);
    patients_.emplace(patient.reference, patient);
    return patient;
}

Status Registry::set_enrolment(std::string_view reference, const crypto::Hash& transaction) {
    const auto found = patients_.find(reference);
    if (found == patients_.end()) return refuse(ErrorCode::not_found, "no such patient in the registry", "patient");
    found->second.enrolment = transaction;
    return {};
}

Status Registry::add_consent(std::string_view reference, RegisteredConsent consent) {
    const auto found = patients_.find(reference);
    if (found == patients_.end()) return refuse(ErrorCode::not_found, "no such patient in the registry", "patient");
    found->second.consents.push_back(std::move(consent));
    return {};
}

Status Registry::join_dataset(std::string_view reference, std::string_view dataset) {
    const auto found = patients_.find(reference);
    if (found == patients_.end()) return refuse(ErrorCode::not_found, "no such patient in the registry", "patient");
    std::vector<std::string>& datasets = found->second.datasets;
    const auto at = std::ranges::lower_bound(datasets, dataset);
    if (at == datasets.end() || *at != dataset) datasets.insert(at, std::string(dataset));
    return {};
}

Status Registry::leave_dataset(std::string_view reference, std::string_view dataset) {
    const auto found = patients_.find(reference);
    if (found == patients_.end()) return refuse(ErrorCode::not_found, "no such patient in the registry", "patient");
    std::erase(found->second.datasets, dataset);
    return {};
}

Status Registry::save() {
    if (lock_ < 0) return refuse(ErrorCode::unauthorised, "this registry was opened for reading", "registry");
    base::cbor::Writer content;
    content.array(patients_.size());
    for (const auto& [reference, patient] : patients_) write_patient(content, patient);
    base::Bytes plain = std::move(content).take();
    base::cbor::Writer file;
    file.array(5)
        .text(kMagic)
        .uint(kVersion)
        .text(custodian_)
        .bytes(genesis_.view())
        .bytes(crypto::seal(key_, plain, associated_data(custodian_, genesis_)));
    crypto::wipe(plain);
    return replace_file(path_, file.view());
}

}  // namespace placet::api::gateway

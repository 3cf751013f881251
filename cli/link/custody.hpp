// The custodian's side of a home: who is behind which pseudonym. The registry is api/gateway's; here it is opened with the home's
// keys, and patients are found by their own reference.
#pragma once

#include "api/gateway/registry.hpp"
#include "cli/link/session.hpp"

namespace placet::cli::link {

struct Custody {
    crypto::AeadKey key;  ///< wiped with this
    api::gateway::Registry registry;
    Custody(crypto::AeadKey opened, api::gateway::Registry read) : key(opened), registry(std::move(read)) {}
    Custody(Custody&&) noexcept = default;
    Custody& operator=(Custody&&) = delete;
    ~Custody() { crypto::wipe(key.octets); }
};

/// The registry's key, opened with the home's passphrase.
[[nodiscard]] frame::Outcome<crypto::AeadKey> open_custody_key(const home::Home& home);

/// To change it: takes the lock, so a second import waits. Both refuse the registry of another network than the
/// session's.
[[nodiscard]] frame::Outcome<Custody> edit_custody(Session& session);
/// A snapshot, without a lock.
[[nodiscard]] frame::Outcome<Custody> read_custody(const Session& session);

/// "Patient/a-0001", "a-0001" or 64 hexadecimal digits of a pseudonym; not_found if the registry does not know her.
[[nodiscard]] frame::Outcome<api::gateway::RegisteredPatient> find_patient(const Custody& custody, const std::string& text);

/// Saves, as an Outcome.
[[nodiscard]] frame::Outcome<void> save(Custody& custody);

}  // namespace placet::cli::link

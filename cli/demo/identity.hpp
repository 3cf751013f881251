// An actor's keys and genesis, opened once, for clients inside the demo itself (the load and its checker).
#pragma once

#include <filesystem>
#include <string>

#include "api/client/client.hpp"
#include "ledger/crypto/keys.hpp"
#include "ledger/types/genesis.hpp"

namespace placet::cli::demo {

struct Identity {
    std::string organisation;
    types::Genesis genesis;
    crypto::Hash genesis_hash;
    crypto::SigningKey key;
    std::string certificate_pem;
    std::string tls_key_pem;
};

/// Opens a home as `placet` does.
[[nodiscard]] base::Result<Identity> open_identity(const std::filesystem::path& home);

/// Whether a client may ask the other validators when one does not answer.
enum class Failover : std::uint8_t { none, all };
[[nodiscard]] base::Result<api::client::Client> connect(const Identity& identity, const std::string& validator, Failover failover);

}  // namespace placet::cli::demo

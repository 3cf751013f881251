// The keys of a node, opened once at start: sealed files of the keys folder, by the passphrase that a file or the service
// manager holds. Secrets stay in memory only, wiped at the end; the process makes no core dumps (forbid_core_dumps).
#pragma once

#include <optional>
#include <string>

#include "ledger/crypto/aead.hpp"
#include "ledger/crypto/certificate.hpp"
#include "ledger/crypto/ed25519.hpp"
#include "ledger/crypto/keys.hpp"
#include "node/config/config.hpp"

namespace placet::node {

/// Of every node.
struct TlsFiles {
    std::string certificate_pem;
    std::string key_pem;
    crypto::SpkiHash spki;
    base::TimeMs expires_ms = 0;
};

struct ValidatorKeys {
    crypto::SigningKey vote;
    crypto::SigningKey checkpoint;
    crypto::SigningKey service;
    crypto::ed25519::SecretKey note;
    crypto::AeadKey parts_root;
};

struct NodeKeys {
    TlsFiles tls;
    std::optional<ValidatorKeys> validator;  ///< none for an observer
};

/// Errors name the file: io (missing, readable by others), unauthenticated (wrong passphrase), malformed, invalid_value.
[[nodiscard]] base::Result<NodeKeys> open_keys(const Config& config);
/// The same from "<keys>.next", where a rotation's keys wait for their epoch; not_found if there is no such folder. The root of the parts stays
/// that of config.keys.
[[nodiscard]] base::Result<NodeKeys> open_next_keys(const Config& config);

/// From config.passphrase_file, else $CREDENTIALS_DIRECTORY/placet-passphrase. Refuses a file that others may read.
[[nodiscard]] base::Result<std::string> read_passphrase(const Config& config);

void forbid_core_dumps() noexcept;

}  // namespace placet::node

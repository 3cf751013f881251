// A secret at rest: scrypt (RFC 7914) from a passphrase, AES-256-GCM over the secret, as one canonical CBOR item:
// ["placet-key", 1, purpose, algorithm text, public text, N, r, p, salt(16), sealed]. The public part is readable without
// the passphrase and authenticated by it. File permissions are the caller's (0600).
#pragma once

#include <string>

#include "ledger/base/bytes.hpp"
#include "ledger/base/error.hpp"

namespace placet::crypto {

struct SealedKeyInfo {
    std::string purpose;      ///< "transaction", "vote", "checkpoint", "note", "tls", "parts-root", "documents"
    std::string algorithm;    ///< "es256k", "es256", "ed25519", "tls-pem", "aes-256-gcm"
    std::string public_text;  ///< public key or SPKI hash as text; empty for a symmetric key
};

/// How hard guessing is made. log2 of scrypt's N; r = 8, p = 1. 15 (32 MiB, ~60 ms) at rest, 10 in tests.
struct ScryptCost {
    std::uint8_t log2_n = 15;
};

[[nodiscard]] base::Bytes seal_key(const SealedKeyInfo& info, base::BytesView secret, std::string_view passphrase, ScryptCost cost = {});
[[nodiscard]] base::Result<SealedKeyInfo> read_key_info(base::BytesView file);
/// A wrong passphrase and a damaged file cannot be told apart (unauthenticated). The caller wipes the secret.
[[nodiscard]] base::Result<base::Bytes> open_key(base::BytesView file, std::string_view passphrase);

}  // namespace placet::crypto

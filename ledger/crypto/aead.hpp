// AES-256-GCM (NIST SP 800-38D): erasable parts under a validator's own keys, documents under a custodian's, key files.
#pragma once

#include "ledger/base/bytes.hpp"
#include "ledger/base/error.hpp"

namespace placet::crypto {

struct AeadKeyTag {};
using AeadKey = base::FixedBytes<32, AeadKeyTag>;

/// nonce (12 random octets) ‖ ciphertext ‖ tag (16). `associated` is authenticated, not stored.
[[nodiscard]] base::Bytes seal(const AeadKey& key, base::BytesView plaintext, base::BytesView associated);

/// Refuses (corrupt) anything that was not sealed by seal() under the same key and associated data.
[[nodiscard]] base::Result<base::Bytes> open(const AeadKey& key, base::BytesView sealed, base::BytesView associated);

}  // namespace placet::crypto

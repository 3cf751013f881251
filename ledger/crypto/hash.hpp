// SHA-256 and the tagged hash. Every hash of ours but the RFC 6962 tree's is tagged, and every tagged hash is over one
// canonical CBOR item, so nothing can be read as something else (security.md, trap 6).
#pragma once

#include <string_view>

#include "ledger/base/bytes.hpp"
#include "ledger/base/error.hpp"

namespace placet::crypto {

struct HashTag {};
using Hash = base::FixedBytes<32, HashTag>;

/// SHA-256 (FIPS 180-4). Thread-safe; the digest is fetched once per process.
[[nodiscard]] Hash sha256(base::BytesView data) noexcept;
/// SHA-256 over a ‖ b ‖ c without a copy.
[[nodiscard]] Hash sha256(base::BytesView a, base::BytesView b, base::BytesView c = {}) noexcept;

/// SHA-256(SHA-256(tag) ‖ SHA-256(tag) ‖ data), BIP 340's construction. Tags are listed in docs/formats/README.md.
[[nodiscard]] Hash tagged_hash(std::string_view tag, base::BytesView data) noexcept;

/// HMAC-SHA-256 (RFC 2104). A pseudonym is hmac_sha256(s_p, custodian id).
[[nodiscard]] Hash hmac_sha256(base::BytesView key, base::BytesView data) noexcept;

/// HKDF-SHA-256 (RFC 5869), `size` ≤ 255 × 32 octets.
[[nodiscard]] base::Bytes hkdf_sha256(base::BytesView key, base::BytesView salt, base::BytesView info, std::size_t size);

}  // namespace placet::crypto

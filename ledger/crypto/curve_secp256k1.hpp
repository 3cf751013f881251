// ECDSA over secp256k1 by libsecp256k1, for keys.cpp alone. Contexts are created once, randomised against side channels and
// only read afterwards, so every function may be called from any thread.
#pragma once

#include "ledger/crypto/keys.hpp"

namespace placet::crypto::curve_secp256k1 {

[[nodiscard]] bool is_point(const CompressedPoint& point) noexcept;
[[nodiscard]] bool is_scalar(base::BytesView secret) noexcept;
/// `secret` must be a scalar.
[[nodiscard]] CompressedPoint public_point(base::BytesView secret) noexcept;
/// RFC 6979 nonce, low-S.
[[nodiscard]] Signature sign(base::BytesView secret, const Hash& digest) noexcept;
[[nodiscard]] bool verify(const CompressedPoint& point, const Hash& digest, const Signature& signature) noexcept;
[[nodiscard]] Signature normalised(const Signature& signature) noexcept;

}  // namespace placet::crypto::curve_secp256k1

// ECDSA over NIST P-256 by OpenSSL, for keys.cpp alone: houses whose HSM has no secp256k1. The low-S rule holds here too,
// so that a signature has one form.
#pragma once

#include "ledger/crypto/keys.hpp"

namespace placet::crypto::curve_p256 {

[[nodiscard]] bool is_point(const CompressedPoint& point) noexcept;
[[nodiscard]] bool is_scalar(base::BytesView secret) noexcept;
/// `secret` must be a scalar.
[[nodiscard]] CompressedPoint public_point(base::BytesView secret) noexcept;
/// Random nonce (OpenSSL 3.0 has no deterministic one), low-S.
[[nodiscard]] Signature sign(base::BytesView secret, const CompressedPoint& point, const Hash& digest) noexcept;
[[nodiscard]] bool verify(const CompressedPoint& point, const Hash& digest, const Signature& signature) noexcept;
[[nodiscard]] Signature normalised(const Signature& signature) noexcept;

}  // namespace placet::crypto::curve_p256

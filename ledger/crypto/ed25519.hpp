// Ed25519 (RFC 8032), for C2SP signed notes over the transparency log's checkpoint text only.
#pragma once

#include "ledger/base/bytes.hpp"
#include "ledger/base/error.hpp"

namespace placet::crypto::ed25519 {

struct PublicKeyTag {};
using PublicKey = base::FixedBytes<32, PublicKeyTag>;
struct SecretKeyTag {};
using SecretKey = base::FixedBytes<32, SecretKeyTag>;  ///< the RFC 8032 seed
struct SignatureTag {};
using Signature = base::FixedBytes<64, SignatureTag>;

[[nodiscard]] PublicKey public_key(const SecretKey& secret);
[[nodiscard]] Signature sign(const SecretKey& secret, base::BytesView message);
[[nodiscard]] bool verify(const PublicKey& key, base::BytesView message, const Signature& signature) noexcept;

}  // namespace placet::crypto::ed25519

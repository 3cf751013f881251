// Signing keys of transactions, votes and checkpoints: ECDSA with SHA-256, 64-octet signatures r ‖ s, low-S only.
// secp256k1 (ES256K, RFC 8812) by libsecp256k1 with RFC 6979 nonces and a randomised context; P-256 (ES256, RFC 9053) by
// OpenSSL for houses whose HSM has no other curve. A public key is named by its 33 compressed octets and its algorithm.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "ledger/base/bytes.hpp"
#include "ledger/base/error.hpp"
#include "ledger/crypto/hash.hpp"

namespace placet::crypto {

/// COSE algorithm identifiers (IANA): ES256 = -7, ES256K = -47.
enum class Algorithm : std::int8_t { es256 = -7, es256k = -47 };

struct SignatureTag {};
using Signature = base::FixedBytes<64, SignatureTag>;
struct CompressedPointTag {};
using CompressedPoint = base::FixedBytes<33, CompressedPointTag>;

struct PublicKey {
    Algorithm algorithm = Algorithm::es256k;
    CompressedPoint point;
    auto operator<=>(const PublicKey&) const = default;
};

/// "es256k:02ab…" and back; used in JSON and TOML.
[[nodiscard]] std::string to_text(const PublicKey& key);
[[nodiscard]] base::Result<PublicKey> public_key_from_text(std::string_view text);

/// Refuses a point that is not on the curve (malformed).
[[nodiscard]] base::Status check_public_key(const PublicKey& key);

/// True only for a low-S signature by `key` over the 32-octet `digest`. Thread-safe. ~50 µs.
[[nodiscard]] bool verify(const PublicKey& key, const Hash& digest, const Signature& signature) noexcept;

/// Brings a high-S signature (HSMs give one in two) to low-S; leaves a low-S one as it is.
[[nodiscard]] Signature normalised(const PublicKey& key, const Signature& signature) noexcept;

/// A private key in memory, wiped when destroyed. Movable, not copyable; sign() is thread-safe.
class SigningKey {
public:
    [[nodiscard]] static SigningKey generate(Algorithm algorithm = Algorithm::es256k);
    /// `secret`: the 32-octet scalar, big-endian; refused when zero or not below the group order.
    [[nodiscard]] static base::Result<SigningKey> from_secret(Algorithm algorithm, base::BytesView secret);
    SigningKey(SigningKey&&) noexcept;
    SigningKey& operator=(SigningKey&&) noexcept;
    ~SigningKey();

    [[nodiscard]] const PublicKey& public_key() const noexcept;
    [[nodiscard]] Signature sign(const Hash& digest) const;
    /// The scalar, for sealing into a key file (sealed_key.hpp). The caller wipes its copy.
    [[nodiscard]] base::Bytes secret() const;

private:
    struct Impl;
    explicit SigningKey(std::unique_ptr<Impl> impl) noexcept;
    std::unique_ptr<Impl> impl_;
};

/// Overwrites `secret` in a way the compiler may not remove.
void wipe(std::span<std::uint8_t> secret) noexcept;

}  // namespace placet::crypto

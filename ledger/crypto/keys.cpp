// Public keys, their text, and signing keys over both curves.
#include "ledger/crypto/keys.hpp"

#include <openssl/crypto.h>

#include "ledger/base/assert.hpp"
#include "ledger/base/hex.hpp"
#include "ledger/crypto/curve_p256.hpp"
#include "ledger/crypto/curve_secp256k1.hpp"
#include "ledger/crypto/random.hpp"

namespace placet::crypto {
namespace {

using base::ErrorCode;
using base::refuse;

constexpr std::string_view kEs256kPrefix = "es256k:";
constexpr std::string_view kEs256Prefix = "es256:";

bool is_scalar(Algorithm algorithm, base::BytesView secret) noexcept {
    return algorithm == Algorithm::es256k ? curve_secp256k1::is_scalar(secret) : curve_p256::is_scalar(secret);
}

}  // namespace

std::string to_text(const PublicKey& key) {
    const std::string_view prefix = key.algorithm == Algorithm::es256k ? kEs256kPrefix : kEs256Prefix;
    return std::string(prefix) + base::to_hex(key.point.view());
}

base::Result<PublicKey> public_key_from_text(std::string_view text) {
    PublicKey key;
    if (text.starts_with(kEs256kPrefix)) {
        key.algorithm = Algorithm::es256k;
        text.remove_prefix(kEs256kPrefix.size());
    } else if (text.starts_with(kEs256Prefix)) {
        key.algorithm = Algorithm::es256;
        text.remove_prefix(kEs256Prefix.size());
    } else {
        return refuse(ErrorCode::malformed, "a public key is written es256k:<66 hexadecimal digits> or es256:<66 hexadecimal digits>");
    }
    PLACET_TRY_ASSIGN(key.point, base::fixed_from_hex<CompressedPoint>(text));
    PLACET_TRY(check_public_key(key));
    return key;
}

base::Status check_public_key(const PublicKey& key) {
    switch (key.algorithm) {
        case Algorithm::es256k:
            if (curve_secp256k1::is_point(key.point)) return {};
            return refuse(ErrorCode::malformed, "the public key is not a compressed point of secp256k1");
        case Algorithm::es256:
            if (curve_p256::is_point(key.point)) return {};
            return refuse(ErrorCode::malformed, "the public key is not a compressed point of P-256");
    }
    return refuse(ErrorCode::unsupported, "only ES256K and ES256 keys are known");
}

bool verify(const PublicKey& key, const Hash& digest, const Signature& signature) noexcept {
    switch (key.algorithm) {
        case Algorithm::es256k: return curve_secp256k1::verify(key.point, digest, signature);
        case Algorithm::es256: return curve_p256::verify(key.point, digest, signature);
    }
    return false;
}

Signature normalised(const PublicKey& key, const Signature& signature) noexcept {
    return key.algorithm == Algorithm::es256k ? curve_secp256k1::normalised(signature) : curve_p256::normalised(signature);
}

struct SigningKey::Impl {
    PublicKey public_key;
    std::array<std::uint8_t, 32> secret{};

    Impl() = default;
    Impl(const Impl&) = delete;
    Impl& operator=(const Impl&) = delete;
    ~Impl() { wipe(secret); }
};

SigningKey::SigningKey(std::unique_ptr<Impl> impl) noexcept : impl_(std::move(impl)) {}
SigningKey::SigningKey(SigningKey&&) noexcept = default;
SigningKey& SigningKey::operator=(SigningKey&&) noexcept = default;
SigningKey::~SigningKey() = default;

SigningKey SigningKey::generate(Algorithm algorithm) {
    for (;;) {  // a random 256-bit string is a scalar of either curve all but once in 2^32 times
        base::Bytes secret = random_bytes(32);
        base::Result<SigningKey> key = from_secret(algorithm, secret);
        wipe(secret);
        if (key) return std::move(*key);
    }
}

base::Result<SigningKey> SigningKey::from_secret(Algorithm algorithm, base::BytesView secret) {
    if (!is_scalar(algorithm, secret))
        return refuse(ErrorCode::invalid_value, "a private key is 32 octets, neither zero nor beyond the group order");
    auto impl = std::make_unique<Impl>();
    std::ranges::copy(secret, impl->secret.begin());
    impl->public_key.algorithm = algorithm;
    impl->public_key.point =
        algorithm == Algorithm::es256k ? curve_secp256k1::public_point(secret) : curve_p256::public_point(secret);
    return SigningKey(std::move(impl));
}

const PublicKey& SigningKey::public_key() const noexcept { return impl_->public_key; }

Signature SigningKey::sign(const Hash& digest) const {
    if (impl_->public_key.algorithm == Algorithm::es256k) return curve_secp256k1::sign(impl_->secret, digest);
    return curve_p256::sign(impl_->secret, impl_->public_key.point, digest);
}

base::Bytes SigningKey::secret() const { return {impl_->secret.begin(), impl_->secret.end()}; }

void wipe(std::span<std::uint8_t> secret) noexcept { OPENSSL_cleanse(secret.data(), secret.size()); }

}  // namespace placet::crypto

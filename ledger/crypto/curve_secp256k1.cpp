// libsecp256k1 0.2 with its randomised context.
#include "ledger/crypto/curve_secp256k1.hpp"

#include <secp256k1.h>

#include "ledger/base/assert.hpp"
#include "ledger/crypto/random.hpp"

namespace placet::crypto::curve_secp256k1 {
namespace {

// Never destroyed: signing may go on in other threads while the process ends.
const secp256k1_context* context() noexcept {
    static const secp256k1_context* const shared = [] {
        secp256k1_context* const fresh = secp256k1_context_create(SECP256K1_CONTEXT_NONE);
        std::array<std::uint8_t, 32> seed{};
        fill_random(seed);
        ASSERT(fresh != nullptr && secp256k1_context_randomize(fresh, seed.data()) == 1, "libsecp256k1 failed to start");
        wipe(seed);
        return fresh;
    }();
    return shared;
}

}  // namespace

bool is_point(const CompressedPoint& point) noexcept {
    secp256k1_pubkey parsed;
    return secp256k1_ec_pubkey_parse(context(), &parsed, point.data(), point.size()) == 1;
}

bool is_scalar(base::BytesView secret) noexcept {
    return secret.size() == 32 && secp256k1_ec_seckey_verify(context(), secret.data()) == 1;
}

CompressedPoint public_point(base::BytesView secret) noexcept {
    secp256k1_pubkey point;
    ASSERT(is_scalar(secret) && secp256k1_ec_pubkey_create(context(), &point, secret.data()) == 1, "not a private key");
    CompressedPoint out;
    std::size_t size = out.size();
    secp256k1_ec_pubkey_serialize(context(), out.data(), &size, &point, SECP256K1_EC_COMPRESSED);
    return out;
}

Signature sign(base::BytesView secret, const Hash& digest) noexcept {
    secp256k1_ecdsa_signature signature;
    const int good = secp256k1_ecdsa_sign(context(), &signature, digest.data(), secret.data(), secp256k1_nonce_function_rfc6979, nullptr);
    ASSERT(good == 1, "secp256k1 signing failed");
    Signature out;
    secp256k1_ecdsa_signature_serialize_compact(context(), out.data(), &signature);
    return out;
}

bool verify(const CompressedPoint& point, const Hash& digest, const Signature& signature) noexcept {
    secp256k1_pubkey key;
    secp256k1_ecdsa_signature parsed;
    // secp256k1_ecdsa_verify itself refuses high-S.
    return secp256k1_ec_pubkey_parse(context(), &key, point.data(), point.size()) == 1 &&
           secp256k1_ecdsa_signature_parse_compact(context(), &parsed, signature.data()) == 1 &&
           secp256k1_ecdsa_verify(context(), &parsed, digest.data(), &key) == 1;
}

Signature normalised(const Signature& signature) noexcept {
    secp256k1_ecdsa_signature parsed;
    if (secp256k1_ecdsa_signature_parse_compact(context(), &parsed, signature.data()) != 1) return signature;
    secp256k1_ecdsa_signature low;
    secp256k1_ecdsa_signature_normalize(context(), &low, &parsed);
    Signature out;
    secp256k1_ecdsa_signature_serialize_compact(context(), out.data(), &low);
    return out;
}

}  // namespace placet::crypto::curve_secp256k1

// P-256 through EVP. OpenSSL speaks DER signatures; ours are r ‖ s.
#include "ledger/crypto/curve_p256.hpp"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/obj_mac.h>
#include <openssl/param_build.h>

#include <memory>

#include "ledger/base/assert.hpp"

namespace placet::crypto::curve_p256 {
namespace {

using Scalar = std::array<std::uint8_t, 32>;

// The group order n (FIPS 186-4, D.1.2.3) and n ÷ 2.
constexpr Scalar kOrder = {0xff, 0xff, 0xff, 0xff, 0x00, 0x00, 0x00, 0x00, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
                           0xbc, 0xe6, 0xfa, 0xad, 0xa7, 0x17, 0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x51};
constexpr Scalar half_of(const Scalar& value) {
    Scalar out{};
    unsigned carry = 0;
    for (std::size_t i = 0; i < value.size(); ++i) {
        out[i] = static_cast<std::uint8_t>((carry << 8 | value[i]) >> 1);
        carry = value[i] & 1U;
    }
    return out;
}
constexpr Scalar kHalfOrder = half_of(kOrder);

struct Free {
    void operator()(EVP_PKEY* p) const noexcept { EVP_PKEY_free(p); }
    void operator()(EVP_PKEY_CTX* p) const noexcept { EVP_PKEY_CTX_free(p); }
    void operator()(OSSL_PARAM_BLD* p) const noexcept { OSSL_PARAM_BLD_free(p); }
    void operator()(OSSL_PARAM* p) const noexcept { OSSL_PARAM_free(p); }
    void operator()(BIGNUM* p) const noexcept { BN_clear_free(p); }
    void operator()(ECDSA_SIG* p) const noexcept { ECDSA_SIG_free(p); }
    void operator()(EC_GROUP* p) const noexcept { EC_GROUP_free(p); }
    void operator()(EC_POINT* p) const noexcept { EC_POINT_free(p); }
    void operator()(std::uint8_t* p) const noexcept { OPENSSL_free(p); }
};
template <class T>
using Owned = std::unique_ptr<T, Free>;

Owned<EVP_PKEY> from_params(OSSL_PARAM_BLD* builder, int selection) noexcept {
    const Owned<OSSL_PARAM> params{OSSL_PARAM_BLD_to_param(builder)};
    const Owned<EVP_PKEY_CTX> context{EVP_PKEY_CTX_new_from_name(nullptr, "EC", nullptr)};
    EVP_PKEY* key = nullptr;
    if (!params || !context || EVP_PKEY_fromdata_init(context.get()) != 1 ||
        EVP_PKEY_fromdata(context.get(), &key, selection, params.get()) != 1)
        return nullptr;
    return Owned<EVP_PKEY>{key};
}

Owned<EVP_PKEY> load_public(const CompressedPoint& point) noexcept {
    // 2 or 3 in front: OpenSSL would also take other encodings of 33 octets.
    if (point.octets[0] != 2 && point.octets[0] != 3) return nullptr;
    const Owned<OSSL_PARAM_BLD> builder{OSSL_PARAM_BLD_new()};
    if (!builder || OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, "P-256", 0) != 1 ||
        OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size()) != 1)
        return nullptr;
    return from_params(builder.get(), EVP_PKEY_PUBLIC_KEY);
}

Owned<EVP_PKEY> load_secret(base::BytesView secret, const CompressedPoint& point) noexcept {
    const Owned<OSSL_PARAM_BLD> builder{OSSL_PARAM_BLD_new()};
    const Owned<BIGNUM> scalar{BN_secure_new()};
    if (!builder || !scalar || BN_bin2bn(secret.data(), static_cast<int>(secret.size()), scalar.get()) == nullptr ||
        OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, "P-256", 0) != 1 ||
        OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size()) != 1 ||
        OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_PRIV_KEY, scalar.get()) != 1)
        return nullptr;
    return from_params(builder.get(), EVP_PKEY_KEYPAIR);
}

Scalar s_of(const Signature& signature) noexcept {
    Scalar s{};
    std::memcpy(s.data(), signature.data() + 32, 32);
    return s;
}

base::Bytes to_der(const Signature& signature) {
    const Owned<ECDSA_SIG> parsed{ECDSA_SIG_new()};
    Owned<BIGNUM> r{BN_bin2bn(signature.data(), 32, nullptr)};
    Owned<BIGNUM> s{BN_bin2bn(signature.data() + 32, 32, nullptr)};
    ASSERT(parsed && r && s && ECDSA_SIG_set0(parsed.get(), r.get(), s.get()) == 1, "out of memory");
    (void)r.release();  // now owned by `parsed`
    (void)s.release();
    std::uint8_t* der = nullptr;
    const int size = i2d_ECDSA_SIG(parsed.get(), &der);
    const Owned<std::uint8_t> owned{der};
    ASSERT(size > 0, "out of memory");
    return {der, der + size};
}

Signature from_der(base::BytesView der) noexcept {
    const std::uint8_t* cursor = der.data();
    const Owned<ECDSA_SIG> parsed{d2i_ECDSA_SIG(nullptr, &cursor, static_cast<long>(der.size()))};
    Signature out;
    const bool good = parsed && BN_bn2binpad(ECDSA_SIG_get0_r(parsed.get()), out.data(), 32) == 32 &&
                      BN_bn2binpad(ECDSA_SIG_get0_s(parsed.get()), out.data() + 32, 32) == 32;
    ASSERT(good, "OpenSSL gave a signature that it cannot read");
    return out;
}

}  // namespace

bool is_point(const CompressedPoint& point) noexcept { return load_public(point) != nullptr; }

bool is_scalar(base::BytesView secret) noexcept {
    if (secret.size() != kOrder.size()) return false;
    const bool zero = std::ranges::all_of(secret, [](std::uint8_t octet) { return octet == 0; });
    return !zero && std::ranges::lexicographical_compare(secret, kOrder);
}

CompressedPoint public_point(base::BytesView secret) noexcept {
    ASSERT(is_scalar(secret), "not a private key");
    // EVP computes no public key from a scalar alone; the group and point interface (not deprecated) does.
    const Owned<EC_GROUP> group{EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1)};
    const Owned<EC_POINT> point{group ? EC_POINT_new(group.get()) : nullptr};
    const Owned<BIGNUM> scalar{BN_bin2bn(secret.data(), static_cast<int>(secret.size()), nullptr)};
    CompressedPoint out;
    const bool good = point && scalar && EC_POINT_mul(group.get(), point.get(), scalar.get(), nullptr, nullptr, nullptr) == 1 &&
                      EC_POINT_point2oct(group.get(), point.get(), POINT_CONVERSION_COMPRESSED, out.data(), out.size(), nullptr) ==
                          out.size();
    ASSERT(good, "P-256 point multiplication failed");
    return out;
}

Signature sign(base::BytesView secret, const CompressedPoint& point, const Hash& digest) noexcept {
    const Owned<EVP_PKEY> key = load_secret(secret, point);
    ASSERT(key != nullptr, "a P-256 private key that OpenSSL refuses");
    const Owned<EVP_PKEY_CTX> context{EVP_PKEY_CTX_new_from_pkey(nullptr, key.get(), nullptr)};
    std::array<std::uint8_t, 80> der{};
    std::size_t size = der.size();
    const bool good = context && EVP_PKEY_sign_init(context.get()) == 1 &&
                      EVP_PKEY_sign(context.get(), der.data(), &size, digest.data(), digest.size()) == 1;
    ASSERT(good, "P-256 signing failed");
    return normalised(from_der(base::BytesView(der).first(size)));
}

bool verify(const CompressedPoint& point, const Hash& digest, const Signature& signature) noexcept {
    if (s_of(signature) > kHalfOrder) return false;
    const Owned<EVP_PKEY> key = load_public(point);
    if (!key) return false;
    const Owned<EVP_PKEY_CTX> context{EVP_PKEY_CTX_new_from_pkey(nullptr, key.get(), nullptr)};
    const base::Bytes der = to_der(signature);
    return context && EVP_PKEY_verify_init(context.get()) == 1 &&
           EVP_PKEY_verify(context.get(), der.data(), der.size(), digest.data(), digest.size()) == 1;
}

Signature normalised(const Signature& signature) noexcept {
    const Scalar s = s_of(signature);
    if (s <= kHalfOrder || s >= kOrder) return signature;
    Signature out = signature;
    unsigned borrow = 0;
    for (std::size_t i = kOrder.size(); i-- > 0;) {  // n − s
        const unsigned difference = 256U + kOrder[i] - s[i] - borrow;
        out.octets[32 + i] = static_cast<std::uint8_t>(difference);
        borrow = difference < 256 ? 1 : 0;
    }
    return out;
}

}  // namespace placet::crypto::curve_p256

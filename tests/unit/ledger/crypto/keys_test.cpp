// Signatures of both curves: deterministic where they can be, low-S always.
#include "ledger/crypto/keys.hpp"

#include <catch2/catch.hpp>

#include "ledger/base/hex.hpp"
#include "ledger/crypto/ed25519.hpp"
#include "tests/support/prng.hpp"

using namespace placet;
using crypto::Algorithm;
using crypto::SigningKey;

namespace {

const base::Bytes kOrder256k1 = *base::from_hex("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141");
const base::Bytes kOrderP256 = *base::from_hex("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551");

const base::Bytes& order_of(Algorithm algorithm) { return algorithm == Algorithm::es256k ? kOrder256k1 : kOrderP256; }

// The other signature with the same r: s replaced by n − s.
crypto::Signature mirrored(Algorithm algorithm, const crypto::Signature& signature) {
    const base::Bytes& order = order_of(algorithm);
    crypto::Signature out = signature;
    int borrow = 0;
    for (std::size_t i = 32; i-- > 0;) {
        const int value = order[i] - signature.octets[32 + i] - borrow;
        out.octets[32 + i] = static_cast<std::uint8_t>(value & 0xff);
        borrow = value < 0 ? 1 : 0;
    }
    return out;
}

}  // namespace

TEST_CASE("a signature verifies under its own key, digest and algorithm only") {
    for (const Algorithm algorithm : {Algorithm::es256k, Algorithm::es256}) {
        const SigningKey key = SigningKey::generate(algorithm);
        const SigningKey other = SigningKey::generate(algorithm);
        const crypto::Hash digest = crypto::sha256(base::as_bytes("message"));
        const crypto::Signature signature = key.sign(digest);
        CHECK(crypto::verify(key.public_key(), digest, signature));
        CHECK_FALSE(crypto::verify(other.public_key(), digest, signature));
        CHECK_FALSE(crypto::verify(key.public_key(), crypto::sha256(base::as_bytes("other")), signature));
        for (std::size_t bit = 0; bit < 8 * crypto::Signature::kSize; bit += 5) {
            crypto::Signature changed = signature;
            changed.octets[bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
            CHECK_FALSE(crypto::verify(key.public_key(), digest, changed));
        }
        CHECK_FALSE(crypto::verify(key.public_key(), digest, crypto::Signature{}));
    }
}

TEST_CASE("a high-S signature is refused until it is normalised") {
    for (const Algorithm algorithm : {Algorithm::es256k, Algorithm::es256}) {
        const SigningKey key = SigningKey::generate(algorithm);
        for (int round = 0; round < 20; ++round) {
            const crypto::Hash digest = crypto::sha256(base::Bytes{static_cast<std::uint8_t>(round)});
            const crypto::Signature low = key.sign(digest);
            const crypto::Signature high = mirrored(algorithm, low);
            CHECK(crypto::verify(key.public_key(), digest, low));
            CHECK_FALSE(crypto::verify(key.public_key(), digest, high));
            CHECK(crypto::normalised(key.public_key(), high) == low);
            CHECK(crypto::normalised(key.public_key(), low) == low);
        }
    }
}

TEST_CASE("secp256k1 signatures have the nonces of RFC 6979") {
    // Widely published: key 1, SHA-256 of "Satoshi Nakamoto".
    base::Bytes secret(32, 0);
    secret[31] = 1;
    const SigningKey key = std::move(*SigningKey::from_secret(Algorithm::es256k, secret));
    CHECK(crypto::to_text(key.public_key()) == "es256k:0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798");
    CHECK(base::to_hex(key.sign(crypto::sha256(base::as_bytes("Satoshi Nakamoto"))).view()) ==
          "934b1ea10a4b3c1757e2b0c017d0b6143ce3c9a7e6a4a49860d7a6ab210ee3d8"
          "2442ce9d2b916064108014783e923ec36b49743e2ffa1c4496f01a512aafd9e5");
}

TEST_CASE("a private key gives the same public key and signatures after it was saved and loaded") {
    for (const Algorithm algorithm : {Algorithm::es256k, Algorithm::es256}) {
        const SigningKey key = SigningKey::generate(algorithm);
        const SigningKey again = std::move(*SigningKey::from_secret(algorithm, key.secret()));
        CHECK(again.public_key() == key.public_key());
        const crypto::Hash digest = crypto::sha256(base::as_bytes("x"));
        CHECK(crypto::verify(key.public_key(), digest, again.sign(digest)));
        CHECK(*crypto::public_key_from_text(crypto::to_text(key.public_key())) == key.public_key());
    }
}

TEST_CASE("zero, the group order and other lengths are not private keys") {
    for (const Algorithm algorithm : {Algorithm::es256k, Algorithm::es256}) {
        CHECK_FALSE(SigningKey::from_secret(algorithm, base::Bytes(32, 0)).has_value());
        CHECK_FALSE(SigningKey::from_secret(algorithm, order_of(algorithm)).has_value());
        CHECK_FALSE(SigningKey::from_secret(algorithm, base::Bytes(31, 1)).has_value());
        base::Bytes largest = order_of(algorithm);
        --largest.back();
        CHECK(SigningKey::from_secret(algorithm, largest).has_value());
    }
}

TEST_CASE("a public key is a compressed point of its curve, or refused") {
    CHECK_FALSE(crypto::public_key_from_text("es256k:00").has_value());
    CHECK_FALSE(crypto::public_key_from_text("rsa:0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798").has_value());
    CHECK_FALSE(crypto::public_key_from_text("es256k:0579be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798").has_value());
    for (const char* prefix : {"es256k:02", "es256:02", "es256:00", "es256:04"})
        CHECK_FALSE(crypto::public_key_from_text(prefix + std::string(64, 'f')).has_value());
    tests::Prng prng(5);
    int on_curve = 0;
    for (int round = 0; round < 200; ++round) {
        crypto::PublicKey key{Algorithm::es256, prng.fixed<crypto::CompressedPoint>()};
        key.point.octets[0] = 3;
        on_curve += crypto::check_public_key(key) ? 1 : 0;
        CHECK_FALSE(crypto::verify(key, crypto::Hash{}, prng.fixed<crypto::Signature>()));
    }
    CHECK(on_curve > 50);  // about every other x is one
    CHECK(on_curve < 150);
}

TEST_CASE("Ed25519 gives the values of RFC 8032 section 7.1") {
    const auto secret =
        *base::fixed_from_hex<crypto::ed25519::SecretKey>("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb");
    const crypto::ed25519::PublicKey key = crypto::ed25519::public_key(secret);
    CHECK(base::to_hex(key.view()) == "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c");
    const crypto::ed25519::Signature signature = crypto::ed25519::sign(secret, base::Bytes{0x72});
    CHECK(base::to_hex(signature.view()) ==
          "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
          "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00");
    CHECK(crypto::ed25519::verify(key, base::Bytes{0x72}, signature));
    CHECK_FALSE(crypto::ed25519::verify(key, base::Bytes{0x73}, signature));
    CHECK(crypto::ed25519::verify(key, {}, crypto::ed25519::sign(secret, {})));
}

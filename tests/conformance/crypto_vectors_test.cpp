// Wycheproof: ECDSA secp256k1 in Bitcoin's flavour (strict DER, low-S), Ed25519, AES-GCM, HMAC and HKDF.
#include <catch2/catch.hpp>

#include "ledger/base/hex.hpp"
#include "ledger/crypto/aead.hpp"
#include "ledger/crypto/ed25519.hpp"
#include "ledger/crypto/keys.hpp"
#include "tests/conformance/vectors.hpp"

using namespace placet;
using base::Bytes;
using base::BytesView;
using nlohmann::json;

namespace {

Bytes hex(const json& value) { return *base::from_hex(value.get<std::string>()); }

// One DER INTEGER, minimal and not negative, into 32 octets.
bool take_integer(BytesView& der, std::uint8_t* out) {
    if (der.size() < 2 || der[0] != 0x02 || der[1] == 0 || der[1] > 0x7f || der.size() < 2U + der[1]) return false;
    BytesView number = der.subspan(2, der[1]);
    der = der.subspan(2U + number.size());
    if ((number[0] & 0x80) != 0) return false;
    if (number[0] == 0 && number.size() > 1) {
        if ((number[1] & 0x80) == 0) return false;
        number = number.subspan(1);
    }
    if (number.size() > 32) return false;
    std::ranges::copy(number, out + (32 - number.size()));
    return true;
}

// What a client that has DER from its HSM must do before it submits: r ‖ s, or nothing.
std::optional<crypto::Signature> from_strict_der(BytesView der) {
    crypto::Signature out;
    if (der.size() < 2 || der[0] != 0x30 || der[1] > 0x7f || der.size() != 2U + der[1]) return std::nullopt;
    der = der.subspan(2);
    if (!take_integer(der, out.data()) || !take_integer(der, out.data() + 32) || !der.empty()) return std::nullopt;
    return out;
}

crypto::PublicKey compressed(const Bytes& uncompressed) {
    crypto::PublicKey key;
    key.point.octets[0] = static_cast<std::uint8_t>(2 + (uncompressed.back() & 1));
    std::copy_n(uncompressed.begin() + 1, 32, key.point.octets.begin() + 1);
    return key;
}

}  // namespace

TEST_CASE("wycheproof: ECDSA over secp256k1 accepts exactly the valid low-S signatures") {
    const auto file = tests::read_json("wycheproof/ecdsa_secp256k1_sha256_bitcoin_test.json");
    if (!file) return;
    std::size_t count = 0;
    for (const json& group : (*file)["testGroups"]) {
        const crypto::PublicKey key = compressed(hex(group["publicKey"]["uncompressed"]));
        for (const json& test : group["tests"]) {
            const auto signature = from_strict_der(hex(test["sig"]));
            const bool accepted = signature && crypto::verify(key, crypto::sha256(hex(test["msg"])), *signature);
            INFO("tcId " << test["tcId"]);
            CHECK(accepted == (test["result"] == "valid"));
            ++count;
        }
    }
    CHECK(count == 463);
}

TEST_CASE("wycheproof: Ed25519 accepts exactly the valid signatures") {
    const auto file = tests::read_json("wycheproof/ed25519_test.json");
    if (!file) return;
    std::size_t count = 0;
    for (const json& group : (*file)["testGroups"]) {
        const auto key = crypto::ed25519::PublicKey::copy_of(hex(group["publicKey"]["pk"]));
        for (const json& test : group["tests"]) {
            const Bytes signature = hex(test["sig"]);
            const bool accepted = signature.size() == 64 &&
                                  crypto::ed25519::verify(key, hex(test["msg"]), crypto::ed25519::Signature::copy_of(signature));
            INFO("tcId " << test["tcId"]);
            CHECK(accepted == (test["result"] == "valid"));
            ++count;
        }
    }
    CHECK(count == 151);
}

TEST_CASE("wycheproof: AES-256-GCM with our nonce and tag sizes opens exactly the valid ciphertexts") {
    const auto file = tests::read_json("wycheproof/aes_gcm_test.json");
    if (!file) return;
    std::size_t count = 0;
    for (const json& group : (*file)["testGroups"]) {
        if (group["keySize"] != 256 || group["ivSize"] != 96 || group["tagSize"] != 128) continue;
        for (const json& test : group["tests"]) {
            Bytes sealed = hex(test["iv"]);
            base::append(sealed, hex(test["ct"]));
            base::append(sealed, hex(test["tag"]));
            const auto opened = crypto::open(crypto::AeadKey::copy_of(hex(test["key"])), sealed, hex(test["aad"]));
            INFO("tcId " << test["tcId"]);
            CHECK(opened.has_value() == (test["result"] == "valid"));
            if (opened) CHECK(*opened == hex(test["msg"]));
            ++count;
        }
    }
    CHECK(count > 50);
}

TEST_CASE("wycheproof: HMAC-SHA-256 gives the tags") {
    const auto file = tests::read_json("wycheproof/hmac_sha256_test.json");
    if (!file) return;
    std::size_t count = 0;
    for (const json& group : (*file)["testGroups"])
        for (const json& test : group["tests"]) {
            const Bytes tag = hex(test["tag"]);
            const crypto::Hash ours = crypto::hmac_sha256(hex(test["key"]), hex(test["msg"]));
            INFO("tcId " << test["tcId"]);
            CHECK(base::equal(ours.view().first(tag.size()), tag) == (test["result"] == "valid"));
            ++count;
        }
    CHECK(count == 174);
}

TEST_CASE("wycheproof: HKDF-SHA-256 gives the keys") {
    const auto file = tests::read_json("wycheproof/hkdf_sha256_test.json");
    if (!file) return;
    std::size_t count = 0;
    for (const json& group : (*file)["testGroups"])
        for (const json& test : group["tests"]) {
            if (test["result"] != "valid") {  // longer than HKDF can give: a caller's bug here (ASSERT)
                CHECK(test["size"].get<std::size_t>() > 255 * 32);
                continue;
            }
            INFO("tcId " << test["tcId"]);
            CHECK(crypto::hkdf_sha256(hex(test["ikm"]), hex(test["salt"]), hex(test["info"]), test["size"]) == hex(test["okm"]));
            ++count;
        }
    CHECK(count > 70);
}

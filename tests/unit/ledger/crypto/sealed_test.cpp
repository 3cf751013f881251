// Sealed bytes and key files: any change is refused.
#include <catch2/catch.hpp>

#include "ledger/base/cbor.hpp"
#include "ledger/base/hex.hpp"
#include "ledger/crypto/aead.hpp"
#include "ledger/crypto/random.hpp"
#include "ledger/crypto/sealed_key.hpp"
#include "tests/support/prng.hpp"

using namespace placet;
using base::as_bytes;

TEST_CASE("what was sealed opens under the same key and name only") {
    const auto key = crypto::random_fixed<crypto::AeadKey>();
    for (const std::size_t size : {0, 1, 15, 16, 17, 1000}) {
        const base::Bytes plain = crypto::random_bytes(size);
        const base::Bytes sealed = crypto::seal(key, plain, as_bytes("record 1"));
        CHECK(sealed.size() == size + 28);
        CHECK(*crypto::open(key, sealed, as_bytes("record 1")) == plain);
        CHECK_FALSE(crypto::open(key, sealed, as_bytes("record 2")).has_value());
        CHECK_FALSE(crypto::open(crypto::random_fixed<crypto::AeadKey>(), sealed, as_bytes("record 1")).has_value());
    }
    CHECK(crypto::seal(key, {}, {}) != crypto::seal(key, {}, {}));
}

TEST_CASE("every bit of sealed bytes is authenticated") {
    const auto key = crypto::random_fixed<crypto::AeadKey>();
    const base::Bytes sealed = crypto::seal(key, as_bytes("secret"), as_bytes("name"));
    for (std::size_t bit = 0; bit < 8 * sealed.size(); ++bit) {
        base::Bytes changed = sealed;
        changed[bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
        const auto opened = crypto::open(key, changed, as_bytes("name"));
        REQUIRE_FALSE(opened.has_value());
        REQUIRE(opened.error().code == base::ErrorCode::corrupt);
    }
    for (std::size_t size = 0; size < sealed.size(); ++size)
        REQUIRE_FALSE(crypto::open(key, base::BytesView(sealed).first(size), as_bytes("name")).has_value());
}

TEST_CASE("a key file gives its public part to everybody and its secret to the passphrase") {
    const crypto::SealedKeyInfo info{"vote", "es256k", "es256k:02ab"};
    const base::Bytes file = crypto::seal_key(info, as_bytes("the secret"), "correct horse", {10});
    const auto read = crypto::read_key_info(file);
    REQUIRE(read.has_value());
    CHECK(read->purpose == "vote");
    CHECK(read->algorithm == "es256k");
    CHECK(read->public_text == "es256k:02ab");
    CHECK(*crypto::open_key(file, "correct horse") == base::to_bytes("the secret"));
    CHECK(crypto::open_key(file, "wrong").error().code == base::ErrorCode::unauthenticated);
    CHECK(crypto::open_key(crypto::seal_key(info, {}, "", {10}), "").value().empty());
}

TEST_CASE("no changed key file opens") {
    const base::Bytes file = crypto::seal_key({"vote", "es256k", "p"}, as_bytes("s"), "pass", {10});
    for (std::size_t octet = 0; octet < file.size(); ++octet) {
        base::Bytes changed = file;
        changed[octet] ^= 0x01;
        REQUIRE_FALSE(crypto::open_key(changed, "pass").has_value());
    }
}

TEST_CASE("a key file cannot ask for more than a gigabyte of memory") {
    const base::Bytes file = std::move(base::cbor::Writer{}
                                           .array(10).text("placet-key").uint(1).text("vote").text("es256k").text("")
                                           .uint(1ULL << 40).uint(8).uint(1).bytes(base::Bytes(16)).bytes(base::Bytes(40))).take();
    const auto read = crypto::open_key(file, "pass");
    REQUIRE_FALSE(read.has_value());
    CHECK(read.error().field == "N");
}

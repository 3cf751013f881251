// Hashes against published values.
#include "ledger/crypto/hash.hpp"

#include <catch2/catch.hpp>
#include <thread>

#include "ledger/base/hex.hpp"

using namespace placet;
using base::as_bytes;
using base::to_hex;

TEST_CASE("SHA-256 gives the values of FIPS 180-4, whole or in pieces") {
    CHECK(to_hex(crypto::sha256(as_bytes("")).view()) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    CHECK(to_hex(crypto::sha256(as_bytes("abc")).view()) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    CHECK(crypto::sha256(as_bytes("a"), as_bytes("b"), as_bytes("c")) == crypto::sha256(as_bytes("abc")));
    CHECK(crypto::sha256(as_bytes(""), as_bytes("abc")) == crypto::sha256(as_bytes("abc")));
}

TEST_CASE("a tagged hash is BIP 340's construction and separates its tags") {
    const crypto::Hash tag = crypto::sha256(as_bytes("placet/part/1"));
    base::Bytes input = base::to_bytes(tag.view());
    base::append(input, tag.view());
    base::append(input, as_bytes("data"));
    CHECK(crypto::tagged_hash("placet/part/1", as_bytes("data")) == crypto::sha256(input));
    CHECK(crypto::tagged_hash("placet/part/1", as_bytes("data")) != crypto::tagged_hash("placet/part/2", as_bytes("data")));
}

TEST_CASE("HMAC-SHA-256 gives the values of RFC 4231, with keys shorter and longer than a block") {
    CHECK(to_hex(crypto::hmac_sha256(as_bytes("Jefe"), as_bytes("what do ya want for nothing?")).view()) ==
          "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    const base::Bytes long_key(131, 0xaa);
    CHECK(to_hex(crypto::hmac_sha256(long_key, as_bytes("Test Using Larger Than Block-Size Key - Hash Key First")).view()) ==
          "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
    CHECK(to_hex(crypto::hmac_sha256({}, {}).view()) == "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad");
}

TEST_CASE("HKDF-SHA-256 gives the values of RFC 5869, of any allowed length") {
    const base::Bytes key(22, 0x0b);
    const base::Bytes salt = *base::from_hex("000102030405060708090a0b0c");
    const base::Bytes info = *base::from_hex("f0f1f2f3f4f5f6f7f8f9");
    CHECK(to_hex(crypto::hkdf_sha256(key, salt, info, 42)) ==
          "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865");
    CHECK(crypto::hkdf_sha256(key, salt, info, 0).empty());
    CHECK(crypto::hkdf_sha256(key, salt, info, 255 * 32).size() == 255 * 32);
}

TEST_CASE("threads hash at once without disturbing each other") {
    std::array<crypto::Hash, 4> results;
    {
        std::vector<std::jthread> threads;
        for (crypto::Hash& result : results)
            threads.emplace_back([&result] {
                for (int i = 0; i < 2000; ++i) result = crypto::sha256(result.view());
            });
    }
    for (const crypto::Hash& result : results) CHECK(result == results[0]);
}

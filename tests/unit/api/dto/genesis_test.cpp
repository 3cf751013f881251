// genesis.json, both ways and strictly; receipts and requests from JSON.
#include <catch2/catch.hpp>

#include "api/dto/genesis.hpp"
#include "api/dto/receipt.hpp"
#include "api/dto/request.hpp"
#include "ledger/crypto/random.hpp"

#include <nlohmann/json.hpp>

#include "api/dto/json.hpp"

using namespace placet;
using namespace placet::api::dto;

namespace {

crypto::PublicKey key() { return crypto::SigningKey::generate().public_key(); }

types::Genesis sample() {
    types::Genesis genesis;
    genesis.chain = "test-chain";
    genesis.created_at_ms = 1795478400000ULL;
    for (const char* name : {"a", "b", "c", "d"}) {
        const std::string id = std::string("hospital-") + name;
        types::Validator validator;
        validator.name = id;
        validator.organisation = id;
        validator.vote_key = key();
        validator.checkpoint_key = key();
        validator.service_key = key();
        validator.note_key = crypto::ed25519::public_key(crypto::random_fixed<crypto::ed25519::SecretKey>());
        validator.tls_spki = crypto::random_fixed<types::SpkiHash>();
        validator.peer_address = "127.0.0.1:700" + std::string(1, name[0] == 'a' ? '1' : name[0] == 'b' ? '2' : name[0] == 'c' ? '3' : '4');
        validator.api_address = "127.0.0.1:800" + validator.peer_address.substr(13);
        genesis.validators.validators.push_back(validator);
        genesis.organisations.push_back({id, "Hospital \"" + std::string(name) + "\" \xc3\xa4", "hospital", "DE", key(), key(), crypto::random_fixed<types::SpkiHash>()});
    }
    genesis.organisations.back().operator_spki = {};
    return genesis;
}

}  // namespace

TEST_CASE("genesis.json reads back to the same value and hash") {
    const types::Genesis genesis = sample();
    REQUIRE(types::check(genesis).has_value());
    const auto again = genesis_from_json(genesis_to_json(genesis));
    REQUIRE(again.has_value());
    CHECK(*again == genesis);
    CHECK(types::genesis_hash(*again) == types::genesis_hash(genesis));
}

TEST_CASE("a genesis with an unknown, missing, repeated or wrong field is refused with its place") {
    const std::string text = genesis_to_json(sample());
    const auto field_after = [&](const std::string& from, const std::string& to) {
        std::string changed = text;
        changed.replace(changed.find(from), from.size(), to);
        const auto read = genesis_from_json(changed);
        REQUIRE_FALSE(read.has_value());
        return read.error().field;
    };
    CHECK(field_after("\"vote_key\"", "\"vote_kee\"") == "validators[0].vote_key");
    CHECK(field_after("\"witnesses\": []", "\"witnesses\": [], \"windo\": 3") == "windo");
    CHECK(field_after("placet-genesis/1", "placet-genesis/2") == "format");
    CHECK(field_after("es256k:", "es256x:") == "validators[0].vote_key");
    CHECK(field_after("2026-", "2026/") == "created_at");
    CHECK(field_after("\"chain\"", "\"chain\": \"x\", \"chain\"") == "/chain");
}

TEST_CASE("a fingerprint is sixteen groups of four digits") {
    types::Hash hash;
    for (std::size_t i = 0; i < 32; ++i) hash.octets[i] = static_cast<std::uint8_t>(i);
    CHECK(fingerprint(hash) == "0001 0203 0405 0607 0809 0a0b 0c0d 0e0f 1011 1213 1415 1617 1819 1a1b 1c1d 1e1f");
}

TEST_CASE("a receipt reads back to the same value, and nothing else is taken for one") {
    Receipt receipt;
    receipt.transaction = crypto::random_fixed<types::TransactionId>();
    receipt.height = 7;
    receipt.leaf_index = 12;
    receipt.block_time_ms = 1795478400001ULL;
    receipt.outcome = {false, "consent_not_in_force", {0x81, 0x01}};
    receipt.certificate.body.height = 7;
    receipt.certificate.signers = 7;
    receipt.certificate.signatures.resize(3);
    const std::string text = dump_json(to_json(receipt));
    CHECK(receipt_from_json(text).value() == receipt);
    CHECK_FALSE(receipt_from_json("{}").has_value());
    std::string more = text;
    more.insert(1, "\"extra\":1,");
    CHECK(receipt_from_json(more).error().field == "extra");
}

TEST_CASE("a request for access is read strictly") {
    const auto request = request_from_json(
        R"({"datasets":["ds-a"],"duo_purposes":["HMB","DUO:0000007"],"diseases":["MONDO:0005148"],"for_profit":"no","months":12,"purposes":[{"code":"BIORCH"}]})");
    REQUIRE(request.has_value());
    CHECK(request->terms.purposes.size() == 2);
    CHECK(request->terms.for_profit == contracts::dataset::Stated::no);
    CHECK(request->purposes.at(0).code == "BIORCH");
    CHECK(request_from_json(R"({"datasets":["a"],"for_profit":"maybe"})").error().field == "for_profit");
    CHECK(request_from_json(R"({"datasets":[]})").error().field == "datasets");
    CHECK(request_from_json(R"({"datasets":["a"],"purposes":[{"coed":"X"}]})").error().field == "purposes[0].code");
}

// Certificates and genesis: exactly q signatures of the right keys, and the rules of the file everybody trusts.
#include <catch2/catch.hpp>

#include "ledger/base/hex.hpp"
#include "ledger/types/checkpoint.hpp"
#include "tests/support/sample_chain.hpp"

using namespace placet;
using types::QuorumCertificate;

TEST_CASE("quorum and fault numbers are those of the consensus page for n from 1 to 13") {
    const std::size_t expected_f[] = {0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3, 4};
    const std::size_t expected_q[] = {1, 2, 2, 3, 4, 4, 5, 6, 6, 7, 8, 8, 9};
    for (std::size_t n = 1; n <= 13; ++n) {
        CHECK(types::max_faulty(n) == expected_f[n - 1]);
        CHECK(types::quorum(n) == expected_q[n - 1]);
        CHECK(2 * types::quorum(n) >= n + types::max_faulty(n) + 1);  // two quorums share an honest validator
        CHECK(types::quorum(n) <= n - types::max_faulty(n));          // and one is there without the faulty
    }
}

TEST_CASE("a certificate verifies with exactly q signatures of validators, each over this body") {
    const tests::SampleChain chain(7);
    const types::ValidatorSet& set = chain.genesis().validators;
    const types::CheckpointBody body = chain.sealed(0).certificate.body;
    const auto good = [&](const QuorumCertificate& c) { return types::verify(c, set, chain.genesis_hash()).has_value(); };
    CHECK(good(chain.certify(body, 0b0011111)));
    CHECK(good(chain.certify(body, 0b1110011)));
    CHECK_FALSE(good(chain.certify(body, 0b0001111)));  // one too few
    CHECK_FALSE(good(chain.certify(body, 0b0111111)));  // one too many
    QuorumCertificate changed = chain.certify(body, 0b0011111);
    ++changed.body.block_time_ms;
    CHECK_FALSE(good(changed));
    changed = chain.certify(body, 0b0011111);
    changed.signers = 0b0101111;  // another validator's name on a signature
    CHECK_FALSE(good(changed));
    changed.signers = 0b10001111;  // nobody's seat
    CHECK_FALSE(good(changed));
    changed = chain.certify(body, 0b0011111);
    std::swap(changed.signatures[0], changed.signatures[1]);
    CHECK_FALSE(good(changed));
    changed = chain.certify(body, 0b0011111);
    changed.signatures[1] = changed.signatures[0];
    CHECK_FALSE(good(changed));
    types::CheckpointBody later = body;
    later.epoch = 1;
    CHECK(types::verify(chain.certify(later), set, chain.genesis_hash()).error().field == "epoch");
    CHECK_FALSE(types::verify(chain.certify(body), set, types::Hash{}).has_value());
}

TEST_CASE("a checkpoint's text has three lines: origin, size, root") {
    types::CheckpointBody body;
    body.size = 20852163;
    CHECK(types::checkpoint_text("example.com/behind-the-sofa", body) ==
          "example.com/behind-the-sofa\n20852163\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n");
}

TEST_CASE("a sample genesis keeps every rule") {
    for (const std::size_t n : {1, 4, 7, 13}) {
        const base::Status status = types::check(tests::sample_genesis(n));
        INFO((status ? std::string() : base::describe(status.error())));
        CHECK(status.has_value());
    }
}

TEST_CASE("a genesis that breaks a rule is refused with the field that breaks it") {
    const types::Genesis good = tests::sample_genesis(4);
    const auto field_of = [&](void (*change)(types::Genesis&)) {
        types::Genesis genesis = good;
        change(genesis);
        const base::Status status = types::check(genesis);
        return status ? std::string("none") : status.error().field;
    };
    using G = types::Genesis;
    CHECK(field_of([](G&) {}) == "none");
    CHECK(field_of([](G& g) { g.chain = "Upper"; }) == "chain");
    CHECK(field_of([](G& g) { g.chain.clear(); }) == "chain");
    CHECK(field_of([](G& g) { g.window = 17; }) == "window");
    CHECK(field_of([](G& g) { g.checkpoint_interval = 0; }) == "checkpoint_interval");
    CHECK(field_of([](G& g) { g.rule_version = 2; }) == "rule_version");
    CHECK(field_of([](G& g) { g.organisations.clear(); }) == "organisations");
    CHECK(field_of([](G& g) { g.organisations[1].id = g.organisations[0].id; }) == "organisations[1].id");
    CHECK(field_of([](G& g) { g.organisations[1].title = "\xff"; }) == "organisations[1].title");
    CHECK(field_of([](G& g) { g.organisations[1].kind = "bank"; }) == "organisations[1].kind");
    CHECK(field_of([](G& g) { g.organisations[1].country = "at"; }) == "organisations[1].country");
    CHECK(field_of([](G& g) { g.organisations[2].operator_key = g.organisations[2].recovery_key; }) == "organisations[2].operator_key");
    CHECK(field_of([](G& g) { g.validators.validators.clear(); }) == "validators");
    CHECK(field_of([](G& g) { g.validators.epoch = 1; }) == "validators.epoch");
    CHECK(field_of([](G& g) { g.validators.validators[1].vote_key = g.validators.validators[1].checkpoint_key; }) ==
          "validators[1].checkpoint_key");
    CHECK(field_of([](G& g) { g.validators.validators[1].vote_key.point.octets[0] = 9; }) == "validators[1].vote_key");
    CHECK(field_of([](G& g) { g.validators.validators[1].name = "house-0"; }) == "validators[1].name");
    CHECK(field_of([](G& g) { g.validators.validators[1].organisation = "house-0"; }) == "validators[0].organisation");
    CHECK(field_of([](G& g) { g.validators.validators[1].organisation = "nobody"; }) == "validators[1].organisation");
    CHECK(field_of([](G& g) { g.validators.validators[1].tls_spki = {}; }) == "validators[1].tls_spki");
    CHECK(field_of([](G& g) { g.validators.validators[1].tls_spki = g.validators.validators[0].tls_spki; }) == "validators[1].tls_spki");
    CHECK(field_of([](G& g) { g.validators.validators[1].peer_address = "host"; }) == "validators[1].peer_address");
    CHECK(field_of([](G& g) { g.validators.validators[1].api_address = "host:0"; }) == "validators[1].api_address");
    CHECK(field_of([](G& g) { g.witnesses = {""}; }) == "witnesses");
}

TEST_CASE("the genesis hash covers every field and the set's hash every validator") {
    const types::Genesis genesis = tests::sample_genesis(4);
    types::Genesis changed = genesis;
    changed.organisations[3].title += "!";
    CHECK(types::genesis_hash(changed) != types::genesis_hash(genesis));
    CHECK(types::validator_set_hash(changed.validators) == types::validator_set_hash(genesis.validators));
    changed.validators.validators[2].peer_address = "other:1";
    CHECK(types::validator_set_hash(changed.validators) != types::validator_set_hash(genesis.validators));
    CHECK(*types::decode_genesis(types::encode(genesis)) == genesis);
}

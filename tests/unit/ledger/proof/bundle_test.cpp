// Bundles: what is true is proved, and nothing else, however the file is changed or forged.
#include <catch2/catch.hpp>
#include <functional>

#include "ledger/base/hex.hpp"
#include "ledger/merkle/tree.hpp"
#include "ledger/proof/verify.hpp"
#include "ledger/state/index_key.hpp"
#include "ledger/types/leaf.hpp"
#include "tests/support/prng.hpp"
#include "tests/support/sample_chain.hpp"

using namespace placet;
using base::Bytes;
using proof::Verdict;
using tests::SampleChain;

namespace {

const Bytes kKey = {0x81, 0x01};
const Bytes kValue = {0x82, 0x01, 0x02};

// Three blocks after genesis, three events each; the map has one entry from block 1 on.
SampleChain small_chain(std::size_t validators = 4) {
    SampleChain chain(validators);
    for (std::uint64_t block = 0; block < 3; ++block) {
        std::vector<types::Transaction> transactions;
        for (std::uint64_t i = 0; i < 3; ++i) transactions.push_back(chain.transaction(3 * block + i));
        std::vector<types::StateWrite> writes;
        if (block == 0) writes.push_back({kKey, kValue});
        chain.append(transactions, writes);
    }
    return chain;
}

Bytes event_bundle(const SampleChain& chain, std::uint64_t leaf, types::Height height) {
    return *proof::build_event_bundle({leaf, chain.leaves().at(leaf)}, chain.sealed(height), chain.log());
}

proof::EventBundle decoded_event(const Bytes& bytes) { return *proof::decode_event_bundle(*proof::read_frame(bytes)); }

// proved, disproved or unreadable.
std::string outcome(const base::Result<Verdict>& verdict) {
    if (!verdict) return "unreadable";
    return verdict->proved ? "proved" : "disproved";
}

bool mentions(const std::vector<std::string>& sentences, std::string_view words) {
    return std::ranges::any_of(sentences, [&](const std::string& s) { return s.find(words) != std::string::npos; });
}

std::string fact(const Verdict& verdict, std::string_view name) {
    for (const proof::Fact& f : verdict.facts)
        if (f.name == name) return f.value;
    return "";
}

}  // namespace

TEST_CASE("an event is proved as of its own block and as of every later one") {
    const SampleChain chain = small_chain();
    for (const types::Height height : {1, 2, 3}) {
        const auto verdict = proof::verify(event_bundle(chain, 2, height), chain.genesis());
        REQUIRE(outcome(verdict) == "proved");
        CHECK(fact(*verdict, "block_height") == "1");
        CHECK(fact(*verdict, "sealed_height") == std::to_string(height));
        CHECK(fact(*verdict, "signers") == "house-0, house-1, house-2");
        CHECK(fact(*verdict, "outcome") == "accepted");
        CHECK(fact(*verdict, "transaction") == base::to_hex(chain.transaction(1).id.view()));
        CHECK(fact(*verdict, "sender") == crypto::to_text(tests::sample_key("sender").public_key()));
        CHECK(mentions(verdict->proves, "sealed by 3 of 4 validators"));
        CHECK(mentions(verdict->does_not_prove, "Reads made outside the system"));
        CHECK(verdict->reason.empty());
        REQUIRE(verdict->transaction.has_value());
        CHECK(verdict->transaction->payload == tests::sample_payload(1));
    }
    CHECK_FALSE(proof::build_event_bundle({6, chain.leaves().at(6)}, chain.sealed(1), chain.log()).has_value());
    CHECK_FALSE(proof::build_event_bundle({0, chain.leaves().at(0)}, chain.sealed(1), chain.log()).has_value());  // a commit leaf
}

TEST_CASE("no single bit of a bundle can be changed") {
    const SampleChain chain = small_chain();
    const Bytes bundle = event_bundle(chain, 2, 2);
    for (std::size_t bit = 0; bit < 8 * bundle.size(); ++bit) {
        Bytes changed = bundle;
        changed[bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
        REQUIRE(outcome(proof::verify(changed, chain.genesis())) != "proved");
    }
    for (std::size_t size = 0; size < bundle.size(); ++size)
        REQUIRE(outcome(proof::verify(base::BytesView(bundle).first(size), chain.genesis())) == "unreadable");
    Bytes longer = bundle;
    longer.push_back(0);
    CHECK(outcome(proof::verify(longer, chain.genesis())) == "unreadable");
    Bytes damaged = bundle;
    damaged[bundle.size() / 2] ^= 1;
    CHECK(proof::verify(damaged, chain.genesis())->reason.starts_with("the bundle was changed or damaged"));
}

TEST_CASE("a bundle forged in any field is not proved, although its closing hash is right") {
    const SampleChain chain = small_chain();
    const proof::EventBundle good = decoded_event(event_bundle(chain, 2, 2));
    const auto forged = [&](const std::function<void(proof::EventBundle&)>& change) {
        proof::EventBundle bundle = good;
        change(bundle);
        return outcome(proof::verify(proof::encode(bundle), chain.genesis()));
    };
    CHECK(forged([](auto&) {}) == "proved");
    CHECK(forged([](auto& b) { b.genesis.octets[0] ^= 1; }) == "disproved");
    CHECK(forged([](auto& b) { b.transaction.octets[0] ^= 1; }) == "disproved");
    CHECK(forged([](auto& b) { ++b.leaf_index; }) == "disproved");
    CHECK(forged([&](auto& b) { b.event_leaf = chain.leaves()[3]; }) == "disproved");
    CHECK(forged([](auto& b) { b.event_leaf.back() ^= 1; }) == "disproved");
    CHECK(forged([](auto& b) { b.event_leaf.clear(); }) == "disproved");
    CHECK(forged([](auto& b) { b.path[0].octets[0] ^= 1; }) == "disproved");
    CHECK(forged([](auto& b) { b.path.pop_back(); }) == "disproved");
    CHECK(forged([](auto& b) { b.path.push_back({}); }) == "disproved");
    CHECK(forged([](auto& b) { b.head.commit_leaf.back() ^= 1; }) == "disproved");
    CHECK(forged([&](auto& b) { b.head.commit_leaf = chain.leaves()[4]; }) == "disproved");
    CHECK(forged([](auto& b) { b.head.path[0].octets[0] ^= 1; }) == "disproved");
    CHECK(forged([](auto& b) { b.head.path.clear(); }) == "disproved");
    CHECK(forged([](auto& b) { b.head.certificate.body.epoch = 1; }) == "disproved");
    CHECK(forged([](auto& b) { ++b.head.certificate.body.height; }) == "disproved");
    CHECK(forged([](auto& b) { ++b.head.certificate.body.size; }) == "disproved");
    CHECK(forged([](auto& b) { b.head.certificate.body.root.octets[9] ^= 1; }) == "disproved");
    CHECK(forged([](auto& b) { ++b.head.certificate.body.block_time_ms; }) == "disproved");
    CHECK(forged([](auto& b) { b.head.certificate.signers = 0b1101; }) == "disproved");
    CHECK(forged([](auto& b) { b.head.certificate.signatures[2].octets[40] ^= 1; }) == "disproved");
    CHECK(forged([&](auto& b) { b.head.certificate = chain.certify(b.head.certificate.body, 0b0011); }) == "disproved");
    CHECK(forged([&](auto& b) { b.head.certificate = chain.certify(b.head.certificate.body, 0b1111); }) == "disproved");
    CHECK(forged([&](auto& b) { b.head.certificate = chain.certify(b.head.certificate.body, 0b1110); }) == "proved");
    CHECK(forged([](auto& b) { b.head.certificate.signers = 0b1111; }) == "unreadable");  // bitmap and signatures disagree
}

TEST_CASE("random changes with a recomputed closing hash never prove anything else") {
    const SampleChain chain = small_chain();
    const Bytes bundle = event_bundle(chain, 2, 2);
    const Bytes body(bundle.begin(), bundle.end() - 32);
    tests::Prng prng(16);
    for (int round = 0; round < 3000; ++round) {
        Bytes changed = tests::mutated(body, prng);
        if (changed == body) continue;
        base::append(changed, crypto::sha256(changed).view());
        REQUIRE(outcome(proof::verify(changed, chain.genesis())) != "proved");
        if (const auto frame = proof::read_frame(changed))
            if (const auto decoded = proof::decode_event_bundle(*frame)) REQUIRE(proof::encode(*decoded) == changed);
    }
}

TEST_CASE("an event whose own signature is wrong is disproved even under a valid seal") {
    SampleChain chain(4);
    types::Transaction unsigned_transaction = chain.transaction(0);
    unsigned_transaction.bytes.back() ^= 1;
    chain.append({unsigned_transaction});
    const auto verdict = proof::verify(event_bundle(chain, 1, 1), chain.genesis());
    REQUIRE(outcome(verdict) == "disproved");
    CHECK(verdict->reason == "the transaction's own signature does not verify");
    CHECK(verdict->proves.empty());
    CHECK(verdict->facts.empty());
    CHECK_FALSE(verdict->does_not_prove.empty());
}

TEST_CASE("an event leaf that lies about its height or time is disproved even under a valid seal") {
    const SampleChain honest = small_chain();
    const types::Transaction transaction = honest.transaction(0);
    const base::TimeMs time = std::get<types::CommitLeaf>(*types::decode_leaf(honest.leaves()[4])).block_time_ms;
    const auto sealed_with = [&](types::Height height, base::TimeMs event_time) {
        // A log of two leaves at height 1, sealed by a quorum that lies.
        const Bytes event = types::encode(types::EventLeaf{height, event_time, transaction.bytes, {true, "recorded", Bytes{0x80}}});
        types::CommitLeaf commit = std::get<types::CommitLeaf>(*types::decode_leaf(honest.leaves()[4]));
        commit.leaves = 2;
        const std::vector<Bytes> leaves = {event, types::encode(commit)};
        const std::vector<crypto::Hash> hashes = merkle::leaf_hashes(leaves);
        const types::CheckpointBody body{0, commit.height, 2, merkle::root_of(hashes), commit.block_time_ms};
        const proof::SealedPoint point{honest.genesis_hash(), honest.certify(body), leaves[1], {}};
        return outcome(proof::verify(*proof::build_event_bundle({0, event}, point, merkle::LeafHashSource(hashes)), honest.genesis()));
    };
    CHECK(sealed_with(1, time) == "proved");
    CHECK(sealed_with(2, time) == "disproved");
    CHECK(sealed_with(0, time) == "disproved");
    CHECK(sealed_with(1, time - 1) == "disproved");
}

TEST_CASE("fewer than four validators prove nothing unless development is allowed") {
    const SampleChain chain = small_chain(3);
    const Bytes bundle = event_bundle(chain, 2, 2);
    const auto refused = proof::verify(bundle, chain.genesis());
    REQUIRE(outcome(refused) == "disproved");
    CHECK(refused->reason.find("fewer than four") != std::string::npos);
    proof::VerifyOptions options;
    options.development_chains = proof::DevelopmentChains::allowed;
    const auto allowed = proof::verify(bundle, chain.genesis(), options);
    REQUIRE(outcome(allowed) == "proved");
    CHECK(mentions(allowed->does_not_prove, "for development"));
}

TEST_CASE("a bundle of another chain is disproved, and a genesis that breaks its rules is unreadable") {
    const SampleChain chain = small_chain();
    types::Genesis other = chain.genesis();
    other.chain = "other";
    const auto verdict = proof::verify(event_bundle(chain, 2, 2), other);
    REQUIRE(outcome(verdict) == "disproved");
    CHECK(verdict->reason.find("the genesis file given is " + base::to_hex(types::genesis_hash(other).view())) != std::string::npos);
    other.window = 0;
    CHECK(outcome(proof::verify(event_bundle(chain, 2, 2), other)) == "unreadable");
    CHECK(outcome(proof::verify({}, chain.genesis())) == "unreadable");
    CHECK(outcome(proof::verify(base::as_bytes("{\"json\": true}"), chain.genesis())) == "unreadable");
}

TEST_CASE("freshness and a pinned checkpoint are asked of the seal") {
    const SampleChain chain = small_chain();
    const types::CheckpointBody body = chain.sealed(2).certificate.body;
    const Bytes bundle = event_bundle(chain, 2, 2);
    proof::VerifyOptions options;
    options.not_before_ms = body.block_time_ms;
    CHECK(outcome(proof::verify(bundle, chain.genesis(), options)) == "proved");
    ++*options.not_before_ms;
    CHECK(outcome(proof::verify(bundle, chain.genesis(), options)) == "disproved");
    options.not_before_ms.reset();
    options.pinned = merkle::TreeHead{body.size, body.root};
    CHECK(outcome(proof::verify(bundle, chain.genesis(), options)) == "proved");
    options.pinned->root.octets[0] ^= 1;
    CHECK(proof::verify(bundle, chain.genesis(), options)->reason.find("two histories") != std::string::npos);
    options.pinned->size += 1;
    CHECK(outcome(proof::verify(bundle, chain.genesis(), options)) == "disproved");
}

TEST_CASE("a consistency bundle proves that the log only grew") {
    const SampleChain chain = small_chain();
    const Bytes bundle = *proof::build_consistency_bundle(chain.sealed(1), chain.sealed(3), chain.log());
    const auto verdict = proof::verify(bundle, chain.genesis());
    REQUIRE(outcome(verdict) == "proved");
    CHECK(mentions(verdict->proves, "begins with exactly the 5 leaves of block 1"));
    for (std::size_t bit = 0; bit < 8 * bundle.size(); ++bit) {
        Bytes changed = bundle;
        changed[bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
        REQUIRE(outcome(proof::verify(changed, chain.genesis())) != "proved");
    }
    CHECK(outcome(proof::verify(*proof::build_consistency_bundle(chain.sealed(2), chain.sealed(2), chain.log()), chain.genesis())) == "proved");
    CHECK_FALSE(proof::build_consistency_bundle(chain.sealed(3), chain.sealed(1), chain.log()).has_value());
}

TEST_CASE("a consistency bundle of two histories is disproved and names equivocation") {
    const SampleChain chain = small_chain();
    const proof::ConsistencyBundle good =
        *proof::decode_consistency_bundle(*proof::read_frame(*proof::build_consistency_bundle(chain.sealed(1), chain.sealed(3), chain.log())));
    types::CheckpointBody forked = good.newer.body;
    forked.root.octets[0] ^= 1;
    proof::ConsistencyBundle bundle = good;
    bundle.newer = chain.certify(forked);
    CHECK(outcome(proof::verify(proof::encode(bundle), chain.genesis())) == "disproved");
    bundle.older = good.newer;
    bundle.path.clear();
    CHECK(proof::verify(proof::encode(bundle), chain.genesis())->reason.find("equivocated") != std::string::npos);
    bundle = good;
    std::swap(bundle.older, bundle.newer);
    CHECK(outcome(proof::verify(proof::encode(bundle), chain.genesis())) == "disproved");
}

TEST_CASE("a state bundle proves that an entry has a value, or that there is none") {
    const SampleChain chain = small_chain();
    const auto build = [&](const Bytes& key, std::optional<Bytes> value) {
        return *proof::build_state_bundle({key, std::move(value), chain.map().prove(key)}, chain.sealed(3), chain.log());
    };
    const Bytes other_key = {0x81, 0x02};
    const auto present = proof::verify(build(kKey, kValue), chain.genesis());
    REQUIRE(outcome(present) == "proved");
    CHECK(fact(*present, "present") == "yes");
    const auto absent = proof::verify(build(other_key, std::nullopt), chain.genesis());
    REQUIRE(outcome(absent) == "proved");
    CHECK(fact(*absent, "present") == "no");
    CHECK(outcome(proof::verify(build(kKey, std::nullopt), chain.genesis())) == "disproved");
    CHECK(outcome(proof::verify(build(kKey, other_key), chain.genesis())) == "disproved");
    CHECK(outcome(proof::verify(build(other_key, kValue), chain.genesis())) == "disproved");
    // The map of another height.
    CHECK(outcome(proof::verify(*proof::build_state_bundle({kKey, kValue, chain.map().prove(kKey)}, chain.sealed(0), chain.log()),
                                chain.genesis())) == "disproved");
}

TEST_CASE("an index bundle proves that its rows are all there are") {
    SampleChain chain = small_chain();
    const Bytes key = state::encode(state::index_key(state::IndexKind::access_of_dataset, std::string_view("hospital-a/d1")));
    std::vector<Bytes> rows;
    for (const std::uint64_t leaf : {1, 2, 5})
        rows.push_back(state::encode(state::IndexRow{leaf, 0, 1000, merkle::leaf_hash(chain.leaves()[leaf]), std::nullopt}));
    const Bytes head = state::encode(state::SubLogHead{rows.size(), merkle::root_of_entries(rows)});
    chain.append({}, {{state::head_key(key), head}});
    const auto check = [&](const Bytes& index_key, std::vector<Bytes> some_rows) {
        const state::MapProof map_proof = chain.map().prove(state::head_key(index_key));
        return outcome(proof::verify(*proof::build_index_bundle({index_key, std::move(some_rows), map_proof}, chain.sealed(4), chain.log()),
                                     chain.genesis()));
    };
    CHECK(check(key, rows) == "proved");
    CHECK(check(key, {rows[0], rows[1]}) == "disproved");
    CHECK(check(key, {rows[1], rows[0], rows[2]}) == "disproved");
    CHECK(check(key, {}) == "disproved");
    const Bytes other = state::encode(state::index_key(state::IndexKind::access_of_dataset, std::string_view("hospital-a/d2")));
    CHECK(check(other, {}) == "proved");
    CHECK(check(other, rows) == "disproved");
    // Absent, and sure to stay so: what only looks like d1 would prove that nobody read it.
    for (const std::string_view twin : {"hospital-a/d1 ", "hospital\u2010a/d1", "hospital-a/\u0501" "1", "hospital-a/d1\u200b", "hospital-a/d1\n"}) {
        INFO(twin);
        CHECK(check(state::encode(state::index_key(state::IndexKind::access_of_dataset, twin)), {}) == "disproved");
    }
}

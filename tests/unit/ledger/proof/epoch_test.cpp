// Bundles behind a change of the validators: proved through every link from genesis on, and through no forged one.
#include <catch2/catch.hpp>
#include <functional>

#include "ledger/proof/verify.hpp"
#include "tests/support/prng.hpp"
#include "tests/support/sample_chain.hpp"

using namespace placet;
using base::Bytes;
using tests::SampleChain;

namespace {

/// Genesis with four, five from block 3 on, and another four from block 5 on; an event in blocks 1, 3 and 5.
struct Changed {
    Changed() : chain(4) {
        chain.append({chain.transaction(1)});
        std::vector<types::Validator> five = chain.sets()[0].validators;
        five.push_back(tests::sample_validator(4, "fifth"));
        chain.end_epoch(five);
        chain.append({chain.transaction(2)});
        five.erase(five.begin());
        chain.end_epoch(five);
        chain.append({chain.transaction(3)});
    }
    Bytes event(std::uint64_t leaf, types::Height height) const {
        return *proof::build_event_bundle({leaf, chain.leaves().at(leaf)}, chain.sealed(height), chain.log());
    }
    SampleChain chain;
};

proof::EventBundle decoded(const Bytes& bytes) { return *proof::decode_event_bundle(*proof::read_frame(bytes)); }

std::string outcome(const base::Result<proof::Verdict>& verdict) {
    if (!verdict) return "unreadable";
    return verdict->proved ? "proved" : "disproved";
}

std::string fact(const proof::Verdict& verdict, std::string_view name) {
    for (const proof::Fact& f : verdict.facts)
        if (f.name == name) return f.value;
    return "";
}

types::Recovery signed_recovery(const SampleChain& chain, const types::QuorumCertificate& last, std::size_t organisations = 3) {
    types::Recovery recovery;
    recovery.last = last;
    recovery.next = {chain.sets().size(), {}};
    for (std::size_t i = 0; i < 4; ++i) recovery.next.validators.push_back(tests::sample_validator(i, "new-" + std::to_string(i)));
    recovery.reason = "two machines burned";
    const auto digest = types::recovery_digest(chain.genesis_hash(), recovery);
    for (std::size_t i = 0; i < organisations; ++i) {
        const std::string id = "house-" + std::to_string(i);
        recovery.approvals.push_back({id, tests::sample_key(id + "/recovery").sign(digest)});
    }
    return recovery;
}

}  // namespace

TEST_CASE("a bundle of a later epoch is proved through every link from genesis on") {
    const Changed world;
    REQUIRE(world.chain.sets().size() == 3);
    for (const auto& [leaf, height, epoch, links] :
         {std::tuple{1, 1, "0", 0}, std::tuple{1, 3, "1", 1}, std::tuple{4, 3, "1", 1}, std::tuple{4, 5, "2", 2}, std::tuple{7, 5, "2", 2}}) {
        const Bytes bundle = world.event(leaf, height);
        CHECK(decoded(bundle).links.size() == static_cast<std::size_t>(links));
        const auto verdict = proof::verify(bundle, world.chain.genesis());
        INFO((verdict ? verdict->reason : base::describe(verdict.error())));
        REQUIRE(outcome(verdict) == "proved");
        CHECK(fact(*verdict, "epoch") == epoch);
    }
    const auto verdict = proof::verify(world.event(7, 5), world.chain.genesis());
    CHECK(fact(*verdict, "signers") == "house-1, house-2, house-3");
    const auto grown = *proof::build_consistency_bundle(world.chain.sealed(1), world.chain.sealed(5), world.chain.log());
    CHECK(outcome(proof::verify(grown, world.chain.genesis())) == "proved");
}

TEST_CASE("a bundle has a link an epoch, no more and no fewer, and none of another chain") {
    const Changed world;
    const proof::EventBundle good = decoded(world.event(4, 5));
    const auto judged = [&](const std::function<void(proof::EventBundle&)>& change) {
        proof::EventBundle bundle = good;
        change(bundle);
        return outcome(proof::verify(proof::encode(bundle), world.chain.genesis()));
    };
    CHECK(judged([](auto&) {}) == "proved");
    CHECK(judged([](auto& b) { b.links.clear(); }) == "disproved");
    CHECK(judged([](auto& b) { b.links.pop_back(); }) == "disproved");
    CHECK(judged([](auto& b) { b.links.erase(b.links.begin()); }) == "disproved");
    CHECK(judged([](auto& b) { std::swap(b.links[0], b.links[1]); }) == "disproved");
    CHECK(judged([](auto& b) { b.links.push_back(b.links.back()); }) == "disproved");
    CHECK(judged([](auto& b) { b.links[0].next.validators.pop_back(); }) == "disproved");
    CHECK(judged([](auto& b) { b.links[0].next.epoch = 2; }) == "disproved");
    CHECK(judged([](auto& b) { b.links[1].boundary.certificate.signatures[0].octets[5] ^= 1; }) == "disproved");
    CHECK(judged([](auto& b) { b.links[1].boundary.path.clear(); }) == "disproved");
    CHECK(judged([](auto& b) { b.links[1].boundary.commit_leaf.back() ^= 1; }) == "disproved");
    // A bundle of epoch 0 with links that lead further than its seal.
    proof::EventBundle first = decoded(world.event(1, 1));
    first.links = good.links;
    CHECK(outcome(proof::verify(proof::encode(first), world.chain.genesis())) == "disproved");
}

TEST_CASE("a set that signs beyond its own epoch is not believed by who knows the link") {
    const Changed world;
    proof::ConsistencyBundle bundle =
        *proof::decode_consistency_bundle(*proof::read_frame(*proof::build_consistency_bundle(world.chain.sealed(1), world.chain.sealed(5), world.chain.log())));
    types::CheckpointBody body = world.chain.sealed(3).certificate.body;
    body.epoch = 0;
    bundle.older = world.chain.certify(body);
    const auto verdict = proof::verify(proof::encode(bundle), world.chain.genesis());
    REQUIRE(outcome(verdict) == "disproved");
    CHECK(verdict->reason.find("none of epoch 0") != std::string::npos);
}

TEST_CASE("no single bit of a bundle with links can be changed") {
    const Changed world;
    const Bytes bundle = world.event(4, 3);
    tests::Prng prng(7);
    for (std::size_t run = 0; run < 4000; ++run) {
        Bytes changed = bundle;
        const std::size_t bit = prng.below(8 * bundle.size());
        changed[bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
        REQUIRE(outcome(proof::verify(changed, world.chain.genesis())) != "proved");
    }
}

TEST_CASE("a chain that once had fewer than four validators proves nothing outside development") {
    SampleChain chain(3);
    std::vector<types::Validator> four = chain.sets()[0].validators;
    four.push_back(tests::sample_validator(3));
    chain.end_epoch(four);
    chain.append({chain.transaction(1)});
    const Bytes bundle = *proof::build_event_bundle({2, chain.leaves().at(2)}, chain.sealed(2), chain.log());
    CHECK(outcome(proof::verify(bundle, chain.genesis())) == "disproved");
    proof::VerifyOptions options;
    options.development_chains = proof::DevelopmentChains::allowed;
    CHECK(outcome(proof::verify(bundle, chain.genesis(), options)) == "proved");
}

TEST_CASE("a recovery of q organisations leads to the next epoch, and the verdict says so") {
    SampleChain chain(4);
    chain.append({chain.transaction(1)});
    chain.recover(signed_recovery(chain, chain.sealed(1).certificate));
    chain.append({chain.transaction(2)});
    const Bytes bundle = *proof::build_event_bundle({3, chain.leaves().at(3)}, chain.sealed(2), chain.log());
    const auto verdict = proof::verify(bundle, chain.genesis());
    INFO((verdict ? verdict->reason : base::describe(verdict.error())));
    REQUIRE(outcome(verdict) == "proved");
    CHECK(fact(*verdict, "recoveries") == "1");
    CHECK(std::ranges::any_of(verdict->proves, [](const std::string& line) { return line.find("two machines burned") != std::string::npos; }));

    const proof::EventBundle good = decoded(bundle);
    const auto judged = [&](const std::function<void(types::Recovery&)>& change) {
        proof::EventBundle other = good;
        change(*other.links[0].recovery);
        return outcome(proof::verify(proof::encode(other), chain.genesis()));
    };
    CHECK(judged([](auto&) {}) == "proved");
    CHECK(judged([](auto& r) { r.reason += "!"; }) == "disproved");
    CHECK(judged([](auto& r) { r.approvals.pop_back(); }) == "disproved");
    CHECK(judged([](auto& r) { r.approvals[1] = r.approvals[0]; }) == "disproved");
    CHECK(judged([](auto& r) { r.next.validators.pop_back(); }) == "disproved");
    CHECK(judged([](auto& r) { r.next.epoch = 2; }) == "disproved");
    CHECK(judged([](auto& r) { r.last.signatures[0].octets[3] ^= 1; }) == "disproved");
    CHECK(judged([&](auto& r) { r = signed_recovery(SampleChain(4), r.last, 4); }) == "disproved");
    CHECK(judged([&](auto& r) { r = signed_recovery(SampleChain(4), r.last, 2); }) == "disproved");
    CHECK(judged([&](auto& r) {  // signed, but with a vote key that may have been lost
        r.next.validators[0].vote_key = chain.genesis().validators.validators[0].vote_key;
        const auto digest = types::recovery_digest(chain.genesis_hash(), r);
        for (auto& approval : r.approvals) approval.signature = tests::sample_key(approval.organisation + "/recovery").sign(digest);
    }) == "disproved");
}

TEST_CASE("links round-trip, and what decodes is canonical") {
    const Changed world;
    const types::Recovery recovery = signed_recovery(world.chain, world.chain.sealed(5).certificate);
    for (const proof::EpochLink& link : {world.chain.sealed(5).links[0], proof::EpochLink{{}, {}, recovery}}) {
        const Bytes bytes = proof::encode(link);
        CHECK(*proof::decode_epoch_link(bytes) == link);
        tests::Prng prng(11);
        for (int run = 0; run < 300; ++run) {
            const Bytes other = tests::mutated(bytes, prng);
            const auto back = proof::decode_epoch_link(other);
            if (back) CHECK(proof::encode(*back) == other);
        }
    }
}

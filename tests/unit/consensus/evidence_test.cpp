// Evidence of equivocation stands by itself: written, read again, and believed only if it proves something.
#include "consensus/evidence.hpp"

#include <catch2/catch.hpp>

#include "tests/sim/fake_crypto.hpp"

using namespace placet;
using namespace placet::consensus;

namespace {

struct Caught {
    crypto::SigningKey vote_key = crypto::SigningKey::generate();
    crypto::SigningKey checkpoint_key = crypto::SigningKey::generate();
    types::ValidatorSet set = sim::make_validators(4);
    Hash genesis = sim::spread(9);

    Caught() {
        set.validators[2].vote_key = vote_key.public_key();
        set.validators[2].checkpoint_key = checkpoint_key.public_key();
    }
    [[nodiscard]] Vote vote(std::uint64_t digest, SeqNum seq = 7) const {
        Vote out{VoteKind::prepare, 0, 3, seq, sim::spread(digest), 2, {}};
        out.signature = vote_key.sign(vote_digest(genesis, out));
        return out;
    }
    [[nodiscard]] Checkpoint checkpoint(std::uint64_t root) const {
        Checkpoint out{{0, 7, 14, sim::spread(root), 5}, 2, {}};
        out.signature = checkpoint_key.sign(types::checkpoint_digest(genesis, out.body));
        return out;
    }
};

}  // namespace

TEST_CASE(
    "evidence survives its encoding, names what it is about, and anybody with the validators' keys can check it") {
    const Caught caught;
    const Accuse votes{2, std::pair(caught.vote(1), caught.vote(2))};
    const Accuse states{2, std::pair(caught.checkpoint(1), caught.checkpoint(2))};
    for (const Accuse& evidence : {votes, states}) {
        const base::Bytes bytes = encode(evidence);
        const auto again = decode_evidence(bytes);
        REQUIRE(again.has_value());
        CHECK(encode(*again) == bytes);
        CHECK(check_evidence(*again, caught.set, caught.genesis).has_value());
        for (std::size_t size = 0; size < bytes.size(); ++size)
            CHECK_FALSE(decode_evidence(base::BytesView(bytes).first(size)).has_value());
    }
    CHECK(subject_of(votes) == EvidenceSubject{2, 0, 3, 7});
    CHECK(subject_of(states) == EvidenceSubject{0, 0, 0, 7});
    CHECK(name_of_evidence(subject_of(votes).kind) == "prepare");
    CHECK(name_of_evidence(subject_of(states).kind) == "checkpoint");
}

TEST_CASE("what does not contradict, is not signed, or is signed by another proves nothing") {
    const Caught caught;
    CHECK_FALSE(check_evidence({2, std::pair(caught.vote(1), caught.vote(1))}, caught.set, caught.genesis).has_value());
    CHECK_FALSE(
        check_evidence({2, std::pair(caught.vote(1), caught.vote(2, 8))}, caught.set, caught.genesis).has_value());
    CHECK_FALSE(check_evidence({1, std::pair(caught.vote(1), caught.vote(2))}, caught.set, caught.genesis).has_value());
    CHECK_FALSE(check_evidence({2, std::pair(caught.checkpoint(1), caught.checkpoint(1))}, caught.set, caught.genesis)
                    .has_value());
    CHECK_FALSE(check_evidence({2, std::pair(caught.vote(1), caught.vote(2))}, caught.set, sim::spread(8)).has_value());
    Vote forged = caught.vote(2);
    forged.signature = caught.vote(3).signature;
    CHECK_FALSE(check_evidence({2, std::pair(caught.vote(1), forged)}, caught.set, caught.genesis).has_value());
}

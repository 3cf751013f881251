// The guard: what it signs, what it refuses, what it still knows after a restart.
#include <catch2/catch.hpp>

#include "consensus/vote_guard.hpp"
#include "tests/sim/fake_crypto.hpp"

using namespace placet;
using namespace placet::consensus;

namespace {

struct Guarded {
    types::ValidatorSet set = sim::make_validators(4);
    sim::FakeSigner signer{set.validators[1]};
    VoteGuard guard{signer, {}};
    [[nodiscard]] bool signs(VoteKind kind, View view, SeqNum seq, std::uint64_t digest) {
        Vote vote{kind, 0, view, seq, sim::spread(digest), 1, {}};
        return guard.sign(vote).has_value();
    }
    [[nodiscard]] bool signs_checkpoint(SeqNum height, std::uint64_t root) {
        Checkpoint vote{{0, height, height, sim::spread(root), height}, 1, {}};
        return guard.sign(vote).has_value();
    }
};

}  // namespace

TEST_CASE("the guard signs one digest per kind, view and slot, and the same again") {
    Guarded it;
    CHECK(it.signs(VoteKind::prepare, 0, 1, 1));
    CHECK(it.signs(VoteKind::prepare, 0, 1, 1));
    CHECK_FALSE(it.signs(VoteKind::prepare, 0, 1, 2));
    CHECK(it.signs(VoteKind::commit, 0, 1, 1));
    CHECK(it.signs(VoteKind::prepare, 1, 1, 2));
    CHECK(it.signs(VoteKind::prepare, 0, 2, 2));
}

TEST_CASE("after a view-change nothing is ordered in the views it left, and no second one is signed") {
    Guarded it;
    CHECK(it.signs(VoteKind::view_change, 3, 0, 1));
    CHECK_FALSE(it.signs(VoteKind::prepare, 2, 5, 1));
    CHECK(it.signs(VoteKind::prepare, 3, 5, 1));
    CHECK_FALSE(it.signs(VoteKind::view_change, 3, 0, 2));
    CHECK_FALSE(it.signs(VoteKind::view_change, 2, 0, 2));
    CHECK(it.signs(VoteKind::view_change, 4, 0, 2));
}

TEST_CASE("one state per height is signed") {
    Guarded it;
    CHECK(it.signs_checkpoint(1, 1));
    CHECK(it.signs_checkpoint(1, 1));
    CHECK_FALSE(it.signs_checkpoint(1, 2));
    CHECK(it.signs_checkpoint(2, 2));
}

TEST_CASE("a guard counts for one epoch and signs nothing of another") {
    const types::ValidatorSet set = sim::make_validators(4);
    sim::FakeSigner signer{set.validators[1]};
    VoteGuard guard{signer, {}, 3};
    Vote vote{VoteKind::prepare, 2, 0, 1, sim::spread(1), 1, {}};
    CHECK_FALSE(guard.sign(vote).has_value());
    vote.epoch = 3;
    CHECK(guard.sign(vote).has_value());
    Checkpoint checkpoint{{4, 1, 1, sim::spread(1), 1}, 1, {}};
    CHECK_FALSE(guard.sign(checkpoint).has_value());
    checkpoint.body.epoch = 3;
    CHECK(guard.sign(checkpoint).has_value());
    CHECK(guard.mark().epoch == 3);
}

TEST_CASE("what is forgotten is refused, and the marks remember how far the key went") {
    Guarded it;
    for (SeqNum seq = 1; seq <= 40; ++seq) CHECK(it.signs(VoteKind::prepare, 0, seq, seq));
    it.guard.forget(30);
    CHECK(it.guard.size() == 10);
    CHECK_FALSE(it.signs(VoteKind::prepare, 0, 30, 30));
    CHECK_FALSE(it.signs_checkpoint(30, 1));
    CHECK(it.signs(VoteKind::prepare, 0, 31, 31));

    Guarded restarted;
    restarted.guard.restore(it.guard.mark());
    CHECK_FALSE(restarted.signs(VoteKind::prepare, 7, 30, 1));
    CHECK_FALSE(restarted.guard.is_ahead_of_me(Vote{VoteKind::prepare, 0, 0, 40, {}, 1, {}}));
    CHECK(restarted.guard.is_ahead_of_me(Vote{VoteKind::prepare, 0, 0, 41, {}, 1, {}}));
    CHECK(restarted.guard.is_ahead_of_me(Vote{VoteKind::prepare, 0, 1, 1, {}, 1, {}}));
}

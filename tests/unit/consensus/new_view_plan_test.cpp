// The new-view plan (PBFT §4.4) as a function.
#include <catch2/catch.hpp>

#include "consensus/new_view_plan.hpp"
#include "tests/sim/fake_crypto.hpp"

using namespace placet;
using namespace placet::consensus;

namespace {

PreparedCertificate prepared(View view, SeqNum seq, std::uint64_t digest) {
    return {0, view, seq, sim::spread(digest), {}, 0b0110, {}};
}

ViewChange from(ReplicaId signer, SeqNum base, std::vector<PreparedCertificate> certificates) {
    ViewChange message;
    message.vote = {VoteKind::view_change, 0, 9, 0, {}, signer, {}};
    if (base > 0) message.base = types::QuorumCertificate{{0, base, base, {}, base}, 0, {}};
    message.prepared = std::move(certificates);
    return message;
}

}  // namespace

TEST_CASE("the plan of view-changes without prepared slots is empty and starts at the highest seal") {
    const NewViewPlan plan = plan_new_view({from(0, 3, {}), from(1, 5, {}), from(2, 0, {})}, 4);
    CHECK(height_of(plan.base) == 5);
    CHECK(plan.slots.empty());
}

TEST_CASE("of two prepared certificates for one slot the one of the higher view is carried") {
    const NewViewPlan plan = plan_new_view({from(0, 0, {prepared(2, 1, 20)}), from(1, 0, {prepared(5, 1, 50)}), from(2, 0, {prepared(4, 1, 40)})}, 4);
    REQUIRE(plan.slots.size() == 1);
    CHECK(plan.slots[0].digest == sim::spread(50));
    CHECK(plan.slots[0].holders == (0b0110 | 1U << primary_of(5, 4)));
}

TEST_CASE("a gap below a prepared slot is filled with null requests") {
    const NewViewPlan plan = plan_new_view({from(0, 2, {prepared(1, 5, 7)}), from(1, 0, {}), from(3, 2, {})}, 4);
    REQUIRE(plan.slots.size() == 3);
    CHECK(plan.slots[0].digest == types::null_digest());
    CHECK(plan.slots[1].digest == types::null_digest());
    CHECK(plan.slots[2].seq == 5);
    CHECK(plan.slots[2].digest == sim::spread(7));
}

TEST_CASE("slots at or below the highest seal are not carried, and the order of view-changes does not matter") {
    const ViewChange a = from(0, 4, {prepared(1, 6, 6)});
    const ViewChange b = from(1, 0, {prepared(1, 3, 3), prepared(1, 4, 4), prepared(2, 6, 66)});
    const ViewChange c = from(2, 1, {prepared(1, 2, 2)});
    const NewViewPlan plan = plan_new_view({a, b, c}, 4);
    REQUIRE(plan.slots.size() == 2);
    CHECK(plan.slots[0].seq == 5);
    CHECK(plan.slots[1].digest == sim::spread(66));
    CHECK(plan_new_view({c, a, b}, 4) == plan);
    CHECK(plan_new_view({b, c, a}, 4) == plan);
}

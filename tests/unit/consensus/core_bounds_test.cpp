// What the core must never do or keep, one rule at a time.
#include "tests/unit/consensus/lone_core.hpp"

using namespace placet;
using namespace placet::consensus;

namespace {

void learn_decision(LoneCore& core, SeqNum seq) {
    const ProposalPtr body = LoneCore::proposal({seq});
    core.give(Decision{core.commit_certificate(0, seq, digest_of(body)), body});
}

}  // namespace

TEST_CASE("what is executed and not sealed never passes the window, however far others have sealed") {
    LoneCore core(4);
    core.give(Seal{core.seal(LoneCore::body_at(16))});
    for (SeqNum seq = 1; seq <= 32; ++seq) learn_decision(core, seq);
    REQUIRE(core.all<Deliver>().size() == 16);
    for (SeqNum seq = 1; seq <= 16; ++seq) core.step(Executed{LoneCore::body_at(seq)});
    for (SeqNum seq = 1; seq <= 16; ++seq) core.give(Seal{core.seal(LoneCore::body_at(seq))});
    CHECK(core.all<Sealed>().size() == 16);
    CHECK(core.all<Deliver>().size() == 32);  // each seal made room for one
}

TEST_CASE("a block executed again at a height whose votes are forgotten is no divergence, and is not voted on") {
    RecoveredState recovered;
    recovered.mark.low = 5;
    recovered.mark.checkpoint = 21;
    LoneCore core(4, 1, {}, recovered);
    for (SeqNum seq = 1; seq <= 6; ++seq) {
        learn_decision(core, seq);
        core.step(Executed{LoneCore::body_at(seq)});
    }
    CHECK(core.replica->standing() == Standing::voting);
    REQUIRE(core.said<Checkpoint>().size() == 1);
    CHECK(core.said<Checkpoint>()[0].body.height == 6);
}

TEST_CASE("records are forgotten once behind every K-th height, also when it was passed by installing state") {
    Config config;
    config.checkpoint_interval = 32;
    LoneCore core(4, 1, config);
    const auto fetch_to = [&](SeqNum height) {
        core.give(Seal{core.seal(LoneCore::body_at(height))});
        core.fire(TimerKind::status);
        REQUIRE_FALSE(core.all<FetchState>().empty());
        core.seen.clear();
        core.step(StateInstalled{core.seal(LoneCore::body_at(height))});
    };
    fetch_to(31);
    CHECK(core.all<Forget>().empty());
    fetch_to(70);
    REQUIRE(core.all<Forget>().size() == 1);
    CHECK(core.all<Forget>()[0].through == 64 - 16);
    fetch_to(95);
    CHECK(core.all<Forget>().empty());
}

TEST_CASE("messages of a view to come are kept up to a number and up to a size") {
    LoneCore core(4, 3);
    const auto large = [&](std::uint64_t id) {
        types::Proposal body{LoneCore::kNow, {}};
        body.submissions.push_back({base::Bytes(3 * 1024 * 1024, static_cast<std::uint8_t>(id)), {}});
        return std::make_shared<const types::Proposal>(std::move(body));
    };
    for (SeqNum seq = 1; seq <= 8; ++seq) core.give(core.pre_prepare(1, seq, large(seq)));
    CHECK(core.replica->summary().buffered == 2);
    CHECK(core.replica->summary().buffered_bytes <= 2 * types::kMaxProposalBytes);
    for (SeqNum seq = 1; seq <= 100; ++seq)
        core.give(Prepare{core.vote(VoteKind::prepare, 1, seq, sim::spread(seq), 2)});
    CHECK(core.replica->summary().buffered == 2 + 64);
    core.give(core.new_view(1));
    CHECK(core.replica->summary().buffered == 0);
    CHECK(core.replica->summary().buffered_bytes == 0);
    CHECK(core.said<Prepare>().size() == 2);
}

TEST_CASE("the pause of a full window is counted from the beginning in a new view") {
    LoneCore core(4, 3);
    const auto fill_window = [&] {
        for (SeqNum seq = 1; seq <= 16; ++seq) learn_decision(core, seq);
    };
    fill_window();
    std::size_t pauses = 0;
    while (core.replica->summary().active && pauses < 100) {
        core.fire(TimerKind::progress);
        ++pauses;
    }
    const std::size_t first = core.notices(Notice::timer_paused);
    CHECK(first == 8);  // 8 s of a one-second timer
    core.give(core.new_view(1));
    REQUIRE(core.replica->summary().active);
    core.seen.clear();
    core.fire(TimerKind::progress);
    CHECK(core.replica->summary().active);
    CHECK(core.notices(Notice::timer_paused) == 1);
}

TEST_CASE("two different new views of one primary are evidence") {
    LoneCore core(4, 3);
    core.give(core.new_view(1, 0));
    core.give(core.new_view(1, 0));
    CHECK(core.all<Accuse>().empty());
    core.give(core.new_view(1, 1));
    REQUIRE(core.all<Accuse>().size() == 1);
    CHECK(core.all<Accuse>()[0].offender == 1);
    CHECK(core.replica->summary().view == 1);
}

TEST_CASE("a primary that learns how far others have sealed proposes nothing at or below that") {
    Config config;
    config.checkpoint_interval = 32;
    LoneCore core(4, 0, config);
    REQUIRE(core.all<WantProposal>().empty() == false);
    core.give(Seal{core.seal(LoneCore::body_at(100))});
    core.step(ProposalReady{0, 1, *LoneCore::proposal({1})});
    CHECK(core.said<PrePrepare>().empty());
    CHECK(core.notices(Notice::guard_refused) == 0);
}

TEST_CASE("a failed fetch of state waits for eight ticks, but not once a higher seal came in") {
    LoneCore core(4);
    const auto fetches_at_a_tick = [&] {
        core.seen.clear();
        core.fire(TimerKind::status);
        return core.all<FetchState>().size();
    };
    core.give(Seal{core.seal(LoneCore::body_at(100))});
    REQUIRE(fetches_at_a_tick() == 1);
    core.step(StateFetchFailed{});
    for (int tick = 1; tick < 8; ++tick) CHECK(fetches_at_a_tick() == 0);
    REQUIRE(fetches_at_a_tick() == 1);
    core.step(StateFetchFailed{});
    CHECK(fetches_at_a_tick() == 0);
    core.give(Seal{core.seal(LoneCore::body_at(101))});
    CHECK(fetches_at_a_tick() == 1);
}

TEST_CASE("who was far behind and forgot what a seal replaced does not forget less afterwards") {
    Config config;
    config.checkpoint_interval = 32;
    LoneCore core(4, 1, config);
    core.give(Seal{core.seal(LoneCore::body_at(100))});
    REQUIRE(core.all<Forget>().size() == 1);
    CHECK(core.all<Forget>()[0].through == 84);
    core.fire(TimerKind::status);
    core.step(StateInstalled{core.seal(LoneCore::body_at(70))});  // a source died midway
    CHECK(core.all<Forget>().size() == 1);
}

// Timers, fairness, slowness: who is served, when a primary is accused for it, and when a batch is cut.
#include "consensus/pace.hpp"
#include "consensus/request_watch.hpp"
#include "tests/unit/consensus/lone_core.hpp"

using namespace placet;
using namespace placet::consensus;

namespace {

using What = RequestChange::What;

RequestChange change(std::uint64_t id, What what = What::executable) {
    return {what, crypto::sha256(sim::fake_transaction(id).transaction), 16};
}

void waits(LoneCore& core, std::uint64_t first, std::uint64_t last, What what = What::executable) {
    RequestsChanged event;
    for (std::uint64_t id = first; id <= last; ++id) event.changes.push_back(change(id, what));
    core.step(std::move(event));
}

void tick(LoneCore& core, std::size_t times = 1) {
    for (std::size_t i = 0; i < times; ++i) core.fire(TimerKind::request);
}

/// The primary's proposal for `seq`, decided, executed and sealed at once.
void seal_block(LoneCore& core, SeqNum seq, const std::vector<std::uint64_t>& transactions) {
    const ProposalPtr body = LoneCore::proposal(transactions);
    PrePrepare message = core.pre_prepare(core.replica->summary().view, seq, body);
    if (seq > 16) message.base_seal = core.seal(LoneCore::body_at(seq - 1));
    core.give(message);
    if (!core.replica->summary().active) return;
    core.give(Decision{core.commit_certificate(core.replica->summary().view, seq, digest_of(body)), nullptr});
    core.step(Executed{LoneCore::body_at(seq)});
    core.give(Seal{core.seal(LoneCore::body_at(seq))});
    for (const std::uint64_t id : transactions) waits(core, id, id, What::gone);
}

}  // namespace

TEST_CASE("a request goes to the primary again every tick until it is proposed") {
    LoneCore core(4);
    waits(core, 1, 2);
    CHECK(core.all<ForwardRequests>().empty());
    tick(core);
    REQUIRE(core.all<ForwardRequests>().size() == 1);
    CHECK(core.all<ForwardRequests>()[0].to == 0);
    CHECK(core.all<ForwardRequests>()[0].digests.size() == 2);
    core.give(core.pre_prepare(0, 1, LoneCore::proposal({1})));
    core.seen.clear();
    tick(core);
    REQUIRE(core.all<ForwardRequests>().size() == 1);
    CHECK(core.all<ForwardRequests>()[0].digests == std::vector<Hash>{change(2).digest});
    core.give(core.pre_prepare(0, 2, LoneCore::proposal({2})));
    core.seen.clear();
    tick(core);
    CHECK(core.all<ForwardRequests>().empty());
    core.give(core.new_view(2));  // nothing was prepared, so nothing is carried: both wait again, for another primary
    core.seen.clear();
    tick(core);
    REQUIRE(core.all<ForwardRequests>().size() == 1);
    CHECK(core.all<ForwardRequests>()[0].to == 2);
    CHECK(core.all<ForwardRequests>()[0].digests.size() == 2);
}

TEST_CASE("many requests are sent again in turn, so that none is forgotten behind the others") {
    LoneCore core(4);
    waits(core, 1, 600);
    std::set<base::Bytes> sent;
    for (int i = 0; i < 3; ++i) tick(core);
    for (const ForwardRequests& forward : core.all<ForwardRequests>()) {
        CHECK(forward.digests.size() <= 256);
        for (const Hash& digest : forward.digests) sent.insert(base::to_bytes(digest.view()));
    }
    CHECK(sent.size() == 600);
}

TEST_CASE("a primary that leaves a request out of four proposals with much later ones is accused (L4)") {
    LoneCore core(4);
    waits(core, 1, 1);
    tick(core, 3);
    waits(core, 2, 100);
    for (SeqNum seq = 1; seq <= 3; ++seq) seal_block(core, seq, {10 + seq});
    tick(core, 2);
    CHECK(core.replica->summary().active);
    seal_block(core, 4, {14});
    CHECK_FALSE(core.replica->summary().active);
    CHECK(core.replica->summary().view == 1);
    CHECK(core.notices(Notice::primary_censors) == 1);
}

TEST_CASE(
    "a primary that is still at the backlog is not accused for one that came to it late, but for one that it never "
    "takes") {
    LoneCore core(4);
    waits(core, 1, 10);  // the backlog
    waits(core, 20, 20);
    tick(core, 3);
    waits(core, 31, 50);  // to the primary these came early
    SeqNum seq = 0;
    for (std::uint64_t i = 1; i <= 10; ++i)
        seal_block(core, ++seq, i % 4 == 0 ? std::vector<std::uint64_t>{i / 4} : std::vector<std::uint64_t>{30 + i});
    CHECK(core.replica->summary().active);
    for (std::uint64_t i = 3; i <= 10; ++i) seal_block(core, ++seq, {i});
    REQUIRE(core.replica->summary().active);
    for (std::uint64_t i = 41; i <= 44; ++i) seal_block(core, ++seq, {i});  // nothing older is left: these omit 20
    tick(core, 2);
    seal_block(core, ++seq, {45});
    CHECK(core.notices(Notice::primary_censors) == 1);
}

TEST_CASE("proposals without anything count against the primary while a request waits") {
    LoneCore core(4);
    waits(core, 1, 1);
    tick(core, 3);
    for (SeqNum seq = 1; seq <= 4; ++seq) seal_block(core, seq, {});
    CHECK(core.replica->summary().active);  // it was not sent again since
    tick(core, 2);
    seal_block(core, 5, {});
    CHECK(core.notices(Notice::primary_censors) == 1);
}

TEST_CASE(
    "a primary is not accused for what is younger than 500 ms, came later than what it proposes, cannot execute, or is "
    "unknown to me") {
    LoneCore core(4);
    waits(core, 1, 1);
    tick(core, 2);  // at most 500 ms, perhaps less
    for (SeqNum seq = 1; seq <= 8; ++seq) seal_block(core, seq, {});
    CHECK(core.replica->summary().active);

    LoneCore older(4);
    waits(older, 1, 20);
    tick(older, 3);
    for (SeqNum seq = 1; seq <= 16; ++seq) seal_block(older, seq, {seq});
    CHECK(older.replica->summary().active);

    LoneCore blocked(4);
    waits(blocked, 1, 1, What::blocked);
    waits(blocked, 2, 2);
    tick(blocked, 3);
    for (SeqNum seq = 1; seq <= 8; ++seq) seal_block(blocked, seq, {2});
    CHECK(blocked.replica->summary().active);
    waits(blocked, 1, 1);  // what it named has executed: its patience begins now
    for (SeqNum seq = 9; seq <= 12; ++seq) seal_block(blocked, seq, {});
    CHECK(blocked.replica->summary().active);
    tick(blocked, 3);
    for (SeqNum seq = 13; seq <= 15; ++seq) seal_block(blocked, seq, {});
    tick(blocked, 2);
    seal_block(blocked, 16, {});
    CHECK_FALSE(blocked.replica->summary().active);

    LoneCore unknown(4);
    waits(unknown, 1, 1);
    tick(unknown, 3);
    for (SeqNum seq = 1; seq <= 8; ++seq) seal_block(unknown, seq, {100 + seq});
    CHECK(unknown.replica->summary().active);
}

TEST_CASE("a primary is not accused for serving what came in within 500 ms of each other in another order") {
    LoneCore core(4);
    waits(core, 1, 1);
    tick(core, 2);
    waits(core, 2, 100);
    tick(core, 8);  // a backlog: all wait for long
    for (SeqNum seq = 1; seq <= 16; ++seq) seal_block(core, seq, {10 + seq});
    CHECK(core.replica->summary().active);
    CHECK(core.notices(Notice::primary_censors) == 0);
}

TEST_CASE("a replica that does not see every proposal below accuses nobody of leaving somebody out") {
    LoneCore core(4);
    waits(core, 1, 1);
    tick(core, 3);
    waits(core, 2, 100);
    for (SeqNum seq = 2; seq <= 9; ++seq)
        core.give(core.pre_prepare(0, seq, LoneCore::proposal({10 + seq})));  // 1 was lost: request 1 may be in it
    CHECK(core.replica->summary().active);
    core.give(core.pre_prepare(0, 1, LoneCore::proposal({11})));
    for (SeqNum seq = 10; seq <= 11; ++seq) core.give(core.pre_prepare(0, seq, LoneCore::proposal({10 + seq})));
    tick(core, 2);
    CHECK(core.replica->summary().active);
    core.give(core.pre_prepare(0, 12, LoneCore::proposal({22})));
    CHECK(core.notices(Notice::primary_censors) == 1);
}

TEST_CASE("a new primary has 500 ms, too") {
    LoneCore core(4, 3);
    waits(core, 1, 100);
    tick(core, 3);
    core.give(core.new_view(1));
    for (SeqNum seq = 1; seq <= 8; ++seq) core.give(core.pre_prepare(1, seq, LoneCore::proposal({10 + seq})));
    CHECK(core.replica->summary().active);
    tick(core, 3);
    waits(core, 101, 120);
    for (SeqNum seq = 9; seq <= 11; ++seq) core.give(core.pre_prepare(1, seq, LoneCore::proposal({100 + seq})));
    tick(core, 2);
    core.give(core.pre_prepare(1, 12, LoneCore::proposal({112})));
    CHECK(core.notices(Notice::primary_censors) == 1);
}

TEST_CASE("the request timer runs only for what can execute") {
    LoneCore core(4);
    const auto progress = [&] { return core.timers.at(TimerKind::progress).after_ms; };
    CHECK(progress() == 2000 + 1000);  // idle: a heartbeat is due first
    waits(core, 1, 1, What::blocked);
    CHECK(progress() == 2000 + 1000);
    waits(core, 1, 1);
    CHECK(progress() == 1000);
    waits(core, 1, 1, What::gone);
    CHECK(progress() == 2000 + 1000);
}

TEST_CASE(
    "a batch is cut when the one before is under way, or when it would be full; not within 10 ms of it unless idle") {
    Config config;
    config.batch_transactions = 8;
    LoneCore core(4, 0, config);
    const auto wishes = [&] { return core.all<WantProposal>().size(); };
    const auto propose = [&](SeqNum seq, std::vector<std::uint64_t> transactions) {
        core.step(ProposalReady{0, seq, *LoneCore::proposal(std::move(transactions))});
    };
    CHECK(wishes() == 1);
    waits(core, 1, 3);
    core.durable = false;
    propose(1, {1});
    core.fire(TimerKind::batch);
    CHECK(wishes() == 1);  // the first is not under way yet, and no batch is full
    waits(core, 4, 20);
    CHECK(wishes() == 2);  // now one is
    CHECK(core.all<WantProposal>().back().seq == 2);
    CHECK(core.all<WantProposal>().back().in_flight.size() == 1);
    propose(2, {2, 3, 4, 5, 6, 7, 8, 9});
    CHECK(wishes() == 2);  // full again, but not within 10 ms
    core.fire(TimerKind::batch);
    CHECK(wishes() == 3);
    propose(3, {10, 11, 12, 13, 14, 15, 16, 17});
    core.fire(TimerKind::batch);
    CHECK(wishes() == 3);
    core.sync();
    CHECK(wishes() == 4);  // under way, and something waits
}

TEST_CASE("what was sealed within a window stands in the wish: the mempool may still hold it") {
    LoneCore core(4, 0);
    core.step(ProposalReady{0, 1, *LoneCore::proposal({1})});
    const PrePrepare mine = core.said<PrePrepare>().at(0);
    core.give(Decision{core.commit_certificate(0, 1, mine.vote.digest), nullptr});
    core.step(Executed{LoneCore::body_at(1)});
    core.give(Seal{core.seal(LoneCore::body_at(1))});
    REQUIRE(core.replica->summary().sealed == 1);
    const WantProposal want = core.all<WantProposal>().back();
    CHECK(want.seq == 2);
    REQUIRE(want.in_flight.size() == 1);
    CHECK(want.in_flight[0] == mine.proposal);
}

TEST_CASE("pace: slow is under half the best of three views while more than two batches wait, for two seconds") {
    Pace pace;
    const auto two_seconds = [&](std::size_t sealed, std::size_t batch, std::size_t waiting) {
        for (std::size_t i = 0; i < Pace::kTicks; ++i) {
            pace.sealed(sealed);
            pace.proposed(batch);
            pace.tick(waiting);
        }
    };
    two_seconds(100, 100, 0);
    CHECK(pace.best() == 800);
    CHECK_FALSE(pace.is_slow());
    pace.enter_view();
    two_seconds(49, 49, 98);  // two batches wait, not more
    CHECK_FALSE(pace.is_slow());
    two_seconds(50, 50, 1000);  // half the best, not under it
    CHECK_FALSE(pace.is_slow());
    two_seconds(49, 49, 1000);
    CHECK(pace.is_slow());
    pace.tick(0);  // what waited was taken
    CHECK_FALSE(pace.is_slow());
    pace.enter_view();
    two_seconds(49, 49, 1000);
    CHECK(pace.is_slow());
    pace.enter_view();
    two_seconds(25, 25, 1000);  // three views ago is forgotten
    CHECK(pace.best() == 400);
    CHECK_FALSE(pace.is_slow());
}

TEST_CASE("a slow primary is left, and no second one within 60 s") {
    LoneCore core(4, 3);
    std::uint64_t next = 1;
    SeqNum seq = 0;
    waits(core, 1, 3000);
    const auto second = [&](std::size_t batches_per_tick, std::size_t size) {
        for (int i = 0; i < 4; ++i) {
            for (std::size_t b = 0; b < batches_per_tick && core.replica->summary().active; ++b) {
                std::vector<std::uint64_t> batch;
                for (std::size_t t = 0; t < size; ++t) batch.push_back(next++);
                seal_block(core, ++seq, batch);
            }
            tick(core);
        }
    };
    second(2, 20);
    second(2, 20);
    CHECK(core.replica->summary().view == 0);
    second(1, 8);
    CHECK(core.replica->summary().view == 0);
    second(1, 8);
    REQUIRE(core.notices(Notice::primary_slow) == 1);
    CHECK(core.replica->summary().view == 1);
    REQUIRE(core.timers.contains(TimerKind::demotion));
    CHECK(core.timers.at(TimerKind::demotion).after_ms == 60'000);

    NewView new_view = core.new_view(1);
    seq = core.replica->summary().sealed;
    core.give(new_view);
    REQUIRE(core.replica->summary().active);
    for (int i = 0; i < 4; ++i) second(1, 2);
    CHECK(core.replica->summary().view == 1);
    core.fire(TimerKind::demotion);
    second(1, 2);
    CHECK(core.replica->summary().view == 2);
    CHECK(core.notices(Notice::primary_slow) == 2);
}

TEST_CASE(
    "where no value can reach a quorum ordering stops, and goes on when a seal shows that somebody had voted twice") {
    LoneCore core(4, 3);
    waits(core, 1, 1);
    const ProposalPtr body = LoneCore::proposal({1});
    core.give(Decision{core.commit_certificate(0, 1, digest_of(body)), body});
    core.step(Executed{LoneCore::body_at(1)});
    types::CheckpointBody other = LoneCore::body_at(1);
    other.root = sim::spread(999);
    core.give(core.checkpoint(LoneCore::body_at(1), 0));
    core.give(core.checkpoint(other, 1));
    CHECK(core.replica->summary().split_at == 0);
    types::CheckpointBody third = LoneCore::body_at(1);
    third.root = sim::spread(998);
    core.give(core.checkpoint(third, 2));
    CHECK(core.replica->summary().split_at == 1);
    CHECK(core.notices(Notice::no_quorum_possible) == 1);
    CHECK_FALSE(core.timers.contains(TimerKind::progress));
    core.give(core.pre_prepare(0, 2, LoneCore::proposal({2})));
    CHECK(core.said<Prepare>().empty());
    core.give(Seal{core.seal(LoneCore::body_at(1))});
    CHECK(core.replica->summary().split_at == 0);
    CHECK(core.replica->summary().sealed == 1);
    CHECK(core.said<Prepare>().size() == 1);
    CHECK(core.timers.contains(TimerKind::progress));

    SECTION("a seal of one height says nothing of the next") {
        LoneCore two(4, 3);
        for (const SeqNum height : {SeqNum{1}, SeqNum{2}}) {
            const ProposalPtr ordered = LoneCore::proposal({height});
            two.give(Decision{two.commit_certificate(0, height, digest_of(ordered)), ordered});
            two.step(Executed{LoneCore::body_at(height)});
            for (ReplicaId voter = 0; voter < 3; ++voter) {
                types::CheckpointBody state = LoneCore::body_at(height);
                if (voter > 0) state.root = sim::spread(1000 - voter);
                two.give(two.checkpoint(state, voter));
            }
        }
        CHECK(two.replica->summary().split_at == 1);
        two.give(Seal{two.seal(LoneCore::body_at(1))});
        CHECK(two.replica->summary().split_at == 2);
        two.give(Seal{two.seal(LoneCore::body_at(2))});
        CHECK(two.replica->summary().split_at == 0);
    }

    LoneCore primary(4, 0);
    primary.step(ProposalReady{0, 1, *LoneCore::proposal({1})});
    primary.give(Decision{primary.commit_certificate(0, 1, primary.said<PrePrepare>().at(0).vote.digest), nullptr});
    primary.step(Executed{LoneCore::body_at(1)});
    primary.give(primary.checkpoint(other, 1));
    primary.give(primary.checkpoint(third, 2));
    REQUIRE(primary.replica->summary().split_at == 1);
    primary.seen.clear();
    primary.step(ProposalReady{0, 2, *LoneCore::proposal({2})});
    CHECK(primary.said<PrePrepare>().empty());
}

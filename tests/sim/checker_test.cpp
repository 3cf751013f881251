// Each checker fires on what it is there for: a checker that cannot fail proves nothing.
#include <catch2/catch.hpp>

#include "tests/sim/campaign.hpp"
#include "tests/sim/fake_crypto.hpp"

namespace {

using namespace placet;
using namespace placet::consensus;
using sim::Checker;
using sim::Disk;

bool has(const Checker& checker, const std::string& property) {
    return std::ranges::any_of(checker.violations(), [&](const sim::Violation& v) { return v.property == property; });
}

ProposalPtr proposal_of(std::uint64_t transaction) {
    return std::make_shared<const types::Proposal>(types::Proposal{1, {sim::fake_transaction(transaction)}});
}

Disk disk_with(std::vector<Record> records) {
    Disk disk;
    disk.append_records(1, std::move(records));
    disk.begin_sync();
    disk.end_sync();
    return disk;
}

Deliver delivery(SeqNum seq, const ProposalPtr& proposal) {
    CommitCertificate certificate;
    certificate.seq = seq;
    certificate.digest = digest_of(proposal);
    return {seq, proposal, certificate};
}

Disk disk_for(const Deliver& deliver) {
    return disk_with({committed_record(deliver.certificate), body_record(deliver.seq, deliver.proposal)});
}

types::QuorumCertificate seal_of(const types::ValidatorSet& set, types::CheckpointBody body, std::size_t signers) {
    types::QuorumCertificate seal{body, 0, {}};
    for (std::size_t id = 0; id < signers; ++id) {
        seal.signers |= std::uint64_t{1} << id;
        seal.signatures.push_back(
            sim::fake_sign(set.validators[id].checkpoint_key, types::checkpoint_digest({}, body)));
    }
    return seal;
}

struct World {
    explicit World(std::vector<sim::Faulty> liars = {}) : faulty(std::move(liars)) {}
    std::vector<sim::Faulty> faulty;
    types::ValidatorSet set = sim::make_validators(4);
    sim::Scenario scenario = [this] {
        sim::Scenario plain;
        plain.faulty = faulty;
        return plain;
    }();
    Checker checker{set, scenario};
    types::CheckpointBody body_at(SeqNum height, std::uint64_t root = 1) const {
        return {0, height, height, sim::spread(root), height};
    }
    void seal(types::ReplicaId id, SeqNum height, std::vector<std::uint64_t> transactions, std::uint64_t root = 1) {
        const auto body = body_at(height, root);
        checker.sealed(id, sim::Block{height, std::move(transactions), {}, body, {}}, seal_of(set, body, 3));
    }
};

}  // namespace

TEST_CASE("S1 fires when two replicas deliver different proposals at one height") {
    World world;
    world.checker.submitted(1);
    world.checker.submitted(2);
    world.checker.delivered(0, delivery(1, proposal_of(1)), disk_for(delivery(1, proposal_of(1))));
    CHECK(world.checker.violations().empty());
    world.checker.delivered(1, delivery(1, proposal_of(2)), disk_for(delivery(1, proposal_of(2))));
    CHECK(has(world.checker, "S1"));
}

TEST_CASE("S1 fires when a later view orders something else where a slot was committed") {
    World world;
    world.checker.submitted(1);
    world.checker.delivered(0, delivery(1, proposal_of(1)), disk_for(delivery(1, proposal_of(1))));
    world.checker.sent(1, Prepare{{VoteKind::prepare, 0, 1, 1, types::null_digest(), 1, {}}}, Disk{});
    CHECK(has(world.checker, "S1"));
}

TEST_CASE("S2 fires when a transaction is delivered that nobody submitted") {
    World world;
    world.checker.delivered(0, delivery(1, proposal_of(9)), disk_for(delivery(1, proposal_of(9))));
    CHECK(has(world.checker, "S2"));
}

TEST_CASE("S3 fires on a gap, and on a second delivery") {
    World world;
    world.checker.submitted(1);
    world.checker.delivered(0, delivery(2, proposal_of(1)), disk_for(delivery(2, proposal_of(1))));
    CHECK(has(world.checker, "S3"));
}

TEST_CASE("S4 fires on different states after the same height") {
    World world;
    world.checker.executed(0, world.body_at(1, 1));
    CHECK(world.checker.violations().empty());
    world.checker.executed(1, world.body_at(1, 2));
    CHECK(has(world.checker, "S4"));
}

TEST_CASE("S5 fires when a transaction takes effect twice") {
    World world;
    world.seal(0, 1, {7});
    CHECK(world.checker.violations().empty());
    world.seal(0, 2, {7});
    CHECK(has(world.checker, "S5"));
}

TEST_CASE("S6 fires when an answered transaction is not in a replica's chain at the end") {
    World world;
    world.seal(0, 1, {7});
    sim::Chain chain;
    chain.install(std::make_shared<const sim::Block>(sim::Block{1, {}, {}, world.body_at(1), {}}));
    world.checker.reached_end(1, chain);
    CHECK(has(world.checker, "S6"));
}

TEST_CASE("S10 fires when a replica signs two digests for one slot, across restarts") {
    World world;
    Vote vote{VoteKind::commit, 0, 1, 1, digest_of(proposal_of(1)), 2, {}};
    const Disk disk;
    world.checker.sent(2, Commit{vote}, disk);
    world.checker.restarted(2);
    CHECK_FALSE(has(world.checker, "S10"));
    vote.digest = digest_of(proposal_of(2));
    world.checker.sent(2, Commit{vote}, disk);
    CHECK(has(world.checker, "S10"));
}

TEST_CASE("S10 after an old disk came back: what enough others can show binds, what nobody can know does not") {
    const auto vote = [](SeqNum seq, std::uint64_t content) {
        return PrePrepare{{VoteKind::pre_prepare, 0, 0, seq, sim::spread(content), 0, {}}, nullptr, {}};
    };
    const auto contradict = [&](std::initializer_list<ReplicaId> heard_by, std::optional<ReplicaId> restarted) {
        World world({{0, sim::Misbehaviour::old_disk}});
        world.checker.image_kept(0);
        world.checker.sent(0, vote(9, 1), {});
        for (const ReplicaId id : heard_by) world.checker.received(id, vote(9, 1), {});
        world.checker.image_put_back(0);
        if (restarted) world.checker.restarted(*restarted);
        world.checker.sent(0, vote(9, 2), {});
        return has(world.checker, "S10");
    };
    CHECK_FALSE(contradict({}, {}));
    CHECK_FALSE(contradict({2}, {}));
    CHECK(contradict({1, 2}, {}));  // of four, the answers of any two others show it
    CHECK_FALSE(contradict({1, 2}, 2));
    World world({{0, sim::Misbehaviour::old_disk}});
    world.checker.sent(0, vote(9, 1), {});
    world.checker.image_kept(0);  // its own disk says so
    world.checker.image_put_back(0);
    world.checker.sent(0, vote(9, 2), {});
    CHECK(has(world.checker, "S10"));
}

TEST_CASE("D fires when a vote leaves before its record is durable") {
    World world;
    const Vote assigned{VoteKind::pre_prepare, 0, 0, 1, digest_of(proposal_of(1)), 0, {}};
    Vote prepare = assigned;
    prepare.kind = VoteKind::prepare;
    prepare.signer = 1;
    world.checker.sent(1, Prepare{prepare}, disk_with({assignment_record(assigned), body_record(1, proposal_of(1))}));
    CHECK(world.checker.violations().empty());
    world.checker.sent(1, Prepare{prepare}, disk_with({assignment_record(assigned)}));
    CHECK(has(world.checker, "D"));
}

TEST_CASE("C fires on a seal of fewer than q signatures, and on a wrong one") {
    World world;
    const auto body = world.body_at(1);
    world.checker.sealed(0, sim::Block{1, {}, {}, body, {}}, seal_of(world.set, body, 2));
    CHECK(has(world.checker, "C"));
    World other;
    auto seal = seal_of(other.set, body, 3);
    seal.signatures[1].octets[5] ^= 1;
    other.checker.sealed(0, sim::Block{1, {}, {}, body, {}}, seal);
    CHECK(has(other.checker, "C"));
}

TEST_CASE("L1 fires without progress, and on too many view changes; L3 on a replica below the tip") {
    World world;
    world.checker.did_not_arrive("L1", "test");
    CHECK(has(world.checker, "L1"));
    World views;
    views.checker.views_after_heal(3, 2);
    CHECK(has(views.checker, "L1"));
    World tip;
    tip.seal(0, 1, {});
    tip.checker.reached_end(1, sim::Chain{});
    CHECK(has(tip.checker, "L3"));
}

TEST_CASE("L2 fires when a failed view's time-out does not grow, or passes the cap") {
    World world;
    world.checker.timer_set(0, {{TimerKind::view_change, 1}, 1000});
    world.checker.timer_fired(0, {TimerKind::view_change, 1});
    world.checker.timer_set(0, {{TimerKind::view_change, 2}, 1000});
    CHECK(has(world.checker, "L2"));
    World cap;
    cap.checker.timer_set(0, {{TimerKind::view_change, 1}, 4'096'000});
    CHECK(has(cap.checker, "L2"));
}

TEST_CASE("R1 fires when slots or early messages are kept without bound; G when the guard had to refuse the core") {
    World world;
    ReplicaSummary summary;
    summary.slots = 65;
    world.checker.summarised(0, summary);
    CHECK(has(world.checker, "R1"));
    World early;
    ReplicaSummary held;
    held.buffered_bytes = 100 * 1024 * 1024;
    early.checker.summarised(0, held);
    CHECK(has(early.checker, "R1"));
    World guard;
    guard.checker.guard_refused(0, "commit");
    CHECK(has(guard.checker, "G"));
}

TEST_CASE("S7 fires on a request without a receipt that may still come, and on an effect after the expiry") {
    World world;
    world.checker.submitted(7);
    world.seal(0, 1, {});
    sim::Chain chain;
    chain.install(std::make_shared<const sim::Block>(sim::Block{1, {}, {}, world.body_at(1), {}}));
    world.checker.reached_end(1, chain);
    CHECK(has(world.checker, "S7"));
    World expired;
    expired.checker.submitted(7, 1);
    expired.seal(0, 1, {});
    expired.seal(0, 2, {});
    sim::Chain both;
    for (const SeqNum height : {1, 2})
        both.install(std::make_shared<const sim::Block>(sim::Block{height, {}, {}, expired.body_at(height), {}}));
    expired.checker.reached_end(1, both);
    CHECK_FALSE(has(expired.checker, "S7"));
    World late;
    late.checker.submitted(7, 1);
    late.seal(0, 1, {});
    CHECK_FALSE(has(late.checker, "S7"));
    late.seal(0, 2, {7});
    CHECK(has(late.checker, "S7"));
}

TEST_CASE(
    "S8 fires when contradictory votes were seen and no evidence came of it, and on evidence that proves nothing") {
    World world({{3, sim::Misbehaviour::equivocating}});
    ReplicaSummary summary;
    summary.active = true;
    Vote vote{VoteKind::commit, 0, 0, 1, digest_of(proposal_of(1)), 3, {}};
    Vote other = vote;
    other.digest = digest_of(proposal_of(2));
    world.checker.received(0, Commit{vote}, summary);
    world.checker.stepped(0);
    CHECK(world.checker.violations().empty());
    world.checker.received(0, Commit{other}, summary);
    world.checker.accused(0, {3, std::pair(vote, other)});
    world.checker.stepped(0);
    CHECK(world.checker.violations().empty());
    world.checker.received(1, Commit{vote}, summary);
    world.checker.received(1, Commit{other}, summary);
    world.checker.stepped(1);
    CHECK(has(world.checker, "S8"));
    World nothing({{3, sim::Misbehaviour::equivocating}});
    nothing.checker.accused(0, {3, std::pair(vote, vote)});
    CHECK(has(nothing.checker, "S8"));
    World honest;
    honest.checker.accused(0, {3, std::pair(vote, other)});
    CHECK(has(honest.checker, "S10"));
}

TEST_CASE("D fires when a slot is prepared before the seal one window below it is durable") {
    World world;
    const Vote assigned{VoteKind::pre_prepare, 0, 0, 17, digest_of(proposal_of(1)), 0, {}};
    Vote prepare = assigned;
    prepare.kind = VoteKind::prepare;
    prepare.signer = 1;
    const auto seal = seal_of(world.set, world.body_at(1), 3);
    world.checker.sent(1, Prepare{prepare},
                       disk_with({assignment_record(assigned), body_record(17, proposal_of(1)), seal_record(seal)}));
    CHECK(world.checker.violations().empty());
    world.checker.sent(1, Prepare{prepare}, disk_with({assignment_record(assigned), body_record(17, proposal_of(1))}));
    CHECK(has(world.checker, "D"));
}

TEST_CASE("T fires on a proposal from the future; R1 on records without bound") {
    World world;
    world.checker.submitted(1);
    world.checker.set_now_ms(1000);
    auto proposal = std::make_shared<types::Proposal>(types::Proposal{6000, {sim::fake_transaction(1)}});
    world.checker.delivered(0, delivery(1, proposal), disk_for(delivery(1, proposal)));
    CHECK(world.checker.violations().empty());
    auto ahead = std::make_shared<types::Proposal>(types::Proposal{6001, {sim::fake_transaction(1)}});
    world.checker.delivered(1, delivery(1, ahead), disk_for(delivery(1, ahead)));
    CHECK(has(world.checker, "T"));
    World records;
    std::vector<Record> many;
    for (SeqNum seq = 1; seq < 2000; ++seq)
        many.push_back(assignment_record({VoteKind::pre_prepare, 0, 0, seq, {}, 0, {}}));
    records.checker.synced(0, disk_with(std::move(many)));
    CHECK(has(records.checker, "R1"));
}

TEST_CASE(
    "what long after the heal is missing is named: L2 views, L3 a replica below the tip, L4 one request left out") {
    for (const char* property : {"L2", "L3", "L4"}) {
        World world;
        world.checker.did_not_arrive(property, "test");
        CHECK(has(world.checker, property));
    }
}

TEST_CASE("the same seed gives the same trace, byte for byte; another gives another") {
    const sim::RunResult first = sim::run_seed({.seed = 42, .tracing = sim::Tracing::on});
    const sim::RunResult again = sim::run_seed({.seed = 42, .tracing = sim::Tracing::on});
    CHECK(first.trace.size() > 10'000);
    CHECK(first.trace == again.trace);
    CHECK(first.trace != sim::run_seed({.seed = 43, .tracing = sim::Tracing::on}).trace);
}

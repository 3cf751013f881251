// From records back to a state.
#include <catch2/catch.hpp>

#include "consensus/durable_records.hpp"
#include "tests/sim/disk.hpp"
#include "tests/sim/fake_crypto.hpp"

using namespace placet;
using namespace placet::consensus;

namespace {

using Pairs = std::vector<std::pair<base::Bytes, base::Bytes>>;

const crypto::PublicKey& key() {
    static const crypto::PublicKey kKey = sim::make_validators(1).validators[0].vote_key;
    return kKey;
}

Pairs pairs(const std::vector<Record>& records) {
    Pairs out;
    for (const Record& record : records) out.emplace_back(record.key, record.value);
    return out;
}

}  // namespace

TEST_CASE("records come back as they were written") {
    const auto proposal = std::make_shared<const types::Proposal>(types::Proposal{5, {sim::fake_transaction(1)}});
    const Vote assigned{VoteKind::pre_prepare, 0, 2, 7, digest_of(proposal), 2, {}};
    const PreparedCertificate prepared{0, 2, 7, digest_of(proposal), {}, 0b11, {{}, {}}};
    const CommitCertificate committed{0, 2, 7, digest_of(proposal), 0b111, {{}, {}, {}}};
    const Checkpoint checkpoint{{0, 7, 9, sim::spread(1), 11}, 0, {}};
    GuardMark mark;
    mark.epoch = 2;
    mark.low = 3;
    mark.highest[1] = {4, 9};
    mark.checkpoint = 8;
    const auto state = recover(pairs({identity_record({}, key()), body_record(7, proposal), assignment_record(assigned), prepared_record(prepared),
                                      committed_record(committed), checkpoint_record(checkpoint), guard_mark_record(mark),
                                      standing_record(2, "because", key())}),
                               std::nullopt, {}, key());
    REQUIRE(state.has_value());
    CHECK(state->has_identity);
    REQUIRE(state->slots.size() == 1);
    const RecoveredSlot& slot = state->slots[0].second;
    CHECK(*slot.bodies.at(0) == *proposal);
    CHECK(slot.assignments.at(0) == assigned);
    CHECK(slot.prepared == prepared);
    CHECK(slot.committed == committed);
    CHECK(slot.checkpoint == checkpoint);
    CHECK(state->mark == mark);
    CHECK(state->standing == 2);
    CHECK(state->standing_reason == "because");
}

TEST_CASE("a log may hold the guards of keys before a rotation; what stopped one of them does not stop the next") {
    const crypto::PublicKey other = sim::make_validators(2).validators[1].vote_key;
    CHECK_FALSE(recover(pairs({identity_record({}, other)}), std::nullopt, {}, key()).value().has_identity);
    const auto state = recover(pairs({identity_record({}, other), identity_record({}, key()), standing_record(3, "lost", other)}), std::nullopt, {}, key());
    CHECK(state.value().has_identity);
    CHECK(state.value().standing == 0);
    CHECK(recover(pairs({standing_record(3, "lost", other)}), std::nullopt, {}, other).value().standing == 3);
}

TEST_CASE("a log of another chain or with a broken record is refused as corrupt") {
    CHECK(recover(pairs({identity_record(sim::spread(1), key())}), std::nullopt, {}, key()).error().code == base::ErrorCode::corrupt);
    Record broken = guard_mark_record({});
    broken.value.pop_back();
    CHECK(recover(pairs({identity_record({}, key()), broken}), std::nullopt, {}, key()).error().code == base::ErrorCode::corrupt);
    const auto proposal = std::make_shared<const types::Proposal>(types::Proposal{5, {}});
    Record body = body_record(1, proposal);
    body.key.back() ^= 1;
    CHECK(recover(pairs({body}), std::nullopt, {}, key()).error().code == base::ErrorCode::corrupt);
}

TEST_CASE("forgetting deletes what belongs to slots up to a height and nothing else") {
    sim::Disk disk;
    std::vector<Record> records = {identity_record({}, key()), guard_mark_record({}), standing_record(3, "x", key())};
    for (SeqNum seq : {1, 2, 256, 257}) records.push_back(committed_record({0, 0, seq, {}, 0, {}}));
    disk.append_records(1, records);
    disk.append_forget(256);
    disk.begin_sync();
    disk.end_sync();
    CHECK(disk.records().size() == 4);
    CHECK(disk.records().contains(committed_record({0, 0, 257, {}, 0, {}}).key));
}

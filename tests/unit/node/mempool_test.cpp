// The mempool and the signature cache: bounds, order, and what leaves when.
#include <catch2/catch.hpp>

#include "ledger/crypto/random.hpp"
#include "node/mempool/mempool.hpp"
#include "node/mempool/signature_cache.hpp"

using namespace placet;
using node::Mempool;

namespace {

const crypto::Hash kGenesis = crypto::sha256(base::as_bytes("g"));

types::Transaction transaction(std::optional<types::TransactionId> after = {}, base::TimeMs expires = 1000, std::size_t body = 8) {
    static const auto key = crypto::SigningKey::generate();
    types::Payload payload;
    payload.kind = 1;
    payload.nonce = crypto::random_fixed<types::Nonce>();
    payload.expires_at_ms = expires;
    payload.after = after;
    payload.body = base::Bytes(1, 0x59);
    payload.body.push_back(static_cast<std::uint8_t>(body >> 8));
    payload.body.push_back(static_cast<std::uint8_t>(body));
    payload.body.resize(3 + std::max<std::size_t>(body, 256));
    payload.body[1] = static_cast<std::uint8_t>((payload.body.size() - 3) >> 8);
    payload.body[2] = static_cast<std::uint8_t>(payload.body.size() - 3);
    return types::sign(payload, key, kGenesis);
}

types::Submission submission(const types::Transaction& from) { return {from.bytes, {}}; }

}  // namespace

TEST_CASE("what waits is handed to the next epoch in order, and can be taken in again") {
    Mempool mempool({100, 1 << 20});
    std::vector<types::Transaction> all;
    for (int i = 0; i < 3; ++i) {
        all.push_back(transaction(i == 2 ? std::optional(all[0].id) : std::nullopt));
        REQUIRE(mempool.add(all.back(), submission(all.back())) == Mempool::Added::added);
    }
    const auto waiting = mempool.take_all();
    REQUIRE(waiting.size() == 3);
    for (std::size_t i = 0; i < 3; ++i) CHECK(waiting[i].transaction == all[i].bytes);
    CHECK(mempool.size() == 0);
    CHECK(mempool.cut({}, 1).submissions.empty());
    CHECK(mempool.add(all[2], waiting[2]) == Mempool::Added::added);
    CHECK(mempool.cut({}, 1).submissions.size() == 1);
}

TEST_CASE("what waits is proposed in order, once, and leaves only when it is sealed") {
    Mempool mempool({100, 1 << 20});
    std::vector<types::Transaction> all;
    for (int i = 0; i < 5; ++i) {
        all.push_back(transaction());
        CHECK(mempool.add(all.back(), submission(all.back())) == Mempool::Added::added);
    }
    CHECK(mempool.add(all[0], submission(all[0])) == Mempool::Added::known);
    auto first = std::make_shared<const types::Proposal>(mempool.cut({}, 7));
    REQUIRE(first->submissions.size() == 5);
    CHECK(first->time_ms == 7);
    for (std::size_t i = 0; i < 5; ++i) CHECK(first->submissions[i].transaction == all[i].bytes);
    CHECK(mempool.cut({first}, 8).submissions.empty());
    CHECK(mempool.size() == 5);
    CHECK(mempool.cut({}, 9).submissions.size() == 5);  // the proposal was lost with its view
    mempool.remove({all[0].id, all[3].id});
    CHECK(mempool.size() == 3);
    CHECK_FALSE(mempool.contains(all[3].id));
    CHECK(mempool.add(all[3], submission(all[3])) == Mempool::Added::added);
}

TEST_CASE("the mempool is bounded by count and by bytes, and forgets what expired") {
    Mempool few({2, 1 << 20});
    const auto a = transaction({}, 1000);
    const auto b = transaction({}, 2000);
    CHECK(few.add(a, submission(a)) == Mempool::Added::added);
    CHECK(few.add(b, submission(b)) == Mempool::Added::added);
    const auto c = transaction();
    CHECK(few.add(c, submission(c)) == Mempool::Added::full);
    few.expire(1000);
    CHECK(few.size() == 1);
    CHECK(few.contains(b.id));
    CHECK(few.add(c, submission(c)) == Mempool::Added::added);

    Mempool small({100, 700});
    CHECK(small.add(a, submission(a)) == Mempool::Added::added);
    CHECK(small.add(b, submission(b)) == Mempool::Added::full);
}

TEST_CASE("what names another waiting transaction comes behind it") {
    Mempool mempool({100, 1 << 20});
    const auto first = transaction();
    const auto second = transaction(first.id);
    CHECK(mempool.add(second, submission(second)) == Mempool::Added::added);
    CHECK(mempool.cut({}, 1).submissions.size() == 1);  // nobody here knows the first: execute decides
    CHECK(mempool.add(first, submission(first)) == Mempool::Added::added);
    const auto early = std::make_shared<const types::Proposal>(mempool.cut({}, 1));
    REQUIRE(early->submissions.size() == 1);
    CHECK(early->submissions[0].transaction == first.bytes);
    const auto late = mempool.cut({early}, 2);
    REQUIRE(late.submissions.size() == 1);
    CHECK(late.submissions[0].transaction == second.bytes);
}

TEST_CASE("a proposal never passes its limits") {
    Mempool mempool({5000, 64 << 20});
    for (std::size_t i = 0; i < 1100; ++i) {
        const auto one = transaction();
        REQUIRE(mempool.add(one, submission(one)) == Mempool::Added::added);
    }
    CHECK(mempool.cut({}, 1).submissions.size() == types::kMaxTransactionsPerProposal);
}

TEST_CASE("the core is told in order what came, what can execute, and what is gone") {
    using What = consensus::RequestChange::What;
    Mempool mempool({100, 1 << 20});
    const auto first = transaction();
    const auto second = transaction(first.id);
    const auto lone = transaction({}, 500);
    CHECK(mempool.add(first, submission(first)) == Mempool::Added::added);
    CHECK(mempool.add(second, submission(second), Mempool::Predecessor::outstanding) == Mempool::Added::added);
    CHECK(mempool.add(lone, submission(lone)) == Mempool::Added::added);
    auto changes = mempool.take_changes();
    REQUIRE(changes.size() == 3);
    CHECK(changes[0].what == What::executable);
    CHECK(changes[0].digest == first.digest);
    CHECK(changes[0].bytes > first.bytes.size());
    CHECK(changes[1].what == What::blocked);
    CHECK(changes[2].what == What::executable);
    CHECK(mempool.take_changes().empty());

    mempool.remove({first.id});
    mempool.stop_timing(500);
    mempool.stop_timing(501);
    changes = mempool.take_changes();
    REQUIRE(changes.size() == 3);
    CHECK(changes[0] == consensus::RequestChange{What::gone, first.digest, changes[0].bytes});
    CHECK(changes[1].what == What::executable);
    CHECK(changes[1].digest == second.digest);
    CHECK(changes[2].what == What::blocked);
    CHECK(changes[2].digest == lone.digest);
    CHECK(mempool.find({first.digest, second.digest}).size() == 1);

    const auto third = transaction(lone.id);
    CHECK(mempool.add(third, submission(third), Mempool::Predecessor::outstanding) == Mempool::Added::added);
    mempool.predecessor_done(third.id);
    mempool.predecessor_done(third.id);
    changes = mempool.take_changes();
    REQUIRE(changes.size() == 2);
    CHECK(changes[1].what == What::executable);
    mempool.remove({third.id});
    mempool.remove({lone.id});  // nobody names it any more
    CHECK(mempool.take_changes().size() == 2);
}

TEST_CASE("what a proposal holds is not cut again while it is in flight, whether it came before or after the proposal") {
    Mempool mempool({100, 1 << 20});
    const auto early = transaction();
    const auto late = transaction();
    CHECK(mempool.add(early, submission(early)) == Mempool::Added::added);
    types::Proposal both{1, {submission(early), submission(late)}};
    const auto first = std::make_shared<const types::Proposal>(both);
    const auto again = std::make_shared<const types::Proposal>(types::Proposal{2, {submission(early)}});
    CHECK(mempool.cut({first, again}, 3).submissions.empty());
    CHECK(mempool.add(late, submission(late)) == Mempool::Added::added);
    CHECK(mempool.cut({first, again}, 4).submissions.empty());
    CHECK(mempool.cut({again}, 5).submissions.size() == 1);
    CHECK(mempool.cut({}, 6).submissions.size() == 2);
}

TEST_CASE("the signature cache remembers the young, forgets the old, and stays bounded") {
    node::SignatureCache cache(4);
    std::vector<crypto::Hash> digests;
    for (int i = 0; i < 12; ++i) {
        digests.push_back(crypto::random_fixed<crypto::Hash>());
        cache.insert(digests.back());
        CHECK(cache.contains(digests.back()));
    }
    CHECK(cache.contains(digests[8]));
    CHECK(cache.contains(digests[5]));
    CHECK_FALSE(cache.contains(digests[0]));
}

// From journal to ledger: every access once, whatever fails in between.
#include <catch2/catch.hpp>

#include "api/gateway/batcher.hpp"
#include "tests/unit/api_gateway/fixture.hpp"

using namespace placet;
using namespace placet::tests;

namespace {

base::TimeMs g_now_ms = 1'800'000'000'000;
base::TimeMs fake_now() { return g_now_ms; }

struct World {
    explicit World(std::string_view name) : folder(name) {}
    Folder folder;
    FakeLedger ledger;
    FakeLink link{ledger};
    crypto::Hash genesis = crypto::sha256(base::as_bytes("genesis"));
    std::shared_ptr<const crypto::SigningKey> key = std::make_shared<crypto::SigningKey>(crypto::SigningKey::generate());

    std::unique_ptr<gw::CareJournal> open() {
        auto journal = gw::CareJournal::open(folder / "j", {genesis, "hospital-a"});
        REQUIRE(journal);
        return std::move(*journal);
    }
    gw::Batcher batcher(gw::CareJournal& journal) { return {{"hospital-a", genesis, key, fake_now}, link, journal}; }
    std::vector<gw::CareAccess> accesses(std::size_t count) {
        std::vector<gw::CareAccess> out;
        for (std::size_t i = 0; i < count; ++i)
            out.push_back({crypto::random_fixed<types::Pseudonym>(), "staff-" + std::to_string(i), "TREAT", "Observation", "read", g_now_ms + i, "system", g_now_ms});
        return out;
    }
    /// Each access once, in order.
    bool has_all(std::size_t count) {
        if (ledger.rows.size() != count) return false;
        for (std::size_t i = 0; i < count; ++i)
            if (ledger.rows[i].staff != "staff-" + std::to_string(i)) return false;
        return true;
    }
};

}  // namespace

TEST_CASE("1500 accesses become two batches in sequence") {
    World world("batcher");
    auto journal = world.open();
    auto batcher = world.batcher(*journal);
    REQUIRE(journal->append(world.accesses(1500)));
    CHECK(*batcher.step());
    CHECK(*batcher.step());
    CHECK_FALSE(*batcher.step());
    CHECK(world.has_all(1500));
    CHECK(journal->next_sequence() == 2);
    CHECK(journal->counts().rows_sealed == 1500);
}

TEST_CASE("a row on the ledger is opened by the journal's own entry") {
    World world("batcher-open");
    auto journal = world.open();
    auto batcher = world.batcher(*journal);
    REQUIRE(journal->append(world.accesses(1)));
    CHECK(*batcher.step());
    CHECK_FALSE(world.ledger.rows[0].commitment.is_zero());
}

TEST_CASE("with the ledger stopped accesses are journalled, and sealed once it runs again") {
    World world("batcher-stopped");
    auto journal = world.open();
    auto batcher = world.batcher(*journal);
    world.ledger.stopped = true;
    REQUIRE(journal->append(world.accesses(10)));
    CHECK(batcher.step().error().code == ErrorCode::unavailable);
    CHECK(journal->counts().waiting == 10);
    world.ledger.stopped = false;
    CHECK(*batcher.step());
    CHECK(world.has_all(10));
}

TEST_CASE("an answer lost on the way does not make a batch twice, over restarts too") {
    World world("batcher-lost");
    auto journal = world.open();
    REQUIRE(journal->append(world.accesses(10)));
    world.ledger.loses_answers = true;
    {
        auto batcher = world.batcher(*journal);
        CHECK(batcher.step().error().code == ErrorCode::timeout);
    }
    journal.reset();
    world.ledger.loses_answers = false;
    journal = world.open();
    REQUIRE(journal->pending());
    auto batcher = world.batcher(*journal);
    CHECK(*batcher.step());
    CHECK(world.has_all(10));
    CHECK(journal->next_sequence() == 1);
}

TEST_CASE("a transaction that expired is replaced under the same sequence, unless the ledger has the batch") {
    for (const bool was_recorded : {false, true}) {
        World world(was_recorded ? "batcher-expired-recorded" : "batcher-expired");
        auto journal = world.open();
        REQUIRE(journal->append(world.accesses(10)));
        auto batcher = world.batcher(*journal);
        world.ledger.loses_answers = true;
        CHECK(batcher.step().error().code == ErrorCode::timeout);
        if (!was_recorded) {  // the submission never arrived
            world.ledger.rows.clear();
            world.ledger.entries.clear();
        }
        world.ledger.outcomes.clear();  // and its receipt is pruned
        world.ledger.loses_answers = false;
        g_now_ms += 600'000;
        CHECK(*batcher.step());
        CHECK(world.has_all(10));
        CHECK(journal->next_sequence() == 1);
    }
}

TEST_CASE("a journal that was cut is noticed by the ledger's sequence") {
    World world("batcher-cut");
    auto journal = world.open();
    REQUIRE(journal->append(world.accesses(3)));
    auto batcher = world.batcher(*journal);
    CHECK(*batcher.step());
    journal.reset();
    std::filesystem::remove(world.folder / "j");
    journal = world.open();
    REQUIRE(journal->append(world.accesses(3)));
    auto again = world.batcher(*journal);
    const auto step = again.step();
    REQUIRE_FALSE(step);
    CHECK(step.error().code == ErrorCode::conflict);
    CHECK(world.ledger.rows.size() == 3);
}

// The store against the naive model: appends, views, reopening, following.
#include <catch2/catch.hpp>
#include <thread>

#include "ledger/state/validator_sets.hpp"
#include "tests/unit/ledger/store/store_fixture.hpp"

using namespace placet;
using base::Bytes;
using base::ErrorCode;
using crypto::Hash;
using store::Store;
using test::GrowingStore;
using test::open_store;
using test::require_agreement;
using test::store_network;

void test::require_agreement(const store::SealedView& view, const ModelChain& model) {
    REQUIRE(view.size() == model.leaves.size());
    REQUIRE(view.head().log.root() == model.log_root());
    REQUIRE(view.head().map.root() == model.map_root());
    std::map<Bytes, Bytes> entries;
    view.scan({}, [&](base::BytesView key, base::BytesView value) {
        return entries.emplace(base::to_bytes(key), base::to_bytes(value)).second;
    });
    REQUIRE(entries == model.entries);
    for (std::size_t i = 0; i < model.leaves.size(); ++i) {
        REQUIRE(view.leaf(i).value() == model.leaves[i]);
        const auto path = merkle::inclusion_path(i, view.size(), view).value();
        REQUIRE(merkle::verify_inclusion(model.leaf_hashes[i], {i, view.size(), model.log_root()}, path).has_value());
    }
    for (const auto& [key, rows] : model.sub_logs) {
        const auto stored = view.rows(key, 0, rows.size() + 10).value();
        REQUIRE(stored.size() == rows.size());
        for (std::size_t i = 0; i < rows.size(); ++i) {
            REQUIRE(stored[i].position == i);
            REQUIRE(stored[i].row == rows[i]);
        }
        REQUIRE(view.sub_log(key).value().size() == rows.size());
    }
}

TEST_CASE("a new store stands at genesis and holds what genesis writes") {
    GrowingStore grown(1);
    const auto view = grown.store->snapshot();
    CHECK(view->height() == 0);
    CHECK(view->size() == 1);
    require_agreement(*view, grown.model);
    CHECK(view->commit_leaf(0).value().previous == store_network().genesis_hash);
    CHECK(view->certificate(0).error().code == ErrorCode::not_found);
    CHECK(grown.store->fsck().has_value());
}

TEST_CASE("random blocks give the naive model's roots, before and after every kind of reopening") {
    for (std::uint64_t seed = 10; seed < 12; ++seed) {
        GrowingStore grown(seed);
        for (int round = 0; round < 4; ++round) {
            grown.grow(static_cast<int>(grown.model.random() % 20));
            require_agreement(*grown.store->snapshot(), grown.model);
            // As after SIGKILL: the files as they are, the log not flushed.
            const auto copy = grown.scratch.path / ("killed-" + std::to_string(round));
            test::copy_as_killed(grown.scratch.path / "ledger", copy);
            const auto killed = open_store(copy);
            REQUIRE(killed.has_value());
            require_agreement(*(*killed)->snapshot(), grown.model);
            grown.store.reset();
            grown.store = open_store(grown.scratch.path / "ledger").value();
            require_agreement(*grown.store->snapshot(), grown.model);
        }
        CHECK(grown.store->fsck().has_value());
    }
}

TEST_CASE("tiles beyond 256 leaves prove inclusion and consistency at the sizes of every block") {
    GrowingStore grown(77);
    std::vector<merkle::TreeHead> heads;
    while (grown.model.leaves.size() < 600) {
        grown.grow(1);
        heads.push_back({grown.model.leaves.size(), grown.model.log_root()});
    }
    auto view = grown.store->snapshot();
    CHECK(view->tile(0, 0).value().size() == 256);
    CHECK(view->tile(0, 2).value().size() == view->size() - 512);
    CHECK(view->tile(1, 0).value().size() == 2);
    CHECK(view->tile(1, 1).error().code == ErrorCode::not_found);
    for (const merkle::TreeHead& older : heads) {
        const auto path = merkle::consistency_path(older.size, view->size(), *view).value();
        REQUIRE(merkle::verify_consistency(older, heads.back(), path).has_value());
    }
    CHECK(grown.store->fsck().has_value());
    view.reset();  // a view keeps the database open
    grown.store.reset();
    grown.store = open_store(grown.scratch.path / "ledger").value();
    grown.grow(3);
    require_agreement(*grown.store->snapshot(), grown.model);
}

TEST_CASE("a view keeps its height while the store goes on") {
    GrowingStore grown(5);
    grown.grow(3);
    const auto old_view = grown.store->snapshot();
    const test::ModelChain old_model = grown.model;
    grown.grow(5);
    require_agreement(*old_view, old_model);
    CHECK(old_view->height() == 3);
    CHECK(old_view->block(4).error().code == ErrorCode::not_found);
    CHECK(grown.store->snapshot()->height() == 8);
    grown.store.reset();
    require_agreement(*old_view, old_model);
}

TEST_CASE(
    "an observer that follows block records arrives at the same database, and refuses a record that was changed") {
    GrowingStore grown(6);
    grown.grow(12);
    const auto source = grown.store->snapshot();
    const auto observer =
        Store::open(grown.scratch.path / "observer", store_network().genesis, {test::ModelChain::genesis_writes(), {}})
            .value();
    for (types::Height height = 1; height <= 12; ++height) {
        const types::BlockRecord record = types::decode_block(types::encode(source->block(height).value())).value();
        types::BlockRecord bad = record;
        bad.seal.signatures[0].octets[3] ^= 1;
        REQUIRE(observer->append(bad).error().code == ErrorCode::invalid_signature);
        bad = record;
        bad.leaves.back()[bad.leaves.back().size() / 2] ^= 1;
        REQUIRE_FALSE(observer->append(bad).has_value());
        REQUIRE(observer->append(record).has_value());
        REQUIRE_FALSE(observer->append(record).has_value());
    }
    require_agreement(*observer->snapshot(), grown.model);
    CHECK(observer->fsck().has_value());
}

TEST_CASE("blocks behind the end of an epoch bear the seal of the set that its last block named, and no other") {
    GrowingStore grown(7);
    grown.grow(2);
    const test::TestNetwork successors;  // other keys
    types::ValidatorSet next = successors.genesis.validators;
    next.epoch = 1;
    const auto certify = [&](const types::CheckpointBody& body) {
        types::QuorumCertificate certificate{body, 0b0111, {}};
        for (std::size_t i = 0; i < 3; ++i)
            certificate.signatures.push_back(successors.checkpoint_keys[i].sign(types::checkpoint_digest(store_network().genesis_hash, body)));
        return certificate;
    };
    const auto assembled = [&](const auto& change) {
        const auto view = grown.store->snapshot();
        state::ExecutedBlock executed = grown.model.draw(view->head());
        change(executed);
        return state::assemble(executed, view->head(), *view).value();
    };
    state::UnsealedBlock last = assembled([&](state::ExecutedBlock& block) {
        block.closing_writes.push_back({state::validator_set_key(1), types::encode(next)});
        block.next_validators = types::validator_set_hash(next);
    });
    last.record.seal = store_network().seal(last.body());
    REQUIRE(grown.store->append(last.record).has_value());
    grown.model.take(last);
    CHECK(grown.store->snapshot()->last_of_epoch(0).value() == 3);

    state::UnsealedBlock first = assembled([](state::ExecutedBlock& block) { block.epoch = 1; });
    const types::CheckpointBody body = first.body();  // a copy: each seal below brings its own
    first.record.seal = store_network().seal(body);   // the old set goes on
    CHECK_FALSE(grown.store->append(first.record).has_value());
    types::CheckpointBody old_epoch = body;
    old_epoch.epoch = 0;
    first.record.seal = store_network().seal(old_epoch);
    CHECK_FALSE(grown.store->append(first.record).has_value());
    old_epoch.epoch = 2;
    first.record.seal = certify(old_epoch);
    CHECK(grown.store->append(first.record).error().code == ErrorCode::invalid_proof);
    first.record.seal = certify(body);
    REQUIRE(grown.store->append(first.record).has_value());
    grown.model.take(first);

    grown.store.reset();
    grown.store = test::open_store(grown.scratch.path / "ledger").value();
    CHECK(grown.store->snapshot()->height() == 4);
    CHECK(grown.store->snapshot()->last_of_epoch(0).value() == 3);
    CHECK(grown.store->snapshot()->last_of_epoch(1).value() == 4);
    CHECK(grown.store->fsck().has_value());
}

TEST_CASE("a block that does not follow, or a seal over another block, is a conflict and changes nothing") {
    GrowingStore grown(7);
    grown.grow(2);
    const state::UnsealedBlock block = grown.draw();
    const state::UnsealedBlock other = grown.draw();
    CHECK(grown.store->append(block, store_network().seal(other.body())).error().code == ErrorCode::conflict);
    REQUIRE(grown.store->append(block, block.record.seal).has_value());
    CHECK(grown.store->append(other, other.record.seal).error().code == ErrorCode::conflict);
    grown.model.take(block);
    require_agreement(*grown.store->snapshot(), grown.model);
}

TEST_CASE("transactions, times and rows are found where they stand") {
    GrowingStore grown(8);
    state::UnsealedBlock block;
    do {
        block = grown.draw();
        REQUIRE(grown.store->append(block, block.record.seal).has_value());
        grown.model.take(block);
    } while (block.transactions.size() < 2);
    grown.grow(4);
    const auto view = grown.store->snapshot();
    const auto place = view->transaction(block.transactions[1]).value();
    CHECK(place == store::TransactionPlace{block.first_leaf() + 1, block.head.height});
    CHECK(view->transaction(Hash{}).error().code == ErrorCode::not_found);
    for (types::Height height = 1; height <= view->height(); ++height) {
        const base::TimeMs time = view->commit_leaf(height).value().block_time_ms;
        CHECK(view->height_at(time).value() == height);
        CHECK(view->height_at(time - 1).value() == height - 1);
        CHECK(view->certificate(height).value().body.height == height);
    }
    CHECK(view->height_at(5).error().code == ErrorCode::not_found);
    const Bytes key = state::encode(state::index_key(state::IndexKind::access_at_custodian, "hospital-a"));
    const auto rows = view->rows(key, 0, 1000).value();
    REQUIRE(rows.size() > 1);
    CHECK(view->rows(key, 1, 1).value().at(0) == rows[1]);
    CHECK(view->rows(key, rows.size(), 5).value().empty());
    CHECK(view->first_row_at(key, 0).value() == 0);
    CHECK(view->first_row_at(key, base::kForever).value() == rows.size());
    const base::TimeMs last = state::decode_index_row(rows.back().row).value().block_time_ms;
    CHECK(state::decode_index_row(rows[view->first_row_at(key, last).value()].row).value().block_time_ms == last);
}

TEST_CASE("a store of another genesis is refused as a conflict, and other rules' genesis state as corrupt") {
    GrowingStore grown(9);
    grown.store.reset();
    const test::TestNetwork stranger;
    CHECK(Store::open(grown.scratch.path / "ledger", stranger.genesis, {}).error().code == ErrorCode::conflict);
    const auto other_rules = Store::open(grown.scratch.path / "ledger", store_network().genesis, {});
    CHECK(other_rules.error().code == ErrorCode::corrupt);
    CHECK(other_rules.error().message.find("aside") != std::string::npos);
}

TEST_CASE("a store that another process holds is unavailable, not corrupt") {
    GrowingStore grown(2);
    CHECK(open_store(grown.scratch.path / "ledger").error().code == ErrorCode::unavailable);
}

TEST_CASE("a creation that was cut short begins again") {
    GrowingStore grown(3);
    std::filesystem::create_directories(grown.scratch.path / "fresh.making" / "rubbish");
    CHECK(open_store(grown.scratch.path / "fresh").has_value());
    CHECK_FALSE(std::filesystem::exists(grown.scratch.path / "fresh.making"));
}

TEST_CASE("readers, the committer and the disk thread work at once") {
    GrowingStore grown(40);
    std::atomic<bool> done = false;
    std::atomic<int> wrong = 0;
    std::vector<std::thread> threads;
    for (int reader = 0; reader < 2; ++reader) {
        threads.emplace_back([&] {
            types::Height last = 0;
            while (!done) {
                const auto view = grown.store->snapshot();
                if (view->height() < last) ++wrong;
                last = view->height();
                const auto root = merkle::root_at(view->size(), *view);
                if (!root || *root != view->head().log.root()) ++wrong;
                const Bytes key = state::encode(state::index_key(state::IndexKind::access_at_custodian, "hospital-a"));
                const auto frontier = view->sub_log(key);
                if (!frontier || view->rows(key, 0, 10'000).value().size() != frontier->size()) ++wrong;
                if (!state::verify_absent(view->head().map.root(), Bytes{1}, view->prove_entry(Bytes{1}))) ++wrong;
            }
        });
    }
    threads.emplace_back([&] {
        for (std::uint64_t sequence = 1; !done; ++sequence) {
            store::RecordBatch batch;
            batch.put({store::RecordColumn::consensus, 1, sequence, {}}, Bytes{1});
            if (!grown.store->commit(std::span(&batch, 1), store::Durability::synced)) ++wrong;
        }
    });
    grown.grow(60);
    done = true;
    for (std::thread& thread : threads) thread.join();
    CHECK(wrong == 0);
    require_agreement(*grown.store->snapshot(), grown.model);
}

// Assembly and check of blocks, and the overlay of unsealed ones, against the naive model.
#include <catch2/catch.hpp>

#include "ledger/base/cbor.hpp"
#include "tests/unit/ledger/state/model_chain.hpp"

using namespace placet;
using base::Bytes;
using state::UnsealedBlock;
using test::MemoryState;
using test::ModelChain;
using test::TestNetwork;

namespace {

const TestNetwork& network() {
    static const TestNetwork instance;
    return instance;
}

/// Genesis and a few random blocks; `sealed` is the state before the last one.
struct Chain {
    explicit Chain(std::uint64_t seed, int blocks = 4) : model(network(), seed) {
        UnsealedBlock block = state::assemble_genesis(network().genesis, ModelChain::genesis_writes()).value();
        model.take(block);
        sealed = std::make_shared<MemoryState>(block.head, model.entries, model.sub_logs);
        for (int i = 0; i < blocks; ++i) {
            do executed = model.draw(sealed->head());
            while (executed.events.size() < 3);
            last = state::assemble(executed, sealed->head(), *sealed).value();
            last.record.seal = network().seal(last.body());
            if (i + 1 == blocks) break;
            model.take(last);
            sealed = std::make_shared<MemoryState>(last.head, model.entries, model.sub_logs);
        }
    }
    [[nodiscard]] base::Result<UnsealedBlock> check(const types::BlockRecord& record) const {
        return state::check_block(record, sealed->head(), *sealed, network().genesis_hash);
    }
    ModelChain model;
    std::shared_ptr<MemoryState> sealed;
    state::ExecutedBlock executed;
    UnsealedBlock last;
};

}  // namespace

TEST_CASE("assembled blocks have the roots of the naive model, and a follower that checks them arrives at the same") {
    for (std::uint64_t seed = 1; seed <= 10; ++seed) {
        Chain chain(seed, 6);
        chain.model.take(chain.last);
        CHECK(chain.last.body().root == chain.model.log_root());
        CHECK(chain.last.body().size == chain.model.leaves.size());
        CHECK(chain.last.commit.map_root == chain.model.map_root());
        const auto followed = chain.check(chain.last.record);
        REQUIRE(followed.has_value());
        CHECK(followed->head.map.root() == chain.last.head.map.root());
        CHECK(followed->head.log == chain.last.head.log);
        CHECK(followed->head.commit_leaf == chain.last.head.commit_leaf);
        CHECK(followed->transactions == chain.last.transactions);
        CHECK(followed->map_writes == chain.last.map_writes);
        CHECK(state::verify_seal(chain.last.record, chain.sealed->head(), network().genesis.validators,
                                 network().genesis_hash)
                  .has_value());
    }
}

TEST_CASE("a received block with any element changed is refused and the element is named") {
    const Chain chain(42);
    const types::BlockRecord good = chain.last.record;
    REQUIRE(chain.check(good).has_value());
    const auto field_after = [&](auto change) {
        types::BlockRecord bad = good;
        change(bad);
        const auto result = chain.check(bad);
        return result ? std::string("accepted") : result.error().field;
    };
    CHECK(field_after([](auto& bad) { ++bad.height; }) == "height");
    CHECK(field_after([](auto& bad) { bad.leaves.clear(); }) == "leaves");
    CHECK(field_after([](auto& bad) { bad.leaves.pop_back(); }) == "leaves");
    CHECK(field_after([](auto& bad) { bad.leaves.erase(bad.leaves.begin()); }) == "leaves");
    CHECK(field_after([](auto& bad) { std::swap(bad.leaves[0], bad.leaves[1]); }) != "accepted");
    CHECK(field_after([](auto& bad) { bad.leaves.push_back(bad.leaves.back()); }) == "leaves");
    CHECK(field_after([](auto& bad) { bad.writes.push_back({Bytes{0x82, 0x19, 0xff, 0xff, 0x01}, Bytes{0x01}}); }) ==
          "writes");
    CHECK(field_after([](auto& bad) { bad.writes.push_back({Bytes{0xff}, Bytes{0x01}}); }) == "writes");
    CHECK(field_after([](auto& bad) {
              bad.writes.push_back(
                  {state::head_key(state::index_key(state::IndexKind::access_at_custodian, "x")), Bytes{0x01}});
          }) == "writes");
    CHECK(field_after([](auto& bad) { bad.appends.pop_back(); }) == "writes");
    CHECK(field_after([](auto& bad) { std::swap(bad.appends.front(), bad.appends.back()); }) == "appends");
    CHECK(field_after([](auto& bad) { bad.appends.push_back(bad.appends.back()); }) == "appends");
    CHECK(field_after([](auto& bad) { bad.seal.body.root.octets[0] ^= 1; }) == "seal");
    CHECK(field_after([](auto& bad) { ++bad.seal.body.size; }) == "seal");
    CHECK(field_after([](auto& bad) { ++bad.seal.body.block_time_ms; }) == "seal");
    CHECK(field_after([](auto& bad) {
              auto row = state::decode_index_row(bad.appends[0].row).value();
              row.leaf_hash.octets[3] ^= 1;
              bad.appends[0].row = state::encode(row);
          }) == "appends");
}

TEST_CASE("every flipped bit of a leaf, write or row of a received block is refused") {
    const Chain chain(99);
    const types::BlockRecord good = chain.last.record;
    std::mt19937_64 random(5);
    for (int i = 0; i < 300; ++i) {
        types::BlockRecord bad = good;
        Bytes* target = nullptr;
        switch (random() % 3) {
            case 0:
                target = &bad.leaves[random() % bad.leaves.size()];
                break;
            case 1:
                target = bad.writes.empty() ? &bad.leaves[0] : &bad.writes[random() % bad.writes.size()].key;
                break;
            default:
                target = &bad.appends[random() % bad.appends.size()].row;
                break;
        }
        (*target)[random() % target->size()] ^= static_cast<std::uint8_t>(1U << (random() % 8));
        REQUIRE_FALSE(chain.check(bad).has_value());
    }
}

TEST_CASE("a seal by too few, by strangers, or under a set not announced is refused") {
    const Chain chain(3);
    const auto& set = network().genesis.validators;
    types::BlockRecord record = chain.last.record;
    const auto verdict = [&] {
        return state::verify_seal(record, chain.sealed->head(), set, network().genesis_hash).has_value();
    };
    REQUIRE(verdict());
    record.seal.signatures[1].octets[5] ^= 1;
    CHECK_FALSE(verdict());
    record = chain.last.record;
    record.seal.signers &= ~1ULL;
    record.seal.signatures.erase(record.seal.signatures.begin());
    CHECK_FALSE(verdict());
    record = chain.last.record;
    types::ValidatorSet other = set;
    other.validators.pop_back();
    CHECK_FALSE(state::verify_seal(record, chain.sealed->head(), other, network().genesis_hash).has_value());
}

TEST_CASE("rules that write reserved keys, unreadable values or rows out of order are refused") {
    Chain chain(8);
    const auto refused = [&](auto change) {
        state::ExecutedBlock bad = chain.executed;
        change(bad);
        return !state::assemble(bad, chain.sealed->head(), *chain.sealed).has_value();
    };
    CHECK(refused([](auto& bad) { ++bad.height; }));
    CHECK(refused([&](auto& bad) { bad.block_time_ms = chain.sealed->block_time_ms(); }));
    CHECK(refused([](auto& bad) { bad.validators.octets[0] ^= 1; }));
    CHECK(refused([](auto& bad) {
        bad.closing_writes.push_back(
            {state::head_key(state::index_key(state::IndexKind::access_at_custodian, "x")), Bytes{0x80}});
    }));
    CHECK(refused([](auto& bad) { bad.closing_writes.push_back({Bytes{0x01}, Bytes{0x18, 0x01}}); }));
    CHECK(refused([](auto& bad) { bad.events[0].appends.push_back(bad.events[0].appends.back()); }));
    CHECK_FALSE(refused([](auto&) {}));
}

TEST_CASE("an overlay reads through its blocks, gives up what is dropped, and notices that it diverged") {
    Chain chain(17);
    state::UnsealedOverlay overlay(chain.sealed);
    ModelChain model = chain.model;
    std::vector<std::map<Bytes, Bytes>> entries_at{model.entries};
    std::vector<std::shared_ptr<MemoryState>> sealed_at{chain.sealed};
    const auto agrees = [&](const std::map<Bytes, Bytes>& entries) {
        for (const auto& [key, value] : entries_at.back())
            if (overlay.get(key) != (entries.contains(key) ? std::optional(entries.at(key)) : std::nullopt))
                return false;
        for (const auto& [key, value] : entries)
            if (overlay.get(key) != std::optional(value)) return false;
        return true;
    };
    for (int i = 0; i < 5; ++i) {
        UnsealedBlock block = state::assemble(model.draw(overlay.head()), overlay.head(), overlay).value();
        model.take(block);
        REQUIRE(block.commit.map_root == model.map_root());
        REQUIRE(block.body().root == model.log_root());
        entries_at.push_back(model.entries);
        sealed_at.push_back(std::make_shared<MemoryState>(block.head, model.entries, model.sub_logs));
        overlay.push(std::move(block));
        REQUIRE(agrees(entries_at.back()));
    }
    overlay.drop_above(chain.sealed->height() + 3);
    CHECK(overlay.depth() == 3);
    CHECK(agrees(entries_at[3]));
    CHECK(overlay.rebase(sealed_at[2]));
    CHECK(overlay.depth() == 1);
    CHECK(agrees(entries_at[3]));
    state::ChainHead other = sealed_at[3]->head();
    other.commit_leaf.octets[0] ^= 1;
    CHECK_FALSE(overlay.rebase(std::make_shared<MemoryState>(other, entries_at[3], model.sub_logs)));
    CHECK(overlay.depth() == 0);
}

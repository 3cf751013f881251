// Durable records, and parts at rest.
#include <catch2/catch.hpp>
#include <fstream>

#include "tests/unit/ledger/store/store_fixture.hpp"

using namespace placet;
using base::Bytes;
using base::ErrorCode;
using store::Durability;
using store::RecordBatch;
using store::RecordColumn;
using store::RecordKey;
using test::GrowingStore;
using test::open_store;

namespace {

RecordKey key(std::uint8_t kind, std::uint64_t sequence, Bytes name = {}) {
    return {RecordColumn::consensus, kind, sequence, std::move(name)};
}

std::vector<RecordKey> keys_from(const store::Store& store, const RecordKey& from) {
    std::vector<RecordKey> out;
    REQUIRE(
        store.scan_records(from, [&](const RecordKey& found, base::BytesView) { return out.push_back(found), true; })
            .has_value());
    return out;
}

Bytes part_of(std::uint8_t patient, std::string_view words) {
    types::Part part;
    if (patient != 0) part.pseudonym.octets.fill(patient);
    part.salt.octets.fill(7);
    part.payload = base::to_bytes(words);
    return types::encode(part);
}

bool files_contain(const std::filesystem::path& directory, std::string_view words) {
    for (const auto& entry : std::filesystem::recursive_directory_iterator(directory)) {
        if (!entry.is_regular_file()) continue;
        std::ifstream file(entry.path(), std::ios::binary);
        const std::string content((std::istreambuf_iterator<char>(file)), {});
        if (content.find(words) != std::string::npos) return true;
    }
    return false;
}

}  // namespace

TEST_CASE("records come back in order after a kill, deleted ones do not, and a truncation keeps what is above") {
    GrowingStore grown(20);
    RecordBatch first;
    for (std::uint64_t sequence = 1; sequence <= 300; ++sequence)
        first.put(key(1, sequence, {static_cast<std::uint8_t>(sequence % 3)}), Bytes{1, 2, 3});
    RecordBatch second;
    second.put(key(2, 7), Bytes{9});
    second.put({RecordColumn::node, 1, 5, {}}, Bytes{8});
    second.erase(key(1, 300, {0}));
    REQUIRE(grown.store->commit(std::vector{first, second}, Durability::synced).has_value());
    const auto copy = grown.scratch.path / "killed";
    test::copy_as_killed(grown.scratch.path / "ledger", copy);
    const auto killed = open_store(copy).value();
    const auto keys = keys_from(*killed, key(0, 0));
    CHECK(keys.size() == 300);
    CHECK(std::ranges::is_sorted(keys));
    CHECK(killed->record(key(2, 7)).value() == Bytes{9});
    CHECK(killed->record({RecordColumn::node, 1, 5, {}}).value() == Bytes{8});
    CHECK_FALSE(killed->record(key(1, 300, {0})).value().has_value());
    REQUIRE(killed->truncate_records(RecordColumn::consensus, 1, 290).has_value());
    const auto left = keys_from(*killed, key(0, 0));
    CHECK(left.size() == 11);
    CHECK(left.front().sequence == 290);
    CHECK(left.back().kind == 2);
}

TEST_CASE("a sealed block is durable with the next synced record, in one stream") {
    GrowingStore grown(21);
    grown.grow(3);
    RecordBatch batch;
    batch.put(key(1, 1), Bytes{1});
    REQUIRE(grown.store->commit(std::span(&batch, 1), Durability::synced).has_value());
    REQUIRE(grown.store->sync().has_value());
    const auto copy = grown.scratch.path / "killed";
    test::copy_as_killed(grown.scratch.path / "ledger", copy);
    CHECK(open_store(copy).value()->snapshot()->height() == 3);
}

TEST_CASE("parts are encrypted at rest, come back checked, and are gone when their key is destroyed") {
    GrowingStore grown(22);
    const std::string_view words = "a diagnosis that nobody may find on a disk";
    const Bytes mine = part_of(1, words);
    const Bytes mine_too = part_of(1, "another of the same patient");
    const Bytes hers = part_of(2, words);
    const Bytes nobodys = part_of(0, words);
    RecordBatch batch;
    for (const Bytes& part : {mine, mine_too, hers, nobodys, mine}) batch.put_part(part);
    REQUIRE(grown.store->commit(std::span(&batch, 1), Durability::synced).has_value());
    const auto view = grown.store->snapshot();
    for (const Bytes& part : {mine, mine_too, hers, nobodys}) CHECK(view->part(types::part_commitment(part)) == part);
    CHECK_FALSE(view->part(crypto::Hash{}).has_value());
    CHECK(grown.store->fsck().has_value());

    types::Pseudonym patient;
    patient.octets.fill(1);
    REQUIRE(grown.store->destroy_part_key(patient, types::RetentionClass::consent_evidence).has_value());
    CHECK_FALSE(view->part(types::part_commitment(mine)).has_value());
    CHECK_FALSE(view->part(types::part_commitment(mine_too)).has_value());
    CHECK(view->part(types::part_commitment(hers)) == hers);
    RecordBatch later;
    later.put_part(part_of(1, "given again later"));
    REQUIRE(grown.store->commit(std::span(&later, 1), Durability::synced).has_value());
    CHECK_FALSE(view->part(types::part_commitment(mine)).has_value());
    CHECK(view->part(types::part_commitment(part_of(1, "given again later"))).has_value());
    CHECK(grown.store->fsck().has_value());
    CHECK_FALSE(files_contain(grown.scratch.path, words));
}

TEST_CASE("after a change of root the new root opens the parts and the old one opens none") {
    GrowingStore grown(23);
    const Bytes part = part_of(1, "kept");
    RecordBatch batch;
    batch.put_part(part);
    REQUIRE(grown.store->commit(std::span(&batch, 1), Durability::synced).has_value());
    crypto::AeadKey new_root;
    new_root.octets.fill(0x11);
    REQUIRE(grown.store->change_parts_root(new_root).has_value());
    CHECK(grown.store->snapshot()->part(types::part_commitment(part)) == part);
    grown.store.reset();
    const auto old_root = open_store(grown.scratch.path / "ledger").value();
    CHECK(old_root->fsck().error().code == ErrorCode::corrupt);
}

TEST_CASE("an observer's store refuses parts") {
    GrowingStore grown(24);
    const auto observer = store::Store::open(grown.scratch.path / "observer", test::store_network().genesis,
                                             {test::ModelChain::genesis_writes(), {}})
                              .value();
    RecordBatch batch;
    batch.put_part(part_of(1, "x"));
    CHECK(observer->commit(std::span(&batch, 1), Durability::synced).error().code == ErrorCode::unsupported);
}

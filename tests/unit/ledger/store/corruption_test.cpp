// Damaged files: a refusal with column or file, height and what to do; never a crash, never a silent change.
#include <catch2/catch.hpp>
#include <fstream>
#include <iostream>

#include "ledger/store/database.hpp"
#include "tests/unit/ledger/store/store_fixture.hpp"

using namespace placet;
using base::Bytes;
using base::ErrorCode;
using test::GrowingStore;
using test::open_store;
namespace fs = std::filesystem;

namespace {

/// A store of blocks and records, closed cleanly (files) or as killed (log).
struct DamagedStore {
    enum class End { clean, killed };
    DamagedStore(std::uint64_t seed, End end) : grown(seed) {
        grown.grow(15);
        store::RecordBatch batch;
        for (std::uint64_t sequence = 1; sequence <= 50; ++sequence)
            batch.put({store::RecordColumn::consensus, 1, sequence, {}}, Bytes(100, 7));
        if (!grown.store->commit(std::span(&batch, 1), store::Durability::synced)) std::abort();
        pristine = grown.scratch.path / "pristine";
        if (end == End::clean) grown.store.reset();
        test::copy_as_killed(grown.scratch.path / "ledger", pristine);
        grown.store.reset();
        work = grown.scratch.path / "work";
        restore();
    }
    void restore() const {
        fs::remove_all(work);
        fs::copy(pristine, work, fs::copy_options::recursive);
    }
    [[nodiscard]] std::vector<fs::path> files(std::string_view kind) const {
        std::vector<fs::path> out;
        for (const auto& entry : fs::directory_iterator(work)) {
            const std::string name = entry.path().filename().string();
            const bool matches = kind.starts_with('.') ? name.ends_with(kind) : name.starts_with(kind);
            if (matches && fs::file_size(entry.path()) > 0) out.push_back(entry.path());
        }
        std::ranges::sort(out);
        return out;
    }
    GrowingStore grown;
    fs::path pristine, work;
};

void flip_bit(const fs::path& file, std::uint64_t offset, unsigned bit) {
    std::fstream stream(file, std::ios::in | std::ios::out | std::ios::binary);
    stream.seekg(static_cast<std::streamoff>(offset));
    const char octet = static_cast<char>(stream.get() ^ static_cast<int>(1U << bit));
    stream.seekp(static_cast<std::streamoff>(offset));
    stream.put(octet);
}

/// A file by its name, or a column.
bool names_a_place(const std::string& message) {
    constexpr std::array<std::string_view, 7> kPlaces{".log",    ".sst",     "MANIFEST", "CURRENT",
                                                      "OPTIONS", "IDENTITY", "column "};
    return std::ranges::any_of(kPlaces,
                               [&](std::string_view place) { return message.find(place) != std::string::npos; });
}

/// Refused as corrupt with words to act on, or opened with nothing lost and nothing changed.
enum class Verdict { refused, whole, shorter };
Verdict verdict(const DamagedStore& damaged) {
    const auto store = open_store(damaged.work);
    if (!store) {
        INFO(base::describe(store.error()));
        REQUIRE(store.error().code == ErrorCode::corrupt);
        REQUIRE(store.error().message.find(damaged.work.string()) != std::string::npos);
        REQUIRE(store.error().message.find("start again") != std::string::npos);
        CHECK(names_a_place(store.error().message));
        return Verdict::refused;
    }
    const auto view = (*store)->snapshot();
    REQUIRE((*store)->fsck().has_value());
    for (std::size_t i = 0; i < view->size(); ++i) REQUIRE(view->leaf(i).value() == damaged.grown.model.leaves[i]);
    return view->size() == damaged.grown.model.leaves.size() ? Verdict::whole : Verdict::shorter;
}

}  // namespace

TEST_CASE("a flipped bit in any table file is refused at start") {
    const DamagedStore damaged(30, DamagedStore::End::clean);
    std::mt19937_64 random(1);
    int refused = 0;
    for (int i = 0; i < 24; ++i) {
        damaged.restore();
        const auto tables = damaged.files(".sst");
        REQUIRE_FALSE(tables.empty());
        const fs::path& file = tables[random() % tables.size()];
        flip_bit(file, random() % fs::file_size(file), static_cast<unsigned>(random() % 8));
        INFO(file);
        const Verdict seen = verdict(damaged);
        CHECK(seen != Verdict::shorter);
        refused += seen == Verdict::refused ? 1 : 0;
    }
    CHECK(refused >= 20);  // a bit that no reader looks at (padding of a footer) changes nothing
}

TEST_CASE("a missing or truncated table, manifest or CURRENT is refused at start") {
    const DamagedStore damaged(31, DamagedStore::End::clean);
    for (const std::string_view kind : {".sst", "MANIFEST", "CURRENT"}) {
        damaged.restore();
        const auto files = damaged.files(kind);
        REQUIRE_FALSE(files.empty());
        for (const fs::path& file : files) {
            INFO(file);
            damaged.restore();
            fs::remove(file);
            CHECK(verdict(damaged) == Verdict::refused);
            damaged.restore();
            fs::resize_file(file, fs::file_size(file) / 2);
            CHECK(verdict(damaged) == Verdict::refused);
            damaged.restore();
            fs::resize_file(file, 0);
            CHECK(verdict(damaged) == Verdict::refused);
        }
    }
}

TEST_CASE("flipped bits in manifest and CURRENT are refused or harmless, never a crash or a change") {
    const DamagedStore damaged(32, DamagedStore::End::clean);
    std::mt19937_64 random(2);
    for (const std::string_view kind : {"MANIFEST", "CURRENT", "OPTIONS", "IDENTITY"}) {
        for (int i = 0; i < 12; ++i) {
            damaged.restore();
            const fs::path file = damaged.files(kind).back();
            const std::uint64_t offset = random() % fs::file_size(file);
            flip_bit(file, offset, static_cast<unsigned>(random() % 8));
            INFO(file << " at " << offset);
            const Verdict seen = verdict(damaged);
            CHECK(seen != Verdict::shorter);
            if (kind == "MANIFEST") CHECK(seen == Verdict::refused);
        }
    }
}

TEST_CASE("a damaged log is refused, or cut like a torn one at a whole block; never a crash or a change") {
    const DamagedStore damaged(33, DamagedStore::End::killed);
    std::mt19937_64 random(3);
    int refused = 0;
    int shorter = 0;
    for (int i = 0; i < 24; ++i) {
        damaged.restore();
        const fs::path file = damaged.files(".log").back();
        const std::uint64_t offset = random() % fs::file_size(file);
        flip_bit(file, offset, static_cast<unsigned>(random() % 8));
        INFO(file << " at " << offset);
        const Verdict seen = verdict(damaged);
        refused += seen == Verdict::refused ? 1 : 0;
        shorter += seen == Verdict::shorter ? 1 : 0;
    }
    CHECK(refused >= 16);
    CHECK(shorter <=
          6);  // a length field in the last 32 KiB that points beyond the end cannot be told from a torn write
}

TEST_CASE("a torn log ends at a whole block") {
    const DamagedStore damaged(34, DamagedStore::End::killed);
    std::mt19937_64 random(4);
    for (int i = 0; i < 12; ++i) {
        damaged.restore();
        const fs::path file = damaged.files(".log").back();
        fs::resize_file(file, random() % fs::file_size(file));
        CHECK(verdict(damaged) != Verdict::refused);
    }
}

namespace {

using store::Column;

/// Changes one value as an intruder with RocksDB at hand would: under good checksums.
void tamper(const fs::path& directory, Column column, const std::function<void(Bytes& value)>& change) {
    const auto database = store::Database::open(directory, store::Database::Mode::open).value();
    std::vector<std::pair<Bytes, Bytes>> all;
    (void)database->scan(column, {}, nullptr, [&](base::BytesView key, base::BytesView value) {
        all.emplace_back(base::to_bytes(key), base::to_bytes(value));
        return true;
    });
    auto& [key, value] = all[all.size() / 2];
    store::WriteSet set;
    change(value);
    if (value.empty())
        set.erase(column, key);
    else
        set.put(column, key, value);
    if (!database->write(set, store::Durability::synced)) std::abort();
}

}  // namespace

TEST_CASE("a value changed or removed under good checksums is found at start or by the deep walk, in every column") {
    const DamagedStore damaged(35, DamagedStore::End::clean);
    const std::pair<Column, bool> columns[] = {
        {Column::leaves, false}, {Column::blocks, false},  {Column::tiles, true},        {Column::state, true},
        {Column::rows, false},   {Column::sub_logs, true}, {Column::transactions, false}};
    for (const auto& [column, at_start] : columns) {
        for (const bool remove : {false, true}) {
            INFO(store::name_of(column) << (remove ? " removed" : " changed"));
            damaged.restore();
            tamper(damaged.work, column, [remove](Bytes& value) {
                if (remove)
                    value.clear();
                else
                    value[value.size() / 2] ^= 0x01;
            });
            const auto store = open_store(damaged.work);
            if (!store) {
                CHECK(store.error().code == ErrorCode::corrupt);
                CHECK(store.error().message.find("column ") != std::string::npos);
                continue;
            }
            CHECK_FALSE(at_start);
            const auto status = (*store)->fsck();
            REQUIRE_FALSE(status.has_value());
            CHECK(status.error().code == ErrorCode::corrupt);
            CHECK(status.error().message.find("column ") != std::string::npos);
            CHECK(status.error().message.find("start again") != std::string::npos);
        }
    }
}

// See real_disk.hpp.
#include "tests/sim/real_disk.hpp"

#include <rocksdb/env.h>

namespace placet::sim {

using store::Column;
using store::Database;
using store::Durability;

namespace {

constexpr const char* kFolder = "/store";
constexpr std::uint8_t kBlocks = 1, kForgotten = 2;  ///< keys of the blocks column: how far each went

base::Bytes number(std::uint64_t value) {
    base::Bytes out(8);
    for (int i = 0; i < 8; ++i) out[static_cast<std::size_t>(i)] = static_cast<std::uint8_t>(value >> (8 * (7 - i)));
    return out;
}

std::uint64_t number_of(base::BytesView bytes) {
    std::uint64_t value = 0;
    for (const std::uint8_t octet : bytes) value = value << 8 | octet;
    return value;
}

bool same(const Disk::Image& a, const Disk::Image& b) {
    return a.records == b.records && a.blocks == b.blocks && a.forgotten == b.forgotten;
}

}  // namespace

RealDisk::RealDisk(std::uint64_t seed, Medium medium) : prng_(seed), medium_(medium) {
    create();
}
RealDisk::~RealDisk() = default;

/// An empty disk with an empty database on it.
void RealDisk::create() {
    database_.reset();
    environment_.reset();
    files_ = std::make_shared<FaultyFiles>();
    environment_ = rocksdb::NewCompositeEnv(files_);
    auto database = Database::open(kFolder, Database::Mode::create, environment_.get());
    if (database)
        database_ = *std::move(database);
    else
        complaint_ = "an empty database could not be made: " + database.error().message;
}

void RealDisk::wrote(const Entry& entry) {
    if (!is_open()) return;
    store::WriteSet set;
    for (const consensus::Record& record : entry.records) set.put(Column::consensus, record.key, record.value);
    if (entry.block > 0) set.put(Column::blocks, base::Bytes{kBlocks}, number(entry.block));
    if (entry.forget > 0) {
        set.put(Column::blocks, base::Bytes{kForgotten}, number(entry.forget));
        for (const auto& [first, last] : consensus::forget_ranges(entry.forget)) {
            const auto erase = [&, end = base::BytesView(last)](base::BytesView key, base::BytesView) {
                if (!std::ranges::lexicographical_compare(key, end)) return false;
                set.erase(Column::consensus, key);
                return true;
            };
            (void)database_->scan(Column::consensus, first, nullptr, erase);
        }
    }
    // A failed write shows at the next sync: the database refuses everything after it.
    (void)database_->write(set, Durability::unsynced);
}

std::optional<std::uint64_t> RealDisk::end_sync() {
    if (!is_open()) return std::nullopt;
    if (const auto synced = database_->sync(); !synced) {
        if (medium_ == Medium::sound) complaint_ = "a sync failed on a disk that works: " + synced.error().message;
        return std::nullopt;
    }
    return Disk::end_sync();
}

/// The disk fails under a sync, or is full. Either must be reported, and nothing may be written after it.
void RealDisk::fail() {
    if (!is_open()) return;
    const bool is_full = prng_.percent(40);
    files_->fail(is_full ? FaultyFiles::Failure::full : FaultyFiles::Failure::sync);
    store::WriteSet set;
    set.put(Column::node, base::Bytes{1}, base::Bytes(100));
    if (database_->write(set, Durability::synced)) complaint_ = "a write was called durable by a disk that failed";
    files_->fail(FaultyFiles::Failure::none);
    if (database_->write(set, Durability::synced)) complaint_ = "a store that failed took another write";
    files_->fail(is_full ? FaultyFiles::Failure::none
                         : FaultyFiles::Failure::sync);  // until the power cycle that follows
}

bool RealDisk::crash(Prng&) {
    if (!is_open()) return true;
    const bool unsynced = !stream_.empty();
    power_cycle();
    return unsynced;
}

void RealDisk::power_cycle() {
    files_->stop();
    database_.reset();
    files_->restart(prng_, medium_ == Medium::rotten ? FaultyFiles::Loss::reordered : FaultyFiles::Loss::torn);
    if (medium_ == Medium::rotten && prng_.percent(50)) bits_flipped_ += files_->flip_bit(prng_) ? 1 : 0;
    auto database = Database::open(kFolder, Database::Mode::open, environment_.get());
    if (database) database_ = *std::move(database);
    const auto found = is_open() ? read() : std::nullopt;
    if (!found) {
        if (medium_ == Medium::sound)
            complaint_ = "the store does not open after a crash: " +
                         (is_open() ? std::string("a record does not read") : database.error().message);
        database_.reset();
        return drop_unsynced();
    }
    compare(*found);
    Disk::put_back(*found);
}

/// What is found must be what was synced, and a beginning of what was not.
void RealDisk::compare(const Image& found) {
    bool fits = same(found, image());
    for (Entry& entry : stream_) {
        if (fits) break;
        apply(entry);
        fits = same(found, image());
    }
    if (fits) return;
    if (medium_ == Medium::sound)
        complaint_ = "after a crash the store holds what is neither the synced nor a later state";
    // A rotten medium may have lost the end of the log; what is there must still be what was written.
    for (const auto& [key, value] : found.records)
        if (const auto mine = records_.find(key); mine != records_.end() && mine->second != value && key[0] <= 7)
            complaint_ = "the store gave back a record that nobody wrote";
}

std::optional<Disk::Image> RealDisk::read() const {
    Image image;
    const auto keep = [&](base::BytesView key, base::BytesView value) {
        image.records.emplace(base::to_bytes(key), base::to_bytes(value));
        return true;
    };
    const auto keep_height = [&](base::BytesView key, base::BytesView value) {
        (key[0] == kBlocks ? image.blocks : image.forgotten) = number_of(value);
        return true;
    };
    if (!database_->scan(Column::consensus, {}, nullptr, keep) ||
        !database_->scan(Column::blocks, {}, nullptr, keep_height))
        return std::nullopt;
    return image;
}

/// Another disk, with these contents.
void RealDisk::put_back(Image image) {
    create();
    if (is_open()) {
        store::WriteSet set;
        for (const auto& [key, value] : image.records) set.put(Column::consensus, key, value);
        if (image.blocks > 0) set.put(Column::blocks, base::Bytes{kBlocks}, number(image.blocks));
        if (image.forgotten > 0) set.put(Column::blocks, base::Bytes{kForgotten}, number(image.forgotten));
        (void)database_->write(set, Durability::synced);
    }
    Disk::put_back(std::move(image));
}

}  // namespace placet::sim

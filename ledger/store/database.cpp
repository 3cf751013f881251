// RocksDB 7.8 (see database.hpp).
#include "ledger/store/database.hpp"

#include <rocksdb/cache.h>
#include <rocksdb/convenience.h>
#include <rocksdb/db.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/table.h>
#include <rocksdb/write_batch.h>

#include <atomic>
#include <exception>
#include <fstream>
#include <string>
#include <vector>

namespace placet::store {
namespace {

using base::Bytes;
using base::BytesView;
using base::ErrorCode;
using base::refuse;
using base::Result;
using base::Status;

constexpr std::size_t kBlockCacheBytes = 64 << 20;
constexpr std::size_t kWriteBufferBytes = 16 << 20;
constexpr std::uint64_t kMaxWalBytes = 256 << 20;

rocksdb::Slice slice(BytesView bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}
BytesView view(const rocksdb::Slice& bytes) {
    return {reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()};
}

rocksdb::DBOptions database_options(Database::Mode mode) {
    rocksdb::DBOptions options;
    options.create_if_missing = mode == Database::Mode::create;
    options.error_if_exists = mode == Database::Mode::create;
    options.create_missing_column_families = mode == Database::Mode::create;
    options.paranoid_checks = true;
    options.wal_recovery_mode = rocksdb::WALRecoveryMode::kTolerateCorruptedTailRecords;
    options.atomic_flush = true;
    options.max_bgerror_resume_count = 0;
    options.recycle_log_file_num = 0;
    options.max_total_wal_size = kMaxWalBytes;
    options.max_background_jobs = 2;
    options.max_open_files = 512;
    options.bytes_per_sync = 1 << 20;
    options.keep_log_file_num = 4;
    options.max_log_file_size = 4 << 20;
    options.info_log_level = rocksdb::InfoLogLevel::WARN_LEVEL;
    options.stats_dump_period_sec = 0;
    options.stats_persist_period_sec = 0;
    return options;
}

rocksdb::ColumnFamilyOptions column_options(const std::shared_ptr<rocksdb::Cache>& cache) {
    rocksdb::BlockBasedTableOptions table;
    table.block_cache = cache;
    table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));
    table.format_version = 5;
    table.cache_index_and_filter_blocks = true;
    rocksdb::ColumnFamilyOptions options;
    options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
    options.compression = rocksdb::kNoCompression;
    options.write_buffer_size = kWriteBufferBytes;
    options.force_consistency_checks = true;
    return options;
}

/// Our directory's name is in the message already where RocksDB gives one; `context` says what was being done.
base::Error error_of(const rocksdb::Status& status, std::string_view context) {
    const std::string text = std::string(context) + ": " + status.ToString();
    if (status.IsNoSpace()) return {ErrorCode::io, text + "; free space on the disk and start again", {}};
    if (status.IsIOError()) return {ErrorCode::io, text, {}};
    if (status.IsShutdownInProgress() || status.IsBusy() || status.IsTimedOut())
        return {ErrorCode::unavailable, text, {}};
    return {ErrorCode::corrupt, text, {}};
}

bool contains(const std::string& text, std::string_view part) {
    return text.find(part) != std::string::npos;
}

/// The write-ahead log that RocksDB could not read to its end. Its status does not name it, the text log that it keeps
/// beside the data does: "… /store/000038.log: dropping 83 bytes; Corruption: checksum mismatch".
std::string unreadable_log(const std::filesystem::path& directory) {
    std::ifstream in(directory / "LOG");
    std::string found;
    for (std::string line; std::getline(in, line);) {
        const auto end = line.find(": dropping ");
        if (end == std::string::npos) continue;
        const auto begin = line.rfind(' ', end - 1);
        found = line.substr(begin + 1, end - begin - 1);
    }
    return found;
}

/// At opening a file that is missing or too short is damage, not a failing disk.
base::Error opening_error(const rocksdb::Status& status, const std::filesystem::path& directory) {
    base::Error error = error_of(status, "opening the database");
    if (status.IsCorruption())
        if (const std::string log = unreadable_log(directory); !log.empty()) error.message += " in " + log;
    if (status.IsIOError() && !status.IsNoSpace()) {
        const std::string text = status.ToString();
        if (contains(text, "LOCK") && !contains(text, "No such file"))
            return {ErrorCode::unavailable, "the store is in use by another process: " + text, {}};
        if (!contains(text, "Permission denied") && !contains(text, "Too many open files"))
            error.code = ErrorCode::corrupt;
    }
    return error;
}

}  // namespace

struct WriteSet::Impl {
    struct Change {
        Column column;
        Bytes key;
        std::optional<Bytes> value;
    };
    std::vector<Change> changes;
};
WriteSet::WriteSet() : impl_(std::make_unique<Impl>()) {}
WriteSet::~WriteSet() = default;
void WriteSet::put(Column column, BytesView key, BytesView value) {
    impl_->changes.push_back({column, base::to_bytes(key), base::to_bytes(value)});
}
void WriteSet::erase(Column column, BytesView key) {
    impl_->changes.push_back({column, base::to_bytes(key), std::nullopt});
}
std::size_t WriteSet::count() const noexcept {
    return impl_->changes.size();
}

struct Database::Impl {
    std::filesystem::path directory;
    std::unique_ptr<rocksdb::DB> db;
    std::vector<rocksdb::ColumnFamilyHandle*> columns;
    std::atomic<bool> failed = false;

    [[nodiscard]] rocksdb::ColumnFamilyHandle* column(Column which) const {
        return columns[static_cast<std::size_t>(which)];
    }
    ~Impl() {
        if (!db) return;
        for (rocksdb::ColumnFamilyHandle* handle : columns) (void)db->DestroyColumnFamilyHandle(handle);
        (void)db->Close();
    }
};

class Database::ReadPoint {
public:
    explicit ReadPoint(std::shared_ptr<const Database> owner)
        : owner_(std::move(owner)), snapshot_(owner_->impl_->db->GetSnapshot()) {}
    ~ReadPoint() { owner_->impl_->db->ReleaseSnapshot(snapshot_); }
    ReadPoint(const ReadPoint&) = delete;
    ReadPoint& operator=(const ReadPoint&) = delete;
    [[nodiscard]] const rocksdb::Snapshot* snapshot() const noexcept { return snapshot_; }

private:
    std::shared_ptr<const Database> owner_;
    const rocksdb::Snapshot* snapshot_;
};

Database::Database(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Database::~Database() = default;

Result<std::shared_ptr<Database>> Database::open(const std::filesystem::path& directory, Mode mode,
                                                 rocksdb::Env* environment) {
    auto impl = std::make_unique<Impl>();
    impl->directory = directory;
    const auto cache = rocksdb::NewLRUCache(kBlockCacheBytes);
    std::vector<rocksdb::ColumnFamilyDescriptor> columns;
    for (const std::string_view name : kColumnNames) columns.emplace_back(std::string(name), column_options(cache));
    rocksdb::DB* db = nullptr;
    rocksdb::Status status;
    try {  // RocksDB's own code may throw on damaged files (std::length_error, std::bad_alloc)
        rocksdb::DBOptions options = database_options(mode);
        if (environment != nullptr) options.env = environment;
        status = rocksdb::DB::Open(options, directory.string(), columns, &impl->columns, &db);
    } catch (const std::exception& error) {
        return refuse(ErrorCode::corrupt, std::string("opening the database: ") + error.what());
    }
    if (!status.ok()) return std::unexpected(opening_error(status, directory));
    impl->db.reset(db);
    return std::shared_ptr<Database>(new Database(std::move(impl)));
}

std::shared_ptr<const Database::ReadPoint> Database::read_point() const {
    return std::make_shared<ReadPoint>(shared_from_this());
}

Result<std::optional<Bytes>> Database::get(Column column, BytesView key, const ReadPoint* at) const {
    rocksdb::ReadOptions options;
    if (at != nullptr) options.snapshot = at->snapshot();
    rocksdb::PinnableSlice value;
    const rocksdb::Status status = impl_->db->Get(options, impl_->column(column), slice(key), &value);
    if (status.IsNotFound()) return std::nullopt;
    if (!status.ok())
        return std::unexpected(error_of(status, std::string("reading column ") + std::string(name_of(column))));
    return base::to_bytes(view(value));
}

Status Database::scan(Column column, BytesView from, const ReadPoint* at, const Visit& visit) const {
    rocksdb::ReadOptions options;
    if (at != nullptr) options.snapshot = at->snapshot();
    const std::unique_ptr<rocksdb::Iterator> iterator(impl_->db->NewIterator(options, impl_->column(column)));
    for (iterator->Seek(slice(from)); iterator->Valid(); iterator->Next())
        if (!visit(view(iterator->key()), view(iterator->value()))) return {};
    if (!iterator->status().ok())
        return std::unexpected(
            error_of(iterator->status(), std::string("walking column ") + std::string(name_of(column))));
    return {};
}

Status Database::stop_after(Status status) {
    if (!status) impl_->failed.store(true);
    return status;
}

Status Database::write(const WriteSet& set, Durability durability) {
    if (impl_->failed.load())
        return refuse(ErrorCode::unavailable, "an earlier write to the store failed; the node must be started again");
    rocksdb::WriteBatch batch;
    for (const WriteSet::Impl::Change& change : set.impl_->changes) {
        rocksdb::ColumnFamilyHandle* column = impl_->column(change.column);
        const rocksdb::Status status = change.value ? batch.Put(column, slice(change.key), slice(*change.value))
                                                    : batch.Delete(column, slice(change.key));
        if (!status.ok()) return stop_after(std::unexpected(error_of(status, "preparing a write")));
    }
    rocksdb::WriteOptions options;
    options.sync = durability == Durability::synced;
    const rocksdb::Status status = impl_->db->Write(options, &batch);
    if (!status.ok()) return stop_after(std::unexpected(error_of(status, "writing")));
    return {};
}

Status Database::sync() {
    if (impl_->failed.load())
        return refuse(ErrorCode::unavailable, "an earlier write to the store failed; the node must be started again");
    const rocksdb::Status status = impl_->db->FlushWAL(true);
    if (!status.ok()) return stop_after(std::unexpected(error_of(status, "syncing the log")));
    return {};
}

Status Database::verify_files() const {
    const rocksdb::Status status = impl_->db->VerifyChecksum();
    if (!status.ok()) return std::unexpected(error_of(status, "verifying the files"));
    return {};
}

std::uint64_t Database::size_bytes() const {
    std::uint64_t total = 0;
    for (rocksdb::ColumnFamilyHandle* column : impl_->columns) {
        std::uint64_t size = 0;
        if (impl_->db->GetIntProperty(column, rocksdb::DB::Properties::kTotalSstFilesSize, &size)) total += size;
    }
    return total;
}

Status Database::flush() {
    const rocksdb::Status status = impl_->db->Flush(rocksdb::FlushOptions(), impl_->columns);
    if (!status.ok()) return stop_after(std::unexpected(error_of(status, "flushing")));
    return {};
}

const std::filesystem::path& Database::directory() const noexcept {
    return impl_->directory;
}

}  // namespace placet::store

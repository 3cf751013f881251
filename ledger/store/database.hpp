// The one RocksDB of a node, behind our own words: columns, write sets, read points, Result. No other file includes
// RocksDB.
//
// Options are those of a store that must never invent or hide anything: paranoid checks, no automatic resumption after
// a write error, no recycled or compressed logs, no DeleteRange. Hashes and signatures do not compress: compression is
// off.
#pragma once

#include <array>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>

#include "ledger/base/bytes.hpp"
#include "ledger/base/error.hpp"
#include "ledger/store/records.hpp"

namespace rocksdb {
class Env;
}

namespace placet::store {

/// The kinds of things stored; each is a column family. The number is its place in the list of names.
enum class Column : std::uint8_t {
    meta,
    leaves,
    blocks,
    tiles,
    state,
    rows,
    sub_logs,
    transactions,
    parts,
    part_keys,
    consensus,
    node
};
inline constexpr std::array<std::string_view, 12> kColumnNames{"default", "leaves",    "blocks",    "tiles",
                                                               "state",   "rows",      "sub_logs",  "transactions",
                                                               "parts",   "part_keys", "consensus", "node"};
[[nodiscard]] constexpr std::string_view name_of(Column column) noexcept {
    return kColumnNames[static_cast<std::size_t>(column)];
}

/// Changes that are written together or not at all.
class WriteSet {
public:
    WriteSet();
    ~WriteSet();
    WriteSet(const WriteSet&) = delete;
    WriteSet& operator=(const WriteSet&) = delete;
    void put(Column column, base::BytesView key, base::BytesView value);
    void erase(Column column, base::BytesView key);
    [[nodiscard]] std::size_t count() const noexcept;

private:
    friend class Database;
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

/// Thread-safe, but for close().
class Database : public std::enable_shared_from_this<Database> {
public:
    /// How the data stood at one moment. Keeps the database open.
    class ReadPoint;

    enum class Mode : std::uint8_t { create, open };
    /// `corrupt` for whatever is missing, truncated or changed among its files; `unavailable` if another process has it
    /// open.
    /// `environment` outlives the database: RocksDB's own where it is null; tests/sim brings one whose files fail.
    [[nodiscard]] static base::Result<std::shared_ptr<Database>> open(const std::filesystem::path& directory, Mode mode,
                                                                      rocksdb::Env* environment = nullptr);
    ~Database();

    [[nodiscard]] std::shared_ptr<const ReadPoint> read_point() const;
    /// `at` = nullptr reads what is newest.
    [[nodiscard]] base::Result<std::optional<base::Bytes>> get(Column column, base::BytesView key,
                                                               const ReadPoint* at = nullptr) const;
    /// From `from` on, ascending by octets, until `visit` returns false.
    using Visit = std::function<bool(base::BytesView key, base::BytesView value)>;
    [[nodiscard]] base::Status scan(Column column, base::BytesView from, const ReadPoint* at, const Visit& visit) const;

    /// After the first failure every write is refused (unavailable): what reached the disk is unknown until a restart.
    [[nodiscard]] base::Status write(const WriteSet& set, Durability durability);
    /// All that was written is on disk when this returns.
    [[nodiscard]] base::Status sync();
    /// Reads every block of every file and compares its checksum.
    [[nodiscard]] base::Status verify_files() const;
    [[nodiscard]] std::uint64_t size_bytes() const;
    /// Moves what is in memory and log into files, so that the next start replays nothing.
    [[nodiscard]] base::Status flush();
    [[nodiscard]] const std::filesystem::path& directory() const noexcept;

private:
    struct Impl;
    explicit Database(std::unique_ptr<Impl> impl);
    [[nodiscard]] base::Status stop_after(base::Status status);
    std::unique_ptr<Impl> impl_;
};

}  // namespace placet::store

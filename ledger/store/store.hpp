// The store: a validator's or observer's one database (RocksDB). It holds sealed blocks only, the durable records of
// consensus, and erasable parts under keys of their own. Nothing in it is executed and nothing is ever undone.
//
// Threads: `append` belongs to the committer, `commit`, `truncate_records` and `sync` to the disk thread; the two may
// run at once. `snapshot` and every view may be used on any thread.
//
// Errors: whatever RocksDB or a check of our own finds wrong is ErrorCode::corrupt, with file or column, height, and
// what to do (kRecovery); a failing disk is ErrorCode::io. After an io error nothing more is written: the store stays
// failed until it is opened again, because a failed fsync must never be retried as if fine.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <string_view>

#include "ledger/crypto/aead.hpp"
#include "ledger/state/block_assembly.hpp"
#include "ledger/store/records.hpp"
#include "ledger/store/sealed_view.hpp"

namespace placet::store {

/// Printed with every refusal of a corrupt store; {} is the store's directory.
inline constexpr std::string_view kRecovery =
    "move {} aside and start again: the node follows from its peers without a vote until its keys are rotated";

struct StoreOptions {
    /// Entries of the map at height 0; used when the store is created, and compared when it is opened.
    std::vector<types::StateWrite> genesis_writes;
    /// Wraps the keys of parts; lives outside this database. None: no parts are kept (an observer).
    std::optional<crypto::AeadKey> parts_root;
    /// A database up to this size has every block of every file read and checked at start; above, `fsck` does it.
    std::uint64_t full_check_below_bytes = 2ULL << 30;
};

class Store {
public:
    /// Creates the store with the genesis block, or opens and checks it: genesis hash, chain of commit leaves, log root
    /// from tiles against the last certificate and its signatures, map root rebuilt from the entries, sub-log heads.
    [[nodiscard]] static base::Result<std::unique_ptr<Store>> open(const std::filesystem::path& directory,
                                                                   const types::Genesis& genesis, StoreOptions options);
    /// Flushes; a clean end leaves nothing to replay. The files stay open until the last view is gone.
    ~Store();
    Store(const Store&) = delete;
    Store& operator=(const Store&) = delete;

    /// The newest sealed height.
    [[nodiscard]] std::shared_ptr<const SealedView> snapshot() const;
    [[nodiscard]] const types::Genesis& genesis() const noexcept;
    [[nodiscard]] const crypto::Hash& genesis_hash() const noexcept;

    /// Appends a block this node executed, with the seal that q validators gave it: one atomic, unsynced write. The
    /// seal's body must be the block's and the block must follow the newest one (conflict); signatures are the caller's
    /// to check.
    [[nodiscard]] base::Status append(const state::UnsealedBlock& block, const types::QuorumCertificate& seal);
    /// Appends a block received from others after checking all of it: state::check_block, and the seal against the set of
    /// its epoch, which the map names (state::validator_set) and the commit leaf before announced.
    [[nodiscard]] base::Status append(const types::BlockRecord& record);

    /// Group commit: all batches in one write, all or nothing.
    [[nodiscard]] base::Status commit(std::span<const RecordBatch> batches, Durability durability);
    [[nodiscard]] base::Result<std::optional<base::Bytes>> record(const RecordKey& key) const;
    /// Calls `visit` for every record of `column` from `from` on, ascending by key, until it returns false.
    [[nodiscard]] base::Status scan_records(const RecordKey& from,
                                            const std::function<bool(const RecordKey&, base::BytesView)>& visit) const;
    /// Deletes the records of one kind with a sequence below `sequence`, after making all sealed blocks durable.
    [[nodiscard]] base::Status truncate_records(RecordColumn column, std::uint8_t kind, std::uint64_t sequence);
    /// Everything written so far is on disk when this returns.
    [[nodiscard]] base::Status sync();

    /// Destroys the key of all parts of (pseudonym, retention class); synced. Its parts are unreadable from here on;
    /// old files of the database may hold the wrapped key until compaction, and give nothing once the root is changed.
    [[nodiscard]] base::Status destroy_part_key(const types::Pseudonym& pseudonym, types::RetentionClass retention);
    /// Wraps every key of parts under a new root; synced. The old root opens nothing of what is written from here on.
    [[nodiscard]] base::Status change_parts_root(const crypto::AeadKey& new_root);

    /// Walks everything: every leaf against its tile, every block against check_block from genesis on, every row
    /// against its sub-log, every transaction's place, every part against its commitment, every file's checksums. Slow;
    /// any thread.
    [[nodiscard]] base::Status fsck(const std::function<void(types::Height)>& progress = {}) const;

private:
    struct Impl;
    explicit Store(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace placet::store

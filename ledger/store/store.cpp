// The store: opening, appending, durable records.
#include "ledger/store/store.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <map>

#include "ledger/state/validator_sets.hpp"
#include "ledger/store/database.hpp"
#include "ledger/store/layout.hpp"
#include "ledger/store/part_vault.hpp"
#include "ledger/store/store_check.hpp"
#include "ledger/store/tile_edge.hpp"

namespace placet::store {
namespace {

using base::Bytes;
using base::BytesView;
using base::ErrorCode;
using base::refuse;
using base::Result;
using base::Status;
using std::filesystem::path;

constexpr std::size_t kDeletesPerWrite = 8192;

Column column_of(RecordColumn column) {
    return column == RecordColumn::consensus ? Column::consensus : Column::node;
}

void put_block(WriteSet& set, const state::UnsealedBlock& block, const types::QuorumCertificate& seal) {
    const std::uint64_t first = block.first_leaf();
    for (std::size_t i = 0; i < block.record.leaves.size(); ++i)
        set.put(Column::leaves, number_key(first + i), block.record.leaves[i]);
    for (std::size_t i = 0; i < block.transactions.size(); ++i)
        set.put(Column::transactions, block.transactions[i].view(), encode_place(first + i, block.head.height));
    types::BlockRecord bare{block.record.height, {}, block.record.writes, block.record.appends, {}};
    set.put(Column::blocks, number_key(block.head.height),
            encode(StoredBlock{first, block.record.leaves.size(), seal, types::encode(bare)}));
    for (const types::StateWrite& write : block.map_writes) {
        if (write.value)
            set.put(Column::state, write.key, *write.value);
        else
            set.erase(Column::state, write.key);
    }
    set.put(Column::meta, base::as_bytes(kHeadKey), encode(StoredHead{block.head.height, block.head.log}));
}

void put_rows(WriteSet& set, const state::UnsealedBlock& block) {
    std::map<Bytes, std::uint64_t> counts;
    for (const types::IndexAppend& append : block.record.appends) ++counts[append.key];
    std::map<Bytes, std::uint64_t> next;
    for (const auto& [key, frontier] : block.sub_logs) {
        next[key] = frontier.size() - counts[key];
        set.put(Column::sub_logs, key, frontier.encode());
    }
    for (const types::IndexAppend& append : block.record.appends)
        set.put(Column::rows, row_key(append.key, next[append.key]++), append.row);
}

/// A new name in a directory is durable once the directory is synced.
Status sync_directory(const path& directory) {
    const int descriptor = ::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor < 0) return refuse(ErrorCode::io, "cannot open " + directory.string());
    const bool synced = ::fsync(descriptor) == 0;
    ::close(descriptor);
    if (!synced) return refuse(ErrorCode::io, "cannot sync " + directory.string());
    return {};
}

/// Every refusal of a damaged store says where it lies and what to do.
std::unexpected<base::Error> with_recovery(base::Error error, const path& directory) {
    error.message = "the store in " + directory.string() + ": " + error.message;
    if (error.code == ErrorCode::corrupt)
        error.message += "; " + fmt::format(fmt::runtime(kRecovery), directory.string());
    return std::unexpected(std::move(error));
}

/// Made under another name and then renamed, so a store without genesis is never a half-made one.
Status create(const path& directory, const types::Genesis& genesis, const state::UnsealedBlock& genesis_block) {
    path making = directory;
    making += ".making";
    std::error_code failed;
    std::filesystem::remove_all(making, failed);
    if (!failed) std::filesystem::create_directories(making, failed);
    if (failed) return refuse(ErrorCode::io, "cannot make the directory " + making.string() + ": " + failed.message());
    {
        PLACET_TRY_ASSIGN(std::shared_ptr<Database> database, Database::open(making, Database::Mode::create));
        PLACET_TRY_ASSIGN(TileEdge edge, TileEdge::load(*database, 0));
        WriteSet set;
        set.put(Column::meta, base::as_bytes(kGenesisKey), types::encode(genesis));
        set.put(Column::meta, base::as_bytes(kFormatKey), number_key(kFormat));
        put_block(set, genesis_block, genesis_block.record.seal);
        std::vector<merkle::Node> completed;
        merkle::Frontier log;
        log.append(genesis_block.leaf_hashes[0], completed);
        edge.add(completed, set);
        edge.put_changed(set);
        PLACET_TRY(database->write(set, Durability::synced));
        PLACET_TRY(database->flush());
    }
    std::filesystem::rename(making, directory, failed);
    if (failed) return refuse(ErrorCode::io, "cannot rename " + making.string() + ": " + failed.message());
    return sync_directory(std::filesystem::absolute(directory).parent_path());
}

Status check_identity(const Database& database, const types::Genesis& genesis) {
    PLACET_TRY_ASSIGN(std::optional<Bytes> format, database.get(Column::meta, base::as_bytes(kFormatKey)));
    PLACET_TRY_ASSIGN(std::optional<Bytes> stored, database.get(Column::meta, base::as_bytes(kGenesisKey)));
    if (!format || !stored) return refuse(ErrorCode::corrupt, "column default: the genesis is missing");
    if (number_of_key(*format) != kFormat)
        return refuse(ErrorCode::unsupported, "was written in format " + std::to_string(number_of_key(*format)) +
                                                  ", this program knows " + std::to_string(kFormat));
    if (*stored != types::encode(genesis))
        return refuse(ErrorCode::conflict,
                      "belongs to another genesis file; start with that one or with another directory", "genesis");
    return {};
}

bool is_absent(const path& directory) {
    std::error_code failed;
    return !std::filesystem::exists(directory, failed) ||
           (std::filesystem::is_directory(directory, failed) && std::filesystem::is_empty(directory, failed));
}

}  // namespace

struct Store::Impl {
    types::Genesis genesis;
    crypto::Hash genesis_hash;
    std::shared_ptr<Database> database;
    std::shared_ptr<PartVault> vault;
    TileEdge edge;
    std::shared_ptr<const SealedView>
        view;  // swapped by the committer, read by any thread: std::atomic_load, atomic_store

    [[nodiscard]] std::shared_ptr<const SealedView> newest() const { return std::atomic_load(&view); }
    Status append(const state::UnsealedBlock& block, const types::QuorumCertificate& seal);
};

Store::Store(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Store::~Store() {
    if (impl_) (void)impl_->database->flush();  // a failure leaves the log, which the next start replays
}

Result<std::unique_ptr<Store>> Store::open(const path& directory, const types::Genesis& genesis, StoreOptions options) {
    const auto opened = [&]() -> Result<std::unique_ptr<Store>> {
        PLACET_TRY_ASSIGN(state::UnsealedBlock genesis_block,
                          state::assemble_genesis(genesis, std::move(options.genesis_writes)));
        if (is_absent(directory)) PLACET_TRY(create(directory, genesis, genesis_block));
        auto impl = std::make_unique<Impl>();
        impl->genesis = genesis;
        impl->genesis_hash = types::genesis_hash(genesis);
        PLACET_TRY_ASSIGN(impl->database, Database::open(directory, Database::Mode::open));
        PLACET_TRY(check_identity(*impl->database, genesis));
        if (impl->database->size_bytes() <= options.full_check_below_bytes) PLACET_TRY(impl->database->verify_files());
        PLACET_TRY_ASSIGN(state::ChainHead head, checked_head(*impl->database, genesis, genesis_block));
        PLACET_TRY_ASSIGN(impl->edge, TileEdge::load(*impl->database, head.log.size()));
        impl->vault = std::make_shared<PartVault>(impl->database, options.parts_root);
        impl->view.reset(new SealedView(impl->database, impl->vault, std::move(head)));
        return std::unique_ptr<Store>(new Store(std::move(impl)));
    };
    Result<std::unique_ptr<Store>> store = opened();
    if (!store) return with_recovery(std::move(store).error(), directory);
    return store;
}

std::shared_ptr<const SealedView> Store::snapshot() const {
    return impl_->newest();
}
const types::Genesis& Store::genesis() const noexcept {
    return impl_->genesis;
}
const crypto::Hash& Store::genesis_hash() const noexcept {
    return impl_->genesis_hash;
}

Status Store::Impl::append(const state::UnsealedBlock& block, const types::QuorumCertificate& seal) {
    const std::shared_ptr<const SealedView> before = newest();
    if (block.head.height != before->height() + 1 || block.commit.previous != before->head().commit_leaf)
        return refuse(ErrorCode::conflict,
                      "the block at height " + std::to_string(block.head.height) +
                          " does not follow the newest sealed one at " + std::to_string(before->height()),
                      "height");
    if (seal.body != block.body())
        return refuse(ErrorCode::conflict,
                      "the seal of height " + std::to_string(seal.body.height) + " is not over the block at height " +
                          std::to_string(block.head.height),
                      "seal");
    WriteSet set;
    put_block(set, block, seal);
    put_rows(set, block);
    merkle::Frontier log = before->head().log;
    std::vector<merkle::Node> completed;
    for (const crypto::Hash& leaf : block.leaf_hashes) log.append(leaf, completed);
    edge.add(completed, set);
    edge.put_changed(set);
    PLACET_TRY(database->write(set, Durability::unsynced));
    std::atomic_store(&view, std::shared_ptr<const SealedView>(new SealedView(database, vault, block.head)));
    return {};
}

Status Store::append(const state::UnsealedBlock& block, const types::QuorumCertificate& seal) {
    return impl_->append(block, seal);
}

Status Store::append(const types::BlockRecord& record) {
    const std::shared_ptr<const SealedView> before = impl_->newest();
    PLACET_TRY_ASSIGN(state::UnsealedBlock block,
                      state::check_block(record, before->head(), *before, impl_->genesis_hash));
    const Result<types::ValidatorSet> set = state::validator_set(*before, impl_->genesis, record.seal.body.epoch);
    if (!set && set.error().code == ErrorCode::corrupt) return std::unexpected(set.error());
    if (!set) return refuse(ErrorCode::invalid_proof, "the seal is of an epoch that has not begun", "seal.epoch");
    PLACET_TRY(state::verify_seal(record, before->head(), *set, impl_->genesis_hash));
    return impl_->append(block, record.seal);
}

Status Store::commit(std::span<const RecordBatch> batches, Durability durability) {
    WriteSet set;
    std::vector<Bytes> parts;
    for (const RecordBatch& batch : batches) {
        for (const RecordChange& change : batch.changes) {
            const Bytes key = record_key(change.key);
            if (change.value)
                set.put(column_of(change.key.column), key, *change.value);
            else
                set.erase(column_of(change.key.column), key);
        }
        parts.insert(parts.end(), batch.parts.begin(), batch.parts.end());
    }
    PLACET_TRY(impl_->vault->add(set, parts));
    return impl_->database->write(set, durability);
}

Result<std::optional<Bytes>> Store::record(const RecordKey& key) const {
    return impl_->database->get(column_of(key.column), record_key(key));
}

Status Store::scan_records(const RecordKey& from, const std::function<bool(const RecordKey&, BytesView)>& visit) const {
    Status status;
    PLACET_TRY(
        impl_->database->scan(column_of(from.column), record_key(from), nullptr, [&](BytesView bytes, BytesView value) {
            const Result<RecordKey> key = decode_record_key(from.column, bytes);
            if (!key) {
                status = std::unexpected(key.error());
                return false;
            }
            return visit(*key, value);
        }));
    return status;
}

Status Store::truncate_records(RecordColumn column, std::uint8_t kind, std::uint64_t sequence) {
    PLACET_TRY(sync());  // what replaces the records is durable before they go
    bool more = true;
    while (more) {
        WriteSet set;
        more = false;
        PLACET_TRY(scan_records({column, kind, 0, {}}, [&](const RecordKey& key, BytesView) {
            if (key.kind != kind || key.sequence >= sequence) return false;
            set.erase(column_of(column), record_key(key));
            more = set.count() == kDeletesPerWrite;
            return !more;
        }));
        PLACET_TRY(impl_->database->write(set, Durability::unsynced));
    }
    return {};
}

Status Store::sync() {
    return impl_->database->sync();
}

Status Store::destroy_part_key(const types::Pseudonym& pseudonym, types::RetentionClass retention) {
    return impl_->vault->destroy(pseudonym, retention);
}
Status Store::change_parts_root(const crypto::AeadKey& new_root) {
    return impl_->vault->change_root(new_root);
}

Status Store::fsck(const std::function<void(types::Height)>& progress) const {
    const path& directory = impl_->database->directory();
    const auto checked = [&]() -> Status {
        PLACET_TRY(impl_->database->verify_files());
        PLACET_TRY(deep_check(*impl_->newest(), *impl_->database, impl_->genesis, progress));
        return impl_->vault->check();
    };
    Status status = checked();
    if (!status) return with_recovery(std::move(status).error(), directory);
    return status;
}

}  // namespace placet::store

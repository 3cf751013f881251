// Reads of one sealed height.
#include "ledger/store/sealed_view.hpp"

#include <fmt/format.h>

#include "ledger/base/assert.hpp"
#include "ledger/state/index_key.hpp"
#include "ledger/store/database.hpp"
#include "ledger/store/layout.hpp"
#include "ledger/store/part_vault.hpp"
#include "ledger/store/store.hpp"

namespace placet::store {
namespace {

using base::Bytes;
using base::BytesView;
using base::ErrorCode;
using base::refuse;
using base::Result;
using crypto::Hash;

bool starts_with(BytesView text, BytesView prefix) {
    return text.size() >= prefix.size() && base::equal(text.first(prefix.size()), prefix);
}

}  // namespace

struct SealedView::Frozen {
    std::shared_ptr<const Database> database;
    std::shared_ptr<const PartVault> vault;
    std::shared_ptr<const Database::ReadPoint> point;

    [[nodiscard]] Result<std::optional<Bytes>> get(Column column, BytesView key) const {
        return database->get(column, key, point.get());
    }
    /// What must be there, or the store is damaged.
    [[nodiscard]] Result<Bytes> need(Column column, BytesView key, const std::string& what) const {
        PLACET_TRY_ASSIGN(std::optional<Bytes> value, get(column, key));
        if (!value)
            return refuse(ErrorCode::corrupt,
                          std::string("column ") + std::string(name_of(column)) + ": " + what + " is missing");
        return std::move(*value);
    }
    [[nodiscard]] Result<StoredBlock> stored_block(types::Height height) const {
        PLACET_TRY_ASSIGN(Bytes bytes,
                          need(Column::blocks, number_key(height), "the block at height " + std::to_string(height)));
        return decode_stored_block(bytes);
    }
    /// A rule must never take "unreadable" for "absent": the node stops.
    [[noreturn]] void stop(const base::Error& error, types::Height height) const {
        const std::string directory = database->directory().string();
        const std::string words = fmt::format("the store in {} at height {}: {}; {}", directory, height,
                                              base::describe(error), fmt::format(fmt::runtime(kRecovery), directory));
        base::assertion_failed("the sealed state is readable", words.c_str(), __FILE__, __LINE__);
    }
};

SealedView::SealedView(std::shared_ptr<const Database> database, std::shared_ptr<const PartVault> vault,
                       state::ChainHead head)
    : frozen_(std::make_unique<Frozen>()), head_(std::move(head)) {
    frozen_->database = std::move(database);
    frozen_->vault = std::move(vault);
    frozen_->point = frozen_->database->read_point();
}
SealedView::~SealedView() = default;

std::optional<Bytes> SealedView::get(BytesView key) const {
    Result<std::optional<Bytes>> value = frozen_->get(Column::state, key);
    if (!value) frozen_->stop(value.error(), height());
    return std::move(*value);
}

std::optional<Bytes> SealedView::part(const Hash& commitment) const {
    Result<std::optional<Bytes>> value = frozen_->vault->read(commitment);
    if (!value) frozen_->stop(value.error(), height());
    return std::move(*value);
}

void SealedView::scan(BytesView prefix, const std::function<bool(BytesView, BytesView)>& visit) const {
    const base::Status status = frozen_->database->scan(
        Column::state, prefix, frozen_->point.get(),
        [&](BytesView key, BytesView value) { return starts_with(key, prefix) && visit(key, value); });
    if (!status) frozen_->stop(status.error(), height());
}

Result<merkle::Frontier> SealedView::sub_log(BytesView encoded_index_key) const {
    PLACET_TRY_ASSIGN(std::optional<Bytes> stored, frozen_->get(Column::sub_logs, encoded_index_key));
    PLACET_TRY_ASSIGN(std::optional<Bytes> entry, frozen_->get(Column::state, state::head_key(encoded_index_key)));
    if (!stored && !entry) return merkle::Frontier{};
    const auto broken = [&] {
        return refuse(ErrorCode::corrupt,
                      "column sub_logs: a frontier does not agree with the map at height " + std::to_string(height()));
    };
    if (!stored || !entry) return broken();
    PLACET_TRY_ASSIGN(merkle::Frontier frontier, merkle::Frontier::decode(*stored));
    PLACET_TRY_ASSIGN(state::SubLogHead head, state::decode_sub_log_head(*entry));
    if (frontier.size() != head.count || frontier.root() != head.root) return broken();
    return frontier;
}

Result<Bytes> SealedView::leaf(std::uint64_t index) const {
    if (index >= size())
        return refuse(ErrorCode::not_found,
                      "the log has " + std::to_string(size()) + " leaves at height " + std::to_string(height()),
                      "index");
    return frozen_->need(Column::leaves, number_key(index), "leaf " + std::to_string(index));
}

Result<types::BlockRecord> SealedView::block(types::Height at) const {
    if (at > height())
        return refuse(ErrorCode::not_found, "the newest sealed height is " + std::to_string(height()), "height");
    PLACET_TRY_ASSIGN(StoredBlock stored, frozen_->stored_block(at));
    PLACET_TRY_ASSIGN(types::BlockRecord record, types::decode_block(stored.record));
    record.seal = std::move(stored.seal);
    PLACET_TRY(frozen_->database->scan(
        Column::leaves, number_key(stored.first_leaf), frozen_->point.get(), [&](BytesView key, BytesView leaf) {
            if (record.leaves.size() == stored.leaves || number_of_key(key) != stored.first_leaf + record.leaves.size())
                return false;
            record.leaves.push_back(base::to_bytes(leaf));
            return record.leaves.size() < stored.leaves;
        }));
    if (record.height != at || record.leaves.size() != stored.leaves)
        return refuse(ErrorCode::corrupt,
                      "column leaves: leaves of the block at height " + std::to_string(at) + " are missing");
    return record;
}

Result<types::QuorumCertificate> SealedView::certificate(types::Height at) const {
    if (at == 0 || at > height())
        return refuse(ErrorCode::not_found,
                      "sealed heights are 1 to " + std::to_string(height()) + "; genesis has no seal", "height");
    PLACET_TRY_ASSIGN(StoredBlock stored, frozen_->stored_block(at));
    return std::move(stored.seal);
}

Result<SealedView::LeafRange> SealedView::leaves_of(types::Height at) const {
    if (at > height())
        return refuse(ErrorCode::not_found, "the newest sealed height is " + std::to_string(height()), "height");
    PLACET_TRY_ASSIGN(StoredBlock stored, frozen_->stored_block(at));
    return LeafRange{stored.first_leaf, stored.leaves};
}

Result<types::CommitLeaf> SealedView::commit_leaf(types::Height at) const {
    PLACET_TRY_ASSIGN(LeafRange range, leaves_of(at));
    PLACET_TRY_ASSIGN(Bytes bytes, leaf(range.first + range.count - 1));
    PLACET_TRY_ASSIGN(types::Leaf decoded, types::decode_leaf(bytes));
    auto* commit = std::get_if<types::CommitLeaf>(&decoded);
    if (commit == nullptr || commit->height != at)
        return refuse(ErrorCode::corrupt,
                      "column leaves: the block at height " + std::to_string(at) + " does not end in its commit leaf");
    return *commit;
}

Result<types::Height> SealedView::height_at(base::TimeMs time_ms) const {
    if (time_ms >= block_time_ms()) return height();
    types::Height low = 0;  // block times ascend with height
    types::Height high = height();
    while (low < high) {
        const types::Height middle = low + (high - low) / 2;
        PLACET_TRY_ASSIGN(types::CommitLeaf commit, commit_leaf(middle));
        if (commit.block_time_ms <= time_ms)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == 0) return refuse(ErrorCode::not_found, "the chain begins later", "time");
    return low - 1;
}

Result<types::Height> SealedView::last_of_epoch(types::Epoch epoch) const {
    types::Height low = 1;  // epochs ascend with height
    types::Height high = height() + 1;
    while (low < high) {
        const types::Height middle = low + (high - low) / 2;
        PLACET_TRY_ASSIGN(const types::QuorumCertificate seal, certificate(middle));
        if (seal.body.epoch <= epoch)
            low = middle + 1;
        else
            high = middle;
    }
    return low - 1;
}

Result<TransactionPlace> SealedView::transaction(const types::TransactionId& id) const {
    PLACET_TRY_ASSIGN(std::optional<Bytes> bytes, frozen_->get(Column::transactions, id.view()));
    if (!bytes)
        return refuse(ErrorCode::not_found,
                      "no sealed block up to height " + std::to_string(height()) + " holds this transaction", "id");
    TransactionPlace place;
    PLACET_TRY(decode_place(*bytes, place.leaf_index, place.height));
    return place;
}

Result<std::vector<PlacedRow>> SealedView::rows(BytesView encoded_index_key, std::uint64_t first,
                                                std::size_t limit) const {
    std::vector<PlacedRow> out;
    const Bytes prefix = row_key(encoded_index_key, 0);
    const BytesView own = BytesView(prefix).first(prefix.size() - 8);
    bool gap = false;
    PLACET_TRY(frozen_->database->scan(Column::rows, row_key(encoded_index_key, first), frozen_->point.get(),
                                       [&](BytesView key, BytesView row) {
                                           if (out.size() == limit || !starts_with(key, own)) return false;
                                           const std::uint64_t position = number_of_key(key.subspan(own.size()));
                                           gap = gap || position != first + out.size();
                                           out.push_back({position, base::to_bytes(row)});
                                           return out.size() < limit;
                                       }));
    if (gap)
        return refuse(ErrorCode::corrupt,
                      "column rows: a row of a sub-log is missing at height " + std::to_string(height()));
    return out;
}

Result<std::uint64_t> SealedView::first_row_at(BytesView encoded_index_key, base::TimeMs time_ms) const {
    PLACET_TRY_ASSIGN(merkle::Frontier frontier, sub_log(encoded_index_key));
    std::uint64_t low = 0;  // block times ascend with position
    std::uint64_t high = frontier.size();
    while (low < high) {
        const std::uint64_t middle = low + (high - low) / 2;
        PLACET_TRY_ASSIGN(Bytes bytes, frozen_->need(Column::rows, row_key(encoded_index_key, middle),
                                                     "row " + std::to_string(middle) + " of a sub-log"));
        PLACET_TRY_ASSIGN(state::IndexRow row, state::decode_index_row(bytes));
        if (row.block_time_ms < time_ms)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

Result<Hash> SealedView::subtree(unsigned level, std::uint64_t index) const {
    const merkle::TileSpan span = merkle::tile_span(level, index);
    PLACET_TRY_ASSIGN(std::vector<Hash> hashes, tile(span.level, span.index));
    if (span.offset + span.count > hashes.size())
        return refuse(ErrorCode::not_found, "the log does not reach this far", "index");
    return merkle::root_of(std::span(hashes).subspan(span.offset, span.count));
}

Result<std::vector<Hash>> SealedView::tile(unsigned level, std::uint64_t index) const {
    const unsigned width = merkle::tile_width(level, index, size());
    if (width == 0) return refuse(ErrorCode::not_found, "the log does not reach this tile", "tile");
    const std::string what = "tile " + std::to_string(level) + "/" + std::to_string(index);
    PLACET_TRY_ASSIGN(Bytes bytes, frozen_->need(Column::tiles, tile_key(level, index), what));
    PLACET_TRY_ASSIGN(std::vector<Hash> hashes, decode_tile(bytes));
    if (hashes.size() != width)
        return refuse(ErrorCode::corrupt, "column tiles: " + what + " has " + std::to_string(hashes.size()) +
                                              " hashes, not " + std::to_string(width));
    return hashes;
}

}  // namespace placet::store

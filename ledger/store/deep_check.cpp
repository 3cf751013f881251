// The deep walk: the chain is replayed from the genesis file, and every column is compared with what the replay gives.
#include "ledger/base/hex.hpp"
#include "ledger/merkle/tree.hpp"
#include "ledger/state/validator_sets.hpp"
#include "ledger/store/layout.hpp"
#include "ledger/store/store_check.hpp"

namespace placet::store {
namespace {

using base::Bytes;
using base::BytesView;
using base::ErrorCode;
using base::refuse;
using base::Result;
using base::Status;

std::string at(types::Height height) {
    return " at height " + std::to_string(height);
}

/// Replays blocks over sub-logs of its own.
class Replay final : public state::SubLogReader {
public:
    Replay(const SealedView& view, const types::Genesis& genesis)
        : view_(view), genesis_(genesis), genesis_hash_(types::genesis_hash(genesis)), sets_{genesis.validators} {}

    Status begin() {
        PLACET_TRY_ASSIGN(types::BlockRecord record, view_.block(0));
        PLACET_TRY_ASSIGN(state::UnsealedBlock block, state::assemble_genesis(genesis_, record.writes));
        if (record.leaves != block.record.leaves)
            return damaged(Column::leaves, "the genesis block is not the genesis file's" + at(0));
        return take(std::move(block));
    }

    Status next(types::Height height) {
        PLACET_TRY_ASSIGN(types::BlockRecord record, view_.block(height));
        Result<state::UnsealedBlock> block = state::check_block(record, head_, *this, genesis_hash_);
        if (!block) return damaged(Column::blocks, base::describe(block.error()));
        if (record.seal.body.epoch >= sets_.size())
            return damaged(Column::blocks, "the seal is of an epoch that has not begun" + at(height));
        if (const Status seal = state::verify_seal(record, head_, sets_[record.seal.body.epoch], genesis_hash_); !seal)
            return damaged(Column::blocks, base::describe(seal.error()) + at(height));
        for (const types::StateWrite& write : record.writes) {
            if (!write.value || write.key != state::validator_set_key(sets_.size())) continue;
            PLACET_TRY_ASSIGN(types::ValidatorSet next, state::read_validator_set(*write.value, sets_.size()));
            sets_.push_back(std::move(next));
        }
        return take(std::move(*block));
    }

    /// Nothing is missing at the end, and nothing is there that no block wrote.
    Status finish() const {
        if (head_.log != view_.head().log || head_.map.root() != view_.head().map.root() ||
            head_.commit_leaf != view_.head().commit_leaf)
            return damaged(Column::meta, "the head is not where the blocks lead" + at(head_.height));
        for (const auto& [key, frontier] : sub_logs_) {
            PLACET_TRY_ASSIGN(merkle::Frontier stored, view_.sub_log(key));
            if (stored != frontier)
                return damaged(Column::sub_logs, "a frontier is not where its rows lead" + at(head_.height));
        }
        std::uint64_t entries = 0;
        view_.scan({}, [&](BytesView key, BytesView value) {
            return head_.map.value_hash(key) == crypto::sha256(value) && ++entries > 0;
        });
        if (entries != head_.map.size())
            return damaged(Column::state, "the entries are not those the blocks wrote" + at(head_.height));
        return {};
    }

    Result<merkle::Frontier> sub_log(BytesView key) const override {
        const auto place = sub_logs_.find(base::to_bytes(key));
        return place == sub_logs_.end() ? merkle::Frontier{} : place->second;
    }

    [[nodiscard]] std::uint64_t rows() const noexcept { return rows_; }
    [[nodiscard]] std::uint64_t transactions() const noexcept { return transactions_; }
    [[nodiscard]] std::uint64_t leaves() const noexcept { return head_.log.size(); }

private:
    Status take(state::UnsealedBlock block) {
        PLACET_TRY(compare_leaves(block));
        PLACET_TRY(compare_rows(block));
        rows_ += block.record.appends.size();
        transactions_ += block.transactions.size();
        for (auto& [key, frontier] : block.sub_logs) sub_logs_[key] = std::move(frontier);
        head_ = std::move(block.head);
        return {};
    }

    Status compare_leaves(const state::UnsealedBlock& block) const {
        for (std::size_t i = 0; i < block.leaf_hashes.size(); ++i) {
            const std::uint64_t index = block.first_leaf() + i;
            PLACET_TRY_ASSIGN(crypto::Hash hash, view_.subtree(0, index));
            if (hash != block.leaf_hashes[i])
                return damaged(Column::tiles,
                               "the hash of leaf " + std::to_string(index) + " is another" + at(block.head.height));
        }
        for (std::size_t i = 0; i < block.transactions.size(); ++i) {
            const Result<TransactionPlace> place = view_.transaction(block.transactions[i]);
            if (!place || *place != TransactionPlace{block.first_leaf() + i, block.head.height})
                return damaged(Column::transactions, "transaction " + base::to_hex(block.transactions[i].view()) +
                                                         " is not at its place" + at(block.head.height));
        }
        return {};
    }

    Status compare_rows(const state::UnsealedBlock& block) const {
        std::map<Bytes, std::uint64_t> next;
        for (const types::IndexAppend& append : block.record.appends) {
            if (!next.contains(append.key)) {
                PLACET_TRY_ASSIGN(merkle::Frontier before, sub_log(append.key));
                next[append.key] = before.size();
            }
            PLACET_TRY_ASSIGN(std::vector<PlacedRow> found, view_.rows(append.key, next[append.key]++, 1));
            if (found.size() != 1 || found[0].row != append.row)
                return damaged(Column::rows, "a row of a sub-log is another" + at(block.head.height));
        }
        return {};
    }

    const SealedView& view_;
    const types::Genesis& genesis_;
    crypto::Hash genesis_hash_;
    std::vector<types::ValidatorSet> sets_;  // index = epoch
    state::ChainHead head_;
    std::map<Bytes, merkle::Frontier> sub_logs_;
    std::uint64_t rows_ = 0;
    std::uint64_t transactions_ = 0;
};

Status expect_count(const Database& database, Column column, std::uint64_t expected) {
    std::uint64_t found = 0;
    PLACET_TRY(database.scan(column, {}, nullptr, [&](BytesView, BytesView) { return ++found > 0; }));
    if (found < expected)
        return damaged(column,
                       "has " + std::to_string(found) + " entries, the blocks wrote " + std::to_string(expected));
    return {};
}

}  // namespace

Status deep_check(const SealedView& view, const Database& database, const types::Genesis& genesis,
                  const std::function<void(types::Height)>& progress) {
    Replay replay(view, genesis);
    PLACET_TRY(replay.begin());
    for (types::Height height = 1; height <= view.height(); ++height) {
        PLACET_TRY(replay.next(height));
        if (progress) progress(height);
    }
    PLACET_TRY(replay.finish());
    PLACET_TRY(expect_count(database, Column::leaves, replay.leaves()));
    PLACET_TRY(expect_count(database, Column::rows, replay.rows()));
    return expect_count(database, Column::transactions, replay.transactions());
}

}  // namespace placet::store

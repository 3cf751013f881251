// The checks at start: nothing that was sealed may have changed while we were away.
#include "ledger/store/store_check.hpp"

#include "ledger/merkle/tree.hpp"
#include "ledger/state/validator_sets.hpp"
#include "ledger/store/layout.hpp"

namespace placet::store {

std::unexpected<base::Error> damaged(Column column, const std::string& what) {
    return base::refuse(base::ErrorCode::corrupt, "column " + std::string(name_of(column)) + ": " + what);
}

namespace {

using base::Bytes;
using base::BytesView;
using base::ErrorCode;
using base::refuse;
using base::Result;
using base::Status;
using crypto::Hash;

std::string at(types::Height height) {
    return " at height " + std::to_string(height);
}

Result<Bytes> need(const Database& database, Column column, BytesView key, const std::string& what) {
    PLACET_TRY_ASSIGN(std::optional<Bytes> value, database.get(column, key));
    if (!value) return damaged(column, what + " is missing");
    return std::move(*value);
}

/// Follows the commit leaves from genesis to the stored head.
class CommitChain {
public:
    CommitChain(const Database& database, types::Height newest) : database_(database), newest_(newest) {}

    Status walk(const state::UnsealedBlock& genesis_block) {
        types::Height height = 0;
        Status status;
        PLACET_TRY(database_.scan(Column::blocks, {}, nullptr, [&](BytesView key, BytesView value) {
            if (number_of_key(key) != height)
                status = damaged(Column::blocks, "the block" + at(height) + " is missing");
            else if (height > newest_)
                status = damaged(Column::meta, "the head is" + at(newest_) + ", but there is a block" + at(height));
            else
                status = take(height, value, genesis_block);
            ++height;
            return status.has_value();
        }));
        PLACET_TRY(status);
        if (height != newest_ + 1) return damaged(Column::blocks, "the block" + at(height) + " is missing");
        return {};
    }
    [[nodiscard]] const types::CommitLeaf& last() const noexcept { return last_; }
    [[nodiscard]] const Hash& last_hash() const noexcept { return last_hash_; }
    [[nodiscard]] const StoredBlock& last_block() const noexcept { return last_block_; }
    [[nodiscard]] std::uint64_t size() const noexcept { return size_; }

private:
    Status take(types::Height height, BytesView value, const state::UnsealedBlock& genesis_block) {
        Result<StoredBlock> block = decode_stored_block(value);
        if (!block)
            return damaged(Column::blocks, "the block" + at(height) + " does not decode: " + block.error().message);
        if (block->first_leaf != size_ || block->leaves == 0)
            return damaged(Column::blocks, "the leaves of the block" + at(height) + " do not follow");
        size_ += block->leaves;
        PLACET_TRY_ASSIGN(Bytes bytes,
                          need(database_, Column::leaves, number_key(size_ - 1), "the commit leaf" + at(height)));
        const Hash hash = merkle::leaf_hash(bytes);
        const Result<types::Leaf> leaf = types::decode_leaf(bytes);
        const auto* commit = leaf ? std::get_if<types::CommitLeaf>(&*leaf) : nullptr;
        if (commit == nullptr)
            return damaged(Column::leaves, "the last leaf of the block is not a commit leaf" + at(height));
        if (height == 0) {
            if (hash != genesis_block.head.commit_leaf)
                return damaged(
                    Column::leaves,
                    "the commit leaf of height 0 is not the one that this genesis file and these rules give");
        } else if (commit->previous != last_hash_) {
            return damaged(Column::leaves, "the chain of commit leaves is broken" + at(height));
        } else if (commit->block_time_ms <= last_.block_time_ms || commit->validators != last_.next_validators) {
            return damaged(Column::leaves, "the commit leaf does not follow the previous one" + at(height));
        }
        if (commit->height != height || commit->leaves != block->leaves)
            return damaged(Column::leaves, "the commit leaf names another height or number of leaves" + at(height));
        last_ = *commit;
        last_hash_ = hash;
        last_block_ = std::move(*block);
        return {};
    }

    const Database& database_;
    types::Height newest_;
    types::CommitLeaf last_;
    Hash last_hash_;
    StoredBlock last_block_;
    std::uint64_t size_ = 0;
};

/// The hashes of the log as the tiles have them.
class TileSource final : public merkle::HashSource {
public:
    explicit TileSource(const Database& database) : database_(database) {}
    Result<Hash> subtree(unsigned level, std::uint64_t index) const override {
        const merkle::TileSpan span = merkle::tile_span(level, index);
        PLACET_TRY_ASSIGN(Bytes bytes, need(database_, Column::tiles, tile_key(span.level, span.index),
                                            "tile " + std::to_string(span.level) + "/" + std::to_string(span.index)));
        PLACET_TRY_ASSIGN(std::vector<Hash> hashes, decode_tile(bytes));
        if (span.offset + span.count > hashes.size())
            return damaged(Column::tiles,
                           "tile " + std::to_string(span.level) + "/" + std::to_string(span.index) + " is too short");
        return merkle::root_of(std::span(hashes).subspan(span.offset, span.count));
    }

private:
    const Database& database_;
};

/// As the state column has it; the column is compared with the map root later.
Result<types::ValidatorSet> set_of(const Database& database, const types::Genesis& genesis, types::Epoch epoch) {
    if (epoch == 0) return genesis.validators;
    const std::string what = "the validator set of epoch " + std::to_string(epoch);
    PLACET_TRY_ASSIGN(const Bytes value, need(database, Column::state, state::validator_set_key(epoch), what));
    Result<types::ValidatorSet> set = state::read_validator_set(value, epoch);
    if (!set) return damaged(Column::state, what + " does not decode");
    return set;
}

Status check_seal(const CommitChain& chain, const Database& database, const Hash& root, const types::Genesis& genesis) {
    const types::QuorumCertificate& seal = chain.last_block().seal;
    const types::Height height = chain.last().height;
    const types::CheckpointBody expected{seal.body.epoch, height, chain.size(), root, chain.last().block_time_ms};
    if (height == 0) return {};
    if (seal.body != expected)
        return damaged(Column::blocks, "the last seal is over another size, root or time than the log" + at(height));
    PLACET_TRY_ASSIGN(const types::ValidatorSet set, set_of(database, genesis, seal.body.epoch));
    if (types::validator_set_hash(set) != chain.last().validators)
        return damaged(Column::state, "the validator set of epoch " + std::to_string(set.epoch) + " is not the one that the chain names" + at(height));
    if (const Status verified = types::verify(seal, set, types::genesis_hash(genesis)); !verified)
        return damaged(Column::blocks, "the last seal does not verify" + at(height) + ": " + verified.error().message);
    return {};
}

Result<state::AuthenticatedMap> rebuilt_map(const Database& database, const types::CommitLeaf& commit) {
    std::vector<state::MapChange> changes;
    PLACET_TRY(database.scan(Column::state, {}, nullptr, [&](BytesView key, BytesView value) {
        changes.push_back({crypto::sha256(key), crypto::sha256(value)});
        return true;
    }));
    state::AuthenticatedMap map = state::AuthenticatedMap{}.apply(std::move(changes));
    if (map.root() != commit.map_root)
        return damaged(Column::state, "the entries do not give the map root of the commit leaf" + at(commit.height));
    return map;
}

/// Every sub-log's frontier is what the map says, and its last row is there.
Status check_sub_logs(const Database& database, types::Height height) {
    Status status;
    const auto check_one = [&](BytesView key, BytesView value) -> Status {
        PLACET_TRY_ASSIGN(merkle::Frontier frontier, merkle::Frontier::decode(value));
        PLACET_TRY_ASSIGN(Bytes entry,
                          need(database, Column::state, state::head_key(key), "the head of a sub-log" + at(height)));
        PLACET_TRY_ASSIGN(state::SubLogHead head, state::decode_sub_log_head(entry));
        if (head.count != frontier.size() || head.root != frontier.root() || head.count == 0)
            return damaged(Column::sub_logs, "a frontier does not agree with the map" + at(height));
        PLACET_TRY_ASSIGN(Bytes row, need(database, Column::rows, row_key(key, head.count - 1),
                                          "the last row of a sub-log" + at(height)));
        PLACET_TRY_ASSIGN(std::optional<Bytes> beyond, database.get(Column::rows, row_key(key, head.count)));
        if (beyond) return damaged(Column::rows, "a sub-log has more rows than the map says" + at(height));
        return {};
    };
    PLACET_TRY(database.scan(Column::sub_logs, {}, nullptr, [&](BytesView key, BytesView value) {
        if (Status one = check_one(key, value); !one) status = damaged(Column::sub_logs, one.error().message);
        return status.has_value();
    }));
    return status;
}

/// As many heads in the map as there are frontiers: none was lost.
Status count_sub_logs(const Database& database, types::Height height) {
    std::uint64_t heads = 0;
    std::uint64_t frontiers = 0;
    PLACET_TRY(database.scan(Column::state, {}, nullptr, [&](BytesView key, BytesView) {
        heads += state::is_reserved_key(key) ? 1 : 0;
        return true;
    }));
    PLACET_TRY(database.scan(Column::sub_logs, {}, nullptr, [&](BytesView, BytesView) {
        ++frontiers;
        return true;
    }));
    if (heads != frontiers)
        return damaged(Column::sub_logs, "there are " + std::to_string(frontiers) + " sub-logs, the map has " +
                                             std::to_string(heads) + at(height));
    return {};
}

}  // namespace

Result<state::ChainHead> checked_head(const Database& database, const types::Genesis& genesis,
                                      const state::UnsealedBlock& genesis_block) {
    PLACET_TRY_ASSIGN(Bytes head_bytes, need(database, Column::meta, base::as_bytes(kHeadKey), "the head"));
    PLACET_TRY_ASSIGN(StoredHead stored, decode_head(head_bytes));
    CommitChain chain(database, stored.height);
    PLACET_TRY(chain.walk(genesis_block));
    if (chain.size() != stored.log.size())
        return damaged(Column::meta, "the log is longer or shorter than its blocks" + at(stored.height));
    PLACET_TRY_ASSIGN(Hash root, merkle::root_at(chain.size(), TileSource(database)));
    if (root != stored.log.root())
        return damaged(Column::tiles, "the tiles do not give the log's root" + at(stored.height));
    PLACET_TRY(check_seal(chain, database, root, genesis));
    state::ChainHead head{stored.height,     chain.last().block_time_ms,   std::move(stored.log),
                          chain.last_hash(), chain.last().next_validators, {}};
    PLACET_TRY_ASSIGN(head.map, rebuilt_map(database, chain.last()));
    PLACET_TRY(check_sub_logs(database, head.height));
    PLACET_TRY(count_sub_logs(database, head.height));
    return head;
}

}  // namespace placet::store

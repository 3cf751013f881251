// Assembly and check of blocks. `derive` is the part both share: from leaves, writes and rows to roots.
#include "ledger/state/block_assembly.hpp"

#include "ledger/base/cbor.hpp"
#include "ledger/merkle/tree.hpp"

namespace placet::state {
namespace {

using base::Bytes;
using base::BytesView;
using base::ErrorCode;
using base::refuse;
using base::Result;
using base::Status;
using crypto::Hash;
using types::StateWrite;

// What decode_block takes (types/block.cpp): a block beyond it could be stored here and followed by nobody.
constexpr std::size_t kMaxKeyBytes = 1024;
constexpr std::size_t kMaxValueBytes = 1024 * 1024;
constexpr std::size_t kMaxLeaves = 4096;

bool is_one_item(BytesView bytes) {
    base::cbor::Reader reader(bytes);
    (void)reader.item("entry");
    return reader.finish().has_value();
}

Status check_write(const StateWrite& write, ErrorCode code) {
    if (!is_one_item(write.key)) return refuse(code, "a key of the map is one canonical CBOR item", "writes");
    if (write.key.size() > kMaxKeyBytes || (write.value && write.value->size() > kMaxValueBytes))
        return refuse(code, "a key of the map has at most 1024 octets, a value 1 MiB", "writes");
    if (is_reserved_key(write.key))
        return refuse(code, "keys that begin with \"index\" are written by the assembly alone", "writes");
    if (write.value && !is_one_item(*write.value))
        return refuse(code, "a value of the map is one canonical CBOR item", "writes");
    return {};
}

/// Appends the block's rows to their sub-logs, as they stand before it.
Status grow_sub_logs(UnsealedBlock& block, const SubLogReader& before) {
    for (const types::IndexAppend& append : block.record.appends) {
        auto place = block.sub_logs.find(append.key);
        if (place == block.sub_logs.end()) {
            PLACET_TRY_ASSIGN(merkle::Frontier frontier, before.sub_log(append.key));
            place = block.sub_logs.emplace(append.key, std::move(frontier)).first;
        }
        place->second.append(merkle::leaf_hash(append.row));
    }
    return {};
}

/// The record's writes and the heads of sub-logs, ascending by key.
std::vector<StateWrite> with_heads(const UnsealedBlock& block) {
    std::vector<StateWrite> out = block.record.writes;
    for (const auto& [key, frontier] : block.sub_logs)
        out.push_back({head_key(key), encode(SubLogHead{frontier.size(), frontier.root()})});
    std::ranges::sort(out, {}, &StateWrite::key);
    return out;
}

/// Fills in sub-logs, map writes and the new map.
Status derive(UnsealedBlock& block, const ChainHead& before, const SubLogReader& sub_logs) {
    PLACET_TRY(grow_sub_logs(block, sub_logs));
    block.map_writes = with_heads(block);
    block.head.map = before.map.apply(block.map_writes);
    return {};
}

/// Appends the commit leaf, which closes the block, and everything that follows from it.
void close(UnsealedBlock& block, const ChainHead& before, Bytes commit_leaf) {
    block.record.leaves.push_back(std::move(commit_leaf));
    block.leaf_hashes.push_back(merkle::leaf_hash(block.record.leaves.back()));
    block.head.log = before.log;
    for (const Hash& hash : block.leaf_hashes) block.head.log.append(hash);
    block.head.height = block.commit.height;
    block.head.block_time_ms = block.commit.block_time_ms;
    block.head.commit_leaf = block.leaf_hashes.back();
    block.head.next_validators = block.commit.next_validators;
    types::CheckpointBody& body = block.record.seal.body;
    body.height = block.commit.height;
    body.size = block.head.log.size();
    body.root = block.head.log.root();
    body.block_time_ms = block.commit.block_time_ms;
}

Status add_events(UnsealedBlock& block, const ExecutedBlock& executed, std::uint64_t first_leaf) {
    if (executed.events.size() >= kMaxLeaves)
        return refuse(ErrorCode::invalid_value, "a block has at most 4096 leaves", "events");
    for (const EventEffects& event : executed.events) {
        const std::uint64_t index = first_leaf + block.record.leaves.size();
        block.record.leaves.push_back(
            types::encode(types::EventLeaf{executed.height, executed.block_time_ms, event.transaction, event.outcome}));
        block.leaf_hashes.push_back(merkle::leaf_hash(block.record.leaves.back()));
        block.transactions.push_back(event.id);
        std::map<IndexKey, std::uint64_t> last_rows;
        for (const PendingAppend& append : event.appends) {
            const auto [last, first_time] = last_rows.try_emplace(append.key, append.row);
            if (!first_time && append.row <= last->second)
                return refuse(ErrorCode::invalid_value, "rows of one event ascend within a sub-log", "appends");
            last->second = append.row;
            if (append.active && append.key.kind != IndexKind::consent_of_patient)
                return refuse(ErrorCode::invalid_value, "only consent decisions have an active set", "appends");
            const IndexRow row{index, append.row, executed.block_time_ms, block.leaf_hashes.back(), append.active};
            block.record.appends.push_back({encode(append.key), encode(row)});
        }
    }
    return {};
}

Status merge_writes(UnsealedBlock& block, const ExecutedBlock& executed) {
    std::map<Bytes, std::optional<Bytes>> merged;
    const auto take = [&merged](const std::vector<StateWrite>& writes) -> Status {
        for (const StateWrite& write : writes) {
            PLACET_TRY(check_write(write, ErrorCode::invalid_value));
            merged.insert_or_assign(write.key, write.value);
        }
        return {};
    };
    for (const EventEffects& event : executed.events) PLACET_TRY(take(event.writes));
    PLACET_TRY(take(executed.closing_writes));
    block.record.writes.reserve(merged.size());
    for (auto& [key, value] : merged) block.record.writes.push_back({key, std::move(value)});
    return {};
}

std::unexpected<base::Error> wrong(std::string message, std::string field) {
    return refuse(ErrorCode::invalid_proof, std::move(message), std::move(field));
}

std::string at_height(const types::BlockRecord& record) {
    return " in the block at height " + std::to_string(record.height);
}

/// Leaves are events of this block, closed by its commit leaf, which follows the previous one.
Status check_leaves(UnsealedBlock& block, const ChainHead& before, const Hash& genesis) {
    const types::BlockRecord& record = block.record;
    if (record.height != before.height + 1)
        return wrong("expected the block at height " + std::to_string(before.height + 1) + ", got " +
                         std::to_string(record.height),
                     "height");
    if (record.leaves.empty()) return wrong("there is no commit leaf" + at_height(record), "leaves");
    PLACET_TRY_ASSIGN(types::Leaf last, types::decode_leaf(record.leaves.back()));
    const auto* commit = std::get_if<types::CommitLeaf>(&last);
    if (commit == nullptr) return wrong("the last leaf is not a commit leaf" + at_height(record), "leaves");
    block.commit = *commit;
    if (commit->height != record.height)
        return wrong("the commit leaf names another height" + at_height(record), "leaves");
    if (commit->leaves != record.leaves.size())
        return wrong("the commit leaf counts other leaves" + at_height(record), "leaves");
    if (commit->previous != before.commit_leaf)
        return wrong("the commit leaf does not follow the previous one" + at_height(record), "leaves");
    if (commit->validators != before.next_validators)
        return wrong("the commit leaf names other validators than announced" + at_height(record), "leaves");
    if (commit->block_time_ms <= before.block_time_ms)
        return wrong("block time does not advance" + at_height(record), "leaves");
    for (std::size_t i = 0; i + 1 < record.leaves.size(); ++i) {
        PLACET_TRY_ASSIGN(types::Leaf leaf, types::decode_leaf(record.leaves[i]));
        const auto* event = std::get_if<types::EventLeaf>(&leaf);
        if (event == nullptr) return wrong("a commit leaf stands before the end" + at_height(record), "leaves");
        if (event->height != record.height || event->block_time_ms != commit->block_time_ms)
            return wrong("an event leaf names another height or time" + at_height(record), "leaves");
        PLACET_TRY_ASSIGN(types::Transaction transaction, types::decode_transaction(event->transaction, genesis));
        block.transactions.push_back(transaction.id);
        block.leaf_hashes.push_back(merkle::leaf_hash(record.leaves[i]));
    }
    return {};
}

Status check_writes(const types::BlockRecord& record) {
    for (std::size_t i = 0; i < record.writes.size(); ++i) {
        PLACET_TRY(check_write(record.writes[i], ErrorCode::invalid_proof));
        if (i > 0 && record.writes[i - 1].key >= record.writes[i].key)
            return wrong("writes ascend by key" + at_height(record), "writes");
    }
    return {};
}

/// Every row points to an event of this block and ascends within its sub-log.
Status check_appends(const UnsealedBlock& block, std::uint64_t first_leaf) {
    const types::BlockRecord& record = block.record;
    std::uint64_t last_leaf = first_leaf;
    std::map<Bytes, std::pair<std::uint64_t, std::uint64_t>> last_places;
    for (const types::IndexAppend& append : record.appends) {
        PLACET_TRY_ASSIGN(IndexKey key, decode_index_key(append.key));
        PLACET_TRY_ASSIGN(IndexRow row, decode_index_row(append.row));
        if (row.leaf_index < last_leaf || row.leaf_index >= first_leaf + block.leaf_hashes.size())
            return wrong("a row points outside the block's events, or back" + at_height(record), "appends");
        last_leaf = row.leaf_index;
        if (row.leaf_hash != block.leaf_hashes[row.leaf_index - first_leaf] ||
            row.block_time_ms != block.commit.block_time_ms)
            return wrong("a row does not agree with its leaf" + at_height(record), "appends");
        if (row.active && key.kind != IndexKind::consent_of_patient)
            return wrong("only consent decisions have an active set" + at_height(record), "appends");
        const std::pair place{row.leaf_index, row.row};
        const auto [last, first_time] = last_places.try_emplace(append.key, place);
        if (!first_time && place <= last->second)
            return wrong("rows of a sub-log do not ascend" + at_height(record), "appends");
        last->second = place;
    }
    return {};
}

/// Genesis has no sub-log before it.
class NoSubLogs final : public SubLogReader {
public:
    Result<merkle::Frontier> sub_log(BytesView) const override { return merkle::Frontier{}; }
};

}  // namespace

Result<UnsealedBlock> assemble_genesis(const types::Genesis& genesis, std::vector<StateWrite> writes) {
    UnsealedBlock block;
    ExecutedBlock executed;
    executed.closing_writes = std::move(writes);
    PLACET_TRY(merge_writes(block, executed));
    PLACET_TRY(derive(block, {}, NoSubLogs{}));
    const Hash validators = types::validator_set_hash(genesis.validators);
    block.commit = {0,          genesis.created_at_ms,       1, block.head.map.root(), validators,
                    validators, types::genesis_hash(genesis)};
    block.record.seal.body.epoch = genesis.validators.epoch;
    close(block, {}, types::encode(block.commit));
    return block;
}

Result<UnsealedBlock> assemble(const ExecutedBlock& executed, const ChainHead& head, const SubLogReader& sub_logs) {
    if (executed.height != head.height + 1)
        return refuse(
            ErrorCode::invalid_value,
            "executed height " + std::to_string(executed.height) + " does not follow " + std::to_string(head.height),
            "height");
    if (executed.block_time_ms <= head.block_time_ms)
        return refuse(ErrorCode::invalid_value, "block time does not advance", "block_time_ms");
    if (executed.validators != head.next_validators)
        return refuse(ErrorCode::invalid_value, "other validators than the previous commit leaf announced",
                      "validators");
    UnsealedBlock block;
    block.record.height = executed.height;
    PLACET_TRY(add_events(block, executed, head.log.size()));
    PLACET_TRY(merge_writes(block, executed));
    PLACET_TRY(derive(block, head, sub_logs));
    block.commit = {executed.height,       executed.block_time_ms, executed.events.size() + 1,
                    block.head.map.root(), executed.validators,    executed.next_validators,
                    head.commit_leaf};
    block.record.seal.body.epoch = executed.epoch;
    close(block, head, types::encode(block.commit));
    return block;
}

Result<UnsealedBlock> check_block(const types::BlockRecord& record, const ChainHead& head, const SubLogReader& sub_logs,
                                  const Hash& genesis) {
    UnsealedBlock block;
    block.record = record;
    PLACET_TRY(check_leaves(block, head, genesis));
    PLACET_TRY(check_writes(block.record));
    PLACET_TRY(check_appends(block, head.log.size()));
    PLACET_TRY(derive(block, head, sub_logs));
    if (block.head.map.root() != block.commit.map_root)
        return wrong("writes and sub-log rows do not lead to the map root of the commit leaf" + at_height(record),
                     "writes");
    Bytes commit_leaf = std::move(block.record.leaves.back());
    block.record.leaves.pop_back();
    close(block, head, std::move(commit_leaf));
    block.record.seal.signers = 0;
    block.record.seal.signatures.clear();
    if (block.record.seal.body != record.seal.body)
        return wrong("the seal is over another height, size, root or time" + at_height(record), "seal");
    return block;
}

Status verify_seal(const types::BlockRecord& record, const ChainHead& previous, const types::ValidatorSet& set,
                   const Hash& genesis) {
    if (types::validator_set_hash(set) != previous.next_validators)
        return wrong("this validator set is not the one announced" + at_height(record), "validators");
    return types::verify(record.seal, set, genesis);
}

}  // namespace placet::state

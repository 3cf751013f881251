// Keys and values of the columns: what the octets in the database mean. Numbers in keys are big-endian, so that order
// by octets is order by number.
//
//   meta          "genesis" → encoded genesis; "format" → 1; "head" → [height, frontier of the log]
//   leaves        index → leaf
//   blocks        height → [first leaf, leaves, seal, record: bstr]; record without leaves, its seal blank
//   tiles         level(1) ‖ index(8) → up to 256 hashes (C2SP; the last tile of a level grows in place)
//   state         map key → map value, heads of sub-logs included
//   rows          length of key(2) ‖ index key ‖ position(8) → row
//   sub_logs      index key → frontier
//   transactions  id → [leaf index, height]
//   parts         commitment → [class, retention, pseudonym, sealed]
//   part_keys     pseudonym(32) ‖ retention(1) ‖ class(1; 0 where a pseudonym is named) → wrapped key
//   consensus, node   kind(1) ‖ sequence(8) ‖ name → octets
#pragma once

#include "ledger/merkle/frontier.hpp"
#include "ledger/merkle/tile.hpp"
#include "ledger/store/records.hpp"
#include "ledger/types/block.hpp"

namespace placet::store {

inline constexpr std::uint64_t kFormat = 1;
inline constexpr std::string_view kGenesisKey = "genesis";
inline constexpr std::string_view kFormatKey = "format";
inline constexpr std::string_view kHeadKey = "head";

[[nodiscard]] base::Bytes number_key(std::uint64_t number);
/// 0 for octets of another length.
[[nodiscard]] std::uint64_t number_of_key(base::BytesView key) noexcept;
[[nodiscard]] base::Bytes tile_key(unsigned level, std::uint64_t index);
/// Of the row at `position`; the rows of one sub-log stand together.
[[nodiscard]] base::Bytes row_key(base::BytesView encoded_index_key, std::uint64_t position);
[[nodiscard]] base::Bytes record_key(const RecordKey& key);
[[nodiscard]] base::Result<RecordKey> decode_record_key(RecordColumn column, base::BytesView bytes);

struct StoredHead {
    types::Height height = 0;
    merkle::Frontier log;
};
[[nodiscard]] base::Bytes encode(const StoredHead& head);
[[nodiscard]] base::Result<StoredHead> decode_head(base::BytesView bytes);

/// A block without its leaves, which stand in their own column.
struct StoredBlock {
    std::uint64_t first_leaf = 0;
    std::uint64_t leaves = 0;
    types::QuorumCertificate seal;
    base::Bytes record;
};
[[nodiscard]] base::Bytes encode(const StoredBlock& block);
[[nodiscard]] base::Result<StoredBlock> decode_stored_block(base::BytesView bytes);

[[nodiscard]] base::Bytes encode_place(std::uint64_t leaf_index, types::Height height);
[[nodiscard]] base::Status decode_place(base::BytesView bytes, std::uint64_t& leaf_index, types::Height& height);

[[nodiscard]] base::Bytes encode_tile(std::span<const crypto::Hash> hashes);
[[nodiscard]] base::Result<std::vector<crypto::Hash>> decode_tile(base::BytesView bytes);

}  // namespace placet::store

// A sealed block as nodes store and hand it on: everything a follower needs to check it and to arrive at the same roots
// without executing anything. Genesis is height 0: its commit leaf and initial writes are computed from the genesis file.
#pragma once

#include <optional>
#include <vector>

#include "ledger/types/checkpoint.hpp"
#include "ledger/types/leaf.hpp"

namespace placet::types {

/// One change of an entry of the map. Keys and values are canonical CBOR, class P only.
struct StateWrite {
    Bytes key;
    std::optional<Bytes> value;  ///< none = removed
    bool operator==(const StateWrite&) const = default;
};

/// One row appended to a sub-log (audit.md, index map).
struct IndexAppend {
    Bytes key;  ///< state::IndexKey, encoded: [index kind, id…]
    Bytes row;  ///< [leaf index, row, block_time_ms, leaf hash]
    bool operator==(const IndexAppend&) const = default;
};

struct BlockRecord {
    Height height = 0;
    std::vector<Bytes> leaves;         ///< event leaves in order, then the commit leaf
    std::vector<StateWrite> writes;    ///< ascending by key, unique
    std::vector<IndexAppend> appends;  ///< in execution order
    QuorumCertificate seal;
    bool operator==(const BlockRecord&) const = default;
};

/// [height, [* leaf], [* [key, value / null]], [* [key, row]], seal]
[[nodiscard]] Bytes encode(const BlockRecord& block);
[[nodiscard]] Result<BlockRecord> decode_block(BytesView bytes);

}  // namespace placet::types

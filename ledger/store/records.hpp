// Durable records: opaque octets by (column, kind, sequence, name), written by the node's one disk thread in group
// commits. This is the one synced stream of a node: the WAL of the one database. Sealed blocks are written unsynced
// into the same WAL and become durable, in order, with the next synced commit (consensus.md, Persist before send).
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "ledger/base/bytes.hpp"

namespace placet::store {

enum class RecordColumn : std::uint8_t {
    consensus,  ///< votes, proposals, certificates, view changes: kinds are the node's (consensus/records)
    node,       ///< the rest that a node must not forget: read journal, submitted transactions, counters
};

/// Sorted by kind, then sequence, then name.
struct RecordKey {
    RecordColumn column = RecordColumn::consensus;
    std::uint8_t kind = 0;
    std::uint64_t sequence = 0;
    base::Bytes name;  ///< what tells two records of one kind and sequence apart; at most 256 octets, often empty
    auto operator<=>(const RecordKey&) const = default;
};

struct RecordChange {
    RecordKey key;
    std::optional<base::Bytes> value;  ///< none = deleted
};

/// Changes that become durable together. Parts are encrypted on the way (part_vault.hpp).
struct RecordBatch {
    std::vector<RecordChange> changes;
    std::vector<base::Bytes> parts;  ///< encoded types::Part, checked by the caller against their commitments

    void put(RecordKey key, base::Bytes value) { changes.push_back({std::move(key), std::move(value)}); }
    void erase(RecordKey key) { changes.push_back({std::move(key), std::nullopt}); }
    void put_part(base::Bytes encoded_part) { parts.push_back(std::move(encoded_part)); }
};

enum class Durability : std::uint8_t {
    synced,    ///< on disk, with everything written before, when the call returns
    unsynced,  ///< lost by a power failure, not by the end of the process
};

}  // namespace placet::store

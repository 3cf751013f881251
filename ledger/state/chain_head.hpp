// Where a chain stands after a block: what the next block is built on and checked against. A value; copies share the
// map.
#pragma once

#include "ledger/merkle/frontier.hpp"
#include "ledger/state/authenticated_map.hpp"
#include "ledger/state/reader.hpp"
#include "ledger/types/block.hpp"

namespace placet::state {

struct ChainHead {
    types::Height height = 0;
    base::TimeMs block_time_ms = 0;
    merkle::Frontier log;          ///< all leaves, this block's commit leaf included
    crypto::Hash commit_leaf;      ///< RFC 6962 leaf hash of this block's commit leaf
    crypto::Hash next_validators;  ///< whose seal the next block bears
    AuthenticatedMap map;
};

/// Reads the frontier of a sub-log: derived and stored beside its rows; its root is what the map says (checked on use).
class SubLogReader {
public:
    virtual ~SubLogReader() = default;
    /// Empty for a sub-log without a row. `corrupt` where the frontier does not agree with the map's entry.
    [[nodiscard]] virtual base::Result<merkle::Frontier> sub_log(base::BytesView encoded_index_key) const = 0;
};

/// A sealed height as the execution of further blocks needs it: entries, sub-logs, and where the chain stands.
/// Immutable and safe on any thread. The store's SealedView is one.
class SealedState : public StateScanner, public SubLogReader {
public:
    [[nodiscard]] virtual const ChainHead& head() const = 0;
};

}  // namespace placet::state

// Consensus's durable records in the store: how a record becomes a row, and back at start. Bodies are split: the proposal without
// its parts as the row, the parts into the vault, encrypted under a key per (pseudonym, retention class), in the same synced write.
// At start the two are put together again, so that the core gets the bytes it gave.
#pragma once

#include "consensus/durable_records.hpp"
#include "ledger/store/store.hpp"

namespace placet::node {

/// The rows (and parts) of one Persist.
[[nodiscard]] store::RecordBatch batch_of(const std::vector<consensus::Record>& records);

/// Every consensus record, as consensus::recover wants them. A body at or below the sealed height whose parts were erased since is
/// left out; above it, a missing part is `corrupt`.
[[nodiscard]] base::Result<std::vector<std::pair<base::Bytes, base::Bytes>>> read_consensus_records(const store::Store& store);

}  // namespace placet::node

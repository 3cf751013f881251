// What is checked when a store is opened, and the deep walk. Read only; every finding is `corrupt`, with column and
// height.
#pragma once

#include <functional>

#include "ledger/state/block_assembly.hpp"
#include "ledger/store/layout.hpp"
#include "ledger/store/part_vault.hpp"
#include "ledger/store/sealed_view.hpp"

namespace placet::store {

/// The head of the chain, found by checking: commit leaves from genesis on, log root, last seal, map root from the
/// entries, sub-logs against the map. `genesis_block` is what height 0 must be.
[[nodiscard]] base::Result<state::ChainHead> checked_head(const Database& database, const types::Genesis& genesis,
                                                          const state::UnsealedBlock& genesis_block);

/// Replays every block over nothing but the genesis file and compares every column with what comes out.
[[nodiscard]] base::Status deep_check(const SealedView& view, const Database& database, const types::Genesis& genesis,
                                      const std::function<void(types::Height)>& progress);

/// What both checks say of a column whose content is not what was sealed (corrupt).
[[nodiscard]] std::unexpected<base::Error> damaged(Column column, const std::string& what);

}  // namespace placet::store

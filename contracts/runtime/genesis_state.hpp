// The state at height 0, computed from the genesis file alone: organisations, one operator each, and the validators' own
// service keys as actors "node@<validator>".
#pragma once

#include <vector>

#include "ledger/types/block.hpp"

namespace placet::contracts::runtime {

/// Ascending by key, unique. `genesis` has passed types::check.
[[nodiscard]] std::vector<types::StateWrite> genesis_writes(const types::Genesis& genesis);

}  // namespace placet::contracts::runtime

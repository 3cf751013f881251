// Where the map holds the validator set of each epoch after the first: [14, epoch] → [epoch, [* validator]], written by the block that ends
// the epoch before and never changed. Its tagged hash is what that block's commit leaf calls next_validators. Pure; any thread.
#pragma once

#include "ledger/state/reader.hpp"
#include "ledger/types/validator_set.hpp"

namespace placet::state {

[[nodiscard]] base::Bytes validator_set_key(types::Epoch epoch);

/// Epoch 0 is genesis'; later ones as the map has them. not_found for an epoch that this height does not know; corrupt for an entry that
/// is no set of that epoch.
[[nodiscard]] base::Result<types::ValidatorSet> validator_set(const StateReader& reader, const types::Genesis& genesis, types::Epoch epoch);
/// The same from an entry's bytes.
[[nodiscard]] base::Result<types::ValidatorSet> read_validator_set(base::BytesView value, types::Epoch epoch);

}  // namespace placet::state

// A validator set by itself: how it is written, and what it must be. The struct and its hash stand in genesis.hpp.
#pragma once

#include "ledger/types/genesis.hpp"

namespace placet::types {

/// [epoch, [* validator]]: what validator_set_hash covers, and what the map holds of an epoch (ledger/state/validator_sets.hpp).
[[nodiscard]] Bytes encode(const ValidatorSet& set);
/// Shape alone, as decode_genesis.
[[nodiscard]] Result<ValidatorSet> decode_validator_set(BytesView bytes);
/// What a validator must be by itself: name, three different keys on their curves, TLS key, addresses.
[[nodiscard]] Status check(const Validator& validator);
/// What a set must be by itself: 1 to 64 of them, each checked, nothing in two places, one organisation at most max(1, f) seats.
[[nodiscard]] Status check(const ValidatorSet& set);

}  // namespace placet::types

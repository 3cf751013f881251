// The seat of a validator: the epoch that seals the next block, whether this node's name and keys are in its set, the vote guard that
// `placet init` made, and the state its replica starts from.
#pragma once

#include "consensus/config.hpp"
#include "consensus/durable_records.hpp"
#include "ledger/store/store.hpp"
#include "node/config/key_files.hpp"
#include "node/telemetry/log.hpp"

namespace placet::node {

/// The epoch that seals the next block, as a sealed height says.
struct EpochTerms {
    types::ValidatorSet set;
    types::Height base = 0;             ///< last height of the epoch before
    std::optional<types::Height> last;  ///< where this one ends, once a change waits
};
[[nodiscard]] base::Result<EpochTerms> epoch_terms(const store::SealedView& view);

/// The seat with this name whose every key is ours; not_found where the set has no such name, invalid_value naming the key that differs.
[[nodiscard]] base::Result<types::ReplicaId> find_seat(const Config& config, const types::ValidatorSet& set, const NodeKeys& keys);

/// consensus::Config from ours, checked.
[[nodiscard]] base::Result<consensus::Config> consensus_config(const Config& config, const types::Genesis& genesis, const EpochTerms& terms, types::ReplicaId self);

/// data/vote.guard, made empty together with the key: taken into the store once, synced, then removed. A guard of another key is refused.
[[nodiscard]] base::Status take_guard(const Config& config, store::Store& store, const crypto::PublicKey& vote_key, Log& log);

/// Everything the durable log has, as consensus::recover wants it.
[[nodiscard]] base::Result<consensus::RecoveredState> recover_state(const store::Store& store, const crypto::PublicKey& vote_key);

}  // namespace placet::node

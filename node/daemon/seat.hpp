// The seat of a validator: whether this node's name and keys are those of genesis, the vote guard that `placet init` made, and the
// state its replica starts from.
#pragma once

#include "consensus/config.hpp"
#include "consensus/durable_records.hpp"
#include "ledger/store/store.hpp"
#include "node/config/key_files.hpp"
#include "node/telemetry/log.hpp"

namespace placet::node {

/// The seat with this name whose every key is ours; invalid_value naming the key that differs.
[[nodiscard]] base::Result<types::ReplicaId> find_seat(const Config& config, const types::Genesis& genesis, const NodeKeys& keys);

/// consensus::Config from ours, checked.
[[nodiscard]] base::Result<consensus::Config> consensus_config(const Config& config, const types::Genesis& genesis, types::ReplicaId self);

/// data/vote.guard, made empty together with the key: taken into the store once, synced, then removed. A guard of another key is refused.
[[nodiscard]] base::Status take_guard(const Config& config, store::Store& store, const crypto::PublicKey& vote_key, Log& log);

/// Everything the durable log has, as consensus::recover wants it.
[[nodiscard]] base::Result<consensus::RecoveredState> recover_state(const store::Store& store, const crypto::PublicKey& vote_key);

}  // namespace placet::node

// What a replica is told once, at start. Durations in milliseconds; defaults are consensus.md's.
#pragma once

#include "consensus/certificates.hpp"

namespace placet::consensus {

struct Timeouts {
    std::uint64_t view_ms = 1000;          ///< nothing sealed for so long while work waits: accuse; doubled per failed view
    std::uint64_t view_cap_ms = 8000;      ///< the doubling's cap, and the longest pause while the window is full
    std::uint64_t heartbeat_ms = 2000;     ///< nothing proposed for so long: an empty batch
    std::uint64_t busy_status_ms = 250;    ///< Status while unsealed work exists
    std::uint64_t idle_status_ms = 1000;   ///< Status otherwise
    std::uint64_t batch_ms = 10;           ///< proposals are not cut more often, unless idle
    std::uint64_t clock_skew_ms = 5000;    ///< a fresh pre-prepare's time against the local clock
    std::uint64_t demotion_ms = 60'000;    ///< no second primary is demoted for being slow within this time
};

/// What the network is promised to do; only for refusing parameters under which a view change could outlast the cap.
struct NetworkPromise {
    std::uint64_t round_trip_ms = 200;
    std::uint64_t bandwidth_bytes_per_ms = 16 * 1024;
};

struct Config {
    ReplicaId self = 0;
    types::ValidatorSet validators;
    Hash genesis;
    /// The last height of the epoch before: nothing at or below it is of this epoch. 0 in the first.
    SeqNum base = 0;
    /// Where this epoch ends, as far as the sealed state says; none while no change waits. Later news come with Executed and StateInstalled.
    std::optional<SeqNum> last;
    std::uint64_t window = 16;                ///< unsealed sequence numbers; 1 to 32
    std::uint64_t checkpoint_interval = 128;  ///< K: every K-th seal forgets records; epochs end at its multiples
    std::size_t batch_transactions = types::kMaxTransactionsPerProposal;  ///< a proposal with so many is full
    Timeouts timeouts;
    NetworkPromise network;
};

/// invalid_value with the field's name: a self outside the set, a window out of range, zero time-outs, or
/// 4 × round trip + 16 × largest proposal ÷ bandwidth > cap.
[[nodiscard]] base::Status check(const Config& config);

}  // namespace placet::consensus

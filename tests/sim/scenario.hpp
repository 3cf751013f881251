// What a seed chooses (swarm): cluster size, which faults exist in this run at all, and how often.
#pragma once

#include <string>
#include <vector>

#include "ledger/types/genesis.hpp"

namespace placet::sim {

/// How a faulty replica is faulty. At most f of them.
enum class Misbehaviour : std::uint8_t {
    silent,           ///< says nothing from some moment on
    equivocating,     ///< two proposals for one slot, two votes for one slot
    lying_digest,     ///< one digest, two bodies
    forging,          ///< new views that carry something else, view-changes that forget
    delaying,         ///< everything late
    wrong_clock,      ///< proposals far off the clock
    corrupt_machine,  ///< honest, but one block executes wrongly
    old_disk,         ///< honest, but an old image of its disk is put back
};
inline constexpr std::size_t kMisbehaviours = 8;
[[nodiscard]] std::string to_string(Misbehaviour misbehaviour);
/// Not Byzantine: follows the protocol, so the safety checkers look at it too.
[[nodiscard]] constexpr bool is_honest(Misbehaviour misbehaviour) noexcept { return misbehaviour >= Misbehaviour::corrupt_machine; }

struct Faulty {
    types::ReplicaId id = 0;
    Misbehaviour how = Misbehaviour::silent;
};

struct Scenario {
    std::uint64_t seed = 0;
    std::size_t n = 4;
    std::uint64_t window = 16;
    std::uint64_t checkpoint_interval = 16;
    std::uint64_t latency_min_us = 500, latency_max_us = 5000;
    std::uint64_t loss_percent = 0, duplicate_percent = 0;
    std::uint64_t sync_min_us = 200, sync_max_us = 2000;
    std::uint64_t execute_max_us = 500;
    std::uint64_t skew_max_ms = 0;
    std::uint64_t partition_every_ms = 0;  ///< 0 = never
    std::uint64_t crash_every_ms = 0;      ///< 0 = never
    std::uint64_t all_crash_percent = 0;   ///< of crashes, how many take everybody
    std::uint64_t hunt_percent = 0;        ///< of crashes, how many take the primary of the highest view
    std::uint64_t chaos_ms = 6000;
    std::uint64_t request_every_ms = 40;
    std::uint64_t quiet_percent = 0;       ///< runs with pauses in the workload: heartbeats
    bool encode_all = false;               ///< every message goes through the codec, not only those of liars
    std::vector<Faulty> faulty;
};

[[nodiscard]] Scenario choose_scenario(std::uint64_t seed);

}  // namespace placet::sim

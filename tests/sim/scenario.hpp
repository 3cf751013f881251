// What a seed chooses (swarm): cluster size, which faults exist in this run at all, and how often.
#pragma once

#include <optional>
#include <set>
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
    replaying,        ///< says again what it, or anybody, said before
    withholding,      ///< keeps proposals, commits and bodies from half of the others
    censoring,        ///< leaves every third request out of its proposals
    slow,             ///< from the fourth second on proposes just before the others lose patience
    huge_views,       ///< asks for views far away, up to 2⁶⁴ − 1
    flooding,         ///< votes for slots and views that nobody needs yet
    impersonating,    ///< votes in the names of others, proposes where it is not primary
    twins,            ///< runs on two machines at once, which know nothing of each other
    lying_sync,       ///< its disk says "synced" too early: a crash loses the last syncs
    corrupt_machine,  ///< honest, but one block executes wrongly
    old_disk,         ///< honest, but an old image of its disk is put back
    lost_disk,        ///< honest, but its disk is replaced by an empty one; on the real store its bits flip, too
};
inline constexpr std::size_t kMisbehaviours = 18;
[[nodiscard]] std::string to_string(Misbehaviour misbehaviour);
/// Not Byzantine: follows the protocol, so the safety checkers look at it too.
[[nodiscard]] constexpr bool is_honest(Misbehaviour misbehaviour) noexcept {
    return misbehaviour >= Misbehaviour::corrupt_machine;
}

struct Faulty {
    types::ReplicaId id = 0;
    Misbehaviour how = Misbehaviour::silent;
};

/// A crash at one place of a replica's life: just before the `boundary`-th time that it writes, syncs, learns of a
/// sync, or lets something leave.
struct CrashPoint {
    types::ReplicaId id = 0;
    std::uint64_t boundary = 0;
};

struct Scenario {
    std::uint64_t seed = 0;
    std::size_t n = 4;
    std::uint64_t window = 16;
    std::uint64_t checkpoint_interval = 16;
    std::uint64_t latency_min_us = 500, latency_max_us = 5000;
    std::uint64_t loss_percent = 0, duplicate_percent = 0;
    std::uint64_t sync_min_us = 200, sync_max_us = 2000;
    std::uint64_t sync_fails_per_10000 =
        0;  ///< of syncs, how many fail: the replica stops, what was not synced is gone
    std::uint64_t execute_max_us = 500;
    std::uint64_t skew_max_ms = 0;
    std::uint64_t partition_every_ms = 0;  ///< 0 = never
    std::uint64_t crash_every_ms = 0;      ///< 0 = never
    std::uint64_t all_crash_percent = 0;   ///< of crashes, how many take everybody
    std::uint64_t hunt_percent = 0;        ///< of crashes, how many take the primary of the highest view
    std::uint64_t chaos_ms = 6000;
    std::uint64_t request_every_ms = 40;
    std::uint64_t batch = 6;           ///< requests a proposal
    std::uint64_t requests = 0;        ///< at most so many; 0 = no limit
    std::uint64_t expiry_percent = 0;  ///< of requests, how many expire within seconds
    std::uint64_t quiet_percent = 0;   ///< runs with pauses in the workload: heartbeats
    bool loaded_heal = false;          ///< requests go on until everybody has caught up, not only for a second
    bool encode_all = false;           ///< every message goes through the codec, not only those of liars
    bool real_store = false;           ///< records lie in the real database, over a file system that fails
    std::vector<Faulty> faulty;
    // --- scripts (twins, partitions, crash points): instead of chance
    std::vector<std::uint64_t> sides;  ///< a round each: bit m = the side on which machine m is
    std::uint64_t round_ms = 0;
    std::optional<CrashPoint> crash_point;
    // --- shrinking
    std::set<std::uint64_t> skipped;  ///< crashes and partitions that do not happen, by their number in the run

    /// Replicas, and the second machines of twins behind them.
    [[nodiscard]] std::size_t machines() const noexcept;
    /// Who speaks from machine m.
    [[nodiscard]] types::ReplicaId identity_of(std::size_t machine) const noexcept;
    [[nodiscard]] bool has(Misbehaviour misbehaviour) const noexcept;
};

[[nodiscard]] Scenario choose_scenario(std::uint64_t seed);

}  // namespace placet::sim

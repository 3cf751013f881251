// A replica of PBFT as a pure state machine (Castro & Liskov, OSDI'99, TOCS'02; consensus.md in the design). No I/O, clock, thread,
// randomness or exception: equal histories of events give equal effects, byte for byte. One thread owns a Replica.
//
// The driver's duties
//
//  1. One thread calls step(), one event at a time, and carries out the effects in order before, or queued behind, the next.
//  2. Start: read every durable record and the block store's last seal, recover() (durable_records.hpp), construct, step(Started{nonce})
//     with a nonce fresh from the operating system. If recover() says corrupt, stop and say so.
//  3. Bytes from peers: decode_message, then Verifier::verify (verifier.hpp) on any thread, then MessageReceived with the wall clock at
//     which the bytes arrived. What does not verify is dropped and counted; it is never an event. Nothing is ever sent to oneself.
//  4. The core signs through `Signer` (vote_guard.hpp) during step(): two keys, no network, no prompt. Nobody else uses these keys.
//  5. Persist: put records and fsync, in the order of tokens, then Persisted{token}; group several tokens into one sync and report the
//     highest. A failed fsync ends the process. Body records: seal erasable parts first (durable_records.hpp).
//  6. Send and Broadcast may be lost. Encode once with encode(message).
//  7. SetTimer replaces the timer of its kind; hand its id back in TimerFired. Relative, monotonic time.
//  8. WantProposal: see effects.hpp. Proposal time = wall clock. ≤ batch_transactions, ≤ 4 MiB; cut what waits, oldest first, never wait for
//     full. A transaction leaves the mempool when sealed. Forward a client's request to all validators, then RequestsChanged (events.hpp):
//     read the mempool's changes on the core's thread, so that no older news overtakes newer. ForwardRequests: send them again.
//  9. Deliver: execute in order as an overlay over what was delivered before, answer Executed. Sealed: append block with certificate,
//     in order. Blocks delivered and not sealed when the process dies come again as Deliver.
// 10. FetchState: drop overlays, fetch, check, append; answer StateInstalled or StateFetchFailed, after every Executed of earlier
//     deliveries. A Deliver that was under way may be forgotten: the core ignores Executed until you answer.
// 11. Forget: delete forget_ranges(through) any time after; Accuse: store and serve; Observe: logs, metrics, alarms.
//
// Where an epoch ends
//
// 12. A core knows one validator set. Executed and StateInstalled say where its epoch ends; it then orders up to there and no further, and
//     when that height is sealed (summary().has_ended) it only helps laggards. Append that block, make it durable (with it the next set, which
//     is state), then construct a Replica of the next epoch: Config with the new set and base = that height, recover() from the same log, Started
//     with a fresh nonce; cancel the timers, drop what was under way. Bring nothing of the new epoch onto the network before. A node without a
//     seat in the new set runs none.
// 13. Verifier and core are of one epoch. A message of an older one (epoch_of) is answered by the driver with Seal{certificate of that
//     epoch's last height}, bounded per peer: whoever is behind fetches up to it and changes epoch by himself. One of a later epoch is dropped.
#pragma once

#include <memory>

#include "consensus/config.hpp"
#include "consensus/effects.hpp"
#include "consensus/vote_guard.hpp"

namespace placet::consensus {

enum class Fault : std::uint8_t;
class Core;

/// What a person wants to know of a replica; read between steps.
struct ReplicaSummary {
    Standing standing = Standing::checking;
    std::string standing_reason;
    View view = 0;
    bool active = false;  ///< false during a view change
    ReplicaId primary = 0;
    SeqNum sealed = 0;
    SeqNum executed = 0;
    SeqNum highest_seal_known = 0;  ///< certified; larger than sealed while catching up
    std::size_t slots = 0;          ///< in memory; bounded by 4 × window
    std::size_t buffered = 0;       ///< held early messages; bounded
    std::size_t buffered_bytes = 0;  ///< of them; at most two of the largest proposals a peer
    bool fetching_state = false;
    SeqNum low = 0;                 ///< the log window (low, high]: sequence numbers that may be ordered now
    SeqNum high = 0;
    SeqNum stable = 0;              ///< the last multiple of K behind which records were forgotten
    SeqNum split_at = 0;            ///< the height that no value can be sealed at, so that ordering has stopped; 0 = none
    std::size_t requests = 0;       ///< that wait here
    Epoch epoch = 0;
    bool has_ended = false;         ///< the epoch's last height is sealed: this core orders nothing more
};

class Replica {
public:
    /// `config` passed check(config); `signer` outlives the replica.
    Replica(Config config, const RecoveredState& recovered, Signer& signer);
    Replica(Replica&&) noexcept;
    Replica& operator=(Replica&&) noexcept;
    ~Replica();

    /// Total: any event in any state. Stale and refused inputs give no effects. O(message).
    [[nodiscard]] Effects step(Event event);

    [[nodiscard]] ReplicaSummary summary() const;
    /// Whether this replica votes, and why not: see Standing.
    [[nodiscard]] Standing standing() const noexcept;

    /// For tests/sabotage alone (faults.hpp).
    [[nodiscard]] static Replica with_fault(Config config, const RecoveredState& recovered, Signer& signer, Fault fault);

private:
    explicit Replica(std::unique_ptr<Core> core) noexcept;
    std::unique_ptr<Core> core_;
};

}  // namespace placet::consensus

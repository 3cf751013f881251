// What happens to a replica: the inputs of Replica::step (replica.hpp). The driver makes them, one at a time, from one thread.
#pragma once

#include "consensus/verifier.hpp"

namespace placet::consensus {

/// Timers by purpose. `generation` tells a stale firing from a live one: the driver hands back what SetTimer gave.
enum class TimerKind : std::uint8_t { status, progress, view_change, heartbeat, batch, request, demotion };
inline constexpr std::size_t kTimerKinds = 7;
struct TimerId {
    TimerKind kind = TimerKind::status;
    std::uint64_t generation = 0;
    auto operator<=>(const TimerId&) const = default;
};

/// First event of every incarnation. `nonce` is fresh from the operating system: the start-up check's.
struct Started {
    Nonce nonce;
};
/// `received_at_ms`: the local wall clock when the bytes arrived; judged only for fresh pre-prepares (± 5 s).
struct MessageReceived {
    Verified<Message> message;
    base::TimeMs received_at_ms = 0;
};
struct TimerFired {
    TimerId id;
};
/// Everything of every Persist with a token ≤ this one is durable (fsync returned). Tokens complete in order.
struct Persisted {
    std::uint64_t token = 0;
};
/// The answer to WantProposal, naming its view and seq. Stale ones are dropped; nothing leaves the mempool for being proposed.
struct ProposalReady {
    View view = 0;
    SeqNum seq = 0;
    types::Proposal proposal;
};
/// The block delivered as `body.height` was executed (as an overlay; nothing is sealed yet). `last`: where this epoch ends, if the state
/// after it says so; never at or below `body.height` + window when it is first said.
struct Executed {
    types::CheckpointBody body;
    std::optional<SeqNum> last = {};
};
/// The store now stands sealed at `certificate` (checked by the driver with everything below it); answers FetchState.
struct StateInstalled {
    types::QuorumCertificate certificate;
    std::optional<SeqNum> last = {};  ///< as in Executed; a height beyond it is not installed before the core of the next epoch is there
};
/// FetchState could not be served now. The driver dropped its overlays; the core delivers again and asks again later.
struct StateFetchFailed {};
/// A request came in, or is no longer waiting. `digest` = sha256 of the transaction's bytes, signature included.
struct RequestChange {
    enum class What : std::uint8_t {
        executable,  ///< waits, and can execute at my sealed height: its timer runs
        blocked,     ///< waits, and cannot execute yet (its `after` has not), or no longer (expired by the later of block time and clock)
        gone,        ///< sealed, or dropped
    };
    What what = What::executable;
    Hash digest;
    std::size_t bytes = 0;  ///< in a proposal; of those that wait
    bool operator==(const RequestChange&) const = default;
};
/// What changed in the mempool since the last of these, in order. A request is forwarded to all when it comes in from a client.
struct RequestsChanged {
    std::vector<RequestChange> changes;
};

using Event = std::variant<Started, MessageReceived, TimerFired, Persisted, ProposalReady, Executed, StateInstalled, StateFetchFailed,
                           RequestsChanged>;

}  // namespace placet::consensus

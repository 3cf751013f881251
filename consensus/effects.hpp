// What a replica wants done: the outputs of Replica::step, to be carried out in order. See replica.hpp for the driver's duties.
#pragma once

#include <string>

#include "consensus/durable_records.hpp"
#include "consensus/events.hpp"

namespace placet::consensus {

/// Hand to the transport; may be lost. Never to oneself.
struct Send {
    ReplicaId to = 0;
    MessagePtr message;
};
struct Broadcast {
    MessagePtr message;
};
/// Replaces a running timer of the same kind. Relative time.
struct SetTimer {
    TimerId id;
    std::uint64_t after_ms = 0;
};
struct CancelTimer {
    TimerKind kind = TimerKind::status;
};
/// Put the records (key → value, a key replaces), fsync, answer Persisted{token}. In order.
struct Persist {
    std::uint64_t token = 0;
    std::vector<Record> records;
};
/// Delete the records in forget_ranges(through): certificates durable before this effect replace them. Needs no sync.
struct Forget {
    SeqNum through = 0;
};
/// `when_ready`: answer as soon as something waits that no proposal in flight holds. `now`: answer at once, empty if nothing waits
/// (heartbeat). A later WantProposal replaces an earlier one; answer each (view, seq) at most once.
enum class Urgency : std::uint8_t { when_ready, now };
struct WantProposal {
    View view = 0;
    SeqNum seq = 0;
    Urgency urgency = Urgency::when_ready;
    std::vector<ProposalPtr> in_flight;  ///< leave out what they hold: unsealed, or sealed and perhaps still in the mempool
};
/// Send these requests, as far as they still wait, to the primary once more: nobody proposed them yet.
struct ForwardRequests {
    ReplicaId to = 0;
    std::vector<Hash> digests;
};
/// Execute as block `seq`, after seq − 1, over what was delivered before; then answer Executed. `proposal` null = null request.
struct Deliver {
    SeqNum seq = 0;
    ProposalPtr proposal;
    CommitCertificate certificate;
};
/// Drop every executed-but-unsealed overlay, fetch block records up to `to` (certified by `certificate`) from peers, check and
/// append them, answer StateInstalled (even if only part was got) or StateFetchFailed. Until then no Deliver or Sealed comes.
struct FetchState {
    SeqNum from = 0;
    SeqNum to = 0;
    types::QuorumCertificate certificate;
};
/// Block `seq`, executed before, is sealed: append it with its certificate, wake clients. Ascending without a gap.
struct Sealed {
    SeqNum seq = 0;
    types::QuorumCertificate certificate;
};
/// Two contradictory signed statements of one replica; once per (offender, kind, epoch). Store, alarm.
struct Accuse {
    ReplicaId offender = 0;
    std::variant<std::pair<Vote, Vote>, std::pair<Checkpoint, Checkpoint>> evidence;
};

/// Whether this replica votes, and why not.
enum class Standing : std::uint8_t {
    checking,  ///< start-up check not passed yet
    voting,
    diverged,  ///< f+1 or a seal contradict my state: follows sealed blocks only
    lost,      ///< no guard, or peers showed votes of mine that my log lacks: never votes under this key again
};
[[nodiscard]] std::string_view to_string(Standing standing) noexcept;

enum class Notice : std::uint8_t {
    standing_changed,     ///< see Replica::standing(); text says why
    view_change_started,  ///< number = the view I move to
    view_entered,         ///< number = the view
    proposal_refused,     ///< a pre-prepare off the clock; number = seq
    null_request,         ///< a null request was carried into the new view; number = seq
    body_fetched,         ///< number = seq
    decision_learned,     ///< a decided slot learned from a peer; number = seq
    seal_learned,         ///< a seal learned from a peer; number = height
    state_fetch,          ///< number = height wanted
    joined_view_change,   ///< f+1 others were ahead; number = the view
    timer_paused,         ///< window full and all committed: the request timer stands still
    early_message_held,   ///< a message of a view not entered yet was kept
    guard_refused,        ///< the vote guard refused a signature; number = seq
    heartbeat,            ///< an empty batch was asked for; number = seq
    primary_censors,      ///< requests were omitted by four proposals; number = the view that is left
    primary_slow,         ///< sealed under half the best rate while batches wait; number = the view that is left
    epoch_ends,           ///< the state says where this epoch ends; number = its last height
    no_quorum_possible,   ///< checkpoint votes are so split that no value can reach q; number = height: alarm
};
[[nodiscard]] std::string_view to_string(Notice notice) noexcept;
/// For logs, metrics, alarms and the simulator's coverage marks. Changes nothing.
struct Observe {
    Notice notice = Notice::view_entered;
    std::uint64_t number = 0;
    std::string text;
};

using Effect = std::variant<Send, Broadcast, SetTimer, CancelTimer, Persist, Forget, WantProposal, ForwardRequests, Deliver, FetchState,
                            Sealed, Accuse, Observe>;
using Effects = std::vector<Effect>;

}  // namespace placet::consensus

// Deliberate mistakes, for tests/sabotage alone: each must be caught by the simulator. Included by no room but tests; a Replica
// made by its public constructor has none.
#pragma once

#include <cstdint>

namespace placet::consensus {

enum class Fault : std::uint8_t {
    none,
    quorum_2f,                 ///< certificates of 2f votes
    forgotten_lock,            ///< a view-change carries no prepared certificates
    dropped_null_request,      ///< gaps in the plan are skipped, not filled
    prepare_before_persist,    ///< Prepare leaves before the pre-prepare is durable
    commit_before_persist,     ///< Commit leaves before the prepared certificate is durable
    deliver_before_persist,    ///< Deliver before the commit certificate is durable
    view_change_not_persisted, ///< ViewChange leaves before its bytes are durable
    unchecked_new_view,        ///< carried votes are not compared with the plan
    digest_not_recomputed,     ///< a pre-prepare's digest is believed
    vote_guard_off,            ///< any signature is given
    double_delivery,           ///< a slot decided again in a new view is delivered again
    seal_without_quorum,       ///< f+1 votes seal
    timer_never_fires,         ///< nobody accuses a silent primary
    timer_never_doubles,       ///< the view-change timer stays at its first value
    no_retransmission,         ///< Status is not answered
    lowest_view_wins,          ///< the plan takes the prepared certificate of the lowest view
    start_up_unchecked,        ///< votes before the start-up check
    no_join,                   ///< f+1 view-changes of others are ignored
    epoch_end_ignored,         ///< the old set orders beyond the end of its epoch
    divergence_ignored,        ///< f+1 contradicting checkpoint votes change nothing
    censorship_ignored,        ///< a primary may leave out whom it wants
    slow_primary_kept,         ///< a primary may be as slow as it wants
    pre_prepare_before_persist,///< PrePrepare leaves before the assignment is durable
    checkpoint_before_persist, ///< Checkpoint leaves before it is durable
    new_view_not_persisted,    ///< NewView leaves before its bytes are durable
    body_not_persisted,        ///< no body is ever written
    seal_not_persisted,        ///< the seal that a window rests on is not written
    time_out_uncapped,         ///< the view-change timer doubles without end
    evidence_dropped,          ///< contradictory votes are not reported
    early_unbounded,           ///< messages of views to come are kept without a bound
    slots_unbounded,           ///< any slot is in reach
    carried_overwritten,       ///< a new primary numbers from its seal, not from what the new view carried
    no_heartbeat,              ///< an idle primary proposes nothing
    no_state_fetch,            ///< who is far behind never asks for blocks
    prepared_without_quorum,   ///< one prepare less makes a prepared certificate
    clock_unchecked,           ///< a proposal may come from the future
    signatures_unchecked,      ///< any vote signature is taken
    seal_unchecked,            ///< a seal's signatures are not looked at
    view_change_unchecked,     ///< prepared certificates in a view-change are not looked at
    primary_unchecked,         ///< anybody may propose
    assignments_forgotten,     ///< a restart does not look at what was assigned and prepared
    join_at_one,               ///< one view-change of somebody else is enough to follow
    bodies_not_fetched,        ///< missing bodies are not asked for
};

}  // namespace placet::consensus

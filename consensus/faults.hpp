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
    divergence_ignored,        ///< f+1 contradicting checkpoint votes change nothing
    censorship_ignored,        ///< a primary may leave out whom it wants
    slow_primary_kept,         ///< a primary may be as slow as it wants
};

}  // namespace placet::consensus

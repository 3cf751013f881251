// The runtime: an ordered block and the state before it give receipts, writes and index appends; nothing else goes in or comes out.
// Equal inputs give equal outputs, byte for byte, on every validator (architecture.md, decision 4). One thread, no clock.
//
// Order within a block: withdrawals, revocations and ended grants first (takes_effect_first), each preceded directly by what it
// names in `after` if that is in the same block; then the others as proposed.
// No event and no receipt: a transaction that does not decode or verify, one whose id is live (a duplicate), one expired by this
// block's time, one that expires too far ahead, one past the block's step budget (it stays in mempools).
// A refusal is an event: unknown or revoked sender, no authority, `after` not executed, and every rule's no.
// Ids of executed transactions are state until no proposal may carry them any more, then forgotten, a bounded number a block.
#pragma once

#include <vector>

#include "ledger/state/effects.hpp"
#include "ledger/state/reader.hpp"
#include "ledger/types/proposal.hpp"

namespace placet::contracts::runtime {

using base::Result;
using base::TimeMs;
using crypto::Hash;

struct OrderedBlock {
    types::Height height = 0;                ///< = sequence number
    TimeMs previous_block_time_ms = 0;       ///< of height − 1
    std::optional<types::Proposal> proposal;  ///< none: a null request (PBFT §4.4)
    Hash validators;     ///< whose seal this block bears: next_validators of height − 1
    Hash previous_root;  ///< of the log at height − 1
};

struct ExecutionContext {
    Hash genesis;
    const state::StateReader& state;  ///< after the previous block; parts of this block come from its own submissions
    /// True for a digest whose signature the caller has verified already; may be empty: then every signature is checked here.
    std::function<bool(const types::Transaction&)> signature_known_good;
};

/// max(previous + 1 ms, the proposal's time), or previous + 1 ms for a null request.
[[nodiscard]] TimeMs block_time(const OrderedBlock& block) noexcept;

/// Steps a block may take: state reads, writes, appends, and pseudonyms evaluated count one each.
inline constexpr std::uint64_t kStepBudgetPerBlock = 2'000'000;
/// Executed ids forgotten in one block, at most.
inline constexpr std::size_t kForgetPerBlock = 4096;

/// Errors are never a client's fault: `unavailable` (an erasable part is missing on this node and not marked erased: fetch it, execute
/// again), `corrupt` (a map entry does not decode).
[[nodiscard]] Result<state::ExecutedBlock> execute(const OrderedBlock& block, const ExecutionContext& context);

/// Whether a transaction id has been executed and not been forgotten yet.
[[nodiscard]] Result<bool> is_executed(const state::StateReader& reader, const types::TransactionId& id);

}  // namespace placet::contracts::runtime

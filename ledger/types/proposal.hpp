// A proposal: what the primary asks to be ordered at one sequence number. It carries no parent hash, so that several
// may be in flight and a view change can fill a gap (architecture.md, decision 1).
#pragma once

#include <vector>

#include "ledger/types/transaction.hpp"

namespace placet::types {

inline constexpr std::size_t kMaxTransactionsPerProposal = 1024;
inline constexpr std::size_t kMaxProposalBytes = 4 * 1024 * 1024;

struct Proposal {
    TimeMs time_ms = 0;  ///< the proposer's clock; block time is max(previous + 1, this)
    std::vector<Submission> submissions;
    bool operator==(const Proposal&) const = default;
};

/// [time_ms, [* submission]]
[[nodiscard]] Bytes encode(const Proposal& proposal);
[[nodiscard]] Result<Proposal> decode_proposal(BytesView bytes);

/// tagged_hash("placet/proposal/1", [time_ms, [* sha256(transaction bytes)]]). Parts are covered through the commitments in
/// the transactions, so a proposal whose parts were erased keeps its digest. Always recomputed, never taken from a peer.
[[nodiscard]] Hash proposal_digest(const Proposal& proposal) noexcept;
/// The digest of a null request (PBFT §4.4): a fixed value that no proposal can have.
[[nodiscard]] Hash null_digest() noexcept;

}  // namespace placet::types

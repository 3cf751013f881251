// One sequence number on its way: assigned, prepared, committed, executed, sealed. What belongs to the current view is cleared when the
// view changes; what a certificate proves stays. Private to consensus; owned by the core. Everything is bounded: one vote per
// replica and kind, at most kMaxBodies bodies.
#pragma once

#include <map>

#include "consensus/messages.hpp"

namespace placet::consensus {

/// Votes of one kind in one view, one per signer.
class VoteSet {
public:
    /// The vote kept before by the same signer if it is about another digest (evidence); else none.
    std::optional<Vote> add(const Vote& vote);
    [[nodiscard]] std::size_t count(const Hash& digest) const noexcept;
    /// The first `limit` voters for `digest` in order of ReplicaId, as bitmap and signatures.
    void collect(const Hash& digest, std::size_t limit, std::uint64_t& signers, std::vector<Signature>& signatures) const;
    /// A digest with at least `q` votes.
    [[nodiscard]] std::optional<Hash> digest_with(std::size_t q) const;
    void clear() noexcept { votes_.clear(); }

private:
    std::map<ReplicaId, Vote> votes_;
};

class Slot {
public:
    explicit Slot(SeqNum seq) noexcept : seq_(seq) {}
    static constexpr std::size_t kMaxBodies = 4;

    // --- of the current view
    std::optional<Vote> assignment;       ///< the pre-prepare accepted in this view
    bool assignment_released = false;     ///< my own pre-prepare or prepare left (so it is durable)
    std::optional<Vote> my_prepare;
    std::optional<Vote> my_commit;
    VoteSet prepares;
    VoteSet commits;
    // --- of any view
    std::optional<PreparedCertificate> prepared;  ///< of the highest view
    std::optional<CommitCertificate> committed;
    bool committed_recorded = false;
    std::optional<types::CheckpointBody> executed;
    std::optional<Checkpoint> my_checkpoint;  ///< released
    std::map<ReplicaId, Checkpoint> checkpoints;
    std::optional<types::QuorumCertificate> seal;
    bool split_observed = false;
    std::uint64_t born_tick = 0;  ///< status ticks when it came: what is younger than a tick is not sent again

    [[nodiscard]] SeqNum seq() const noexcept { return seq_; }
    /// True if the digest's body is here, or none is needed (null request).
    [[nodiscard]] bool has_body(const Hash& digest) const noexcept;
    /// Null for a null request or where missing.
    [[nodiscard]] ProposalPtr body(const Hash& digest) const noexcept;
    void add_body(const Hash& digest, ProposalPtr body);
    /// True once: the first caller writes the body record.
    [[nodiscard]] bool take_body_unrecorded(const Hash& digest);
    void mark_body_recorded(const Hash& digest);
    /// The digest whose body this slot needs and lacks, if any.
    [[nodiscard]] std::optional<Hash> missing_body() const noexcept;

    void leave_view();
    /// A seal of `q` equal checkpoint votes, if there are as many.
    [[nodiscard]] std::optional<types::QuorumCertificate> seal_of_votes(std::size_t q) const;
    /// How many others voted for the same state, one that is not `mine`; the largest such group.
    [[nodiscard]] std::size_t contradicting_votes(const types::CheckpointBody& mine) const noexcept;
    /// The size of the largest group of equal checkpoint votes.
    [[nodiscard]] std::size_t largest_agreement() const noexcept;

private:
    struct HeldBody {
        Hash digest;
        ProposalPtr body;
        bool recorded = false;
    };
    [[nodiscard]] bool needs(const Hash& digest) const noexcept;

    SeqNum seq_;
    std::vector<HeldBody> bodies_;
};

}  // namespace placet::consensus

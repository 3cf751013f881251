// The vote guard: the only way to the keys. It refuses any signature that contradicts a vote that is durable or about to be,
// whatever the rest of the core believes. Owned by the replica core, one thread. Small enough to audit in one sitting.
#pragma once

#include <map>
#include <tuple>

#include "consensus/durable_records.hpp"

namespace placet::consensus {

/// Signs 32-octet digests. Deterministic (RFC 6979). Implemented by the driver over crypto::SigningKey, by the simulator with a fake.
class Signer {
public:
    virtual ~Signer() = default;
    [[nodiscard]] virtual Signature sign_vote(const Hash& digest) = 0;
    [[nodiscard]] virtual Signature sign_checkpoint(const Hash& digest) = 0;
};

class VoteGuard {
public:
    /// Counts for one epoch: a core of the next one has a guard of its own.
    VoteGuard(Signer& signer, const Hash& genesis, Epoch epoch = 0) : signer_(signer), genesis_(genesis), epoch_(epoch) { mark_.epoch = epoch; }

    /// Remembers votes that recovered records imply.
    void restore(const GuardMark& mark);
    void remember(const Vote& vote);
    void remember(const Checkpoint& vote);

    /// Fills in the signature, and remembers; or refuses. conflict: it is of another epoch, another digest was signed for the same (kind,
    /// view, seq), or an ordering vote for a view that a view-change of mine has left. expired: the seq is at or below what was forgotten,
    /// so nobody knows any more what was signed there: no vote, and no sign of divergence.
    [[nodiscard]] base::Status sign(Vote& vote);
    [[nodiscard]] base::Status sign(Checkpoint& vote);

    /// A new view was accepted: no ordering vote in a lower one again.
    void leave_views_below(View view) noexcept { left_below_ = std::max(left_below_, view); }
    /// For messages that are no votes (Status, Question, Answer, FetchBody): no rule applies to them.
    [[nodiscard]] Signature sign_plain(const Hash& digest) { return signer_.sign_vote(digest); }
    /// For tests/sabotage alone: signs whatever is asked.
    void disarm() noexcept { armed_ = false; }

    /// Forgets single votes at or below `low`, and from now on refuses any there.
    void forget(SeqNum low);
    [[nodiscard]] const GuardMark& mark() const noexcept { return mark_; }
    [[nodiscard]] std::size_t size() const noexcept { return votes_.size() + checkpoints_.size(); }
    /// True if `shown`, which carries my own signature, is beyond everything I remember of its kind: my log is behind.
    [[nodiscard]] bool is_ahead_of_me(const Vote& shown) const noexcept;
    [[nodiscard]] bool is_ahead_of_me(const Checkpoint& shown) const noexcept;

private:
    using Slot = std::tuple<VoteKind, View, SeqNum>;
    [[nodiscard]] base::Status permit(const Vote& vote) const;
    void raise_mark(const Vote& vote);

    Signer& signer_;
    Hash genesis_;
    Epoch epoch_;
    bool armed_ = true;
    GuardMark mark_;
    View left_below_ = 0;  ///< no pre-prepare, prepare or commit in views below
    std::map<Slot, Hash> votes_;
    std::map<SeqNum, Checkpoint> checkpoints_;
};

}  // namespace placet::consensus

// What must hold whatever happens, judged from outside: from what honest replicas send, deliver, execute and seal, and
// from what is on their disks at that moment. Uses no code of the replica; thresholds and record keys are computed here
// again. Names as in docs: S1 agreement, S2 validity, S3 order, S4 state, S5 once, S6 what was answered survives, S7
// every request ends in a receipt or past its expiry, S8 equivocation seen is evidence, S10 no contradiction, D persist
// before send, C certificates, L1 progress, L2 time-outs grow and views meet, L3 everybody reaches the tip, L4 no
// request is left out, R1 bounds, T no block is ahead of its time. (S9 and R2 are not of one run: docs/testing.md.)
#pragma once

#include <fmt/format.h>

#include <set>
#include <string>

#include "consensus/replica.hpp"
#include "tests/sim/chain.hpp"
#include "tests/sim/disk.hpp"
#include "tests/sim/scenario.hpp"

namespace placet::sim {

using consensus::Hash;
using consensus::SeqNum;
using consensus::View;
using types::ReplicaId;

struct Violation {
    std::string property;
    std::string detail;
};

class Checker {
public:
    Checker(const types::ValidatorSet& validators, const Scenario& scenario);

    /// The time of the world, as a clock without skew shows it.
    void set_now_ms(base::TimeMs now_ms) noexcept { now_ms_ = now_ms; }
    /// `expiry_ms`: the block time after which it must have no effect; 0 = never.
    void submitted(std::uint64_t transaction, base::TimeMs expiry_ms = 0) {
        submitted_.emplace(transaction, expiry_ms);
    }

    // what honest replicas do; each names the replica first
    void sent(ReplicaId id, const consensus::Message& message, const Disk& disk);
    void delivered(ReplicaId id, const consensus::Deliver& delivery, const Disk& disk);
    void executed(ReplicaId id, const types::CheckpointBody& body);
    void sealed(ReplicaId id, const Block& block, const types::QuorumCertificate& certificate);
    void installed(ReplicaId id, const Block& block);
    /// Deliveries begin again above `height`: after a restart, or when overlays were dropped.
    void resumed(ReplicaId id, SeqNum height) {
        expected_[id] = height + 1;
        sealed_height_[id] = height;
    }
    void timer_set(ReplicaId id, const consensus::SetTimer& timer);
    void timer_fired(ReplicaId id, const consensus::TimerId& timer);
    void timer_cancelled(ReplicaId id, consensus::TimerKind kind);
    void restarted(ReplicaId id);
    /// The disk of `id`, as it is now, is kept; later it is put back in place of the then one. What was said in between
    /// binds (S10) as far as `id` can learn of it by its start-up check: where so many sound others hold it that any q
    /// answers show it. The rest nobody can know any more, and the replica counts as faulty.
    void image_kept(ReplicaId id);
    void image_put_back(ReplicaId id);
    void summarised(ReplicaId id, const consensus::ReplicaSummary& summary);
    void guard_refused(ReplicaId id, const std::string& what);
    /// A verified message of somebody who may equivocate is about to be handed to the replica, which stands as
    /// `summary` says; then the step is over.
    [[nodiscard]] bool watches(const consensus::Message& message) const {
        const auto sender = consensus::sender_of(message);
        return sender && may_equivocate_[*sender];
    }
    void received(ReplicaId id, const consensus::Message& message, const consensus::ReplicaSummary& summary);
    void stepped(ReplicaId id);
    void accused(ReplicaId id, const consensus::Accuse& accusation);
    void synced(ReplicaId id, const Disk& disk);
    /// The store did what none may do: lost what it called durable, or gave back what nobody wrote.
    void store_lied(ReplicaId id, const std::string& what) { fail("D", fmt::format("replica {}: {}", id, what)); }

    // at the end
    /// `may_lag`: blocks that it may be short of the tip.
    void reached_end(ReplicaId id, const Chain& chain, SeqNum may_lag = 0);
    /// Everything healed long ago, and still: `property` (L1 to L4) says what is missing.
    void did_not_arrive(const std::string& property, const std::string& where);
    void views_after_heal(std::uint64_t entered, std::uint64_t allowed);

    [[nodiscard]] const std::vector<Violation>& violations() const noexcept { return violations_; }
    [[nodiscard]] SeqNum tip() const noexcept { return blocks_.empty() ? 0 : blocks_.rbegin()->first; }
    [[nodiscard]] base::TimeMs tip_time_ms() const noexcept {
        return blocks_.empty() ? 0 : blocks_.rbegin()->second.block_time_ms;
    }

private:
    void fail(std::string property, std::string detail);
    using Statement = std::tuple<ReplicaId, std::uint8_t, View, SeqNum>;  ///< kind as VoteKind, 0 = checkpoint
    void once(const Statement& statement, const Hash& digest);
    void heard(ReplicaId id, const consensus::Message& message);
    void forget_unknowable(ReplicaId id);
    void check_lock(ReplicaId id, const consensus::Vote& vote);
    void check_vote(ReplicaId id, const consensus::Vote& vote, const Disk& disk);
    void check_certificate(const types::QuorumCertificate& certificate);
    void check_body(ReplicaId id, SeqNum height, const types::CheckpointBody& body);

    void saw(ReplicaId id, const Statement& statement, const Hash& digest);

    types::ValidatorSet validators_;
    std::uint64_t window_;
    base::TimeMs now_ms_ = 0;
    base::TimeMs most_ahead_ms_;  ///< of the clock that a proposal may be: 5 s, and the skew of honest clocks
    std::uint64_t most_records_;
    std::vector<bool> may_equivocate_;  ///< by ReplicaId: the others need no watching
    std::vector<Violation> violations_;
    std::map<std::uint64_t, base::TimeMs> submitted_;  ///< with its expiry
    std::map<Statement, Hash> votes_;                  ///< over all incarnations
    struct OldDisk {
        std::set<Statement> on_image;
        std::map<Statement, std::uint64_t> holders;  ///< bit = replica that heard it since it was started last
        bool is_back = false;                        ///< the image, and no vote since
    };
    std::map<ReplicaId, OldDisk> old_disks_;
    struct Decided {
        Hash digest;
        View view = 0;  ///< the lowest in which anybody was seen to commit it
    };
    std::map<SeqNum, Decided> delivered_;
    std::map<SeqNum, types::CheckpointBody> executed_;
    std::map<SeqNum, types::CheckpointBody> blocks_;
    std::map<std::uint64_t, SeqNum> answered_;  ///< transaction → height of its receipt
    std::map<ReplicaId, SeqNum> expected_;
    std::map<ReplicaId, SeqNum> sealed_height_;
    struct Patience {
        std::uint64_t last_ms = 0;
        std::uint64_t generation = 0;
        bool fired = false;
    };
    std::map<ReplicaId, Patience> patience_;
    /// What one incarnation saw of those who may equivocate, and whom it accused of what (kind as in Statement).
    struct Witness {
        std::map<Statement, Hash> seen;
        std::map<ReplicaId, View> last_view_change;
        std::set<std::pair<ReplicaId, std::uint8_t>> owed;
        std::set<std::pair<ReplicaId, std::uint8_t>> accused;
    };
    std::map<ReplicaId, Witness> witnesses_;
};

}  // namespace placet::sim

// What must hold whatever happens, judged from outside: from what honest replicas send, deliver, execute and seal, and from what is on
// their disks at that moment. Uses no code of the replica; thresholds and record keys are computed here again. Names as in
// docs: S1 agreement, S2 validity, S3 order, S4 state, S5 once, S6 what was answered survives, S10 no contradiction,
// D persist before send, C certificates, L1 progress, L2 time-outs grow, L3 everybody reaches the tip, R1 bounds.
#pragma once

#include <set>
#include <string>

#include "consensus/replica.hpp"
#include "tests/sim/chain.hpp"
#include "tests/sim/disk.hpp"

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
    Checker(const types::ValidatorSet& validators, std::uint64_t window);

    void submitted(std::uint64_t transaction) { submitted_.insert(transaction); }

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
    void summarised(ReplicaId id, const consensus::ReplicaSummary& summary);
    void guard_refused(ReplicaId id, const std::string& what);

    // at the end
    void reached_end(ReplicaId id, const Chain& chain);
    void progressed(bool everything_sealed, const std::string& where);
    void views_after_heal(std::uint64_t entered, std::uint64_t allowed);

    [[nodiscard]] const std::vector<Violation>& violations() const noexcept { return violations_; }
    [[nodiscard]] SeqNum tip() const noexcept { return blocks_.empty() ? 0 : blocks_.rbegin()->first; }

private:
    void fail(std::string property, std::string detail);
    using Statement = std::tuple<ReplicaId, std::uint8_t, View, SeqNum>;  ///< kind as VoteKind, 0 = checkpoint
    void once(const Statement& statement, const Hash& digest);
    void check_lock(ReplicaId id, const consensus::Vote& vote);
    void check_vote(ReplicaId id, const consensus::Vote& vote, const Disk& disk);
    void check_certificate(const types::QuorumCertificate& certificate);
    void check_body(ReplicaId id, SeqNum height, const types::CheckpointBody& body);

    types::ValidatorSet validators_;
    std::uint64_t window_;
    std::vector<Violation> violations_;
    std::set<std::uint64_t> submitted_;
    std::map<Statement, Hash> votes_;  ///< over all incarnations
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
};

}  // namespace placet::sim

// A stage for scripts: replicas with fake signatures, instant disks and instant execution, and a network that the
// script commands message by message. Nothing happens by itself: time passes only when the script fires a timer.
// Deterministic, so its words are golden.
#pragma once

#include <deque>
#include <iosfwd>
#include <set>

#include "consensus/faults.hpp"
#include "consensus/replica.hpp"
#include "tests/sim/chain.hpp"
#include "tests/sim/disk.hpp"
#include "tests/sim/fake_crypto.hpp"

namespace placet::scenario {

using consensus::ReplicaId;

/// The wall clock of every stage; it stands still.
inline constexpr base::TimeMs kStageMs = 1'000'000;

class Stage {
public:
    /// `fault` is that of every replica and of the gate before it: tests/sabotage.
    explicit Stage(consensus::Fault fault = consensus::Fault::none) : fault_(fault) {}

    /// Obeys one line of a script and says what came of it, one line each. Unknown words are answered with what is
    /// known.
    ///   cluster N [W]        N replicas with a window of W (16) start and pass their start-up check
    ///   submit T…            the transactions wait in every mempool
    ///   ignore R T…          replica R proposes no such transactions
    ///   settle               everything under way arrives, until nothing is
    ///   cut R… / join R…     isolates replicas, or ends it (messages to and from them are lost meanwhile)
    ///   drop TYPE to R…      messages of this type to these replicas are lost, until `keep`
    ///   hold TYPE to R…      messages of this type to these replicas wait until `release`
    ///   keep                 nothing is dropped or held any more; what was held stays held
    ///   release              what was held is under way again
    ///   corrupt R…           the next block executes wrongly there
    ///   times                from now on replicas say how long they wait for a new view
    ///   buffers              how much everybody keeps of what it cannot use yet
    ///   forge WHAT [view V] [seq S] [ahead MS] [count N] from R to R…   R says something that no honest replica says;
    ///   stage_forge.cpp fire TIMER R…        fires that timer of these replicas, if it runs crash R… / restart R… show
    ///   where everybody is
    [[nodiscard]] std::string obey(const std::string& line);

private:
    struct Member {
        std::optional<consensus::Replica> replica;
        std::unique_ptr<sim::FakeSigner> signer;
        sim::Disk disk;
        sim::Chain chain;
        std::map<consensus::TimerKind, consensus::TimerId> timers;
        std::set<std::uint64_t> mempool;
        std::set<std::uint64_t> ignored;
        std::optional<consensus::WantProposal> want;
        std::optional<consensus::ViewChange> left;  ///< the last view-change that it said
        bool cut = false;
        bool corrupt = false;
    };
    struct UnderWay {
        ReplicaId from;
        ReplicaId to;
        consensus::MessagePtr message;
    };
    void start(ReplicaId id);
    void step(ReplicaId id, consensus::Event event);
    void carry_out(ReplicaId id, consensus::Effect& effect);
    void send(ReplicaId from, ReplicaId to, const consensus::MessagePtr& message);
    void offer(ReplicaId id);
    void hand_in(ReplicaId id, std::uint64_t transaction);
    void forward_again(ReplicaId id, const consensus::ForwardRequests& forward);
    void settle();
    void fetch_state(ReplicaId id, consensus::SeqNum to);
    void fire(ReplicaId id, const std::string& timer);
    void say(ReplicaId id, const std::string& words);
    [[nodiscard]] std::string show() const;
    [[nodiscard]] std::string buffers() const;
    // --- stage_forge.cpp
    struct Forgery;
    void forge(std::istream& words);
    [[nodiscard]] consensus::ViewChange forged_view_change(const Forgery& forgery) const;
    [[nodiscard]] consensus::NewView forged_new_view(const Forgery& forgery) const;
    [[nodiscard]] std::vector<consensus::Message> forged(const Forgery& forgery) const;
    void hand_over(ReplicaId to, const Forgery& forgery, const consensus::Message& message);

    consensus::Fault fault_;
    std::uint64_t window_ = 16;
    types::ValidatorSet set_;
    std::vector<Member> members_;
    std::deque<UnderWay> network_;
    std::set<std::pair<std::string, ReplicaId>> dropped_;
    std::set<std::pair<std::string, ReplicaId>> held_back_;
    std::deque<UnderWay> held_;
    bool says_times_ = false;
    std::string said_;
};

}  // namespace placet::scenario

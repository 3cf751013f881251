// The replica's state and its steps, split over replica_*.cpp by what they are about. Private to consensus: everybody else sees
// replica.hpp. Steps are level-triggered: a handler notes what arrived, then asks each slot how far it can go.
#pragma once

#include <array>
#include <set>

#include "consensus/faults.hpp"
#include "consensus/new_view_plan.hpp"
#include "consensus/outbox.hpp"
#include "consensus/pace.hpp"
#include "consensus/replica.hpp"
#include "consensus/request_watch.hpp"
#include "consensus/slot.hpp"

namespace placet::consensus {

class Core {
public:
    Core(Config config, const RecoveredState& recovered, Signer& signer, Fault fault);
    [[nodiscard]] Effects step(Event event);
    [[nodiscard]] ReplicaSummary summary() const;
    [[nodiscard]] Standing standing() const noexcept { return standing_; }

private:
    // --- replica.cpp: dispatch, thresholds, timers, evidence
    void handle(Started&& event);
    void handle(MessageReceived&& event);
    void handle(const TimerFired& event);
    void handle(const Persisted& event);
    void handle(ProposalReady&& event);
    void handle(const Executed& event);
    void handle(const StateInstalled& event);
    void handle(const StateFetchFailed& event);
    void handle(const RequestsChanged& event);
    void settle();
    void released(const Effect& effect);
    [[nodiscard]] std::size_t n() const noexcept { return config_.validators.n(); }
    [[nodiscard]] std::size_t f() const noexcept { return config_.validators.f(); }
    [[nodiscard]] std::size_t q() const noexcept;
    [[nodiscard]] std::size_t seal_q() const noexcept;
    [[nodiscard]] bool may_vote() const noexcept { return standing_ == Standing::voting; }
    /// Sealed, here or by others so long ago that my votes there are forgotten.
    [[nodiscard]] bool is_past_voting(SeqNum seq) const noexcept { return seq <= std::max(sealed_, guard_.mark().low); }
    /// A missing seal is the end of the epoch before.
    [[nodiscard]] SeqNum height_of(const std::optional<types::QuorumCertificate>& seal) const noexcept {
        return seal ? seal->body.height : config_.base;
    }
    [[nodiscard]] bool is_primary() const noexcept { return primary_of(view_, n()) == config_.self; }
    [[nodiscard]] bool sabotaged(Fault fault) const noexcept { return fault_ == fault; }
    void set_timer(TimerKind kind, std::uint64_t after_ms);
    void cancel_timer(TimerKind kind);
    void observe(Notice notice, std::uint64_t number, std::string text = {});
    void accuse(const Vote& first, const Vote& second);
    void accuse(const Checkpoint& first, const Checkpoint& second);
    void note(const Vote& vote);
    void note(const Checkpoint& vote);
    [[nodiscard]] Slot* find_slot(SeqNum seq) noexcept;
    [[nodiscard]] Slot* slot_for(SeqNum seq);
    [[nodiscard]] bool is_in_reach(SeqNum seq) const noexcept;
    void drop_old_slots();
    template <class M>
    void send(ReplicaId to, M message) {
        if (to != config_.self) outbox_.now(Send{to, std::make_shared<const Message>(std::move(message))});
    }
    template <class M>
    [[nodiscard]] static MessagePtr share(M message) {
        return std::make_shared<const Message>(std::move(message));
    }

    // --- replica_ordering.cpp: pre-prepare, prepare, commit, proposals
    void receive(const PrePrepare& message, base::TimeMs received_at_ms);
    void receive(const Prepare& message, base::TimeMs received_at_ms);
    void receive(const Commit& message, base::TimeMs received_at_ms);
    void receive(const Decision& message, base::TimeMs received_at_ms);
    void receive(const FetchBody& message, base::TimeMs received_at_ms);
    void receive(const Body& message, base::TimeMs received_at_ms);
    [[nodiscard]] bool is_current(const Vote& vote) const noexcept { return active_ && vote.view == view_; }
    [[nodiscard]] bool accepts(const PrePrepare& message, base::TimeMs received_at_ms);
    [[nodiscard]] bool base_seal_is_known(SeqNum seq) const noexcept;
    void record_body(Slot& slot, const Hash& digest);
    void advance(Slot& slot);
    void try_prepare(Slot& slot);
    void try_commit(Slot& slot);
    void try_decide(Slot& slot);
    void decide(Slot& slot, CommitCertificate certificate);
    void try_deliver();
    void send_vote(MessagePtr message, Fault premature);
    void want_proposal(Urgency urgency);
    [[nodiscard]] bool may_propose() const noexcept;
    void fetch_missing_bodies();

    // --- replica_requests.cpp: who is served, how late, by how slow a primary
    void note_proposed(const Slot& slot);
    [[nodiscard]] bool sees_all_through(SeqNum seq) const;
    void judge_proposal(const Slot& slot);
    void on_request_timer();
    void update_request_timer();
    void judge_pace();
    void count_sealed(SeqNum after, SeqNum through);
    void accuse_primary(Notice why);

    // --- replica_sealing.cpp: checkpoint votes, seals, divergence, forgetting
    void receive(const Checkpoint& message, base::TimeMs received_at_ms);
    void receive(const Seal& message, base::TimeMs received_at_ms);
    void count(const Checkpoint& vote);
    void learn_seal(const types::QuorumCertificate& seal);
    void vote_on_state(Slot& slot);
    void check_divergence(Slot& slot);
    [[nodiscard]] std::optional<SeqNum> lowest_split_above(SeqNum height) const;
    void try_seal();
    void forget_records();
    void forget_through(SeqNum through);
    void stop_voting(Standing standing, std::string reason);

    // --- replica_view_change.cpp
    void receive(const ViewChange& message, base::TimeMs received_at_ms);
    void receive(const NewView& message, base::TimeMs received_at_ms);
    void start_view_change(View view);
    void store(const ViewChange& message);
    void try_join();
    void try_new_view();
    void record_new_view(const NewView& message);
    void enter_view(const NewView& message);
    void hold_early(MessageReceived event);
    void replay_early();
    void double_view_timeout() noexcept;
    void on_progress_timer();
    void leave_view();
    void update_progress_timer();
    [[nodiscard]] bool has_work() const noexcept;
    [[nodiscard]] bool window_is_full_and_committed() const noexcept;

    // --- replica_status.cpp: retransmission
    void receive(const Status& message, base::TimeMs received_at_ms);
    void on_status_timer();
    void broadcast_status();
    void answer_view(const Status& status);
    void answer_seals(const Status& status);
    void answer_slots(const Status& status);
    [[nodiscard]] std::optional<PrePrepare> my_pre_prepare(const Slot& slot) const;

    // --- replica_epoch.cpp: where the epoch ends
    void learn_last(std::optional<SeqNum> last);
    [[nodiscard]] bool has_ended() const noexcept { return last_ && sealed_ >= *last_; }
    [[nodiscard]] bool is_filling() const noexcept { return last_ && sealed_ < *last_; }
    [[nodiscard]] bool may_lie_beyond(SeqNum seq) const noexcept;
    [[nodiscard]] RecoveredState of_this_epoch(RecoveredState recovered) const;

    // --- replica_catch_up.cpp
    void try_fetch_state();
    void forget_deliveries();

    // --- replica_start_up.cpp: recovery and the start-up check
    void restore(const RecoveredState& recovered);
    void restore_view(const RecoveredState& recovered);
    void restore_slot(SeqNum seq, const RecoveredSlot& recovered);
    void receive(const Question& message, base::TimeMs received_at_ms);
    void receive(const Answer& message, base::TimeMs received_at_ms);
    void ask();
    void pass_start_up_check();

    struct Held {
        MessageReceived event;
        View view;
        std::size_t bytes;
    };
    /// The highest votes of one peer that I saw: what I answer when it asks.
    struct Shown {
        std::array<std::optional<Vote>, kVoteKinds> votes;
        std::optional<Checkpoint> checkpoint;
    };
    struct Peer {
        Shown shown;
        std::optional<ViewChange> view_change;  ///< the highest of it above my entered view
        std::vector<Held> early;                ///< bounded by kMaxEarly and kMaxEarlyBytes
        std::size_t early_bytes = 0;
        unsigned answers = 0;                   ///< to it, since my last status
        unsigned bodies = 0;                    ///< sent to it, since my last status
    };
    enum class ProgressMode : std::uint8_t { off, idle, busy };

    static constexpr std::size_t kMaxEarly = 64;
    static constexpr std::size_t kMaxEarlyBytes = 2 * types::kMaxProposalBytes;
    static constexpr std::size_t kEarlyOverhead = 512;  ///< of any held message, beside its proposal
    static constexpr std::size_t kMaxForwards = 256;  ///< requests sent to the primary once more, a tick
    static constexpr unsigned kMaxAnswersPerTick = 4;
    static constexpr unsigned kMaxBodiesPerTick = 8;

    Config config_;
    Fault fault_;
    VoteGuard guard_;
    Outbox outbox_;
    Standing standing_ = Standing::checking;
    std::string standing_reason_;

    // view
    View view_ = 0;       ///< the view I am in, or moving to
    bool active_ = true;  ///< false while I wait for view_'s NewView
    View entered_ = 0;    ///< the last view I was active in
    std::optional<NewView> new_view_;  ///< of entered_
    SeqNum carried_high_ = 0;          ///< highest slot the new view assigned
    SeqNum new_view_base_ = 0;
    std::uint64_t view_timeout_ms_ = 0;
    bool new_view_awaited_ = false;  ///< q view-changes for view_ are here, the timer runs
    bool new_view_sent_ = false;
    bool sealed_in_view_ = true;  ///< something was sealed since I entered: the time-out starts from the beginning
    std::vector<Peer> peers_;  ///< by ReplicaId; mine holds my view-change

    // slots and heights
    std::map<SeqNum, Slot> slots_;  ///< see is_in_reach; and one window of sealed ones
    SeqNum sealed_ = 0;
    SeqNum delivered_ = 0;
    SeqNum executed_ = 0;
    SeqNum forgotten_at_ = 0;  ///< the multiple of K at which records were forgotten last
    std::optional<types::QuorumCertificate> last_seal_;  ///< of sealed_; none at the epoch's base
    std::optional<types::QuorumCertificate> known_;      ///< the highest seal I hold, of this epoch; durable before what depends on it
    std::optional<SeqNum> last_;                         ///< where this epoch ends
    bool fetching_ = false;
    bool fetch_failed_ = false;
    unsigned ticks_behind_ = 0;

    // proposing
    SeqNum next_seq_ = 1;
    std::optional<std::pair<View, SeqNum>> wanted_;
    bool batch_wait_ = false;
    std::size_t proposals_unreleased_ = 0;

    // requests
    RequestWatch watch_;
    Pace pace_;
    bool seals_uncounted_ = false;     ///< since the last tick something was sealed whose body is not here
    std::optional<SeqNum> split_at_;   ///< no value can be sealed there: ordering stops until a seal says otherwise
    bool split_lifted_ = false;        ///< one said so in this step

    // timers
    std::array<std::uint64_t, kTimerKinds> timer_generation_{};
    std::array<bool, kTimerKinds> timer_armed_{};
    ProgressMode progress_mode_ = ProgressMode::off;
    std::uint64_t paused_ms_ = 0;
    std::uint64_t tick_ = 0;

    // start-up
    bool started_ = false;
    Nonce nonce_;
    std::set<ReplicaId> answered_;
    std::set<std::pair<ReplicaId, std::uint8_t>> accused_;  ///< (offender, kind; 0 = checkpoint)
};

}  // namespace placet::consensus

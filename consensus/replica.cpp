// Dispatch: one event in, effects out. Thresholds, timers, evidence, and which slots are in reach.
#include "consensus/replica.hpp"

#include "consensus/core.hpp"

namespace placet::consensus {

Replica::Replica(std::unique_ptr<Core> core) noexcept : core_(std::move(core)) {}
Replica::Replica(Config config, const RecoveredState& recovered, Signer& signer)
    : core_(std::make_unique<Core>(std::move(config), recovered, signer, Fault::none)) {}
Replica::Replica(Replica&&) noexcept = default;
Replica& Replica::operator=(Replica&&) noexcept = default;
Replica::~Replica() = default;

Replica Replica::with_fault(Config config, const RecoveredState& recovered, Signer& signer, Fault fault) {
    return Replica(std::make_unique<Core>(std::move(config), recovered, signer, fault));
}

Effects Replica::step(Event event) { return core_->step(std::move(event)); }
ReplicaSummary Replica::summary() const { return core_->summary(); }
Standing Replica::standing() const noexcept { return core_->standing(); }

Core::Core(Config config, const RecoveredState& recovered, Signer& signer, Fault fault)
    : config_(std::move(config)), fault_(fault), guard_(signer, config_.genesis, config_.validators.epoch), last_(config_.last) {
    if (sabotaged(Fault::vote_guard_off)) guard_.disarm();
    view_timeout_ms_ = config_.timeouts.view_ms;
    peers_.resize(n());
    restore(of_this_epoch(recovered));
}

Effects Core::step(Event event) {
    std::visit([this](auto&& it) { handle(std::forward<decltype(it)>(it)); }, std::move(event));
    settle();
    return outbox_.close_step();
}

/// What every step ends with: whatever became possible is done, until nothing is.
void Core::settle() {
    if (!started_) return;
    if (std::exchange(split_lifted_, false))
        for (auto& [seq, slot] : slots_) advance(slot);
    for (SeqNum before = sealed_ + 1; before != sealed_;) {  // each seal makes room for a delivery
        before = sealed_;
        try_deliver();
        while (auto effect = outbox_.release()) {
            released(*effect);
            outbox_.now(*std::move(effect));
            try_deliver();
        }
        try_seal();
    }
    want_proposal(Urgency::when_ready);
    update_progress_timer();
    update_request_timer();
}

void Core::handle(MessageReceived&& event) {
    if (!started_) return;
    const auto view_of = [&]() -> std::optional<View> {
        if (const auto* m = std::get_if<PrePrepare>(&*event.message)) return m->vote.view;
        if (const auto* m = std::get_if<Prepare>(&*event.message)) return m->vote.view;
        if (const auto* m = std::get_if<Commit>(&*event.message)) return m->vote.view;
        return std::nullopt;
    };
    if (const auto view = view_of(); view && (*view > view_ || (*view == view_ && !active_))) return hold_early(std::move(event));
    std::visit([&](const auto& message) { receive(message, event.received_at_ms); }, *event.message);
}

void Core::handle(const TimerFired& event) {
    const auto kind = static_cast<std::size_t>(event.id.kind);
    if (!started_ || kind >= kTimerKinds || !timer_armed_[kind] || timer_generation_[kind] != event.id.generation) return;
    timer_armed_[kind] = false;
    switch (event.id.kind) {
        case TimerKind::status: return on_status_timer();
        case TimerKind::progress: return on_progress_timer();
        case TimerKind::view_change:
            if (active_ || sabotaged(Fault::timer_never_fires)) return;
            double_view_timeout();
            return start_view_change(view_ + 1);
        case TimerKind::heartbeat:
            if (sabotaged(Fault::no_heartbeat)) return;
            if (may_propose()) observe(Notice::heartbeat, next_seq_);
            want_proposal(Urgency::now);
            return set_timer(TimerKind::heartbeat, config_.timeouts.heartbeat_ms);
        case TimerKind::batch: batch_wait_ = false; return;
        case TimerKind::request: return on_request_timer();
        case TimerKind::demotion: return;  // that it runs is what counts
    }
}

void Core::handle(const Persisted& event) { outbox_.persisted(event.token); }

/// My own votes count when they leave, not when they are signed: what counts is durable.
void Core::released(const Effect& effect) {
    const auto* broadcast = std::get_if<Broadcast>(&effect);
    if (broadcast == nullptr) return;
    const Message& message = *broadcast->message;
    if (const auto* m = std::get_if<PrePrepare>(&message)) {
        --proposals_unreleased_;
        Slot* slot = find_slot(m->vote.seq);
        if (slot == nullptr || !is_current(m->vote)) return;
        slot->assignment_released = true;
        advance(*slot);
    } else if (const auto* prepare = std::get_if<Prepare>(&message)) {
        Slot* slot = find_slot(prepare->vote.seq);
        if (slot == nullptr || !is_current(prepare->vote)) return;
        slot->assignment_released = true;
        (void)slot->prepares.add(prepare->vote);
        advance(*slot);
    } else if (const auto* commit = std::get_if<Commit>(&message)) {
        Slot* slot = find_slot(commit->vote.seq);
        if (slot == nullptr || !is_current(commit->vote)) return;
        (void)slot->commits.add(commit->vote);
        advance(*slot);
    } else if (const auto* checkpoint = std::get_if<Checkpoint>(&message)) {
        if (Slot* slot = find_slot(checkpoint->body.height)) slot->my_checkpoint = *checkpoint;
        count(*checkpoint);
    } else if (const auto* view_change = std::get_if<ViewChange>(&message)) {
        store(*view_change);
    } else if (const auto* new_view = std::get_if<NewView>(&message)) {
        if (new_view->vote.view == view_ && !active_) enter_view(*new_view);
    }
}

std::size_t Core::q() const noexcept {
    return sabotaged(Fault::quorum_2f) ? std::max<std::size_t>(1, 2 * config_.validators.f()) : config_.validators.q();
}

std::size_t Core::seal_q() const noexcept { return sabotaged(Fault::seal_without_quorum) ? config_.validators.f() + 1 : q(); }

void Core::set_timer(TimerKind kind, std::uint64_t after_ms) {
    const auto index = static_cast<std::size_t>(kind);
    timer_armed_[index] = true;
    outbox_.now(SetTimer{{kind, ++timer_generation_[index]}, after_ms});
}

void Core::cancel_timer(TimerKind kind) {
    const auto index = static_cast<std::size_t>(kind);
    if (!timer_armed_[index]) return;
    timer_armed_[index] = false;
    outbox_.now(CancelTimer{kind});
}

void Core::observe(Notice notice, std::uint64_t number, std::string text) {
    outbox_.now(Observe{notice, number, std::move(text)});
}

void Core::accuse(const Vote& first, const Vote& second) {
    if (sabotaged(Fault::evidence_dropped)) return;
    if (accused_.emplace(first.signer, static_cast<std::uint8_t>(first.kind)).second)
        outbox_.now(Accuse{first.signer, std::pair(first, second)});
}

void Core::accuse(const Checkpoint& first, const Checkpoint& second) {
    if (sabotaged(Fault::evidence_dropped)) return;
    if (accused_.emplace(first.signer, std::uint8_t{0}).second) outbox_.now(Accuse{first.signer, std::pair(first, second)});
}

void Core::note(const Vote& vote) {
    auto& highest = peers_[vote.signer].shown.votes[static_cast<std::size_t>(vote.kind) - 1];
    if (!highest || std::pair(vote.view, vote.seq) > std::pair(highest->view, highest->seq)) highest = vote;
}

void Core::note(const Checkpoint& vote) {
    auto& highest = peers_[vote.signer].shown.checkpoint;
    if (!highest || vote.body.height > highest->body.height) highest = vote;
}

Slot* Core::find_slot(SeqNum seq) noexcept {
    const auto found = slots_.find(seq);
    return found == slots_.end() ? nullptr : &found->second;
}

/// Above what is sealed here: within a window of it, or of the highest seal anybody proved. Never less than the first: if nobody sealed
/// the next height yet, only retransmission can.
bool Core::is_in_reach(SeqNum seq) const noexcept {
    const SeqNum high = height_of(known_);
    if (seq <= sealed_ || (last_ && seq > *last_)) return false;
    if (sabotaged(Fault::slots_unbounded)) return true;
    return seq <= sealed_ + config_.window || (seq <= high + config_.window && seq + config_.window > high);
}

Slot* Core::slot_for(SeqNum seq) {
    if (!is_in_reach(seq)) return nullptr;
    const auto [entry, inserted] = slots_.try_emplace(seq, seq);
    if (inserted) entry->second.born_tick = tick_;
    return &entry->second;
}

/// Sealed slots stay for one window, to heal others and because the executor, and so the mempool, may be one window behind; what is out of
/// reach comes as state.
void Core::drop_old_slots() {
    std::erase_if(slots_, [this](const auto& entry) {
        return entry.first > sealed_ ? !is_in_reach(entry.first) : entry.first + config_.window <= sealed_;
    });
    if (sealed_ > config_.window + 1) watch_.release_through(sealed_ - config_.window - 1);
}

ReplicaSummary Core::summary() const {
    ReplicaSummary summary{standing_, standing_reason_, view_, active_, primary_of(view_, n()), sealed_, executed_, height_of(known_),
                           slots_.size(), outbox_.size(), 0, fetching_, height_of(known_), std::min(height_of(known_) + config_.window, last_.value_or(UINT64_MAX)),
                           forgotten_at_, split_at_.value_or(0), watch_.size(), config_.validators.epoch, has_ended()};
    for (const Peer& peer : peers_) {
        summary.buffered += peer.early.size();
        summary.buffered_bytes += peer.early_bytes;
    }
    return summary;
}

}  // namespace placet::consensus

// From the log to the first vote: what is restored, and the check that the log is not behind what peers saw of me.
#include "consensus/core.hpp"

namespace placet::consensus {

void Core::restore(const RecoveredState& recovered) {
    sealed_ = height_of(recovered.sealed);
    delivered_ = executed_ = sealed_;
    last_seal_ = known_ = recovered.sealed;
    guard_.restore(recovered.mark);
    const SeqNum kept_to = recovered.mark.low + config_.window;  // who was far behind forgot up to any height
    forgotten_at_ = recovered.mark.low > 0 ? kept_to - kept_to % config_.checkpoint_interval : config_.base;
    for (const auto& [seq, slot] : recovered.slots)
        if (slot.seal && seq > height_of(known_)) known_ = slot.seal;
    restore_view(recovered);
    for (const auto& [seq, slot] : recovered.slots) restore_slot(seq, slot);
    next_seq_ = std::max({carried_high_, height_of(known_), sealed_}) + 1;
    for (const auto& [seq, slot] : slots_)
        if (slot.assignment && slot.assignment->signer == config_.self) next_seq_ = std::max(next_seq_, seq + 1);
    if (recovered.standing != 0) {
        standing_ = static_cast<Standing>(recovered.standing);
        standing_reason_ = recovered.standing_reason;
    } else if (!recovered.has_identity && !sabotaged(Fault::start_up_unchecked)) {
        standing_ = Standing::lost;
        standing_reason_ = "there is no vote guard for this key: its log is lost. Rotate to a new key by governance.";
    }
}

void Core::restore_view(const RecoveredState& recovered) {
    if (const auto& new_view = recovered.new_view) {
        new_view_ = new_view;
        view_ = entered_ = new_view->vote.view;
        sealed_in_view_ = false;
        guard_.leave_views_below(view_);
        const NewViewPlan plan = plan_new_view(new_view->view_changes, n(), fault_, config_.base);
        new_view_base_ = height_of(plan.base);
        carried_high_ = new_view->carried.empty() ? new_view_base_ : new_view->carried.back().seq;
        for (const ViewChange& view_change : new_view->view_changes) note(view_change.vote);
        note(new_view->vote);
        for (const Vote& vote : new_view->carried) {
            if (vote.signer == config_.self) guard_.remember(vote);
            Slot* slot = slot_for(vote.seq);
            if (slot == nullptr) continue;
            slot->assignment = vote;
            slot->assignment_released = vote.signer == config_.self;
        }
        if (new_view->vote.signer == config_.self) guard_.remember(new_view->vote);
    }
    if (const auto& view_change = recovered.view_change) {
        guard_.remember(view_change->vote);
        if (view_change->vote.view <= view_) return;
        view_ = view_change->vote.view;
        active_ = false;
        peers_[config_.self].view_change = *view_change;
        for (auto& [seq, slot] : slots_) slot.leave_view();
    }
}

void Core::restore_slot(SeqNum seq, const RecoveredSlot& recovered) {
    if (sabotaged(Fault::assignments_forgotten)) return;
    for (const Vote& assigned : recovered.assignments) {
        note(assigned);
        Vote mine = assigned;
        mine.kind = assigned.signer == config_.self ? VoteKind::pre_prepare : VoteKind::prepare;
        mine.signer = config_.self;
        guard_.remember(mine);
    }
    for (const PreparedCertificate& certificate : recovered.all_prepared) {
        for (const Vote& vote : votes_of(certificate, n())) note(vote);
        guard_.remember(Vote{VoteKind::commit, certificate.epoch, certificate.view, seq, certificate.digest, config_.self, {}});
    }
    if (recovered.committed)
        for (const Vote& vote : votes_of(*recovered.committed)) note(vote);
    if (recovered.checkpoint) guard_.remember(*recovered.checkpoint);
    if (recovered.seal) {
        std::size_t next = 0;
        for (ReplicaId id = 0; id < n(); ++id)
            if ((recovered.seal->signers >> id & 1) != 0) note(Checkpoint{recovered.seal->body, id, recovered.seal->signatures[next++]});
    }
    Slot* slot = slot_for(seq);
    if (slot == nullptr) return;
    slot->prepared = recovered.prepared;
    slot->committed = recovered.committed;
    slot->committed_recorded = recovered.committed.has_value();
    slot->seal = recovered.seal;
    if (active_ && !recovered.assignments.empty() && recovered.assignments.back().view == view_) {
        slot->assignment = recovered.assignments.back();
        slot->assignment_released = true;
    }
    for (const ProposalPtr& body : recovered.bodies) {
        slot->add_body(digest_of(body), body);
        slot->mark_body_recorded(digest_of(body));
    }
}

void Core::handle(Started&& event) {
    if (started_) return;
    started_ = true;
    nonce_ = event.nonce;
    if (standing_ == Standing::checking) {
        ask();
        answered_.insert(config_.self);
        if (answered_.size() >= q() || sabotaged(Fault::start_up_unchecked)) pass_start_up_check();
    } else {
        observe(Notice::standing_changed, static_cast<std::uint64_t>(standing_), standing_reason_);
    }
    broadcast_status();
    set_timer(TimerKind::status, config_.timeouts.busy_status_ms);
}

void Core::ask() {
    if (n() == 1) return;
    Question question{config_.validators.epoch, config_.self, nonce_, {}};
    question.signature = guard_.sign_plain(signing_digest(config_.genesis, question));
    outbox_.now(Broadcast{share(std::move(question))});
}

/// Answering is not a vote: done before my own check passes, but not by who knows its log is lost.
void Core::receive(const Question& message, base::TimeMs) {
    if (standing_ == Standing::lost || message.sender == config_.self) return;
    Peer& peer = peers_[message.sender];
    if (++peer.answers > kMaxAnswersPerTick) return;
    Answer answer{config_.validators.epoch, config_.self, message.sender, message.nonce, {}, peer.shown.checkpoint, {}};
    for (const auto& vote : peer.shown.votes)
        if (vote) answer.votes.push_back(*vote);
    answer.signature = guard_.sign_plain(signing_digest(config_.genesis, answer));
    send(message.sender, std::move(answer));
}

void Core::receive(const Answer& message, base::TimeMs) {
    if (message.asker != config_.self || message.nonce != nonce_ || standing_ != Standing::checking) return;
    bool is_behind = message.checkpoint && guard_.is_ahead_of_me(*message.checkpoint);
    for (const Vote& vote : message.votes) is_behind = is_behind || guard_.is_ahead_of_me(vote);
    if (is_behind)
        return stop_voting(Standing::lost, "peers hold votes of this key that its log lacks: the disk was rolled back. Rotate to a new key by governance.");
    answered_.insert(message.sender);
    if (answered_.size() >= q()) pass_start_up_check();
}

/// Everything that waited for the right to vote is looked at again.
void Core::pass_start_up_check() {
    standing_ = Standing::voting;
    observe(Notice::standing_changed, static_cast<std::uint64_t>(standing_));
    for (auto& [seq, slot] : slots_) advance(slot);
    for (auto& [seq, slot] : slots_) vote_on_state(slot);
    if (active_ && is_primary()) set_timer(TimerKind::heartbeat, config_.timeouts.heartbeat_ms);
    try_join();
    try_new_view();
}

}  // namespace placet::consensus

// Leaving a view and entering the next (PBFT §4.4): view-changes, the join rule, the new view by plan, the request timer.
#include "consensus/core.hpp"

#include <algorithm>

namespace placet::consensus {

namespace {

std::size_t bytes_of(const types::Proposal& proposal) noexcept {
    std::size_t bytes = 0;
    for (const types::Submission& submission : proposal.submissions) {
        bytes += submission.transaction.size();
        for (const base::Bytes& part : submission.parts) bytes += part.size();
    }
    return bytes;
}

}  // namespace

void Core::double_view_timeout() noexcept {
    if (sabotaged(Fault::time_out_uncapped)) view_timeout_ms_ *= 2;
    else if (!sabotaged(Fault::timer_never_doubles)) view_timeout_ms_ = std::min(2 * view_timeout_ms_, config_.timeouts.view_cap_ms);
}

bool Core::has_work() const noexcept {
    if (has_ended()) return false;
    if (watch_.executable() > 0 || is_filling()) return true;
    return std::ranges::any_of(slots_, [this](const auto& entry) {
        return entry.first > sealed_ && (entry.second.assignment || entry.second.committed);
    });
}

bool Core::window_is_full_and_committed() const noexcept {
    for (SeqNum seq = sealed_ + 1; seq <= std::min(sealed_ + config_.window, last_.value_or(kMaxView)); ++seq) {
        const auto found = slots_.find(seq);
        if (found == slots_.end() || !found->second.committed) return false;
    }
    return true;
}

/// Busy: something waits, so a seal is due within the time-out. Idle: a heartbeat is due first.
void Core::update_progress_timer() {
    const ProgressMode wanted = !active_ || !may_vote() || n() == 1 || split_at_ || has_ended() ? ProgressMode::off
                                : has_work()                                                    ? ProgressMode::busy
                                                                                                : ProgressMode::idle;
    if (wanted == progress_mode_) return;
    progress_mode_ = wanted;
    switch (wanted) {
        case ProgressMode::off: return cancel_timer(TimerKind::progress);
        case ProgressMode::busy: return set_timer(TimerKind::progress, view_timeout_ms_);
        case ProgressMode::idle: return set_timer(TimerKind::progress, config_.timeouts.heartbeat_ms + view_timeout_ms_);
    }
}

void Core::on_progress_timer() {
    progress_mode_ = ProgressMode::off;  // settle() starts it again unless the view is left
    if (!active_ || !may_vote() || sabotaged(Fault::timer_never_fires)) return;
    if (fetching_ || height_of(known_) > sealed_) return;  // I am behind: not the primary's fault
    if (window_is_full_and_committed() && paused_ms_ < config_.timeouts.view_cap_ms) {
        paused_ms_ += view_timeout_ms_;
        return observe(Notice::timer_paused, sealed_);
    }
    leave_view();
}

/// A view that failed without sealing anything makes the next one's time-out twice as long.
void Core::leave_view() {
    if (!sealed_in_view_) double_view_timeout();
    start_view_change(view_ + 1);
}

void Core::start_view_change(View view) {
    if (!may_vote() || view <= view_ || view > kMaxView || has_ended()) return;
    ViewChange message{{VoteKind::view_change, config_.validators.epoch, view, 0, {}, config_.self, {}}, known_, {}};
    for (const auto& [seq, slot] : slots_)
        if (seq > height_of(known_) && slot.prepared && !sabotaged(Fault::forgotten_lock)) message.prepared.push_back(*slot.prepared);
    message.vote.digest = content_digest(message);
    if (!guard_.sign(message.vote)) return observe(Notice::guard_refused, view, "view-change");
    if (active_ && pace_.seems_slow()) set_timer(TimerKind::demotion, config_.timeouts.demotion_ms);  // whoever demotes it
    view_ = view;
    active_ = false;
    new_view_awaited_ = false;
    new_view_sent_ = false;
    wanted_.reset();
    for (const TimerKind kind : {TimerKind::progress, TimerKind::view_change, TimerKind::heartbeat}) cancel_timer(kind);
    progress_mode_ = ProgressMode::off;
    observe(Notice::view_change_started, view);
    if (!sabotaged(Fault::view_change_not_persisted)) outbox_.record(view_change_record(message));
    send_vote(share(std::move(message)), Fault::view_change_not_persisted);
}

void Core::receive(const ViewChange& message, base::TimeMs) {
    note(message.vote);
    if (message.base) learn_seal(*message.base);
    store(message);
}

/// One a peer: the highest. Those of views I was active in are of no use.
void Core::store(const ViewChange& message) {
    if (message.vote.view <= entered_) return;
    auto& held = peers_[message.vote.signer].view_change;
    if (held && held->vote.view == message.vote.view && held->vote.digest != message.vote.digest) return accuse(held->vote, message.vote);
    if (held && held->vote.view >= message.vote.view) return;
    held = message;
    try_join();
    try_new_view();
}

/// f+1 others left for higher views: at least one is correct. Follow to the smallest of the f+1 highest.
void Core::try_join() {
    if (!may_vote() || sabotaged(Fault::no_join)) return;
    std::vector<View> views;
    for (ReplicaId id = 0; id < n(); ++id)
        if (id != config_.self && peers_[id].view_change && peers_[id].view_change->vote.view > view_)
            views.push_back(peers_[id].view_change->vote.view);
    const std::size_t needed = sabotaged(Fault::join_at_one) ? 1 : f() + 1;
    if (views.size() < needed) return;
    std::ranges::sort(views, std::greater<>());
    observe(Notice::joined_view_change, views[needed - 1]);
    start_view_change(views[needed - 1]);
}

/// With q view-changes for view_, its primary makes the NewView. The timer for it runs from when q replicas left the views below: were only
/// those counted that wait for this very view, a replica that is one view ahead could keep the others from ever following.
void Core::try_new_view() {
    if (active_) return;
    std::vector<ReplicaId> here;
    std::size_t left = 0;  // who left every view below view_; some are further already
    for (ReplicaId id = 0; id < n(); ++id) {
        const auto& held = peers_[id].view_change;
        if (held && held->vote.view == view_) here.push_back(id);
        if (held && held->vote.view >= view_) ++left;
    }
    if (left >= q() && !new_view_awaited_) {
        new_view_awaited_ = true;
        set_timer(TimerKind::view_change, view_timeout_ms_);
    }
    if (here.size() < q()) return;
    const bool mine_is_here = std::ranges::find(here, config_.self) != here.end();
    if (!is_primary() || new_view_sent_ || !may_vote() || !mine_is_here) return;
    std::vector<ReplicaId> chosen = {config_.self};
    for (const ReplicaId id : here)
        if (id != config_.self && chosen.size() < q()) chosen.push_back(id);
    std::ranges::sort(chosen);
    NewView message{{VoteKind::new_view, config_.validators.epoch, view_, 0, {}, config_.self, {}}, {}, {}};
    for (const ReplicaId id : chosen) message.view_changes.push_back(*peers_[id].view_change);
    for (const CarriedSlot& slot : plan_new_view(message.view_changes, n(), fault_, config_.base).slots) {
        Vote vote{VoteKind::pre_prepare, config_.validators.epoch, view_, slot.seq, slot.digest, config_.self, {}};
        if (!guard_.sign(vote)) return observe(Notice::guard_refused, slot.seq, "carried pre-prepare");
        message.carried.push_back(vote);
    }
    message.vote.digest = content_digest(message);
    if (!guard_.sign(message.vote)) return observe(Notice::guard_refused, view_, "new-view");
    new_view_sent_ = true;
    if (!sabotaged(Fault::new_view_not_persisted)) record_new_view(message);
    send_vote(share(std::move(message)), Fault::new_view_not_persisted);
}

void Core::receive(const NewView& message, base::TimeMs) {
    note(message.vote);
    for (const ViewChange& view_change : message.view_changes) note(view_change.vote);
    const View view = message.vote.view;
    if (new_view_ && view == new_view_->vote.view && message.vote.digest != new_view_->vote.digest) return accuse(new_view_->vote, message.vote);
    if (view < view_ || (view == view_ && active_)) return;
    if (primary_of(view, n()) == config_.self) return;  // mine comes out of my outbox or my log, never from a peer
    record_new_view(message);
    enter_view(message);
}

/// The record replaces that of the last view, and with it what I signed as its primary: the guard's marks keep that.
void Core::record_new_view(const NewView& message) {
    outbox_.record(new_view_record(message));
    outbox_.record(guard_mark_record(guard_.mark()));
}

void Core::enter_view(const NewView& message) {
    view_ = entered_ = message.vote.view;
    active_ = true;
    new_view_ = message;
    sealed_in_view_ = false;
    paused_ms_ = 0;
    wanted_.reset();
    cancel_timer(TimerKind::view_change);
    progress_mode_ = ProgressMode::off;
    guard_.leave_views_below(view_);
    if (sabotaged(Fault::double_delivery)) delivered_ = sealed_;
    for (Peer& peer : peers_)
        if (peer.view_change && peer.view_change->vote.view <= view_) peer.view_change.reset();

    const NewViewPlan plan = plan_new_view(message.view_changes, n(), fault_, config_.base);
    if (plan.base) learn_seal(*plan.base);
    new_view_base_ = height_of(plan.base);
    carried_high_ = message.carried.empty() ? new_view_base_ : message.carried.back().seq;
    next_seq_ = std::max({sabotaged(Fault::carried_overwritten) ? 0 : carried_high_, height_of(known_), sealed_}) + 1;
    for (auto& [seq, slot] : slots_) slot.leave_view();
    watch_.leave_view();
    pace_.enter_view();
    observe(Notice::view_entered, view_);
    for (const Vote& vote : message.carried) {
        if (vote.digest == types::null_digest()) observe(Notice::null_request, vote.seq);
        Slot* slot = slot_for(vote.seq);
        if (slot == nullptr) continue;
        slot->assignment = vote;
        slot->assignment_released = is_primary();
        advance(*slot);
    }
    for (const auto& [seq, slot] : slots_) note_proposed(slot);
    fetch_missing_bodies();
    if (is_primary()) set_timer(TimerKind::heartbeat, config_.timeouts.heartbeat_ms);
    replay_early();
}

/// Messages of the view to come, before its NewView: kept, a bounded number and size a peer. (charon 524, celo 182: without a bound.)
void Core::hold_early(MessageReceived event) {
    const auto sender = sender_of(*event.message);
    if (!sender) return;
    Peer& peer = peers_[*sender];
    View view = 0;
    std::size_t bytes = kEarlyOverhead;
    const auto look_at = [&](const Vote& vote) {
        note(vote);  // its signer may ask for it, whether there is room to keep the message or not
        view = vote.view;
    };
    if (const auto* pre_prepare = std::get_if<PrePrepare>(&*event.message)) {
        look_at(pre_prepare->vote);
        bytes += bytes_of(*pre_prepare->proposal);
    }
    if (const auto* prepare = std::get_if<Prepare>(&*event.message)) look_at(prepare->vote);
    if (const auto* commit = std::get_if<Commit>(&*event.message)) look_at(commit->vote);
    const bool is_full = peer.early.size() >= kMaxEarly || peer.early_bytes + bytes > kMaxEarlyBytes;
    if (view > view_ + 1 || (is_full && !sabotaged(Fault::early_unbounded))) return;
    observe(Notice::early_message_held, view);
    peer.early_bytes += bytes;
    peer.early.push_back({std::move(event), view, bytes});
}

void Core::replay_early() {
    for (Peer& peer : peers_) {
        const std::vector<Held> held = std::exchange(peer.early, {});
        peer.early_bytes = 0;
        for (const Held& one : held) {
            if (one.view < view_) continue;
            if (one.view > view_) {
                peer.early_bytes += one.bytes;
                peer.early.push_back(one);
            } else {
                std::visit([&](const auto& message) { receive(message, one.event.received_at_ms); }, *one.event.message);
            }
        }
    }
}

}  // namespace placet::consensus

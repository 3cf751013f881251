// Timers, fairness, slowness (consensus.md): requests go to the primary again until it proposes them; a primary that
// leaves somebody out, or that gets little sealed while much waits, is accused like a silent one.
#include "consensus/core.hpp"

namespace placet::consensus {

void Core::handle(const RequestsChanged& event) {
    for (const RequestChange& change : event.changes) watch_.apply(change);
}

/// What a slot holds does not wait for a proposal any more.
void Core::note_proposed(const Slot& slot) {
    const std::optional<Hash> digest = slot.committed    ? std::optional(slot.committed->digest)
                                       : slot.assignment ? std::optional(slot.assignment->digest)
                                                         : std::nullopt;
    const ProposalPtr body = digest ? slot.body(*digest) : nullptr;
    if (body) watch_.hold(slot.seq(), *digest, *body);
}

/// Whether I know what every slot above my seal up to `seq` holds. If not, what seems left out may be in one of them.
bool Core::sees_all_through(SeqNum seq) const {
    for (SeqNum at = sealed_ + 1; at <= seq; ++at) {
        const auto found = slots_.find(at);
        if (found == slots_.end()) return false;
        const Slot& slot = found->second;
        if (!slot.committed && !slot.assignment) return false;
        if (!slot.has_body(slot.committed ? slot.committed->digest : slot.assignment->digest)) return false;
    }
    return true;
}

/// A fresh proposal of another primary, just accepted.
void Core::judge_proposal(const Slot& slot) {
    const ProposalPtr body = slot.assignment ? slot.body(slot.assignment->digest) : nullptr;
    if (!body) return;
    pace_.proposed(body->submissions.size());
    if (fetching_ || !sees_all_through(slot.seq())) return;
    if (watch_.is_censored_by(slot.seq()) && !sabotaged(Fault::censorship_ignored))
        accuse_primary(Notice::primary_censors);
}

void Core::accuse_primary(Notice why) {
    if (!active_ || !may_vote() || split_at_ || has_ended()) return;
    observe(why, view_);
    leave_view();
}

/// Runs while anything waits or is under way.
void Core::update_request_timer() {
    if (timer_armed_[static_cast<std::size_t>(TimerKind::request)]) return;
    if (watch_.empty() && !has_work()) return pace_.pause();
    set_timer(TimerKind::request, RequestWatch::kTickMs);
}

void Core::on_request_timer() {
    watch_.tick();
    if (active_ && !is_primary()) {
        std::vector<Hash> late = watch_.late(kMaxForwards);
        if (!late.empty()) outbox_.now(ForwardRequests{primary_of(view_, n()), std::move(late)});
    }
    judge_pace();
}

/// Seals are counted when q replicas have voted, however far behind I am: it is the primary's pace, not mine.
void Core::count_sealed(SeqNum after, SeqNum through) {
    for (SeqNum seq = after + 1; seq <= through; ++seq) {
        const Slot* slot = find_slot(seq);
        const std::optional<Hash> digest = slot == nullptr    ? std::nullopt
                                           : slot->committed  ? std::optional(slot->committed->digest)
                                           : slot->assignment ? std::optional(slot->assignment->digest)
                                                              : std::nullopt;
        if (!digest || !slot->has_body(*digest)) {
            seals_uncounted_ = true;
            return;
        }
        if (const ProposalPtr body = slot->body(*digest)) pace_.sealed(body->submissions.size());
    }
}

void Core::judge_pace() {
    const bool blind =
        std::exchange(seals_uncounted_, false) || !active_ || fetching_ || !sees_all_through(height_of(known_));
    if (blind) return pace_.pause();
    pace_.tick(watch_.stale());
    if (!pace_.is_slow() || !may_vote() || timer_armed_[static_cast<std::size_t>(TimerKind::demotion)]) return;
    if (sabotaged(Fault::slow_primary_kept)) return;
    set_timer(TimerKind::demotion, config_.timeouts.demotion_ms);
    accuse_primary(Notice::primary_slow);
}

}  // namespace placet::consensus

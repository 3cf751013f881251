// The three phases (PBFT §4.2): pre-prepare, prepare, commit; the primary's proposals; bodies that are missing.
#include "consensus/core.hpp"

namespace placet::consensus {

bool Core::base_seal_is_known(SeqNum seq) const noexcept { return height_of(known_) + config_.window >= seq; }

/// What only the replica's own state can refuse; the verifier did the rest.
bool Core::accepts(const PrePrepare& message, base::TimeMs received_at_ms) {
    const SeqNum seq = message.vote.seq;
    if (height_of(message.base_seal) + config_.window < seq) return false;
    if (seq <= carried_high_) return false;  // the new view assigned it; its body comes by Body
    const base::TimeMs time = message.proposal->time_ms;
    const base::TimeMs skew = time > received_at_ms ? time - received_at_ms : received_at_ms - time;
    if (skew > config_.timeouts.clock_skew_ms && !sabotaged(Fault::clock_unchecked)) {
        observe(Notice::proposal_refused, seq, "its time is off my clock");
        return false;
    }
    return true;
}

void Core::receive(const PrePrepare& message, base::TimeMs received_at_ms) {
    note(message.vote);
    if (message.base_seal) learn_seal(*message.base_seal);
    if (!is_current(message.vote) || is_primary()) return;
    Slot* slot = slot_for(message.vote.seq);
    if (slot == nullptr) return;
    if (slot->assignment) {
        if (slot->assignment->digest != message.vote.digest) return accuse(*slot->assignment, message.vote);
        slot->add_body(message.vote.digest, message.proposal);
        return advance(*slot);
    }
    if (!accepts(message, received_at_ms)) return;
    if (slot->committed && slot->committed->digest != message.vote.digest) return;
    slot->assignment = message.vote;
    slot->add_body(message.vote.digest, message.proposal);
    note_proposed(*slot);
    advance(*slot);
    judge_proposal(*slot);
}

void Core::receive(const Prepare& message, base::TimeMs) {
    note(message.vote);
    Slot* slot = is_current(message.vote) ? slot_for(message.vote.seq) : nullptr;
    if (slot == nullptr) return;
    if (const auto other = slot->prepares.add(message.vote)) accuse(*other, message.vote);
    advance(*slot);
}

void Core::receive(const Commit& message, base::TimeMs) {
    note(message.vote);
    Slot* slot = is_current(message.vote) ? slot_for(message.vote.seq) : nullptr;
    if (slot == nullptr) return;
    if (const auto other = slot->commits.add(message.vote)) accuse(*other, message.vote);
    advance(*slot);
}

void Core::receive(const Decision& message, base::TimeMs) {
    for (const Vote& vote : votes_of(message.certificate)) note(vote);
    Slot* slot = slot_for(message.certificate.seq);
    if (slot == nullptr) return;
    if (!slot->committed) {
        observe(Notice::decision_learned, slot->seq());
        decide(*slot, message.certificate);
    }
    if (message.proposal && digest_of(message.proposal) == slot->committed->digest)
        slot->add_body(slot->committed->digest, message.proposal);
    note_proposed(*slot);
    fetch_missing_bodies();
}

void Core::record_body(Slot& slot, const Hash& digest) {
    if (sabotaged(Fault::body_not_persisted)) return;
    if (slot.take_body_unrecorded(digest)) outbox_.record(body_record(slot.seq(), slot.body(digest)));
}

/// A vote leaves when everything recorded so far is durable. `premature` names the sabotage that lets it go at once.
void Core::send_vote(MessagePtr message, Fault premature) {
    if (!sabotaged(premature)) return outbox_.after_durable(Broadcast{std::move(message)});
    const Effect effect = Broadcast{std::move(message)};
    outbox_.now(effect);
    released(effect);
}

void Core::advance(Slot& slot) {
    if (!active_) return;
    try_prepare(slot);
    try_commit(slot);
    try_decide(slot);
}

void Core::try_prepare(Slot& slot) {
    if (!slot.assignment || slot.my_prepare || is_primary() || !may_vote() || is_past_voting(slot.seq()) || split_at_) return;
    const Vote& assigned = *slot.assignment;
    if (!slot.has_body(assigned.digest) || !base_seal_is_known(slot.seq()) || may_lie_beyond(slot.seq())) return;
    Vote vote{VoteKind::prepare, assigned.epoch, view_, slot.seq(), assigned.digest, config_.self, {}};
    if (!guard_.sign(vote)) return observe(Notice::guard_refused, slot.seq(), "prepare");
    record_body(slot, assigned.digest);
    outbox_.record(assignment_record(assigned));
    slot.my_prepare = vote;
    send_vote(share(Prepare{vote}), Fault::prepare_before_persist);
}

void Core::try_commit(Slot& slot) {
    if (!slot.assignment || slot.my_commit || is_past_voting(slot.seq())) return;
    const Hash digest = slot.assignment->digest;
    if (!slot.has_body(digest) || !slot.assignment_released) return;
    const bool prepared_here = slot.prepared && slot.prepared->view == view_;
    if (!prepared_here) {
        const std::size_t missing = sabotaged(Fault::prepared_without_quorum) ? 2 : 1;
        if (slot.prepares.count(digest) + missing < q()) return;
        PreparedCertificate certificate{slot.assignment->epoch, view_, slot.seq(), digest, slot.assignment->signature, 0, {}};
        slot.prepares.collect(digest, q() - 1, certificate.preparers, certificate.signatures);
        slot.prepared = std::move(certificate);
    }
    if (!may_vote()) return;
    Vote vote{VoteKind::commit, slot.assignment->epoch, view_, slot.seq(), digest, config_.self, {}};
    if (!guard_.sign(vote)) return observe(Notice::guard_refused, slot.seq(), "commit");
    record_body(slot, digest);
    outbox_.record(prepared_record(*slot.prepared));
    slot.my_commit = vote;
    send_vote(share(Commit{vote}), Fault::commit_before_persist);
}

void Core::try_decide(Slot& slot) {
    if (slot.committed) return;
    const auto digest = slot.commits.digest_with(q());
    if (!digest) return;
    CommitCertificate certificate{config_.validators.epoch, view_, slot.seq(), *digest, 0, {}};
    slot.commits.collect(*digest, q(), certificate.signers, certificate.signatures);
    decide(slot, std::move(certificate));
}

void Core::decide(Slot& slot, CommitCertificate certificate) {
    slot.committed = std::move(certificate);
    if (slot.missing_body()) fetch_missing_bodies();
}

/// In order, each once; the certificate and the body are durable first. Never beyond a window above my seal: what is executed and not
/// sealed lives in memory.
void Core::try_deliver() {
    if (fetching_ || standing_ == Standing::diverged) return;
    while (delivered_ < sealed_ + config_.window) {
        Slot* slot = find_slot(delivered_ + 1);
        if (slot == nullptr || !slot->committed || !slot->has_body(slot->committed->digest)) return;
        const Hash digest = slot->committed->digest;
        record_body(*slot, digest);
        if (!slot->committed_recorded) outbox_.record(committed_record(*slot->committed));
        slot->committed_recorded = true;
        ++delivered_;
        Deliver deliver{delivered_, slot->body(digest), *slot->committed};
        if (sabotaged(Fault::deliver_before_persist))
            outbox_.now(std::move(deliver));
        else
            outbox_.after_durable(std::move(deliver));
    }
}

bool Core::may_propose() const noexcept {
    if (!active_ || !is_primary() || !may_vote() || fetching_ || split_at_) return false;
    if (next_seq_ > sealed_ + config_.window || sealed_ < new_view_base_ || may_lie_beyond(next_seq_)) return false;
    if (next_seq_ <= height_of(known_)) return false;  // sealed by others in a later view: this one is over, only I have not heard
    for (const auto& [seq, slot] : slots_)
        if (seq > sealed_ && seq <= carried_high_ && slot.missing_body()) return false;
    return true;
}

/// Batches adapt: one is cut when the one before is under way (durable and sent) and something waits, or when it would be full; not more often
/// than every batch_ms unless idle. The driver answers with what waits then, never later to make it fuller.
void Core::want_proposal(Urgency urgency) {
    if (!may_propose()) return;
    const std::pair wanted(view_, next_seq_);
    if (urgency == Urgency::when_ready) {
        const bool idle = next_seq_ == sealed_ + 1;
        const bool full = watch_.open() >= config_.batch_transactions || watch_.open_bytes() >= types::kMaxProposalBytes;
        if (wanted_ == wanted || (proposals_unreleased_ > 0 && !full) || (batch_wait_ && !idle)) return;
    }
    wanted_ = wanted;
    WantProposal want{view_, next_seq_, is_filling() ? Urgency::now : urgency, {}};  // up to its end an epoch is filled, with empty blocks too
    for (const auto& [seq, slot] : slots_) {
        const ProposalPtr body = slot.committed ? slot.body(slot.committed->digest)
                                 : slot.assignment ? slot.body(slot.assignment->digest) : nullptr;
        if (body) want.in_flight.push_back(body);
    }
    outbox_.now(std::move(want));
}

void Core::handle(ProposalReady&& event) {
    if (!started_ || event.view != view_ || event.seq != next_seq_ || !wanted_ || !may_propose()) return;
    Slot* slot = slot_for(next_seq_);
    if (slot == nullptr || slot->assignment) return;
    const auto body = std::make_shared<const types::Proposal>(std::move(event.proposal));
    PrePrepare message{{VoteKind::pre_prepare, config_.validators.epoch, view_, next_seq_, digest_of(body), config_.self, {}}, body, {}};
    if (!guard_.sign(message.vote)) return observe(Notice::guard_refused, next_seq_, "pre-prepare");
    if (next_seq_ > config_.base + config_.window) message.base_seal = known_;
    wanted_.reset();
    slot->assignment = message.vote;
    slot->add_body(message.vote.digest, body);
    note_proposed(*slot);
    pace_.proposed(body->submissions.size());
    record_body(*slot, message.vote.digest);
    outbox_.record(assignment_record(message.vote));
    ++proposals_unreleased_;
    send_vote(share(std::move(message)), Fault::pre_prepare_before_persist);
    ++next_seq_;
    batch_wait_ = true;
    set_timer(TimerKind::batch, config_.timeouts.batch_ms);
    set_timer(TimerKind::heartbeat, config_.timeouts.heartbeat_ms);
}

/// Asks one holder at a time, another at each status tick.
void Core::fetch_missing_bodies() {
    if (sabotaged(Fault::bodies_not_fetched)) return;
    for (const auto& [seq, slot] : slots_) {
        if (seq <= sealed_) continue;
        const auto digest = slot.missing_body();
        if (!digest) continue;
        for (std::size_t i = 1; i <= n(); ++i) {
            const auto peer = static_cast<ReplicaId>((config_.self + tick_ + seq + i) % n());
            if (peer == config_.self) continue;
            FetchBody fetch{config_.validators.epoch, config_.self, seq, *digest, {}};
            fetch.signature = guard_.sign_plain(signing_digest(config_.genesis, fetch));
            send(peer, std::move(fetch));
            break;
        }
    }
}

void Core::receive(const FetchBody& message, base::TimeMs) {
    const Slot* slot = find_slot(message.seq);
    Peer& peer = peers_[message.sender];
    if (slot == nullptr || peer.bodies >= kMaxBodiesPerTick) return;
    const ProposalPtr body = slot->body(message.digest);
    if (!body) return;
    ++peer.bodies;
    send(message.sender, Body{message.seq, message.digest, body});
}

void Core::receive(const Body& message, base::TimeMs) {
    Slot* slot = find_slot(message.seq);
    if (slot == nullptr || slot->missing_body() != message.digest) return;
    slot->add_body(message.digest, message.proposal);
    observe(Notice::body_fetched, message.seq);
    note_proposed(*slot);
    advance(*slot);
}

}  // namespace placet::consensus

// Order, execute, seal: checkpoint votes over the state after each block, seals of q equal votes, divergence, forgetting.
#include "consensus/core.hpp"

namespace placet::consensus {

void Core::handle(const Executed& event) {
    if (fetching_ || standing_ == Standing::diverged) return;
    const types::CheckpointBody& body = event.body;
    Slot* slot = find_slot(body.height);
    if (slot == nullptr || body.height != executed_ + 1 || body.height > delivered_) return;
    executed_ = body.height;
    slot->executed = body;
    learn_last(event.last);
    slot = find_slot(body.height);
    if (slot == nullptr) return;
    vote_on_state(*slot);
    check_divergence(*slot);
    // Somebody waited to know whether an epoch ends there (may_lie_beyond).
    if ((executed_ + config_.window) % config_.checkpoint_interval == 0)
        for (auto& [seq, waiting] : slots_) advance(waiting);
}

/// Also for what was executed before the start-up check passed.
void Core::vote_on_state(Slot& slot) {
    if (!slot.executed || slot.my_checkpoint || !may_vote() || is_past_voting(slot.seq())) return;
    Checkpoint vote{*slot.executed, config_.self, {}};
    if (const auto signature = guard_.sign(vote); !signature) {
        if (signature.error().code == base::ErrorCode::expired) return;  // others sealed it long ago; their seal judges my state
        return stop_voting(Standing::diverged, "this block executed to another state than I signed before");
    }
    outbox_.record(checkpoint_record(vote));
    send_vote(share(vote), Fault::checkpoint_before_persist);
}

void Core::receive(const Checkpoint& message, base::TimeMs) {
    note(message);
    count(message);
}

void Core::count(const Checkpoint& vote) {
    Slot* slot = slot_for(vote.body.height);
    if (slot == nullptr) return;
    const auto [entry, inserted] = slot->checkpoints.try_emplace(vote.signer, vote);
    if (!inserted) {
        if (entry->second.body != vote.body) accuse(entry->second, vote);
        return;
    }
    if (auto seal = slot->seal_of_votes(seal_q())) learn_seal(*seal);
    slot = find_slot(vote.body.height);
    if (slot == nullptr) return;
    if (!slot->split_observed && slot->seq() > height_of(known_) && slot->largest_agreement() + n() - slot->checkpoints.size() < seal_q()) {
        slot->split_observed = true;
        split_at_ = std::min(split_at_.value_or(slot->seq()), slot->seq());
        observe(Notice::no_quorum_possible, slot->seq(),
                "no state can be sealed here any more, the votes are split: ordering stops, sealed reads are served; compare the nodes' states");
    }
    check_divergence(*slot);
}

void Core::receive(const Seal& message, base::TimeMs) {
    if (message.certificate.body.height > sealed_) observe(Notice::seal_learned, message.certificate.body.height);
    learn_seal(message.certificate);
}

/// `seal` was verified or made of verified votes. Durable before anything that rests on it (outbox order).
void Core::learn_seal(const types::QuorumCertificate& seal) {
    const SeqNum height = seal.body.height;
    if (height <= sealed_) return;
    if (const SeqNum before = height_of(known_); height > before) {
        count_sealed(std::max(sealed_, before), height);
        known_ = seal;
        fetch_failed_ = false;
        if (!sabotaged(Fault::seal_not_persisted)) outbox_.record(seal_record(seal));
        // Who cannot catch up for long still writes what it hears: what lies far below a seal comes as state, and need not be kept.
        const bool is_far_behind = height > sealed_ + 4 * config_.window;
        if (is_far_behind && height / config_.checkpoint_interval > before / config_.checkpoint_interval) forget_through(height - config_.window);
        drop_old_slots();
        if (split_at_ && *split_at_ <= height) {  // somebody had voted twice, and q agree after all
            split_at_ = lowest_split_above(height);
            split_lifted_ = !split_at_;
        }
    }
    if (Slot* slot = slot_for(height); slot != nullptr && !slot->seal) {
        slot->seal = seal;
        check_divergence(*slot);
    }
}

std::optional<SeqNum> Core::lowest_split_above(SeqNum height) const {
    for (const auto& [seq, slot] : slots_)
        if (seq > height && slot.split_observed) return seq;
    return std::nullopt;
}

/// f+1 votes, or a seal, against what I executed: one of them is correct, so I am not (consensus.md, Sealing).
void Core::check_divergence(Slot& slot) {
    if (!slot.executed || standing_ == Standing::diverged || sabotaged(Fault::divergence_ignored)) return;
    const bool sealed_otherwise = slot.seal && slot.seal->body != *slot.executed;
    if (!sealed_otherwise && slot.contradicting_votes(*slot.executed) < f() + 1) return;
    stop_voting(Standing::diverged, "others vouch for another state at height " + std::to_string(slot.seq()) +
                                        ": this node follows sealed blocks and votes no more");
}

void Core::try_seal() {
    if (fetching_ || standing_ == Standing::diverged) return;
    while (true) {
        Slot* slot = find_slot(sealed_ + 1);
        if (slot == nullptr || !slot->executed || !slot->seal) return;
        if (slot->seal->body != *slot->executed && !sabotaged(Fault::divergence_ignored)) return check_divergence(*slot);
        last_seal_ = slot->seal;
        ++sealed_;
        ticks_behind_ = 0;
        paused_ms_ = 0;
        outbox_.now(Sealed{sealed_, *slot->seal});
        if (sealed_ == next_seq_ - 1) batch_wait_ = false;
        if (active_) {
            view_timeout_ms_ = config_.timeouts.view_ms;
            sealed_in_view_ = true;
            progress_mode_ = ProgressMode::off;  // restarts the request timer
        }
        forget_records();
        drop_old_slots();
    }
}

/// At every K-th seal, or the first behind it that was installed: the certificate is durable, so the log one window below is no
/// longer needed; the guard keeps its marks.
void Core::forget_records() {
    const SeqNum boundary = sealed_ - sealed_ % config_.checkpoint_interval;
    if (boundary <= forgotten_at_) return;
    forgotten_at_ = boundary;
    outbox_.record(seal_record(*last_seal_));
    forget_through(boundary - config_.window);
}

void Core::forget_through(SeqNum through) {
    if (through <= guard_.mark().low) return;  // who was far behind forgot that already
    guard_.forget(through);
    outbox_.record(guard_mark_record(guard_.mark()));
    outbox_.after_durable(Forget{through});
}

void Core::stop_voting(Standing standing, std::string reason) {
    if (standing_ == standing) return;
    standing_ = standing;
    standing_reason_ = std::move(reason);
    outbox_.record(standing_record(static_cast<std::uint8_t>(standing), standing_reason_, config_.validators.validators[config_.self].vote_key));
    observe(Notice::standing_changed, static_cast<std::uint64_t>(standing), standing_reason_);
    cancel_timer(TimerKind::heartbeat);
    cancel_timer(TimerKind::view_change);
    if (standing == Standing::diverged) forget_deliveries();
}

}  // namespace placet::consensus

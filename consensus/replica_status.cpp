// Messages get lost: Status says where I am, peers answer with their own messages or with certificates (consensus.md, Retransmission).
// A laggard so catches up without traffic. Answers are bounded per peer and tick.
#include "consensus/core.hpp"

namespace placet::consensus {

void Core::on_status_timer() {
    ++tick_;
    for (Peer& peer : peers_) peer.answers = peer.bodies = 0;
    if (standing_ == Standing::checking) ask();
    broadcast_status();
    fetch_missing_bodies();
    try_fetch_state();
    const bool busy = has_work() || !active_ || standing_ == Standing::checking || height_of(known_) > sealed_;
    set_timer(TimerKind::status, busy ? config_.timeouts.busy_status_ms : config_.timeouts.idle_status_ms);
}

void Core::broadcast_status() {
    if (n() == 1) return;
    Status status{config_.validators.epoch, config_.self, view_, active_, sealed_, 0, 0, 0, {}, {}};
    for (const auto& [seq, slot] : slots_) {
        if (seq <= sealed_ || seq > sealed_ + 64) continue;
        const std::uint64_t bit = std::uint64_t{1} << (seq - sealed_ - 1);
        if (slot.assignment && slot.has_body(slot.assignment->digest)) status.assigned |= bit;
        if (slot.prepared && slot.prepared->view == view_) status.prepared |= bit;
        if (slot.committed) status.committed |= bit;
    }
    for (const Peer& peer : peers_) status.view_changes.push_back(peer.view_change ? peer.view_change->vote.view : 0);
    status.signature = guard_.sign_plain(signing_digest(config_.genesis, status));
    outbox_.now(Broadcast{share(std::move(status))});
}

void Core::receive(const Status& message, base::TimeMs) {
    if (sabotaged(Fault::no_retransmission) || message.sender == config_.self) return;
    Peer& peer = peers_[message.sender];
    if (++peer.answers > kMaxAnswersPerTick) return;
    if (may_vote()) answer_view(message);
    answer_seals(message);
    answer_slots(message);
}

void Core::answer_view(const Status& status) {
    const bool waits = status.view < entered_ || (status.view == entered_ && !status.active);
    const bool my_turn = primary_of(entered_, n()) == config_.self || (config_.self + tick_) % n() == status.sender;
    if (new_view_ && waits && my_turn) send(status.sender, *new_view_);
    const auto& mine = peers_[config_.self].view_change;
    if (!active_ && mine && status.view_changes[config_.self] < mine->vote.view) send(status.sender, *mine);
}

void Core::answer_seals(const Status& status) {
    const SeqNum known = height_of(known_);
    if (known > sealed_ && known > status.sealed) send(status.sender, Seal{*known_});
    if (status.sealed >= sealed_ || !last_seal_) return;
    if (sealed_ - status.sealed > config_.window) return send(status.sender, Seal{*last_seal_});
    for (SeqNum seq = status.sealed + 1; seq <= sealed_; ++seq)
        if (const Slot* slot = find_slot(seq); slot != nullptr && slot->seal) send(status.sender, Seal{*slot->seal});
    if (find_slot(sealed_) == nullptr) send(status.sender, Seal{*last_seal_});  // installed as state: no slot
}

void Core::answer_slots(const Status& status) {
    Peer& peer = peers_[status.sender];
    const bool same_view = active_ && status.active && status.view == view_ && may_vote();
    for (const auto& [seq, slot] : slots_) {
        if (seq <= status.sealed || seq > status.sealed + 64 || slot.born_tick >= tick_) continue;
        const std::uint64_t bit = std::uint64_t{1} << (seq - status.sealed - 1);
        const bool has_body = (status.assigned & bit) != 0;
        if (slot.committed && (status.committed & bit) == 0) {
            const bool may_send_body = !has_body && peer.bodies < kMaxBodiesPerTick;
            if (may_send_body) ++peer.bodies;
            const ProposalPtr body = may_send_body ? slot.body(slot.committed->digest) : nullptr;
            send(status.sender, Decision{*slot.committed, body});
        } else if (same_view && (status.committed & bit) == 0) {
            const bool mine = is_primary() && !has_body && peer.bodies < kMaxBodiesPerTick;
            if (auto message = mine ? my_pre_prepare(slot) : std::nullopt) {
                ++peer.bodies;
                outbox_.after_durable(Send{status.sender, share(*std::move(message))});
            }
            if (slot.my_prepare && (status.prepared & bit) == 0) outbox_.after_durable(Send{status.sender, share(Prepare{*slot.my_prepare})});
            if (slot.my_commit) outbox_.after_durable(Send{status.sender, share(Commit{*slot.my_commit})});
        }
        if (slot.my_checkpoint && seq > sealed_ && may_vote()) send(status.sender, *slot.my_checkpoint);
    }
}

/// The pre-prepare of a slot that I assigned and that no new view carried.
std::optional<PrePrepare> Core::my_pre_prepare(const Slot& slot) const {
    if (!slot.assignment || slot.seq() <= carried_high_) return std::nullopt;
    PrePrepare message{*slot.assignment, slot.body(slot.assignment->digest), {}};
    if (!message.proposal) return std::nullopt;
    if (slot.seq() > config_.base + config_.window) message.base_seal = known_;
    if (height_of(message.base_seal) >= slot.seq()) return std::nullopt;
    return message;
}

}  // namespace placet::consensus

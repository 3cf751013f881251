// What flows through a validator: effects of the core to disk, network and executor; messages of peers to the gate and the door;
// sealed blocks to clients. See validator.hpp for whose thread is whose.
#include "consensus/evidence.hpp"
#include "node/daemon/key_signer.hpp"
#include "node/daemon/validator.hpp"
#include "node/disk/consensus_log.hpp"
#include "node/work/clock.hpp"

namespace placet::node {

namespace {

constexpr std::size_t kForwardedUnderWay = 2048;  // submissions of one peer that wait for admission

std::shared_ptr<const base::Bytes> envelope(std::uint8_t kind, const base::Bytes& content) {
    base::Bytes out;
    out.reserve(content.size() + 1);
    out.push_back(kind);
    base::append(out, content);
    return std::make_shared<const base::Bytes>(std::move(out));
}

}  // namespace

void Validator::send(consensus::ReplicaId to, base::Bytes message) { mesh_->send(peer_of(to), envelope(kConsensusMessage, message)); }

void Validator::broadcast(base::Bytes message) { mesh_->broadcast(envelope(kConsensusMessage, message)); }

void Validator::persist(consensus::Persist effect) {
    disk_.commit(batch_of(effect.records), [this, token = effect.token] { driver_.post(consensus::Persisted{token}); });
}

void Validator::forget(consensus::SeqNum through) { disk_.forget(through); }
void Validator::deliver(consensus::Deliver effect) { committer_->deliver(std::move(effect)); }
void Validator::sealed(consensus::Sealed effect) { committer_->sealed(std::move(effect)); }
void Validator::fetch_state(consensus::FetchState effect) { committer_->fetch_state(std::move(effect)); }

types::Proposal Validator::cut(const std::vector<consensus::ProposalPtr>& in_flight) {
    return mempool_.cut(in_flight, now_ms());
}

std::vector<consensus::RequestChange> Validator::take_request_changes() { return mempool_.take_changes(); }

void Validator::forward(consensus::ForwardRequests effect) {
    for (const auto& submission : mempool_.find(effect.digests)) mesh_->send(peer_of(effect.to), envelope(kForwardedSubmission, encode(submission)));
}

void Validator::accuse(const consensus::Accuse& effect) {
    const auto subject = consensus::subject_of(effect);
    const auto key = evidence_key(effect.offender, subject);
    if (const auto held = parts_.store.record(key); held && *held) return;  // of an earlier run
    const auto& name = terms_.set.validators[effect.offender].name;
    if (const auto proven = consensus::check_evidence(effect, terms_.set, parts_.store.genesis_hash()); !proven)
        return parts_.log.error("evidence_invalid", base::describe(proven.error()), {{"validator", name}});
    parts_.metrics.accusations.Increment();
    parts_.log.error("equivocation", "two contradictory signed statements of one validator; the evidence is stored and shown in /v1/status: tell its operators",
                     {{"validator", name}, {"kind", std::string(consensus::name_of_evidence(subject.kind))}, {"view", subject.view}, {"sequence", subject.seq}});
    store::RecordBatch batch;
    batch.put(key, encode(effect));
    disk_.commit(std::move(batch));
}

void Validator::observe(const consensus::Observe& effect, const consensus::ReplicaSummary& summary) {
    const std::string name(consensus::to_string(effect.notice));
    LogLevel level = LogLevel::debug;
    switch (effect.notice) {
        case consensus::Notice::standing_changed:
            level = summary.standing == consensus::Standing::lost || summary.standing == consensus::Standing::diverged ? LogLevel::error : LogLevel::info;
            break;
        case consensus::Notice::view_change_started: parts_.metrics.view_changes.Increment(); level = LogLevel::warn; break;
        case consensus::Notice::view_entered: level = LogLevel::info; break;
        case consensus::Notice::proposal_refused: level = LogLevel::warn; break;
        case consensus::Notice::guard_refused:
        case consensus::Notice::no_quorum_possible: level = LogLevel::error; break;
        default: break;
    }
    parts_.log.write(level, name, effect.text.empty() ? name : effect.text,
                     {{"number", effect.number}, {"view", summary.view}, {"sealed", summary.sealed}, {"standing", std::string(consensus::to_string(summary.standing))}});
}

void Validator::on_event(consensus::Event event) { driver_.post(std::move(event)); }

void Validator::on_sealed(const SealedBlock& block) {
    std::vector<types::TransactionId> ids;
    for (const auto& transaction : block.transactions) ids.push_back(transaction.id);
    mempool_.remove(ids);
    mempool_.expire(block.view->block_time_ms());
    parts_.backend.sealed(block);
    cohorts_.note(block.transactions);
    driver_.mempool_changed();
}

void Validator::on_taken(const types::Submission& submission, Origin origin) {
    if (origin != Origin::peer) mesh_->broadcast(envelope(kForwardedSubmission, encode(submission)));
    driver_.mempool_changed();
}

void Validator::on_message(network::PeerIndex peer, base::Bytes message) {
    if (message.empty()) return;
    const std::uint8_t kind = message.front();
    message.erase(message.begin());
    if (kind == kConsensusMessage) gate_.take(peer, std::move(message), now_ms());
    else if (kind == kForwardedSubmission) on_forwarded(peer, std::move(message));
    else parts_.metrics.messages_invalid.Increment();
}

void Validator::on_forwarded(network::PeerIndex peer, base::Bytes message) {
    PeerSight& sight = *peers_[peer];
    if (sight.forwarded >= kForwardedUnderWay) return parts_.metrics.messages_dropped.Increment();
    ++sight.forwarded;
    const auto shared = std::make_shared<base::Bytes>(std::move(message));
    const bool taken = door_pool_.submit([this, &sight, shared] {
        --sight.forwarded;
        auto submission = types::decode_submission(*shared);
        if (!submission) return parts_.metrics.messages_invalid.Increment();
        const auto transaction = types::decode_transaction(submission->transaction, parts_.store.genesis_hash());
        if (!transaction) return parts_.metrics.messages_invalid.Increment();
        (void)door_.enter(*transaction, std::move(*submission), Origin::peer);
    });
    if (!taken) --sight.forwarded;
}

void Validator::on_verified(consensus::Verified<consensus::Message> message, base::TimeMs received_at_ms, std::shared_ptr<void> token) {
    if (const auto sender = consensus::sender_of(*message); sender && *sender != self_ && *sender < terms_.set.n()) {
        PeerSight& sight = *peers_[peer_of(*sender)];
        sight.heard_ms = received_at_ms;
        if (const auto* status = std::get_if<consensus::Status>(&*message)) sight.height = status->sealed;
    }
    driver_.post(consensus::MessageReceived{std::move(message), received_at_ms}, std::move(token));
}

// It asks for what this epoch never says again: the seal that ends its own leads it here. Proves itself; bounded per peer.
void Validator::on_laggard(network::PeerIndex peer, types::Epoch epoch) {
    constexpr base::TimeMs kBetween = 250;
    if (!mesh_) return;
    const base::TimeMs now = now_ms();
    base::TimeMs last = peers_[peer]->answered_ms;
    if (now < last + kBetween || !peers_[peer]->answered_ms.compare_exchange_strong(last, now)) return;
    const auto view = parts_.store.snapshot();
    const auto end = view->last_of_epoch(epoch);
    const auto seal = end && *end > 0 ? view->certificate(*end) : base::refuse(base::ErrorCode::not_found, "");
    if (seal && seal->body.epoch == epoch) mesh_->send(peer, envelope(kConsensusMessage, encode(consensus::Message(consensus::Seal{*seal}))));
}

void Validator::on_request(network::PeerIndex, base::Bytes request, network::Respond respond) {
    const auto shared = std::make_shared<base::Bytes>(std::move(request));
    const bool taken = door_pool_.submit([this, shared, respond] {
        respond(answer_request(*shared, *parts_.store.snapshot(), parts_.store.genesis_hash()));
    });
    if (!taken) respond(base::refuse(base::ErrorCode::busy, "too much to do"));
}

void Validator::on_link(const network::LinkEvent& event) {
    switch (event.kind) {
        case network::LinkEvent::Kind::up:
            return parts_.log.info("link_up", "connected to another validator" + (event.reason.empty() ? "" : "; " + event.reason), {{"peer", event.peer}});
        case network::LinkEvent::Kind::down: return parts_.log.warn("link_down", event.reason, {{"peer", event.peer}});
        case network::LinkEvent::Kind::refused: return parts_.log.warn("link_refused", event.reason, {{"peer", event.peer}});
    }
}

}  // namespace placet::node

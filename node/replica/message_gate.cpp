// The gate: see message_gate.hpp.
#include "node/replica/message_gate.hpp"

namespace placet::node {

base::Status CachedProposalChecker::check(const types::Proposal& proposal) const {
    for (const auto& submission : proposal.submissions) {
        PLACET_TRY_ASSIGN(const auto transaction, types::decode_transaction(submission.transaction, genesis_));
        if (!cache_.contains(transaction.digest)) {
            if (!types::verify_signature(transaction, genesis_))
                return base::refuse(base::ErrorCode::invalid_signature, "a transaction's signature does not verify", "proposal.submissions");
            cache_.insert(transaction.digest);
        }
        PLACET_TRY(types::check_parts(transaction, submission.parts));
    }
    return {};
}

MessageGate::MessageGate(const consensus::Verifier& verifier, WorkerPool& pool, Metrics& metrics, Verified verified)
    : verifier_(verifier), pool_(pool), metrics_(metrics), verified_(std::move(verified)) {}

void MessageGate::expect(std::size_t peers, Limits limits) {
    limits_ = limits;
    peers_.clear();
    for (std::size_t i = 0; i < peers; ++i) peers_.push_back(std::make_shared<UnderWay>());
}

std::string MessageGate::last_refusal(std::size_t peer) {
    const std::lock_guard lock(peers_[peer]->mutex);
    return std::exchange(peers_[peer]->refusal, {});
}

void MessageGate::take(std::size_t peer, base::Bytes message, base::TimeMs received_at_ms) {
    const auto under_way = peers_[peer];
    const std::size_t size = message.size();
    if (under_way->messages >= limits_.messages || under_way->bytes + size > limits_.bytes) return metrics_.messages_dropped.Increment();
    ++under_way->messages;  // only the I/O thread adds, so the bound holds
    under_way->bytes += size;
    std::shared_ptr<void> token(under_way.get(), [under_way, size](void*) {
        --under_way->messages;
        under_way->bytes -= size;
    });
    auto shared = std::make_shared<base::Bytes>(std::move(message));
    const bool taken = pool_.submit([this, peer, under_way, shared, received_at_ms, token = std::move(token)] {
        auto decoded = consensus::decode_message(*shared);
        if (!decoded) return refuse(*under_way, decoded.error());
        const auto epoch = consensus::epoch_of(*decoded);
        if (epoch && *epoch < epoch_ && laggard_) return laggard_(peer, *epoch);
        if (epoch && *epoch > epoch_) return;  // whoever sent it went on before me; it says so again when I have
        auto verified = verifier_.verify(std::move(*decoded));
        if (!verified) return refuse(*under_way, verified.error());
        metrics_.messages_received.Increment();
        verified_(std::move(*verified), received_at_ms, token);
    });
    if (!taken) metrics_.messages_dropped.Increment();
}

void MessageGate::refuse(UnderWay& peer, const base::Error& error) {
    metrics_.messages_invalid.Increment();
    const std::lock_guard lock(peer.mutex);
    peer.refusal = base::describe(error);
}

}  // namespace placet::node

// The gate of the core: bytes from peers become verified messages on a pool of threads, within a bound per peer. A token counts
// each message from its arrival until the core has stepped it; a peer that has too many under way loses the newest, which
// consensus sends again by Status. Also checks proposals with the cache of verified signatures.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <vector>

#include "consensus/verifier.hpp"
#include "node/mempool/signature_cache.hpp"
#include "node/telemetry/metrics.hpp"
#include "node/work/worker_pool.hpp"

namespace placet::node {

/// consensus::check_proposal with the cache: a transaction verified at the door is not paid for again.
class CachedProposalChecker final : public consensus::ProposalChecker {
public:
    CachedProposalChecker(const crypto::Hash& genesis, SignatureCache& cache) : genesis_(genesis), cache_(cache) {}
    [[nodiscard]] base::Status check(const types::Proposal& proposal) const override;

private:
    crypto::Hash genesis_;
    SignatureCache& cache_;
};

class MessageGate {
public:
    struct Limits {
        std::size_t messages = 512;              ///< under way, per peer
        std::size_t bytes = 24 * 1024 * 1024;    ///< likewise
    };
    using Verified = std::function<void(consensus::Verified<consensus::Message> message, base::TimeMs received_at_ms, std::shared_ptr<void> token)>;

    /// A message of an older epoch: whoever sent it is behind (replica.hpp, 13).
    using Laggard = std::function<void(std::size_t peer, types::Epoch epoch)>;

    MessageGate(const consensus::Verifier& verifier, WorkerPool& pool, Metrics& metrics, Verified verified);

    /// Before the first take(): what the verifier's epoch is, and who hears of messages of earlier ones. On the pool's threads.
    void set_epoch(types::Epoch epoch, Laggard laggard) { epoch_ = epoch, laggard_ = std::move(laggard); }

    /// One thread (the network's); `peer` < peers given to expect().
    void take(std::size_t peer, base::Bytes message, base::TimeMs received_at_ms);
    void expect(std::size_t peers, Limits limits);
    /// The last refusal of a message of `peer`, for logs; empty if none since the last call.
    [[nodiscard]] std::string last_refusal(std::size_t peer);

private:
    struct UnderWay {
        std::atomic<std::size_t> messages{0};
        std::atomic<std::size_t> bytes{0};
        std::mutex mutex;
        std::string refusal;
    };

    void refuse(UnderWay& peer, const base::Error& error);

    const consensus::Verifier& verifier_;
    WorkerPool& pool_;
    Metrics& metrics_;
    Verified verified_;
    types::Epoch epoch_ = 0;
    Laggard laggard_;
    Limits limits_;
    std::vector<std::shared_ptr<UnderWay>> peers_;
};

}  // namespace placet::node

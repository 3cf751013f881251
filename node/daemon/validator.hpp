// A validator: everything that runs once its store is open, put together. Implements the ports of the core, of the executor and of the
// network. Threads: core, disk, executor, network, verification, admission, housekeeping, receipts' deadlines.
#pragma once

#include "node/commit/committer.hpp"
#include "node/commit/receipt_board.hpp"
#include "node/config/key_files.hpp"
#include "node/daemon/seat.hpp"
#include "node/duties/cohort_evaluator.hpp"
#include "node/duties/read_journal.hpp"
#include "node/replica/message_gate.hpp"
#include "node/replica/replica_driver.hpp"
#include "node/service/node_backend.hpp"

namespace placet::node {

class Validator final : public std::enable_shared_from_this<Validator>, private ReplicaPorts, private CommitListener, private network::MeshHandler {
public:
    struct Parts {
        const Config& config;
        const types::Genesis& genesis;
        const EpochTerms& terms;  ///< of the epoch that this validator serves; copied
        const NodeKeys& keys;     ///< with a validator's
        store::Store& store;
        NodeBackend& backend;
        Metrics& metrics;
        Log& log;
        Lifecycle& lifecycle;
    };
    /// not_found, invalid_value: the epoch has no seat for this name and these keys; conflict: the port is in use; corrupt: the durable log.
    /// `waiting`: what the mempool of the epoch before still held.
    [[nodiscard]] static base::Result<std::shared_ptr<Validator>> start(const Parts& parts, const std::vector<types::Submission>& waiting);
    /// stop()
    ~Validator() override;

    /// Ends all threads; nobody may be calling it: the REST server is stopped, or the backend has let go of it. Idempotent.
    void stop();
    [[nodiscard]] ReceiptBoard& receipts() noexcept { return receipts_; }
    /// The last block of the epoch is sealed and durable: stop this one and start the next. Any thread.
    [[nodiscard]] bool epoch_is_over() const noexcept { return epoch_is_over_; }
    /// What waits in the mempool, for the next epoch's validator; after stop().
    [[nodiscard]] std::vector<types::Submission> take_waiting() { return mempool_.take_all(); }

private:
    Validator(const Parts& parts, types::ReplicaId self, const consensus::Config& config, const consensus::RecoveredState& recovered);
    [[nodiscard]] base::Status connect();
    void run_threads();
    void housekeeping();
    void watch_disk_and_peers();

    // ReplicaPorts: the core's thread
    void send(consensus::ReplicaId to, base::Bytes message) override;
    void broadcast(base::Bytes message) override;
    void persist(consensus::Persist effect) override;
    void forget(consensus::SeqNum through) override;
    void deliver(consensus::Deliver effect) override;
    void sealed(consensus::Sealed effect) override;
    void fetch_state(consensus::FetchState effect) override;
    void forward(consensus::ForwardRequests effect) override;
    std::vector<consensus::RequestChange> take_request_changes() override;
    types::Proposal cut(const std::vector<consensus::ProposalPtr>& in_flight) override;
    void accuse(const consensus::Accuse& effect) override;
    void observe(const consensus::Observe& effect, const consensus::ReplicaSummary& summary) override;
    // CommitListener: the executor's thread
    void on_event(consensus::Event event) override;
    void on_sealed(const SealedBlock& block) override;
    void on_epoch_end() override { epoch_is_over_ = true; }
    // MeshHandler: the network's thread
    void on_message(network::PeerIndex peer, base::Bytes message) override;
    void on_request(network::PeerIndex peer, base::Bytes request, network::Respond respond) override;
    void on_link(const network::LinkEvent& event) override;

    void on_verified(consensus::Verified<consensus::Message> message, base::TimeMs received_at_ms, std::shared_ptr<void> token);
    void on_laggard(network::PeerIndex peer, types::Epoch epoch);
    void on_forwarded(network::PeerIndex peer, base::Bytes message);
    void on_taken(const types::Submission& submission, Origin origin);
    [[nodiscard]] base::Status submit_own(const types::Transaction& transaction);
    [[nodiscard]] std::vector<api::PeerStatus> peer_statuses() const;
    [[nodiscard]] network::PeerIndex peer_of(types::ReplicaId replica) const noexcept { return replica < self_ ? replica : replica - 1; }
    [[nodiscard]] types::ReplicaId replica_of(network::PeerIndex peer) const noexcept {
        return static_cast<types::ReplicaId>(peer < self_ ? peer : peer + 1);
    }

    class KeySigner;
    struct PeerSight {
        std::atomic<types::Height> height{0};
        std::atomic<base::TimeMs> heard_ms{0};
        std::atomic<std::size_t> forwarded{0};  ///< submissions under way
        std::atomic<base::TimeMs> answered_ms{0};  ///< as a laggard
    };

    Parts parts_;
    EpochTerms terms_;
    types::ReplicaId self_;
    std::vector<std::unique_ptr<PeerSight>> peers_;
    Mempool mempool_;
    SignatureCache signatures_;
    ReceiptBoard receipts_;
    std::unique_ptr<KeySigner> signer_;
    CachedProposalChecker proposals_;
    consensus::Verifier verifier_;
    WorkerPool verify_pool_;
    WorkerPool door_pool_;
    MessageGate gate_;
    DiskWriter disk_;
    OwnTransactions own_;
    ReadJournal journal_;
    CohortEvaluator cohorts_;
    Door door_;
    ReplicaDriver driver_;
    std::unique_ptr<network::Mesh> mesh_;
    std::unique_ptr<PeerSource> source_;
    std::unique_ptr<Committer> committer_;
    std::atomic<bool> epoch_is_over_{false};
    std::atomic<bool> stopped_{false};
    std::thread housekeeping_;
};

}  // namespace placet::node

// A validator: everything that runs once its store is open, put together. Implements the ports of the core, of the executor and of the
// network. Threads: core, disk, executor, network, verification, admission, housekeeping, receipts' deadlines.
#pragma once

#include "node/commit/committer.hpp"
#include "node/commit/receipt_board.hpp"
#include "node/config/key_files.hpp"
#include "node/duties/cohort_evaluator.hpp"
#include "node/duties/read_journal.hpp"
#include "node/replica/message_gate.hpp"
#include "node/replica/replica_driver.hpp"
#include "node/service/node_backend.hpp"

namespace placet::node {

class Validator final : private ReplicaPorts, private CommitListener, private network::MeshHandler {
public:
    struct Parts {
        const Config& config;
        const types::Genesis& genesis;
        const NodeKeys& keys;  ///< with a validator's
        store::Store& store;
        NodeBackend& backend;
        Metrics& metrics;
        Log& log;
        Lifecycle& lifecycle;
    };
    /// invalid_value (78): the keys are not those that genesis has for this name; conflict: the port is in use; corrupt: the durable log.
    [[nodiscard]] static base::Result<std::unique_ptr<Validator>> start(const Parts& parts);
    /// stop()
    ~Validator() override;

    /// Ends all threads; the lifecycle must be stopping and the REST server stopped. Idempotent.
    void stop();
    [[nodiscard]] ReceiptBoard& receipts() noexcept { return receipts_; }

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
    // MeshHandler: the network's thread
    void on_message(network::PeerIndex peer, base::Bytes message) override;
    void on_request(network::PeerIndex peer, base::Bytes request, network::Respond respond) override;
    void on_link(const network::LinkEvent& event) override;

    void on_verified(consensus::Verified<consensus::Message> message, base::TimeMs received_at_ms, std::shared_ptr<void> token);
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
    };

    Parts parts_;
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
    bool stopped_ = false;
    std::thread housekeeping_;
};

}  // namespace placet::node

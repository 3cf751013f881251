// The executor's thread: what was ordered is executed over what was executed before, kept in memory, and appended to the store when
// its seal comes. When the core finds this node behind, it fetches sealed blocks from peers instead, checks and appends them.
// Errors of our own state end the node; a part that is missing here is fetched from peers before the block that reads it.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <thread>

#include "consensus/effects.hpp"
#include "consensus/events.hpp"
#include "ledger/state/unsealed_overlay.hpp"
#include "ledger/store/store.hpp"
#include "node/disk/disk_writer.hpp"
#include "node/mempool/signature_cache.hpp"
#include "node/telemetry/log.hpp"
#include "node/transfer/peer_source.hpp"

namespace placet::node {

/// A block that is sealed and in the store now.
struct SealedBlock {
    types::Height height = 0;
    std::vector<types::Transaction> transactions;  ///< those with a receipt in it
    std::shared_ptr<const store::SealedView> view;  ///< at `height` or later
};

/// Called on the executor's thread.
class CommitListener {
public:
    virtual ~CommitListener() = default;
    virtual void on_event(consensus::Event event) = 0;  ///< Executed, StateInstalled, StateFetchFailed: for the core
    virtual void on_sealed(const SealedBlock& block) = 0;
    /// The last block of the epoch is sealed and on disk, and with it the next set. Nothing more comes from this executor.
    virtual void on_epoch_end() = 0;
};

class Committer {
public:
    struct Parts {
        store::Store& store;
        DiskWriter& disk;
        SignatureCache& signatures;
        PeerSource& peers;
        CommitListener& listener;
        Metrics& metrics;
        Log& log;
        Lifecycle& lifecycle;
    };
    explicit Committer(Parts parts);
    ~Committer();  ///< stop()
    Committer(const Committer&) = delete;
    Committer& operator=(const Committer&) = delete;

    void start();
    void stop();

    void deliver(consensus::Deliver effect) { (void)queue_.push(std::move(effect)); }
    void sealed(consensus::Sealed effect) { (void)queue_.push(std::move(effect)); }
    /// A delivery that waits for missing parts gives up: what is fetched needs no execution, and the core delivers the rest again.
    void fetch_state(consensus::FetchState effect) {
        fetch_waits_ = true;
        (void)queue_.push(std::move(effect));
    }

private:
    using Work = std::variant<consensus::Deliver, consensus::Sealed, consensus::FetchState>;
    void run();
    void carry_out(consensus::Deliver& work);
    void carry_out(consensus::Sealed& work);
    void carry_out(consensus::FetchState& work);

    [[nodiscard]] base::Result<state::ExecutedBlock> execute(const consensus::Deliver& work);
    [[nodiscard]] base::Status fetch_parts(const std::vector<crypto::Hash>& missing);
    /// Appends one fetched block after every check; the parts that its transactions name are added to `parts`.
    [[nodiscard]] base::Result<types::QuorumCertificate> install(const BlockWithParts& block, store::RecordBatch& parts);
    [[nodiscard]] std::optional<types::Height> epoch_end() const;
    /// True if the block at `height` ended the epoch: it is durable now, and this executor is done.
    [[nodiscard]] bool ends_epoch(types::Height height);
    void announce(types::Height height, std::vector<types::Transaction> transactions);

    Parts parts_;
    state::UnsealedOverlay overlay_;
    WorkQueue<Work> queue_;
    std::atomic<bool> fetch_waits_{false};
    bool epoch_is_over_ = false;
    std::thread thread_;
};

}  // namespace placet::node

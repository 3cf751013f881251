// api::Backend of this process: what REST handlers ask goes to the store, the door, the receipt board and the journal. It exists before
// the store is open and says so until attach(). Every function from any thread.
#pragma once

#include <atomic>

#include "api/backend.hpp"
#include "network/mesh.hpp"
#include "node/commit/committer.hpp"
#include "node/commit/receipt_board.hpp"
#include "node/config/key_files.hpp"
#include "node/duties/read_journal.hpp"
#include "node/service/door.hpp"
#include "node/service/health.hpp"

namespace placet::node {

/// What runs once the store is open. Pointers outlive the REST server, which is stopped first, or what `owner` points to.
struct RunningParts {
    std::shared_ptr<void> owner;  ///< of the parts; calls that are under way keep it. Empty: whoever attached sees to it
    const store::Store* store = nullptr;
    ReceiptBoard* receipts = nullptr;
    ReadJournal* journal = nullptr;
    Door* door = nullptr;       ///< null for an observer
    Mempool* mempool = nullptr;  ///< likewise
    std::function<consensus::ReplicaSummary()> replica;     ///< empty for an observer
    std::function<std::vector<api::PeerStatus>()> peers;    ///< links (validator) or validators followed (observer)
    std::function<bool()> following;                        ///< observer only
};

class NodeBackend final : public api::Backend {
public:
    NodeBackend(const Config& config, const types::Genesis& genesis, const TlsFiles& tls, Metrics& metrics);

    void attach(RunningParts parts);
    /// Between two epochs: calls are answered as while the node starts, reads go on.
    void detach();
    /// The next epoch has no seat for this node: reads go on, transactions are refused.
    void leave() noexcept { has_left_ = true; }
    /// Why the store did not open; shown until the process ends.
    void store_failed(const std::string& why);
    /// After each sealed block: ages, clock offset, receipts.
    void sealed(const SealedBlock& block);
    void set_disk_free(std::uint64_t mib) noexcept { disk_free_mib_ = mib; }

    // api::Backend
    const types::Genesis& genesis() const override { return genesis_; }
    types::Hash genesis_hash() const override { return genesis_hash_; }
    base::Result<api::Admission> submit(const types::Transaction& transaction, types::Submission submission) override;
    void wait_receipt(const types::TransactionId& id, std::chrono::milliseconds within, std::function<void(std::optional<api::dto::Receipt>)> done) override;
    std::shared_ptr<const api::Snapshot> snapshot() const override;
    base::Status record_read(const contracts::access::TrailRead& read) override;
    api::NodeStatus status() const override;
    std::vector<api::ReadinessReason> readiness() const override;
    base::Status startup() const override;
    std::string metrics_text() const override;
    base::TimeMs now_ms() const override;

private:
    [[nodiscard]] std::shared_ptr<const RunningParts> running() const;
    [[nodiscard]] Sight look(const std::shared_ptr<const RunningParts>& parts) const;

    const Config& config_;
    const types::Genesis& genesis_;
    const TlsFiles& tls_;
    Metrics& metrics_;
    types::Hash genesis_hash_;
    base::TimeMs started_ms_;
    mutable std::mutex mutex_;
    std::shared_ptr<const RunningParts> parts_;
    const store::Store* store_ = nullptr;  ///< once attached; reads need no more
    std::string store_error_;
    std::atomic<bool> has_left_{false};
    std::atomic<base::TimeMs> last_seal_ms_;
    std::atomic<std::int64_t> clock_offset_ms_{0};
    std::atomic<std::uint64_t> disk_free_mib_{UINT64_MAX};
    mutable HealthMemory memory_;
};

/// The release's version, "0.1.0".
[[nodiscard]] std::string_view version() noexcept;

}  // namespace placet::node

// An observer: a node without a vote that follows from genesis through validators' REST API, checks every seal and serves reads.
#pragma once

#include "node/commit/receipt_board.hpp"
#include "node/config/key_files.hpp"
#include "node/duties/read_journal.hpp"
#include "node/service/node_backend.hpp"
#include "node/transfer/rest_follower.hpp"

namespace placet::node {

class Observer {
public:
    struct Parts {
        const Config& config;
        const types::Genesis& genesis;
        const NodeKeys& keys;
        store::Store& store;
        NodeBackend& backend;
        Metrics& metrics;
        Log& log;
        Lifecycle& lifecycle;
    };
    /// invalid_value (78): observer.follow names an address that no validator has.
    [[nodiscard]] static base::Result<std::unique_ptr<Observer>> start(const Parts& parts);
    ~Observer() { stop(); }
    Observer(const Observer&) = delete;
    Observer& operator=(const Observer&) = delete;

    /// Nobody may be calling it: the REST server is stopped, or the backend has let go of it. Idempotent.
    void stop();
    [[nodiscard]] ReceiptBoard& receipts() noexcept { return receipts_; }

private:
    explicit Observer(const Parts& parts);
    void run_threads();

    Parts parts_;
    ReceiptBoard receipts_;
    DiskWriter disk_;
    ReadJournal journal_;
    RestFollower follower_;
};

}  // namespace placet::node

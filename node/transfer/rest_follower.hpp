// How an observer follows: it asks validators' REST API for sealed blocks (GET /v1/blocks as a CBOR sequence) with its client
// certificate, checks leaves, roots and every seal, and appends. It trusts none of them: a node that lies is skipped and named. One
// thread of its own.
#pragma once

#include <atomic>
#include <functional>
#include <thread>

#include "api/backend.hpp"
#include "api/client/client.hpp"
#include "ledger/store/store.hpp"
#include "node/telemetry/log.hpp"
#include "node/work/lifecycle.hpp"

namespace placet::node {

class RestFollower {
public:
    struct Parts {
        store::Store& store;
        std::vector<api::client::Endpoint> endpoints;  ///< tried in turn; at least one
        std::string certificate_pem;
        std::string key_pem;
        std::chrono::milliseconds poll{500};
        Log& log;
        Lifecycle& lifecycle;
        std::function<void(types::Height, std::vector<types::Transaction>)> sealed;  ///< after each block, on this thread
    };
    explicit RestFollower(Parts parts) : parts_(std::move(parts)) {}
    ~RestFollower() { stop(); }
    RestFollower(const RestFollower&) = delete;
    RestFollower& operator=(const RestFollower&) = delete;

    void start();
    /// The lifecycle must be stopping.
    void stop();
    /// The last poll was answered; any thread.
    [[nodiscard]] bool following() const noexcept { return following_; }
    [[nodiscard]] std::vector<api::PeerStatus> peers() const;

private:
    void run();
    /// How many blocks were appended.
    [[nodiscard]] base::Result<std::size_t> poll(const api::client::Endpoint& endpoint);

    Parts parts_;
    std::atomic<bool> following_{false};
    std::atomic<std::size_t> current_{0};
    std::thread thread_;
};

/// Cuts a CBOR sequence (RFC 8742) into its items. malformed if the end is cut off.
[[nodiscard]] base::Result<std::vector<base::Bytes>> split_sequence(base::BytesView sequence);

}  // namespace placet::node

// How an observer follows: it asks validators' REST API for sealed blocks (GET /v1/blocks as a CBOR sequence) with its client
// certificate, checks leaves, roots and every seal, and appends. It trusts none of them: a node that lies is skipped and named. One
// thread of its own.
#pragma once

#include <atomic>
#include <functional>
#include <mutex>
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
        /// Those to try in turn, at least one: asked again after every failure, so that it may follow the set of the newest height.
        std::function<std::vector<api::client::Endpoint>()> endpoints;
        std::string certificate_pem;
        std::string key_pem;
        std::chrono::milliseconds poll{500};
        Log& log;
        Lifecycle& lifecycle;
        std::function<void(types::Height, std::vector<types::Transaction>)> sealed;  ///< after each block, on this thread
    };
    explicit RestFollower(Parts parts) : parts_(std::move(parts)), endpoints_(parts_.endpoints()) {}
    ~RestFollower() { stop(); }
    RestFollower(const RestFollower&) = delete;
    RestFollower& operator=(const RestFollower&) = delete;

    void start();
    /// Ends within a poll, or when the request under way is answered. Idempotent.
    void stop();
    /// The last poll was answered; any thread.
    [[nodiscard]] bool following() const noexcept { return following_; }
    [[nodiscard]] std::vector<api::PeerStatus> peers() const;

private:
    void run();
    [[nodiscard]] bool ends() const noexcept { return stopped_ || parts_.lifecycle.stopping(); }
    [[nodiscard]] api::client::Endpoint current() const;
    void next_endpoint();
    /// As long as it answers and is one of those to try; how many blocks were appended.
    [[nodiscard]] base::Result<std::size_t> poll(const api::client::Endpoint& endpoint);

    Parts parts_;
    std::atomic<bool> following_{false};
    std::atomic<bool> stopped_{false};
    mutable std::mutex mutex_;
    std::vector<api::client::Endpoint> endpoints_;  // under mutex_, as current_
    std::size_t current_ = 0;
    std::thread thread_;
};

/// Cuts a CBOR sequence (RFC 8742) into its items. malformed if the end is cut off.
[[nodiscard]] base::Result<std::vector<base::Bytes>> split_sequence(base::BytesView sequence);

}  // namespace placet::node

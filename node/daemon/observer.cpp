// An observer put together: see observer.hpp.
#include "node/daemon/observer.hpp"

#include <fmt/format.h>

namespace placet::node {

namespace {

base::Result<std::vector<api::client::Endpoint>> endpoints_to_follow(const Config& config, const types::Genesis& genesis) {
    const auto all = api::client::endpoints_of(genesis, {});
    if (config.observer.follow.empty()) return all;
    std::vector<api::client::Endpoint> out;
    for (const auto& address : config.observer.follow) {
        const auto found = std::ranges::find(all, address, &api::client::Endpoint::address);
        if (found == all.end())
            return base::refuse(base::ErrorCode::invalid_value, fmt::format("no validator of genesis has the REST address {}", address), "observer.follow");
        out.push_back(*found);
    }
    return out;
}

}  // namespace

Observer::Observer(const Parts& parts, std::vector<api::client::Endpoint> endpoints)
    : parts_(parts), receipts_(parts.config.limits.waiting_receipts), disk_(parts.store, parts.metrics, parts.lifecycle),
      journal_({parts.store, disk_, nullptr, parts.metrics, parts.log}),
      follower_({parts.store, std::move(endpoints), parts.keys.tls.certificate_pem, parts.keys.tls.key_pem,
                 std::chrono::milliseconds(parts.config.observer.poll_ms), parts.log, parts.lifecycle,
                 [this](types::Height height, std::vector<types::Transaction> transactions) {
                     parts_.backend.sealed({height, std::move(transactions), parts_.store.snapshot()});
                 }}) {}

base::Result<std::unique_ptr<Observer>> Observer::start(const Parts& parts) {
    PLACET_TRY_ASSIGN(auto endpoints, endpoints_to_follow(parts.config, parts.genesis));
    std::unique_ptr<Observer> observer(new Observer(parts, std::move(endpoints)));
    PLACET_TRY(observer->journal_.load());
    observer->run_threads();
    return observer;
}

void Observer::run_threads() {
    receipts_.start();
    disk_.start();
    RunningParts running;
    running.store = &parts_.store;
    running.receipts = &receipts_;
    running.journal = &journal_;
    running.peers = [this] { return follower_.peers(); };
    running.following = [this] { return follower_.following(); };
    parts_.backend.attach(std::move(running));
    follower_.start();
}

void Observer::stop() {
    receipts_.stop();
    follower_.stop();
    disk_.stop();
}

}  // namespace placet::node

// An observer put together: see observer.hpp.
#include "node/daemon/observer.hpp"

#include <fmt/format.h>

#include "contracts/governance/membership.hpp"

namespace placet::node {

namespace {

// Addresses that the configuration names must stand in the set of now; later, those that left are passed over.
base::Status check_addresses(const Config& config, const std::vector<api::client::Endpoint>& all) {
    for (const auto& address : config.observer.follow)
        if (std::ranges::find(all, address, &api::client::Endpoint::address) == all.end())
            return base::refuse(base::ErrorCode::invalid_value, fmt::format("no validator has the REST address {}", address), "observer.follow");
    return {};
}

base::Result<std::vector<api::client::Endpoint>> endpoints_now(const store::Store& store) {
    PLACET_TRY_ASSIGN(const auto set, contracts::governance::current_set(*store.snapshot()));
    return api::client::endpoints_of(set, {});
}

std::vector<api::client::Endpoint> endpoints_to_follow(const Config& config, const store::Store& store) {
    auto all = endpoints_now(store).value_or(api::client::endpoints_of(store.genesis(), {}));
    std::vector<api::client::Endpoint> out;
    for (const auto& endpoint : all)
        if (std::ranges::find(config.observer.follow, endpoint.address) != config.observer.follow.end()) out.push_back(endpoint);
    return out.empty() ? all : out;
}

}  // namespace

Observer::Observer(const Parts& parts)
    : parts_(parts), receipts_(parts.config.limits.waiting_receipts), disk_(parts.store, parts.metrics, parts.lifecycle),
      journal_({parts.store, disk_, nullptr, parts.metrics, parts.log}),
      follower_({parts.store, [this] { return endpoints_to_follow(parts_.config, parts_.store); }, parts.keys.tls.certificate_pem, parts.keys.tls.key_pem,
                 std::chrono::milliseconds(parts.config.observer.poll_ms), parts.log, parts.lifecycle,
                 [this](types::Height height, std::vector<types::Transaction> transactions) {
                     parts_.backend.sealed({height, std::move(transactions), parts_.store.snapshot()});
                 }}) {}

base::Result<std::unique_ptr<Observer>> Observer::start(const Parts& parts) {
    PLACET_TRY_ASSIGN(const auto all, endpoints_now(parts.store));
    PLACET_TRY(check_addresses(parts.config, all));
    std::unique_ptr<Observer> observer(new Observer(parts));
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

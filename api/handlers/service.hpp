// The whole REST API of a node over a Backend: routing, who may see what, quotas, errors, metrics of its own. `node` gives
// `handler()` to http::Server::start and keeps the Service alive until the server has stopped.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "api/backend.hpp"
#include "api/http/server.hpp"

namespace placet::api::handlers {

struct ServiceConfig {
    std::string version;  ///< the build's, for /openapi.json and status
    /// Requests one identity (client certificate, else address) may make: a bucket of `burst`, refilled `per_second`.
    double per_second = 500;
    double burst = 2000;
    /// The same for clients without a certificate known to the ledger.
    double anonymous_per_second = 50;
    double anonymous_burst = 200;
};

class Service {
public:
    Service(Backend& backend, ServiceConfig config);
    ~Service();
    Service(const Service&) = delete;
    Service& operator=(const Service&) = delete;

    /// Thread-safe. Refers to this Service, which must outlive the server and every receipt the backend was asked to wait for.
    [[nodiscard]] http::Handler handler();
    /// Counters of the server, to be shown on /metrics; set once the server has started (any thread).
    void watch(std::function<http::ServerCounters()> counters);

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace placet::api::handlers

// The API's own metrics (prometheus-cpp registry), beside those the node gives as text. Thread-safe.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

#include "api/http/server.hpp"

namespace placet::api::handlers {

class Metrics {
public:
    Metrics();
    ~Metrics();
    Metrics(const Metrics&) = delete;
    Metrics& operator=(const Metrics&) = delete;

    /// One answered request of an operation ("none" where no route matched).
    void count(std::string_view operation, unsigned status, std::chrono::duration<double> took);
    /// Text exposition format; `server` is shown as gauges and counters of its own.
    [[nodiscard]] std::string text(const http::ServerCounters& server) const;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace placet::api::handlers

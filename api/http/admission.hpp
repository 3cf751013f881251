// Who may come in: the caps on connections, in all and by address, and the budget of bodies, with their counters. One
// for all I/O threads of a server; thread-safe.
#pragma once

#include <atomic>
#include <map>
#include <mutex>
#include <string>

#include "api/http/server.hpp"

namespace placet::api::http {

class Admission {
public:
    explicit Admission(const ServerLimits& limits) : limits_(limits) {}

    /// Counts a connection in; false, and counted as refused, beyond a cap. Each true is followed by one leave().
    [[nodiscard]] bool enter(const std::string& address) {
        const std::lock_guard lock(mutex_);
        ++connections;
        std::size_t& count = by_address_[address];
        if (open >= limits_.connections || count >= limits_.connections_per_address) {
            if (count == 0) by_address_.erase(address);
            ++connections_refused;
            return false;
        }
        ++count;
        ++open;
        return true;
    }
    /// Nearly all places are taken: each further connection should free one.
    [[nodiscard]] bool scarce() const noexcept { return open + limits_.connections / 16 + 1 > limits_.connections; }
    void leave(const std::string& address) {
        const std::lock_guard lock(mutex_);
        --open;
        const auto found = by_address_.find(address);
        if (found != by_address_.end() && --found->second == 0) by_address_.erase(found);
    }

    /// Takes octets of a body out of the budget; false, and nothing taken, if it does not hold so many.
    [[nodiscard]] bool take_body(std::size_t octets) noexcept {
        const std::size_t before = buffered_body_bytes_.fetch_add(octets);
        if (before + octets <= limits_.buffered_body_bytes) return true;
        buffered_body_bytes_ -= octets;
        return false;
    }
    void give_back_body(std::size_t octets) noexcept { buffered_body_bytes_ -= octets; }

    [[nodiscard]] ServerCounters counters() const noexcept {
        return {connections, open, connections_refused, handshakes_failed, requests, requests_refused, exceptions};
    }

    std::atomic<std::uint64_t> connections{0};
    std::atomic<std::uint64_t> open{0};
    std::atomic<std::uint64_t> connections_refused{0};
    std::atomic<std::uint64_t> handshakes_failed{0};
    std::atomic<std::uint64_t> requests{0};
    std::atomic<std::uint64_t> requests_refused{0};
    std::atomic<std::uint64_t> exceptions{0};

private:
    ServerLimits limits_;
    std::mutex mutex_;
    std::map<std::string, std::size_t> by_address_;
    std::atomic<std::size_t> buffered_body_bytes_{0};
};

}  // namespace placet::api::http

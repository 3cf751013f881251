// The independent checker: what a client was told is recorded must be found, with a proof that verifies offline, at every node asked.
// It knows nothing of the nodes but their REST API and the genesis file.
#pragma once

#include <atomic>
#include <mutex>
#include <thread>

#include "tests/integration/chain.hpp"

namespace placet::tests {

/// Clients in threads of their own that submit one transaction after the other and note every receipt whose certificate verifies.
class Load {
public:
    using Clock = std::chrono::steady_clock;

    struct Plan {
        std::size_t clients = 1;               ///< spread over the validators
        std::chrono::milliseconds pause{0};    ///< of each client between two transactions
        std::chrono::seconds patience{20};     ///< with one transaction
    };
    Load(const Chain& chain, const Plan& plan);
    Load(const Chain& chain, std::size_t clients) : Load(chain, Plan{.clients = clients}) {}
    ~Load() { stop(); }
    Load(const Load&) = delete;
    Load& operator=(const Load&) = delete;

    void stop();
    [[nodiscard]] std::size_t count() const;
    [[nodiscard]] std::vector<api::dto::Receipt> acknowledged() const;
    /// When each was acknowledged, ascending.
    [[nodiscard]] std::vector<Clock::time_point> times() const;

private:
    void run(std::size_t client);
    [[nodiscard]] bool is_proved(const api::dto::Receipt& receipt, api::client::Client& client) const;

    const Chain& chain_;
    Plan plan_;
    std::uint64_t salt_;  ///< so that two loads on one chain enrol different people
    std::atomic<bool> stopped_{false};
    mutable std::mutex mutex_;
    std::vector<api::dto::Receipt> acknowledged_;
    std::vector<Clock::time_point> times_;
    std::vector<std::thread> threads_;
};

/// What is wrong with the receipts at this node; empty if all are there at the same place and proved.
[[nodiscard]] std::vector<std::string> missing_at(const Chain& chain, const std::string& node, const std::vector<api::dto::Receipt>& receipts);

}  // namespace placet::tests

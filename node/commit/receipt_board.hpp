// Clients that wait for a receipt: woken when their transaction is sealed, at their deadline, or when the node stops. Bounded; owns
// one thread for the deadlines. Any thread.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <thread>
#include <unordered_map>

#include "api/dto/receipt.hpp"
#include "ledger/store/sealed_view.hpp"

namespace placet::node {

/// The receipt of a sealed transaction; not_found while it has none.
[[nodiscard]] base::Result<api::dto::Receipt> receipt_of(const store::SealedView& view, const types::TransactionId& id);

class ReceiptBoard {
public:
    using Done = std::function<void(std::optional<api::dto::Receipt>)>;

    explicit ReceiptBoard(std::size_t most) : most_(most) {}
    ~ReceiptBoard() { stop(); }
    ReceiptBoard(const ReceiptBoard&) = delete;
    ReceiptBoard& operator=(const ReceiptBoard&) = delete;

    void start();
    /// Everybody who waits gets nothing. Idempotent.
    void stop();

    /// Calls `done` once: see api::Backend::wait_receipt. With too many waiting already, at once with nothing.
    void wait(const types::TransactionId& id, std::chrono::milliseconds within, Done done);
    [[nodiscard]] bool awaits(const types::TransactionId& id) const;
    void settle(const types::TransactionId& id, const api::dto::Receipt& receipt);

private:
    using Clock = std::chrono::steady_clock;
    struct Waiter {
        Done done;
        std::multimap<Clock::time_point, std::pair<types::TransactionId, std::uint64_t>>::iterator deadline;
    };
    void run();

    std::size_t most_;
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::unordered_map<types::TransactionId, std::map<std::uint64_t, Waiter>, base::FixedBytesHasher> waiters_;
    std::multimap<Clock::time_point, std::pair<types::TransactionId, std::uint64_t>> deadlines_;
    std::uint64_t next_ = 0;
    bool stopped_ = false;
    std::thread thread_;
};

}  // namespace placet::node

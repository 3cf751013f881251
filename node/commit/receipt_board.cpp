// Waiting for receipts: see receipt_board.hpp.
#include "node/commit/receipt_board.hpp"

#include <condition_variable>

namespace placet::node {

base::Result<api::dto::Receipt> receipt_of(const store::SealedView& view, const types::TransactionId& id) {
    PLACET_TRY_ASSIGN(const auto place, view.transaction(id));
    PLACET_TRY_ASSIGN(const auto bytes, view.leaf(place.leaf_index));
    PLACET_TRY_ASSIGN(auto leaf, types::decode_leaf(bytes));
    auto* event = std::get_if<types::EventLeaf>(&leaf);
    if (event == nullptr) return base::refuse(base::ErrorCode::corrupt, "the leaf of a transaction is no event", "leaf");
    api::dto::Receipt receipt;
    receipt.transaction = id;
    receipt.height = place.height;
    receipt.leaf_index = place.leaf_index;
    receipt.block_time_ms = event->block_time_ms;
    receipt.outcome = std::move(event->outcome);
    PLACET_TRY_ASSIGN(receipt.certificate, view.certificate(place.height));
    return receipt;
}

void ReceiptBoard::start() {
    thread_ = std::thread([this] { run(); });
}

void ReceiptBoard::stop() {
    std::vector<Done> all;
    {
        const std::lock_guard lock(mutex_);
        stopped_ = true;
        for (auto& [id, waiters] : waiters_)
            for (auto& [number, waiter] : waiters) all.push_back(std::move(waiter.done));
        waiters_.clear();
        deadlines_.clear();
    }
    changed_.notify_all();
    if (thread_.joinable()) thread_.join();
    for (auto& done : all) done(std::nullopt);
}

void ReceiptBoard::wait(const types::TransactionId& id, std::chrono::milliseconds within, Done done) {
    {
        const std::lock_guard lock(mutex_);
        if (!stopped_ && deadlines_.size() < most_) {
            const std::uint64_t number = ++next_;
            const auto deadline = deadlines_.emplace(Clock::now() + within, std::pair{id, number});
            waiters_[id].emplace(number, Waiter{std::move(done), deadline});
            done = {};
        }
    }
    if (done) return done(std::nullopt);
    changed_.notify_all();
}

bool ReceiptBoard::awaits(const types::TransactionId& id) const {
    const std::lock_guard lock(mutex_);
    return waiters_.contains(id);
}

void ReceiptBoard::settle(const types::TransactionId& id, const api::dto::Receipt& receipt) {
    std::vector<Done> woken;
    {
        const std::lock_guard lock(mutex_);
        const auto found = waiters_.find(id);
        if (found == waiters_.end()) return;
        for (auto& [number, waiter] : found->second) {
            woken.push_back(std::move(waiter.done));
            deadlines_.erase(waiter.deadline);
        }
        waiters_.erase(found);
    }
    for (auto& done : woken) done(receipt);
}

void ReceiptBoard::run() {
    std::unique_lock lock(mutex_);
    while (!stopped_) {
        if (deadlines_.empty()) {
            changed_.wait(lock);
        } else {
            const auto first = deadlines_.begin()->first;  // a copy: settle may erase the entry during the wait
            changed_.wait_until(lock, first);
        }
        std::vector<Done> late;
        const auto now = Clock::now();
        while (!deadlines_.empty() && deadlines_.begin()->first <= now) {
            const auto [id, number] = deadlines_.begin()->second;
            auto& waiters = waiters_[id];
            late.push_back(std::move(waiters[number].done));
            waiters.erase(number);
            if (waiters.empty()) waiters_.erase(id);
            deadlines_.erase(deadlines_.begin());
        }
        lock.unlock();
        for (auto& done : late) done(std::nullopt);
        lock.lock();
    }
}

}  // namespace placet::node

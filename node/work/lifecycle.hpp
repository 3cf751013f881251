// How a node ends: by a signal, or by itself when it may not go on (disk, corrupt state, a bug). Any thread may end it; main waits.
#pragma once

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <optional>

#include "ledger/base/error.hpp"

namespace placet::node {

class Lifecycle {
public:
    /// The first error is kept; the node stops and exits non-zero.
    void fail(base::Error error) {
        {
            const std::lock_guard lock(mutex_);
            if (!error_) error_ = std::move(error);
            stopping_ = true;
        }
        changed_.notify_all();
    }
    /// A wish, not a failure.
    void stop() {
        {
            const std::lock_guard lock(mutex_);
            stopping_ = true;
        }
        changed_.notify_all();
    }
    [[nodiscard]] bool stopping() const noexcept { return stopping_; }
    [[nodiscard]] std::optional<base::Error> error() const {
        const std::lock_guard lock(mutex_);
        return error_;
    }
    void wait() {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [this] { return stopping_.load(); });
    }
    /// True if the node is stopping; waits at most `wait` for that.
    template <class Duration>
    [[nodiscard]] bool wait_for(Duration wait) {
        std::unique_lock lock(mutex_);
        return changed_.wait_for(lock, wait, [this] { return stopping_.load(); });
    }

private:
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::optional<base::Error> error_;
    std::atomic<bool> stopping_{false};
};

}  // namespace placet::node

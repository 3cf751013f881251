// A queue into one thread: many push, one takes all there is. Unbounded by itself; who pushes keeps to a bound (tokens, windows)
// that its owner states.
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <vector>

namespace placet::node {

template <class T>
class WorkQueue {
public:
    using Clock = std::chrono::steady_clock;

    /// False (and nothing kept) once closed.
    bool push(T item) {
        {
            const std::lock_guard lock(mutex_);
            if (closed_) return false;
            items_.push_back(std::move(item));
        }
        ready_.notify_one();
        return true;
    }

    /// Everything waiting, in order; waits until there is something, `until` passes, or the queue is closed.
    [[nodiscard]] std::vector<T> take_all(std::optional<Clock::time_point> until = std::nullopt) {
        std::unique_lock lock(mutex_);
        const auto something = [this] { return closed_ || !items_.empty(); };
        if (until) ready_.wait_until(lock, *until, something);
        else ready_.wait(lock, something);
        return std::exchange(items_, {});
    }

    [[nodiscard]] std::size_t size() const {
        const std::lock_guard lock(mutex_);
        return items_.size();
    }
    [[nodiscard]] bool closed() const {
        const std::lock_guard lock(mutex_);
        return closed_;
    }
    /// What waits can still be taken; nothing more is accepted.
    void close() {
        {
            const std::lock_guard lock(mutex_);
            closed_ = true;
        }
        ready_.notify_all();
    }

private:
    mutable std::mutex mutex_;
    std::condition_variable ready_;
    std::vector<T> items_;
    bool closed_ = false;
};

}  // namespace placet::node

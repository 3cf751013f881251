// Threads that run short tasks (signature checks). Tasks are not ordered. Bounded: beyond `max_waiting` a task is refused.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace placet::node {

class WorkerPool {
public:
    WorkerPool(std::size_t threads, std::size_t max_waiting) : max_waiting_(max_waiting) {
        for (std::size_t i = 0; i < threads; ++i) threads_.emplace_back([this] { run(); });
    }
    ~WorkerPool() { stop(); }
    WorkerPool(const WorkerPool&) = delete;
    WorkerPool& operator=(const WorkerPool&) = delete;

    [[nodiscard]] bool submit(std::function<void()> task) {
        {
            const std::lock_guard lock(mutex_);
            if (stopped_ || tasks_.size() >= max_waiting_) return false;
            tasks_.push_back(std::move(task));
        }
        ready_.notify_one();
        return true;
    }

    /// Drops what waits, lets what runs end. Idempotent.
    void stop() {
        {
            const std::lock_guard lock(mutex_);
            stopped_ = true;
            tasks_.clear();
        }
        ready_.notify_all();
        for (auto& thread : threads_)
            if (thread.joinable()) thread.join();
    }

private:
    void run() {
        for (;;) {
            std::function<void()> task;
            {
                std::unique_lock lock(mutex_);
                ready_.wait(lock, [this] { return stopped_ || !tasks_.empty(); });
                if (stopped_) return;
                task = std::move(tasks_.front());
                tasks_.pop_front();
            }
            task();
        }
    }

    std::size_t max_waiting_;
    std::mutex mutex_;
    std::condition_variable ready_;
    std::deque<std::function<void()>> tasks_;
    bool stopped_ = false;
    std::vector<std::thread> threads_;
};

}  // namespace placet::node

// The answer to one request, between whoever gives it and the session that waits for it: a responder may be kept longer
// than the connection, and longer than the server. Thread-safe.
#pragma once

#include <functional>
#include <mutex>
#include <optional>

#include "api/http/message.hpp"

namespace placet::api::http {

class Answer {
public:
    /// The first call counts; further ones, and calls after close(), do nothing.
    void give(Response response) {
        const std::lock_guard lock(mutex_);
        if (given_ || closed_) return;
        given_ = true;
        response_ = std::move(response);
        if (wake_) wake_();
    }
    /// What was given, once. If nothing was, `wake` is called by give(), under the lock: it only posts.
    [[nodiscard]] std::optional<Response> take_or(std::function<void()> wake) {
        const std::lock_guard lock(mutex_);
        if (!response_) wake_ = std::move(wake);
        return std::exchange(response_, std::nullopt);
    }
    /// Nobody waits any more; what was given meanwhile is returned.
    std::optional<Response> close() {
        const std::lock_guard lock(mutex_);
        closed_ = true;
        wake_ = nullptr;
        return std::exchange(response_, std::nullopt);
    }

private:
    std::mutex mutex_;
    std::optional<Response> response_;
    std::function<void()> wake_;
    bool given_ = false;
    bool closed_ = false;
};

}  // namespace placet::api::http

// One accepted connection, and what all connections of a server share. The library's types are only named here: Beast
// is session.cpp's own business.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <limits>
#include <memory>
#include <mutex>
#include <set>
#include <string>

#include "api/http/admission.hpp"
#include "api/http/server.hpp"

namespace boost::asio {
class any_io_executor;
template <typename Protocol, typename Executor>
class basic_stream_socket;
namespace ip {
class tcp;
}
namespace ssl {
class context;
}
}  // namespace boost::asio

namespace placet::api::http {

using TcpSocket = boost::asio::basic_stream_socket<boost::asio::ip::tcp, boost::asio::any_io_executor>;

/// Lives until its coroutine has ended, whoever else holds it. Thread-safe.
class Session {
public:
    virtual ~Session() = default;
    /// The server stops: ends at once if it waits for its next request, otherwise after the answer.
    virtual void finish() = 0;
    virtual void abort() = 0;
    /// Since when it has waited for its client, in ticks of the steady clock; kNeverWaits while it works on an answer.
    [[nodiscard]] virtual std::int64_t waits_since() const noexcept = 0;
    static constexpr std::int64_t kNeverWaits = std::numeric_limits<std::int64_t>::max();
};

/// Outlives its sessions. Thread-safe.
class Site {
public:
    Site(const ServerLimits& most, Handler called, boost::asio::ssl::context& context)
        : limits(most), handler(std::move(called)), tls(context), admission(most) {}

    /// False once the server stops.
    [[nodiscard]] bool enter(std::shared_ptr<Session> session) {
        const std::lock_guard lock(mutex_);
        if (stopping) return false;
        sessions_.insert(std::move(session));
        return true;
    }
    void leave(const std::shared_ptr<Session>& session) {
        const std::lock_guard lock(mutex_);
        sessions_.erase(session);
        if (sessions_.empty()) empty_.notify_all();
    }
    /// Called when places get scarce: slow clients, however many, lose theirs to those that come after them.
    void close_longest_waiting() {
        std::shared_ptr<Session> longest;
        {
            const std::lock_guard lock(mutex_);
            std::int64_t since = Session::kNeverWaits;
            for (const auto& session : sessions_)
                if (const std::int64_t its = session->waits_since(); its < since) {
                    since = its;
                    longest = session;
                }
        }
        if (longest) longest->abort();
    }
    void stop_entering() {
        const std::lock_guard lock(mutex_);
        stopping = true;
    }
    void wait_until_empty(std::chrono::milliseconds most) {
        std::unique_lock lock(mutex_);
        empty_.wait_for(lock, most, [this] { return sessions_.empty(); });
    }
    [[nodiscard]] std::set<std::shared_ptr<Session>> sessions() {
        const std::lock_guard lock(mutex_);
        return sessions_;
    }

    const ServerLimits limits;
    const Handler handler;
    boost::asio::ssl::context& tls;
    Admission admission;
    std::atomic<bool> stopping{false};

private:
    std::mutex mutex_;
    std::condition_variable empty_;
    std::set<std::shared_ptr<Session>> sessions_;
};

/// Serves `socket`, whose executor is a strand of its own, until either side ends it. The place that `address` holds in
/// the admission is left with the session, also if this throws.
void start_session(TcpSocket socket, std::string address, Site& site);

}  // namespace placet::api::http

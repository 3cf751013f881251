// One HTTPS connection of the load, without blocking: TLS 1.3 with a client certificate, one request under way at a
// time. Of OpenSSL and sockets alone, so that what is measured is the server and not a client library. One thread.
#pragma once

#include <chrono>
#include <functional>
#include <string>

#include "api/client/client.hpp"
#include "api/http/tls.hpp"

namespace placet::bench {

using Clock = std::chrono::steady_clock;

struct Answer {
    unsigned status = 0;
    std::string body;
};

class Connection {
public:
    enum class State : std::uint8_t { closed, connecting, shaking, idle, asking };

    /// `epoll` is watched by the caller, who hands over events of `descriptor()` to `advance`.
    Connection(int epoll, std::uint64_t mark) : epoll_(epoll), mark_(mark) {}
    ~Connection() { close(); }
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    /// Begins to connect; a failure shows as `closed` at once or after `advance`.
    void open(const api::client::Endpoint& endpoint, SSL_CTX* context);
    /// Sends a whole request; only when idle.
    void ask(std::string request);
    /// Something is readable or writable. An answer that became complete is returned; the connection is idle again
    /// then.
    [[nodiscard]] std::optional<Answer> advance();
    void close();

    [[nodiscard]] State state() const noexcept { return state_; }

private:
    void shake();
    void write();
    [[nodiscard]] std::optional<Answer> read();
    [[nodiscard]] std::optional<Answer> take_answer();
    void watch(std::uint32_t events);
    /// True if it only has to wait for the socket; closes otherwise.
    bool must_wait(int result);

    int epoll_;
    std::uint64_t mark_;
    int descriptor_ = -1;
    std::uint32_t watched_ = 0;
    State state_ = State::closed;
    crypto::SpkiHash spki_;
    api::http::Tls tls_;
    std::string out_;
    std::string in_;
};

}  // namespace placet::bench

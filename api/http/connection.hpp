// One accepted connection: TLS, heads and bodies in, answers out, never more memory than its limits. A state machine over
// a non-blocking socket, driven and owned by one I/O thread (loop.hpp).
#pragma once

#include <atomic>
#include <chrono>
#include <string>

#include "api/http/address.hpp"
#include "api/http/head.hpp"
#include "api/http/server.hpp"
#include "api/http/tls.hpp"

namespace placet::api::http {

/// What all connections of a server share. Atomics only; outlives every connection.
struct Shared {
    ServerLimits limits;
    std::atomic<std::uint64_t> connections{0};
    std::atomic<std::uint64_t> open{0};
    std::atomic<std::uint64_t> connections_refused{0};
    std::atomic<std::uint64_t> handshakes_failed{0};
    std::atomic<std::uint64_t> requests{0};
    std::atomic<std::uint64_t> requests_refused{0};
    std::atomic<std::uint64_t> exceptions{0};
    std::atomic<std::uint64_t> buffered_body_bytes{0};
    std::atomic<bool> stopping{false};
};

class Connection {
public:
    using Clock = std::chrono::steady_clock;
    enum class State : std::uint8_t { handshake, head, body, answering, writing, lingering, closed };
    enum class Interest : std::uint8_t { none, read, write };

    Connection(Socket socket, Tls tls, std::string address, Shared& shared);
    ~Connection();
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    /// Goes on as far as the socket allows. Afterwards look at state(), interest() and take_request().
    void advance();
    /// A request that is complete, once; the state is `answering` until answer().
    [[nodiscard]] std::optional<Request> take_request();
    void answer(Response response);
    /// The time is up: closes, or answers 408/503 where a client would understand it.
    void time_out();
    /// The peer is gone, or the server stops.
    void close() noexcept { state_ = State::closed; }
    /// No request in progress: may be closed at once when the server stops.
    [[nodiscard]] bool is_idle() const noexcept { return state_ == State::head && in_.empty(); }

    [[nodiscard]] State state() const noexcept { return state_; }
    [[nodiscard]] Interest interest() const noexcept { return interest_; }
    [[nodiscard]] Clock::time_point deadline() const noexcept { return deadline_; }
    [[nodiscard]] int descriptor() const noexcept { return socket_.get(); }
    [[nodiscard]] const std::string& address() const noexcept { return address_; }
    /// Counts answers: a responder of an earlier request finds a higher number and does nothing.
    [[nodiscard]] std::uint64_t turn() const noexcept { return turn_; }

private:
    enum class Progress : std::uint8_t { more, blocked };
    Progress handshake();
    Progress read_head();
    Progress read_body();
    Progress write();
    Progress linger();
    /// Reads once into in_; false when nothing came (blocked or closed).
    bool read_some();
    bool wait_for(int result);
    void begin_head();
    void begin_body();
    void complete_request();
    void refuse(HeadRefusal refusal);
    void begin_writing(Response response);
    void release_body() noexcept;

    Socket socket_;
    Tls tls_;
    std::string address_;
    Shared& shared_;
    State state_ = State::handshake;
    Interest interest_ = Interest::read;
    Clock::time_point deadline_;
    std::optional<crypto::SpkiHash> spki_;
    std::string in_;   ///< octets of a head, or what follows one; at most limits.header_bytes and one read
    Head head_;
    base::Bytes body_;
    std::size_t counted_ = 0;  ///< of shared_.buffered_body_bytes, until the answer: it bounds what handlers hold, too
    bool request_ready_ = false;
    bool close_after_ = false;
    std::string out_;
    std::size_t written_ = 0;
    std::uint64_t turn_ = 0;
    std::size_t lingered_ = 0;
    std::string request_id_;
};

}  // namespace placet::api::http

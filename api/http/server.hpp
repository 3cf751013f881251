// The HTTPS server of validators and gateways: TLS 1.3 and HTTP/1.1, nothing optional of either. It owns its I/O threads;
// the handler runs on them and answers at once or later, from any thread. A request reaches the handler only past the
// strict filter (head.hpp) and within every limit below, so no client can make it buffer more than stated.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "api/http/message.hpp"
#include "ledger/base/error.hpp"

namespace placet::api::http {

struct ServerLimits {
    std::size_t header_bytes = 16 * 1024;
    std::size_t body_bytes = 1024 * 1024;
    /// Open at once, 85 KiB each. Near it each new one closes the one that has waited longest for its client; beyond it they
    /// are closed unanswered.
    std::size_t connections = 640;
    std::size_t connections_per_address = 160;   ///< from one IP address
    std::size_t buffered_body_bytes = 16 * 1024 * 1024;  ///< all bodies of unanswered requests together; beyond it 503
    std::chrono::milliseconds handshake{5000};   ///< TLS must be done within this
    std::chrono::milliseconds header{5000};      ///< from the first byte of a head to its last
    std::chrono::milliseconds body{30000};
    std::chrono::milliseconds idle{30000};       ///< between requests of one connection
    std::chrono::milliseconds answer{60000};     ///< the handler's; then 503
    std::chrono::milliseconds write{30000};      ///< a client that does not read its answer
    std::size_t requests_per_connection = 100000;
};

struct ServerConfig {
    std::string address;  ///< "127.0.0.1:8443", "[::1]:0", "localhost:8443"; port 0 = any free one
    std::string certificate_pem;
    std::string key_pem;
    unsigned threads = 2;
    ServerLimits limits;
};

/// Called once per request, from any thread; further calls, and calls after the connection went, do nothing.
using Responder = std::function<void(Response)>;
/// Runs on an I/O thread: long waiting is done by keeping the responder. What it throws becomes a 500.
using Handler = std::function<void(Request, Responder)>;

/// Counters since the start; for metrics.
struct ServerCounters {
    std::uint64_t connections = 0;       ///< accepted
    std::uint64_t connections_open = 0;
    std::uint64_t connections_refused = 0;  ///< over a cap
    std::uint64_t handshakes_failed = 0;
    std::uint64_t requests = 0;          ///< that reached the handler
    std::uint64_t requests_refused = 0;  ///< by the filter of heads or a limit
    std::uint64_t exceptions = 0;        ///< caught in a session or handler
};

class Server {
public:
    /// Listens and starts the threads. A port in use is `conflict` with the address in the message; an address that is not
    /// ours or a name that does not resolve is `io`; a bad certificate or key `invalid_value`.
    [[nodiscard]] static base::Result<std::unique_ptr<Server>> start(ServerConfig config, Handler handler);

    virtual ~Server() = default;  ///< stop(0 ms)
    /// Stops accepting, lets running requests finish for at most `grace`, then closes all and joins the threads. The handler
    /// is not called after it returns. Idempotent; not to be called from a handler.
    virtual void stop(std::chrono::milliseconds grace) = 0;
    [[nodiscard]] virtual std::uint16_t port() const noexcept = 0;  ///< the one listened on
    [[nodiscard]] virtual ServerCounters counters() const noexcept = 0;
};

}  // namespace placet::api::http

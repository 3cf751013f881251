// One pinned TLS 1.3 connection of a client, blocking with a deadline: connect, one request and its answer at a time.
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "api/http/message.hpp"
#include "api/http/tls.hpp"

namespace placet::api::client {

class Transport {
public:
    using Clock = std::chrono::steady_clock;

    /// `unavailable` if nobody answers, or somebody answers whose key is not `pin`. `context` is kept alive by the
    /// connection.
    [[nodiscard]] static base::Result<Transport> connect(const std::string& address, const crypto::SpkiHash& pin,
                                                         SSL_CTX* context, std::chrono::milliseconds timeout);
    Transport(Transport&&) noexcept;
    Transport& operator=(Transport&&) noexcept;
    ~Transport();

    /// Sends and reads the answer. `unavailable` if the connection breaks, `timeout` at the deadline, malformed or
    /// too_large for an answer that is not HTTP as we speak it. After an error the connection is of no more use.
    [[nodiscard]] base::Result<http::Response> exchange(const http::Request& request, Clock::time_point deadline,
                                                        std::size_t max_response_bytes);

    /// False once the server has said it closes, or after an error.
    [[nodiscard]] bool is_open() const noexcept;
    /// True if no octet of an answer was read in the last exchange: a kept connection may have been closed meanwhile.
    [[nodiscard]] bool answered_nothing() const noexcept;

private:
    struct Stream;
    explicit Transport(std::unique_ptr<Stream> stream) noexcept;
    std::unique_ptr<Stream> stream_;
};

}  // namespace placet::api::client

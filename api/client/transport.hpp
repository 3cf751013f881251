// One pinned TLS 1.3 connection of a client, blocking with a deadline: connect, one request and its answer at a time.
#pragma once

#include <chrono>
#include <string>

#include "api/http/address.hpp"
#include "api/http/message.hpp"
#include "api/http/tls.hpp"

namespace placet::api::client {

class Transport {
public:
    using Clock = std::chrono::steady_clock;

    /// `unavailable` if nobody answers, or somebody answers whose key is not `pin`.
    [[nodiscard]] static base::Result<Transport> connect(const std::string& address, const crypto::SpkiHash& pin, SSL_CTX* context,
                                                         std::chrono::milliseconds timeout);

    /// Sends and reads the answer. `unavailable` if the connection breaks, `timeout` at the deadline, malformed or too_large
    /// for an answer that is not HTTP as we speak it. After an error the connection is of no more use.
    [[nodiscard]] base::Result<http::Response> exchange(const http::Request& request, Clock::time_point deadline, std::size_t max_response_bytes);

    /// False once the server has said it closes, or after an error.
    [[nodiscard]] bool is_open() const noexcept { return open_; }
    /// True if no octet of an answer was read in the last exchange: a kept connection may have been closed meanwhile.
    [[nodiscard]] bool answered_nothing() const noexcept { return answered_nothing_; }

private:
    Transport(http::Socket socket, http::Tls tls, std::string host);
    [[nodiscard]] base::Status wait_after(int result, Clock::time_point deadline);
    [[nodiscard]] base::Status write_all(std::string_view text, Clock::time_point deadline);
    /// Appends what comes next to `in_`.
    [[nodiscard]] base::Status read_some(Clock::time_point deadline);

    http::Socket socket_;
    http::Tls tls_;
    std::string host_;
    std::string in_;
    bool open_ = true;
    bool answered_nothing_ = true;
};

}  // namespace placet::api::client

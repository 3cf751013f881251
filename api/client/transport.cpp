// The client's connection: OpenSSL over a non-blocking socket, poll for the deadline.
#include "api/client/transport.hpp"

#include <openssl/err.h>
#include <poll.h>

#include <cerrno>
#include <csignal>

#include "api/http/head.hpp"
#include "ledger/base/hex.hpp"

namespace placet::api::client {
namespace {

using base::ErrorCode;
using base::refuse;
using base::Result;

constexpr std::size_t kMaxHeadBytes = 32 * 1024;

base::Status wait_for_socket(int descriptor, short events, Transport::Clock::time_point deadline) {
    while (true) {
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Transport::Clock::now()).count();
        if (left <= 0) return refuse(ErrorCode::timeout, "no answer in time");
        pollfd waiting{descriptor, events, 0};
        const int ready = ::poll(&waiting, 1, static_cast<int>(left));
        if (ready > 0) return {};
        if (ready < 0 && errno != EINTR) return refuse(ErrorCode::unavailable, "the connection broke");
    }
}

/// OpenSSL writes with write(2): a server that went away must be an error, not a signal.
void ignore_broken_pipes() { std::signal(SIGPIPE, SIG_IGN); }

std::string head_text(const http::Request& request, const std::string& host) {
    std::string target = request.path;
    if (!request.query.empty()) target += '?' + request.query;
    std::string head = request.method + ' ' + target + " HTTP/1.1\r\nHost: " + host + "\r\n";
    for (const http::Header& header : request.headers) head += header.name + ": " + header.value + "\r\n";
    if (!request.body.empty() || request.method == "POST") head += "Content-Length: " + std::to_string(request.body.size()) + "\r\n";
    return head + "\r\n";
}

}  // namespace

Transport::Transport(http::Socket socket, http::Tls tls, std::string host)
    : socket_(std::move(socket)), tls_(std::move(tls)), host_(std::move(host)) {}

Result<Transport> Transport::connect(const std::string& address, const crypto::SpkiHash& pin, SSL_CTX* context, std::chrono::milliseconds timeout) {
    static const bool ignored = (ignore_broken_pipes(), true);
    static_cast<void>(ignored);
    const auto deadline = Clock::now() + timeout;
    PLACET_TRY_ASSIGN(const http::Address parsed, http::parse_address(address));
    PLACET_TRY_ASSIGN(http::Socket socket, http::connect_to(address, timeout));
    http::Tls tls(SSL_new(context));
    if (!tls) return refuse(ErrorCode::internal, "OpenSSL cannot make a connection: " + http::tls_error());
    SSL_set_fd(tls.get(), socket.get());
    SSL_set_connect_state(tls.get());
    Transport transport(std::move(socket), std::move(tls), address);
    while (true) {
        ERR_clear_error();
        const int result = SSL_do_handshake(transport.tls_.get());
        if (result == 1) break;
        if (auto waited = transport.wait_after(result, deadline); !waited)
            return refuse(ErrorCode::unavailable, "no TLS connection to " + address + ": " + waited.error().message);
    }
    const auto spki = http::peer_spki(transport.tls_.get());
    if (!spki || *spki != pin)
        return refuse(ErrorCode::unavailable, "the server at " + address + " shows another key than the one expected (" + base::to_hex(pin.view()) +
                                                  "): it is not the validator it should be, or its certificate was replaced");
    return transport;
}

base::Status Transport::wait_after(int result, Clock::time_point deadline) {
    const int error = SSL_get_error(tls_.get(), result);
    if (error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE)
        return wait_for_socket(socket_.get(), error == SSL_ERROR_WANT_READ ? POLLIN : POLLOUT, deadline);
    open_ = false;
    if (error == SSL_ERROR_SSL) return refuse(ErrorCode::unavailable, "TLS failed: " + http::tls_error());
    ERR_clear_error();
    return refuse(ErrorCode::unavailable, "the server closed the connection");
}

base::Status Transport::write_all(std::string_view text, Clock::time_point deadline) {
    while (!text.empty()) {
        ERR_clear_error();
        const int size = SSL_write(tls_.get(), text.data(), static_cast<int>(std::min(text.size(), std::size_t{64 * 1024})));
        if (size > 0) {
            text.remove_prefix(static_cast<std::size_t>(size));
            continue;
        }
        PLACET_TRY(wait_after(size, deadline));
    }
    return {};
}

base::Status Transport::read_some(Clock::time_point deadline) {
    char buffer[16 * 1024];
    while (true) {
        ERR_clear_error();
        const int size = SSL_read(tls_.get(), buffer, sizeof buffer);
        if (size > 0) {
            in_.append(buffer, static_cast<std::size_t>(size));
            answered_nothing_ = false;
            return {};
        }
        PLACET_TRY(wait_after(size, deadline));
    }
}

Result<http::Response> Transport::exchange(const http::Request& request, Clock::time_point deadline, std::size_t max_response_bytes) {
    const auto broken = [this](base::Error error) {
        open_ = false;
        return std::unexpected(std::move(error));
    };
    answered_nothing_ = true;
    in_.clear();
    std::string out = head_text(request, host_);
    out.append(base::as_text(request.body));
    // A server that refuses before it has read all closes its side: its answer may already be there, so it is looked for.
    const auto sent = write_all(out, deadline);
    if (!sent && sent.error().code == ErrorCode::timeout) return broken(sent.error());

    std::size_t end = std::string::npos;
    while ((end = in_.find("\r\n\r\n")) == std::string::npos) {
        if (in_.size() > kMaxHeadBytes) return broken({ErrorCode::malformed, "the server's answer has too long a head", {}});
        if (auto read = read_some(deadline); !read) return broken(std::move(read).error());
    }
    auto head = http::parse_response_head(std::string_view(in_).substr(0, end + 4));
    if (!head) return broken(std::move(head).error());
    if (head->content_length > max_response_bytes) return broken({ErrorCode::too_large, "the server's answer is larger than this client takes", {}});
    in_.erase(0, end + 4);
    while (in_.size() < head->content_length)
        if (auto read = read_some(deadline); !read) return broken(std::move(read).error());
    if (in_.size() != head->content_length) return broken({ErrorCode::malformed, "the server sent more than it announced", {}});
    head->response.body = base::to_bytes(in_);
    if (head->connection == http::Head::Connection::close || !sent) open_ = false;
    return std::move(head->response);
}

}  // namespace placet::api::client

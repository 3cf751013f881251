// A TLS client that sends any octets at all and reads what comes back: for everything a real client would not do.
#pragma once

#include <fcntl.h>
#include <netinet/in.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <csignal>
#include <string>
#include <utility>

#include "api/http/tls.hpp"

namespace placet::test {

/// A non-blocking socket connected to a port of 127.0.0.1; closes itself.
class LoopbackSocket {
public:
    /// From 127.0.0.`host`.
    explicit LoopbackSocket(std::uint16_t port, std::uint8_t host = 1)
        : descriptor_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK - 1 + host);
        ::bind(descriptor_, reinterpret_cast<const sockaddr*>(&address), sizeof address);
        address.sin_port = htons(port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        connected_ = ::connect(descriptor_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
        ::fcntl(descriptor_, F_SETFL, O_NONBLOCK);
    }
    LoopbackSocket(const LoopbackSocket&) = delete;
    LoopbackSocket& operator=(const LoopbackSocket&) = delete;
    ~LoopbackSocket() { close(); }
    void close() {
        if (descriptor_ >= 0) ::close(std::exchange(descriptor_, -1));
    }
    [[nodiscard]] int get() const noexcept { return descriptor_; }
    [[nodiscard]] bool connected() const noexcept { return connected_; }

private:
    int descriptor_;
    bool connected_ = false;
};

class RawClient {
public:
    explicit RawClient(std::uint16_t port, const std::string& certificate = {}, const std::string& key = {})
        : socket_(port) {
        std::signal(SIGPIPE, SIG_IGN);
        context_ = std::move(*api::http::make_client_context(certificate, key));
        if (!socket_.connected()) return;
        tls_.reset(SSL_new(context_.get()));
        SSL_set_fd(tls_.get(), socket_.get());
        SSL_set_connect_state(tls_.get());
        connected_ = drive([&] { return SSL_do_handshake(tls_.get()); }) == 1;
    }

    [[nodiscard]] bool connected() const { return connected_; }
    [[nodiscard]] SSL* tls() { return tls_.get(); }

    /// False when the server no longer takes anything.
    bool send(std::string_view text) {
        while (!text.empty()) {
            const int size = drive([&] {
                return SSL_write(tls_.get(), text.data(), static_cast<int>(std::min<std::size_t>(text.size(), 16384)));
            });
            if (size <= 0) return false;
            text.remove_prefix(static_cast<std::size_t>(size));
        }
        return true;
    }

    /// Closes with a TCP reset, as a client does that dies or gives up.
    void reset() {
        const linger at_once{1, 0};
        ::setsockopt(socket_.get(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
        socket_.close();
    }

    /// What the server sends until it closes or is silent for `silence_ms`.
    std::string read_all(int silence_ms = 3000) {
        std::string out;
        char buffer[16384];
        while (true) {
            const int size = drive([&] { return SSL_read(tls_.get(), buffer, sizeof buffer); }, silence_ms);
            if (size <= 0) return out;
            out.append(buffer, static_cast<std::size_t>(size));
        }
    }

    /// One response with its body, by its Content-Length.
    std::string read_response() {
        std::string out;
        char buffer[16384];
        while (true) {
            const std::size_t end = out.find("\r\n\r\n");
            const std::size_t at = out.find("Content-Length: ");
            if (end != std::string::npos && at != std::string::npos &&
                out.size() >= end + 4 + std::stoul(out.substr(at + 16)))
                return out;
            const int size = drive([&] { return SSL_read(tls_.get(), buffer, sizeof buffer); }, 5000);
            if (size <= 0) return out;
            out.append(buffer, static_cast<std::size_t>(size));
        }
    }

private:
    template <class Call>
    int drive(Call call, int timeout_ms = 10000) {
        while (true) {
            ERR_clear_error();
            const int result = call();
            if (result > 0) return result;
            const int error = SSL_get_error(tls_.get(), result);
            if (error != SSL_ERROR_WANT_READ && error != SSL_ERROR_WANT_WRITE) return result;
            pollfd waiting{socket_.get(), static_cast<short>(error == SSL_ERROR_WANT_READ ? POLLIN : POLLOUT), 0};
            if (poll(&waiting, 1, timeout_ms) <= 0) return 0;
        }
    }

    api::http::TlsContext context_;
    LoopbackSocket socket_;
    api::http::Tls tls_;
    bool connected_ = false;
};

}  // namespace placet::test

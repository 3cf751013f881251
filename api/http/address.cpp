// Names to sockets, by getaddrinfo.
#include "api/http/address.hpp"

#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstring>
#include <memory>

namespace placet::api::http {
namespace {

using base::ErrorCode;
using base::refuse;
using base::Result;
using Clock = std::chrono::steady_clock;

struct FreeAddresses {
    void operator()(addrinfo* list) const noexcept { freeaddrinfo(list); }
};
using Addresses = std::unique_ptr<addrinfo, FreeAddresses>;

enum class Use { listening, connecting };

Result<Addresses> resolve(const Address& address, Use use) {
    addrinfo hints{};
    hints.ai_family = AF_UNSPEC;
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = AI_NUMERICSERV | (use == Use::listening ? AI_PASSIVE : 0);
    addrinfo* list = nullptr;
    const int failed = getaddrinfo(address.host.c_str(), std::to_string(address.port).c_str(), &hints, &list);
    if (failed != 0) {
        const ErrorCode code = use == Use::listening ? ErrorCode::io : ErrorCode::unavailable;
        return refuse(code, "the name " + address.host + " does not resolve: " + gai_strerror(failed), "address");
    }
    return Addresses(list);
}

/// Waits until `socket` is connected or has failed; errno-like result.
int finish_connect(int socket, Clock::time_point deadline) {
    while (true) {
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now()).count();
        if (left <= 0) return ETIMEDOUT;
        pollfd waiting{socket, POLLOUT, 0};
        const int ready = poll(&waiting, 1, static_cast<int>(left));
        if (ready < 0 && errno == EINTR) continue;
        if (ready < 0) return errno;
        if (ready == 0) return ETIMEDOUT;
        int error = 0;
        socklen_t size = sizeof error;
        return getsockopt(socket, SOL_SOCKET, SO_ERROR, &error, &size) == 0 ? error : errno;
    }
}

void send_at_once(int socket) {
    const int on = 1;
    setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

}  // namespace

Socket& Socket::operator=(Socket&& other) noexcept {
    if (this != &other) {
        if (descriptor_ >= 0) ::close(descriptor_);
        descriptor_ = other.release();
    }
    return *this;
}

Socket::~Socket() {
    if (descriptor_ >= 0) ::close(descriptor_);
}

int Socket::release() noexcept { return std::exchange(descriptor_, -1); }

Result<Address> parse_address(std::string_view text) {
    const auto bad = [&] {
        return refuse(ErrorCode::invalid_value, "expected host:port (for example 127.0.0.1:8443), got \"" + std::string(text) + "\"", "address");
    };
    const std::size_t colon = text.rfind(':');
    if (colon == std::string_view::npos || colon + 1 == text.size()) return bad();
    std::string_view host = text.substr(0, colon);
    if (host.starts_with('[') && host.ends_with(']')) {
        host = host.substr(1, host.size() - 2);
    } else if (host.find(':') != std::string_view::npos) {
        return bad();
    }
    Address address{std::string(host), 0};
    const auto [end, error] = std::from_chars(text.data() + colon + 1, text.data() + text.size(), address.port);
    if (host.empty() || error != std::errc{} || end != text.data() + text.size()) return bad();
    return address;
}

Result<Socket> listen_on(std::string_view text) {
    PLACET_TRY_ASSIGN(const Address address, parse_address(text));
    PLACET_TRY_ASSIGN(const Addresses addresses, resolve(address, Use::listening));
    int failure = 0;
    for (const addrinfo* one = addresses.get(); one != nullptr; one = one->ai_next) {
        Socket socket(::socket(one->ai_family, one->ai_socktype | SOCK_NONBLOCK | SOCK_CLOEXEC, one->ai_protocol));
        const int on = 1;
        if (socket.is_open()) setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
        if (socket.is_open() && bind(socket.get(), one->ai_addr, one->ai_addrlen) == 0 && listen(socket.get(), 1024) == 0) return socket;
        failure = errno;
        if (failure == EADDRINUSE) break;
    }
    const std::string where(text);
    if (failure == EADDRINUSE)
        return refuse(ErrorCode::conflict, "the address " + where + " is already in use: stop the other process or choose another port", "address");
    return refuse(ErrorCode::io, "cannot listen on " + where + ": " + std::strerror(failure), "address");
}

std::uint16_t port_of(const Socket& socket) {
    sockaddr_storage storage{};
    socklen_t size = sizeof storage;
    if (getsockname(socket.get(), reinterpret_cast<sockaddr*>(&storage), &size) != 0) return 0;
    if (storage.ss_family == AF_INET6) return ntohs(reinterpret_cast<const sockaddr_in6*>(&storage)->sin6_port);
    return ntohs(reinterpret_cast<const sockaddr_in*>(&storage)->sin_port);
}

Result<Socket> connect_to(std::string_view text, std::chrono::milliseconds timeout) {
    PLACET_TRY_ASSIGN(const Address address, parse_address(text));
    PLACET_TRY_ASSIGN(const Addresses addresses, resolve(address, Use::connecting));
    const auto deadline = Clock::now() + timeout;
    int failure = 0;
    for (const addrinfo* one = addresses.get(); one != nullptr; one = one->ai_next) {
        Socket socket(::socket(one->ai_family, one->ai_socktype | SOCK_NONBLOCK | SOCK_CLOEXEC, one->ai_protocol));
        if (!socket.is_open()) {
            failure = errno;
            continue;
        }
        failure = connect(socket.get(), one->ai_addr, one->ai_addrlen) == 0 ? 0 : errno;
        if (failure == EINPROGRESS) failure = finish_connect(socket.get(), deadline);
        if (failure != 0) continue;
        send_at_once(socket.get());
        return socket;
    }
    return refuse(ErrorCode::unavailable, "cannot connect to " + std::string(text) + ": " + std::strerror(failure));
}

}  // namespace placet::api::http

// Non-blocking HTTPS: see connection.hpp.
#include "tests/bench/load/connection.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <charconv>

namespace placet::bench {

namespace {

constexpr std::size_t kChunk = 16 * 1024;

std::optional<sockaddr_in> ipv4(const std::string& address) {
    const std::size_t colon = address.rfind(':');
    sockaddr_in out{};
    out.sin_family = AF_INET;
    out.sin_port = htons(static_cast<std::uint16_t>(std::atoi(address.c_str() + colon + 1)));
    if (colon == std::string::npos || ::inet_pton(AF_INET, address.substr(0, colon).c_str(), &out.sin_addr) != 1)
        return std::nullopt;
    return out;
}

// The value of a header, wherever it stands in the head; names in any case.
std::string_view header(std::string_view head, std::string_view name) {
    for (std::size_t at = head.find("\r\n"); at != std::string_view::npos && at + 2 < head.size();
         at = head.find("\r\n", at + 2)) {
        const std::string_view line = head.substr(at + 2);
        if (line.size() <= name.size() || line[name.size()] != ':' ||
            ::strncasecmp(line.data(), name.data(), name.size()) != 0)
            continue;
        std::string_view value = line.substr(name.size() + 1, line.find("\r\n") - name.size() - 1);
        while (value.starts_with(' ')) value.remove_prefix(1);
        return value;
    }
    return {};
}

}  // namespace

void Connection::open(const api::client::Endpoint& endpoint, SSL_CTX* context) {
    close();
    const auto address = ipv4(endpoint.address);
    if (!address) return;
    descriptor_ = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    const int on = 1;
    ::setsockopt(descriptor_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    spki_ = endpoint.spki;
    tls_.reset(SSL_new(context));
    SSL_set_fd(tls_.get(), descriptor_);
    SSL_set_connect_state(tls_.get());
    const int result = ::connect(descriptor_, reinterpret_cast<const sockaddr*>(&*address), sizeof *address);
    if (result != 0 && errno != EINPROGRESS) return close();
    state_ = State::connecting;
    epoll_event event{EPOLLOUT, {.u64 = mark_}};
    watched_ = EPOLLOUT;
    ::epoll_ctl(epoll_, EPOLL_CTL_ADD, descriptor_, &event);
}

void Connection::close() {
    tls_.reset();
    if (descriptor_ >= 0) ::close(descriptor_);  // epoll forgets it
    descriptor_ = -1;
    state_ = State::closed;
    out_.clear();
    in_.clear();
}

void Connection::watch(std::uint32_t events) {
    if (events == watched_) return;
    epoll_event event{events, {.u64 = mark_}};
    ::epoll_ctl(epoll_, EPOLL_CTL_MOD, descriptor_, &event);
    watched_ = events;
}

bool Connection::must_wait(int result) {
    switch (SSL_get_error(tls_.get(), result)) {
        case SSL_ERROR_WANT_READ:
            watch(EPOLLIN);
            return true;
        case SSL_ERROR_WANT_WRITE:
            watch(EPOLLOUT);
            return true;
        default:
            ERR_clear_error();
            close();
            return false;
    }
}

void Connection::shake() {
    const int result = SSL_do_handshake(tls_.get());
    if (result != 1) return (void)must_wait(result);
    if (api::http::peer_spki(tls_.get()) != spki_) return close();
    state_ = State::idle;
    watch(EPOLLIN);
}

void Connection::ask(std::string request) {
    out_ = std::move(request);
    state_ = State::asking;
    write();
}

void Connection::write() {
    while (!out_.empty()) {
        const int size = SSL_write(tls_.get(), out_.data(), static_cast<int>(out_.size()));
        if (size <= 0) return (void)must_wait(size);
        out_.erase(0, static_cast<std::size_t>(size));
    }
    watch(EPOLLIN);
}

std::optional<Answer> Connection::read() {
    char buffer[kChunk];
    for (;;) {
        const int size = SSL_read(tls_.get(), buffer, sizeof buffer);
        if (size <= 0) {
            (void)must_wait(size);
            return std::nullopt;
        }
        in_.append(buffer, static_cast<std::size_t>(size));
        if (auto answer = take_answer()) return answer;
    }
}

std::optional<Answer> Connection::take_answer() {
    const std::size_t end = in_.find("\r\n\r\n");
    if (end == std::string::npos) return std::nullopt;
    const std::string_view head(in_.data(), end + 2);
    const std::string_view length_text = header(head, "content-length");
    std::size_t length = 0;
    std::from_chars(length_text.data(), length_text.data() + length_text.size(), length);
    if (in_.size() < end + 4 + length) return std::nullopt;
    Answer answer;
    std::from_chars(head.data() + std::min<std::size_t>(9, head.size()), head.data() + head.size(),
                    answer.status);  // "HTTP/1.1 201 …"
    answer.body = in_.substr(end + 4, length);
    const bool last = header(head, "connection") == "close";
    in_.erase(0, end + 4 + length);
    state_ = State::idle;
    if (last) close();
    return answer;
}

std::optional<Answer> Connection::advance() {
    if (state_ == State::connecting) {
        int error = 0;
        socklen_t size = sizeof error;
        ::getsockopt(descriptor_, SOL_SOCKET, SO_ERROR, &error, &size);
        if (error != 0) {
            close();
            return std::nullopt;
        }
        state_ = State::shaking;
    }
    if (state_ == State::shaking) {
        shake();
        return std::nullopt;
    }
    if (state_ == State::asking && !out_.empty()) write();
    if (state_ == State::asking || state_ == State::idle) return read();
    return std::nullopt;
}

}  // namespace placet::bench

// The state machine of one connection: handshake → (head → body → answering → writing)* → lingering → closed.
#include "api/http/connection.hpp"

#include <openssl/err.h>
#include <sys/socket.h>

#include <cerrno>
#include <ctime>

#include "api/http/problem.hpp"
#include "ledger/base/hex.hpp"
#include "ledger/crypto/random.hpp"

namespace placet::api::http {
namespace {

constexpr std::size_t kReadBytes = 16 * 1024;
constexpr std::size_t kMaxLingeringBytes = 2 * 1024 * 1024;
constexpr std::chrono::milliseconds kLingering{2000};

std::string http_date() {
    const std::time_t now = std::time(nullptr);
    std::tm parts{};
    gmtime_r(&now, &parts);
    char text[40];
    const std::size_t size = std::strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S GMT", &parts);
    return {text, size};
}

std::string new_request_id() { return base::to_hex(crypto::random_bytes(16)); }

}  // namespace

Connection::Connection(Socket socket, Tls tls, std::string address, Shared& shared)
    : socket_(std::move(socket)), tls_(std::move(tls)), address_(std::move(address)), shared_(shared),
      deadline_(Clock::now() + shared.limits.handshake) {
    SSL_set_fd(tls_.get(), socket_.get());
    SSL_set_accept_state(tls_.get());
}

Connection::~Connection() { release_body(); }

void Connection::release_body() noexcept {
    shared_.buffered_body_bytes -= std::exchange(counted_, 0);
    body_ = {};
}

void Connection::advance() {
    Progress progress = Progress::more;
    while (progress == Progress::more) {
        switch (state_) {
            case State::handshake: progress = handshake(); break;
            case State::head: progress = read_head(); break;
            case State::body: progress = read_body(); break;
            case State::writing: progress = write(); break;
            case State::lingering: progress = linger(); break;
            case State::answering:
            case State::closed: progress = Progress::blocked; break;
        }
    }
    if (state_ == State::answering) interest_ = Interest::none;
}

/// After a TLS call that gave `result` ≤ 0: true if it only has to wait for the socket.
bool Connection::wait_for(int result) {
    const int error = SSL_get_error(tls_.get(), result);
    ERR_clear_error();
    if (error == SSL_ERROR_WANT_READ) interest_ = Interest::read;
    if (error == SSL_ERROR_WANT_WRITE) interest_ = Interest::write;
    return error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE;
}

Connection::Progress Connection::handshake() {
    ERR_clear_error();
    const int result = SSL_do_handshake(tls_.get());
    if (result != 1) {
        if (wait_for(result)) return Progress::blocked;
        ++shared_.handshakes_failed;
        state_ = State::closed;
        return Progress::blocked;
    }
    spki_ = peer_spki(tls_.get());
    begin_head();
    return Progress::more;
}

bool Connection::read_some() {
    char buffer[kReadBytes];
    ERR_clear_error();
    const int size = SSL_read(tls_.get(), buffer, sizeof buffer);
    if (size > 0) {
        in_.append(buffer, static_cast<std::size_t>(size));
        return true;
    }
    if (!wait_for(size)) state_ = State::closed;
    return false;
}

void Connection::begin_head() {
    state_ = State::head;
    request_id_.clear();
    deadline_ = Clock::now() + (in_.empty() ? shared_.limits.idle : shared_.limits.header);
}

Connection::Progress Connection::read_head() {
    const std::size_t end = in_.find("\r\n\r\n");
    if (end == std::string::npos && in_.size() <= shared_.limits.header_bytes) {
        const bool first = in_.empty();
        if (!read_some()) return Progress::blocked;
        if (first) deadline_ = Clock::now() + shared_.limits.header;
        return Progress::more;
    }
    request_id_ = new_request_id();
    if (end == std::string::npos || end + 4 > shared_.limits.header_bytes) {
        refuse({431, "head_too_large", "", "the request line and headers together have at most " + std::to_string(shared_.limits.header_bytes) + " octets"});
        return Progress::more;
    }
    auto head = parse_head(std::string_view(in_).substr(0, end + 4));
    if (!head) {
        refuse(std::move(head).error());
        return Progress::more;
    }
    in_.erase(0, end + 4);
    head_ = std::move(*head);
    begin_body();
    return Progress::more;
}

void Connection::begin_body() {
    if (head_.content_length > shared_.limits.body_bytes) {
        refuse({413, "too_large", "Content-Length", "a body has at most " + std::to_string(shared_.limits.body_bytes) + " octets"});
        return;
    }
    body_.reserve(head_.content_length);
    state_ = State::body;
    deadline_ = Clock::now() + shared_.limits.body;
}

Connection::Progress Connection::read_body() {
    const std::size_t missing = head_.content_length - body_.size();
    const std::size_t taken = std::min(missing, in_.size());
    if (shared_.buffered_body_bytes + taken > shared_.limits.buffered_body_bytes) {
        refuse({503, "busy", "", "too many bodies are on their way: try again in a second"});
        return Progress::more;
    }
    body_.insert(body_.end(), in_.begin(), in_.begin() + static_cast<std::ptrdiff_t>(taken));
    shared_.buffered_body_bytes += taken;
    counted_ += taken;
    in_.erase(0, taken);
    if (body_.size() == head_.content_length) {
        complete_request();
        return Progress::blocked;
    }
    return read_some() ? Progress::more : Progress::blocked;
}

void Connection::complete_request() {
    state_ = State::answering;
    request_ready_ = true;
    deadline_ = Clock::now() + shared_.limits.answer;
    ++turn_;
    if (head_.connection == Head::Connection::close || turn_ >= shared_.limits.requests_per_connection) close_after_ = true;
}

std::optional<Request> Connection::take_request() {
    if (!request_ready_) return std::nullopt;
    request_ready_ = false;
    Request request = std::move(head_.request);
    request.body = std::move(body_);
    request.peer = {address_, spki_};
    request.request_id = request_id_;
    ++shared_.requests;
    return request;
}

void Connection::refuse(HeadRefusal refusal) {
    ++shared_.requests_refused;
    ++turn_;
    close_after_ = true;
    begin_writing(to_response({refusal.status, std::move(refusal.type), std::move(refusal.message), std::move(refusal.field), request_id_, {}}));
}

void Connection::answer(Response response) {
    if (state_ != State::answering) return;
    begin_writing(std::move(response));
}

void Connection::begin_writing(Response response) {
    release_body();
    if (shared_.stopping) close_after_ = true;
    out_ = "HTTP/1.1 " + std::to_string(response.status) + ' ' + std::string(reason_phrase(response.status)) + "\r\n";
    for (const Header& header : response.headers) out_ += header.name + ": " + header.value + "\r\n";
    out_ += "Date: " + http_date() + "\r\nX-Request-Id: " + request_id_ + "\r\nX-Content-Type-Options: nosniff\r\n";
    if (close_after_) out_ += "Connection: close\r\n";
    const bool has_body = response.status != 204 && response.status != 304;
    if (has_body) out_ += "Content-Length: " + std::to_string(response.body.size()) + "\r\n";
    out_ += "\r\n";
    if (has_body) out_.append(base::as_text(response.body));
    written_ = 0;
    state_ = State::writing;
    deadline_ = Clock::now() + shared_.limits.write;
}

Connection::Progress Connection::write() {
    while (written_ < out_.size()) {
        const std::size_t chunk = std::min(out_.size() - written_, std::size_t{64 * 1024});
        ERR_clear_error();
        const int size = SSL_write(tls_.get(), out_.data() + written_, static_cast<int>(chunk));
        if (size <= 0) {
            if (!wait_for(size)) state_ = State::closed;
            return Progress::blocked;
        }
        written_ += static_cast<std::size_t>(size);
    }
    out_ = {};
    if (!close_after_) {
        begin_head();
        return Progress::more;
    }
    // A close with unread octets would reset the connection and lose the answer on its way (RFC 9112 §9.6): say goodbye, read on.
    SSL_shutdown(tls_.get());
    ERR_clear_error();
    ::shutdown(socket_.get(), SHUT_WR);
    state_ = State::lingering;
    interest_ = Interest::read;
    deadline_ = Clock::now() + kLingering;
    in_ = {};
    return Progress::more;
}

Connection::Progress Connection::linger() {
    char ignored[kReadBytes];
    const ssize_t size = ::recv(socket_.get(), ignored, sizeof ignored, MSG_DONTWAIT);
    if (size > 0) lingered_ += static_cast<std::size_t>(size);
    const bool blocked = size < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
    if ((size <= 0 && !blocked) || lingered_ > kMaxLingeringBytes) {
        state_ = State::closed;
        return Progress::blocked;
    }
    interest_ = Interest::read;
    return blocked ? Progress::blocked : Progress::more;
}

void Connection::time_out() {
    if (state_ == State::answering) {
        begin_writing(to_response({503, "no_answer_in_time", "the server could not answer in time", {}, request_id_, {}}));
        return;
    }
    const bool half_a_request = state_ == State::body || (state_ == State::head && !in_.empty());
    if (!half_a_request) {
        state_ = State::closed;
        return;
    }
    if (request_id_.empty()) request_id_ = new_request_id();
    refuse({408, "request_timeout", "", "the request did not arrive in time"});
}

}  // namespace placet::api::http

// A session over Boost.Beast: one coroutine on its own strand. Beast's parser sees only heads that the strict filter
// (head.hpp) has taken, and a buffer of at most `header_bytes`.
#include "api/http/session.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/vector_body.hpp>
#include <boost/beast/http/write.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>
#include <ctime>

#include "api/http/answer.hpp"
#include "api/http/head.hpp"
#include "api/http/problem.hpp"
#include "api/http/tls.hpp"
#include "ledger/base/hex.hpp"
#include "ledger/crypto/random.hpp"

namespace placet::api::http {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
using tcp = asio::ip::tcp;
using Clock = std::chrono::steady_clock;
using Milliseconds = std::chrono::milliseconds;
using ErrorOs = boost::system::error_code;
using Parser = beast::http::request_parser<beast::http::vector_body<std::uint8_t>>;
using Reply = beast::http::response<beast::http::vector_body<std::uint8_t>>;

constexpr auto kResult = asio::as_tuple(asio::use_awaitable);
constexpr std::size_t kHeadReadBytes = 4 * 1024;
constexpr std::size_t kBodyReadBytes = 16 * 1024;
constexpr std::size_t kMaxLingeringBytes = 2 * 1024 * 1024;
constexpr Milliseconds kLingering{2000};
constexpr Milliseconds kLook{1000};
constexpr Milliseconds kAgain{100};  // a deadline that was not noticed

std::string http_date() {
    const std::time_t now = std::time(nullptr);
    std::tm parts{};
    gmtime_r(&now, &parts);
    char text[40];
    const std::size_t size = std::strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S GMT", &parts);
    return {text, size};
}

std::string lowered(std::string_view text) {
    std::string out(text);
    for (char& c : out)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return out;
}

HeadRefusal malformed_head() {
    return {400, "malformed_head", "", "the request head is not HTTP/1.1"};
}

Request to_request(Parser::value_type message) {
    Request request;
    request.method = std::string_view(message.method_string());
    const std::string_view target = message.target();
    const std::size_t question = target.find('?');
    request.path = target.substr(0, question);
    if (question != std::string_view::npos) request.query = target.substr(question + 1);
    for (const auto& field : message)
        request.headers.push_back({lowered(field.name_string()), std::string(std::string_view(field.value()))});
    request.body = std::move(message.body());
    return request;
}

/// One accepted connection. Everything runs on its strand; it lives until run() has ended.
class BeastSession final : public Session, public std::enable_shared_from_this<BeastSession> {
public:
    BeastSession(tcp::socket socket, std::string address, Site& site)
        : stream_(std::move(socket), site.tls),
          address_(std::move(address)),
          site_(site),
          limits_(site.limits),
          buffer_(limits_.header_bytes),
          watchdog_(stream_.get_executor(), Clock::time_point::max()),
          answered_(stream_.get_executor()) {}
    ~BeastSession() override {
        release_body();
        site_.admission.leave(address_);
    }

    void start() {
        asio::co_spawn(stream_.get_executor(), run(), [self = shared_from_this()](const std::exception_ptr& failed) {
            if (failed) ++self->site_.admission.exceptions;  // memory, above all: it costs this connection only
            self->hang_up();
            if (self->answer_) self->answer_->close();
            self->site_.leave(self);
        });
    }

    void finish() override {
        asio::post(stream_.get_executor(), [self = shared_from_this()] {
            if (self->phase_ == Phase::idle) self->hang_up();
        });
    }
    std::int64_t waits_since() const noexcept override { return waits_since_; }
    void abort() override {
        waits_since_ = kNeverWaits;
        asio::post(stream_.get_executor(), [self = shared_from_this()] { self->hang_up(); });
    }

private:
    enum class Phase : std::uint8_t { handshake, idle, head, body, answering, writing, lingering };
    /// Why there is no request: nothing if the peer is gone, so that there is nobody to tell.
    using Failure = std::unexpected<std::optional<HeadRefusal>>;
    template <class T>
    using Reading = asio::awaitable<std::expected<T, std::optional<HeadRefusal>>>;

    tcp::socket& socket() { return stream_.next_layer(); }

    void enter(Phase phase, Milliseconds limit) {
        phase_ = phase;
        timed_out_ = false;
        const auto now = Clock::now();
        waits_since_ = now.time_since_epoch().count();
        deadline_ = now + limit;
        if (deadline_ < watchdog_.expiry()) watch();
    }

    /// One wait serves many phases, so that a quick request costs no timer.
    void watch() {
        watchdog_.expires_at(std::min(deadline_, Clock::now() + kLook));
        watchdog_.async_wait([self = shared_from_this()](const ErrorOs& error) {
            if (!error) self->look();
        });
    }

    /// At the deadline interrupts what is waited for, and once more if a step had just ended.
    void look() {
        const auto now = Clock::now();
        if (hung_up_ || now < watchdog_.expiry()) return;
        if (deadline_ <= now) {
            timed_out_ = true;
            deadline_ = now + kAgain;
            ErrorOs ignored;
            if (phase_ == Phase::head || phase_ == Phase::body)
                socket().cancel(ignored);  // the answer 408 is still to be written
            else
                socket().close(ignored);
        }
        watch();
    }

    void hang_up() {
        hung_up_ = true;
        ErrorOs ignored;
        socket().close(ignored);
        watchdog_.cancel();
        answered_.cancel();
    }

    [[nodiscard]] std::string_view unread() const {
        return {static_cast<const char*>(buffer_.data().data()), buffer_.size()};
    }

    /// Why reading ended without a request.
    [[nodiscard]] Failure lost() const {
        if (!timed_out_ || phase_ == Phase::idle) return Failure(std::nullopt);
        return Failure(HeadRefusal{408, "request_timeout", "", "the request did not arrive in time"});
    }

    Failure refused(HeadRefusal refusal) const { return Failure(std::move(refusal)); }

    asio::awaitable<void> run();
    asio::awaitable<bool> serve_one();
    asio::awaitable<bool> read_more(std::size_t most);
    Reading<Framing> read_head();
    Reading<Request> read_request();
    asio::awaitable<std::optional<Response>> ask(Request request);
    asio::awaitable<bool> write(Response response);
    asio::awaitable<void> say_goodbye();
    std::expected<void, HeadRefusal> parse_head(Parser& parser, const Framing& framing);
    Reading<void> read_body(Parser& parser);
    void call_handler(Request request);
    Response problem(unsigned status, std::string kind, std::string detail, std::string field = {}) const {
        return to_response({status, std::move(kind), std::move(detail), std::move(field), request_id_, {}});
    }
    void release_body() noexcept { site_.admission.give_back_body(std::exchange(counted_, 0)); }

    beast::ssl_stream<tcp::socket> stream_;
    std::string address_;
    Site& site_;
    const ServerLimits& limits_;
    beast::flat_buffer buffer_;    ///< octets of a head, or what follows one; never more than limits.header_bytes
    asio::steady_timer watchdog_;  ///< of the phase's deadline
    asio::steady_timer answered_;  ///< runs until the answer is there or the time for it is up
    Clock::time_point deadline_ = Clock::time_point::max();
    Phase phase_ = Phase::handshake;
    std::atomic<std::int64_t> waits_since_{kNeverWaits};
    bool timed_out_ = false;
    bool hung_up_ = false;
    bool close_after_ = false;
    bool asks_for_head_only_ = false;
    std::size_t counted_ = 0;  ///< of the budget of bodies, until the answer: it bounds what handlers hold, too
    std::size_t head_bytes_ = 0;
    std::size_t served_ = 0;
    std::optional<crypto::SpkiHash> spki_;
    std::string request_id_;
    std::shared_ptr<Answer> answer_;
};

asio::awaitable<void> BeastSession::run() {
    enter(Phase::handshake, limits_.handshake);
    const auto [failed] = co_await stream_.async_handshake(asio::ssl::stream_base::server, kResult);
    if (failed || timed_out_ || hung_up_) {
        ++site_.admission.handshakes_failed;
        co_return;
    }
    spki_ = peer_spki(stream_.native_handle());
    while (co_await serve_one() && !close_after_) {
    }
    if (close_after_ && !hung_up_) co_await say_goodbye();
}

/// One request and its answer; false if the connection is of no more use.
asio::awaitable<bool> BeastSession::serve_one() {
    request_id_.clear();
    auto request = co_await read_request();
    if (!request) {
        if (!request.error()) co_return false;
        HeadRefusal& why = *request.error();
        ++site_.admission.requests_refused;
        close_after_ = true;
        if (request_id_.empty()) request_id_ = base::to_hex(crypto::random_bytes(16));
        co_return co_await write(
            problem(why.status, std::move(why.type), std::move(why.message), std::move(why.field)));
    }
    auto response = co_await ask(std::move(*request));
    if (!response) co_return false;
    co_return co_await write(std::move(*response));
}

/// False if the peer is gone or the time is up.
asio::awaitable<bool> BeastSession::read_more(std::size_t most) {
    const auto room = buffer_.prepare(std::min(most, buffer_.max_size() - buffer_.size()));
    const auto [error, size] = co_await stream_.async_read_some(room, kResult);
    if (error || timed_out_ || hung_up_) co_return false;
    buffer_.commit(size);
    co_return true;
}

BeastSession::Reading<Framing> BeastSession::read_head() {
    std::size_t searched = 0;
    if (buffer_.size() == 0 && site_.stopping) co_return Failure(std::nullopt);
    if (buffer_.size() == 0)
        enter(Phase::idle, limits_.idle);
    else
        enter(Phase::head, limits_.header);
    while (true) {
        const std::size_t end = unread().find("\r\n\r\n", searched);
        if (end != std::string_view::npos) {
            request_id_ = base::to_hex(crypto::random_bytes(16));
            head_bytes_ = end + 4;
            asks_for_head_only_ = unread().starts_with("HEAD ");
            auto framing = check_request_head(unread().substr(0, head_bytes_));
            if (!framing) co_return refused(std::move(framing).error());
            co_return *framing;
        }
        if (buffer_.size() == buffer_.max_size())
            co_return refused({431, "head_too_large", "",
                               "the request line and headers together have at most " +
                                   std::to_string(limits_.header_bytes) + " octets"});
        searched = std::max(buffer_.size(), std::size_t{3}) - 3;
        if (!co_await read_more(kHeadReadBytes)) co_return lost();
        if (phase_ == Phase::idle) enter(Phase::head, limits_.header);
    }
}

/// Beast reads the fields of a head that the filter has taken; both must see the body end at the same octet.
std::expected<void, HeadRefusal> BeastSession::parse_head(Parser& parser, const Framing& framing) {
    parser.header_limit(static_cast<std::uint32_t>(limits_.header_bytes));
    parser.body_limit(limits_.body_bytes);
    ErrorOs error;
    buffer_.consume(parser.put(asio::buffer(buffer_.cdata(), head_bytes_), error));
    if (error || !parser.is_header_done() || parser.chunked()) return std::unexpected(malformed_head());
    if (parser.content_length().value_or(0) != framing.content_length) return std::unexpected(malformed_head());
    return {};
}

BeastSession::Reading<Request> BeastSession::read_request() {
    auto framing = co_await read_head();
    if (!framing) co_return Failure(std::move(framing).error());
    if (framing->content_length > limits_.body_bytes)
        co_return refused({413, "too_large", "Content-Length",
                           "a body has at most " + std::to_string(limits_.body_bytes) + " octets"});
    Parser parser;
    if (auto parsed = parse_head(parser, *framing); !parsed) co_return refused(std::move(parsed).error());
    if (framing->connection == Framing::Connection::close || ++served_ >= limits_.requests_per_connection)
        close_after_ = true;
    if (framing->content_length > 0) {
        auto whole = co_await read_body(parser);
        if (!whole) co_return Failure(std::move(whole).error());
    }
    co_return to_request(parser.release());
}

BeastSession::Reading<void> BeastSession::read_body(Parser& parser) {
    enter(Phase::body, limits_.body);
    while (true) {
        const std::size_t taken =
            std::min<std::uint64_t>(parser.content_length_remaining().value_or(0), buffer_.size());
        if (!site_.admission.take_body(taken))
            co_return refused({503, "busy", "", "too many bodies are on their way: try again in a second"});
        counted_ += taken;
        ErrorOs error;
        if (taken > 0) buffer_.consume(parser.put(buffer_.data(), error));
        if (error && error != beast::http::error::need_more) co_return refused(malformed_head());
        if (parser.is_done()) co_return std::expected<void, std::optional<HeadRefusal>>();
        if (!co_await read_more(kBodyReadBytes)) co_return lost();
    }
}

void BeastSession::call_handler(Request request) {
    request.peer = {address_, spki_};
    request.request_id = request_id_;
    ++site_.admission.requests;
    try {
        site_.handler(std::move(request), [answer = answer_](Response response) { answer->give(std::move(response)); });
    } catch (const std::exception&) {
        ++site_.admission.exceptions;
        answer_->give(problem(500, "internal", "the server failed on this request; its log has the request id"));
    }
}

/// The handler's answer, however long it takes within the limit; nothing if the peer is gone meanwhile.
asio::awaitable<std::optional<Response>> BeastSession::ask(Request request) {
    phase_ = Phase::answering;
    waits_since_ = kNeverWaits;
    deadline_ = Clock::time_point::max();
    answer_ = std::make_shared<Answer>();
    call_handler(std::move(request));
    answered_.expires_after(limits_.answer);
    auto response = answer_->take_or([self = shared_from_this()] {
        asio::post(self->stream_.get_executor(), [self] { self->answered_.cancel(); });
    });
    if (!response && !hung_up_) {
        // A peer that resets the connection does not wait: its place is free for another.
        socket().async_wait(tcp::socket::wait_error, [self = shared_from_this()](const ErrorOs& error) {
            if (!error) self->hang_up();
        });
        co_await answered_.async_wait(kResult);
        ErrorOs ignored;
        socket().cancel(ignored);
    }
    auto late = std::exchange(answer_, nullptr)->close();
    if (hung_up_) co_return std::nullopt;
    if (!response) response = std::move(late);
    if (!response) response = problem(503, "no_answer_in_time", "the server could not answer in time");
    co_return response;
}

asio::awaitable<bool> BeastSession::write(Response response) {
    release_body();
    if (site_.stopping) close_after_ = true;
    Reply reply;
    reply.version(11);
    reply.result(response.status);
    for (const Header& header : response.headers) reply.insert(header.name, header.value);
    reply.set(beast::http::field::date, http_date());
    reply.set("X-Request-Id", request_id_);
    reply.set("X-Content-Type-Options", "nosniff");
    if (close_after_) reply.set(beast::http::field::connection, "close");
    if (response.status != 204 && response.status != 304) {
        reply.content_length(response.body.size());
        // A body after the answer to HEAD would be read as the next answer (RFC 9110 §9.3.2).
        if (!asks_for_head_only_) reply.body() = std::move(response.body);
    }
    enter(Phase::writing, limits_.write);
    const auto [error, size] = co_await beast::http::async_write(stream_, reply, kResult);
    co_return !error && !timed_out_ && !hung_up_;
}

/// A close with unread octets would reset the connection and lose the answer on its way (RFC 9112 §9.6): reads on for a
/// while.
asio::awaitable<void> BeastSession::say_goodbye() {
    enter(Phase::lingering, kLingering);
    buffer_ = beast::flat_buffer(kBodyReadBytes);
    co_await stream_.async_shutdown(kResult);
    ErrorOs error;
    socket().shutdown(tcp::socket::shutdown_send, error);
    for (std::size_t lingered = 0; lingered <= kMaxLingeringBytes && !error && !timed_out_ && !hung_up_;) {
        const auto [failed, size] = co_await socket().async_read_some(buffer_.prepare(kBodyReadBytes), kResult);
        error = failed;
        lingered += size;
    }
}

}  // namespace

void start_session(TcpSocket socket, std::string address, Site& site) {
    std::shared_ptr<BeastSession> session;
    try {
        session = std::make_shared<BeastSession>(std::move(socket), address, site);
    } catch (const std::exception&) {
        site.admission.leave(address);
        throw;
    }
    if (site.enter(session)) session->start();
}

}  // namespace placet::api::http

// The client's connection over Boost.Asio and Boost.Beast: asynchronous steps on a context of its own, run until the
// deadline. Beast's parser sees only heads that the strict filter (api/http/head.hpp) has taken.
#include "api/client/transport.hpp"

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/vector_body.hpp>
#include <boost/beast/http/write.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>

#include "api/http/address.hpp"
#include "api/http/head.hpp"
#include "api/http/tls.hpp"
#include "ledger/base/hex.hpp"

namespace placet::api::client {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
using tcp = asio::ip::tcp;
using base::ErrorCode;
using base::refuse;
using base::Result;
using ErrorOs = boost::system::error_code;
using Body = beast::http::vector_body<std::uint8_t>;

constexpr std::size_t kMaxHeadBytes = 32 * 1024;
constexpr std::size_t kReadBytes = 16 * 1024;

beast::http::request<Body> to_message(const http::Request& request, const std::string& host) {
    std::string target = request.path;
    if (!request.query.empty()) target += '?' + request.query;
    beast::http::request<Body> message;
    message.version(11);
    message.method_string(request.method);
    message.target(target);
    message.set(beast::http::field::host, host);
    for (const http::Header& header : request.headers) message.insert(header.name, header.value);
    if (!request.body.empty() || request.method == "POST") message.content_length(request.body.size());
    message.body() = request.body;
    return message;
}

http::Response to_response(beast::http::response<Body> message) {
    http::Response response;
    response.status = message.result_int();
    for (const auto& field : message)
        response.headers.push_back(
            {std::string(std::string_view(field.name_string())), std::string(std::string_view(field.value()))});
    response.body = std::move(message.body());
    return response;
}

/// The stream's context counts as one more owner of OpenSSL's.
asio::ssl::context share(SSL_CTX* context) {
    SSL_CTX_up_ref(context);
    return asio::ssl::context(context);
}

}  // namespace

struct Transport::Stream {
    explicit Stream(SSL_CTX* tls, std::string address)
        : tls_context(share(tls)), stream(context, tls_context), host(std::move(address)) {}

    /// Runs `start(handler)`, one asynchronous operation whose handler takes an error first, until it ends or the
    /// deadline.
    template <class Start>
    base::Status run(Clock::time_point deadline, Start start) {
        ErrorOs error;
        bool done = false;
        start([&](const ErrorOs& result, auto&&...) {
            error = result;
            done = true;
        });
        context.restart();
        while (!done && Clock::now() < deadline) context.run_one_until(deadline);
        if (!done) {
            close();
            context.run();  // the handler refers to what is on this stack
            return refuse(ErrorCode::timeout, "no answer in time");
        }
        if (!error) return {};
        open = false;
        if (error == asio::error::eof || error == asio::ssl::error::stream_truncated ||
            error == asio::error::connection_reset)
            return refuse(ErrorCode::unavailable, "the server closed the connection");
        return refuse(ErrorCode::unavailable, "the connection failed: " + error.message());
    }

    void close() {
        open = false;
        ErrorOs ignored;
        stream.next_layer().close(ignored);
    }

    base::Status read_some(Clock::time_point deadline) {
        std::size_t size = 0;
        PLACET_TRY(run(deadline, [&](auto handler) {
            const auto room = in.prepare(std::min(kReadBytes, in.max_size() - in.size()));
            stream.async_read_some(room, [&size, handler](const ErrorOs& error, std::size_t read) {
                size = read;
                handler(error);
            });
        }));
        in.commit(size);
        answered_nothing = false;
        return {};
    }

    base::Status connect(const http::Address& address, Clock::time_point deadline);
    Result<std::size_t> read_head(Clock::time_point deadline, std::size_t max_response_bytes);
    Result<http::Response> receive(Clock::time_point deadline, std::size_t max_response_bytes);

    asio::io_context context{1};
    asio::ssl::context tls_context;
    beast::ssl_stream<tcp::socket> stream;
    std::string host;
    beast::flat_buffer in{kMaxHeadBytes};
    bool open = true;
    bool answered_nothing = true;
    bool closing = false;  ///< the server has said so
};

base::Status Transport::Stream::connect(const http::Address& address, Clock::time_point deadline) {
    const auto unreachable = [&](const std::string& why) {
        return refuse(ErrorCode::unavailable, "cannot connect to " + host + ": " + why);
    };
    ErrorOs error;
    const auto places = tcp::resolver(context).resolve(address.host, std::to_string(address.port),
                                                       tcp::resolver::numeric_service, error);
    if (error)
        return refuse(ErrorCode::unavailable, "the name " + address.host + " does not resolve: " + error.message(),
                      "address");
    const auto connected = run(deadline, [&](auto handler) {
        asio::async_connect(stream.next_layer(), places,
                            [handler, &error](const ErrorOs& result, const tcp::endpoint&) {
                                error = result;
                                handler(ErrorOs());
                            });
    });
    if (!connected) return unreachable(connected.error().message);
    if (error) return unreachable(error.message());
    stream.next_layer().set_option(tcp::no_delay(true), error);
    if (auto shaken =
            run(deadline, [&](auto handler) { stream.async_handshake(asio::ssl::stream_base::client, handler); });
        !shaken)
        return refuse(ErrorCode::unavailable, "no TLS connection to " + host + ": " + shaken.error().message);
    return {};
}

/// Reads until a whole head is in `in`, has it checked, and returns its size.
Result<std::size_t> Transport::Stream::read_head(Clock::time_point deadline, std::size_t max_response_bytes) {
    while (true) {
        const std::string_view text(static_cast<const char*>(in.cdata().data()), in.size());
        const std::size_t end = text.find("\r\n\r\n");
        if (end != std::string_view::npos) {
            PLACET_TRY_ASSIGN(const http::Framing framing, http::check_response_head(text.substr(0, end + 4)));
            if (framing.content_length > max_response_bytes)
                return refuse(ErrorCode::too_large, "the server's answer is larger than this client takes");
            closing = framing.connection == http::Framing::Connection::close;
            return end + 4;
        }
        if (in.size() == in.max_size()) return refuse(ErrorCode::malformed, "the server's answer has too long a head");
        PLACET_TRY(read_some(deadline));
    }
}

Result<http::Response> Transport::Stream::receive(Clock::time_point deadline, std::size_t max_response_bytes) {
    PLACET_TRY_ASSIGN(const std::size_t head_bytes, read_head(deadline, max_response_bytes));
    beast::http::response_parser<Body> parser;
    parser.header_limit(kMaxHeadBytes);
    parser.body_limit(max_response_bytes);
    ErrorOs error;
    in.consume(parser.put(asio::buffer(in.cdata(), head_bytes), error));
    if (error || !parser.is_header_done() || parser.chunked())
        return refuse(ErrorCode::malformed, "the server's answer is not HTTP/1.1");
    while (!parser.is_done()) {
        if (in.size() == 0) PLACET_TRY(read_some(deadline));
        in.consume(parser.put(in.cdata(), error));
        if (error && error != beast::http::error::need_more)
            return refuse(ErrorCode::malformed, "the server's answer: " + error.message());
    }
    if (in.size() > 0) return refuse(ErrorCode::malformed, "the server sent more than it announced");
    return to_response(parser.release());
}

Transport::Transport(std::unique_ptr<Stream> stream) noexcept : stream_(std::move(stream)) {}
Transport::Transport(Transport&&) noexcept = default;
Transport& Transport::operator=(Transport&&) noexcept = default;
Transport::~Transport() = default;

Result<Transport> Transport::connect(const std::string& address, const crypto::SpkiHash& pin, SSL_CTX* context,
                                     std::chrono::milliseconds timeout) {
    const auto deadline = Clock::now() + timeout;
    PLACET_TRY_ASSIGN(const http::Address parsed, http::parse_address(address));
    auto stream = std::make_unique<Stream>(context, address);
    PLACET_TRY(stream->connect(parsed, deadline));
    const auto spki = http::peer_spki(stream->stream.native_handle());
    if (!spki || *spki != pin)
        return refuse(ErrorCode::unavailable,
                      "the server at " + address + " shows another key than the one expected (" +
                          base::to_hex(pin.view()) +
                          "): it is not the validator it should be, or its certificate was replaced");
    return Transport(std::move(stream));
}

Result<http::Response> Transport::exchange(const http::Request& request, Clock::time_point deadline,
                                           std::size_t max_response_bytes) {
    Stream& stream = *stream_;
    stream.answered_nothing = true;
    stream.in.clear();
    const auto message = to_message(request, stream.host);
    try {
        // A server that refuses before it has read all closes its side: its answer may already be there, so it is
        // looked for.
        const auto sent =
            stream.run(deadline, [&](auto handler) { beast::http::async_write(stream.stream, message, handler); });
        if (!sent && sent.error().code == ErrorCode::timeout) return std::unexpected(sent.error());
        auto response = stream.receive(deadline, max_response_bytes);
        if (!response || stream.closing || !sent) stream.open = false;
        return response;
    } catch (const std::exception& thrown) {  // the library's own limits, or memory
        stream.close();
        return refuse(ErrorCode::malformed, std::string("the server's answer cannot be taken: ") + thrown.what());
    }
}

bool Transport::is_open() const noexcept {
    return stream_->open;
}
bool Transport::answered_nothing() const noexcept {
    return stream_->answered_nothing;
}

}  // namespace placet::api::client

// Transport over Asio and OpenSSL: see transport.hpp. One thread runs everything, so nothing here is locked; the only state
// that other threads touch are a connection's queue counters and its closed flag.
#include "network/transport.hpp"

#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <atomic>
#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <deque>
#include <optional>
#include <set>
#include <thread>

namespace placet::network {

namespace {

namespace asio = boost::asio;
using tcp = asio::ip::tcp;
using TlsStream = asio::ssl::stream<tcp::socket>;
using ErrorCodeOs = boost::system::error_code;
using base::ErrorCode;

constexpr std::size_t kReadBytes = 64 * 1024;
constexpr std::size_t kWriteBytes = 256 * 1024;
constexpr std::chrono::seconds kFlush{1};

// "host:port", "[v6]:port".
base::Result<std::pair<std::string, std::string>> split_address(const std::string& address) {
    const auto colon = address.rfind(':');
    if (colon == std::string::npos || colon + 1 == address.size())
        return base::refuse(ErrorCode::invalid_value, "'" + address + "' is not host:port", "address");
    std::string host = address.substr(0, colon);
    if (host.size() > 2 && host.front() == '[' && host.back() == ']') host = host.substr(1, host.size() - 2);
    return std::pair{host, address.substr(colon + 1)};
}

std::optional<crypto::SpkiHash> spki_of(X509* certificate) {
    if (certificate == nullptr) return std::nullopt;
    unsigned char* der = nullptr;
    const int size = i2d_X509(certificate, &der);
    if (size <= 0) return std::nullopt;
    const auto hash = crypto::spki_of_der({der, static_cast<std::size_t>(size)});
    OPENSSL_free(der);
    return hash ? std::optional(*hash) : std::nullopt;
}

// The pin is the whole check: OpenSSL's own verdict (self-signed, dates) is not asked, a chain is refused.
void pin(TlsStream& stream, std::function<bool(const crypto::SpkiHash&)> known) {
    stream.set_verify_mode(asio::ssl::verify_peer | asio::ssl::verify_fail_if_no_peer_cert);
    stream.set_verify_callback([known = std::move(known)](bool, asio::ssl::verify_context& context) {
        X509_STORE_CTX* store = context.native_handle();
        if (X509_STORE_CTX_get_error_depth(store) != 0) return false;
        const auto hash = spki_of(X509_STORE_CTX_get_current_cert(store));
        return hash.has_value() && known(*hash);
    });
}

std::optional<crypto::SpkiHash> peer_spki(TlsStream& stream) {
    X509* certificate = SSL_get1_peer_certificate(stream.native_handle());
    auto hash = spki_of(certificate);
    X509_free(certificate);
    return hash;
}

class TlsConnection final : public Connection, public std::enable_shared_from_this<TlsConnection> {
public:
    TlsConnection(asio::io_context& context, TlsStream stream, crypto::SpkiHash spki, const TransportLimits& limits)
        : context_(context), stream_(std::move(stream)), flush_timer_(context), spki_(spki), limits_(limits), reader_(limits.frame_bytes, limits.first_frame_bytes) {
        ErrorCodeOs ignored;
        const auto remote = stream_.lowest_layer().remote_endpoint(ignored);
        address_ = ignored ? std::string("unknown") : remote.address().to_string() + ":" + std::to_string(remote.port());
        stream_.lowest_layer().set_option(tcp::no_delay(true), ignored);
        last_heard_ = std::chrono::steady_clock::now();
    }

    const crypto::SpkiHash& spki() const noexcept override { return spki_; }
    const std::string& address() const noexcept override { return address_; }
    std::chrono::steady_clock::time_point last_heard() const noexcept override { return last_heard_.load(); }

    void start(Events events) override {
        events_ = std::make_shared<const Events>(std::move(events));
        read();
    }

    bool send(FrameType type, base::BytesView prefix, std::shared_ptr<const base::Bytes> payload) override {
        if (closed_.load(std::memory_order_relaxed)) return false;
        const std::size_t size = prefix.size() + (payload ? payload->size() : 0);
        if (size + 1 > limits_.frame_bytes) return false;
        if (queued_frames_.load() >= limits_.queued_frames || queued_bytes_.load() + size > limits_.queued_bytes) return false;
        queued_frames_.fetch_add(1);  // racing senders may pass the bound by one frame each
        queued_bytes_.fetch_add(size);
        const auto head = frame_head(type, size);
        Outgoing outgoing{base::to_bytes(base::BytesView(head)), std::move(payload)};
        base::append(outgoing.head, prefix);
        asio::post(context_, [self = shared_from_this(), outgoing = std::move(outgoing)]() mutable {
            self->outgoing_.push_back(std::move(outgoing));
            self->write();
        });
        return true;
    }

    void close(std::string reason) override {
        if (closing_) return;
        closing_ = true;
        reason_ = std::move(reason);
        closed_ = true;
        // What was sent just before is still a posted task: this one runs after it.
        asio::post(context_, [self = shared_from_this()] {
            if (self->finished_) return;
            if (!self->writing_ && self->outgoing_.empty()) return self->finish();
            self->flush_timer_.expires_after(kFlush);
            self->flush_timer_.async_wait([self](const ErrorCodeOs&) { self->finish(); });
        });
    }

    void drop_silently() {
        events_.reset();
        closing_ = true;
        reason_ = "stopped";
        finish();
    }

private:
    struct Outgoing {
        base::Bytes head;
        std::shared_ptr<const base::Bytes> payload;
        [[nodiscard]] std::size_t payload_size() const noexcept { return payload ? payload->size() : 0; }
    };

    void release_bytes(std::size_t size) noexcept { queued_bytes_.fetch_sub(size); }

    void read() {
        stream_.async_read_some(asio::buffer(input_), [self = shared_from_this()](const ErrorCodeOs& error, std::size_t count) {
            self->on_read(error, count);
        });
    }

    void on_read(const ErrorCodeOs& error, std::size_t count) {
        if (finished_) return;
        if (error) return fail(error == asio::error::eof || error == asio::ssl::error::stream_truncated
                                   ? std::string("closed by the other side") : error.message());
        last_heard_ = std::chrono::steady_clock::now();
        std::vector<FrameReader::Frame> frames;
        const auto status = reader_.take({input_.data(), count}, frames);
        for (auto& frame : frames) {
            const auto events = events_;  // kept while its function runs, whatever that closes
            if (closing_ || !events) return;
            events->frame(frame.type, std::move(frame.payload));
        }
        if (!status) return fail(base::describe(status.error()));
        if (!finished_) read();
    }

    void write() {
        if (writing_ || finished_ || outgoing_.empty()) return;
        output_.clear();
        std::size_t released = 0;
        std::size_t frames = 0;
        while (!outgoing_.empty() && (output_.empty() || output_.size() + outgoing_.front().payload_size() < kWriteBytes)) {
            const Outgoing& next = outgoing_.front();
            base::append(output_, next.head);
            if (next.payload) base::append(output_, *next.payload);
            released += next.head.size() - (kFrameHeaderBytes + 1) + next.payload_size();
            ++frames;
            outgoing_.pop_front();
        }
        writing_ = true;
        asio::async_write(stream_, asio::buffer(output_), [self = shared_from_this(), released, frames](const ErrorCodeOs& error, std::size_t) {
            self->writing_ = false;
            self->release_bytes(released);
            self->queued_frames_.fetch_sub(frames);
            if (self->finished_) return;
            if (error) return self->fail(error.message());
            if (self->closing_ && self->outgoing_.empty()) return self->finish();
            self->write();
        });
    }

    void fail(std::string reason) {
        if (!closing_) reason_ = std::move(reason);
        closing_ = true;
        finish();
    }

    void finish() {
        if (finished_) return;
        finished_ = true;
        closed_ = true;
        ErrorCodeOs ignored;
        flush_timer_.cancel(ignored);
        stream_.lowest_layer().shutdown(tcp::socket::shutdown_both, ignored);
        stream_.lowest_layer().close(ignored);
        outgoing_.clear();
        const auto events = std::exchange(events_, nullptr);
        if (events) events->closed(reason_);
    }

    asio::io_context& context_;
    TlsStream stream_;
    asio::steady_timer flush_timer_;
    crypto::SpkiHash spki_;
    TransportLimits limits_;
    FrameReader reader_;
    std::string address_;
    std::shared_ptr<const Events> events_;
    std::array<std::uint8_t, kReadBytes> input_{};
    base::Bytes output_;
    std::deque<Outgoing> outgoing_;
    std::string reason_;
    std::atomic<std::chrono::steady_clock::time_point> last_heard_;
    bool writing_ = false;
    bool closing_ = false;
    bool finished_ = false;
    std::atomic<bool> closed_{false};
    std::atomic<std::size_t> queued_bytes_{0};
    std::atomic<std::size_t> queued_frames_{0};
};

// A connection before its TLS handshake is done, with the deadline that ends it.
struct Opening : std::enable_shared_from_this<Opening> {
    Opening(asio::io_context& context, TlsStream tls) : stream(std::move(tls)), deadline(context), resolver(context) {}
    TlsStream stream;
    asio::steady_timer deadline;
    tcp::resolver resolver;
    std::string address;
    bool timed_out = false;

    void expire_after(std::chrono::milliseconds wait) {
        deadline.expires_after(wait);
        deadline.async_wait([self = shared_from_this()](const ErrorCodeOs& error) {
            if (error) return;
            self->timed_out = true;
            self->resolver.cancel();
            ErrorCodeOs ignored;
            self->stream.lowest_layer().close(ignored);
        });
    }
    [[nodiscard]] std::unexpected<base::Error> failure(const char* step, const ErrorCodeOs& error) const {
        if (timed_out) return base::refuse(ErrorCode::timeout, std::string(step) + ": no answer in time", address);
        return base::refuse(ErrorCode::unavailable, std::string(step) + ": " + error.message(), address);
    }
};

class AsioTransport final : public Transport {
public:
    explicit AsioTransport(TransportLimits limits)
        : limits_(limits), work_(asio::make_work_guard(context_)), tls_(asio::ssl::context::tlsv13), acceptor_(context_), accept_pause_(context_) {}
    ~AsioTransport() override { stop(); }

    base::Status load(const std::string& certificate_pem, const std::string& key_pem) {
        PLACET_TRY(crypto::check_key_pair(certificate_pem, key_pem));
        ErrorCodeOs error;
        tls_.use_certificate(asio::buffer(certificate_pem), asio::ssl::context::pem, error);
        if (!error) tls_.use_private_key(asio::buffer(key_pem), asio::ssl::context::pem, error);
        if (error) return base::refuse(ErrorCode::invalid_value, error.message(), "certificate");
        SSL_CTX* native = tls_.native_handle();
        SSL_CTX_set_min_proto_version(native, TLS1_3_VERSION);
        SSL_CTX_set_num_tickets(native, 0);
        SSL_CTX_set_session_cache_mode(native, SSL_SESS_CACHE_OFF);
        SSL_CTX_set_options(native, SSL_OP_NO_COMPRESSION | SSL_OP_NO_TICKET);
        return {};
    }

    void run() {
        thread_ = std::thread([this] { context_.run(); });
    }

    base::Result<std::uint16_t> listen(const std::string& address, std::function<bool(const crypto::SpkiHash&)> known,
                                       std::function<void(ConnectionResult)> accepted) override {
        PLACET_TRY_ASSIGN(const auto host_port, split_address(address));
        ErrorCodeOs error;
        tcp::resolver resolver(context_);
        const auto found = resolver.resolve(host_port.first, host_port.second, tcp::resolver::passive, error);
        if (error || found.empty()) return base::refuse(ErrorCode::io, "cannot resolve " + address + ": " + error.message(), "address");
        const tcp::endpoint endpoint = found.begin()->endpoint();
        acceptor_.open(endpoint.protocol(), error);
        if (!error) acceptor_.set_option(tcp::acceptor::reuse_address(true), error);
        if (!error) acceptor_.bind(endpoint, error);
        if (!error) acceptor_.listen(asio::socket_base::max_listen_connections, error);
        if (error == asio::error::address_in_use)
            return base::refuse(ErrorCode::conflict, "another process already listens on " + address + "; stop it or choose another port", "address");
        if (error) return base::refuse(ErrorCode::io, "cannot listen on " + address + ": " + error.message(), "address");
        known_ = std::move(known);
        accepted_ = std::move(accepted);
        const std::uint16_t port = acceptor_.local_endpoint(error).port();
        asio::post(context_, [this] { accept(); });
        return port;
    }

    void dial(const std::string& address, const crypto::SpkiHash& expected, std::function<void(ConnectionResult)> done) override {
        const auto host_port = split_address(address);
        if (!host_port) return done(std::unexpected(host_port.error()));
        auto opening = std::make_shared<Opening>(context_, TlsStream(tcp::socket(context_), tls_));
        opening->address = address;
        pin(opening->stream, [expected](const crypto::SpkiHash& hash) { return hash == expected; });
        opening->expire_after(limits_.handshake);
        opening->resolver.async_resolve(host_port->first, host_port->second, [this, opening, done = std::move(done)](
                                            const ErrorCodeOs& error, const tcp::resolver::results_type& found) mutable {
            if (error) return fail(*opening, done, "resolving", error);
            asio::async_connect(opening->stream.lowest_layer(), found, [this, opening, done = std::move(done)](
                                    const ErrorCodeOs& connect_error, const tcp::endpoint&) mutable {
                if (connect_error) return fail(*opening, done, "connecting", connect_error);
                shake(opening, asio::ssl::stream_base::client, std::move(done));
            });
        });
    }

    void post(std::function<void()> task) override { asio::post(context_, std::move(task)); }

    void after(std::chrono::milliseconds wait, std::function<void()> task) override {
        auto timer = std::make_shared<asio::steady_timer>(context_, wait);
        timer->async_wait([timer, task = std::move(task)](const ErrorCodeOs& error) {
            if (!error) task();
        });
    }

    void stop() override {
        if (!thread_.joinable()) return;
        asio::post(context_, [this] {
            ErrorCodeOs ignored;
            acceptor_.close(ignored);
            for (const auto& weak : connections_)
                if (const auto connection = weak.lock()) connection->drop_silently();
            work_.reset();
            context_.stop();
        });
        thread_.join();
    }

private:
    void accept() {
        acceptor_.async_accept([this](const ErrorCodeOs& error, tcp::socket socket) {
            if (!acceptor_.is_open()) return;
            if (error) {
                // Out of descriptors, most likely: try again shortly instead of spinning.
                accept_pause_.expires_after(std::chrono::milliseconds(100));
                accept_pause_.async_wait([this](const ErrorCodeOs& stopped) { if (!stopped) accept(); });
                return;
            }
            if (unauthenticated_ < limits_.unauthenticated) open_inbound(std::move(socket));
            accept();
        });
    }

    void open_inbound(tcp::socket socket) {
        ++unauthenticated_;
        ErrorCodeOs ignored;
        const auto remote = socket.remote_endpoint(ignored);
        auto opening = std::make_shared<Opening>(context_, TlsStream(std::move(socket), tls_));
        opening->address = ignored ? std::string("unknown") : remote.address().to_string();
        pin(opening->stream, known_);
        opening->expire_after(limits_.handshake);
        shake(opening, asio::ssl::stream_base::server, [this](ConnectionResult result) {
            --unauthenticated_;
            accepted_(std::move(result));
        });
    }

    void shake(const std::shared_ptr<Opening>& opening, asio::ssl::stream_base::handshake_type role, std::function<void(ConnectionResult)> done) {
        opening->stream.async_handshake(role, [this, opening, done = std::move(done)](const ErrorCodeOs& error) mutable {
            if (error) return fail(*opening, done, "TLS handshake", error);
            const auto spki = peer_spki(opening->stream);
            ErrorCodeOs ignored;
            opening->deadline.cancel(ignored);
            if (!spki || opening->timed_out) return fail(*opening, done, "TLS handshake", asio::error::access_denied);
            // A verify callback stays with the stream and would keep the opening's captures; the connection needs none.
            auto connection = std::make_shared<TlsConnection>(context_, std::move(opening->stream), *spki, limits_);
            std::erase_if(connections_, [](const auto& weak) { return weak.expired(); });
            connections_.push_back(connection);
            done(std::shared_ptr<Connection>(std::move(connection)));
        });
    }

    static void fail(Opening& opening, const std::function<void(ConnectionResult)>& done, const char* step, const ErrorCodeOs& error) {
        ErrorCodeOs ignored;
        opening.deadline.cancel(ignored);
        opening.stream.lowest_layer().close(ignored);
        done(opening.failure(step, error));
    }

    TransportLimits limits_;
    asio::io_context context_{1};
    asio::executor_work_guard<asio::io_context::executor_type> work_;
    asio::ssl::context tls_;
    tcp::acceptor acceptor_;
    asio::steady_timer accept_pause_;
    std::function<bool(const crypto::SpkiHash&)> known_;
    std::function<void(ConnectionResult)> accepted_;
    std::vector<std::weak_ptr<TlsConnection>> connections_;
    std::size_t unauthenticated_ = 0;
    std::thread thread_;
};

}  // namespace

base::Result<std::unique_ptr<Transport>> Transport::start(const std::string& certificate_pem, const std::string& key_pem, TransportLimits limits) {
    auto transport = std::make_unique<AsioTransport>(limits);
    PLACET_TRY(transport->load(certificate_pem, key_pem));
    transport->run();
    return transport;
}

}  // namespace placet::network

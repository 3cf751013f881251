// The server over Boost.Asio: listens, admits, and stops; a few I/O threads run all sessions (session.hpp).
#include "api/http/server.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <thread>
#include <vector>

#include "api/http/address.hpp"
#include "api/http/session.hpp"
#include "api/http/tls.hpp"

namespace placet::api::http {
namespace {

namespace asio = boost::asio;
using tcp = asio::ip::tcp;
using base::ErrorCode;
using base::refuse;
using base::Result;
using Milliseconds = std::chrono::milliseconds;
using ErrorOs = boost::system::error_code;

constexpr auto kResult = asio::as_tuple(asio::use_awaitable);
constexpr Milliseconds kPause{100};  // after an accept that failed for want of descriptors or memory

class AsioServer final : public Server {
public:
    AsioServer(const ServerConfig& config, Handler handler, asio::ssl::context tls)
        : context_(static_cast<int>(std::max(config.threads, 1U))),
          tls_(std::move(tls)),
          site_(config.limits, std::move(handler), tls_),
          acceptor_(asio::make_strand(context_)),
          pause_(acceptor_.get_executor()) {}
    ~AsioServer() override { AsioServer::stop(Milliseconds(0)); }

    base::Status listen(const std::string& address);
    void run(unsigned threads);
    void stop(Milliseconds grace) override;
    std::uint16_t port() const noexcept override { return port_; }
    ServerCounters counters() const noexcept override { return site_.admission.counters(); }

private:
    asio::awaitable<void> accept();
    void admit(tcp::socket socket);

    asio::io_context context_;  // first: sessions die before it
    asio::ssl::context tls_;
    Site site_;
    tcp::acceptor acceptor_;
    asio::steady_timer pause_;
    std::uint16_t port_ = 0;
    std::vector<std::thread> threads_;
    std::mutex stop_mutex_;
};

base::Status AsioServer::listen(const std::string& text) {
    PLACET_TRY_ASSIGN(const Address address, parse_address(text));
    ErrorOs error;
    const auto places = tcp::resolver(context_).resolve(address.host, std::to_string(address.port),
                                                        tcp::resolver::passive | tcp::resolver::numeric_service, error);
    if (error)
        return refuse(ErrorCode::io, "the name " + address.host + " does not resolve: " + error.message(), "address");
    for (const auto& place : places) {
        acceptor_.close(error);
        if (acceptor_.open(place.endpoint().protocol(), error)) continue;
        acceptor_.set_option(tcp::acceptor::reuse_address(true), error);
        if (acceptor_.bind(place.endpoint(), error) || acceptor_.listen(1024, error)) {
            if (error == asio::error::address_in_use) break;
            continue;
        }
        port_ = acceptor_.local_endpoint().port();
        return {};
    }
    if (error == asio::error::address_in_use)
        return refuse(ErrorCode::conflict,
                      "the address " + text + " is already in use: stop the other process or choose another port",
                      "address");
    return refuse(ErrorCode::io, "cannot listen on " + text + ": " + error.message(), "address");
}

void AsioServer::run(unsigned threads) {
    asio::co_spawn(acceptor_.get_executor(), accept(), [this](const std::exception_ptr& failed) {
        if (failed) ++site_.admission.exceptions;
    });
    const auto work = [this] {
        while (true) {
            try {
                context_.run();
                return;
            } catch (const std::exception&) {
                ++site_.admission.exceptions;
            }
        }
    };
    for (unsigned i = 0; i < std::max(threads, 1U); ++i) threads_.emplace_back(work);
}

asio::awaitable<void> AsioServer::accept() {
    while (!site_.stopping) {
        auto [error, socket] =
            co_await acceptor_.async_accept(asio::any_io_executor(asio::make_strand(context_)), kResult);
        if (site_.stopping) co_return;
        try {
            if (!error) admit(std::move(socket));
        } catch (const std::exception&) {
            ++site_.admission.exceptions;
        }
        if (!error || error == asio::error::connection_aborted) continue;
        pause_.expires_after(kPause);  // no descriptors or no memory left: some will be
        co_await pause_.async_wait(kResult);
    }
}

void AsioServer::admit(tcp::socket socket) {
    ErrorOs error;
    const auto peer = socket.remote_endpoint(error);
    const std::string address = error ? std::string() : peer.address().to_string();
    if (!site_.admission.enter(address)) return;
    socket.set_option(tcp::no_delay(true), error);
    start_session(std::move(socket), address, site_);
    if (site_.admission.scarce()) site_.close_longest_waiting();
}

void AsioServer::stop(Milliseconds grace) {
    const std::lock_guard once(stop_mutex_);
    site_.stop_entering();
    asio::post(acceptor_.get_executor(), [this] {
        ErrorOs ignored;
        acceptor_.close(ignored);
        pause_.cancel();
    });
    for (const auto& session : site_.sessions()) session->finish();
    site_.wait_until_empty(grace);
    for (const auto& session : site_.sessions()) session->abort();
    for (std::thread& thread : threads_)
        if (thread.joinable()) thread.join();
}

}  // namespace

Result<std::unique_ptr<Server>> Server::start(ServerConfig config, Handler handler) {
    PLACET_TRY_ASSIGN(TlsContext tls, make_server_context(config.certificate_pem, config.key_pem));
    auto server = std::make_unique<AsioServer>(config, std::move(handler), asio::ssl::context(tls.release()));
    PLACET_TRY(server->listen(config.address));
    server->run(config.threads);
    return server;
}

}  // namespace placet::api::http

// The server: one listening socket, a few I/O threads, each with its own epoll and its own connections. Responders reach
// a connection through its thread's mailbox, so that they may be kept longer than the connection, and than the server.
#include "api/http/server.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <map>
#include <mutex>
#include <thread>

#include "api/http/connection.hpp"
#include "api/http/problem.hpp"

namespace placet::api::http {
namespace {

using base::ErrorCode;
using base::Result;
using Clock = Connection::Clock;
using ConnectionId = std::uint64_t;

constexpr std::chrono::milliseconds kTick{100};
constexpr ConnectionId kListener = 0;
constexpr ConnectionId kMailbox = 1;
constexpr ConnectionId kFirstConnection = 2;

/// Answers on their way to a thread. Shared by the thread and by responders; closed when the thread ends.
class Mailbox {
public:
    struct Answer {
        ConnectionId connection;
        std::uint64_t turn;
        Response response;
    };

    Mailbox() : event_(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {}
    void post(Answer answer) {
        const std::lock_guard lock(mutex_);
        if (closed_) return;
        answers_.push_back(std::move(answer));
        wake();
    }
    void wake() const {
        const std::uint64_t one = 1;
        [[maybe_unused]] const ssize_t written = ::write(event_.get(), &one, sizeof one);
    }
    [[nodiscard]] std::vector<Answer> take() {
        std::uint64_t ignored = 0;
        [[maybe_unused]] const ssize_t size = ::read(event_.get(), &ignored, sizeof ignored);
        const std::lock_guard lock(mutex_);
        return std::exchange(answers_, {});
    }
    void close() {
        const std::lock_guard lock(mutex_);
        closed_ = true;
        answers_.clear();
    }
    [[nodiscard]] int descriptor() const noexcept { return event_.get(); }

private:
    Socket event_;
    std::mutex mutex_;
    std::vector<Answer> answers_;
    bool closed_ = false;
};

/// How many connections each address has; one for all threads.
class AddressCounts {
public:
    bool enter(const std::string& address, std::size_t most) {
        const std::lock_guard lock(mutex_);
        std::size_t& count = counts_[address];
        if (count >= most) return false;
        ++count;
        return true;
    }
    void leave(const std::string& address) {
        const std::lock_guard lock(mutex_);
        const auto found = counts_.find(address);
        if (found != counts_.end() && --found->second == 0) counts_.erase(found);
    }

private:
    std::mutex mutex_;
    std::map<std::string, std::size_t> counts_;
};

std::string address_text(const sockaddr_storage& storage) {
    char text[INET6_ADDRSTRLEN] = "";
    if (storage.ss_family == AF_INET6)
        inet_ntop(AF_INET6, &reinterpret_cast<const sockaddr_in6*>(&storage)->sin6_addr, text, sizeof text);
    else
        inet_ntop(AF_INET, &reinterpret_cast<const sockaddr_in*>(&storage)->sin_addr, text, sizeof text);
    return text;
}

struct Common {
    Shared shared;
    AddressCounts addresses;
    TlsContext tls;
    Socket listener;
    Handler handler;
};

/// One I/O thread's loop.
class Loop {
public:
    explicit Loop(Common& common)
        : common_(common), mailbox_(std::make_shared<Mailbox>()), epoll_(::epoll_create1(EPOLL_CLOEXEC)) {
        watch(common_.listener.get(), kListener, EPOLL_CTL_ADD, EPOLLIN | EPOLLEXCLUSIVE);
        watch(mailbox_->descriptor(), kMailbox, EPOLL_CTL_ADD, EPOLLIN);
    }

    void run() {
        while (!finished()) {
            epoll_event events[64];
            const int count = ::epoll_wait(epoll_.get(), events, 64, static_cast<int>(kTick.count()));
            for (int i = 0; i < count; ++i) on_event(events[i]);
            const auto now = Clock::now();
            if (now - last_tick_ >= kTick || common_.shared.stopping) tick(now);
        }
        mailbox_->close();
        while (!connections_.empty()) drop(connections_.begin()->first);
    }

    void stop_by(Clock::time_point deadline) {
        stop_deadline_ = deadline;
        mailbox_->wake();
    }

private:
    struct Entry {
        std::unique_ptr<Connection> connection;
        std::uint32_t watched = 0;
    };

    bool finished() const {
        return common_.shared.stopping && (connections_.empty() || Clock::now() >= stop_deadline_.load());
    }

    void watch(int descriptor, ConnectionId id, int operation, std::uint32_t events) const {
        epoll_event event{};
        event.events = events;
        event.data.u64 = id;
        ::epoll_ctl(epoll_.get(), operation, descriptor, &event);
    }

    void on_event(const epoll_event& event) {
        const ConnectionId id = event.data.u64;  // a copy: the struct is packed, and a reference into it misaligned
        if (id == kListener) return accept_some();
        if (id == kMailbox) return deliver();
        const auto found = connections_.find(id);
        if (found == connections_.end()) return;
        Connection& connection = *found->second.connection;
        const bool gone = (event.events & (EPOLLERR | EPOLLHUP)) != 0;
        if (gone && connection.state() == Connection::State::answering) connection.close();
        guarded(id, [&] { connection.advance(); });
    }

    /// Runs a step of a connection; whatever it throws (memory, above all) costs that connection only.
    template <class Step>
    void guarded(ConnectionId id, Step step) {
        const auto found = connections_.find(id);
        if (found == connections_.end()) return;
        try {
            step();
            while (auto request = found->second.connection->take_request()) serve(id, std::move(*request));
        } catch (const std::exception&) {
            ++common_.shared.exceptions;
            found->second.connection->close();
        }
        settle(id);
    }

    void serve(ConnectionId id, Request request) {
        const std::uint64_t turn = connections_.at(id).connection->turn();
        const std::string request_id = request.request_id;
        Responder responder = [mailbox = mailbox_, id, turn](Response response) { mailbox->post({id, turn, std::move(response)}); };
        try {
            common_.handler(std::move(request), responder);
        } catch (const std::exception&) {
            ++common_.shared.exceptions;
            responder(to_response({500, "internal", "the server failed on this request; its log has the request id", {}, request_id, {}}));
        }
    }

    /// Brings epoll in line with what the connection waits for, or forgets it.
    void settle(ConnectionId id) {
        Entry& entry = connections_.at(id);
        if (entry.connection->state() == Connection::State::closed) return drop(id);
        std::uint32_t wanted = 0;
        if (entry.connection->interest() == Connection::Interest::read) wanted = EPOLLIN;
        if (entry.connection->interest() == Connection::Interest::write) wanted = EPOLLOUT;
        if (wanted == entry.watched) return;
        entry.watched = wanted;
        watch(entry.connection->descriptor(), id, EPOLL_CTL_MOD, wanted);
    }

    void drop(ConnectionId id) {
        const auto found = connections_.find(id);
        if (found == connections_.end()) return;
        common_.addresses.leave(found->second.connection->address());
        connections_.erase(found);
        --common_.shared.open;
    }

    void deliver() {
        for (Mailbox::Answer& answer : mailbox_->take()) {
            const auto found = connections_.find(answer.connection);
            if (found == connections_.end() || found->second.connection->turn() != answer.turn) continue;
            guarded(answer.connection, [&] {
                found->second.connection->answer(std::move(answer.response));
                found->second.connection->advance();
            });
        }
    }

    void accept_some() {
        for (int i = 0; i < 16 && !common_.shared.stopping; ++i) {
            sockaddr_storage storage{};
            socklen_t size = sizeof storage;
            Socket socket(::accept4(common_.listener.get(), reinterpret_cast<sockaddr*>(&storage), &size, SOCK_NONBLOCK | SOCK_CLOEXEC));
            if (!socket.is_open()) {
                if (errno == EMFILE || errno == ENFILE || errno == ENOMEM) std::this_thread::sleep_for(kTick);  // or epoll would spin
                return;
            }
            ++common_.shared.connections;
            if (!admit(std::move(socket), address_text(storage))) ++common_.shared.connections_refused;
        }
    }

    bool admit(Socket socket, std::string address) {
        if (common_.shared.open.fetch_add(1) >= common_.shared.limits.connections) {
            --common_.shared.open;
            return false;
        }
        if (!common_.addresses.enter(address, common_.shared.limits.connections_per_address)) {
            --common_.shared.open;
            return false;
        }
        const int on = 1;
        ::setsockopt(socket.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        Tls tls(SSL_new(common_.tls.get()));
        if (!tls) {
            common_.addresses.leave(address);
            --common_.shared.open;
            return false;
        }
        const ConnectionId id = next_id_++;
        const int descriptor = socket.get();
        connections_[id] = {std::make_unique<Connection>(std::move(socket), std::move(tls), std::move(address), common_.shared), EPOLLIN};
        watch(descriptor, id, EPOLL_CTL_ADD, EPOLLIN);
        return true;
    }

    void tick(Clock::time_point now) {
        last_tick_ = now;
        std::vector<ConnectionId> due;
        for (const auto& [id, entry] : connections_)
            if (entry.connection->deadline() <= now || (common_.shared.stopping && entry.connection->is_idle())) due.push_back(id);
        for (const ConnectionId id : due) {
            Connection& connection = *connections_.at(id).connection;
            guarded(id, [&] {
                connection.time_out();
                connection.advance();
            });
        }
    }

    Common& common_;
    std::shared_ptr<Mailbox> mailbox_;
    Socket epoll_;
    std::map<ConnectionId, Entry> connections_;
    ConnectionId next_id_ = kFirstConnection;
    Clock::time_point last_tick_ = Clock::now();
    std::atomic<Clock::time_point> stop_deadline_{Clock::time_point::max()};
};

class EpollServer final : public Server {
public:
    explicit EpollServer(std::unique_ptr<Common> common) : common_(std::move(common)), port_(port_of(common_->listener)) {}
    ~EpollServer() override { EpollServer::stop(std::chrono::milliseconds(0)); }

    void run(unsigned threads) {
        for (unsigned i = 0; i < std::max(threads, 1U); ++i) loops_.push_back(std::make_unique<Loop>(*common_));
        for (const auto& loop : loops_) threads_.emplace_back([&each = *loop] { each.run(); });
    }

    void stop(std::chrono::milliseconds grace) override {
        const std::lock_guard lock(stop_mutex_);
        common_->shared.stopping = true;
        for (const auto& loop : loops_) loop->stop_by(Clock::now() + grace);
        for (std::thread& thread : threads_)
            if (thread.joinable()) thread.join();
        common_->listener = Socket();
    }

    std::uint16_t port() const noexcept override { return port_; }

    ServerCounters counters() const noexcept override {
        const Shared& shared = common_->shared;
        return {shared.connections, shared.open, shared.connections_refused, shared.handshakes_failed, shared.requests, shared.requests_refused,
                shared.exceptions};
    }

private:
    std::unique_ptr<Common> common_;
    std::uint16_t port_;
    std::vector<std::unique_ptr<Loop>> loops_;
    std::vector<std::thread> threads_;
    std::mutex stop_mutex_;
};

}  // namespace

Result<std::unique_ptr<Server>> Server::start(ServerConfig config, Handler handler) {
    auto common = std::make_unique<Common>();
    common->shared.limits = config.limits;
    common->handler = std::move(handler);
    PLACET_TRY_ASSIGN(common->tls, make_server_context(config.certificate_pem, config.key_pem));
    PLACET_TRY_ASSIGN(common->listener, listen_on(config.address));
    auto server = std::make_unique<EpollServer>(std::move(common));
    server->run(config.threads);
    return server;
}

}  // namespace placet::api::http

// The mesh: dialling, hello, keep-alive, messages and requests over transport.hpp's connections. All of it runs on the
// transport's thread; what other threads reach (the current connections, counters) stands behind one mutex.
#include "network/mesh.hpp"

#include <atomic>
#include <deque>
#include <map>
#include <mutex>

#include "ledger/crypto/random.hpp"

namespace placet::network {

namespace {

using base::ErrorCode;
using Clock = std::chrono::steady_clock;
using Done = std::function<void(base::Result<base::Bytes>)>;

constexpr std::size_t kIdBytes = 8;
constexpr std::chrono::seconds kRefusalQuiet{1};
constexpr std::size_t kEventsAtOnce = 20;       // of one peer's link, then one each
constexpr std::chrono::seconds kEventEvery{3};
constexpr std::size_t kMaxReasonBytes = 400;

std::array<std::uint8_t, kIdBytes> id_bytes(std::uint64_t id) noexcept {
    std::array<std::uint8_t, kIdBytes> out{};
    for (std::size_t i = 0; i < kIdBytes; ++i) out[i] = static_cast<std::uint8_t>(id >> (8 * (kIdBytes - 1 - i)));
    return out;
}

std::uint64_t read_id(base::BytesView bytes) noexcept {
    std::uint64_t id = 0;
    for (std::size_t i = 0; i < kIdBytes; ++i) id = id << 8 | bytes[i];
    return id;
}

std::uint32_t random_u32() {
    std::array<std::uint8_t, 4> octets{};
    crypto::fill_random(octets);
    std::uint32_t out = 0;
    for (const auto octet : octets) out = out << 8 | octet;
    return out;
}

std::shared_ptr<const base::Bytes> shared(base::Bytes bytes) { return std::make_shared<const base::Bytes>(std::move(bytes)); }

// What a peer calls its reason, made fit for a log line.
std::string printable(base::BytesView bytes) {
    std::string out;
    for (const auto octet : bytes.first(std::min(bytes.size(), kMaxReasonBytes)))
        out += octet >= 0x20 && octet < 0x7f ? static_cast<char>(octet) : '?';
    return out;
}

struct Pending {
    Done done;
};

struct Side {
    std::shared_ptr<Connection> connection;  // established ones only
    Backoff backoff;
};

struct Peer {
    PeerConfig config;
    bool dialled_by_us = false;
    std::array<Side, kChannels> sides;
    std::map<std::uint64_t, Pending> pending;  // our requests
    std::size_t answering = 0;                 // theirs, unanswered
    Clock::time_point since = Clock::now();
    std::string last_error;
    std::size_t events_left = kEventsAtOnce;    // that may be told now
    std::uint64_t events_untold = 0;
    Clock::time_point events_since = Clock::now();
    std::uint64_t connects = 0;
    std::uint64_t sent = 0;
    std::uint64_t received = 0;
    std::uint64_t dropped = 0;

    [[nodiscard]] Side& side(Channel channel) { return sides[static_cast<std::size_t>(channel)]; }
    [[nodiscard]] const Side& side(Channel channel) const { return sides[static_cast<std::size_t>(channel)]; }
};

class MeshImpl final : public Mesh {
public:
    MeshImpl(MeshConfig config, MeshHandler& handler, std::unique_ptr<Transport> transport)
        : transport_(std::move(transport)), config_(std::move(config)), handler_(handler) {
        for (const auto& peer : config_.peers) {
            Peer& added = peers_.emplace_back();
            added.config = peer;
            added.dialled_by_us = config_.name < peer.name;
            added.last_error = "not connected yet";
            for (auto& side : added.sides) side.backoff = Backoff(config_.backoff);
        }
    }
    ~MeshImpl() override { stop(); }

    base::Status listen() {
        const auto known = [this](const crypto::SpkiHash& spki) { return index_of(spki).has_value(); };
        PLACET_TRY_ASSIGN(port_, transport_->listen(config_.listen_address, known,
                                                    [this](ConnectionResult result) { on_inbound(std::move(result)); }));
        transport_->post([this] {
            for (PeerIndex i = 0; i < peers_.size(); ++i) {
                if (!peers_[i].dialled_by_us) continue;
                dial(i, Channel::messages);
                dial(i, Channel::bulk);
            }
            tick();
        });
        return {};
    }

    void send(PeerIndex index, std::shared_ptr<const base::Bytes> message) override {
        const std::lock_guard lock(mutex_);
        Peer& peer = peers_[index];
        const auto& connection = peer.side(Channel::messages).connection;
        if (connection && connection->send(FrameType::message, {}, std::move(message)))
            ++peer.sent;
        else
            ++peer.dropped;
    }

    void broadcast(std::shared_ptr<const base::Bytes> message) override {
        for (PeerIndex i = 0; i < peers_.size(); ++i) send(i, message);
    }

    void request(PeerIndex index, base::Bytes request, std::chrono::milliseconds within, Done done) override {
        transport_->post([this, index, request = shared(std::move(request)), within, done = std::move(done)]() mutable {
            Peer& peer = peers_[index];
            const auto& connection = peer.side(Channel::bulk).connection;
            if (!connection) return done(base::refuse(ErrorCode::unavailable, "no connection to " + peer.config.name));
            if (peer.pending.size() >= config_.outbound_requests)
                return done(base::refuse(ErrorCode::busy, "too many requests are waiting for " + peer.config.name));
            const std::uint64_t id = ++last_request_;
            if (!connection->send(FrameType::request, id_bytes(id), std::move(request)))
                return done(base::refuse(ErrorCode::busy, "the queue to " + peer.config.name + " is full"));
            peer.pending.emplace(id, Pending{std::move(done)});
            transport_->after(within, [this, index, id] {
                settle(index, id, base::refuse(ErrorCode::timeout, peers_[index].config.name + " did not answer in time"));
            });
        });
    }

    std::vector<LinkStatus> status() const override {
        const std::lock_guard lock(mutex_);
        const auto now = Clock::now();
        const auto ms = [&](Clock::time_point then) { return std::chrono::duration_cast<std::chrono::milliseconds>(now - then).count(); };
        std::vector<LinkStatus> out;
        for (const auto& peer : peers_) {
            const auto& connection = peer.side(Channel::messages).connection;
            LinkStatus status{peer.config.name, connection != nullptr, peer.side(Channel::bulk).connection != nullptr, ms(peer.since),
                              connection ? ms(connection->last_heard()) : -1, peer.sent, peer.received, peer.dropped,
                              peer.connects, peer.last_error};
            out.push_back(std::move(status));
        }
        return out;
    }

    std::uint16_t port() const noexcept override { return port_; }

    void stop() override {
        transport_->stop();
        const std::lock_guard lock(mutex_);
        for (auto& peer : peers_) {
            for (auto& side : peer.sides) side.connection.reset();
            peer.pending.clear();
        }
    }

private:
    [[nodiscard]] std::optional<PeerIndex> index_of(const crypto::SpkiHash& spki) const {
        for (PeerIndex i = 0; i < peers_.size(); ++i)
            if (peers_[i].config.spki == spki) return i;
        return std::nullopt;
    }

    [[nodiscard]] std::shared_ptr<const base::Bytes> own_hello(Channel channel) const {
        return shared(encode(Hello{kProtocolVersion, config_.genesis, config_.name, channel}));
    }

    // Why this hello is not from `peer` on our chain; empty if it is.
    [[nodiscard]] std::string objection(const Hello& hello, const Peer& peer) const {
        if (hello.version != kProtocolVersion)
            return "link protocol " + std::to_string(hello.version) + ", ours is " + std::to_string(kProtocolVersion) + ": run the same release";
        if (hello.genesis != config_.genesis) return "another genesis: " + peer.config.name + " belongs to another chain than " + config_.name;
        if (hello.node != peer.config.name) return "calls itself " + printable(base::as_bytes(hello.node)) + ", its certificate is " + peer.config.name + "'s";
        return {};
    }

    void dial(PeerIndex index, Channel channel) {
        Peer& peer = peers_[index];
        transport_->dial(peer.config.address, peer.config.spki, [this, index, channel](ConnectionResult result) {
            if (!result) {
                note_error(index, LinkEvent::Kind::down, base::describe(result.error()));
                return dial_again(index, channel);
            }
            (void)(*result)->send(FrameType::hello, {}, own_hello(channel));
            greet(*result, index, channel);
        });
    }

    void dial_again(PeerIndex index, Channel channel) {
        if (!peers_[index].dialled_by_us) return;
        const auto wait = peers_[index].side(channel).backoff.next(random_u32());
        transport_->after(wait, [this, index, channel] { dial(index, channel); });
    }

    void on_inbound(ConnectionResult result) {
        if (!result) return note_stranger(result.error().field, result.error().message);
        const auto index = index_of((*result)->spki());
        if (!index) return (*result)->close("nobody we know");
        if (static_cast<std::size_t>(ungreeted_.use_count()) > config_.ungreeted) return (*result)->close("too many connections without a hello");
        greet(*result, *index, std::nullopt);
    }

    // Waits for the other side's first frame. `channel` is set if we dialled; then the other side only echoes it.
    void greet(const std::shared_ptr<Connection>& connection, PeerIndex index, std::optional<Channel> channel) {
        const std::weak_ptr<Connection> weak = connection;
        auto greeted = std::make_shared<bool>(false);
        auto place = std::make_shared<std::shared_ptr<int>>(channel ? nullptr : ungreeted_);  // given back with the hello, or the connection
        Connection::Events events;
        events.frame = [this, weak, index, channel, greeted, place](FrameType type, base::Bytes payload) {
            const auto strong = weak.lock();
            if (!strong) return;
            if (*greeted) return on_frame(index, *strong, type, std::move(payload));
            *greeted = on_first_frame(strong, index, channel, type, payload);
            place->reset();
        };
        events.closed = [this, weak, index, channel](const std::string& reason) { on_closed(weak, index, channel, reason); };
        connection->start(std::move(events));
        transport_->after(config_.hello, [weak, greeted] {
            const auto strong = weak.lock();
            if (strong && !*greeted) strong->close("no hello in time");
        });
    }

    bool on_first_frame(const std::shared_ptr<Connection>& connection, PeerIndex index, std::optional<Channel> dialled,
                        FrameType type, const base::Bytes& payload) {
        Peer& peer = peers_[index];
        if (type == FrameType::refusal) {
            refuse_link(index, *connection, peer.config.name + " refused us: " + printable(payload));
            return false;
        }
        const auto hello = type == FrameType::hello ? decode_hello(payload) : base::Result<Hello>(base::refuse(ErrorCode::malformed, "no hello"));
        const std::string why = hello ? objection(*hello, peer) : base::describe(hello.error());
        if (!why.empty() || (dialled && hello->channel != *dialled)) {
            (void)connection->send(FrameType::refusal, {}, shared(base::to_bytes(why.empty() ? "wrong channel" : why)));
            refuse_link(index, *connection, why.empty() ? "wrong channel" : why);
            return false;
        }
        if (!dialled) {
            if (peer.dialled_by_us) {
                refuse_link(index, *connection, peer.config.name + " dialled, which is ours to do");
                return false;
            }
            (void)connection->send(FrameType::hello, {}, own_hello(hello->channel));
        }
        attach(index, hello->channel, connection);
        return true;
    }

    void refuse_link(PeerIndex index, Connection& connection, std::string why) {
        note_error(index, LinkEvent::Kind::refused, why);
        connection.close(std::move(why));
    }

    void attach(PeerIndex index, Channel channel, const std::shared_ptr<Connection>& connection) {
        Peer& peer = peers_[index];
        std::shared_ptr<Connection> old;
        {
            const std::lock_guard lock(mutex_);
            old = std::exchange(peer.side(channel).connection, connection);
            if (channel == Channel::messages) {
                peer.since = Clock::now();
                peer.last_error.clear();
                ++peer.connects;
            }
        }
        peer.side(channel).backoff.reset();
        if (old) old->close("replaced by a newer connection");
        if (channel == Channel::messages) tell(peer, LinkEvent::Kind::up, {});
    }

    void on_closed(const std::weak_ptr<Connection>& weak, PeerIndex index, std::optional<Channel> dialled, const std::string& reason) {
        Peer& peer = peers_[index];
        const auto closed = weak.lock();
        std::optional<Channel> was;
        {
            const std::lock_guard lock(mutex_);
            for (const Channel channel : {Channel::messages, Channel::bulk}) {
                if (!closed || peer.side(channel).connection != closed) continue;
                was = channel;
                peer.side(channel).connection.reset();
                if (channel == Channel::messages) peer.since = Clock::now();
            }
        }
        if (was == Channel::messages) note_error(index, LinkEvent::Kind::down, reason);
        if (was == Channel::bulk) fail_pending(peer, reason);
        if (dialled) dial_again(index, *dialled);
    }

    void fail_pending(Peer& peer, const std::string& reason) {
        auto pending = std::exchange(peer.pending, {});
        for (auto& [id, request] : pending)
            request.done(base::refuse(ErrorCode::unavailable, "the connection to " + peer.config.name + " went: " + reason));
    }

    void on_frame(PeerIndex index, Connection& connection, FrameType type, base::Bytes payload) {
        switch (type) {
            case FrameType::message: {
                {
                    const std::lock_guard lock(mutex_);
                    ++peers_[index].received;
                }
                return handler_.on_message(index, std::move(payload));
            }
            case FrameType::ping: return;
            case FrameType::request: return on_request(index, connection, std::move(payload));
            case FrameType::response: return on_response(index, connection, std::move(payload));
            case FrameType::refusal: return refuse_link(index, connection, "refused: " + printable(payload));
            case FrameType::hello: return connection.close("a second hello");
        }
    }

    void on_request(PeerIndex index, Connection& connection, base::Bytes payload) {
        Peer& peer = peers_[index];
        if (payload.size() < kIdBytes) return connection.close("a request without an id");
        const std::uint64_t id = read_id(payload);
        const std::weak_ptr<Connection> weak = peer.side(Channel::bulk).connection;
        if (peer.answering >= config_.inbound_requests) return answer(weak, id, base::refuse(ErrorCode::busy, "too many requests at once"));
        ++peer.answering;
        payload.erase(payload.begin(), payload.begin() + kIdBytes);
        auto once = std::make_shared<std::atomic<bool>>(false);
        handler_.on_request(index, std::move(payload), [this, index, id, weak, once](base::Result<base::Bytes> result) {
            if (once->exchange(true)) return;
            transport_->post([this, index, id, weak, result = std::move(result)]() mutable {
                --peers_[index].answering;
                answer(weak, id, std::move(result));
            });
        });
    }

    static void answer(const std::weak_ptr<Connection>& weak, std::uint64_t id, base::Result<base::Bytes> result) {
        const auto connection = weak.lock();
        if (!connection) return;
        base::Bytes prefix = base::to_bytes(base::BytesView(id_bytes(id)));
        prefix.push_back(result ? 1 : 0);
        auto payload = shared(result ? std::move(*result) : base::to_bytes(result.error().message));
        if (!connection->send(FrameType::response, prefix, std::move(payload))) {
            prefix.back() = 0;
            (void)connection->send(FrameType::response, prefix, shared(base::to_bytes("the answer does not fit into the queue")));
        }
    }

    void on_response(PeerIndex index, Connection& connection, base::Bytes payload) {
        if (payload.size() < kIdBytes + 1) return connection.close("a response without an id");
        const std::uint64_t id = read_id(payload);
        const bool ok = payload[kIdBytes] == 1;
        payload.erase(payload.begin(), payload.begin() + kIdBytes + 1);
        if (ok) return settle(index, id, std::move(payload));
        settle(index, id, base::refuse(ErrorCode::unavailable, peers_[index].config.name + ": " + printable(payload)));
    }

    void settle(PeerIndex index, std::uint64_t id, base::Result<base::Bytes> result) {
        auto node = peers_[index].pending.extract(id);
        if (!node.empty()) node.mapped().done(std::move(result));
    }

    void tick() {
        const auto now = Clock::now();
        for (auto& peer : peers_) {
            for (auto& side : peer.sides) {
                const auto connection = side.connection;
                if (!connection) continue;
                if (now - connection->last_heard() > config_.silence)
                    connection->close("silent for " + std::to_string(config_.silence.count()) + " ms");
                else
                    (void)connection->send(FrameType::ping, {}, nullptr);
            }
        }
        transport_->after(config_.ping, [this] { tick(); });
    }

    // One event a change: a peer that stays away for days is one line, not one a second.
    void note_error(PeerIndex index, LinkEvent::Kind kind, const std::string& reason) {
        Peer& peer = peers_[index];
        {
            const std::lock_guard lock(mutex_);
            if (peer.last_error == reason) return;
            peer.last_error = reason;
        }
        tell(peer, kind, reason);
    }

    // A peer that comes and goes a hundred times a second does not fill the disk with the log of it.
    void tell(Peer& peer, LinkEvent::Kind kind, std::string reason) {
        const auto now = Clock::now();
        const auto earned = static_cast<std::size_t>((now - peer.events_since) / kEventEvery);
        if (earned > 0) {
            peer.events_left = std::min(kEventsAtOnce, peer.events_left + earned);
            peer.events_since = now;
        }
        if (peer.events_left == 0) {
            ++peer.events_untold;
            return;
        }
        --peer.events_left;
        if (const auto untold = std::exchange(peer.events_untold, 0); untold > 0)
            reason += (reason.empty() ? "" : "; ") + std::to_string(untold) + " changes of this link before were not told";
        handler_.on_link({kind, peer.config.name, std::move(reason)});
    }

    void note_stranger(const std::string& address, const std::string& reason) {
        const auto now = Clock::now();
        if (now - last_stranger_ < kRefusalQuiet) return;
        last_stranger_ = now;
        handler_.on_link({LinkEvent::Kind::refused, address, reason});
    }

    std::unique_ptr<Transport> transport_;  // first: connections die before it
    MeshConfig config_;
    MeshHandler& handler_;
    mutable std::mutex mutex_;
    std::deque<Peer> peers_;
    std::uint64_t last_request_ = 0;
    Clock::time_point last_stranger_{};
    const std::shared_ptr<int> ungreeted_ = std::make_shared<int>();  // each connection that waits for a hello shares it
    std::uint16_t port_ = 0;
};

}  // namespace

base::Result<std::unique_ptr<Mesh>> Mesh::start(MeshConfig config, MeshHandler& handler) {
    PLACET_TRY_ASSIGN(auto transport, Transport::start(config.certificate_pem, config.key_pem, config.limits));
    auto mesh = std::make_unique<MeshImpl>(std::move(config), handler, std::move(transport));
    PLACET_TRY(mesh->listen());
    return mesh;
}

}  // namespace placet::network

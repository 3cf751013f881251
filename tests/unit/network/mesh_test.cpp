// Links between nodes on loopback: real TLS, real sockets. Waits are for conditions, with a generous end, never for times.
#include <catch2/catch.hpp>

#include <atomic>
#include <mutex>
#include <optional>
#include <thread>

#include "network/mesh.hpp"

using namespace placet;
using namespace std::chrono_literals;
using network::LinkEvent;

namespace {

const crypto::CertificateAndKey& certificate(std::size_t index) {
    static const auto made = [] {
        std::vector<crypto::CertificateAndKey> out;
        for (int i = 0; i < 4; ++i) out.push_back(crypto::make_certificate({"node-" + std::to_string(i), {"localhost"}, 1767225600000, 3650}).value());
        return out;
    }();
    return made[index];
}

bool eventually(const std::function<bool()>& condition) {
    for (int i = 0; i < 2000; ++i) {
        if (condition()) return true;
        std::this_thread::sleep_for(5ms);
    }
    return false;
}

const crypto::Hash kGenesis = crypto::sha256(base::as_bytes("genesis"));

struct Recorder : network::MeshHandler {
    std::mutex mutex;
    std::vector<std::string> messages;
    std::vector<LinkEvent> events;
    std::atomic<std::size_t> count{0};
    std::atomic<int> delay_us{0};

    void on_message(network::PeerIndex, base::Bytes message) override {
        if (delay_us > 0) std::this_thread::sleep_for(std::chrono::microseconds(delay_us));
        ++count;
        const std::lock_guard lock(mutex);
        if (messages.size() < 16) messages.emplace_back(base::as_text(message));
    }
    void on_request(network::PeerIndex, base::Bytes request, network::Respond respond) override {
        if (base::as_text(request) == "refuse") return respond(base::refuse(base::ErrorCode::not_found, "no such block"));
        if (base::as_text(request) == "silence") return;
        respond(base::Bytes(request.rbegin(), request.rend()));
    }
    void on_link(const LinkEvent& event) override {
        const std::lock_guard lock(mutex);
        events.push_back(event);
    }
    bool saw(LinkEvent::Kind kind, std::string_view words) {
        const std::lock_guard lock(mutex);
        return std::ranges::any_of(events, [&](const auto& event) { return event.kind == kind && event.reason.find(words) != std::string::npos; });
    }
};

network::MeshConfig config_of(std::size_t self, std::vector<std::pair<std::size_t, std::uint16_t>> peers) {
    network::MeshConfig config;
    config.name = "node-" + std::to_string(self);
    config.listen_address = "127.0.0.1:0";
    config.certificate_pem = certificate(self).certificate_pem;
    config.key_pem = certificate(self).key_pem;
    config.genesis = kGenesis;
    for (const auto& [peer, port] : peers)
        config.peers.push_back({"node-" + std::to_string(peer), "127.0.0.1:" + std::to_string(port), certificate(peer).spki});
    return config;
}

std::shared_ptr<const base::Bytes> message(std::string_view text) { return std::make_shared<const base::Bytes>(base::to_bytes(text)); }

// node-1 listens; node-0 dials it.
struct Pair {
    Recorder listener_events;
    Recorder dialler_events;
    std::unique_ptr<network::Mesh> listener;
    std::unique_ptr<network::Mesh> dialler;
    explicit Pair(const std::function<void(network::MeshConfig& listener, network::MeshConfig& dialler)>& change = {}) {
        auto listening = config_of(1, {{0, 1}});
        auto dialling = config_of(0, {{1, 1}});
        if (change) change(listening, dialling);
        listener = network::Mesh::start(listening, listener_events).value();
        dialling.peers[0].address = "127.0.0.1:" + std::to_string(listener->port());
        dialler = network::Mesh::start(dialling, dialler_events).value();
    }
    [[nodiscard]] bool up() const {
        const auto a = listener->status()[0];
        const auto b = dialler->status()[0];
        return a.connected && b.connected && a.bulk_connected && b.bulk_connected;
    }
};

base::Result<base::Bytes> ask(network::Mesh& mesh, std::string_view text, std::chrono::milliseconds within = 5s) {
    auto answer = std::make_shared<std::optional<base::Result<base::Bytes>>>();
    auto ready = std::make_shared<std::atomic<bool>>(false);
    mesh.request(0, base::to_bytes(text), within, [answer, ready](base::Result<base::Bytes> result) {
        *answer = std::move(result);
        *ready = true;
    });
    REQUIRE(eventually([&] { return ready->load(); }));
    return **answer;
}

// Speaks TLS with node-0's certificate, but not the protocol.
struct Stranger {
    std::unique_ptr<network::Transport> transport;
    std::shared_ptr<network::Connection> connection;
    std::mutex mutex;
    std::string closed;
    std::atomic<bool> is_closed{false};

    Stranger(std::uint16_t port, std::size_t identity, network::TransportLimits limits = {}) {
        transport = network::Transport::start(certificate(identity).certificate_pem, certificate(identity).key_pem, limits).value();
        std::atomic<bool> done{false};
        transport->post([&] {
            transport->dial("127.0.0.1:" + std::to_string(port), certificate(1).spki, [&](network::ConnectionResult result) {
                if (result) connection = *result;
                done = true;
            });
        });
        REQUIRE(eventually([&] { return done.load(); }));
        if (!connection) return;
        network::Connection::Events events;
        events.frame = [](network::FrameType, base::Bytes) {};
        events.closed = [this](const std::string& reason) {
            const std::lock_guard lock(mutex);
            closed = reason;
            is_closed = true;
        };
        std::atomic<bool> started{false};
        transport->post([this, &started, events = std::move(events)]() mutable { connection->start(std::move(events)); started = true; });
        REQUIRE(eventually([&] { return started.load(); }));
    }
    ~Stranger() {
        transport->stop();
        connection.reset();
    }
    void say(network::FrameType type, base::Bytes payload) const {
        (void)connection->send(type, {}, std::make_shared<const base::Bytes>(std::move(payload)));
    }
};

}  // namespace

TEST_CASE("two nodes exchange messages and requests over mutual TLS") {
    Pair pair;
    REQUIRE(eventually([&] { return pair.up(); }));
    pair.dialler->send(0, message("from the dialler"));
    pair.listener->broadcast(message("from the listener"));
    REQUIRE(eventually([&] { return pair.listener_events.count == 1 && pair.dialler_events.count == 1; }));
    CHECK(pair.listener_events.messages[0] == "from the dialler");
    CHECK(pair.dialler_events.messages[0] == "from the listener");

    CHECK(base::as_text(ask(*pair.dialler, "abc").value()) == "cba");
    CHECK(base::as_text(ask(*pair.listener, "xyz").value()) == "zyx");
    const std::string large(3 * 1024 * 1024, 'q');
    CHECK(ask(*pair.listener, large).value().size() == large.size());
    const auto refused = ask(*pair.dialler, "refuse");
    CHECK(refused.error().code == base::ErrorCode::unavailable);
    CHECK(refused.error().message.find("no such block") != std::string::npos);
    CHECK(ask(*pair.dialler, "silence", 50ms).error().code == base::ErrorCode::timeout);
}

TEST_CASE("a certificate that is not pinned is refused on either side") {
    SECTION("the listener does not know the dialler") {
        Pair pair([](auto& listener, auto&) { listener.peers[0].spki = certificate(2).spki; });
        CHECK(eventually([&] { return pair.listener_events.saw(LinkEvent::Kind::refused, "TLS handshake"); }));
        CHECK_FALSE(pair.up());
    }
    SECTION("the dialler finds somebody else") {
        Pair pair([](auto&, auto& dialler) { dialler.peers[0].spki = certificate(2).spki; });
        CHECK(eventually([&] { return pair.dialler_events.saw(LinkEvent::Kind::down, "TLS handshake"); }));
        CHECK_FALSE(pair.up());
    }
}

TEST_CASE("a node of another genesis is refused, and both sides say why") {
    Pair pair([](auto&, auto& dialler) { dialler.genesis = crypto::sha256(base::as_bytes("another")); });
    CHECK(eventually([&] { return pair.listener_events.saw(LinkEvent::Kind::refused, "another genesis"); }));
    CHECK(eventually([&] { return pair.dialler_events.saw(LinkEvent::Kind::refused, "another genesis"); }));
    CHECK_FALSE(pair.up());
}

TEST_CASE("an oversized frame drops the link, and nothing else") {
    Recorder events;
    auto config = config_of(1, {{0, 1}});
    config.limits.frame_bytes = 64 * 1024;
    const auto mesh = network::Mesh::start(config, events).value();
    Stranger stranger(mesh->port(), 0);
    stranger.say(network::FrameType::hello, encode(network::Hello{1, kGenesis, "node-0", network::Channel::messages}));
    REQUIRE(eventually([&] { return mesh->status()[0].connected; }));
    stranger.say(network::FrameType::message, base::Bytes(100 * 1024));
    CHECK(eventually([&] { return stranger.is_closed.load(); }));
    CHECK(eventually([&] { return events.saw(LinkEvent::Kind::down, "the limit is"); }));
    CHECK(events.count == 0);
    Stranger again(mesh->port(), 0);
    again.say(network::FrameType::hello, encode(network::Hello{1, kGenesis, "node-0", network::Channel::messages}));
    CHECK(eventually([&] { return mesh->status()[0].connected; }));
}

TEST_CASE("before the hello a connection holds next to nothing, and few may wait for one") {
    Recorder events;
    auto config = config_of(1, {{0, 1}});
    config.hello = 60s;
    config.ungreeted = 3;
    const auto mesh = network::Mesh::start(config, events).value();
    SECTION("a first frame larger than a hello") {
        Stranger stranger(mesh->port(), 0);
        stranger.say(network::FrameType::hello, base::Bytes(64 * 1024));
        CHECK(eventually([&] { return stranger.is_closed.load(); }));
    }
    SECTION("a hello and much behind it in one go") {
        Stranger stranger(mesh->port(), 0);
        stranger.say(network::FrameType::hello, encode(network::Hello{1, kGenesis, "node-0", network::Channel::messages}));
        stranger.say(network::FrameType::message, base::Bytes(64 * 1024));
        CHECK(eventually([&] { return events.count == 1; }));
    }
    SECTION("more connections than may wait") {
        std::vector<std::unique_ptr<Stranger>> strangers;
        for (int i = 0; i < 3; ++i) strangers.push_back(std::make_unique<Stranger>(mesh->port(), 0));
        Stranger late(mesh->port(), 0);
        CHECK(eventually([&] { return late.is_closed.load(); }));
        for (const auto& one : strangers) CHECK_FALSE(one->is_closed);
        strangers[0]->say(network::FrameType::hello, encode(network::Hello{1, kGenesis, "node-0", network::Channel::messages}));
        REQUIRE(eventually([&] { return mesh->status()[0].connected; }));
        // Its place is free again.
        Stranger next(mesh->port(), 0);
        next.say(network::FrameType::hello, encode(network::Hello{1, kGenesis, "node-0", network::Channel::bulk}));
        CHECK(eventually([&] { return mesh->status()[0].bulk_connected; }));
    }
}

TEST_CASE("a peer that comes and goes all the time is told of a few times, not each") {
    Recorder events;
    const auto mesh = network::Mesh::start(config_of(1, {{0, 1}}), events).value();
    constexpr std::size_t kTimes = 40;
    for (std::size_t i = 1; i <= kTimes; ++i) {
        Stranger stranger(mesh->port(), 0);
        stranger.say(network::FrameType::hello, encode(network::Hello{1, kGenesis, "node-0", network::Channel::messages}));
        REQUIRE(eventually([&] { return mesh->status()[0].connects == i; }));
    }
    const std::lock_guard lock(events.mutex);
    CHECK(events.events.size() >= 20);
    CHECK(events.events.size() < kTimes);  // of about twice as many that there were
}

TEST_CASE("a connection that says no hello, a wrong one, or goes silent is closed") {
    Recorder events;
    auto config = config_of(1, {{0, 1}});
    config.hello = 100ms;
    config.silence = 300ms;
    config.ping = 50ms;
    const auto mesh = network::Mesh::start(config, events).value();
    SECTION("no hello") {
        Stranger stranger(mesh->port(), 0);
        CHECK(eventually([&] { return stranger.is_closed.load(); }));
    }
    SECTION("another name") {
        Stranger stranger(mesh->port(), 0);
        stranger.say(network::FrameType::hello, encode(network::Hello{1, kGenesis, "node-3", network::Channel::messages}));
        CHECK(eventually([&] { return events.saw(LinkEvent::Kind::refused, "calls itself node-3"); }));
        CHECK(eventually([&] { return stranger.is_closed.load(); }));
    }
    SECTION("half-open: nothing comes any more") {
        Stranger stranger(mesh->port(), 0);
        stranger.say(network::FrameType::hello, encode(network::Hello{1, kGenesis, "node-0", network::Channel::messages}));
        REQUIRE(eventually([&] { return mesh->status()[0].connects == 1; }));
        CHECK(eventually([&] { return events.saw(LinkEvent::Kind::down, "silent"); }));
    }
    CHECK(eventually([&] { return !mesh->status()[0].connected; }));
}

TEST_CASE("a flood into a slow reader is bounded: what does not fit is dropped and counted") {
    Pair pair([](auto& listener, auto& dialler) {
        for (auto* config : {&listener, &dialler}) {
            config->limits.queued_bytes = 1024 * 1024;
            config->limits.queued_frames = 256;
        }
    });
    REQUIRE(eventually([&] { return pair.up(); }));
    pair.listener_events.delay_us = 2000;
    const auto large = std::make_shared<const base::Bytes>(base::Bytes(64 * 1024));
    constexpr std::uint64_t kSent = 5000;
    for (std::uint64_t i = 0; i < kSent; ++i) pair.dialler->send(0, large);
    const auto status = pair.dialler->status()[0];
    CHECK(status.sent + status.dropped == kSent);
    CHECK(status.dropped > kSent / 2);
    pair.listener_events.delay_us = 0;
    CHECK(eventually([&] { return pair.listener_events.count == status.sent; }));
    pair.dialler->send(0, message("still here"));
    CHECK(eventually([&] { return pair.listener_events.count == status.sent + 1; }));
}

TEST_CASE("a link comes back by itself after the other side restarted") {
    Recorder dialler_events;
    Recorder first_events;
    Recorder second_events;
    auto listener = network::Mesh::start(config_of(1, {{0, 1}}), first_events).value();
    const auto port = listener->port();
    const auto dialler = network::Mesh::start(config_of(0, {{1, port}}), dialler_events).value();
    REQUIRE(eventually([&] { return dialler->status()[0].connected; }));
    listener->stop();
    CHECK(eventually([&] { return !dialler->status()[0].connected; }));
    dialler->send(0, message("lost"));
    CHECK(dialler->status()[0].dropped == 1);
    auto config = config_of(1, {{0, 1}});
    config.listen_address = "127.0.0.1:" + std::to_string(port);
    listener.reset();
    listener = network::Mesh::start(config, second_events).value();
    CHECK(eventually([&] { return dialler->status()[0].connected && listener->status()[0].connected; }));
    CHECK(dialler->status()[0].connects == 2);
}

TEST_CASE("a port in use is named") {
    Recorder events;
    const auto first = network::Mesh::start(config_of(1, {}), events).value();
    auto config = config_of(2, {});
    config.listen_address = "127.0.0.1:" + std::to_string(first->port());
    const auto second = network::Mesh::start(config, events);
    REQUIRE_FALSE(second.has_value());
    CHECK(second.error().code == base::ErrorCode::conflict);
    CHECK(second.error().message.find(config.listen_address) != std::string::npos);
}

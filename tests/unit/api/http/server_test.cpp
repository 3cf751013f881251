// The server over real TLS on loopback: hostile input costs one connection and bounded memory, never the process.
#include "api/http/server.hpp"

#include <catch2/catch.hpp>
#include <ctime>
#include <fstream>
#include <mutex>
#include <thread>

#include "tests/unit/api/http/raw_client.hpp"

using namespace placet;
using namespace placet::api::http;
using placet::test::RawClient;
using std::chrono::milliseconds;

namespace {

crypto::CertificateAndKey certificate(const std::string& name) {
    return *crypto::make_certificate(
        {name, {"localhost", "127.0.0.1"}, static_cast<base::TimeMs>(std::time(nullptr)) * 1000, 30});
}

struct Fixture {
    crypto::CertificateAndKey identity = certificate("server");
    std::mutex mutex;
    std::vector<Responder> kept;
    std::optional<Request> last;
    std::unique_ptr<Server> server;

    explicit Fixture(ServerLimits limits = {}) {
        ServerConfig config{"127.0.0.1:0", identity.certificate_pem, identity.key_pem, 2, limits};
        auto started = Server::start(
            config, [this](Request request, Responder respond) { handle(std::move(request), std::move(respond)); });
        REQUIRE(started.has_value());
        server = std::move(*started);
    }
    void handle(Request request, Responder respond) {
        if (request.path == "/throw") throw std::runtime_error("no");
        if (request.path == "/keep") {
            const std::lock_guard lock(mutex);
            kept.push_back(std::move(respond));
            return;
        }
        if (request.path == "/large")
            return respond(text_response(200, "text/plain", std::string(8 * 1024 * 1024, 'x')));
        if (request.path == "/nothing") return respond({204, {}, {}});
        std::string words = request.method + ' ' + request.path + ' ' + std::to_string(request.body.size());
        if (request.peer.spki) words += " known";
        {
            const std::lock_guard lock(mutex);
            last = std::move(request);
        }
        respond(text_response(200, "text/plain", words));
        respond(text_response(500, "text/plain", "a second answer is ignored"));
    }
    /// The responder kept as number `index`, once a request for it has arrived.
    Responder wait_kept(std::size_t index) {
        for (int i = 0; i < 500; ++i) {
            {
                const std::lock_guard lock(mutex);
                if (kept.size() > index) return kept[index];
            }
            std::this_thread::sleep_for(milliseconds(10));
        }
        FAIL("no request arrived");
        return {};
    }
    std::string ask(const std::string& text) const {
        RawClient client(server->port());
        client.send(text);
        return client.read_response();
    }
};

std::string get(const std::string& path, const std::string& more = {}) {
    return "GET " + path + " HTTP/1.1\r\nHost: a\r\n" + more + "\r\n";
}

long resident_kib() {
    std::ifstream status("/proc/self/status");
    for (std::string line; std::getline(status, line);)
        if (line.starts_with("VmRSS:")) return std::stol(line.substr(6));
    return 0;
}

bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("regression 1: a chunked request with a 100 KB trailer is refused and the server lives") {
    Fixture fixture;
    RawClient client(fixture.server->port());
    client.send("POST /v1/transactions HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX: " +
                std::string(100 * 1024, 'a') + "\r\n\r\n");
    const std::string answer = client.read_all();
    CHECK(has(answer, "HTTP/1.1 400 "));
    CHECK(has(answer, "transfer_encoding_refused"));
    CHECK(has(fixture.ask(get("/after")), "GET /after 0"));
}

TEST_CASE("trailers and chunk extensions without end cost a refusal, whatever their size") {
    Fixture fixture;
    for (const std::string& part : {std::string("0\r\n"), std::string("5;x="), std::string("5\r\nabcde\r\n0;")}) {
        RawClient client(fixture.server->port());
        client.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" + part);
        std::string flood;
        while (flood.size() < 1024 * 1024) flood += "X: 0123456789\r\n";
        for (int i = 0; i < 8 && client.send(flood); ++i) {
        }
        CHECK(has(client.read_all(), "transfer_encoding_refused"));
    }
    CHECK(fixture.server->counters().requests == 0);
    CHECK(fixture.server->counters().exceptions == 0);
    CHECK(has(fixture.ask(get("/after")), "GET /after 0"));
}

TEST_CASE("a request that two servers could frame differently is refused, and what follows it is not served") {
    Fixture fixture;
    const std::string smuggled = get("/smuggled");
    for (const std::string& headers : {
             std::string("Host: a\r\nTransfer-Encoding: identity\r\n"),
             std::string("Host: a\r\nTransfer-Encoding: xchunked\r\n"),
             std::string("Host: a\r\nTransfer-Encoding: chunked, identity\r\n"),
             std::string("Host: a\r\nTransfer-Encoding:\tchunked\r\nContent-Length: 4\r\n"),
             std::string("Host: a\r\nTransfer-Encoding : chunked\r\n"),
             std::string("Host: a\r\nX: y\r\n Transfer-Encoding: chunked\r\n"),
             std::string("Host: a\r\nContent-Length: 4, 4\r\n"),
             std::string("Host: a\r\nContent-Length: 4\r\nContent-Length: 4\r\n"),
             std::string("Host: a\r\nContent-Length: +4\r\n"),
             std::string("Host: a\r\nContent-Length: 0\nContent-Length: 4\r\n"),
             std::string("Host: a\r\nExpect: 100-continue\r\nContent-Length: 4\r\n"),
             std::string("Host: a\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n"),
             std::string("Content-Length: 4\r\n"),
             std::string("Host: a\r\nHost: b\r\n"),
         }) {
        INFO(headers);
        RawClient client(fixture.server->port());
        client.send("POST / HTTP/1.1\r\n" + headers + "\r\n" + smuggled);
        const std::string answer = client.read_all();
        CHECK(has(answer, "HTTP/1.1 4"));
        CHECK(has(answer, "Connection: close"));
        CHECK_FALSE(has(answer, "smuggled"));
    }
    RawClient old(fixture.server->port());
    old.send("POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" + smuggled);
    CHECK(has(old.read_all(), "HTTP/1.1 505 "));
    CHECK(fixture.server->counters().requests == 0);
}

TEST_CASE("a request is read into its parts, also octet by octet") {
    Fixture fixture;
    const std::string text =
        "POST /v1/x?y=1&z=%20 HTTP/1.1\r\nHost: ledger.example:8443\r\nX-Thing:  a b \r\nContent-Length: "
        "5\r\n\r\nabcde";
    RawClient client(fixture.server->port());
    for (const char octet : text) client.send(std::string(1, octet));
    CHECK(has(client.read_response(), "POST /v1/x 5"));
    const std::lock_guard lock(fixture.mutex);
    REQUIRE(fixture.last.has_value());
    CHECK(fixture.last->method == "POST");
    CHECK(fixture.last->path == "/v1/x");
    CHECK(fixture.last->query == "y=1&z=%20");
    CHECK(fixture.last->headers ==
          std::vector<Header>{{"host", "ledger.example:8443"}, {"x-thing", "a b"}, {"content-length", "5"}});
    CHECK(base::as_text(fixture.last->body) == "abcde");
    CHECK(fixture.last->peer.address == "127.0.0.1");
    CHECK(fixture.last->request_id.size() == 32);
}

TEST_CASE("the largest head and the largest body are taken, and answers with and without a body keep the connection") {
    Fixture fixture;
    RawClient client(fixture.server->port());
    const ServerLimits limits;
    const std::string begin =
        "POST /most HTTP/1.1\r\nHost: a\r\nContent-Length: " + std::to_string(limits.body_bytes) + "\r\nX: ";
    const std::string head = begin + std::string(limits.header_bytes - begin.size() - 4, 'x') + "\r\n\r\n";
    client.send(head + std::string(limits.body_bytes, 'b'));
    CHECK(has(client.read_response(), "POST /most " + std::to_string(limits.body_bytes)));
    client.send(get("/large"));
    CHECK(client.read_response().size() > 8 * 1024 * 1024);
    client.send(get("/nothing") + get("/then", "Connection: close\r\n"));
    const std::string answers = client.read_all();
    CHECK(has(answers, "HTTP/1.1 204 No Content"));
    CHECK(has(answers, "GET /then 0"));
}

TEST_CASE("requests that wait long hold up nobody, and a client that resets its connection gives up its place") {
    ServerLimits limits;
    limits.connections_per_address = 10;
    Fixture fixture(limits);
    std::vector<std::unique_ptr<RawClient>> waiting;
    for (std::size_t i = 0; i < 9; ++i) {
        waiting.push_back(std::make_unique<RawClient>(fixture.server->port()));
        waiting.back()->send(get("/keep"));
        static_cast<void>(fixture.wait_kept(i));
    }
    CHECK(has(fixture.ask(get("/meanwhile")), "GET /meanwhile"));
    for (auto& client : waiting) client->reset();
    for (int i = 0; i < 500 && fixture.server->counters().connections_open > 0; ++i)
        std::this_thread::sleep_for(milliseconds(10));
    CHECK(fixture.server->counters().connections_open == 0);
    CHECK(has(fixture.ask(get("/again")), "GET /again"));
}

TEST_CASE("a client that does not read its answer, and one that never ends its handshake, are dropped") {
    ServerLimits limits;
    limits.write = milliseconds(200);
    limits.handshake = milliseconds(200);
    Fixture fixture(limits);
    RawClient deaf(fixture.server->port());
    deaf.send(get("/large") + get("/large"));
    const test::LoopbackSocket silent(fixture.server->port());
    for (int i = 0; i < 500 && fixture.server->counters().connections < 2; ++i)
        std::this_thread::sleep_for(milliseconds(10));
    for (int i = 0; i < 500 && fixture.server->counters().connections_open > 0; ++i)
        std::this_thread::sleep_for(milliseconds(10));
    CHECK(fixture.server->counters().connections_open == 0);
    CHECK(fixture.server->counters().handshakes_failed == 1);
}

TEST_CASE("requests on one connection are answered in order, also when they are sent at once") {
    Fixture fixture;
    RawClient client(fixture.server->port());
    client.send(get("/one") + "POST /two HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc" +
                get("/three", "Connection: close\r\n"));
    const std::string answers = client.read_all();
    CHECK(answers.find("GET /one 0") < answers.find("POST /two 3"));
    CHECK(answers.find("POST /two 3") < answers.find("GET /three 0"));
    CHECK(has(answers, "Connection: close"));
    CHECK_FALSE(has(answers, "a second answer"));
}

TEST_CASE("what answers HEAD has no body, so that nothing of it can be read as the next answer") {
    Fixture fixture;
    RawClient client(fixture.server->port());
    client.send("HEAD /one HTTP/1.1\r\nHost: a\r\n\r\n" + get("/two") +
                "HEAD /three HTTP/1.1\r\nHost: a\r\nBad header\r\n\r\n");
    const std::string answers = client.read_all();
    CHECK(has(answers, "Content-Length: 11\r\n\r\nHTTP/1.1 200 OK\r\n"));
    CHECK_FALSE(has(answers, "HEAD /one 0"));
    CHECK(has(answers, "GET /two 0HTTP/1.1 400 Bad Request\r\n"));
    CHECK(answers.ends_with("\r\n\r\n"));
}

TEST_CASE("a client certificate is taken for its key, and none is demanded") {
    Fixture fixture;
    const auto own = certificate("client");
    RawClient client(fixture.server->port(), own.certificate_pem, own.key_pem);
    client.send(get("/who"));
    CHECK(has(client.read_response(), "GET /who 0 known"));
    CHECK_FALSE(has(fixture.ask(get("/who")), "known"));
}

TEST_CASE("an expired client certificate is refused in the handshake") {
    Fixture fixture;
    const auto old = *crypto::make_certificate({"old", {}, 1000000000000ULL, 1});
    RawClient client(fixture.server->port(), old.certificate_pem, old.key_pem);
    client.send(get("/who"));
    CHECK(client.read_all().empty());
}

TEST_CASE("only TLS 1.3 is spoken, without tickets") {
    Fixture fixture;
    RawClient good(fixture.server->port());
    REQUIRE(good.connected());
    CHECK(SSL_version(good.tls()) == TLS1_3_VERSION);
    good.send(get("/"));
    good.read_response();
    CHECK(SSL_SESSION_is_resumable(SSL_get0_session(good.tls())) == 0);

    TlsContext old(SSL_CTX_new(TLS_client_method()));
    SSL_CTX_set_max_proto_version(old.get(), TLS1_2_VERSION);
    const test::LoopbackSocket socket(fixture.server->port());
    REQUIRE(socket.connected());
    const Tls tls(SSL_new(old.get()));
    SSL_set_fd(tls.get(), socket.get());
    int result = SSL_connect(tls.get());
    for (int i = 0; i < 100 && result != 1 && SSL_get_error(tls.get(), result) == SSL_ERROR_WANT_READ; ++i) {
        std::this_thread::sleep_for(milliseconds(20));
        result = SSL_connect(tls.get());
    }
    CHECK(result != 1);
}

TEST_CASE("a body over the limit is refused before it is read, and the client still sees why") {
    ServerLimits limits;
    limits.body_bytes = 1000;
    Fixture fixture(limits);
    RawClient client(fixture.server->port());
    client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 200000\r\n\r\n" + std::string(200000, 'x'));
    CHECK(has(client.read_all(), "HTTP/1.1 413 "));
}

TEST_CASE("an endless head is cut off") {
    Fixture fixture;
    RawClient client(fixture.server->port());
    std::string line = "GET / HTTP/1.1\r\nHost: a\r\nX: ";
    client.send(line + std::string(64 * 1024, 'x'));
    CHECK(has(client.read_all(), "HTTP/1.1 431 "));
}

TEST_CASE("a slow head and a slow body are answered 408 and closed") {
    ServerLimits limits;
    limits.header = milliseconds(200);
    limits.body = milliseconds(200);
    Fixture fixture(limits);
    RawClient slow_head(fixture.server->port());
    slow_head.send("GET / HTTP/1.1\r\nHo");
    CHECK(has(slow_head.read_all(), "HTTP/1.1 408 "));
    RawClient slow_body(fixture.server->port());
    slow_body.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc");
    CHECK(has(slow_body.read_all(), "HTTP/1.1 408 "));
}

TEST_CASE("what a handler throws is a 500 with a request id, and a handler that never answers a 503") {
    ServerLimits limits;
    limits.answer = milliseconds(200);
    Fixture fixture(limits);
    const std::string thrown = fixture.ask(get("/throw"));
    CHECK(has(thrown, "HTTP/1.1 500 "));
    CHECK(has(thrown, "\"request_id\":\""));
    CHECK(has(fixture.ask(get("/keep")), "HTTP/1.1 503 "));
    CHECK(fixture.server->counters().exceptions == 1);
}

TEST_CASE("an answer may come later, from another thread, or after the connection and the server are gone") {
    Fixture fixture;
    RawClient client(fixture.server->port());
    client.send(get("/keep"));
    std::thread later([respond = fixture.wait_kept(0)] { respond(text_response(200, "text/plain", "later")); });
    CHECK(has(client.read_response(), "later"));
    later.join();
    {
        RawClient gone(fixture.server->port());
        gone.send(get("/keep"));
        static_cast<void>(fixture.wait_kept(1));
    }
    fixture.wait_kept(1)(text_response(200, "text/plain", "nobody there"));
    RawClient last(fixture.server->port());
    last.send(get("/keep"));
    const Responder too_late = fixture.wait_kept(2);
    fixture.server->stop(milliseconds(50));
    too_late(text_response(200, "text/plain", "too late"));
}

TEST_CASE("a stopping server finishes what it has begun and closes what idles") {
    Fixture fixture;
    RawClient idle(fixture.server->port());
    RawClient busy(fixture.server->port());
    busy.send(get("/keep"));
    const Responder respond = fixture.wait_kept(0);
    std::thread stopper([&] { fixture.server->stop(milliseconds(5000)); });
    std::this_thread::sleep_for(milliseconds(100));
    respond(text_response(200, "text/plain", "finished"));
    const std::string answer = busy.read_all();
    CHECK(has(answer, "finished"));
    CHECK(has(answer, "Connection: close"));
    stopper.join();
    CHECK(fixture.server->counters().connections_open == 0);
}

TEST_CASE("a port in use is a conflict that names the address") {
    Fixture fixture;
    const std::string address = "127.0.0.1:" + std::to_string(fixture.server->port());
    const auto second = Server::start({address, fixture.identity.certificate_pem, fixture.identity.key_pem, 1, {}},
                                      [](Request, Responder) {});
    REQUIRE_FALSE(second.has_value());
    CHECK(second.error().code == base::ErrorCode::conflict);
    CHECK(has(second.error().message, address));
    CHECK_FALSE(
        Server::start({"127.0.0.1", fixture.identity.certificate_pem, fixture.identity.key_pem, 1, {}}, [](Request,
                                                                                                           Responder) {
        }).has_value());
    const auto other = certificate("other");
    CHECK_FALSE(
        Server::start({"127.0.0.1:0", fixture.identity.certificate_pem, other.key_pem, 1, {}}, [](Request, Responder) {
        }).has_value());
}

TEST_CASE("connections beyond the caps are closed unanswered and the others go on") {
    ServerLimits limits;
    limits.connections_per_address = 3;
    Fixture fixture(limits);
    std::vector<std::unique_ptr<RawClient>> clients;
    for (int i = 0; i < 3; ++i) clients.push_back(std::make_unique<RawClient>(fixture.server->port()));
    RawClient beyond(fixture.server->port());
    CHECK_FALSE(beyond.connected());
    clients[2]->send(get("/still"));
    const std::string still = clients[2]->read_response();
    CAPTURE(still);
    CHECK(has(still, "GET /still"));
    CHECK(fixture.server->counters().connections_refused == 1);
}

TEST_CASE("clients that only wait, however many, lose their places to those that come after them") {
    ServerLimits limits;
    limits.connections = 32;
    Fixture fixture(limits);
    RawClient working(fixture.server->port());
    working.send(get("/keep"));
    const Responder kept = fixture.wait_kept(0);
    std::vector<std::unique_ptr<test::LoopbackSocket>> silent;
    for (std::uint64_t i = 0; i < 100; ++i) {
        silent.push_back(std::make_unique<test::LoopbackSocket>(fixture.server->port(), 2));
        for (int j = 0; j < 500 && fixture.server->counters().connections < i + 2; ++j)
            std::this_thread::sleep_for(milliseconds(2));
    }
    CHECK(has(fixture.ask(get("/late")), "GET /late"));
    kept(text_response(200, "text/plain", "what was asked first"));
    CHECK(has(working.read_response(), "what was asked first"));
    CHECK(fixture.server->counters().connections_open <= limits.connections);
}

TEST_CASE("silent connections from many addresses take at most 64 MiB") {
    Fixture fixture;
    REQUIRE(has(fixture.ask(get("/warm")), "GET /warm"));
    const long before = resident_kib();
    std::vector<std::unique_ptr<test::LoopbackSocket>> silent;
    for (std::uint8_t i = 0; i < 240; ++i)
        for (int j = 0; j < 4; ++j)
            silent.push_back(
                std::make_unique<test::LoopbackSocket>(fixture.server->port(), static_cast<std::uint8_t>(i % 8 + 2)));
    for (int i = 0; i < 500 && fixture.server->counters().connections < silent.size() + 1; ++i)
        std::this_thread::sleep_for(milliseconds(10));
#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
    return;  // a sanitizer keeps freed memory
#endif
#endif
    CHECK(resident_kib() - before < 64 * 1024);
    CHECK(has(fixture.ask(get("/after")), "GET /after"));
}

TEST_CASE("memory under floods grows by at most 64 MiB") {
    ServerLimits limits;
    limits.answer = milliseconds(60000);
    Fixture fixture(limits);
    REQUIRE(has(fixture.ask(get("/warm")), "GET /warm"));
    const long before = resident_kib();
    std::vector<std::unique_ptr<RawClient>> clients;
    for (int i = 0; i < 100; ++i) {  // half a body each, all at once, more than the budget of bodies
        clients.push_back(std::make_unique<RawClient>(fixture.server->port()));
        if (!clients.back()->connected()) continue;
        clients.back()->send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1048576\r\n\r\n" +
                             std::string(700 * 1024, 'x'));
    }
    for (int i = 0; i < 20; ++i) {  // trailers without end
        RawClient client(fixture.server->port());
        std::string flood = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n";
        for (int j = 0; j < 20000; ++j) flood += "X: 0123456789\r\n";
        client.send(flood);
    }
    for (int i = 0; i < 150; ++i)
        clients.push_back(std::make_unique<RawClient>(fixture.server->port()));  // silent ones
    const long grown = resident_kib() - before;
    WARN("resident memory of client and server together grew by " << grown / 1024 << " MiB");
#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
    WARN("not judged: a sanitizer keeps freed memory");
    clients.clear();
    return;
#endif
#endif
    CHECK(grown < 64 * 1024);
    clients.clear();
    CHECK(has(fixture.ask(get("/after")), "GET /after"));
}

// The client against real servers on loopback: pinning, failover, waiting, and errors by kind.
#include <catch2/catch.hpp>

#include <atomic>
#include <ctime>
#include <thread>

#include "api/client/client.hpp"
#include "tests/unit/api/support/world.hpp"

using namespace placet;
using namespace placet::api::client;
using base::ErrorCode;
using placet::api::http::Server;
using placet::api::routes::Viewer;
using placet::test::World;
using std::chrono::milliseconds;

namespace {

crypto::CertificateAndKey certificate(const std::string& name) {
    return *crypto::make_certificate({name, {"127.0.0.1"}, static_cast<base::TimeMs>(std::time(nullptr)) * 1000, 30});
}

struct Node {
    crypto::CertificateAndKey identity = certificate("node");
    std::unique_ptr<Server> server;

    explicit Node(api::http::Handler handler) {
        server = *Server::start({"127.0.0.1:0", identity.certificate_pem, identity.key_pem, 2, {}}, std::move(handler));
    }
    [[nodiscard]] Endpoint endpoint() const { return {"127.0.0.1:" + std::to_string(server->port()), identity.spki}; }
};

Client connect(std::vector<Endpoint> endpoints) {
    ClientConfig config;
    config.endpoints = std::move(endpoints);
    config.connect_timeout = milliseconds(2000);
    config.request_timeout = milliseconds(3000);
    return *Client::make(std::move(config));
}

types::Transaction command(World& world) {
    return world.backend.sign(contracts::CommandKind::declare_conflict, contracts::encode(contracts::access::DeclareConflict{"req-a", "colleague"}),
                              world.person(Viewer::researcher)->key);
}

}  // namespace

TEST_CASE("a transaction is submitted and its receipt awaited") {
    World world;
    world.backend.seal_at_once();
    Node node(world.service->handler());
    Client client = connect({node.endpoint()});
    const auto transaction = command(world);
    const auto receipt = client.submit(transaction, {}, milliseconds(5000));
    REQUIRE(receipt.has_value());
    CHECK(receipt->transaction == transaction.id);
    CHECK(receipt->certificate.body.height == receipt->height);
    CHECK(client.submit(transaction, {}, milliseconds(5000)).value() == *receipt);
    CHECK(client.last_address() == node.endpoint().address);
    CHECK(base::as_text(client.get("/livez").value()) == "live\n");
}

TEST_CASE("a receipt that does not come is a timeout that names the transaction, and later it is there") {
    World world;
    Node node([&](api::http::Request request, api::http::Responder respond) {
        std::erase_if(request.headers, [](const auto& header) { return header.name == "prefer"; });
        world.service->handler()(std::move(request), std::move(respond));
    });
    Client client = connect({node.endpoint()});
    const auto transaction = command(world);
    const auto late = client.submit(transaction, {}, milliseconds(300));
    REQUIRE_FALSE(late.has_value());
    CHECK(late.error().code == ErrorCode::timeout);
    CHECK(exit_code(late.error().code) == 5);
    world.backend.seal_submitted();
    CHECK(client.submit(transaction, {}, milliseconds(300)).has_value());
}

TEST_CASE("when the first address is dead or dies, the next one answers") {
    World world;
    world.backend.seal_at_once();
    auto dying = std::make_unique<Node>(world.service->handler());
    Node living(world.service->handler());
    const Endpoint first = dying->endpoint();
    Client client = connect({first, living.endpoint()});
    REQUIRE(client.submit(command(world), {}, milliseconds(5000)).has_value());
    CHECK(client.last_address() == first.address);
    dying.reset();
    REQUIRE(client.submit(command(world), {}, milliseconds(5000)).has_value());
    CHECK(client.last_address() == living.endpoint().address);
    CHECK(client.get("/v1/status").has_value());
}

TEST_CASE("a server with another key is nobody") {
    World world;
    Node node(world.service->handler());
    Endpoint wrong = node.endpoint();
    wrong.spki.octets[0] ^= 1;
    Client client = connect({wrong});
    const auto answer = client.get("/livez");
    REQUIRE_FALSE(answer.has_value());
    CHECK(answer.error().code == ErrorCode::unavailable);
    CHECK(answer.error().message.find("another key") != std::string::npos);
    CHECK(exit_code(answer.error().code) == 3);
    CHECK(world.backend.submissions() == 0);
}

TEST_CASE("problems come back as errors with code, words and field") {
    World world;
    Node node(world.service->handler());
    Client client = connect({node.endpoint()});
    const auto unknown = client.get("/v1/datasets");
    CHECK(unknown.error().code == ErrorCode::unauthenticated);
    CHECK(exit_code(unknown.error().code) == 7);
    CHECK(client.get("/v1/nothing").error().code == ErrorCode::not_found);
    auto transaction = command(world);
    types::Payload expired = transaction.payload;
    expired.expires_at_ms = 1;
    const auto refused = client.submit(types::sign(expired, world.person(Viewer::researcher)->key, world.backend.genesis_hash()), {}, milliseconds(1000));
    CHECK(refused.error().code == ErrorCode::expired);
    CHECK(refused.error().field == "expires_at_ms");
    CHECK(exit_code(refused.error().code) == 4);
}

TEST_CASE("the actor's certificate is shown, and a kept connection that was closed meanwhile is replaced") {
    World world;
    std::atomic<int> requests{0};
    Node node([&](api::http::Request request, api::http::Responder respond) {
        ++requests;
        auto response = api::http::text_response(200, "text/plain", request.peer.spki ? "known" : "unknown");
        respond(std::move(response));
    });
    const auto own = certificate("actor");
    ClientConfig config;
    config.endpoints = {node.endpoint()};
    config.certificate_pem = own.certificate_pem;
    config.key_pem = own.key_pem;
    Client client = *Client::make(config);
    CHECK(base::as_text(client.get("/").value()) == "known");
    const std::uint16_t port = node.server->port();
    node.server->stop(milliseconds(0));
    node.server = *Server::start({"127.0.0.1:" + std::to_string(port), node.identity.certificate_pem, node.identity.key_pem, 1, {}},
                                 [&](api::http::Request, api::http::Responder respond) { respond(api::http::text_response(200, "text/plain", "again")); });
    CHECK(base::as_text(client.get("/").value()) == "again");
    config.key_pem.clear();
    CHECK(Client::make(config).error().code == ErrorCode::invalid_value);
    CHECK(Client::make({}).error().code == ErrorCode::invalid_value);
}

TEST_CASE("an answer larger than the client takes, and one that never comes, are errors") {
    World world;
    Node node([](api::http::Request request, api::http::Responder respond) {
        if (request.path == "/large") respond(api::http::text_response(200, "text/plain", std::string(100000, 'x')));
    });
    ClientConfig config;
    config.endpoints = {node.endpoint()};
    config.max_response_bytes = 1000;
    config.request_timeout = milliseconds(300);
    Client client = *Client::make(config);
    CHECK(client.get("/large").error().code == ErrorCode::too_large);
    CHECK(client.get("/never").error().code == ErrorCode::timeout);
}

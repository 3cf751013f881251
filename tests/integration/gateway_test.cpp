// The gateway over RestLedger and four real validators: what is permitted
// leaves, what is refused does not; with the ledger stopped or standing still
// nothing leaves; accesses in care are journalled meanwhile and sealed when it
// is back. The network, its consents and the grant are made by the demo's own
// first scenes.
#include "api/gateway/gateway.hpp"

#include <signal.h>

#include <catch2/catch.hpp>
#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>

#include "cli/demo/identity.hpp"
#include "cli/demo/scenes.hpp"
#include "cli/home/home.hpp"
#include "cli/link/custody.hpp"
#include "ledger/base/hex.hpp"
#include "ledger/crypto/certificate.hpp"
#include "tests/integration/chain.hpp"
#include "tests/integration/story_ports.hpp"

using namespace placet;
using namespace placet::cli;
using nlohmann::json;
using placet::tests::eventually;
namespace gw = placet::api::gateway;
namespace http = placet::api::http;
namespace fs = std::filesystem;

namespace {

demo::Options options() {
    ::setenv("PLACET_SCRYPT_LOG2N", "10", 1);
    char pattern[] = "/tmp/placet-gateway-XXXXXX";
    demo::Options out;
    out.out = ::mkdtemp(pattern);
    const char* bin = std::getenv("PLACET_BIN");
    if (bin != nullptr) out.bin = bin;
    out.base_port = placet::tests::free_story_ports();
    return out;
}

/// Four validators, 252 patients' consents, a dataset, a grant; and a gateway
/// in this very process.
struct World {
    World()
        : stage(options()), researcher(home_of("researcher-university")), clinician(home_of("clinician-hospital-a")) {
        start();
    }
    ~World() {
        gateway.reset();
        stage.stop_all();
        std::error_code ignored;
        if (std::getenv("PLACET_KEEP") == nullptr) fs::remove_all(stage.options().out, ignored);
    }
    World(const World&) = delete;
    World& operator=(const World&) = delete;

    /// The first to be asked plays the scenes.
    demo::Identity home_of(const std::string& name) {
        if (!fs::exists(stage.network()))
            for (const auto scene : {demo::play_network, demo::play_consents, demo::play_request}) scene(stage);
        auto opened = demo::open_identity(stage.home(name));
        if (!opened) throw std::runtime_error(base::describe(opened.error()));
        return std::move(*opened);
    }

    void start() {
        const fs::path folder = stage.home("gateway-hospital-a");
        frame::Settings settings;
        settings.home = folder.string();
        const auto home = home::open_home(settings);
        REQUIRE(home.has_value());
        const auto registry_key = link::open_custody_key(*home);
        REQUIRE(registry_key.has_value());
        demo::Identity own = home_of("gateway-hospital-a");
        spki = *crypto::spki_of_pem(own.certificate_pem);
        gw::GatewayConfig config;
        config.custodian = own.organisation;
        config.genesis = own.genesis;
        config.key = std::make_shared<const crypto::SigningKey>(std::move(own.key));
        config.certificate_pem = own.certificate_pem;
        config.key_pem = own.tls_key_pem;
        config.registry = home->registry;
        config.registry_key = *registry_key;
        config.records = stage.samples() / "hospital-a" / "records";
        config.journal = stage.options().out / "journal";
        auto started = gw::Gateway::start(std::move(config));  // over REST: no other link is given
        if (!started) FAIL(base::describe(started.error()));
        gateway = std::move(*started);
    }

    http::Response send(const demo::Identity& who, const std::string& path, std::string_view body) const {
        api::client::ClientConfig config;
        config.endpoints = {{"127.0.0.1:" + std::to_string(gateway->port()), spki}};
        config.certificate_pem = who.certificate_pem;
        config.key_pem = who.tls_key_pem;
        config.request_timeout = std::chrono::seconds(90);
        auto client = api::client::Client::make(std::move(config));
        REQUIRE(client.has_value());
        http::Request request;
        request.method = body.empty() ? "GET" : "POST";
        request.path = path;
        request.body = base::to_bytes(body);
        auto response = client->send(request);
        if (!response) FAIL(base::describe(response.error()));
        return std::move(*response);
    }
    http::Response release() {
        return send(researcher, "/v1/releases",
                    json{{"grant", stage.notes()["grant"]}, {"dataset", "cardiology-2026"}}.dump());
    }
    json status() const { return json::parse(base::as_text(send(clinician, "/status", "").body)); }
    std::size_t journalled(std::string_view outcome) const {
        std::ifstream in(stage.options().out / "journal", std::ios::binary);
        const std::string text((std::istreambuf_iterator<char>(in)), {});
        const std::string wanted = base::to_hex(base::as_bytes(outcome));
        std::size_t count = 0;
        for (std::size_t at = text.find(wanted); at != std::string::npos; at = text.find(wanted, at + 1)) ++count;
        return count;
    }
    void signal_all(int number) const {
        for (const auto& name : demo::Stage::validators()) ::kill(stage.pid_of(name), number);
    }

    demo::Stage stage;
    demo::Identity researcher;
    demo::Identity clinician;
    crypto::SpkiHash spki;
    std::unique_ptr<gw::Gateway> gateway;
};

std::string text_of(const http::Response& response) {
    return std::string(base::as_text(response.body));
}

/// What comes back when nothing is released: a reason, and no record of
/// anybody.
void check_nothing(const http::Response& response) {
    INFO(text_of(response));
    CHECK(response.status == 503);
    CHECK(text_of(response).find("resourceType") == std::string::npos);
    CHECK(response.header("placet-transactions") == "");
}

}  // namespace

TEST_CASE(
    "over real validators the gateway releases against a proof, nothing "
    "without one, and care waits for nobody") {
    World world;

    const http::Response released = world.release();
    INFO(text_of(released).substr(0, 400));
    REQUIRE(released.status == 200);
    const json bundle = json::parse(text_of(released));
    CHECK(bundle["total"] == bundle["entry"].size());
    std::set<std::string> people;
    for (const auto& entry : bundle["entry"])
        if (entry["resource"]["resourceType"] == "Patient") people.insert(entry["resource"]["id"].get<std::string>());
    // Consents for labelled data or a time hide the Patient resource itself, which has neither.
    CHECK(people.size() <= std::stoul(std::string(released.header("placet-patients-permitted"))));
    CHECK(people.size() >= 20);
    CHECK(std::stoul(std::string(released.header("placet-patients-refused"))) >=
          20);  // among them the withdrawn, the refusing, the expired
    CHECK(std::stoul(std::string(released.header("placet-resources-withheld"))) >=
          1);  // a veiled exception for one encounter is found again
    const json proved =
        world.stage.placet("operator-hospital-a", {"tx", "show", std::string(released.header("placet-transactions"))});
    CHECK(proved["verified"] == true);
    CHECK(proved["kind"] == "record_release");

    // Somebody else's grant, and a grant that there is not.
    CHECK(world
              .send(world.clinician, "/v1/releases",
                    json{{"grant", world.stage.notes()["grant"]}, {"dataset", "cardiology-2026"}}.dump())
              .status == 403);
    CHECK(
        world.send(world.researcher, "/v1/releases", R"({"grant":"no-such.g0","dataset":"cardiology-2026"})").status ==
        403);

    // Standing still: connections are taken by the kernel, nobody answers or
    // seals.
    const std::string patient = world.stage.notes()["consents"]["hospital-a"][0]["patient"].get<std::string>();
    const std::string access =
        json{{"patient", patient}, {"staff", "staff-007"}, {"purpose", "TREAT"}, {"category", "Observation"}}.dump();
    REQUIRE(world.send(world.clinician, "/v1/care-accesses", access).status == 202);
    REQUIRE(eventually([&] { return world.status()["rows_sealed"] == 1; }));
    const std::size_t failed_before = world.journalled("failed");
    world.signal_all(SIGSTOP);
    check_nothing(world.release());
    CHECK(world.send(world.clinician, "/v1/care-accesses", access).status == 202);
    world.signal_all(SIGCONT);
    REQUIRE(eventually([&] { return world.status()["rows_sealed"] == 2; }));
    REQUIRE(eventually([&] { return world.release().status == 200; }));

    // Stopped: nobody there. The journal takes what happens, over a restart of
    // the gateway too.
    for (const auto& name : demo::Stage::validators()) world.stage.stop_node(name);
    check_nothing(world.release());
    CHECK(world.journalled("failed") >= failed_before + 2);
    std::string many;
    for (int i = 0; i < 300; ++i) many += access + "\n";
    CHECK(world.send(world.clinician, "/v1/care-accesses", many).status == 202);
    CHECK(world.status()["accesses_waiting"] == 300);
    world.gateway.reset();
    for (const auto& name : demo::Stage::validators()) world.stage.start_node(name);
    for (const auto& name : demo::Stage::validators()) world.stage.await_height(name, 1, 60);
    world.start();
    const http::Response flushed = world.send(world.clinician, "/v1/flush", "{}");
    INFO(text_of(flushed));
    CHECK(flushed.status == 200);
    CHECK(world.status()["rows_sealed"] == 302);
    CHECK(world.status()["accesses_waiting"] == 0);
    const json seen = world.stage.placet("operator-hospital-a", {"access", "list", "--patient", patient});
    CHECK(std::ranges::count_if(seen["events"], [](const json& event) { return event["kind"] == "access_batch"; }) ==
          302);
    CHECK(world.release().status == 200);
}

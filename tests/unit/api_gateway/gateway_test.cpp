// The gateway as its clients meet it: over TLS, with certificates, against a ledger that runs, stands still or refuses.
#include <catch2/catch.hpp>

#include <nlohmann/json.hpp>
#include <thread>

#include "api/gateway/gateway.hpp"
#include "contracts/consent/model.hpp"
#include "ledger/base/hex.hpp"
#include "ledger/crypto/certificate.hpp"
#include "tests/unit/api_gateway/fixture.hpp"

using namespace placet;
using namespace placet::tests;
namespace http = placet::api::http;
namespace client = placet::api::client;
namespace governance = placet::contracts::governance;
namespace consent = placet::contracts::consent;
using nlohmann::json;

namespace {

constexpr std::string_view kActReason = "http://terminology.hl7.org/CodeSystem/v3-ActReason";

crypto::CertificateAndKey certificate(std::string_view name) {
    return *crypto::make_certificate({std::string(name), {"localhost", "127.0.0.1"}, now_ms(), 2});
}

/// A hospital with two patients in one dataset, a researcher, a clinician, and a gateway that listens.
struct World {
    explicit World(std::string_view name) : folder(name) {
        auto registry = gw::Registry::edit(folder / "registry", registry_key, {"hospital-a", types::genesis_hash({})});
        for (const std::string id : {"p1", "p2", "p3"}) add_patient(*registry, id);
        REQUIRE(registry->save());
        enrol("rita@university", "university", governance::Role::researcher, researcher.spki);
        enrol("sam@university", "university", governance::Role::researcher, other_researcher.spki);
        enrol("clara@hospital-a", "hospital-a", governance::Role::clinician, clinician.spki);
        contracts::dataset::Dataset dataset;
        dataset.id = "ds-1";
        dataset.custodian = "hospital-a";
        ledger.set(contracts::dataset::dataset_key("ds-1"), dataset);
        dataset.id = "ds-b";
        dataset.custodian = "hospital-b";
        ledger.set(contracts::dataset::dataset_key("ds-b"), dataset);
        access::Grant grant;
        grant.id = "r1.g0";
        grant.dataset = "ds-1";
        grant.custodian = "hospital-a";
        grant.researcher = "rita@university";
        ledger.set(access::grant_key("r1.g0"), grant);
        ledger.decide_release = [this](const access::RecordRelease& command) {
            access::ReleaseDetail detail{command.grant, "ds-1", "rita@university", {{std::string(kActReason), "HRESCH"}}, 1, {}};
            for (const auto& pseudonym : command.pseudonyms) detail.answers.push_back({pseudonym, pseudonym == denied ? "consent_denies" : "permit"});
            return detail;
        };
        start();
    }

    void add_patient(gw::Registry& registry, const std::string& id) {
        const auto patient = *registry.ensure("Patient/" + id, "A-1234" + id);
        if (id == "p2") denied = patient.pseudonym;
        if (id == "p3") return;  // not a member
        REQUIRE(registry.join_dataset("Patient/" + id, "ds-1"));
        // Research is permitted, but not with what belongs to one encounter.
        consent::Consent model;
        model.profile = consent::Profile::pcf_intermediate;
        model.root.type = consent::ProvisionType::permit;
        model.root.purposes = {{std::string(kActReason), "HRESCH"}};
        consent::Provision exception;
        exception.type = consent::ProvisionType::deny;
        exception.data = {{consent::DataMeaning::related, "Encounter/secret"}};
        model.root.provisions = {exception};
        gw::RegisteredConsent kept;
        kept.consent_id = "c-" + id;
        kept.erasable_salt = crypto::random_fixed<types::Salt>();
        kept.model = consent::encode_consent(model);
        types::Part part;
        part.pseudonym = patient.pseudonym;
        part.salt = kept.erasable_salt;
        part.payload = kept.model;
        consent::ActiveConsents active;
        active.consents.push_back({kept.consent_id, 1, consent::ConsentStatus::active, 0, base::kForever, types::part_commitment(types::encode(part))});
        ledger.set(consent::active_set_key("hospital-a", patient.pseudonym), active);
        REQUIRE(registry.add_consent("Patient/" + id, kept));
        spill(folder / ("records/" + id + ".json"),
              R"({"resourceType":"Bundle","type":"collection","total":9,"entry":[{"resource":{"resourceType":"Patient","id":")" + id +
                  R"(","name":[{"family":"Brockhausen"}],"birthDate":"1964-05-01","gender":"female"}},)" + observation(id, "o1", "Encounter/e1") + "," +
                  observation(id, "o2", "Encounter/secret") + "]}");
    }
    static std::string observation(const std::string& id, const std::string& number, const std::string& encounter) {
        return R"({"resource":{"resourceType":"Observation","id":")" + id + number + R"(","status":"final","code":{"coding":[{"system":"http://loinc.org","code":"29463-7"}]},)" +
               R"("subject":{"reference":"Patient/)" + id + R"("},"encounter":{"reference":")" + encounter + R"("},"valueQuantity":{"value":70.50,"unit":"kg"}}})";
    }
    void enrol(const std::string& id, const std::string& organisation, governance::Role role, const crypto::SpkiHash& spki) {
        governance::Actor actor;
        actor.id = id;
        actor.organisation = organisation;
        actor.roles = {role};
        actor.key = crypto::SigningKey::generate().public_key();
        actor.client_spki = spki;
        ledger.set(governance::actor_key(id), actor);
        ledger.entries[governance::actor_by_spki_key(spki)] = governance::actor_reference_value(id);
    }
    void start() {
        gw::GatewayConfig config;
        config.custodian = "hospital-a";
        config.key = std::make_shared<crypto::SigningKey>(crypto::SigningKey::generate());
        config.certificate_pem = server.certificate_pem;
        config.key_pem = server.key_pem;
        config.registry = folder / "registry";
        config.registry_key = registry_key;
        config.records = folder / "records";
        config.journal = folder / "journal";
        config.care_clients = {system.spki};
        config.batch_lag = std::chrono::milliseconds(100);
        auto started = gw::Gateway::start(std::move(config), [this]() -> base::Result<std::unique_ptr<gw::LedgerLink>> { return std::make_unique<FakeLink>(ledger); });
        if (!started) FAIL(base::describe(started.error()));
        gateway = std::move(*started);
    }
    http::Response send(const crypto::CertificateAndKey* who, std::string method, std::string path, std::string_view body = {}) {
        client::ClientConfig config;
        config.endpoints = {{"127.0.0.1:" + std::to_string(gateway->port()), server.spki}};
        if (who != nullptr) {
            config.certificate_pem = who->certificate_pem;
            config.key_pem = who->key_pem;
        }
        auto made = client::Client::make(std::move(config));
        REQUIRE(made);
        http::Request request;
        request.method = std::move(method);
        request.path = std::move(path);
        request.body = base::to_bytes(body);
        auto response = made->send(request);
        if (!response) FAIL(base::describe(response.error()));
        return *response;
    }
    http::Response ask(const crypto::CertificateAndKey& who) { return send(&who, "POST", "/v1/releases", R"({"grant":"r1.g0","dataset":"ds-1"})"); }

    Folder folder;
    FakeLedger ledger;
    crypto::AeadKey registry_key = crypto::random_fixed<crypto::AeadKey>();
    types::Pseudonym denied;
    crypto::CertificateAndKey server = certificate("gateway"), researcher = certificate("rita"), other_researcher = certificate("sam"), clinician = certificate("clara"),
                              system = certificate("ehr"), stranger = certificate("stranger");
    std::unique_ptr<gw::Gateway> gateway;
};

std::string text_of(const http::Response& response) { return std::string(base::as_text(response.body)); }

}  // namespace

TEST_CASE("a release holds what the ledger and the consents permit, and nothing that names the patient") {
    World world("gateway-release");
    const http::Response response = world.ask(world.researcher);
    INFO(text_of(response));
    REQUIRE(response.status == 200);
    CHECK(response.header("placet-patients-permitted") == "1");
    CHECK(response.header("placet-patients-refused") == "1");
    CHECK(response.header("placet-resources-withheld") == "1");
    CHECK(response.header("placet-transactions").size() == 64);
    const json bundle = json::parse(text_of(response));
    CHECK(bundle["type"] == "searchset");
    REQUIRE(bundle["total"] == 2);
    CHECK(bundle["entry"].size() == 2);
    CHECK(bundle["entry"][0]["resource"]["birthDate"] == "1964");
    CHECK(text_of(response).find("70.50") != std::string::npos);
    for (const std::string& gone : {std::string("Brockhausen"), std::string("1964-05-01"), std::string("Encounter/secret"), std::string("Patient/p"), base::to_hex(world.denied.view())}) {
        INFO(gone);
        CHECK(text_of(response).find(gone) == std::string::npos);
    }
}

TEST_CASE("with the ledger stopped, standing still or silent, nothing is released and the journal says so") {
    World world("gateway-stopped");
    REQUIRE(world.ask(world.researcher).status == 200);  // so that she is known
    const auto refused = [&] {
        const http::Response response = world.ask(world.researcher);
        CHECK(response.status == 503);
        CHECK(text_of(response).find("entry") == std::string::npos);
        CHECK(json::parse(text_of(response))["type"].get<std::string>().starts_with("urn:placet:problem:"));
    };
    world.ledger.stopped = true;
    refused();
    world.ledger.stopped = false;
    world.ledger.seal_age_ms = 6000;
    refused();
    world.ledger.seal_age_ms = 0;
    world.ledger.loses_answers = true;
    refused();
    const std::string journal = slurp(world.folder / "journal");
    const std::string failed = base::to_hex(base::as_bytes("failed"));
    std::size_t failures = 0;
    for (std::size_t at = journal.find(failed); at != std::string::npos; at = journal.find(failed, at + 1)) ++failures;
    CHECK(failures == 3);
}

TEST_CASE("only the grant's researcher gets a release, and only from the dataset's custodian") {
    World world("gateway-roles");
    CHECK(world.ask(world.other_researcher).status == 403);
    CHECK(world.ask(world.clinician).status == 403);
    CHECK(world.ask(world.stranger).status == 401);
    CHECK(world.send(nullptr, "POST", "/v1/releases", R"({"grant":"r1.g0","dataset":"ds-1"})").status == 401);
    CHECK(world.send(&world.researcher, "POST", "/v1/releases", R"({"grant":"r1.g0","dataset":"ds-b"})").status == 404);
    CHECK(world.send(&world.researcher, "POST", "/v1/releases", R"({"grant":"r1.g0","dataset":"ds-none"})").status == 404);
    CHECK(world.send(&world.researcher, "POST", "/v1/releases", R"({"grant":"r1.g1","dataset":"ds-1"})").status == 403);
    contracts::dataset::Dataset second;
    second.id = "ds-2";
    second.custodian = "hospital-a";
    world.ledger.set(contracts::dataset::dataset_key("ds-2"), second);
    CHECK(world.send(&world.researcher, "POST", "/v1/releases", R"({"grant":"r1.g0","dataset":"ds-2"})").status == 403);
    // Nothing of all that stands on the ledger: there it would be the holder's release.
    CHECK(world.ledger.outcomes.empty());
    world.ledger.decide_release = nullptr;  // the ledger refuses the whole
    const http::Response refused = world.ask(world.researcher);
    CHECK(refused.status == 403);
    CHECK(json::parse(text_of(refused))["field"] == "grant_unknown");
}

TEST_CASE("when no patient's consent permits, the Bundle is empty and its total is zero") {
    World world("gateway-none");
    world.ledger.decide_release = [](const access::RecordRelease& command) {
        access::ReleaseDetail detail{command.grant, "ds-1", "rita@university", {}, 1, {}};
        for (const auto& pseudonym : command.pseudonyms) detail.answers.push_back({pseudonym, "consent_withdrawn"});
        return detail;
    };
    const http::Response response = world.ask(world.researcher);
    REQUIRE(response.status == 200);
    CHECK(text_of(response) == R"({"resourceType":"Bundle","type":"searchset","total":0})");
    CHECK(response.header("placet-patients-refused") == "2");
}

TEST_CASE("1200 accesses in care are journalled first and sealed as batches") {
    World world("gateway-care");
    std::string lines;
    for (int i = 0; i < 600; ++i) lines += R"({"patient":"Patient/p1","staff":"staff-007","purpose":"TREAT","category":"Observation"})" "\n";
    CHECK(world.send(&world.system, "POST", "/v1/care-accesses", lines).status == 202);
    CHECK(world.send(&world.clinician, "POST", "/v1/care-accesses", lines).status == 202);
    const http::Response flushed = world.send(&world.system, "POST", "/v1/flush");
    INFO(text_of(flushed));
    REQUIRE(flushed.status == 200);
    CHECK(json::parse(text_of(flushed))["rows_sealed"] == 1200);
    CHECK(world.ledger.rows.size() == 1200);
    CHECK(json::parse(text_of(world.send(nullptr, "GET", "/status")))["health"] == "healthy");
}

TEST_CASE("care goes on while the ledger is stopped, over a restart too, and nothing is lost or doubled") {
    World world("gateway-care-stopped");
    world.ledger.stopped = true;
    const std::string one = R"({"patient":"Patient/p1","staff":"staff-007","purpose":"ETREAT","category":"Observation","occurred_at":"2026-01-02T03:04:05Z"})";
    for (int i = 0; i < 5; ++i) CHECK(world.send(&world.system, "POST", "/v1/care-accesses", one).status == 202);
    for (int i = 0; i < 100 && json::parse(text_of(world.send(nullptr, "GET", "/status")))["health"] != "degraded"; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(20));
    CHECK(json::parse(text_of(world.send(nullptr, "GET", "/status")))["health"] == "degraded");
    world.gateway.reset();
    world.ledger.stopped = false;
    world.start();
    CHECK(world.send(&world.system, "POST", "/v1/flush").status == 200);
    CHECK(world.ledger.rows.size() == 5);
    CHECK(base::to_rfc3339(world.ledger.rows[0].occurred_at_ms) == "2026-01-02T03:04:05.000Z");
}

TEST_CASE("a journal that was tampered with refuses the start and names the line") {
    World world("gateway-tampered");
    CHECK(world.send(&world.system, "POST", "/v1/care-accesses", R"({"patient":"Patient/p1","staff":"s1","purpose":"TREAT","category":"Observation"})").status == 202);
    CHECK(world.send(&world.system, "POST", "/v1/flush").status == 200);
    world.gateway.reset();
    std::string journal = slurp(world.folder / "journal");
    const std::size_t staff = journal.find(base::to_hex(base::as_bytes("s1")));
    REQUIRE(staff != std::string::npos);
    journal.replace(staff, 4, base::to_hex(base::as_bytes("s2")));
    spill(world.folder / "journal", journal);
    gw::GatewayConfig config;
    config.custodian = "hospital-a";
    config.key = std::make_shared<crypto::SigningKey>(crypto::SigningKey::generate());
    config.journal = world.folder / "journal";
    config.registry = world.folder / "registry";
    config.registry_key = world.registry_key;
    const auto started = gw::Gateway::start(std::move(config), [&]() -> base::Result<std::unique_ptr<gw::LedgerLink>> { return std::make_unique<FakeLink>(world.ledger); });
    REQUIRE_FALSE(started);
    CHECK(started.error().code == ErrorCode::corrupt);
    CHECK(started.error().field == "line 2");
}

TEST_CASE("bad requests are refused with status and field, and change nothing") {
    World world("gateway-bad");
    struct Case {
        std::string_view path, body;
        unsigned status;
        std::string_view field;
    };
    constexpr std::string_view kCare = "/v1/care-accesses", kRelease = "/v1/releases";
    for (const auto& [path, body, status, field] : std::initializer_list<Case>{
             {kCare, "", 400, "body"}, {kCare, "{", 400, "line 1"}, {kCare, "[]", 400, ""}, {kCare, "{}", 422, "patient"},
             {kCare, R"({"patient":"p1","staff":"s","purpose":"TREAT","category":"X"})", 422, "patient"},
             {kCare, R"({"patient":"Patient/nobody","staff":"s","purpose":"TREAT","category":"X"})", 422, "patient"},
             {kCare, R"({"patient":"Patient/p1","staff":"Dr. Anna Muster","purpose":"TREAT","category":"X"})", 422, "staff"},
             {kCare, R"({"patient":"Patient/p1","staff":"s","category":"X"})", 400, "purpose"},
             {kCare, R"({"patient":"Patient/p1","staff":"s","purpose":"TREAT","category":"X","why":"y"})", 422, "why"},
             {kCare, R"({"patient":"Patient/p1","staff":"s","purpose":"TREAT","category":"X","occurred_at":"2099-01-01T00:00:00Z"})", 422, "occurred_at"},
             {kCare, R"({"patient":"Patient/p1","staff":"s","staff":"t","purpose":"TREAT","category":"X"})", 409, "line 1"},
             {kRelease, "", 400, ""}, {kRelease, R"({"grant":"g"})", 400, "dataset"}, {kRelease, R"({"grant":7,"dataset":"d"})", 422, "grant"},
             {kRelease, R"({"grant":"g","dataset":"ds-1","format":"csv"})", 415, "format"}, {kRelease, R"({"grant":"g","dataset":"ds-1","all":true})", 422, "all"}}) {
        INFO(path << " " << body);
        const http::Response response = world.send(path == kCare ? &world.system : &world.researcher, "POST", std::string(path), body);
        CHECK(response.status == status);
        CHECK(json::parse(text_of(response)).value("field", "") == field);
    }
    const std::string good = R"({"patient":"Patient/p1","staff":"s","purpose":"TREAT","category":"X"})"
                             "\n";
    const json torn =
        json::parse(text_of(world.send(&world.system, "POST", std::string(kCare), good + "\n{\"patient\":}\n")));
    CHECK(torn.value("field", "") == "line 3");  // once, and the column beside it
    CHECK(torn.value("detail", "").starts_with("column 12: "));
    const std::string nobody = R"({"patient":"Patient/nobody","staff":"s","purpose":"TREAT","category":"X"})"
                               "\n";
    CHECK(json::parse(text_of(world.send(&world.system, "POST", std::string(kCare), good + nobody + good)))
              .value("field", "") == "line 2: patient");
    CHECK(world.send(&world.system, "GET", "/v1/releases").status == 405);
    CHECK(world.send(&world.system, "GET", "/nowhere").status == 404);
    CHECK(world.ledger.rows.empty());
    CHECK(json::parse(text_of(world.send(nullptr, "GET", "/status")))["accesses"] == 0);
}

// The golden table of bad inputs: each is sent over real TLS to the whole service, answered with status, type, field and text
// as testdata/bad_inputs.tsv says, and changes nothing.
#include <catch2/catch.hpp>

#include <cstdlib>
#include <ctime>
#include <fstream>
#include <functional>
#include <sstream>

#include <nlohmann/json.hpp>

#include "api/dto/json.hpp"
#include "ledger/base/hex.hpp"
#include "tests/unit/api/http/raw_client.hpp"
#include "tests/unit/api/support/world.hpp"

using namespace placet;
using contracts::CommandKind;
using placet::api::routes::Viewer;
using placet::test::RawClient;
using placet::test::World;

namespace {

enum class As { nobody, hospital_operator };

struct Case {
    std::string name;
    As as = As::nobody;
    std::string request;
};

std::string get(const std::string& target, const std::string& headers = {}) { return "GET " + target + " HTTP/1.1\r\nHost: ledger\r\n" + headers + "\r\n"; }

std::string post(const std::string& target, const std::string& type, std::string_view body) {
    return "POST " + target + " HTTP/1.1\r\nHost: ledger\r\nContent-Type: " + type + "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + std::string(body);
}
std::string post_json(std::string_view body) { return post("/v1/transactions", "application/json", body); }
std::string post_cbor(base::BytesView body) { return post("/v1/transactions", "application/cbor", base::as_text(body)); }
std::string check(std::string_view body) { return post("/v1/access-requests/check", "application/json", body); }

std::vector<Case> framing() {
    std::string many;
    for (int i = 0; i < 70; ++i) many += "X: y\r\n";
    const std::string line = "POST /v1/transactions HTTP/1.1\r\n";
    return {{"chunked body", As::nobody, line + "Host: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"},
            {"transfer coding identity", As::nobody, line + "Host: a\r\nTransfer-Encoding: identity\r\n\r\n"},
            {"two lengths", As::nobody, line + "Host: a\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\nx"},
            {"list of lengths", As::nobody, line + "Host: a\r\nContent-Length: 1, 1\r\n\r\nx"},
            {"negative length", As::nobody, line + "Host: a\r\nContent-Length: -1\r\n\r\n"},
            {"body of 2 MiB", As::nobody, line + "Host: a\r\nContent-Length: 2097152\r\n\r\n"},
            {"no Host", As::nobody, "GET / HTTP/1.1\r\n\r\n"},
            {"two Hosts", As::nobody, "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"},
            {"HTTP/1.0", As::nobody, "GET / HTTP/1.0\r\nHost: a\r\n\r\n"},
            {"absolute form", As::nobody, "GET https://a/ HTTP/1.1\r\nHost: a\r\n\r\n"},
            {"folded header", As::nobody, get("/", "X: a\r\n b\r\n")},
            {"blank before colon", As::nobody, get("/", "X : a\r\n")},
            {"bare line feed", As::nobody, get("/", "X: a\nY: b\r\n")},
            {"control character", As::nobody, get("/", "X: a\x07\r\n")},
            {"seventy headers", As::nobody, get("/", many)},
            {"head of 20 KiB", As::nobody, get("/", "X: " + std::string(20 * 1024, 'a') + "\r\n")},
            {"target of 5 KiB", As::nobody, get("/" + std::string(5 * 1024, 'a'))},
            {"upgrade", As::nobody, get("/", "Upgrade: websocket\r\n")},
            {"expectation", As::nobody, get("/", "Expect: 100-continue\r\n")},
            {"compressed body", As::nobody, get("/", "Content-Encoding: gzip\r\n")},
            {"method in lower case", As::nobody, "get / HTTP/1.1\r\nHost: a\r\n\r\n"},
            {"not HTTP", As::nobody, "\x16\x03\x01 hello\r\n\r\n"}};
}

std::vector<Case> parameters(const World& world) {
    const std::string b = base::to_hex(world.patient_b.view());
    const auto as_operator = [](std::string name, std::string target, std::string headers = {}) { return Case{std::move(name), As::hospital_operator, get(target, headers)}; };
    return {as_operator("unknown path", "/v2/status"),
            {"wrong method", As::hospital_operator, "DELETE /v1/transactions HTTP/1.1\r\nHost: a\r\n\r\n"},
            as_operator("unknown parameter", "/v1/datasets?custodain=x"),
            as_operator("repeated parameter", "/v1/datasets?limit=1&limit=2"),
            as_operator("broken percent-encoding", "/v1/datasets?custodian=%zz"),
            as_operator("page of nothing", "/v1/datasets?limit=0"),
            as_operator("page of 101", "/v1/datasets?limit=101"),
            as_operator("cursor of another list", "/v1/datasets?cursor=8201410a"),
            as_operator("pseudonym too short", "/v1/access-events?subject=abcd"),
            as_operator("two questions at once", "/v1/access-events?subject=" + b + "&dataset=ds-a"),
            as_operator("no question", "/v1/access-events"),
            as_operator("instant without zone", "/v1/access-events?dataset=ds-a&from=2026-01-01T00:00:00"),
            as_operator("transaction id in upper case", "/v1/transactions/" + std::string(64, 'A')),
            {"body on a read", As::hospital_operator, "GET /v1/status HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx"},
            as_operator("missing parameter", "/v1/proofs/state"),
            as_operator("height in words", "/v1/blocks/first"),
            as_operator("heights in the wrong order", "/v1/proofs/consistency?from=2&to=1"),
            as_operator("height of the future", "/v1/proofs/consistency?from=1&to=100000"),
            as_operator("key that is not canonical", "/v1/proofs/state?key=1800"),
            as_operator("index key that is none", "/v1/proofs/index?key=00"),
            as_operator("unknown role", "/v1/actors?role=king"),
            as_operator("consent without a custodian", "/v1/consents/c-1"),
            as_operator("whole block for a hospital", "/v1/blocks/1", "Accept: application/cbor\r\n"),
            as_operator("foreign patient", "/v1/patients/" + b),
            as_operator("foreign trail", "/v1/access-events?dataset=ds-b"),
            {"nobody known", As::nobody, get("/v1/datasets")},
            {"metrics for nobody known from here are allowed, consents not", As::nobody, get("/v1/consents")}};
}

struct Submissions {
    World& world;
    const test::Person& sender = *world.person(Viewer::hospital_operator);
    crypto::SigningKey stranger = crypto::SigningKey::generate();

    types::Payload payload() const {
        types::Payload out;
        out.kind = static_cast<std::uint64_t>(CommandKind::declare_conflict);
        out.nonce.octets.fill(7);
        out.expires_at_ms = world.backend.now() + 60000;
        out.body = contracts::encode(contracts::access::DeclareConflict{"req-a", "colleague"});
        return out;
    }
    std::string send(const types::Payload& one, const std::vector<base::Bytes>& parts = {}) const {
        return post_cbor(types::encode(types::Submission{types::sign(one, sender.key, world.backend.genesis_hash()).bytes, parts}));
    }
    std::string with(const std::function<void(types::Payload&)>& change) const {
        types::Payload one = payload();
        change(one);
        return send(one);
    }
    std::string send_raw(base::Bytes transaction) const { return post_cbor(types::encode(types::Submission{std::move(transaction), {}})); }
};

std::vector<Case> submissions(World& world) {
    const Submissions make{world};
    const types::Payload plain = make.payload();
    const base::Bytes good = types::sign(plain, make.sender.key, world.backend.genesis_hash()).bytes;
    base::Bytes flipped = good;
    flipped.back() ^= 1;
    base::Bytes longer = types::encode(types::Submission{good, {}});
    longer.push_back(0);
    base::Bytes other_chain = types::sign(plain, make.sender.key, crypto::sha256(base::as_bytes("another chain"))).bytes;
    const base::Bytes part = types::encode(types::Part{types::PartClass::erasable, types::RetentionClass::consent_evidence, {}, {}, {1, 2, 3}});
    base::Bytes by_stranger = types::sign(plain, make.stranger, world.backend.genesis_hash()).bytes;
    return {{"media type text", As::nobody, post("/v1/transactions", "text/plain", "hello")},
            {"no body", As::nobody, post_cbor({})},
            {"not canonical", As::nobody, post_cbor(base::Bytes{0x98, 0x02, 0x40, 0x80})},
            {"octets after the submission", As::nobody, post_cbor(longer)},
            {"transaction that is no COSE", As::nobody, make.send_raw({0x84, 0x40, 0x40, 0x40, 0x40})},
            {"JSON with a key twice", As::nobody, post_json(R"({"transaction":"AA==","transaction":"AA=="})")},
            {"JSON nested too deeply", As::nobody, post_json(std::string(100, '[') + std::string(100, ']'))},
            {"JSON with an unknown field", As::nobody, post_json(R"({"transaction":"AA==","part":[]})")},
            {"JSON with bad base64", As::nobody, post_json(R"({"transaction":"A"})")},
            {"JSON that is not UTF-8", As::nobody, post_json("{\"transaction\":\"\xff\"}")},
            {"JSON cut off", As::nobody, post_json(R"({"transaction":)")},
            {"JSON with a number as transaction", As::nobody, post_json(R"({"transaction":1})")},
            {"JSON without a transaction", As::nobody, post_json("{}")},
            {"signed for another chain", As::nobody, make.send_raw(std::move(other_chain))},
            {"signature flipped", As::nobody, make.send_raw(std::move(flipped))},
            {"unknown sender", As::nobody, make.send_raw(std::move(by_stranger))},
            {"expired", As::nobody, make.with([&](types::Payload& one) { one.expires_at_ms = world.backend.now() - 1; })},
            {"valid for an hour", As::nobody, make.with([&](types::Payload& one) { one.expires_at_ms = world.backend.now() + 3600000; })},
            {"unknown command", As::nobody, make.with([](types::Payload& one) { one.kind = 999; })},
            {"command of another shape", As::nobody, make.with([](types::Payload& one) { one.body = {0x01}; })},
            {"command with a bad id", As::nobody,
             make.with([](types::Payload& one) { one.body = contracts::encode(contracts::access::DeclareConflict{"no/slash", "colleague"}); })},
            {"part missing", As::nobody, make.with([&](types::Payload& one) { one.parts = {types::part_commitment(part)}; })},
            {"part nobody committed to", As::nobody, make.send(plain, {part})},
            {"dry run without datasets", As::hospital_operator, check("{}")},
            {"dry run with an unknown dataset", As::hospital_operator, check(R"({"datasets":["ds-none"]})")},
            {"dry run with an unknown purpose", As::hospital_operator, check(R"({"datasets":["ds-a"],"duo_purposes":["XYZ"]})")},
            {"dry run with a misspelt field", As::hospital_operator, check(R"({"datasets":["ds-a"],"duo_purpose":["HMB"]})")},
            {"dry run of negative length", As::hospital_operator, check(R"({"datasets":["ds-a"],"months":-3})")}};
}

/// Gives the operator a real client certificate.
crypto::CertificateAndKey certify(World& world) {
    const auto now = static_cast<base::TimeMs>(std::time(nullptr)) * 1000;
    auto certificate = *crypto::make_certificate({"operator", {}, now, 30});
    const std::string id = "operator@hospital-a";
    auto actor = *contracts::decode<contracts::governance::Actor>(*world.backend.snapshot()->state().get(contracts::governance::actor_key(id)));
    actor.client_spki = certificate.spki;
    world.backend.put(contracts::governance::actor_key(id), actor);
    world.backend.put_raw(contracts::governance::actor_by_spki_key(certificate.spki), contracts::governance::actor_reference_value(id));
    return certificate;
}

std::string described(const std::string& name, const std::string& response) {
    const std::size_t body = response.find("\r\n\r\n");
    if (body == std::string::npos) return name + "\tno answer";
    const auto problem = api::dto::parse_json(std::string_view(response).substr(body + 4));
    if (!problem || !problem->is_object()) return name + "\tno problem: " + response;
    const auto text = [&](const char* field) { return problem->contains(field) ? (*problem)[field].get<std::string>() : std::string("-"); };
    const std::string type = text("type");
    CHECK(text("request_id").size() == 32);
    CHECK(type.starts_with("urn:placet:problem:"));
    CHECK(response.starts_with("HTTP/1.1 " + std::to_string((*problem)["status"].get<int>())));
    return name + '\t' + std::to_string((*problem)["status"].get<int>()) + '\t' + type.substr(type.rfind(':') + 1) + '\t' + text("field") + '\t' + text("detail");
}

}  // namespace

TEST_CASE("every bad input is answered as the golden table says, and changes nothing") {
    World world;
    const auto client = certify(world);
    const auto server_identity = *crypto::make_certificate({"server", {"127.0.0.1"}, static_cast<base::TimeMs>(std::time(nullptr)) * 1000, 30});
    auto server = *api::http::Server::start({"127.0.0.1:0", server_identity.certificate_pem, server_identity.key_pem, 2, {}}, world.service->handler());
    std::vector<Case> cases = framing();
    for (auto& more : {parameters(world), submissions(world)}) cases.insert(cases.end(), more.begin(), more.end());
    REQUIRE(cases.size() >= 40);

    const auto before = world.backend.fingerprint();
    std::string lines = "# name\tstatus\ttype\tfield\ttext\n";
    for (const Case& one : cases) {
        CAPTURE(one.name);
        const bool known = one.as == As::hospital_operator;
        RawClient raw(server->port(), known ? client.certificate_pem : "", known ? client.key_pem : "");
        raw.send(one.request);
        lines += described(one.name, raw.read_response()) + '\n';
        CHECK(world.backend.fingerprint() == before);
    }
    server->stop(std::chrono::milliseconds(0));
    CHECK(server->counters().exceptions == 0);

    const std::string path = std::string(std::getenv("PLACET_SOURCE") != nullptr ? std::getenv("PLACET_SOURCE") : ".") + "/tests/unit/api/testdata/bad_inputs.tsv";
    if (std::getenv("PLACET_WRITE_GOLDEN") != nullptr) std::ofstream(path) << lines;
    std::ifstream file(path);
    std::stringstream golden;
    golden << file.rdbuf();
    CHECK(lines == golden.str());
}

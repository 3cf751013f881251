// What handlers answer: receipts, idempotence, waiting, trails, recorded reads, quotas.
#include <catch2/catch.hpp>

#include "api/dto/json.hpp"
#include "contracts/runtime/admit.hpp"
#include "ledger/base/hex.hpp"
#include "tests/unit/api/support/world.hpp"

using namespace placet;
using placet::api::routes::Viewer;
using placet::test::Person;
using placet::test::World;

namespace {

bool has(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }
std::string text_of(const api::http::Response& response) { return std::string(base::as_text(response.body)); }
std::string hex(base::BytesView bytes) { return base::to_hex(bytes); }

types::Transaction command(World& world, const Person& person) {
    return world.backend.sign(contracts::CommandKind::declare_conflict, contracts::encode(contracts::access::DeclareConflict{"req-a", "colleague"}), person.key);
}

World::Call post(const types::Transaction& transaction, const std::string& prefer = {}) {
    World::Call call{"POST", "/v1/transactions", {{"content-type", "application/cbor"}}, types::encode(types::Submission{transaction.bytes, {}}), "192.0.2.1"};
    if (!prefer.empty()) call.headers.push_back({"prefer", prefer});
    return call;
}

}  // namespace

TEST_CASE("a submission is 202 with a Location, then 201 or 200 with the same receipt however often it is sent") {
    World world;
    const Person& operator_a = *world.person(Viewer::hospital_operator);
    const auto transaction = command(world, operator_a);
    const std::string id = hex(transaction.id.view());
    const auto first = world.ask(&operator_a, post(transaction));
    CHECK(first.status == 202);
    CHECK(first.header("location") == "/v1/transactions/" + id);
    CHECK(has(text_of(first), "\"pending\""));
    CHECK(world.get(&operator_a, "/v1/transactions/" + id).starts_with("404"));
    CHECK(world.ask(&operator_a, post(transaction)).status == 202);
    CHECK(world.backend.submissions() == 1);
    world.backend.seal_submitted();
    const auto again = world.ask(&operator_a, post(transaction, "wait=5"));
    CHECK(again.status == 200);
    const auto receipt = api::dto::receipt_from_json(text_of(again));
    REQUIRE(receipt.has_value());
    CHECK(receipt->transaction == transaction.id);
    CHECK(receipt->outcome.code == "recorded");
    CHECK(has(text_of(again), "\"sentence\":\"The consent is recorded.\""));
    CHECK(text_of(world.ask(nullptr, post(transaction))) == text_of(again));
    CHECK(world.get(&operator_a, "/v1/transactions/" + id) == "200 " + text_of(again));
    CHECK(world.backend.submissions() == 0);
}

TEST_CASE("Prefer: wait answers 201 with the receipt as soon as it is sealed") {
    World world;
    world.backend.seal_at_once();
    const Person& person = *world.person(Viewer::researcher);
    const auto transaction = command(world, person);
    const auto response = world.ask(&person, post(transaction, "respond-async, wait=10"));
    CHECK(response.status == 201);
    CHECK(response.header("preference-applied") == "wait");
    CHECK(api::dto::receipt_from_json(text_of(response))->transaction == transaction.id);
}

TEST_CASE("a submission may be JSON with base64, and an unknown field there is refused with the nearest name") {
    World world;
    const Person& person = *world.person(Viewer::gateway);
    const auto transaction = command(world, person);
    World::Call call = post(transaction);
    call.headers = {{"content-type", "application/json; charset=utf-8"}};
    call.body = base::to_bytes("{\"transaction\":\"" + api::dto::to_base64(transaction.bytes) + "\"}");
    CHECK(world.ask(&person, call).status == 202);
    call.body = base::to_bytes("{\"transacton\":\"AA==\"}");
    const auto refused = world.ask(&person, call);
    CHECK(refused.status == 422);
}

TEST_CASE("a patient sees her own trail in full, and in a release only her own answer") {
    World world;
    const Person& patient = *world.person(Viewer::patient);
    const std::string answer = world.get(&patient, "/v1/access-events?subject=" + hex(world.patient_a.view()));
    CHECK(answer.starts_with("200"));
    CHECK(has(answer, "\"researcher\":\"alice@uni-u\""));
    CHECK(has(answer, "\"code\":\"permit\""));
    CHECK(has(answer, "\"staff\":\"clinician\""));
    CHECK(has(answer, "\"category\":\"MedicationRequest\""));
    CHECK_FALSE(has(answer, "nurse-7"));
    CHECK_FALSE(has(answer, "consent_denies"));
    const auto reads = world.backend.reads();
    REQUIRE(reads.size() == 1);
    CHECK(reads[0].reader == patient.id);
    CHECK(reads[0].pseudonym == world.patient_a);
    CHECK(reads[0].rows == 2);
    const std::string consents = world.get(&patient, "/v1/consents");
    std::uint64_t shown = 0;
    for (std::size_t at = consents.find("\"standing\""); at != std::string::npos;
         at = consents.find("\"standing\"", at + 1))
        ++shown;
    CHECK(shown >= 1);
    CHECK(world.backend.reads().back().rows == shown);
}

TEST_CASE("a researcher sees her own use without pseudonyms, counts in tens") {
    World world;
    const Person& alice = *world.person(Viewer::researcher);
    const std::string answer = world.get(&alice, "/v1/access-events?researcher=alice@uni-u");
    CHECK(has(answer, "\"grant\":\"req-a.g0\""));
    CHECK(has(answer, "\"released_about\":0"));
    CHECK_FALSE(has(answer, hex(world.patient_a.view())));
    CHECK(has(world.get(&alice, "/v1/grants/req-a.g0"), "\"released\":20"));
    CHECK(has(world.get(world.person(Viewer::hospital_operator), "/v1/grants/req-a.g0"), "\"released\":17"));
    CHECK_FALSE(has(world.get(&alice, "/v1/datasets/ds-a"), "\"members\""));
    CHECK(has(world.get(world.person(Viewer::gateway), "/v1/datasets/ds-a"), "\"members\":123"));
}

TEST_CASE("every answer says how many requests are left, and every read at which height it is true") {
    World world;
    const Person* person = world.person(Viewer::researcher);
    const std::string height = std::to_string(world.backend.snapshot()->state().height());
    for (const char* target : {"/v1/datasets/ds-a", "/v1/datasets", "/v1/datasets/nope", "/v1/nope", "/v1/actors?role=king", "/metrics"}) {
        INFO(target);
        const auto response = world.ask(person, {"GET", target, {}, {}});
        CHECK(response.header("placet-height") == height);
        CHECK_FALSE(response.header("ratelimit-remaining").empty());
    }
    CHECK(world.ask(person, {"POST", "/v1/transactions", {{"content-type", "application/cbor"}}, base::to_bytes("x")}).header("placet-height").empty());
}

TEST_CASE("how an actor stands, and what a request says of commerce, are told in words") {
    World world;
    const Person& person = *world.person(Viewer::regulator);
    CHECK(has(world.get(&person, "/v1/actors/me"), "\"status\":\"active\""));
    const std::string request = world.get(&person, "/v1/access-requests/req-a");
    CHECK(has(request, "\"for_profit\":\"unknown\""));
    CHECK(has(request, "\"commercial\":\"unknown\""));
}

TEST_CASE("a patient cannot prove or read a release that names other patients") {
    World world;
    const Person& patient = *world.person(Viewer::patient);
    const std::string id = hex(world.release_a.id.view());
    CHECK(world.get(&patient, "/v1/transactions/" + id).starts_with("404"));
    CHECK(world.get(&patient, "/v1/transactions/" + id + "/proof").starts_with("404"));
    CHECK(world.get(world.person(Viewer::gateway), "/v1/transactions/" + id + "/proof").starts_with("200"));
}

TEST_CASE("a read that cannot be recorded is not answered") {
    World world;
    world.backend.fail_reads();
    const std::string a = hex(world.patient_a.view());
    const Person* regulator = world.person(Viewer::regulator);
    for (const std::string& target : {"/v1/access-events?subject=" + a, "/v1/consents?custodian=hospital-a&subject=" + a, "/v1/consents/" + world.consent_a,
                                      "/v1/patients/" + a + "?custodian=hospital-a", "/v1/trail-reads?subject=" + a,
                                      "/v1/transactions/" + hex(world.release_a.id.view()) + "/proof"}) {
        const std::string answer = world.get(regulator, target);
        CAPTURE(target, answer);
        CHECK(answer.starts_with("503"));
        CHECK(has(answer, "read_not_recorded"));
        CHECK_FALSE(has(answer, "hospital-a"));
    }
    CHECK(world.get(regulator, "/v1/datasets").starts_with("200"));
}

TEST_CASE("proofs of map entries: a custodian's for its operator and gateway, patients' recorded but for the gateway's decision") {
    World world;
    const auto ask = [&](Viewer viewer, const base::Bytes& key) { return world.get(world.person(viewer), "/v1/proofs/state?key=" + hex(key)).substr(0, 3); };
    namespace access = contracts::access;
    namespace consent = contracts::consent;
    namespace governance = contracts::governance;
    CHECK(ask(Viewer::gateway, access::batch_head_key("hospital-a")) == "200");
    CHECK(ask(Viewer::gateway, access::batch_head_key("hospital-b")) == "404");
    CHECK(ask(Viewer::gateway, access::grant_key("req-a.g0")) == "200");
    CHECK(ask(Viewer::gateway, access::grant_key("req-b.g0")) == "404");
    CHECK(ask(Viewer::gateway, contracts::dataset::member_key("ds-a", world.patient_a)) == "200");
    CHECK(ask(Viewer::gateway, contracts::dataset::member_key("ds-b", world.patient_b)) == "404");
    CHECK(ask(Viewer::gateway, governance::actor_by_spki_key(world.person(Viewer::researcher)->spki)) == "200");
    CHECK(ask(Viewer::researcher, governance::actor_by_spki_key(world.person(Viewer::gateway)->spki)) == "404");
    CHECK(ask(Viewer::gateway, governance::actor_key(governance::patient_actor_id(world.patient_b, "hospital-b"))) == "404");
    CHECK(ask(Viewer::gateway, consent::active_set_key("hospital-a", world.patient_a)) == "200");
    CHECK(world.backend.reads().empty());
    CHECK(ask(Viewer::patient, consent::active_set_key("hospital-a", world.patient_a)) == "200");
    REQUIRE(world.backend.reads().size() == 1);
    CHECK(world.backend.reads()[0].pseudonym == world.patient_a);
}

TEST_CASE("pages follow each other by cursors without loss or repetition, and a cursor belongs to its list") {
    World world;
    const Person* regulator = world.person(Viewer::regulator);
    std::string target = "/v1/actors?limit=3";
    std::size_t items = 0;
    std::string cursor;
    for (int page = 0; page < 20; ++page) {
        const std::string answer = world.get(regulator, target + (cursor.empty() ? "" : "&cursor=" + cursor));
        REQUIRE(answer.starts_with("200"));
        for (std::size_t at = answer.find("\"since\""); at != std::string::npos; at = answer.find("\"since\"", at + 1)) ++items;
        const std::size_t next = answer.find("\"next\":\"");
        if (next == std::string::npos) break;
        cursor = answer.substr(next + 8, answer.find('"', next + 8) - next - 8);
    }
    CHECK(items == 18);
    CHECK(world.get(regulator, "/v1/datasets?cursor=" + cursor).starts_with("400"));
    CHECK(world.get(regulator, "/v1/datasets?cursor=zz").starts_with("400"));
    const std::string a = hex(world.patient_a.view());
    const std::string first = world.get(regulator, "/v1/access-events?limit=1&subject=" + a);
    const std::size_t next = first.find("\"next\":\"");
    REQUIRE(next != std::string::npos);
    const std::string second = world.get(regulator, "/v1/access-events?limit=1&subject=" + a + "&cursor=" + first.substr(next + 8, first.find('"', next + 8) - next - 8));
    CHECK(has(second, "access_batch"));
    CHECK_FALSE(has(second, "\"next\""));
}

TEST_CASE("a trail can be narrowed in time") {
    World world;
    const Person* regulator = world.person(Viewer::regulator);
    const std::string a = "/v1/access-events?subject=" + hex(world.patient_a.view());
    CHECK(has(world.get(regulator, a + "&from=2000-01-01T00:00:00Z&to=2100-01-01T00:00:00Z"), "record_release"));
    CHECK_FALSE(has(world.get(regulator, a + "&from=2100-01-01T00:00:00Z"), "record_release"));
    CHECK_FALSE(has(world.get(regulator, a + "&to=2000-01-01T00:00:00Z"), "record_release"));
}

TEST_CASE("blocks come as heads, as one record, and as a CBOR sequence that decodes") {
    World world;
    const Person* node = world.person(Viewer::node);
    CHECK(has(world.get(node, "/v1/blocks?from=2&limit=2"), "\"next_from\":4"));
    auto one = world.ask(node, {"GET", "/v1/blocks/2", {{"accept", "application/cbor"}}, {}, ""});
    REQUIRE(types::decode_block(one.body).has_value());
    const auto sequence = world.ask(node, {"GET", "/v1/blocks?from=2&limit=2", {{"accept", "application/cbor"}}, {}, ""});
    base::cbor::Reader reader(sequence.body);
    CHECK(types::decode_block(reader.item("first"))->height == 2);
    CHECK(types::decode_block(reader.item("second"))->height == 3);
    CHECK(reader.at_end());
    const auto head = world.ask(node, {"GET", "/v1/blocks/2", {}, {}, ""});
    CHECK(has(head.header("cache-control"), "immutable"));
    const auto unchanged = world.ask(node, {"GET", "/v1/blocks/2", {{"if-none-match", std::string(head.header("etag"))}}, {}, ""});
    CHECK(unchanged.status == 304);
    CHECK(world.get(node, "/v1/blocks/0").starts_with("404"));
    CHECK(world.get(node, "/v1/blocks/999999").starts_with("404"));
}

TEST_CASE("the checkpoint has three forms") {
    World world;
    CHECK(has(world.get(nullptr, "/v1/checkpoint"), "\"certificate_cbor\""));
    const auto text = world.ask(nullptr, {"GET", "/v1/checkpoint", {{"accept", "text/plain"}}, {}, ""});
    CHECK(text_of(text).starts_with("test-chain/" + hex(world.backend.genesis_hash().view()).substr(0, 32) + "/val-a\n"));
    const auto cbor = world.ask(nullptr, {"GET", "/v1/checkpoint", {{"accept", "application/cbor"}}, {}, ""});
    CHECK(types::decode_certificate(cbor.body).has_value());
}

TEST_CASE("the dry run answers with reasons, without counts, and changes nothing") {
    World world;
    const Person* alice = world.person(Viewer::researcher);
    const auto before = world.backend.fingerprint();
    World::Call call{"POST", "/v1/access-requests/check", {{"content-type", "application/json"}},
                     base::to_bytes(std::string_view(R"({"datasets":["ds-a","ds-b"],"duo_purposes":["GRU"]})")), ""};
    const std::string json = text_of(world.ask(alice, call));
    CHECK(has(json, "\"decision\":"));
    CHECK(has(json, "\"dataset\":\"ds-b\""));
    CHECK_FALSE(has(json, "123"));
    contracts::access::SubmitRequest same;
    same.datasets = {"ds-a", "ds-b"};
    same.terms.purposes = {contracts::dataset::Use::general_research};
    call.headers = {{"content-type", "application/cbor"}};
    call.body = contracts::encode(same);
    CHECK(text_of(world.ask(alice, call)) == json);
    CHECK(world.backend.fingerprint() == before);
}

TEST_CASE("a revoked actor, a replaced certificate and an unknown one are nobody") {
    World world;
    const Person& clinician = *world.person(Viewer::clinician);
    auto actor = *contracts::decode<contracts::governance::Actor>(*world.backend.snapshot()->state().get(contracts::governance::actor_key(clinician.id)));
    actor.client_spki = crypto::SpkiHash{};
    world.backend.put(contracts::governance::actor_key(clinician.id), actor);
    CHECK(has(world.get(&clinician, "/v1/datasets"), "replaced"));
    actor.client_spki = clinician.spki;
    actor.status = contracts::governance::ActorStatus::revoked;
    world.backend.put(contracts::governance::actor_key(clinician.id), actor);
    CHECK(world.get(&clinician, "/v1/datasets").starts_with("401"));
    CHECK(has(world.get(&clinician, "/v1/datasets"), "revoked"));
    Person stranger;
    stranger.spki.octets.fill(9);
    CHECK(has(world.get(&stranger, "/v1/datasets"), "not enrolled"));
}

TEST_CASE("quotas are per identity, say when to come back, and strangers share their address's") {
    World world;
    world.service = std::make_unique<api::handlers::Service>(world.backend, api::handlers::ServiceConfig{"test", 0.001, 3, 0.001, 2});
    const Person* alice = world.person(Viewer::researcher);
    for (int i = 0; i < 3; ++i) CHECK(world.get(alice, "/v1/datasets").starts_with("200"));
    const auto beyond = world.ask(alice, {"GET", "/v1/datasets", {}, {}, "192.0.2.1"});
    CHECK(beyond.status == 429);
    CHECK(std::stoul(std::string(beyond.header("retry-after"))) >= 1);
    CHECK(world.get(world.person(Viewer::dac), "/v1/datasets").starts_with("200"));
    Person stranger;
    for (std::uint8_t i = 1; i <= 3; ++i) {
        stranger.spki.octets.fill(i);  // a new certificate each time
        CHECK(world.get(&stranger, "/v1/status").starts_with(i <= 2 ? "200" : "429"));
    }
}

TEST_CASE("a busy node says 429 with the transaction's id, and readiness gives its reasons") {
    World world;
    world.backend.be_busy();
    world.backend.be_unready();
    const Person& person = *world.person(Viewer::gateway);
    const auto transaction = command(world, person);
    const auto refused = world.ask(&person, post(transaction));
    CHECK(refused.status == 429);
    CHECK(refused.header("retry-after") == "1");
    CHECK(has(text_of(refused), "\"transaction\":\"" + hex(transaction.id.view()) + '"'));
    const std::string ready = world.get(nullptr, "/readyz?verbose");
    CHECK(ready.starts_with("503"));
    CHECK(has(ready, "[-] caught_up: 12 blocks behind"));
    CHECK(has(ready, "[+] store: open"));
}

TEST_CASE("the status shows where a validator stands in the protocol, and whom it caught") {
    World world;
    const std::string text = text_of(world.ask(nullptr, {"GET", "/v1/status", {}, {}, "127.0.0.1"}));
    CHECK(has(text, "\"view_active\":true,\"standing\":\"voting\",\"sequence\":12,\"low_watermark\":10,\"high_watermark\":26,\"stable_checkpoint\":0"));
    CHECK(has(text, "\"evidence\":[{\"validator\":\"val-c\",\"kind\":\"prepare\",\"epoch\":0,\"view\":3,\"sequence\":7,\"record\":\"abcd\"}]"));
}

TEST_CASE("metrics count answers by operation and carry the node's own") {
    World world;
    CHECK(world.get(nullptr, "/v1/status").starts_with("200"));
    CHECK(world.get(nullptr, "/nowhere").starts_with("404"));
    const std::string text = text_of(world.ask(nullptr, {"GET", "/metrics", {}, {}, "127.0.0.1"}));
    CHECK(has(text, "placet_http_requests_total{operation=\"readStatus\",status=\"200\"} 1"));
    CHECK(has(text, "placet_http_requests_total{operation=\"none\",status=\"404\"} 1"));
    CHECK(has(text, "placet_sealed_height 1"));
}

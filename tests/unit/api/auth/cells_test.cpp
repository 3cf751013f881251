// Every cell of endpoint × role × own/foreign, asked through the whole service and compared with a file that a person
// reviews: testdata/cells.txt. A route without probes here fails the test.
#include <catch2/catch.hpp>

#include <cstdlib>
#include <fstream>
#include <iostream>
#include <sstream>

#include "contracts/consent/entries.hpp"
#include "ledger/base/hex.hpp"
#include "tests/unit/api/support/world.hpp"

using namespace placet;
using namespace placet::api::routes;
using placet::test::Person;
using placet::test::World;
using state::IndexKind;

namespace {

struct Probe {
    World::Call call;
    std::string marker;  ///< seen = status 2xx and this in the body
};
struct Probes {
    Probe own;
    Probe foreign;
};

std::string hex(base::BytesView bytes) { return base::to_hex(bytes); }

/// The sub-log a viewer would call her own, and its counterpart on the other side.
std::pair<state::IndexKey, state::IndexKey> trails(const World& world, Viewer viewer) {
    const auto named = [](IndexKind kind, const char* own, const char* foreign) { return std::pair(state::index_key(kind, own), state::index_key(kind, foreign)); };
    if (viewer == Viewer::researcher) return named(IndexKind::access_by_actor, "alice@uni-u", "bob@uni-v");
    if (viewer == Viewer::dac) return named(IndexKind::access_of_dataset, "ds-a", "ds-b");
    if (viewer == Viewer::clinician) return named(IndexKind::access_at_custodian, "hospital-a", "hospital-b");
    return {state::index_key(IndexKind::access_of_patient, world.patient_a), state::index_key(IndexKind::access_of_patient, world.patient_b)};
}

std::pair<std::string, std::string> trail_queries(const World& world, Viewer viewer) {
    if (viewer == Viewer::researcher) return {"researcher=alice@uni-u", "researcher=bob@uni-v"};
    if (viewer == Viewer::dac) return {"dataset=ds-a", "dataset=ds-b"};
    if (viewer == Viewer::clinician) return {"custodian=hospital-a", "custodian=hospital-b"};
    return {"subject=" + hex(world.patient_a.view()), "subject=" + hex(world.patient_b.view())};
}

Probes get(const std::string& own, const std::string& foreign, const std::string& own_marker = {}, const std::string& foreign_marker = {}) {
    return {{{"GET", own, {}, {}, "192.0.2.1"}, own_marker}, {{"GET", foreign, {}, {}, "192.0.2.1"}, foreign_marker}};
}

Probe submit(const types::Transaction& transaction) {
    World::Call call{"POST", "/v1/transactions", {{"content-type", "application/cbor"}}, types::encode(types::Submission{transaction.bytes, {}}), "192.0.2.1"};
    return {call, "\"certificate\""};
}

std::optional<Probes> probes(const World& world, const Route& route, Viewer viewer) {
    const Person* person = world.person(viewer);
    const types::Transaction& own_transaction = person != nullptr ? *person->own_transaction : world.release_a;
    const std::string own_id = hex(own_transaction.id.view());
    const std::string foreign_id = hex(world.foreign_transaction.id.view());
    const std::string a = hex(world.patient_a.view());
    const std::string b = hex(world.patient_b.view());
    const std::string actor_b = contracts::governance::patient_actor_id(world.patient_b, "hospital-b");
    const std::string base(route.path);
    switch (route.operation) {
        case Operation::submit_transaction: return Probes{submit(own_transaction), submit(world.foreign_transaction)};
        case Operation::read_transaction: return get("/v1/transactions/" + own_id, "/v1/transactions/" + foreign_id);
        case Operation::transaction_proof: return get("/v1/transactions/" + own_id + "/proof", "/v1/transactions/" + foreign_id + "/proof");
        case Operation::list_consents:
            return get("/v1/consents?custodian=hospital-a&subject=" + a, "/v1/consents?custodian=hospital-b&subject=" + b, "c-hospital-a", "c-hospital-b");
        case Operation::read_consent: return get("/v1/consents/" + world.consent_a, "/v1/consents/" + world.consent_b, "c-hospital-a", "c-hospital-b");
        case Operation::read_patient: return get("/v1/patients/" + a + "?custodian=hospital-a", "/v1/patients/" + b + "?custodian=hospital-b", a, b);
        case Operation::list_datasets: return get(base, base, "\"ds-a\"", "\"ds-b\"");
        case Operation::list_disease_tables: return get(base, base);
        case Operation::read_dataset: return get("/v1/datasets/ds-a", "/v1/datasets/ds-b", "\"ds-a\"", "\"ds-b\"");
        case Operation::list_requests: return get(base, base, "\"req-a\"", "\"req-b\"");
        case Operation::read_request: return get("/v1/access-requests/req-a", "/v1/access-requests/req-b", "\"req-a\"", "\"req-b\"");
        case Operation::check_request: {
            Probes both = get(base, base, "\"decision\"", "\"decision\"");
            for (Probe* probe : {&both.own, &both.foreign}) {
                probe->call.method = "POST";
                probe->call.headers = {{"content-type", "application/json"}};
                probe->call.body = base::to_bytes(std::string_view(probe == &both.own ? R"({"datasets":["ds-a"]})" : R"({"datasets":["ds-b"]})"));
            }
            return both;
        }
        case Operation::list_grants: return get(base, base, "\"req-a.g0\"", "\"req-b.g0\"");
        case Operation::read_grant: return get("/v1/grants/req-a.g0", "/v1/grants/req-b.g0", "\"req-a.g0\"", "\"req-b.g0\"");
        case Operation::dataset_lineage: return get("/v1/datasets/ds-a/lineage", "/v1/datasets/ds-b/lineage", "\"model-a\"", "\"ds-b\"");
        case Operation::patient_lineage:
            return get("/v1/patients/" + a + "/lineage?custodian=hospital-a", "/v1/patients/" + b + "/lineage?custodian=hospital-b", "\"model-a\"", b);
        case Operation::list_withdrawals: return get(base, base, a, b);
        case Operation::list_break_glass: return get(base + "?custodian=hospital-a", base + "?custodian=hospital-b", "\"bg-a\"", "\"bg-b\"");
        case Operation::list_access_events: {
            const auto [own, foreign] = trail_queries(world, viewer);
            return get(base + '?' + own, base + '?' + foreign, viewer == Viewer::clinician ? "\"items\"" : "record_release", viewer == Viewer::clinician ? "\"items\"" : "record_release");
        }
        case Operation::list_trail_reads: return get(base + "?subject=" + a, base + "?subject=" + b, "patient_trail", "patient_trail");
        case Operation::list_blocks:
        case Operation::read_block: {
            const std::string at = route.operation == Operation::read_block ? "/v1/blocks/1" : "/v1/blocks?from=1&limit=2";
            Probes out = get(at, at, "\"root\"");
            out.foreign.call.headers = {{"accept", "application/cbor"}};
            return out;
        }
        case Operation::consistency_proof: return get(base + "?from=1&to=2", base + "?from=1&to=2");
        case Operation::state_proof:
            return get(base + "?key=" + hex(contracts::governance::organisation_key("hospital-b")),
                       base + "?key=" + hex(contracts::consent::active_set_key("hospital-b", world.patient_b)));
        case Operation::index_proof: {
            const auto [own, foreign] = trails(world, viewer);
            return get(base + "?key=" + hex(state::encode(own)), base + "?key=" + hex(state::encode(foreign)));
        }
        case Operation::list_actors: return get(base + "?limit=100", base + "?limit=100", "\"clinician@hospital-b\"", '"' + actor_b + '"');
        case Operation::read_actor: return get("/v1/actors/me", "/v1/actors/" + actor_b, "\"id\"", actor_b);
        case Operation::metrics: {
            Probes out = get(base, base, "placet_sealed_height", "placet_sealed_height");
            out.own.call.address = "127.0.0.1";
            return out;
        }
        case Operation::read_checkpoint:
        case Operation::list_validators:
        case Operation::read_status:
        case Operation::list_organisations:
        case Operation::list_policies:
        case Operation::livez:
        case Operation::startupz:
        case Operation::readyz:
        case Operation::openapi: return get(base, base);
    }
    return std::nullopt;
}

std::string outcome(World& world, const Person* who, const Probe& probe) {
    const auto response = world.ask(who, probe.call);
    if (response.status / 100 != 2) return std::to_string(response.status);
    return base::as_text(response.body).find(probe.marker) != std::string_view::npos ? "seen" : "hidden";
}

std::string padded(std::string_view text, std::size_t width) { return std::string(text) + std::string(width > text.size() ? width - text.size() : 1, ' '); }

}  // namespace

TEST_CASE("every cell endpoint × role × own/foreign answers as the reviewed table says") {
    World world;
    std::string cells = "# endpoint                role         own     foreign    (seen, hidden in a list, or the status)\n";
    for (const Route& route : table()) {
        for (std::size_t i = 0; i < kViewers; ++i) {
            const auto viewer = static_cast<Viewer>(i);
            CAPTURE(std::string(route.id), std::string(to_string(viewer)));
            const auto asked = probes(world, route, viewer);
            REQUIRE(asked.has_value());
            const std::string own = outcome(world, world.person(viewer), asked->own);
            const std::string foreign = outcome(world, world.person(viewer), asked->foreign);
            cells += padded(route.id, 26) + padded(to_string(viewer), 13) + padded(own, 8) + foreign + '\n';
            const std::string no = viewer == Viewer::anonymous ? "401" : "403";
            switch (route.access[i]) {
                case Reach::none:
                    CHECK(own == no);
                    CHECK(foreign == no);
                    break;
                case Reach::own:
                    CHECK(own == "seen");
                    CHECK(foreign != "seen");
                    break;
                case Reach::all:
                    CHECK(own == "seen");
                    CHECK(foreign == "seen");
                    break;
            }
        }
    }
    std::cout << cells;
    const std::string path = std::string(std::getenv("PLACET_SOURCE") != nullptr ? std::getenv("PLACET_SOURCE") : ".") + "/tests/unit/api/testdata/cells.txt";
    if (std::getenv("PLACET_WRITE_GOLDEN") != nullptr) std::ofstream(path) << cells;
    std::ifstream file(path);
    std::stringstream golden;
    golden << file.rdbuf();
    CHECK(cells == golden.str());
}

TEST_CASE("foreign objects and objects that do not exist cannot be told apart") {
    World world;
    const auto* who = world.person(Viewer::hospital_operator);
    const std::string nobody(64, '7');
    const std::string b = hex(world.patient_b.view());
    const auto same = [&](const std::string& foreign, const std::string& missing) { CHECK(world.get(who, foreign) == world.get(who, missing)); };
    same("/v1/consents/" + world.consent_b, "/v1/consents/hospital-b." + nobody + ".c-1");
    same("/v1/consents?custodian=hospital-b&subject=" + b, "/v1/consents?custodian=hospital-b&subject=" + nobody);
    same("/v1/consents?subject=" + b, "/v1/consents?subject=" + nobody);
    same("/v1/patients/" + b, "/v1/patients/" + nobody);
    same("/v1/access-requests/req-b", "/v1/access-requests/req-none");
    same("/v1/grants/req-b.g0", "/v1/grants/req-none.g0");
    same("/v1/access-events?subject=" + b, "/v1/access-events?subject=" + nobody);
    same("/v1/access-events?custodian=hospital-b&subject=" + b, "/v1/access-events?custodian=hospital-b&subject=" + nobody);
    same("/v1/access-events?dataset=ds-b", "/v1/access-events?dataset=ds-none");
    same("/v1/actors/" + contracts::governance::patient_actor_id(world.patient_b, "hospital-b"), "/v1/actors/p-0@hospital-b");
}

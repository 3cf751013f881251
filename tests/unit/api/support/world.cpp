// The world of the authorisation tests.
#include "tests/unit/api/support/world.hpp"

#include <future>

#include "ledger/base/hex.hpp"

namespace placet::test {
namespace {

namespace access = contracts::access;
namespace consent = contracts::consent;
namespace dataset = contracts::dataset;
namespace governance = contracts::governance;
using contracts::CommandKind;
using governance::Role;
using state::IndexKind;

types::Pseudonym pseudonym(const std::string& name) { return types::Pseudonym{crypto::sha256(base::as_bytes(name)).octets}; }
crypto::SpkiHash spki(const std::string& name) { return crypto::SpkiHash{crypto::sha256(base::as_bytes("spki " + name)).octets}; }

}  // namespace

Person& World::add(const std::string& id, const std::vector<Role>& roles) {
    Person& person = people_[id];
    person.id = id;
    person.spki = spki(id);
    governance::Actor actor;
    actor.id = id;
    actor.organisation = id.substr(id.find('@') + 1);
    actor.roles = roles;
    actor.key = person.key.public_key();
    actor.client_spki = person.spki;
    backend.put(governance::actor_key(id), actor);
    backend.put_raw(governance::actor_by_key_key(actor.key), governance::actor_reference_value(id));
    backend.put_raw(governance::actor_by_spki_key(person.spki), governance::actor_reference_value(id));
    return person;
}

Person& World::add_patient(const types::Pseudonym& who, const std::string& custodian) {
    const std::string id = governance::patient_actor_id(who, custodian);
    Person& person = add(id, {Role::patient});
    auto actor = *contracts::decode<governance::Actor>(*backend.snapshot()->state().get(governance::actor_key(id)));
    actor.subject = who;
    backend.put(governance::actor_key(id), actor);
    backend.put(consent::patient_key(custodian, who), consent::Patient{custodian, who, {}, id, backend.now()});
    backend.put(consent::memberships_key(custodian, who), consent::Memberships{{custodian == "hospital-a" ? "ds-a" : "ds-b"}});
    return person;
}

void World::add_consent(const std::string& custodian, const types::Pseudonym& who, std::string& path_id) {
    consent::ConsentEntry entry;
    entry.custodian = custodian;
    entry.pseudonym = who;
    entry.consent_id = "c-" + custodian;
    entry.status = consent::ConsentStatus::active;
    entry.recorded_by = "operator@" + custodian;
    backend.put(consent::consent_key(custodian, who, entry.consent_id), entry);
    path_id = custodian + '.' + base::to_hex(who.view()) + '.' + entry.consent_id;
}

void World::add_dataset(const std::string& id, const std::string& custodian) {
    dataset::Dataset one;
    one.id = id;
    one.custodian = custodian;
    one.title = "Dataset of " + custodian;
    one.terms.permissions = {{dataset::PermissionTerm::health_biomedical, {}}};
    one.jurisdiction = "DE";
    one.committee = {"dac@" + custodian};
    one.members = 123;
    backend.put(dataset::dataset_key(id), one);
}

void World::add_request(const std::string& id, const std::string& researcher, const std::string& name, const std::string& custodian) {
    access::Request request;
    request.asked.id = id;
    request.asked.datasets = {name};
    request.researcher = researcher;
    access::DatasetDecision decision;
    decision.dataset = name;
    decision.custodian = custodian;
    decision.state = access::RequestState::granted;
    decision.grant = access::grant_id(id, 0);
    request.datasets = {decision};
    backend.put(access::request_key(id), request);
    access::Grant grant;
    grant.id = access::grant_id(id, 0);
    grant.request = id;
    grant.dataset = name;
    grant.custodian = custodian;
    grant.researcher = researcher;
    grant.purposes = {{std::string(contracts::systems::kActReason), "BIORCH"}};
    grant.expires_at_ms = backend.now() + 1000000;
    grant.released = 17;
    backend.put(access::grant_key(grant.id), grant);
}

void World::add_withdrawal(const std::string& grant, const types::Pseudonym& patient) {
    backend.put(access::notice_key(grant, patient), access::WithdrawalNotice{backend.now() - 5000, std::nullopt});
    backend.put(access::release_key(grant, patient), access::Release{2, backend.now() - 9000, backend.now() - 8000, {}});
}

void World::add_model(const std::string& id, const std::string& made_from, const std::string& grant) {
    dataset::Dataset one;
    one.id = id;
    one.custodian = "uni-u";
    one.title = "Model " + id;
    one.kind = dataset::DatasetKind::model;
    one.derived_from = {{made_from, grant}};
    backend.put(dataset::dataset_key(id), one);
    backend.put(dataset::derivations_key(made_from), dataset::Derivations{{id}});
}

void World::add_emergency(const std::string& id, const std::string& custodian, const types::Pseudonym& patient) {
    access::EmergencyAccess one;
    one.told = {custodian, id, patient, "staff-7", "emergency-team", "BTG", "unconscious", backend.now() - 9000, backend.now(), std::nullopt};
    one.review_by_ms = backend.now() - 1;
    backend.put(access::break_glass_key(custodian, id), one);
    backend.put(access::open_review_key(custodian, id), access::OpenReview{one.review_by_ms});
}

void World::add_release(const Person& gateway, const std::string& request, const types::Pseudonym& patient) {
    const std::string grant = access::grant_id(request, 0);
    const auto entry = *contracts::decode<access::Grant>(*backend.snapshot()->state().get(access::grant_key(grant)));
    access::RecordRelease command{grant, {patient, pseudonym("another of " + gateway.id)}, {"Observation"}};
    std::ranges::sort(command.pseudonyms);
    access::ReleaseDetail detail{grant, entry.dataset, entry.researcher, entry.purposes, 1, {}};
    for (const auto& one : command.pseudonyms) detail.answers.push_back({one, one == patient ? "permit" : "consent_denies"});
    const auto transaction = backend.sign(CommandKind::record_release, contracts::encode(command), gateway.key);
    backend.seal(transaction, {true, "released", contracts::encode(detail)},
                 {{state::index_key(IndexKind::access_of_patient, patient), 0},
                  {state::index_key(IndexKind::access_by_actor, entry.researcher), 0},
                  {state::index_key(IndexKind::access_of_dataset, entry.dataset), 0},
                  {state::index_key(IndexKind::access_at_custodian, entry.custodian), 0}});
    releases_[request] = transaction;
}

void World::add_batch(const Person& gateway, const std::string& custodian, const types::Pseudonym& patient) {
    std::vector<access::AccessRow> rows(2);
    rows[0] = {pseudonym("somebody else"), "nurse-7", "TREAT", "Observation", "read", backend.now() - 5000, {}};
    rows[1] = {patient, "clinician", "TREAT", "MedicationRequest", "read", backend.now() - 4000, {}};
    const types::Part part{types::PartClass::rows, types::RetentionClass::access_log, {}, {}, access::encode_rows(rows)};
    backend.put_part(part);
    access::AccessBatch command{custodian, 0, rows[0].occurred_at_ms, rows[1].occurred_at_ms, 2, {}};
    types::Payload payload;
    payload.kind = static_cast<std::uint64_t>(CommandKind::access_batch);
    payload.expires_at_ms = backend.now() + 60000;
    payload.parts = {types::part_commitment(types::encode(part))};
    payload.body = contracts::encode(command);
    const auto transaction = types::sign(payload, gateway.key, backend.genesis_hash());
    backend.seal(transaction, {true, "batch_recorded", contracts::encode(access::BatchDetail{custodian, 0, 2, false})},
                 {{state::index_key(IndexKind::access_of_patient, patient), 1}, {state::index_key(IndexKind::access_at_custodian, custodian), 0}});
}

void World::add_reads(const types::Pseudonym& patient, const std::string& reader) {
    access::RecordReads command{0, {{reader, access::ReadSubject::patient_trail, patient, "", backend.now(), 3}}};
    const auto transaction = backend.sign(CommandKind::record_reads, contracts::encode(command), people_.at("node@val-a").key);
    backend.seal(transaction, {true, "reads_recorded", {}},
                 {{state::index_key(IndexKind::trail_read_of_patient, patient), 0}, {state::index_key(IndexKind::trail_read_at, "node@val-a"), 0}});
}

World::World() : patient_a(pseudonym("patient a")), patient_b(pseudonym("patient b")) {
    for (const char* id : {"hospital-a", "hospital-b", "uni-u", "uni-v", "ministry"}) {
        const std::string name(id);
        backend.put(governance::organisation_key(name), governance::Organisation{name, "The " + name, "hospital", "DE", true});
        add("operator@" + name, {Role::hospital_operator});
    }
    for (const char* id : {"hospital-a", "hospital-b"}) {
        const std::string name(id);
        add("gateway@" + name, {Role::gateway});
        add("clinician@" + name, {Role::clinician});
        add("dac@" + name, {Role::dac});
        backend.put(governance::policy_key(name), governance::CustodianPolicy{name, governance::ImplicitPolicy::deny_all, 1});
    }
    add("alice@uni-u", {Role::researcher});
    add("bob@uni-v", {Role::researcher});
    add("regulator@ministry", {Role::regulator});
    add("observer@ministry", {Role::observer});
    add("admin@hospital-a", {Role::node_admin});
    add_patient(patient_a, "hospital-a");
    add_patient(patient_b, "hospital-b");

    Person& node = people_["node@val-a"];
    node.id = "node@val-a";
    node.spki = spki("val-a");
    types::Validator validator;
    validator.name = "val-a";
    validator.organisation = "hospital-a";
    validator.service_key = node.key.public_key();
    validator.tls_spki = node.spki;
    backend.use_validators({0, {validator}});

    add_dataset("ds-a", "hospital-a");
    add_dataset("ds-b", "hospital-b");
    add_request("req-a", "alice@uni-u", "ds-a", "hospital-a");
    add_request("req-b", "bob@uni-v", "ds-b", "hospital-b");
    add_withdrawal("req-a.g0", patient_a);
    add_withdrawal("req-b.g0", patient_b);
    add_emergency("bg-a", "hospital-a", patient_a);
    add_emergency("bg-b", "hospital-b", patient_b);
    add_model("model-a", "ds-a", "req-a.g0");
    add_consent("hospital-a", patient_a, consent_a);
    add_consent("hospital-b", patient_b, consent_b);
    for (auto& [id, person] : people_) {
        const auto command = contracts::encode(access::DeclareConflict{"req-a", "colleague"});
        person.own_transaction = backend.sign(CommandKind::declare_conflict, command, person.key);
        backend.seal(*person.own_transaction, {true, "conflict_declared", {}});
    }
    foreign_transaction = *people_.at("operator@hospital-b").own_transaction;
    add_release(people_.at("gateway@hospital-a"), "req-a", patient_a);
    add_release(people_.at("gateway@hospital-b"), "req-b", patient_b);
    release_a = releases_.at("req-a");
    add_batch(people_.at("gateway@hospital-a"), "hospital-a", patient_a);
    add_reads(patient_a, "regulator@ministry");
    add_reads(patient_b, "regulator@ministry");
    service = std::make_unique<api::handlers::Service>(backend, api::handlers::ServiceConfig{"test", 1e6, 1e6, 1e6, 1e6});
}

const Person* World::person(api::routes::Viewer viewer) const {
    using api::routes::Viewer;
    const auto named = [&](const std::string& id) { return &people_.at(id); };
    switch (viewer) {
        case Viewer::anonymous: return nullptr;
        case Viewer::hospital_operator: return named("operator@hospital-a");
        case Viewer::gateway: return named("gateway@hospital-a");
        case Viewer::clinician: return named("clinician@hospital-a");
        case Viewer::patient: return named(governance::patient_actor_id(patient_a, "hospital-a"));
        case Viewer::researcher: return named("alice@uni-u");
        case Viewer::dac: return named("dac@hospital-a");
        case Viewer::regulator: return named("regulator@ministry");
        case Viewer::node_admin: return named("admin@hospital-a");
        case Viewer::node: return named("node@val-a");
        case Viewer::observer: return named("observer@ministry");
    }
    return nullptr;
}

api::http::Response World::ask(const Person* who, const Call& call) {
    api::http::Request request;
    request.method = call.method;
    const std::size_t question = call.target.find('?');
    request.path = call.target.substr(0, question);
    if (question != std::string::npos) request.query = call.target.substr(question + 1);
    request.headers = call.headers;
    request.body = call.body;
    request.peer.address = call.address;
    if (who != nullptr) request.peer.spki = who->spki;
    request.request_id = "0123456789abcdef0123456789abcdef";
    auto promise = std::make_shared<std::promise<api::http::Response>>();
    auto answer = promise->get_future();
    service->handler()(std::move(request), [promise](api::http::Response response) { promise->set_value(std::move(response)); });
    return answer.get();
}

std::string World::get(const Person* who, const std::string& target) {
    const auto response = ask(who, {"GET", target, {}, {}, "192.0.2.1"});
    return std::to_string(response.status) + ' ' + std::string(base::as_text(response.body));
}

}  // namespace placet::test

// The table itself. One line of access per role: read it against the role table of the security documents.
#include "api/routes/table.hpp"

#include "ledger/base/assert.hpp"

namespace placet::api::routes {
namespace {

using Place = Parameter::Place;
using Type = Parameter::Type;
using Presence = Parameter::Presence;

constexpr std::string_view kJson = "application/json";
constexpr std::string_view kCbor = "application/cbor";
constexpr std::string_view kText = "text/plain";

/// Letters in the order of Viewer: anonymous, operator, gateway, clinician, patient, researcher, dac, regulator, node_admin, node,
/// observer. '-' none, 'o' own, 'a' all.
constexpr Access access(std::string_view letters) {
    Access out{};
    for (std::size_t i = 0; i < kViewers; ++i) out[i] = letters[i] == 'a' ? Reach::all : letters[i] == 'o' ? Reach::own : Reach::none;
    return out;
}

Parameter path(std::string_view name, std::string_view description, Type type = Type::text) {
    return {Place::path, name, description, type, Presence::required};
}
Parameter query(std::string_view name, std::string_view description, Type type = Type::text) { return {Place::query, name, description, type, Presence::optional}; }
Parameter required(std::string_view name, std::string_view description, Type type) { return {Place::query, name, description, type, Presence::required}; }

const Parameter kWait{Place::header, "Prefer", "wait=N: wait at most N seconds (up to 30) for the sealed receipt (RFC 7240)", Type::text, Presence::optional};
const Parameter kLimit = query("limit", "items on the page, 1 to 100 (default 50)", Type::number);
const Parameter kCursor = query("cursor", "where the page before ended: its `next`, unchanged");
const Parameter kFrom = query("from", "recorded at or after this instant (RFC 3339)", Type::instant);
const Parameter kTo = query("to", "recorded before this instant (RFC 3339)", Type::instant);
const Parameter kSubject = query("subject", "a patient's pseudonym, 64 hexadecimal digits", Type::hex);
const Parameter kCustodian = query("custodian", "organisation that holds the records (default: your own)");

Answer page(std::string_view description) { return {200, kJson, "Page", description}; }
Answer object(std::string_view description) { return {200, kJson, "Object", description}; }

void add_transactions(std::vector<Route>& routes) {
    routes.push_back({Operation::submit_transaction, "submitTransaction", "POST", "/v1/transactions", "transactions",
                      "Submit a signed transaction with its parts; idempotent by transaction id", "", access("aaaaaaaaaaa"),
                      {kWait}, {kCbor, kJson}, "Submission",
                      {{201, kJson, "Receipt", "sealed: the receipt with the quorum certificate"},
                       {200, kJson, "Receipt", "sealed before: the same receipt"},
                       {202, kJson, "Pending", "accepted in memory, nothing more; Location says where to ask"}},
                      Route::Audit::none});
    routes.push_back({Operation::read_transaction, "readTransaction", "GET", "/v1/transactions/{id}", "transactions", "The receipt of a transaction",
                      "signed by you; for an operator or gateway, by anybody of the organisation; for a patient, about her alone",
                      access("-ooooooaoaa"), {path("id", "transaction id, 64 hexadecimal digits", Type::hex), kWait}, {}, "",
                      {{200, kJson, "Receipt", "the receipt"}, {202, kJson, "Pending", "not sealed within the wait"}}, Route::Audit::none});
    routes.push_back({Operation::transaction_proof, "proveTransaction", "GET", "/v1/transactions/{id}/proof", "proofs",
                      "A bundle that proves the transaction and its outcome offline (placet verify)", "as for the receipt", access("-ooooooaoaa"),
                      {path("id", "transaction id, 64 hexadecimal digits", Type::hex)}, {}, "",
                      {{200, kCbor, "", "one canonical CBOR item"}}, Route::Audit::recorded});
}

void add_consents(std::vector<Route>& routes) {
    routes.push_back({Operation::list_consents, "listConsents", "GET", "/v1/consents", "consents", "Consents of a patient, or of a custodian's patients",
                      "at your own custodian; for a patient, her own", access("-oooo--a---"), {kSubject, kCustodian, kLimit, kCursor}, {}, "",
                      {page("consents, ascending by patient and id")}, Route::Audit::recorded});
    routes.push_back({Operation::read_consent, "readConsent", "GET", "/v1/consents/{id}", "consents", "One consent with what its document says in codes",
                      "at your own custodian; for a patient, her own", access("-oooo--a---"),
                      {path("id", "custodian.pseudonym.consent-id, as in the list")}, {}, "", {object("the consent")}, Route::Audit::recorded});
    routes.push_back({Operation::read_patient, "readPatient", "GET", "/v1/patients/{pseudonym}", "consents", "An enrolled pseudonym: key bound, datasets",
                      "at your own custodian; for a patient, herself", access("-oooo--a---"),
                      {path("pseudonym", "64 hexadecimal digits", Type::hex), kCustodian}, {}, "", {object("the patient's entry")}, Route::Audit::recorded});
}

void add_datasets(std::vector<Route>& routes) {
    routes.push_back({Operation::list_datasets, "listDatasets", "GET", "/v1/datasets", "datasets", "Datasets on offer, with their DUO terms", "",
                      access("-aaaaaaaaaa"), {query("custodian", "only those of this organisation"), kLimit, kCursor}, {}, "", {page("datasets, ascending by id")},
                      Route::Audit::none});
    routes.push_back({Operation::read_dataset, "readDataset", "GET", "/v1/datasets/{id}", "datasets", "One dataset", "", access("-aaaaaaaaaa"),
                      {path("id", "dataset id")}, {}, "", {object("the dataset")}, Route::Audit::none});
}

void add_diseases(std::vector<Route>& routes) {
    routes.push_back({Operation::list_disease_tables, "listDiseaseTables", "GET", "/v1/disease-tables", "datasets",
                      "Tables of diseases on the ledger, with the digests that are voted for, and which is in force", "", access("-aaaaaaaaaa"),
                      {kLimit, kCursor}, {}, "", {page("tables, ascending by id")}, Route::Audit::none});
}

void add_requests(std::vector<Route>& routes) {
    constexpr std::string_view kOwn = "a researcher's own; an operator's or gateway's: by its researchers or over its datasets; a committee member's: before her committee";
    routes.push_back({Operation::list_requests, "listAccessRequests", "GET", "/v1/access-requests", "access", "Requests for access with decisions and votes", kOwn,
                      access("-oo--ooa-aa"),
                      {query("state", "submitted, review, granted, refused or withdrawn"), query("dataset", "that name this dataset"),
                       query("researcher", "by this actor"), kLimit, kCursor}, {}, "", {page("requests, ascending by id")}, Route::Audit::none});
    routes.push_back({Operation::read_request, "readAccessRequest", "GET", "/v1/access-requests/{id}", "access", "One request", kOwn, access("-oo--ooa-aa"),
                      {path("id", "request id")}, {}, "", {object("the request")}, Route::Audit::none});
    routes.push_back({Operation::check_request, "checkAccessRequest", "POST", "/v1/access-requests/check", "access",
                      "What the terms of datasets would answer: rules only, no counts, nothing is recorded", "", access("-aa--aaaaaa"),
                      {}, {kJson, kCbor}, "AccessRequest", {object("decision and reasons per dataset")}, Route::Audit::none});
    routes.push_back({Operation::list_grants, "listGrants", "GET", "/v1/grants", "access", "Grants", kOwn, access("-oo--ooa-aa"),
                      {query("dataset", "over this dataset"), query("researcher", "of this actor"), kLimit, kCursor}, {}, "", {page("grants, ascending by id")},
                      Route::Audit::none});
    routes.push_back({Operation::read_grant, "readGrant", "GET", "/v1/grants/{id}", "access", "One grant", kOwn, access("-oo--ooa-aa"),
                      {path("id", "grant id")}, {}, "", {object("the grant")}, Route::Audit::none});
}

void add_lineage(std::vector<Route>& routes) {
    routes.push_back({Operation::dataset_lineage, "readDatasetLineage", "GET", "/v1/datasets/{id}/lineage", "lineage",
                      "All that a dataset was made from, and all that was made from it: datasets, synthetic data, trained models", "",
                      access("-aaaaaaaaaa"), {path("id", "dataset id")}, {}, "", {object("datasets and edges")}, Route::Audit::none});
    routes.push_back({Operation::patient_lineage, "readPatientLineage", "GET", "/v1/patients/{pseudonym}/lineage", "lineage",
                      "What a patient's withdrawal touches: datasets, grants with their holders, what was made under them",
                      "at your own custodian; for a patient, herself", access("-oooo--a---"),
                      {path("pseudonym", "64 hexadecimal digits", Type::hex), kCustodian}, {}, "", {object("datasets, grants and edges")}, Route::Audit::recorded});
    routes.push_back({Operation::list_withdrawals, "listWithdrawals", "GET", "/v1/withdrawals", "lineage",
                      "Withdrawals that holders of grants were told of, who has acknowledged, and since when the others have not",
                      "of the grants you hold (researcher); over your custodian's datasets (operator, gateway); her own (patient)",
                      access("-oo-oo-a--a"), {query("state", "waiting, overdue or acknowledged"), query("grant", "under this grant"), kLimit, kCursor}, {}, "",
                      {page("withdrawals, ascending by grant and patient")}, Route::Audit::recorded});
}

void add_trails(std::vector<Route>& routes) {
    routes.push_back({Operation::list_break_glass, "listBreakGlass", "GET", "/v1/break-glass", "trail",
                      "Emergency accesses: who broke the glass, why, what consents say of it, and how its review stands",
                      "at your own custodian (operator, gateway, clinician); about herself (patient)", access("-oooo--a--a"),
                      {kCustodian, query("state", "open, overdue, justified or unjustified"), kLimit, kCursor}, {}, "",
                      {page("emergency accesses, ascending by custodian and id")}, Route::Audit::recorded});
    routes.push_back({Operation::list_access_events, "listAccessEvents", "GET", "/v1/access-events", "trail",
                      "Who saw which data, when, why, and what was refused: by exactly one of subject, dataset, researcher, custodian",
                      "about herself (patient); at her custodian (operator, gateway); her own events (clinician); her own use (researcher); her committee's datasets (dac)",
                      access("-ooooooa-aa"),
                      {kSubject, query("dataset", "dataset id"), query("researcher", "actor id"), query("custodian", "organisation that recorded"), kFrom, kTo, kLimit, kCursor},
                      {}, "", {page("events in the order of the ledger")}, Route::Audit::recorded});
    routes.push_back({Operation::list_trail_reads, "listTrailReads", "GET", "/v1/trail-reads", "trail", "Who read the trail of a patient, or read through a node",
                      "about herself (patient); at her custodian (operator)", access("-o--o--a-aa"),
                      {kSubject, kCustodian, query("node", "name of the validator that served the reads"), kFrom, kTo, kLimit, kCursor}, {}, "",
                      {page("reads in the order of the ledger")}, Route::Audit::recorded});
}

void add_chain(std::vector<Route>& routes) {
    routes.push_back({Operation::list_blocks, "listBlocks", "GET", "/v1/blocks", "chain", "Sealed blocks; as a CBOR sequence of whole records for followers",
                      "heads only, no contents", access("-ooooooaoaa"),
                      {query("from", "first height (default: the newest 50)", Type::number), query("limit", "blocks, 1 to 100 (default 50)", Type::number)}, {}, "",
                      {page("heads, ascending"), {200, "application/cbor-seq", "", "whole records (RFC 8742), for validators, observers and regulators"}}, Route::Audit::none});
    routes.push_back({Operation::read_block, "readBlock", "GET", "/v1/blocks/{height}", "chain", "One sealed block", "its head only, no contents", access("-ooooooaoaa"),
                      {path("height", "from 1", Type::number)}, {}, "", {object("its head"), {200, kCbor, "", "the whole record"}}, Route::Audit::none});
    routes.push_back({Operation::read_checkpoint, "readCheckpoint", "GET", "/v1/checkpoint", "chain", "The newest seal: JSON, certificate, or C2SP checkpoint text", "",
                      access("aaaaaaaaaaa"), {}, {}, "",
                      {object("the certificate"), {200, kCbor, "", "the certificate"}, {200, kText, "", "C2SP tlog-checkpoint body"}}, Route::Audit::none});
    routes.push_back({Operation::consistency_proof, "proveConsistency", "GET", "/v1/proofs/consistency", "proofs", "A bundle that the log only grew between two heights", "",
                      access("aaaaaaaaaaa"), {required("from", "older height, from 1", Type::number), required("to", "newer height", Type::number)}, {}, "",
                      {{200, kCbor, "", "one canonical CBOR item"}}, Route::Audit::none});
    routes.push_back({Operation::state_proof, "proveState", "GET", "/v1/proofs/state", "proofs", "A bundle that the map holds, or does not hold, an entry",
                      "entries of governance and datasets; at your own custodian; for a patient, her own", access("-ooooooaoaa"),
                      {required("key", "the map key's canonical CBOR in hexadecimal", Type::hex)}, {}, "", {{200, kCbor, "", "one canonical CBOR item"}}, Route::Audit::recorded});
    routes.push_back({Operation::index_proof, "proveIndex", "GET", "/v1/proofs/index", "proofs", "A bundle that these are all rows of a sub-log",
                      "as for access-events", access("-oo-oo-a-aa"), {required("key", "the index key's canonical CBOR in hexadecimal", Type::hex)}, {}, "",
                      {{200, kCbor, "", "one canonical CBOR item"}}, Route::Audit::recorded});
}

void add_members(std::vector<Route>& routes) {
    routes.push_back({Operation::list_validators, "listValidators", "GET", "/v1/validators", "members", "The validators of an epoch, with their keys", "", access("aaaaaaaaaaa"),
                      {query("epoch", "number of the epoch (default: the one in force)", Type::number)}, {}, "", {object("epoch, n, f, q and validators")}, Route::Audit::none});
    routes.push_back({Operation::read_status, "readStatus", "GET", "/v1/status", "members", "Health, height, view and peers of this node", "", access("aaaaaaaaaaa"),
                      {}, {}, "", {object("the status")}, Route::Audit::none});
    routes.push_back({Operation::list_organisations, "listOrganisations", "GET", "/v1/organisations", "members", "Member organisations", "", access("-aaaaaaaaaa"),
                      {kLimit, kCursor}, {}, "", {page("organisations, ascending by id")}, Route::Audit::none});
    routes.push_back({Operation::list_actors, "listActors", "GET", "/v1/actors", "members", "Enrolled actors; patients only at their own custodian",
                      "patients' actors only at your own custodian, or your own", access("-ooooooaooo"),
                      {query("organisation", "only of this organisation"), query("role", "only with this role"), kLimit, kCursor}, {}, "", {page("actors, ascending by id")},
                      Route::Audit::none});
    routes.push_back({Operation::read_actor, "readActor", "GET", "/v1/actors/{id}", "members", "One actor", "as in the list", access("-ooooooaooo"),
                      {path("id", "name@organisation; \"me\" is whoever asks")}, {}, "", {object("the actor")}, Route::Audit::none});
    routes.push_back({Operation::list_policies, "listPolicies", "GET", "/v1/policies", "members", "Custodians' implicit policies: what holds without a consent", "",
                      access("-aaaaaaaaaa"), {kLimit, kCursor}, {}, "", {page("policies, ascending by custodian")}, Route::Audit::none});
}

void add_operation(std::vector<Route>& routes) {
    const auto plain = [&](Operation operation, std::string_view id, std::string_view at, std::string_view summary) {
        routes.push_back({operation, id, "GET", at, "operation", summary, "", access("aaaaaaaaaaa"), {}, {}, "",
                          {{200, kText, "", "yes"}, {503, kText, "", "no, with reasons"}}, Route::Audit::none});
    };
    plain(Operation::livez, "livez", "/livez", "The process runs");
    plain(Operation::startupz, "startupz", "/startupz", "The start-up checks are done");
    plain(Operation::readyz, "readyz", "/readyz", "Safe to query; ?verbose lists the reasons");
    routes.back().parameters.push_back(query("verbose", "list every reason", Type::flag));
    routes.push_back({Operation::metrics, "metrics", "GET", "/metrics", "operation", "Prometheus metrics", "asked from this machine", access("oa-----aaaa"), {}, {}, "",
                      {{200, kText, "", "text exposition format"}}, Route::Audit::none});
    routes.push_back({Operation::openapi, "openapi", "GET", "/openapi.json", "operation", "This description", "", access("aaaaaaaaaaa"), {}, {}, "",
                      {object("OpenAPI 3.1")}, Route::Audit::none});
}

std::vector<Route> make_table() {
    std::vector<Route> routes;
    add_transactions(routes);
    add_consents(routes);
    add_datasets(routes);
    add_diseases(routes);
    add_requests(routes);
    add_lineage(routes);
    add_trails(routes);
    add_chain(routes);
    add_members(routes);
    add_operation(routes);
    return routes;
}

}  // namespace

std::string_view to_string(Viewer viewer) noexcept {
    constexpr std::array<std::string_view, kViewers> kNames = {"anonymous", "operator", "gateway", "clinician", "patient", "researcher",
                                                               "dac", "regulator", "node_admin", "node", "observer"};
    return kNames[static_cast<std::size_t>(viewer)];
}

std::string_view to_string(Reach reach) noexcept {
    switch (reach) {
        case Reach::none: return "none";
        case Reach::own: return "own";
        case Reach::all: return "all";
    }
    return "";
}

const std::vector<Route>& table() {
    static const std::vector<Route> kTable = make_table();
    return kTable;
}

const Route& route_of(Operation operation) {
    for (const Route& route : table())
        if (route.operation == operation) return route;
    ASSERT(false, "an operation without a route");
    return table().front();
}

}  // namespace placet::api::routes

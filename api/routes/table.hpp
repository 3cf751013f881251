// The one table of the REST API: router, authorisation and OpenAPI are made of it, so they cannot disagree. A route that is
// not here does not exist; a role that a route does not name is denied.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace placet::api::routes {

/// Who asks: the roles of the ledger (contracts/governance/roles.hpp), and nobody known.
enum class Viewer : std::uint8_t {
    anonymous,
    hospital_operator,
    gateway,
    clinician,
    patient,
    researcher,
    dac,
    regulator,
    node_admin,
    node,
    observer,
};
inline constexpr std::size_t kViewers = 11;
[[nodiscard]] std::string_view to_string(Viewer viewer) noexcept;

/// How much a viewer sees through a route. `own` is decided object by object (auth/ownership.hpp): another's object is 404.
enum class Reach : std::uint8_t { none, own, all };
[[nodiscard]] std::string_view to_string(Reach reach) noexcept;
using Access = std::array<Reach, kViewers>;

enum class Operation : std::uint8_t {
    submit_transaction,
    read_transaction,
    transaction_proof,
    list_consents,
    read_consent,
    list_datasets,
    list_disease_tables,
    read_dataset,
    list_requests,
    read_request,
    check_request,
    list_grants,
    read_grant,
    dataset_lineage,
    patient_lineage,
    list_withdrawals,
    list_break_glass,
    list_access_events,
    list_trail_reads,
    list_blocks,
    read_block,
    read_checkpoint,
    consistency_proof,
    state_proof,
    index_proof,
    list_validators,
    read_status,
    list_organisations,
    list_actors,
    read_actor,
    read_patient,
    list_policies,
    livez,
    startupz,
    readyz,
    metrics,
    openapi,
};
inline constexpr std::size_t kOperations = 37;

struct Parameter {
    enum class Place : std::uint8_t { path, query, header } place = Place::query;
    std::string_view name;
    std::string_view description;
    enum class Type : std::uint8_t { text, number, hex, instant, flag } type = Type::text;
    enum class Presence : std::uint8_t { optional, required } presence = Presence::optional;
};

struct Answer {
    unsigned status = 200;
    std::string_view media_type;
    std::string_view schema;  ///< name under components/schemas; empty = octets or plain text
    std::string_view description;
};

struct Route {
    Operation operation = Operation::livez;
    std::string_view id;      ///< operationId
    std::string_view method;
    std::string_view path;    ///< "/v1/transactions/{id}"
    std::string_view tag;
    std::string_view summary;
    std::string_view own;     ///< what "own" means here; empty if nobody has reach own
    Access access{};
    std::vector<Parameter> parameters;
    std::vector<std::string_view> request_types;  ///< media types of a body; empty = no body
    std::string_view request_schema;              ///< of the JSON form
    std::vector<Answer> answers;                  ///< of success; problems are the same everywhere
    /// True if what it answers is about patients' data and recorded before it is answered.
    enum class Audit : std::uint8_t { none, recorded } audit = Audit::none;
};

[[nodiscard]] const std::vector<Route>& table();
[[nodiscard]] const Route& route_of(Operation operation);

struct Match {
    const Route* route = nullptr;  ///< null: no such path, or no such method there
    std::map<std::string, std::string, std::less<>> path_parameters;  ///< percent-decoded
    std::vector<std::string_view> allowed;  ///< methods of the path, for 405; empty = no such path (404)
};
/// A path that does not percent-decode matches nothing.
[[nodiscard]] Match match(std::string_view method, std::string_view path);

/// OpenAPI 3.1 of the table, as JSON text; made once per version.
[[nodiscard]] std::string openapi_json(std::string_view version);

}  // namespace placet::api::routes

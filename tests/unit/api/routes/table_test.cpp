// The table: complete, unambiguous, and what router and OpenAPI make of it.
#include <catch2/catch.hpp>

#include <set>

#include <nlohmann/json.hpp>

#include "api/dto/json.hpp"
#include "api/routes/table.hpp"

using namespace placet::api;
using namespace placet::api::routes;

TEST_CASE("every operation has exactly one route, and every id and place is unique") {
    std::set<Operation> operations;
    std::set<std::string_view> ids;
    std::set<std::string> places;
    for (const Route& route : table()) {
        CHECK(operations.insert(route.operation).second);
        CHECK(ids.insert(route.id).second);
        CHECK(places.insert(std::string(route.method) + ' ' + std::string(route.path)).second);
        CHECK_FALSE(route.answers.empty());
        const bool somebody_owns = std::ranges::find(route.access, Reach::own) != route.access.end();
        CHECK(somebody_owns == !route.own.empty());
    }
    CHECK(operations.size() == kOperations);
}

TEST_CASE("only what a person may see without a certificate is open to nobody known") {
    std::set<std::string_view> open;
    for (const Route& route : table())
        if (route.access[static_cast<std::size_t>(Viewer::anonymous)] != Reach::none) open.insert(route.id);
    CHECK(open == std::set<std::string_view>{"submitTransaction", "readCheckpoint", "proveConsistency", "listValidators", "readStatus", "livez", "startupz",
                                             "readyz", "metrics", "openapi"});
}

TEST_CASE("paths are matched whole; literals win over parameters; wrong methods name the right ones") {
    CHECK(match("GET", "/v1/transactions/ab/proof").route->id == "proveTransaction");
    CHECK(match("GET", "/v1/actors/anna%40hospital-a").path_parameters.at("id") == "anna@hospital-a");
    CHECK(match("POST", "/v1/access-requests/check").route->id == "checkAccessRequest");
    CHECK(match("GET", "/v1/access-requests/check").route->id == "readAccessRequest");
    CHECK(match("DELETE", "/v1/transactions").route == nullptr);
    CHECK(match("DELETE", "/v1/transactions").allowed == std::vector<std::string_view>{"POST"});
    for (const char* path : {"/", "/v1", "/v1/transactions/", "/v1//transactions", "/v1/transactions/a/b/c", "/v1/transactions/%zz", "/V1/status", "/v1/status/"})
        CHECK(match("GET", path).route == nullptr);
}

TEST_CASE("the OpenAPI description is JSON, names every route once, and its references resolve") {
    const auto parsed = dto::parse_json(openapi_json("1.2.3"));
    REQUIRE(parsed.has_value());
    CHECK((*parsed)["openapi"] == "3.1.0");
    CHECK((*parsed)["info"]["version"] == "1.2.3");
    std::set<std::string> ids;
    for (const auto& [path, item] : (*parsed)["paths"].items())
        for (const auto& [method, operation] : item.items()) ids.insert(operation["operationId"].get<std::string>());
    CHECK(ids.size() == table().size());
    const std::string text = openapi_json("1");
    const std::string prefix = "\"#/components/schemas/";
    for (std::size_t at = text.find(prefix); at != std::string::npos; at = text.find(prefix, at + 1)) {
        const std::string name = text.substr(at + prefix.size(), text.find('"', at + prefix.size()) - at - prefix.size());
        CAPTURE(name);
        CHECK((*parsed)["components"]["schemas"].contains(name));
    }
}

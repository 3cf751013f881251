// OpenAPI 3.1 from the table.
#include "api/dto/json_writer.hpp"
#include "api/routes/table.hpp"

namespace placet::api::routes {
namespace {

using dto::JsonWriter;

constexpr std::string_view kSchemas = R"({
"Problem":{"type":"object","description":"RFC 9457","required":["type","title","status"],"properties":{"type":{"type":"string"},"title":{"type":"string"},"status":{"type":"integer"},"detail":{"type":"string"},"field":{"type":"string"},"request_id":{"type":"string"},"transaction":{"type":"string"}}},
"Page":{"type":"object","required":["items","height"],"properties":{"items":{"type":"array","maxItems":100,"items":{"type":"object"}},"next":{"type":"string","description":"cursor of the next page; absent on the last"},"height":{"type":"integer","description":"sealed height at which this is true"},"block_time":{"type":"string","format":"date-time"}}},
"Object":{"type":"object"},
"Pending":{"type":"object","required":["transaction","status"],"properties":{"transaction":{"type":"string"},"status":{"const":"pending"}}},
"Certificate":{"type":"object","required":["height","root","signers","cbor"],"properties":{"epoch":{"type":"integer"},"height":{"type":"integer"},"size":{"type":"integer"},"root":{"type":"string"},"block_time":{"type":"string","format":"date-time"},"signers":{"type":"array","items":{"type":"integer"}},"cbor":{"type":"string","contentEncoding":"base64"}}},
"Receipt":{"type":"object","required":["transaction","height","leaf_index","block_time","accepted","code","detail_cbor","certificate"],"properties":{"transaction":{"type":"string"},"height":{"type":"integer"},"leaf_index":{"type":"integer"},"block_time":{"type":"string","format":"date-time"},"accepted":{"type":"boolean"},"code":{"type":"string"},"sentence":{"type":"string"},"advice":{"type":"string"},"detail":{},"detail_cbor":{"type":"string","contentEncoding":"base64"},"certificate":{"$ref":"#/components/schemas/Certificate"}}},
"Submission":{"type":"object","additionalProperties":false,"required":["transaction"],"properties":{"transaction":{"type":"string","contentEncoding":"base64","description":"COSE_Sign1"},"parts":{"type":"array","maxItems":8,"items":{"type":"string","contentEncoding":"base64"}}}},
"AccessRequest":{"type":"object","additionalProperties":false,"required":["datasets"],"properties":{"datasets":{"type":"array","minItems":1,"maxItems":8,"items":{"type":"string"}},"duo_purposes":{"type":"array","items":{"type":"string"}},"diseases":{"type":"array","items":{"type":"string"}},"sensitive_population":{"type":"boolean"},"for_profit":{"enum":["unknown","no","yes"]},"commercial":{"enum":["unknown","no","yes"]},"phenotype_only":{"enum":["unknown","no","yes"]},"publishes":{"enum":["unknown","no","yes"]},"returns_results":{"enum":["unknown","no","yes"]},"months":{"type":"integer","minimum":1},"research_type":{"type":"string"},"collaboration":{"type":"string"},"accepted_at":{"type":"string","format":"date-time"}}}
})";

void write_schema_of(JsonWriter& writer, Parameter::Type type) {
    writer.key("schema").begin_object();
    switch (type) {
        case Parameter::Type::text: writer.key("type").text("string"); break;
        case Parameter::Type::number: writer.key("type").text("integer").key("minimum").uint(0); break;
        case Parameter::Type::hex: writer.key("type").text("string").key("pattern").text("^([0-9a-f]{2})+$"); break;
        case Parameter::Type::instant: writer.key("type").text("string").key("format").text("date-time"); break;
        case Parameter::Type::flag: writer.key("type").text("string").key("maxLength").uint(0); break;
    }
    writer.end_object();
}

void write_parameters(JsonWriter& writer, const Route& route) {
    if (route.parameters.empty()) return;
    writer.key("parameters").begin_array();
    for (const Parameter& parameter : route.parameters) {
        const bool is_path = parameter.place == Parameter::Place::path;
        writer.begin_object().key("name").text(parameter.name);
        writer.key("in").text(is_path ? "path" : parameter.place == Parameter::Place::query ? "query" : "header");
        writer.key("description").text(parameter.description);
        writer.key("required").boolean(parameter.presence == Parameter::Presence::required);
        if (parameter.type == Parameter::Type::flag) writer.key("allowEmptyValue").boolean(true);
        write_schema_of(writer, parameter.type);
        writer.end_object();
    }
    writer.end_array();
}

void write_content(JsonWriter& writer, std::string_view media_type, std::string_view schema) {
    writer.key(media_type).begin_object();
    if (!schema.empty()) writer.key("schema").begin_object().key("$ref").text("#/components/schemas/" + std::string(schema)).end_object();
    writer.end_object();
}

void write_body(JsonWriter& writer, const Route& route) {
    if (route.request_types.empty()) return;
    writer.key("requestBody").begin_object().key("required").boolean(true).key("content").begin_object();
    for (const std::string_view type : route.request_types) write_content(writer, type, type == "application/json" ? route.request_schema : "");
    writer.end_object().end_object();
}

void write_answers(JsonWriter& writer, const Route& route) {
    std::map<unsigned, std::vector<Answer>> by_status;
    for (const Answer& answer : route.answers) by_status[answer.status].push_back(answer);
    writer.key("responses").begin_object();
    for (const auto& [status, answers] : by_status) {
        writer.key(std::to_string(status)).begin_object().key("description").text(answers.front().description).key("content").begin_object();
        for (const Answer& answer : answers) write_content(writer, answer.media_type, answer.schema);
        writer.end_object().end_object();
    }
    writer.key("default").begin_object().key("description").text("a problem (RFC 9457)").key("content").begin_object();
    write_content(writer, "application/problem+json", "Problem");
    writer.end_object().end_object();
    writer.end_object();
}

void write_access(JsonWriter& writer, const Route& route) {
    writer.key("x-access").begin_object();
    for (std::size_t i = 0; i < kViewers; ++i)
        if (route.access[i] != Reach::none) writer.key(to_string(static_cast<Viewer>(i))).text(to_string(route.access[i]));
    writer.end_object();
    if (!route.own.empty()) writer.key("x-own").text(route.own);
    if (route.audit == Route::Audit::recorded) writer.key("x-audit").text("recorded before it is answered");
}

void write_operation(JsonWriter& writer, const Route& route) {
    writer.key(route.method == "GET" ? "get" : "post").begin_object();
    writer.key("operationId").text(route.id).key("summary").text(route.summary);
    writer.key("tags").begin_array().text(route.tag).end_array();
    write_parameters(writer, route);
    write_body(writer, route);
    write_answers(writer, route);
    // A client certificate where somebody unknown is not served.
    writer.key("security").begin_array();
    if (route.access[0] != Reach::none) writer.begin_object().end_object();
    writer.begin_object().key("clientCertificate").begin_array().end_array().end_object().end_array();
    write_access(writer, route);
    writer.end_object();
}

}  // namespace

std::string openapi_json(std::string_view version) {
    std::map<std::string_view, std::vector<const Route*>> by_path;
    for (const Route& route : table()) by_path[route.path].push_back(&route);
    JsonWriter writer;
    writer.begin_object().key("openapi").text("3.1.0").key("info").begin_object();
    writer.key("title").text("Placet").key("version").text(version);
    writer.key("description").text("A permissioned ledger of consent to use medical data and of every access to it. Every write is a signed transaction; every other call is a read of sealed state.");
    writer.key("license").begin_object().key("name").text("Apache-2.0").key("identifier").text("Apache-2.0").end_object().end_object();
    writer.key("paths").begin_object();
    for (const auto& [path, routes] : by_path) {
        writer.key(path).begin_object();
        for (const Route* route : routes) write_operation(writer, *route);
        writer.end_object();
    }
    writer.end_object();
    writer.key("components").begin_object().key("schemas").raw(kSchemas);
    writer.key("securitySchemes").begin_object().key("clientCertificate").begin_object().key("type").text("mutualTLS");
    writer.key("description").text("a self-signed client certificate whose key is enrolled on the ledger").end_object().end_object();
    writer.end_object().end_object();
    return std::move(writer).finish() + '\n';
}

}  // namespace placet::api::routes

// Parameters, problems, pages.
#include "api/handlers/context.hpp"

#include <charconv>

#include "api/dto/json.hpp"
#include "ledger/base/hex.hpp"

namespace placet::api::handlers {

using base::Error;
using base::ErrorCode;
using http::Problem;
using http::Response;

namespace {

unsigned status_of(ErrorCode code) {
    switch (code) {
        case ErrorCode::malformed:
        case ErrorCode::not_canonical: return 400;
        case ErrorCode::invalid_signature:
        case ErrorCode::unauthenticated: return 401;
        case ErrorCode::unauthorised: return 403;
        case ErrorCode::not_found: return 404;
        case ErrorCode::conflict: return 409;
        case ErrorCode::too_large: return 413;
        case ErrorCode::unsupported:
        case ErrorCode::expired:
        case ErrorCode::invalid_proof:
        case ErrorCode::invalid_value: return 422;
        case ErrorCode::busy: return 429;
        case ErrorCode::unavailable:
        case ErrorCode::timeout: return 503;
        case ErrorCode::corrupt:
        case ErrorCode::io:
        case ErrorCode::internal: return 500;
    }
    return 500;
}

std::string unknown_parameter(const routes::Route& route, std::string_view name) {
    std::vector<std::string> names;
    for (const routes::Parameter& parameter : route.parameters)
        if (parameter.place == routes::Parameter::Place::query) names.emplace_back(parameter.name);
    const auto near = dto::nearest_name(name, names);
    return "there is no such parameter" + (near ? ": did you mean \"" + *near + "\"?" : std::string());
}

bool is_query_parameter(const routes::Route& route, std::string_view name) {
    return std::ranges::any_of(route.parameters, [&](const routes::Parameter& parameter) {
        return parameter.place == routes::Parameter::Place::query && parameter.name == name;
    });
}

}  // namespace

const std::string& Context::path(std::string_view name) const { return match.path_parameters.find(name)->second; }

std::optional<std::string> Context::maybe(std::string_view name) const {
    const auto found = query.find(name);
    return found == query.end() ? std::nullopt : std::optional(found->second);
}

Problem problem_of(const Error& error) {
    const unsigned status = status_of(error.code);
    Problem problem{status, std::string(base::to_string(error.code)), error.message, error.field, {}, {}};
    if (status == 500) {
        problem.detail = "the server failed on this request; its log has the request id";
        problem.field.clear();
    }
    return problem;
}

std::unexpected<Problem> refused(const Error& error) { return std::unexpected(problem_of(error)); }

std::unexpected<Problem> not_found(std::string_view what) {
    return std::unexpected(Problem{404, "not_found", "there is no such " + std::string(what) + ", or it is not yours to see", {}, {}, {}});
}

std::unexpected<Problem> invalid(std::string_view field, std::string message) {
    return std::unexpected(Problem{400, "invalid_parameter", std::move(message), std::string(field), {}, {}});
}

std::expected<std::map<std::string, std::string, std::less<>>, Problem> read_query(const routes::Route& route, std::string_view query) {
    std::map<std::string, std::string, std::less<>> out;
    while (!query.empty()) {
        const std::size_t end = std::min(query.find('&'), query.size());
        const std::string_view pair = query.substr(0, end);
        query.remove_prefix(std::min(end + 1, query.size()));
        const std::size_t equals = std::min(pair.find('='), pair.size());
        auto name = http::percent_decode(pair.substr(0, equals));
        auto value = http::percent_decode(pair.substr(std::min(equals + 1, pair.size())));
        if (!name || !value) return invalid("query", "the query is not percent-encoded UTF-8");
        if (!is_query_parameter(route, *name)) return invalid(*name, unknown_parameter(route, *name));
        if (!out.emplace(*name, std::move(*value)).second) return invalid(*name, "this parameter is given more than once");
    }
    for (const routes::Parameter& parameter : route.parameters)
        if (parameter.place == routes::Parameter::Place::query && parameter.presence == routes::Parameter::Presence::required && !out.contains(parameter.name))
            return invalid(parameter.name, "this parameter is missing");
    return out;
}

std::expected<std::optional<std::uint64_t>, Problem> maybe_number(const Context& context, std::string_view name, std::uint64_t max) {
    const auto text = context.maybe(name);
    if (!text) return std::nullopt;
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), number);
    if (error != std::errc{} || end != text->data() + text->size() || number > max)
        return invalid(name, "expected a whole number from 0 to " + std::to_string(max));
    return number;
}

std::expected<std::optional<base::TimeMs>, Problem> maybe_instant(const Context& context, std::string_view name) {
    const auto text = context.maybe(name);
    if (!text) return std::nullopt;
    const auto instant = base::from_rfc3339(*text);
    if (!instant) return invalid(name, "expected an instant such as 2026-11-23T08:00:00Z");
    return *instant;
}

std::expected<contracts::Pseudonym, Problem> read_pseudonym(std::string_view text, std::string_view field) {
    const auto value = base::fixed_from_hex<contracts::Pseudonym>(text);
    if (!value) return invalid(field, "a pseudonym is 64 hexadecimal digits in lower case");
    return *value;
}

Response json_response(std::string json) {
    json += '\n';
    Response response = http::text_response(200, "application/json", json);
    response.set("Cache-Control", "private, no-store");
    return response;
}

Response octets_response(std::string_view media_type, base::Bytes body) {
    Response response;
    response.set("Content-Type", std::string(media_type));
    response.set("Cache-Control", "private, no-store");
    response.body = std::move(body);
    return response;
}

Response immutable(const Context& context, Response response) {
    const std::string tag = '"' + base::to_hex(crypto::sha256(response.body).view()).substr(0, 32) + '"';
    response.set("ETag", tag);
    response.set("Cache-Control", "private, max-age=31536000, immutable");
    if (context.request.header("if-none-match") != tag) return response;
    response.status = 304;
    response.body.clear();
    return response;
}

bool accepts(const Context& context, std::string_view media_type) noexcept {
    return context.request.header("accept").find(media_type) != std::string_view::npos;
}

std::expected<void, Problem> record_read(const Context& context, contracts::access::TrailRead read) {
    // What could not stand in the ledger's record of reads is not read either.
    if (read.name.size() > contracts::kMaxId) return invalid("query", "an id has at most " + std::to_string(contracts::kMaxId) + " octets");
    read.reader = context.principal.id();
    read.read_at_ms = context.backend.now_ms();
    const base::Status recorded = context.backend.record_read(read);
    if (recorded) return {};
    return std::unexpected(Problem{503, "read_not_recorded", "this read could not be recorded, so it is not answered: try again later", {}, {}, {}});
}

std::string make_cursor(routes::Operation operation, base::BytesView place) {
    base::cbor::Writer writer;
    writer.array(2).uint(static_cast<std::uint64_t>(operation)).bytes(place);
    return base::to_hex(std::move(writer).take());
}

std::expected<std::optional<base::Bytes>, Problem> read_cursor(const Context& context) {
    const auto text = context.maybe("cursor");
    if (!text) return std::nullopt;
    const auto bytes = base::from_hex(*text);
    if (!bytes) return invalid("cursor", "not a cursor of this server");
    base::cbor::Reader reader(*bytes);
    reader.array_of(2, "cursor");
    const std::uint64_t operation = reader.uint("operation");
    const base::BytesView place = reader.bytes(4096, "place");
    if (!reader.finish() || operation != static_cast<std::uint64_t>(context.route().operation)) return invalid("cursor", "not a cursor of this list");
    return base::to_bytes(place);
}

std::expected<Page, Problem> Page::open(const Context& context) {
    Page page(context);
    const auto limit = maybe_number(context, "limit", kMaxPage);
    if (!limit) return std::unexpected(limit.error());
    if (*limit == 0U) return invalid("limit", "a page has 1 to 100 items");
    page.limit_ = limit->value_or(kDefaultPage);
    auto after = read_cursor(context);
    if (!after) return std::unexpected(std::move(after).error());
    page.after_ = std::move(*after);
    page.writer_.begin_object().key("items").begin_array();
    return page;
}

void Page::add(std::string_view json, base::BytesView place) {
    writer_.raw(json);
    last_ = base::to_bytes(place);
    ++count_;
}

Response Page::close() && {
    writer_.end_array();
    if (more_) writer_.key("next").text(make_cursor(context_->route().operation, last_));
    writer_.key("height").uint(context_->state().height()).key("block_time").instant(context_->state().block_time_ms());
    writer_.end_object();
    return json_response(std::move(writer_).finish());
}

}  // namespace placet::api::handlers

// Reads with the strict JSON reader of api/fhir; no field is guessed, no unknown one passed over.
#include "api/gateway/messages.hpp"

#include <algorithm>

#include "api/fhir/fhir_time.hpp"
#include "api/fhir/json_line.hpp"
#include "api/fhir/printable.hpp"
#include "api/http/problem.hpp"
#include "contracts/access/commands.hpp"
#include "contracts/common/ids.hpp"
#include "ledger/base/hex.hpp"

namespace placet::api::gateway {

using base::ErrorCode;
using base::refuse;
using base::Result;
using base::Status;
using fhir::JsonKind;
using fhir::JsonMember;
using fhir::JsonValue;

namespace {

constexpr base::TimeMs kClockToleranceMs = 300'000;

Result<JsonValue> read_object(std::string_view text, std::initializer_list<std::string_view> known) {
    fhir::JsonLimits limits;
    limits.max_bytes = std::size_t{1} << 20;
    limits.max_depth = 4;
    const bool is_line = text.find('\n') == std::string_view::npos;
    PLACET_TRY_ASSIGN(JsonValue value, is_line ? fhir::parse_json_line(text, limits) : fhir::parse_json(text, limits));
    if (!value.is(JsonKind::object)) return refuse(ErrorCode::malformed, "expected a JSON object");
    for (const JsonMember& member : value.members)
        if (std::ranges::find(known, member.name) == known.end()) return refuse(ErrorCode::invalid_value, "unknown field", fhir::printable(member.name, 60));
    return value;
}

/// A code of [A-Za-z0-9._:-]: an id or code, never a name with a blank in it.
Result<std::string> read_code(const JsonValue& object, std::string_view name, std::string_view otherwise, std::size_t max_octets) {
    const JsonValue* value = object.find(name);
    if (value == nullptr && !otherwise.empty()) return std::string(otherwise);
    if (value == nullptr) return refuse(ErrorCode::malformed, "this field is missing", std::string(name));
    const bool good = value->is(JsonKind::string) && !value->text.empty() && value->text.size() <= max_octets && std::ranges::all_of(value->text, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == ':' || c == '-';
    });
    if (!good) return refuse(ErrorCode::invalid_value, "must be a code of letters, digits and . _ : -, at most " + std::to_string(max_octets) + " long", std::string(name));
    return value->text;
}

Result<ReportedAccess> read_access(std::string_view line, base::TimeMs now_ms) {
    PLACET_TRY_ASSIGN(const JsonValue object, read_object(line, {"patient", "staff", "purpose", "category", "action", "occurred_at"}));
    ReportedAccess out;
    out.patient = object.text_of("patient");
    if (!out.patient.starts_with("Patient/") || out.patient.size() > 80) return refuse(ErrorCode::invalid_value, "must be Patient/<id>", "patient");
    PLACET_TRY_ASSIGN(out.access.staff, read_code(object, "staff", "", 64));
    PLACET_TRY_ASSIGN(out.access.purpose, read_code(object, "purpose", "", 32));
    PLACET_TRY_ASSIGN(out.access.category, read_code(object, "category", "", 64));
    PLACET_TRY_ASSIGN(out.access.action, read_code(object, "action", "read", 16));
    out.access.occurred_at_ms = now_ms;
    if (object.find("occurred_at") != nullptr) {
        const auto instant = base::from_rfc3339(object.text_of("occurred_at"));
        if (!instant) return refuse(ErrorCode::invalid_value, "must be an RFC 3339 instant with its zone", "occurred_at");
        if (*instant > now_ms + kClockToleranceMs) return refuse(ErrorCode::invalid_value, "lies in the future: set the system's clock", "occurred_at");
        out.access.occurred_at_ms = *instant;
    }
    return out;
}

unsigned status_of(ErrorCode code) noexcept {
    switch (code) {
        case ErrorCode::malformed:
        case ErrorCode::not_canonical: return 400;
        case ErrorCode::unauthenticated:
        case ErrorCode::invalid_signature: return 401;
        case ErrorCode::unauthorised: return 403;
        case ErrorCode::not_found: return 404;
        case ErrorCode::conflict: return 409;
        case ErrorCode::too_large: return 413;
        case ErrorCode::unsupported: return 415;
        case ErrorCode::expired:
        case ErrorCode::invalid_value: return 422;
        case ErrorCode::busy: return 429;
        case ErrorCode::unavailable:
        case ErrorCode::timeout:
        case ErrorCode::invalid_proof: return 503;
        default: return 500;
    }
}

}  // namespace

Result<ReleaseRequest> read_release_request(std::string_view body) {
    PLACET_TRY_ASSIGN(const JsonValue object, read_object(body, {"grant", "dataset", "categories", "format"}));
    ReleaseRequest out;
    PLACET_TRY_ASSIGN(out.grant, read_code(object, "grant", "", contracts::kMaxId));
    PLACET_TRY_ASSIGN(out.dataset, read_code(object, "dataset", "", contracts::kMaxId));
    PLACET_TRY_ASSIGN(const std::string format, read_code(object, "format", "bundle", 32));
    if (format != "bundle") return refuse(ErrorCode::unsupported, "the one format is \"bundle\": a FHIR R4 searchset", "format");
    if (const JsonValue* categories = object.find("categories")) {
        if (!categories->is(JsonKind::array) || categories->elements.size() > 32) return refuse(ErrorCode::invalid_value, "must be an array of at most 32 resource types", "categories");
        for (const JsonValue& one : categories->elements) {
            JsonValue wrapped = JsonValue::object();
            wrapped.set("categories", one);
            PLACET_TRY_ASSIGN(std::string category, read_code(wrapped, "categories", "", 64));
            out.categories.push_back(std::move(category));
        }
    }
    return out;
}

std::string in_line(std::size_t number, const std::string& field) {
    if (number == 0) return field;
    return "line " + std::to_string(number) + (field.empty() ? "" : ": " + field);
}

Result<std::vector<ReportedAccess>> read_accesses(std::string_view body, base::TimeMs now_ms, std::size_t first_line) {
    std::vector<ReportedAccess> out;
    const bool is_alone = first_line == 1 &&
                          fhir::parse_json(body, {.max_bytes = std::size_t{1} << 20, .max_depth = 4, .max_values = 64});
    if (is_alone) {
        PLACET_TRY_ASSIGN(ReportedAccess one, read_access(body, now_ms));
        out.push_back(std::move(one));
        return out;
    }
    for (std::size_t number = first_line; !body.empty(); ++number) {
        const std::size_t end = std::min(body.find('\n'), body.size());
        const std::string_view line = body.substr(0, end);
        body.remove_prefix(std::min(end + 1, body.size()));
        if (line.find_first_not_of(" \t\r") == std::string_view::npos) continue;
        auto one = read_access(line, now_ms);
        if (!one) return refuse(one.error().code, one.error().message, in_line(number, one.error().field));
        one->line = number;
        out.push_back(std::move(*one));
        if (out.size() > contracts::access::kMaxRowsPerBatch) return refuse(ErrorCode::too_large, "at most 1024 accesses at a time", "body");
    }
    if (out.empty()) return refuse(ErrorCode::malformed, "the body holds no access", "body");
    return out;
}

http::Response status_response(const StatusView& view) {
    JsonValue out = JsonValue::object();
    out.set("custodian", JsonValue::string(view.custodian));
    out.set("health", JsonValue::string(view.draining ? "stopping" : view.fault.empty() ? "healthy" : "degraded"));
    if (!view.fault.empty()) out.set("fault", JsonValue::string(view.fault));
    out.set("patients", JsonValue::number(view.patients));
    out.set("accesses", JsonValue::number(view.counts.accesses));
    out.set("accesses_waiting", JsonValue::number(view.counts.waiting));
    out.set("batches_sealed", JsonValue::number(view.counts.batches_sealed));
    out.set("rows_sealed", JsonValue::number(view.counts.rows_sealed));
    if (view.counts.oldest_waiting_ms != 0) out.set("oldest_waiting", JsonValue::string(base::to_rfc3339(view.counts.oldest_waiting_ms)));
    out.set("journal_entries", JsonValue::number(view.counts.journal_entries));
    out.set("torn_octets", JsonValue::number(view.counts.torn_octets));
    return http::text_response(200, "application/json", fhir::write_json(out));
}

http::Response journalled_response(std::size_t accesses, const CareCounts& counts) {
    JsonValue out = JsonValue::object();
    out.set("journalled", JsonValue::number(accesses));
    out.set("accesses", JsonValue::number(counts.accesses));
    return http::text_response(202, "application/json", fhir::write_json(out));
}

http::Response release_response(const Released& released) {
    http::Response out = http::text_response(200, "application/fhir+json", released.bundle);
    std::string ids;
    for (const types::TransactionId& id : released.transactions) ids += (ids.empty() ? "" : ",") + base::to_hex(id.view());
    out.set("Placet-Transactions", ids);
    out.set("Placet-Patients-Permitted", std::to_string(released.permitted));
    out.set("Placet-Patients-Refused", std::to_string(released.refused));
    out.set("Placet-Resources-Withheld", std::to_string(released.withheld));
    out.set("Cache-Control", "private, no-store");
    return out;
}

http::Response problem_response(const base::Error& error, const http::Request& request) {
    http::Problem problem;
    problem.status = status_of(error.code);
    problem.kind = base::to_string(error.code);
    problem.detail = error.message;
    problem.field = error.field;
    problem.request_id = request.request_id;
    return http::to_response(problem);
}

}  // namespace placet::api::gateway

// Requests for access and grants; the dry run of a request's terms.
#include "api/dto/described.hpp"
#include "api/dto/request.hpp"
#include "api/handlers/operations.hpp"
#include "contracts/access/rules.hpp"

namespace placet::api::handlers {
namespace {

namespace access = contracts::access;
namespace dataset = contracts::dataset;
using contracts::governance::Role;
using View = base::Result<std::optional<std::string>>;

std::string request_json(const access::Request& request) {
    dto::JsonWriter writer;
    writer.begin_object().key("id").text(request.asked.id).key("state").text(access::to_string(request.state()));
    dto::write_fields(writer, request);
    writer.end_object();
    return std::move(writer).finish();
}

/// Exact numbers of patients are for the custodian and regulators; others get them in tens (audit.md, Who sees what).
std::string grant_json(const Context& context, const access::Grant& grant) {
    const auto& principal = context.principal;
    const bool exact = context.sees_all() || (principal.organisation() == grant.custodian &&
                                              (principal.has(Role::hospital_operator) || principal.has(Role::gateway)));
    dto::JsonWriter writer;
    writer.begin_object().key("live").boolean(grant.is_live(context.state().block_time_ms()));
    if (exact) {
        dto::write_fields(writer, grant);
    } else {
        dto::write_fields(writer, grant, {"released", "refused"});
        const auto told = [&](const char* name, std::uint64_t count) {
            const auto rounded = access::told_count(count);
            writer.key(name);
            if (rounded)
                writer.uint(*rounded);
            else
                writer.null();
        };
        told("released", grant.released);
        told("refused", grant.refused);
    }
    writer.end_object();
    return std::move(writer).finish();
}

std::expected<access::SubmitRequest, http::Problem> read_body(const Context& context) {
    std::string_view type = context.request.header("content-type");
    type = type.substr(0, type.find(';'));
    base::Result<access::SubmitRequest> request;
    if (type == "application/json")
        request = dto::request_from_json(base::as_text(context.request.body));
    else if (type == "application/cbor")
        request = contracts::decode<access::SubmitRequest>(context.request.body);
    else
        return std::unexpected(http::Problem{
            415, "media_type_refused", "send application/json or application/cbor", "Content-Type", {}, {}});
    if (!request) return refused(request.error());
    return std::move(*request);
}

std::string_view worst(const std::vector<dataset::DuoAnswer>& answers) {
    auto out = dataset::DuoDecision::approve;
    for (const dataset::DuoAnswer& answer : answers) out = std::max(out, answer.decision);
    return dataset::to_string(out);
}

void write_answer(dto::JsonWriter& writer, const dataset::Dataset& one, const dataset::DuoAnswer& answer) {
    writer.begin_object()
        .key("dataset")
        .text(one.id)
        .key("custodian")
        .text(one.custodian)
        .key("decision")
        .text(dataset::to_string(answer.decision));
    writer.key("reasons").begin_array();
    for (const contracts::Reason& reason : answer.reasons) writer.raw(dto::described_json(reason));
    writer.end_array().key("obligations").begin_array();
    for (const std::string& obligation : answer.obligations) writer.text(obligation);
    writer.end_array();
    if (answer.months_limit) writer.key("months_limit").uint(*answer.months_limit);
    writer.key("votes_needed").uint(one.votes_needed).end_object();
}

}  // namespace

Answer list_requests(const Context& context) {
    const auto state = context.maybe("state");
    const auto name = context.maybe("dataset");
    const auto researcher = context.maybe("researcher");
    return list_entries<access::Request>(
        context, access::requests_prefix(), [&](const access::Request& request) -> View {
            if (state && access::to_string(request.state()) != *state) return std::nullopt;
            if (name && request.decision_of(*name) == nullptr) return std::nullopt;
            if (researcher && request.researcher != *researcher) return std::nullopt;
            if (!context.sees_all()) {
                PLACET_TRY_ASSIGN(const bool owns, auth::owns_request(context.principal, context.state(), request));
                if (!owns) return std::nullopt;
            }
            return request_json(request);
        });
}

Answer read_request(const Context& context) {
    const auto found = access::find_request(context.state(), context.path("id"));
    if (!found) return refused(found.error());
    if (!*found) return not_found("request");
    if (!context.sees_all()) {
        const auto owns = auth::owns_request(context.principal, context.state(), **found);
        if (!owns) return refused(owns.error());
        if (!*owns) return not_found("request");
    }
    return json_response(request_json(**found));
}

Answer check_request(const Context& context) {
    const auto request = read_body(context);
    if (!request) return std::unexpected(request.error());
    std::vector<dataset::Dataset> datasets;
    std::vector<dataset::DuoAnswer> answers;
    for (std::size_t i = 0; i < request->datasets.size(); ++i) {
        const auto found = dataset::find_dataset(context.state(), request->datasets[i]);
        if (!found) return refused(found.error());
        if (!*found)
            return std::unexpected(http::Problem{422,
                                                 "invalid_value",
                                                 "there is no dataset \"" + request->datasets[i] + "\"",
                                                 "datasets[" + std::to_string(i) + ']',
                                                 {},
                                                 {}});
        auto answer = access::terms_answer(context.state(), **found, *request, *context.principal.actor);
        if (!answer) return refused(answer.error());
        answers.push_back(std::move(*answer));
        datasets.push_back(std::move(**found));
    }
    dto::JsonWriter writer;
    writer.begin_object().key("decision").text(worst(answers)).key("datasets").begin_array();
    for (std::size_t i = 0; i < datasets.size(); ++i) write_answer(writer, datasets[i], answers[i]);
    writer.end_array();
    writer.key("note").text(
        "rules only: what patients' consents say is decided when the request is submitted, and the committee votes");
    writer.key("height").uint(context.state().height()).end_object();
    return json_response(std::move(writer).finish());
}

Answer list_grants(const Context& context) {
    const auto name = context.maybe("dataset");
    const auto researcher = context.maybe("researcher");
    return list_entries<access::Grant>(context, access::grants_prefix(), [&](const access::Grant& grant) -> View {
        if ((name && grant.dataset != *name) || (researcher && grant.researcher != *researcher)) return std::nullopt;
        if (!context.sees_all()) {
            PLACET_TRY_ASSIGN(const bool owns, auth::owns_grant(context.principal, context.state(), grant));
            if (!owns) return std::nullopt;
        }
        return grant_json(context, grant);
    });
}

Answer read_grant(const Context& context) {
    const auto found = access::find_grant(context.state(), context.path("id"));
    if (!found) return refused(found.error());
    if (!*found) return not_found("grant");
    if (!context.sees_all()) {
        const auto owns = auth::owns_grant(context.principal, context.state(), **found);
        if (!owns) return refused(owns.error());
        if (!*owns) return not_found("grant");
    }
    return json_response(grant_json(context, **found));
}

}  // namespace placet::api::handlers

// From request to operation: route, identity, quota, access, parameters, handler; and every answer counted.
#include "api/handlers/service.hpp"

#include <mutex>

#include "api/handlers/backlog.hpp"
#include "api/handlers/metrics.hpp"
#include "api/handlers/operations.hpp"
#include "api/handlers/quota.hpp"
#include "ledger/base/hex.hpp"

namespace placet::api::handlers {
namespace {

using http::Problem;
using http::Response;
using routes::Operation;
using Clock = Quota::Clock;

/// What an answer says beside its body: how many requests are left, and at which sealed height a read is true.
struct Marks {
    std::optional<std::uint64_t> remaining;
    std::optional<types::Height> height;
};

http::Problem no_route(const routes::Match& match) {
    if (match.allowed.empty()) return {404, "not_found", "there is no such path: /openapi.json lists them", "path", {}, {}};
    return {405, "method_not_allowed", "this path takes another method", "method", {}, {}};
}

std::string joined(const std::vector<std::string_view>& methods) {
    std::string out;
    for (const std::string_view method : methods) out += (out.empty() ? "" : ", ") + std::string(method);
    return out;
}

/// 401 for whom we do not know, 403 for whom the route is not.
std::unexpected<Problem> denied(const auth::Principal& principal) {
    if (principal.is_known())
        return std::unexpected(Problem{403, "unauthorised", "the roles of " + std::string(principal.id()) + " do not allow this", {}, {}, {}});
    const std::string why = principal.reason.empty() ? "show a client certificate whose key is enrolled on the ledger" : principal.reason;
    return std::unexpected(Problem{401, "unauthenticated", why, {}, {}, {}});
}

}  // namespace

struct Service::Impl {
    Backend& backend;
    ServiceConfig config;
    Quota quota;
    Metrics metrics;
    std::string openapi;
    std::mutex mutex;
    std::function<http::ServerCounters()> counters;

    Impl(Backend& the_backend, ServiceConfig the_config)
        : backend(the_backend), config(std::move(the_config)), openapi(routes::openapi_json(config.version)) {}

    std::expected<std::uint64_t, Problem> take_quota(const auth::Principal& principal);
    void dispatch(const Context& context, Later answer);
    std::optional<Answer> refuse_body(const Context& context) const;
    Answer at_once(const Context& context);
    Answer metrics_page(const Context& context);
    void serve(http::Request request, http::Responder respond);
};

std::expected<std::uint64_t, Problem> Service::Impl::take_quota(const auth::Principal& principal) {
    // A certificate nobody enrolled counts for its address: certificates are free to make.
    const bool known = principal.is_known();
    const std::string identity = known ? "actor " + std::string(principal.id()) : "address " + principal.address;
    const QuotaRate rate = known ? QuotaRate{config.per_second, config.burst} : QuotaRate{config.anonymous_per_second, config.anonymous_burst};
    const Quota::Verdict verdict = quota.take(identity, rate, Clock::now());
    if (verdict.kind == Quota::Verdict::Kind::granted) return verdict.remaining;
    return std::unexpected(Problem{429, "busy", "too many requests: try again in " + std::to_string(verdict.retry.count()) + " s", std::to_string(verdict.retry.count()), {}, {}});
}

Answer Service::Impl::metrics_page(const Context& context) {
    if (!context.principal.is_known() && !context.principal.is_local()) return denied(context.principal);
    http::ServerCounters now;
    {
        const std::lock_guard lock(mutex);
        if (counters) now = counters();
    }
    const auto backlog = own_backlog(backend, *context.snapshot);
    const std::string waiting = backlog ? backlog_metrics(*backlog) : std::string();
    Response response = http::text_response(200, "text/plain; version=0.0.4; charset=utf-8", metrics.text(now) + backend.metrics_text() + waiting);
    response.set("Cache-Control", "no-store");
    return response;
}

Answer Service::Impl::at_once(const Context& context) {
    switch (context.route().operation) {
        case Operation::transaction_proof: return transaction_proof(context);
        case Operation::list_consents: return list_consents(context);
        case Operation::read_consent: return read_consent(context);
        case Operation::list_datasets: return list_datasets(context);
        case Operation::list_disease_tables: return list_disease_tables(context);
        case Operation::read_dataset: return read_dataset(context);
        case Operation::list_requests: return list_requests(context);
        case Operation::read_request: return read_request(context);
        case Operation::check_request: return check_request(context);
        case Operation::list_grants: return list_grants(context);
        case Operation::read_grant: return read_grant(context);
        case Operation::dataset_lineage: return dataset_lineage(context);
        case Operation::patient_lineage: return patient_lineage(context);
        case Operation::list_withdrawals: return list_withdrawals(context);
        case Operation::list_break_glass: return list_break_glass(context);
        case Operation::list_access_events: return list_access_events(context);
        case Operation::list_trail_reads: return list_trail_reads(context);
        case Operation::list_blocks: return list_blocks(context);
        case Operation::read_block: return read_block(context);
        case Operation::read_checkpoint: return read_checkpoint(context);
        case Operation::consistency_proof: return consistency_proof(context);
        case Operation::state_proof: return state_proof(context);
        case Operation::index_proof: return index_proof(context);
        case Operation::list_validators: return list_validators(context);
        case Operation::read_status: return read_status(context);
        case Operation::list_organisations: return list_organisations(context);
        case Operation::list_actors: return list_actors(context);
        case Operation::read_actor: return read_actor(context);
        case Operation::read_patient: return read_patient(context);
        case Operation::list_policies: return list_policies(context);
        case Operation::livez: return livez(context);
        case Operation::startupz: return startupz(context);
        case Operation::readyz: return readyz(context);
        case Operation::metrics: return metrics_page(context);
        case Operation::openapi: return http::text_response(200, "application/json", openapi);
        case Operation::submit_transaction:
        case Operation::read_transaction: break;  // they answer later
    }
    return std::unexpected(Problem{500, "internal", "an operation without a handler", {}, {}, {}});
}

std::optional<Answer> Service::Impl::refuse_body(const Context& context) const {
    if (!context.route().request_types.empty() || context.request.body.empty()) return std::nullopt;
    return std::unexpected(Problem{400, "body_refused", "this operation takes no body", "Content-Length", {}, {}});
}

void Service::Impl::dispatch(const Context& context, Later answer) {
    if (auto refusal = refuse_body(context)) return answer(std::move(*refusal));
    if (context.route().operation == Operation::submit_transaction) return submit_transaction(context, std::move(answer));
    if (context.route().operation == Operation::read_transaction) return read_transaction(context, std::move(answer));
    answer(at_once(context));
}

void Service::Impl::serve(http::Request request, http::Responder respond) {
    const auto began = Clock::now();
    const routes::Match match = routes::match(request.method, request.path);
    const std::string operation(match.route != nullptr ? match.route->id : "none");
    const auto answer = [this, began, operation, respond = std::move(respond),
                         request_id = request.request_id](Answer result, const Marks& marks = {}) {
        if (!result) {
            Problem problem = std::move(result).error();
            problem.request_id = request_id;
            const bool is_quota = problem.status == 429;
            const std::string retry = is_quota && !problem.field.empty() ? std::exchange(problem.field, {}) : "1";
            result = http::to_response(problem);
            if (is_quota || problem.status == 503) result->set("Retry-After", retry);
        }
        if (marks.remaining) result->set("RateLimit-Remaining", std::to_string(*marks.remaining));
        if (marks.height) result->set("Placet-Height", std::to_string(*marks.height));
        metrics.count(operation, result->status, Clock::now() - began);
        respond(std::move(*result));
    };

    const auto snapshot = backend.snapshot();
    const auto principal = auth::identify(request.peer, *snapshot);
    if (!principal) return answer(refused(principal.error()));
    const auto remaining = take_quota(*principal);
    if (!remaining) return answer(std::unexpected(remaining.error()));
    Marks marks{*remaining, {}};
    if (request.method == "GET") marks.height = snapshot->state().height();
    if (match.route == nullptr) {
        Response response = http::to_response([&] {
            Problem problem = no_route(match);
            problem.request_id = request.request_id;
            return problem;
        }());
        if (!match.allowed.empty()) response.set("Allow", joined(match.allowed));
        return answer(std::move(response), marks);
    }
    const routes::Reach reach = auth::reach(*principal, *match.route);
    if (reach == routes::Reach::none) return answer(denied(*principal), marks);
    auto query = read_query(*match.route, request.query);
    if (!query) return answer(std::unexpected(std::move(query).error()), marks);
    const Context context{backend, request, match, *principal, reach, snapshot, std::move(*query)};
    dispatch(context, [answer, marks](Answer result) { answer(std::move(result), marks); });
}

Service::Service(Backend& backend, ServiceConfig config) : impl_(std::make_unique<Impl>(backend, std::move(config))) {}
Service::~Service() = default;

http::Handler Service::handler() {
    return [this](http::Request request, http::Responder respond) { impl_->serve(std::move(request), std::move(respond)); };
}

void Service::watch(std::function<http::ServerCounters()> counters) {
    const std::lock_guard lock(impl_->mutex);
    impl_->counters = std::move(counters);
}

}  // namespace placet::api::handlers

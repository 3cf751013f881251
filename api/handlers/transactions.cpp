// Submitting transactions, their receipts and proofs.
#include <charconv>
#include <nlohmann/json.hpp>

#include "api/dto/event.hpp"
#include "api/dto/json.hpp"
#include "api/handlers/operations.hpp"
#include "api/handlers/receipts.hpp"
#include "ledger/base/hex.hpp"

namespace placet::api::handlers {
namespace {

using http::Problem;
using http::Response;
using std::chrono::milliseconds;

constexpr std::uint64_t kMostWaitSeconds = 30;

/// RFC 7240 "wait=N"; anything else in Prefer is none of ours and ignored. More than 30 seconds are 30.
milliseconds wait_of(const http::Request& request) {
    std::string_view prefer = request.header("prefer");
    while (!prefer.empty()) {
        const std::size_t end = std::min(prefer.find_first_of(",;"), prefer.size());
        std::string_view one = prefer.substr(0, end);
        prefer.remove_prefix(std::min(end + 1, prefer.size()));
        while (one.starts_with(' ')) one.remove_prefix(1);
        if (!one.starts_with("wait=")) continue;
        one.remove_prefix(5);
        std::uint64_t seconds = 0;
        const auto [stop, error] = std::from_chars(one.data(), one.data() + one.size(), seconds);
        if (error == std::errc{} && stop == one.data() + one.size()) return std::chrono::seconds(std::min(seconds, kMostWaitSeconds));
    }
    return milliseconds(0);
}

/// {"transaction": base64, "parts": [base64, …]}
base::Result<types::Submission> submission_from_json(std::string_view text) {
    PLACET_TRY_ASSIGN(const nlohmann::json value, dto::parse_json(text, {2 * types::kMaxSubmissionBytes, 8}));
    dto::ObjectReader reader(value, "");
    types::Submission submission;
    submission.transaction = reader.base64("transaction", types::kMaxTransactionBytes);
    const auto parts = reader.maybe_texts("parts", types::kMaxPartsPerTransaction);
    PLACET_TRY(reader.finish());
    for (std::size_t i = 0; i < parts.size(); ++i) {
        auto part = dto::from_base64(parts[i]);
        if (!part) return base::refuse(part.error().code, part.error().message, reader.path_of("parts", i));
        submission.parts.push_back(std::move(*part));
    }
    return submission;
}

std::expected<types::Submission, Problem> read_submission(const http::Request& request) {
    std::string_view type = request.header("content-type");
    type = type.substr(0, type.find(';'));
    if (type == "application/cbor") {
        auto submission = types::decode_submission(request.body);
        if (!submission) return refused(submission.error());
        return std::move(*submission);
    }
    if (type == "application/json") {
        auto submission = submission_from_json(base::as_text(request.body));
        if (!submission) return refused(submission.error());
        return std::move(*submission);
    }
    return std::unexpected(Problem{415, "media_type_refused", "send application/cbor or application/json", "Content-Type", {}, {}});
}

Response receipt_response(const dto::Receipt& receipt, std::optional<contracts::CommandKind> kind, unsigned status) {
    Response response = json_response(dto::receipt_json(receipt, kind));
    response.status = status;
    response.set("Location", "/v1/transactions/" + base::to_hex(receipt.transaction.view()));
    return response;
}

Response pending_response(const types::TransactionId& id) {
    const std::string text = base::to_hex(id.view());
    Response response = json_response("{\"transaction\":\"" + text + "\",\"status\":\"pending\"}");
    response.status = 202;
    response.set("Location", "/v1/transactions/" + text);
    response.set("Retry-After", "1");
    return response;
}

Problem about(Problem problem, const types::TransactionId& id) {
    problem.transaction = base::to_hex(id.view());
    return problem;
}

/// The receipt that is there already, if any.
std::expected<std::optional<dto::Receipt>, Problem> sealed_receipt(const Snapshot& snapshot, const types::TransactionId& id) {
    const auto place = snapshot.find(id);
    if (!place) return std::nullopt;
    auto event = read_event(snapshot, *place);
    if (!event) return std::unexpected(problem_of(event.error()));
    return std::move(event->receipt);
}

/// May the principal see this sealed transaction? Not seeing it is `not_found`.
std::expected<LoggedTransaction, Problem> visible_event(const Context& context, const Snapshot& snapshot, const types::TransactionId& id) {
    const auto place = snapshot.find(id);
    if (!place) return not_found("transaction");
    auto event = read_event(snapshot, *place);
    if (!event) return refused(event.error());
    if (context.sees_all()) return std::move(*event);
    const auto owns = auth::owns_transaction(context.principal, snapshot.state(), event->transaction);
    if (!owns) return refused(owns.error());
    if (!*owns) return not_found("transaction");
    return std::move(*event);
}

std::expected<types::TransactionId, Problem> id_of(const Context& context) {
    const auto id = base::fixed_from_hex<types::TransactionId>(context.path("id"));
    if (!id) return invalid("id", "a transaction id is 64 hexadecimal digits in lower case");
    return *id;
}

/// Who proves what she signed herself learns nothing: that is no read.
std::expected<void, Problem> record_proof(const Context& context, const types::Transaction& transaction) {
    if (context.principal.actor && transaction.sender == context.principal.actor->key) return {};
    contracts::access::TrailRead read;
    read.subject = contracts::access::ReadSubject::proof;
    read.name = base::to_hex(transaction.id.view());
    read.rows = 1;
    if (const auto kind = contracts::command_kind(transaction.payload.kind)) {
        const auth::Concern concern = auth::concern_of(*kind, transaction.payload.body);
        if (concern.subjects.size() == 1) read.pseudonym = concern.subjects.front();
    }
    return record_read(context, std::move(read));
}

/// A copy of the request's context that may outlive it: for answers that come later.
struct Kept {
    Backend& backend;
    http::Request request;
    routes::Match match;
    auth::Principal principal;
    routes::Reach reach;

    [[nodiscard]] Context context() const { return {backend, request, match, principal, reach, backend.snapshot(), {}}; }
};

std::shared_ptr<const Kept> keep(const Context& context) {
    http::Request request = context.request;
    request.body = {};
    return std::make_shared<const Kept>(context.backend, std::move(request), context.match, context.principal, context.reach);
}

}  // namespace

base::Result<LoggedTransaction> read_event(const Snapshot& snapshot, const TransactionPlace& place) {
    const auto missing = [&](const char* what) {
        return base::refuse(base::ErrorCode::corrupt, std::string(what) + " of block " + std::to_string(place.height) + " cannot be read");
    };
    const auto bytes = snapshot.leaf(place.leaf_index);
    if (!bytes) return missing("a leaf");
    PLACET_TRY_ASSIGN(types::Leaf leaf, types::decode_leaf(*bytes));
    auto* event = std::get_if<types::EventLeaf>(&leaf);
    auto seal = snapshot.seal(place.height);
    if (event == nullptr || !seal) return missing(event == nullptr ? "an event" : "the seal");
    PLACET_TRY_ASSIGN(types::Transaction transaction, types::decode_transaction(event->transaction, snapshot.genesis_hash()));
    LoggedTransaction out{{transaction.id, place.height, place.leaf_index, event->block_time_ms, event->outcome, std::move(*seal)},
                          std::move(*event), std::move(transaction)};
    return out;
}

void submit_transaction(const Context& context, Later answer) {
    auto submission = read_submission(context.request);
    if (!submission) return answer(std::unexpected(std::move(submission).error()));
    const auto transaction = types::decode_transaction(submission->transaction, context.backend.genesis_hash());
    if (!transaction) return answer(refused(transaction.error()));
    const types::TransactionId id = transaction->id;
    if (const auto parts = types::check_parts(*transaction, submission->parts); !parts)
        return answer(std::unexpected(about(problem_of(parts.error()), id)));

    const auto kind = contracts::command_kind(transaction->payload.kind);
    const auto answer_sealed = [&]() -> bool {
        auto receipt = sealed_receipt(*context.backend.snapshot(), id);
        if (receipt && !*receipt) return false;
        if (receipt) answer(receipt_response(**receipt, kind, 200));
        else answer(std::unexpected(about(std::move(receipt).error(), id)));
        return true;
    };
    // The id is a hash over all that is signed: whoever has it in his hands may have its receipt.
    const bool may_be_sealed = context.snapshot->find(id).has_value();
    if (may_be_sealed && types::verify_signature(*transaction, context.backend.genesis_hash()) && answer_sealed()) return;
    const auto admitted = context.backend.submit(*transaction, std::move(*submission));
    if (!admitted) {
        const bool was_sealed_meanwhile = admitted.error().code == base::ErrorCode::conflict && answer_sealed();
        if (!was_sealed_meanwhile) answer(std::unexpected(about(problem_of(admitted.error()), id)));
        return;
    }
    const milliseconds wait = wait_of(context.request);
    if (wait.count() == 0) return answer(pending_response(id));
    context.backend.wait_receipt(id, wait, [answer = std::move(answer), id, kind](std::optional<dto::Receipt> receipt) {
        Response response = receipt ? receipt_response(*receipt, kind, 201) : pending_response(id);
        response.set("Preference-Applied", "wait");
        answer(std::move(response));
    });
}

void read_transaction(const Context& context, Later answer) {
    const auto id = id_of(context);
    if (!id) return answer(std::unexpected(id.error()));
    const auto finish = [](const Context& now, const types::TransactionId& wanted) -> Answer {
        auto event = visible_event(now, *now.snapshot, wanted);
        if (!event) return std::unexpected(about(std::move(event).error(), wanted));
        return receipt_response(event->receipt, contracts::command_kind(event->transaction.payload.kind), 200);
    };
    const milliseconds wait = wait_of(context.request);
    if (wait.count() == 0 || context.snapshot->find(*id)) return answer(finish(context, *id));
    context.backend.wait_receipt(*id, wait, [kept = keep(context), finish, answer = std::move(answer), wanted = *id](const std::optional<dto::Receipt>&) {
        answer(finish(kept->context(), wanted));
    });
}

Answer transaction_proof(const Context& context) {
    const auto id = id_of(context);
    if (!id) return std::unexpected(id.error());
    const auto event = visible_event(context, *context.snapshot, *id);
    if (!event) return std::unexpected(event.error());
    if (auto recorded = record_proof(context, event->transaction); !recorded) return std::unexpected(std::move(recorded).error());
    auto bundle = context.snapshot->transaction_proof(*id);
    if (!bundle) return refused(bundle.error());
    return octets_response("application/cbor", std::move(*bundle));
}

}  // namespace placet::api::handlers

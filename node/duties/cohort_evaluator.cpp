// Cohorts of this organisation's datasets: see cohort_evaluator.hpp.
#include "node/duties/cohort_evaluator.hpp"

#include "ledger/base/cbor.hpp"
#include "ledger/crypto/random.hpp"

namespace placet::node {

namespace {

namespace access = contracts::access;

base::Bytes task_name(const std::string& request, const std::string& dataset) {
    base::cbor::Writer writer;
    writer.array(2).text(request).text(dataset);
    return std::move(writer).take();
}

// [transaction, salt, [* pseudonym]]: what was told, and what stays with the custodian.
base::Bytes encode_attempt(const types::Transaction& transaction, const types::Salt& salt, const std::vector<types::Pseudonym>& eligible) {
    base::cbor::Writer writer;
    writer.array(3).bytes(transaction.bytes).bytes(salt.view()).array(eligible.size());
    for (const auto& pseudonym : eligible) writer.bytes(pseudonym.view());
    return std::move(writer).take();
}

}  // namespace

base::Status CohortEvaluator::load() {
    const auto view = parts_.store.snapshot();
    PLACET_TRY_ASSIGN(const auto requests, access::all_requests(*view));
    for (const auto& request : requests) open_.insert(request.asked.id);
    return {};
}

void CohortEvaluator::note(const std::vector<types::Transaction>& sealed) {
    for (const auto& transaction : sealed) {
        if (transaction.payload.kind != static_cast<std::uint64_t>(contracts::CommandKind::submit_request)) continue;
        const auto command = contracts::decode<access::SubmitRequest>(transaction.payload.body);
        if (!command) continue;
        const std::lock_guard lock(mutex_);
        noted_.insert(command->id);
    }
}

void CohortEvaluator::tick(const store::SealedView& view, base::TimeMs now_ms) {
    {
        const std::lock_guard lock(mutex_);
        open_.merge(std::exchange(noted_, {}));
    }
    std::erase_if(open_, [&](const std::string& request) { return !attend(request, view, now_ms); });
}

bool CohortEvaluator::attend(const std::string& id, const store::SealedView& view, base::TimeMs now_ms) {
    const auto request = access::find_request(view, id);
    if (!request) {
        parts_.log.error("request_unreadable", base::describe(request.error()), {{"request", id}});
        return true;
    }
    // A request noted just now may be sealed above this view.
    if (!*request) return view.height() < parts_.store.snapshot()->height();
    bool more = false;
    for (const auto& decision : (*request)->datasets) {
        const Task task{id, decision.dataset};
        if (decision.custodian != parts_.organisation || decision.cohort || decision.state != access::RequestState::submitted) {
            under_way_.erase(task);
            continue;
        }
        more = true;
        const auto attempt = under_way_.find(task);
        if (attempt != under_way_.end() && attempt->second.payload.expires_at_ms > std::max(now_ms, view.block_time_ms()) &&
            !view.transaction(attempt->second.id))
            continue;
        const auto earlier = attempt == under_way_.end() ? stored(task) : std::nullopt;
        if (earlier && earlier->payload.expires_at_ms > std::max(now_ms, view.block_time_ms()) && !view.transaction(earlier->id)) submit(task, *earlier);
        else evaluate(**request, decision.dataset, view, now_ms);
    }
    return more;
}

std::optional<types::Transaction> CohortEvaluator::stored(const Task& task) const {
    const auto record = parts_.store.record(node_key(NodeRecord::cohort, 0, task_name(task.first, task.second)));
    if (!record || !*record) return std::nullopt;
    base::cbor::Reader reader(**record);
    reader.array_of(3, "cohort");
    auto transaction = types::decode_transaction(reader.bytes(types::kMaxTransactionBytes, "cohort.transaction"), parts_.own.genesis());
    return transaction ? std::optional(std::move(*transaction)) : std::nullopt;
}

void CohortEvaluator::submit(const Task& task, const types::Transaction& transaction) {
    const auto submitted = parts_.own.submit(transaction);
    if (!submitted && submitted.error().code != base::ErrorCode::conflict)
        return parts_.log.warn("cohort_not_submitted", base::describe(submitted.error()), {{"request", task.first}, {"dataset", task.second}});
    under_way_.insert_or_assign(task, transaction);
}

void CohortEvaluator::evaluate(const access::Request& request, const std::string& dataset, const store::SealedView& view, base::TimeMs now_ms) {
    const auto cohort = access::evaluate_cohort(view, request, dataset);
    if (!cohort)
        return parts_.log.warn("cohort_not_evaluated", base::describe(cohort.error()), {{"request", request.asked.id}, {"dataset", dataset}});
    const auto salt = crypto::random_fixed<types::Salt>();
    access::CohortResult command;
    command.request = request.asked.id;
    command.dataset = dataset;
    command.height = cohort->height;
    command.rule_version = cohort->rule_version;
    command.counts = cohort->counts;
    command.eligible_commitment = access::eligible_commitment(salt, cohort->eligible);
    const auto transaction = parts_.own.make(contracts::CommandKind::cohort_result, contracts::encode(command), now_ms);
    const Task task{request.asked.id, dataset};
    store::RecordBatch record;
    record.put(node_key(NodeRecord::cohort, 0, task_name(task.first, task.second)), encode_attempt(transaction, salt, cohort->eligible));
    if (!parts_.disk.commit_and_wait(std::move(record))) return;
    parts_.log.info("cohort_evaluated", "a cohort was evaluated off the block and submitted",
                    {{"request", task.first}, {"dataset", task.second}, {"height", cohort->height}});
    submit(task, transaction);
}

}  // namespace placet::node

// The port of REST: see node_backend.hpp.
#include "node/service/node_backend.hpp"

#include "ledger/state/validator_sets.hpp"
#include "node/service/sealed_snapshot.hpp"
#include "node/work/clock.hpp"

namespace placet::node {

using base::ErrorCode;

namespace {

std::vector<api::EvidenceStatus> evidence_in(const store::Store& store, const types::Genesis& genesis) {
    std::vector<api::EvidenceStatus> out;
    const auto all = read_evidence(store);
    if (!all) return out;
    for (const auto& evidence : *all) {
        const auto subject = consensus::subject_of(evidence);
        const auto set = state::validator_set(*store.snapshot(), genesis, subject.epoch);
        const bool is_known = set && evidence.offender < set->n();
        out.push_back({is_known ? set->validators[evidence.offender].name : "unknown", std::string(consensus::name_of_evidence(subject.kind)), subject.epoch,
                       subject.view, subject.seq, encode(evidence)});
    }
    return out;
}

}  // namespace

std::string_view version() noexcept { return PLACET_VERSION; }

NodeBackend::NodeBackend(const Config& config, const types::Genesis& genesis, const TlsFiles& tls, Metrics& metrics)
    : config_(config), genesis_(genesis), tls_(tls), metrics_(metrics), genesis_hash_(types::genesis_hash(genesis)),
      started_ms_(node::now_ms()), last_seal_ms_(started_ms_) {}

void NodeBackend::attach(RunningParts parts) {
    const std::lock_guard lock(mutex_);
    store_ = parts.store;
    has_left_ = false;
    parts_ = std::make_shared<const RunningParts>(std::move(parts));
}

void NodeBackend::detach() {
    const std::shared_ptr<const RunningParts> last = running();  // let go of outside the lock: it may be the last holder
    const std::lock_guard lock(mutex_);
    parts_.reset();
}

void NodeBackend::store_failed(const std::string& why) {
    const std::lock_guard lock(mutex_);
    store_error_ = why;
}

std::shared_ptr<const RunningParts> NodeBackend::running() const {
    const std::lock_guard lock(mutex_);
    return parts_;
}

void NodeBackend::sealed(const SealedBlock& block) {
    const auto now = node::now_ms();
    last_seal_ms_ = now;
    const auto block_time = block.view->block_time_ms();
    clock_offset_ms_ = static_cast<std::int64_t>(block_time) - static_cast<std::int64_t>(now);
    metrics_.height.Set(static_cast<double>(block.height));
    metrics_.transactions_sealed.Increment(static_cast<double>(block.transactions.size()));
    const auto parts = running();
    if (!parts) return;
    for (const auto& transaction : block.transactions) {
        if (!parts->receipts->awaits(transaction.id)) continue;
        if (const auto receipt = receipt_of(*block.view, transaction.id)) parts->receipts->settle(transaction.id, *receipt);
    }
}

base::Result<api::Admission> NodeBackend::submit(const types::Transaction& transaction, types::Submission submission) {
    const auto parts = running();
    if (!parts) return base::refuse(ErrorCode::unavailable, "the node is starting, or going on into the next epoch: try again shortly, or at another validator");
    if (has_left_) return base::refuse(ErrorCode::unavailable, "this node has left the validators and takes no transactions: submit to one of them");
    if (parts->door == nullptr) return base::refuse(ErrorCode::unavailable, "this node follows without a vote and takes no transactions: submit to a validator");
    const auto standing = parts->replica().standing;
    if (standing == consensus::Standing::lost || standing == consensus::Standing::diverged)
        return base::refuse(ErrorCode::unavailable, "this validator does not vote and takes no transactions: submit to another one");
    if (parts->replica().split_at > 0)
        return base::refuse(ErrorCode::unavailable, "ordering has stopped: the validators' states differ and no quorum can agree; sealed reads are served");
    return parts->door->enter(transaction, std::move(submission), Origin::client);
}

void NodeBackend::wait_receipt(const types::TransactionId& id, std::chrono::milliseconds within,
                               std::function<void(std::optional<api::dto::Receipt>)> done) {
    const auto parts = running();
    if (!parts) return done(std::nullopt);
    if (auto receipt = receipt_of(*parts->store->snapshot(), id)) return done(std::move(*receipt));
    if (within.count() <= 0) return done(std::nullopt);
    parts->receipts->wait(id, within, std::move(done));
    // It may have been sealed between the look and the wait.
    if (const auto receipt = receipt_of(*parts->store->snapshot(), id)) parts->receipts->settle(id, *receipt);
}

std::shared_ptr<const api::Snapshot> NodeBackend::snapshot() const {
    const store::Store* const store = [this] {
        const std::lock_guard lock(mutex_);
        return store_;
    }();
    return store != nullptr ? snapshot_of(store->snapshot(), genesis_) : empty_snapshot(genesis_);
}

base::Status NodeBackend::record_read(const contracts::access::TrailRead& read) {
    const auto parts = running();
    if (!parts) return base::refuse(ErrorCode::unavailable, "the node is starting");
    return parts->journal->record(read);
}

Sight NodeBackend::look(const std::shared_ptr<const RunningParts>& parts) const {
    Sight sight;
    sight.wants_seat = config_.role() == NodeRole::validator && parts && !parts->replica;
    sight.is_validator = config_.role() == NodeRole::validator && !sight.wants_seat;
    sight.has_left = has_left_;
    sight.validators = snapshot()->validators().n();
    sight.heartbeat_ms = config_.consensus.heartbeat_ms;
    sight.now_ms = node::now_ms();
    const base::TimeMs last = last_seal_ms_;
    sight.last_seal_ms_ago = sight.now_ms > last ? sight.now_ms - last : 0;
    sight.clock_offset_ms = clock_offset_ms_;
    sight.certificate_days_left = (static_cast<std::int64_t>(tls_.expires_ms) - static_cast<std::int64_t>(sight.now_ms)) / (24 * 3600 * 1000);
    sight.disk_free_mib = disk_free_mib_;
    sight.disk_min_free_mib = config_.limits.min_free_mib;
    if (!parts) {
        const std::lock_guard lock(mutex_);
        sight.store_error = store_error_;
        return sight;
    }
    sight.store_open = true;
    const auto view = parts->store->snapshot();
    sight.height = view->height();
    sight.block_time_ms = view->block_time_ms();
    if (parts->replica) sight.replica = parts->replica();
    for (const auto& peer : parts->peers()) {
        if (peer.state == "connected") ++sight.peers_connected;
        else sight.peers_down.push_back(peer.name);
    }
    sight.following = parts->following && parts->following();
    if (!sight.is_validator) sight.peers_down.clear();
    return sight;
}

api::NodeStatus NodeBackend::status() const {
    const auto parts = running();
    const Sight sight = look(parts);
    const Health health = judge(sight);
    api::NodeStatus status;
    status.node = config_.name;
    status.role = config_.role_text;
    status.health = health.state;
    status.summary = health.summary;
    status.since_ms = memory_.since(health.state, sight.now_ms);
    status.version = std::string(version());
    status.started_ms = started_ms_;
    status.now_ms = sight.now_ms;
    if (!parts) return status;
    const auto view = parts->store->snapshot();
    status.height = view->height();
    status.block_time_ms = view->block_time_ms();
    status.root = view->head().log.root();
    status.log_size = view->size();
    if (sight.replica) {
        status.view = sight.replica->view;
        const auto set = state::validator_set(*view, genesis_, sight.replica->epoch);
        if (set && sight.replica->primary < set->n()) status.primary = set->validators[sight.replica->primary].name;
        status.view_active = sight.replica->active;
        status.standing = std::string(consensus::to_string(sight.replica->standing));
        status.sequence = sight.replica->executed;
        status.low_watermark = sight.replica->low;
        status.high_watermark = sight.replica->high;
        status.stable_checkpoint = sight.replica->stable;
        status.evidence = evidence_in(*parts->store, genesis_);
    }
    if (parts->mempool != nullptr) status.mempool = parts->mempool->size();
    status.peers = parts->peers();
    return status;
}

std::vector<api::ReadinessReason> NodeBackend::readiness() const { return readiness_of(look(running())); }

base::Status NodeBackend::startup() const {
    const Sight sight = look(running());
    if (!sight.store_open) return base::refuse(ErrorCode::unavailable, judge(sight).summary, "store");
    return {};
}

std::string NodeBackend::metrics_text() const {
    const auto parts = running();
    const Sight sight = look(parts);
    for (const auto& reason : readiness_of(sight)) metrics_.set_readiness(reason.name, reason.ok ? 1 : 0);
    metrics_.seal_age_seconds.Set(static_cast<double>(sight.last_seal_ms_ago) / 1000);
    metrics_.certificate_days_left.Set(static_cast<double>(sight.certificate_days_left));
    metrics_.peers_connected.Set(static_cast<double>(sight.peers_connected));
    metrics_.height.Set(static_cast<double>(sight.height));
    if (sight.replica) {
        metrics_.view.Set(static_cast<double>(sight.replica->view));
        metrics_.voting.Set(sight.replica->standing == consensus::Standing::voting ? 1 : 0);
    }
    if (!sight.replica || sight.has_left) metrics_.voting.Set(0);
    if (parts && parts->mempool != nullptr) metrics_.mempool.Set(static_cast<double>(parts->mempool->size()));
    return metrics_.text();
}

base::TimeMs NodeBackend::now_ms() const { return node::now_ms(); }

}  // namespace placet::node

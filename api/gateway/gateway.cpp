// Threads and doors of the gateway.
#include "api/gateway/gateway.hpp"

#include <atomic>
#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <thread>

#include "api/gateway/batcher.hpp"
#include "api/gateway/messages.hpp"
#include "api/gateway/release.hpp"
#include "api/http/server.hpp"
#include "contracts/governance/entries.hpp"
#include "ledger/base/hex.hpp"

namespace placet::api::gateway {

using base::Error;
using base::ErrorCode;
using base::refuse;
using base::Result;
using base::Status;
using contracts::governance::Actor;
using contracts::governance::Role;

namespace {

constexpr std::size_t kMaxJobs = 32;
constexpr std::chrono::seconds kActorKept{60};
constexpr std::chrono::seconds kFlushWait{40};

base::TimeMs wall_clock_ms() {
    return static_cast<base::TimeMs>(std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::system_clock::now().time_since_epoch()).count());
}

/// The registry as of the last change of its file. Any thread.
class RegistryView {
public:
    RegistryView(std::filesystem::path path, crypto::AeadKey key) : path_(std::move(path)), key_(key) {}
    ~RegistryView() { crypto::wipe(key_.octets); }

    /// Reads the file again if it changed; the error is told when nothing could be read so far.
    Result<std::shared_ptr<const Registry>> get() {
        const std::lock_guard lock(mutex_);
        std::error_code failed;
        const auto changed = std::filesystem::last_write_time(path_, failed);
        if (!failed && registry_ != nullptr && changed == changed_) return registry_;
        auto fresh = Registry::read(path_, key_);
        if (fresh) {
            registry_ = std::make_shared<const Registry>(std::move(*fresh));
            changed_ = changed;
        } else if (registry_ == nullptr) {
            return std::unexpected(fresh.error());
        }
        return registry_;
    }

private:
    std::mutex mutex_;
    std::filesystem::path path_;
    crypto::AeadKey key_;
    std::filesystem::file_time_type changed_;
    std::shared_ptr<const Registry> registry_;
};

/// Who stands behind a certificate, proved by the ledger and remembered: care goes on with what is remembered when it stands still.
class Actors {
public:
    explicit Actors(LedgerLink& link) : link_(link) {}

    Result<Actor> find(const crypto::SpkiHash& spki) {
        const auto now = std::chrono::steady_clock::now();
        const auto known = known_.find(spki);
        if (known != known_.end() && now - known->second.second < kActorKept) return known->second.first;
        auto fresh = look_up(spki);
        const bool silent = !fresh && (fresh.error().code == ErrorCode::unavailable || fresh.error().code == ErrorCode::timeout);
        if (silent && known != known_.end()) return known->second.first;
        if (fresh) known_.insert_or_assign(spki, std::pair(*fresh, now));
        else known_.erase(spki);  // revoked: not remembered for the day when the ledger stands still
        return fresh;
    }

private:
    Result<Actor> look_up(const crypto::SpkiHash& spki) {
        const ProvedState state(link_, [](const crypto::Hash&) { return std::optional<base::Bytes>(); });
        auto actor = contracts::governance::find_actor_by_spki(state, spki);
        PLACET_TRY(state.status());
        if (!actor) return std::unexpected(actor.error());
        if (!*actor || !(*actor)->is_active())
            return refuse(ErrorCode::unauthenticated, "the ledger knows nobody with this client certificate: have it enrolled by your organisation's operator", "certificate");
        return **actor;
    }

    LedgerLink& link_;
    std::map<crypto::SpkiHash, std::pair<Actor, std::chrono::steady_clock::time_point>> known_;
};

class RunningGateway final : public Gateway {
public:
    explicit RunningGateway(GatewayConfig config) : config_(std::move(config)), registry_(config_.registry, config_.registry_key) {}
    ~RunningGateway() override {
        stop();
        crypto::wipe(config_.registry_key.octets);
    }

    Status open(const LinkFactory& links);
    std::uint16_t port() const noexcept override { return server_->port(); }
    void stop() override;

private:
    struct Job {
        http::Request request;
        http::Responder respond;
    };

    void log(std::string_view line) const {
        if (config_.log) config_.log(line);
    }
    void handle(http::Request request, http::Responder respond);
    void queue(http::Request request, http::Responder respond);
    void work(const std::stop_token& stop);
    [[nodiscard]] http::Response answer(const http::Request& request);
    [[nodiscard]] Result<http::Response> answer_care(const http::Request& request, std::string_view client);
    [[nodiscard]] Result<http::Response> answer_release(const http::Request& request, const Actor& actor);
    [[nodiscard]] bool is_care_client(const crypto::SpkiHash& spki) const { return std::ranges::find(config_.care_clients, spki) != config_.care_clients.end(); }

    void batch(const std::stop_token& stop);
    [[nodiscard]] bool is_batch_due() const;
    [[nodiscard]] http::Response flush(const http::Request& request);
    [[nodiscard]] StatusView status() const;

    GatewayConfig config_;
    mutable RegistryView registry_;
    std::unique_ptr<LedgerLink> release_link_, batch_link_;
    std::unique_ptr<CareJournal> journal_;
    std::unique_ptr<Releaser> releaser_;
    std::unique_ptr<Batcher> batcher_;
    std::unique_ptr<Actors> actors_;  ///< the worker's

    mutable std::mutex mutex_;  ///< of everything below
    std::condition_variable_any wake_;
    std::deque<Job> jobs_;
    std::string fault_;
    bool flushing_ = false;
    std::atomic<bool> stopping_ = false;

    std::unique_ptr<http::Server> server_;
    std::jthread worker_, batch_thread_;
};

Status RunningGateway::open(const LinkFactory& links) {
    const crypto::Hash genesis = types::genesis_hash(config_.genesis);
    PLACET_TRY_ASSIGN(journal_, CareJournal::open(config_.journal, {genesis, config_.custodian}));
    if (const CareCounts counts = journal_->counts(); counts.torn_octets > 0)
        log("the journal ended in " + std::to_string(counts.torn_octets) + " octets of an append that was never acknowledged; they were cut off");
    const auto registry = registry_.get();  // there may be none before the first patient is enrolled
    if (!registry && registry.error().code != ErrorCode::not_found) return std::unexpected(registry.error());
    if (registry) PLACET_TRY((*registry)->check_owner({config_.custodian, genesis}));
    PLACET_TRY_ASSIGN(release_link_, links());
    PLACET_TRY_ASSIGN(batch_link_, links());
    actors_ = std::make_unique<Actors>(*release_link_);
    releaser_ = std::make_unique<Releaser>(ReleaserConfig{config_.custodian, genesis, config_.key, config_.registry, config_.registry_key, config_.records,
                                                          static_cast<base::TimeMs>(config_.max_seal_age.count()), wall_clock_ms},
                                           *release_link_, *journal_);
    batcher_ = std::make_unique<Batcher>(BatcherConfig{config_.custodian, genesis, config_.key, wall_clock_ms}, *batch_link_, *journal_);
    http::ServerConfig server{config_.listen, config_.certificate_pem, config_.key_pem, 2, {}};
    server.limits.answer = std::chrono::minutes(5);
    PLACET_TRY_ASSIGN(server_, http::Server::start(std::move(server), [this](http::Request request, http::Responder respond) { handle(std::move(request), std::move(respond)); }));
    worker_ = std::jthread([this](const std::stop_token& stop) { work(stop); });
    batch_thread_ = std::jthread([this](const std::stop_token& stop) { batch(stop); });
    return {};
}

void RunningGateway::stop() {
    if (stopping_.exchange(true)) return;
    if (server_) server_->stop(std::chrono::seconds(5));
    worker_ = {};  // asks to stop and joins
    batch_thread_ = {};
}

/// On a server's thread: what needs the disk alone is answered here; what needs the ledger goes to the worker.
void RunningGateway::handle(http::Request request, http::Responder respond) {
    if (request.path == "/status" && request.method == "GET") return respond(status_response(status()));
    const bool is_ours = request.path == "/v1/releases" || request.path == "/v1/care-accesses" || request.path == "/v1/flush";
    if (!is_ours) return respond(problem_response({ErrorCode::not_found, "there is no such path; see POST /v1/releases, /v1/care-accesses, /v1/flush and GET /status", "path"}, request));
    if (request.method != "POST") {
        http::Response refusal = problem_response({ErrorCode::malformed, "this path takes POST", "method"}, request);
        refusal.status = 405;
        refusal.set("Allow", "POST");
        return respond(std::move(refusal));
    }
    if (!request.peer.spki) return respond(problem_response({ErrorCode::unauthenticated, "a client certificate is needed", "certificate"}, request));
    if (request.path == "/v1/care-accesses" && is_care_client(*request.peer.spki)) {
        const auto out = answer_care(request, "system:" + base::to_hex(request.peer.spki->view()).substr(0, 16));
        return respond(out ? *out : problem_response(out.error(), request));
    }
    queue(std::move(request), std::move(respond));
}

void RunningGateway::queue(http::Request request, http::Responder respond) {
    {
        const std::lock_guard lock(mutex_);
        if (jobs_.size() < kMaxJobs) {
            jobs_.push_back({std::move(request), std::move(respond)});
            wake_.notify_all();
            return;
        }
    }
    respond(problem_response({ErrorCode::busy, "the gateway has as much to do as it takes; ask again", ""}, request));
}

void RunningGateway::work(const std::stop_token& stop) {
    for (;;) {
        std::unique_lock lock(mutex_);
        if (!wake_.wait(lock, stop, [this] { return !jobs_.empty(); })) return;
        Job job = std::move(jobs_.front());
        jobs_.pop_front();
        lock.unlock();
        job.respond(answer(job.request));
    }
}

http::Response RunningGateway::answer(const http::Request& request) {
    const bool is_flush = request.path == "/v1/flush";
    if (is_flush && is_care_client(*request.peer.spki)) return flush(request);
    const auto actor = actors_->find(*request.peer.spki);
    if (!actor) return problem_response(actor.error(), request);
    if (request.path == "/v1/releases") {
        const auto out = answer_release(request, *actor);
        return out ? *out : problem_response(out.error(), request);
    }
    const bool is_staff = actor->organisation == config_.custodian && (actor->has(Role::clinician) || actor->has(Role::gateway) || actor->has(Role::hospital_operator));
    if (!is_staff) return problem_response({ErrorCode::unauthorised, "this is for clinicians and systems of " + config_.custodian, "certificate"}, request);
    if (is_flush) return flush(request);
    const auto out = answer_care(request, actor->id);
    return out ? *out : problem_response(out.error(), request);
}

Result<http::Response> RunningGateway::answer_care(const http::Request& request, std::string_view client) {
    const base::TimeMs now = wall_clock_ms();
    PLACET_TRY_ASSIGN(const std::vector<ReportedAccess> reported, read_accesses(base::as_text(request.body), now));
    PLACET_TRY_ASSIGN(const auto registry, registry_.get());
    std::vector<CareAccess> accesses;
    for (const ReportedAccess& one : reported) {
        const RegisteredPatient* patient = registry->find(one.patient);
        if (patient == nullptr)
            return refuse(
                ErrorCode::invalid_value,
                "the registry knows no such patient: enrol her (`placet patient enrol`) and report the access again",
                in_line(one.line, "patient"));
        accesses.push_back(one.access);
        accesses.back().pseudonym = patient->pseudonym;
        accesses.back().client = client;
        accesses.back().received_at_ms = now;
    }
    PLACET_TRY(journal_->append(accesses));
    return journalled_response(accesses.size(), journal_->counts());
}

Result<http::Response> RunningGateway::answer_release(const http::Request& request, const Actor& actor) {
    if (!actor.has(Role::researcher)) return refuse(ErrorCode::unauthorised, "records are released to researchers; " + actor.id + " is none", "certificate");
    PLACET_TRY_ASSIGN(ReleaseRequest wanted, read_release_request(base::as_text(request.body)));
    wanted.researcher = actor.id;
    const auto released = releaser_->release(wanted);
    log(released ? "released to " + actor.id + " under " + wanted.grant + ": " + std::to_string(released->permitted) + " patients"
                 : "released nothing to " + actor.id + ": " + base::describe(released.error()));
    if (!released) return std::unexpected(released.error());
    return release_response(*released);
}

bool RunningGateway::is_batch_due() const {
    const CareCounts counts = journal_->counts();
    if (journal_->pending() || counts.waiting >= contracts::access::kMaxRowsPerBatch) return true;
    if (counts.waiting == 0) return false;
    const std::lock_guard lock(mutex_);
    return flushing_ || counts.oldest_waiting_ms + static_cast<base::TimeMs>(config_.batch_lag.count()) <= wall_clock_ms();
}

void RunningGateway::batch(const std::stop_token& stop) {
    constexpr std::chrono::milliseconds kTick{50};
    constexpr std::chrono::seconds kAfterError{1};
    while (!stop.stop_requested()) {
        std::chrono::milliseconds pause = kTick;
        if (is_batch_due()) {
            const auto sealed = batcher_->step();
            const std::string fault = sealed ? std::string() : base::describe(sealed.error());
            const std::lock_guard lock(mutex_);
            if (fault != fault_) log(fault.empty() ? "batches reach the ledger again" : "accesses are journalled and wait: " + fault);
            fault_ = fault;
            pause = sealed ? std::chrono::milliseconds(0) : kAfterError;
        }
        std::unique_lock lock(mutex_);
        if (pause.count() > 0) wake_.wait_for(lock, stop, pause, [] { return false; });
    }
}

/// On the worker: batches what waits, whatever its age.
http::Response RunningGateway::flush(const http::Request& request) {
    {
        const std::lock_guard lock(mutex_);
        flushing_ = true;
    }
    const auto deadline = std::chrono::steady_clock::now() + kFlushWait;
    const auto is_done = [this] { return journal_->counts().waiting == 0 && !journal_->pending(); };
    while (!is_done() && !stopping_ && std::chrono::steady_clock::now() < deadline) std::this_thread::sleep_for(std::chrono::milliseconds(20));
    const StatusView view = status();
    {
        const std::lock_guard lock(mutex_);
        flushing_ = false;
    }
    if (is_done()) return status_response(view);
    return problem_response({ErrorCode::unavailable, "not everything could be sealed; it stays journalled and is batched as soon as the ledger takes it" +
                                                         (view.fault.empty() ? std::string() : ": " + view.fault), "ledger"}, request);
}

StatusView RunningGateway::status() const {
    StatusView view;
    view.custodian = config_.custodian;
    view.counts = journal_->counts();
    if (const auto registry = registry_.get()) view.patients = (*registry)->size();
    view.draining = stopping_;
    const std::lock_guard lock(mutex_);
    view.fault = fault_;
    return view;
}

}  // namespace

Result<std::unique_ptr<Gateway>> Gateway::start(GatewayConfig config, LinkFactory links) {
    if (!config.key) return refuse(ErrorCode::invalid_value, "the gateway needs its signing key", "key");
    if (!links) {
        client::ClientConfig client;
        client.endpoints = config.validators.empty() ? client::endpoints_of(config.genesis, config.custodian) : config.validators;
        client.certificate_pem = config.certificate_pem;
        client.key_pem = config.key_pem;
        links = [client, rest = RestLedgerConfig{config.genesis, config.ledger_wait, config.development_chains}] { return make_rest_ledger(rest, client); };
    }
    auto gateway = std::make_unique<RunningGateway>(std::move(config));
    PLACET_TRY(gateway->open(links));
    return gateway;
}

Status run_gateway(GatewayConfig config, std::stop_token stop) {
    const auto on_ready = config.on_ready;
    PLACET_TRY_ASSIGN(const std::unique_ptr<Gateway> gateway, Gateway::start(std::move(config)));
    if (on_ready) on_ready(gateway->port());
    std::mutex mutex;
    std::condition_variable_any wake;
    std::unique_lock lock(mutex);
    wake.wait(lock, stop, [] { return false; });
    gateway->stop();
    return {};
}

}  // namespace placet::api::gateway

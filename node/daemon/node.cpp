// The order of a node's life: see node.hpp.
#include "node/daemon/node.hpp"

#include <fmt/format.h>

#include <csignal>
#include <fstream>
#include <functional>
#include <list>
#include <map>
#include <sstream>
#include <thread>

#include "api/dto/genesis.hpp"
#include "api/handlers/service.hpp"
#include "contracts/runtime/genesis_state.hpp"
#include "node/daemon/data_lock.hpp"
#include "node/daemon/observer.hpp"
#include "node/daemon/seat.hpp"
#include "node/daemon/supervisor.hpp"
#include "node/daemon/validator.hpp"

namespace placet::node {

namespace {

using base::ErrorCode;
constexpr std::size_t kMaxGenesisBytes = 4 * 1024 * 1024;
constexpr std::chrono::milliseconds kGrace{1500};
constexpr std::chrono::milliseconds kSignalPoll{100};
constexpr std::uint64_t kMib = 1024 * 1024;

base::Result<types::Genesis> read_genesis(const Config& config) {
    std::ifstream in(config.genesis, std::ios::binary);
    std::ostringstream content;
    content << in.rdbuf();
    if (!in) return base::refuse(ErrorCode::io, "cannot be read: copy the genesis file of the chain there", config.genesis.string());
    if (content.str().size() > kMaxGenesisBytes) return base::refuse(ErrorCode::too_large, "too large for a genesis file", config.genesis.string());
    auto genesis = api::dto::genesis_from_json(content.str());
    if (!genesis) return base::refuse(genesis.error().code, genesis.error().message, config.genesis.string() + ": " + genesis.error().field);
    return genesis;
}

std::string api_address(const Config& config, const types::Genesis& genesis) {
    if (!config.api.listen.empty()) return config.api.listen;
    for (const auto& validator : genesis.validators.validators)
        if (validator.name == config.name) return validator.api_address;
    return {};
}

base::Result<std::unique_ptr<api::http::Server>> start_rest(const Config& config, const types::Genesis& genesis, const TlsFiles& tls,
                                                            api::handlers::Service& service) {
    api::http::ServerConfig server;
    server.address = api_address(config, genesis);
    server.certificate_pem = tls.certificate_pem;
    server.key_pem = tls.key_pem;
    server.threads = static_cast<unsigned>(config.api.threads);
    server.limits.connections = config.api.connections;
    server.limits.connections_per_address = std::max<std::size_t>(config.api.connections / 4, 8);
    return api::http::Server::start(std::move(server), service.handler());
}

// SIGTERM and SIGINT are blocked in every thread; here is where they are taken.
void wait_for_end(Lifecycle& lifecycle, Log& log, const std::function<bool()>& is_over) {
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    const timespec patience{0, std::chrono::nanoseconds(kSignalPoll).count()};
    while (!lifecycle.stopping() && !is_over()) {
        const int signal = sigtimedwait(&signals, nullptr, &patience);
        if (signal != SIGTERM && signal != SIGINT) continue;
        log.info("stopping", signal == SIGTERM ? "SIGTERM: stopping" : "SIGINT: stopping");
        lifecycle.stop();
    }
}

ExitCode give_up(Log& log, const base::Error& error, ExitCode code) {
    log.error("start_failed", base::describe(error), {{"exit", static_cast<int>(code)}});
    return code;
}

// Errors of what a person wrote are configuration (78), all else is failure (1).
ExitCode exit_code_of(const base::Error& error) {
    return error.code == ErrorCode::invalid_value ? ExitCode::configuration : ExitCode::failed;
}

base::Result<std::unique_ptr<store::Store>> open_store(const Config& config, const types::Genesis& genesis, const NodeKeys& keys) {
    store::StoreOptions options;
    options.genesis_writes = contracts::runtime::genesis_writes(genesis);
    if (keys.validator) options.parts_root = keys.validator->parts_root;
    options.full_check_below_bytes = config.limits.full_check_below_mib * kMib;
    return store::Store::open(config.data / "store", genesis, std::move(options));
}

// A node over its open store: one epoch after the other, with a seat or following until it has one. The process, the REST server and the
// store stay; what runs in between is stopped and started where an epoch ends.
class Life {
public:
    Life(const Config& config, const types::Genesis& genesis, const NodeKeys& keys, store::Store& store, Supervisor& supervisor)
        : config_(config), genesis_(genesis), keys_(keys), store_(store), supervisor_(supervisor) {}

    base::Status run() {
        while (!supervisor_.lifecycle.stopping()) {
            PLACET_TRY_ASSIGN(const auto terms, epoch_terms(*store_.snapshot()));
            const NodeKeys* const keys = config_.role() == NodeRole::validator ? keys_for(terms.set) : nullptr;
            if (keys != nullptr) {
                PLACET_TRY(serve(terms, *keys));
            } else {
                PLACET_TRY(follow(terms));
            }
        }
        return {};
    }

private:
    /// Those of this node that sit in the set: the present ones, or those that wait for a rotation. Null without a seat.
    const NodeKeys* keys_for(const types::ValidatorSet& set) {
        const auto [known, is_new] = seats_.try_emplace(set.epoch, nullptr);
        if (!is_new) return known->second;
        const auto present = find_seat(config_, set, keys_);
        if (present) return known->second = &keys_;
        auto next = open_next_keys(config_);
        if (next && find_seat(config_, set, *next)) {
            later_.push_back(std::move(*next));
            return known->second = &later_.back();
        }
        why_ = base::describe(present.error());
        return nullptr;
    }

    base::Status serve(const EpochTerms& terms, const NodeKeys& keys) {
        PLACET_TRY_ASSIGN(const auto validator, Validator::start({config_, genesis_, terms, keys, store_, supervisor_.backend, supervisor_.metrics,
                                                                  supervisor_.log, supervisor_.lifecycle},
                                                                 waiting_));
        supervisor_.log.info("epoch_begins", "this validator has a seat", {{"epoch", terms.set.epoch}, {"above", terms.base}});
        ready();
        const auto may_leave = [&] { return validator->epoch_is_over() && !is_leaver(); };
        wait_for_end(supervisor_.lifecycle, supervisor_.log, may_leave);
        validator->receipts().stop();
        if (supervisor_.lifecycle.stopping()) supervisor_.server.stop(kGrace);
        supervisor_.backend.detach();
        validator->stop();
        waiting_ = validator->take_waiting();
        return {};
    }

    /// Without a seat in the next set this node goes on helping those that are still in the old one, until it is stopped.
    bool is_leaver() {
        const auto next = epoch_terms(*store_.snapshot());
        if (!next || keys_for(next->set) != nullptr) return false;
        if (!std::exchange(has_left_, true)) {
            supervisor_.backend.leave();
            supervisor_.log.warn("seat_left", "the next epoch has no seat for these keys: this node serves what is sealed and helps those behind; stop it "
                                              "when the others have gone on (docs/operations.md, Changing the validators)", {{"why", why_}});
        }
        return true;
    }

    base::Status follow(const EpochTerms& terms) {
        PLACET_TRY_ASSIGN(const auto observer, Observer::start({config_, genesis_, keys_, store_, supervisor_.backend, supervisor_.metrics, supervisor_.log,
                                                                supervisor_.lifecycle}));
        if (config_.role() == NodeRole::validator)
            supervisor_.log.warn("no_seat", "this node follows without a vote until the validator set has it with these keys",
                                 {{"epoch", terms.set.epoch}, {"why", why_}});
        ready();
        types::Height seen = store_.snapshot()->height();
        const auto has_seat = [&] {
            if (config_.role() != NodeRole::validator || store_.snapshot()->height() == seen) return false;
            seen = store_.snapshot()->height();
            const auto now = epoch_terms(*store_.snapshot());
            return now && keys_for(now->set) != nullptr;
        };
        wait_for_end(supervisor_.lifecycle, supervisor_.log, has_seat);
        observer->receipts().stop();
        if (supervisor_.lifecycle.stopping()) supervisor_.server.stop(kGrace);
        supervisor_.backend.detach();
        observer->stop();
        waiting_.clear();
        return {};
    }

    void ready() {
        if (!std::exchange(told_, true)) supervisor_.notify_ready();
    }

    const Config& config_;
    const types::Genesis& genesis_;
    const NodeKeys& keys_;
    std::list<NodeKeys> later_;  // of rotations; who serves an epoch refers to them
    std::map<types::Epoch, const NodeKeys*> seats_;  // null: none
    store::Store& store_;
    Supervisor& supervisor_;
    std::vector<types::Submission> waiting_;  // from epoch to epoch
    bool has_left_ = false;
    std::string why_;
    bool told_ = false;
};

// From the open store to the end of the node.
ExitCode run_open(const Config& config, const types::Genesis& genesis, const NodeKeys& keys, Supervisor& supervisor) {
    Log& log = supervisor.log;
    auto store = open_store(config, genesis, keys);
    if (!store) {
        supervisor.backend.store_failed(base::describe(store.error()));
        return give_up(log, store.error(), ExitCode::failed);
    }
    log.info("store_open", "the store is open and checked", {{"height", (*store)->snapshot()->height()}, {"leaves", (*store)->snapshot()->size()}});
    Life life(config, genesis, keys, **store, supervisor);
    if (const auto lived = life.run(); !lived) return give_up(log, lived.error(), exit_code_of(lived.error()));
    if (const auto error = supervisor.lifecycle.error()) {
        log.error("failed", base::describe(*error) + "; this node stopped voting and ends", {{"exit", static_cast<int>(ExitCode::failed)}});
        return ExitCode::failed;
    }
    log.info("stopped", "clean end", {{"height", (*store)->snapshot()->height()}});
    return ExitCode::clean;
}

}  // namespace

base::Result<std::string> check_node(const Config& config) {
    PLACET_TRY_ASSIGN(const auto genesis, read_genesis(config));
    PLACET_TRY_ASSIGN(const auto keys, open_keys(config));
    const std::string good = "configuration, genesis and keys are good";
    if (config.role() == NodeRole::observer) return good;
    const EpochTerms first{genesis.validators, 0, std::nullopt};
    const auto self = find_seat(config, genesis.validators, keys);
    if (!self) return good + "; a seat there is none in genesis (" + self.error().message + "): without one of a later epoch the node follows";
    PLACET_TRY(consensus_config(config, genesis, first, *self));
    return good;
}

ExitCode run_node(const Config& config, Log& log, Lifecycle& lifecycle) {
    const auto genesis = read_genesis(config);
    if (!genesis) return give_up(log, genesis.error(), ExitCode::configuration);
    const auto lock = DataLock::take(config.data);
    if (!lock) return give_up(log, lock.error(), ExitCode::failed);
    const auto keys = open_keys(config);
    if (!keys) return give_up(log, keys.error(), ExitCode::configuration);
    log.info("starting", "placetd starts",
             {{"version", version()}, {"role", config.role_text}, {"genesis", api::dto::fingerprint(types::genesis_hash(*genesis))}});

    Metrics metrics;
    NodeBackend backend(config, *genesis, keys->tls, metrics);
    api::handlers::ServiceConfig quotas;
    quotas.version = std::string(version());
    quotas.per_second = static_cast<double>(config.api.requests_per_second);
    quotas.burst = static_cast<double>(config.api.burst);
    quotas.anonymous_per_second = static_cast<double>(config.api.anonymous_requests_per_second);
    quotas.anonymous_burst = static_cast<double>(config.api.anonymous_burst);
    api::handlers::Service service(backend, quotas);
    auto server = start_rest(config, *genesis, keys->tls, service);
    if (!server) return give_up(log, server.error(), exit_code_of(server.error()));
    service.watch([&server] { return (*server)->counters(); });
    log.info("rest_listening", "the REST API listens", {{"address", api_address(config, *genesis)}, {"port", std::uint64_t{(*server)->port()}}});
    Supervisor supervisor{log, lifecycle, metrics, backend, **server};
    supervisor.warn_of_certificate(keys->tls);
    const ExitCode code = run_open(config, *genesis, *keys, supervisor);
    lifecycle.stop();
    (*server)->stop(std::chrono::milliseconds(0));
    return code;
}

}  // namespace placet::node

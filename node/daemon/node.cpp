// The order of a node's life: see node.hpp.
#include "node/daemon/node.hpp"

#include <fmt/format.h>

#include <csignal>
#include <fstream>
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
void wait_for_end(Lifecycle& lifecycle, Log& log) {
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    const timespec patience{0, std::chrono::nanoseconds(kSignalPoll).count()};
    while (!lifecycle.stopping()) {
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

// From the open store to the end of the node.
ExitCode run_open(const Config& config, const types::Genesis& genesis, const NodeKeys& keys, Supervisor& supervisor) {
    Log& log = supervisor.log;
    auto store = open_store(config, genesis, keys);
    if (!store) {
        supervisor.backend.store_failed(base::describe(store.error()));
        return give_up(log, store.error(), ExitCode::failed);
    }
    log.info("store_open", "the store is open and checked", {{"height", (*store)->snapshot()->height()}, {"leaves", (*store)->snapshot()->size()}});
    std::unique_ptr<Validator> validator;
    std::unique_ptr<Observer> observer;
    if (config.role() == NodeRole::validator) {
        auto started = Validator::start({config, genesis, keys, **store, supervisor.backend, supervisor.metrics, log, supervisor.lifecycle});
        if (!started) return give_up(log, started.error(), exit_code_of(started.error()));
        validator = std::move(*started);
    } else {
        auto started = Observer::start({config, genesis, keys, **store, supervisor.backend, supervisor.metrics, log, supervisor.lifecycle});
        if (!started) return give_up(log, started.error(), exit_code_of(started.error()));
        observer = std::move(*started);
    }
    supervisor.notify_ready();
    wait_for_end(supervisor.lifecycle, log);
    if (validator) validator->receipts().stop();
    if (observer) observer->receipts().stop();
    supervisor.server.stop(kGrace);
    if (validator) validator->stop();
    if (observer) observer->stop();
    if (const auto error = supervisor.lifecycle.error()) {
        log.error("failed", base::describe(*error) + "; this node stopped voting and ends", {{"exit", static_cast<int>(ExitCode::failed)}});
        return ExitCode::failed;
    }
    log.info("stopped", "clean end", {{"height", (*store)->snapshot()->height()}});
    return ExitCode::clean;
}

}  // namespace

base::Status check_node(const Config& config) {
    PLACET_TRY_ASSIGN(const auto genesis, read_genesis(config));
    PLACET_TRY_ASSIGN(const auto keys, open_keys(config));
    if (config.role() == NodeRole::observer) return {};
    PLACET_TRY_ASSIGN(const auto self, find_seat(config, genesis, keys));
    PLACET_TRY(consensus_config(config, genesis, self));
    return {};
}

ExitCode run_node(const Config& config, Log& log, Lifecycle& lifecycle) {
    const auto genesis = read_genesis(config);
    if (!genesis) return give_up(log, genesis.error(), ExitCode::configuration);
    const auto lock = DataLock::take(config.data);
    if (!lock) return give_up(log, lock.error(), ExitCode::failed);
    const auto keys = open_keys(config);
    if (!keys) return give_up(log, keys.error(), ExitCode::configuration);
    if (config.role() == NodeRole::validator)
        if (const auto seat = find_seat(config, *genesis, *keys); !seat) return give_up(log, seat.error(), ExitCode::configuration);
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

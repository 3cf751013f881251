// placet localnet: a whole network on this machine, without containers. Processes outlive the command; their pids are in files.
#include <map>
#include <thread>

#include "api/client/client.hpp"
#include "api/dto/genesis.hpp"
#include "cli/commands/commands.hpp"
#include "cli/home/home.hpp"
#include "cli/link/session.hpp"
#include "cli/localnet/daemon.hpp"
#include "cli/localnet/layout.hpp"
#include "cli/localnet/vigil.hpp"
#include "cli/words/in_words.hpp"
#include "ledger/base/hex.hpp"

namespace placet::cli::commands {

using namespace frame;
namespace fs = std::filesystem;
using localnet::DaemonState;
using localnet::NodeFolder;

namespace {

std::string port_owner(unsigned base_port, unsigned port) {
    const unsigned offset = port - base_port;
    std::vector<std::string> names;
    for (const auto& organisation : localnet::organisations())
        if (organisation.has_seat) names.push_back(organisation.id);
    if (offset > 2 * names.size()) return "gateway of " + names[std::min<std::size_t>(offset - 2 * names.size() - 1, names.size() - 1)];
    if (offset == 2 * names.size()) return "REST of the observer";
    return (offset % 2 == 0 ? "validators' port of " : "REST of ") + names[offset / 2];
}

CommandResult init(Context& context, const Arguments& arguments) {
    const auto base_port = arguments.number("--base-port", 17100, {.min = 1024, .max = 65000});
    if (!base_port) return std::unexpected(base_port.error());
    for (unsigned port = static_cast<unsigned>(*base_port); port < *base_port + localnet::ports_used(); ++port)
        if (const auto user = localnet::port_user(port))
            return fail(Exit::failed, base::ErrorCode::conflict,
                        fmt::format("port {} ({}) is used by {}; stop it, or choose other ports with --base-port", port,
                                    port_owner(static_cast<unsigned>(*base_port), port), *user),
                        "--base-port");
    std::optional<Progress> progress;
    const fs::path folder = arguments.text("DIR");
    auto made = localnet::make_network(folder, static_cast<unsigned>(*base_port), [&](std::uint64_t done, std::uint64_t total) {
        if (!progress) progress.emplace(context.terminal, "making keys", total);
        progress->at(done);
    });
    if (!made) return std::unexpected(Failure(Exit::failed, made.error()));
    const crypto::Hash hash = types::genesis_hash(made->genesis);
    Json validators(Json::Array{});
    Report report;
    for (const auto& seat : made->genesis.validators.validators)
        validators.push(Json::object({{"name", seat.name},
                                      {"folder", (folder / "validators" / seat.name).string()},
                                      {"peer_address", seat.peer_address},
                                      {"api_address", seat.api_address},
                                      {"tls_spki", base::to_hex(seat.tls_spki.view())}}));
    Json homes = Json::object();
    for (const std::string& name : made->homes) homes.set(name, (folder / "homes" / name).string());
    report.data = Json::object(
        {{"folder", folder.string()},
         {"genesis", (folder / "genesis.json").string()},
         {"genesis_hash", base::to_hex(hash.view())},
         {"fingerprint", api::dto::fingerprint(hash)},
         {"validators", validators},
         {"observer",
          Json::object({{"folder", (folder / "observers" / localnet::kObserver).string()},
                        {"card", (folder / "observers" / localnet::kObserver / "card.json").string()},
                                           {"api_address", fmt::format("{}:{}", localnet::kHost, localnet::observer_port(static_cast<unsigned>(*base_port)))}})},
         {"homes", homes}});
    report.words.line("made a network of {} validators in {}", made->genesis.validators.n(), folder.string());
    report.words.line("fingerprint of its genesis: {}", api::dto::fingerprint(hash));
    report.words.line("homes: {}", words::joined(made->homes));
    report.words.line("next: placet localnet start {}", folder.string());
    return report;
}

struct Opened {
    types::Genesis genesis;
    std::vector<NodeFolder> nodes;  ///< those chosen
};

/// The nodes a command is about: --only NAME…, else the validators.
Outcome<Opened> open_network(const Arguments& arguments) {
    const fs::path folder = arguments.text("DIR");
    auto genesis = home::read_genesis(folder / "genesis.json");
    if (!genesis) return std::unexpected(std::move(genesis).error());
    const auto all = localnet::nodes_of(folder, *genesis);
    if (!all) return std::unexpected(Failure(Exit::usage, all.error()));
    const auto only = arguments.values("--only");
    Opened out{std::move(*genesis), {}};
    for (const std::string& name : only)
        if (std::ranges::find(*all, name, &NodeFolder::name) == all->end()) return usage("there is no node \"" + name + "\" here", "--only");
    for (const NodeFolder& node : *all)
        if (only.empty() ? !node.is_observer : std::ranges::find(only, node.name) != only.end()) out.nodes.push_back(node);
    return out;
}

std::string api_address_of(const types::Genesis& genesis, const NodeFolder& node) {
    for (const auto& seat : genesis.validators.validators)
        if (!node.is_observer && seat.name == node.name) return seat.api_address;
    return {};
}

/// What a node says of itself on the way up.
struct Word {
    bool is_up = false;
    std::string report;  ///< why not yet; changes when it gets on
};

/// Whether it is ready, or, where only some are started and there may be no quorum, has started; the observer, whose address stands in no genesis,
/// counts once it runs.
Word ask(const types::Genesis& genesis, const NodeFolder& node, const char* path) {
    for (const auto& seat : genesis.validators.validators) {
        if (node.is_observer || seat.name != node.name) continue;
        api::client::ClientConfig config;
        config.endpoints = {{seat.api_address, seat.tls_spki}};
        config.connect_timeout = config.request_timeout = std::chrono::milliseconds(1000);
        auto client = api::client::Client::make(std::move(config));
        if (!client) return {false, client.error().message};
        if (client->get(path, "text/plain")) return {true, {}};
        const auto status = client->get("/v1/status");
        if (!status) return {false, "its REST API does not answer yet"};
        const auto said = link::json_from(base::as_text(*status));
        if (!said) return {false, "its REST API does not answer yet"};
        return {false, fmt::format("height {}: {}", said->number_at("height"), said->text_at("summary"))};
    }
    return {localnet::daemon_status(node.folder).state == DaemonState::running, "its process is being started"};
}

Json node_json(const types::Genesis& genesis, const NodeFolder& node) {
    const auto status = localnet::daemon_status(node.folder);
    static constexpr const char* kStates[] = {"stopped", "stale", "running"};
    return Json::object({{"name", node.name},
                         {"state", kStates[static_cast<int>(status.state)]},
                         {"pid", static_cast<std::int64_t>(status.pid)},
                         {"api_address", api_address_of(genesis, node)},
                         {"folder", node.folder.string()},
                         {"log", (node.folder / "placetd.log").string()}});
}

/// What changes when a node gets on: its own report, its log, and the processor time it spends (in steps of half a
/// second).
std::string signs_of(const NodeFolder& node, const std::string& report) {
    return fmt::format("{}|{}|{}", report, localnet::log_bytes(node.folder), localnet::processor_ms(node.folder) / 500);
}

/// How long each node's log was before it was started: what it says now stands behind that.
using LogsBefore = std::map<std::string, std::uintmax_t>;

Failure ended(const NodeFolder& node, const LogsBefore& before) {
    const auto at = before.find(node.name);
    const std::string word = localnet::last_log_line(node.folder, at == before.end() ? 0 : at->second);
    return {Exit::failed,
            {base::ErrorCode::unavailable, word.empty() ? "ended at once, without a word" : "ended; its last word: " + word, node.name}};
}

/// Waits for one node as long as it gets on, and says what it waits for whenever that changes.
Outcome<void> wait_until_up(Context& context, const types::Genesis& genesis, const NodeFolder& node, const LogsBefore& before) {
    const char* path = before.size() == genesis.validators.n() ? "/readyz" : "/startupz";
    localnet::Vigil vigil(std::chrono::seconds(context.settings.timeout_s), localnet::Vigil::Clock::now());
    constexpr auto kQuietFor = std::chrono::seconds(3);  // a start that takes no longer needs no words
    const auto began = localnet::Vigil::Clock::now();
    std::string told;
    for (;;) {
        const Word word = ask(genesis, node, path);
        if (word.is_up) return {};
        if (localnet::daemon_status(node.folder).state != DaemonState::running)
            return std::unexpected(ended(node, before));
        const auto now = localnet::Vigil::Clock::now();
        if (word.report != told && now - began > kQuietFor) {
            context.terminal.note(fmt::format("waiting for {}: {}", node.name, word.report));
            told = word.report;
        }
        if (const auto verdict = vigil.look(signs_of(node, word.report), now);
            verdict != localnet::Vigil::Verdict::wait)
            return fail(
                Exit::not_committed, base::ErrorCode::timeout,
                fmt::format(
                    "runs, but is not ready ({}), and {}; it goes on trying: see {}, or wait longer with --timeout",
                    word.report,
                    verdict == localnet::Vigil::Verdict::stands_still
                        ? fmt::format("nothing has changed for {} s", context.settings.timeout_s)
                        : fmt::format("that lasts for {} s already",
                                      std::chrono::duration_cast<std::chrono::seconds>(now - began).count()),
                    (node.folder / "placetd.log").string()),
                node.name);
        std::this_thread::sleep_for(std::chrono::milliseconds(100));
    }
}

/// Waits until every node answers, or one ends, or stands still.
Outcome<void> wait_until_answering(Context& context, const Opened& network, const LogsBefore& before) {
    for (const NodeFolder& node : network.nodes)
        if (auto up = wait_until_up(context, network.genesis, node, before); !up) return up;
    return {};
}

CommandResult start(Context& context, const Arguments& arguments) {
    const auto network = open_network(arguments);
    if (!network) return std::unexpected(network.error());
    const auto program = localnet::find_placetd(arguments.value("--placetd"));
    if (!program) return std::unexpected(Failure(Exit::configuration, program.error()));
    std::vector<NodeFolder> missing;
    Report report;
    for (const NodeFolder& node : network->nodes) {
        const auto status = localnet::daemon_status(node.folder);
        if (status.state == DaemonState::stale)
            context.terminal.note(fmt::format("{}: process {} is gone (crash or kill); starting it again", node.name, status.pid));
        if (status.state != DaemonState::running)
            missing.push_back(node);
        else
            report.words.line("{} runs already (pid {})", node.name, status.pid);
    }
    if (missing.empty())
        return fail(Exit::failed, base::ErrorCode::conflict, "it runs already; placet localnet stop " + arguments.text("DIR") + " ends it",
                    arguments.text("DIR"));
    for (const NodeFolder& node : missing)
        for (const auto& seat : network->genesis.validators.validators)
            for (const std::string& address : {seat.peer_address, seat.api_address}) {
                if (node.is_observer || seat.name != node.name) continue;
                const auto port = static_cast<unsigned>(std::strtoul(address.substr(address.rfind(':') + 1).c_str(), nullptr, 10));
                if (const auto user = localnet::port_user(port))
                    return fail(Exit::failed, base::ErrorCode::conflict, fmt::format("port {} is used by {}; stop it first", port, *user), node.name);
            }
    LogsBefore before;
    for (const NodeFolder& node : network->nodes) before[node.name] = localnet::log_bytes(node.folder);
    Json nodes(Json::Array{});
    for (const NodeFolder& node : missing)
        if (const auto pid = localnet::start_daemon(*program, node.folder); !pid) return std::unexpected(Failure(Exit::failed, pid.error()));
    if (auto waited = wait_until_answering(context, *network, before); !waited) return std::unexpected(waited.error());
    for (const NodeFolder& node : network->nodes) {
        const Json entry = node_json(network->genesis, node);
        if (std::ranges::find(missing, node.name, &NodeFolder::name) != missing.end())
            report.words.line("{} started (pid {}) {}", node.name, entry.number_at("pid"), entry.text_at("api_address"));
        nodes.push(entry);
    }
    report.data = Json::object({{"folder", arguments.text("DIR")}, {"started", missing.size()}, {"nodes", nodes}});
    return report;
}

CommandResult stop(Context&, const Arguments& arguments) {
    Arguments chosen = arguments;
    if (!arguments.flag("--only")) {  // everything, the observer too
        const auto genesis = home::read_genesis(fs::path(arguments.text("DIR")) / "genesis.json");
        if (!genesis) return std::unexpected(genesis.error());
        const auto all = localnet::nodes_of(arguments.text("DIR"), *genesis);
        if (!all) return std::unexpected(Failure(Exit::usage, all.error()));
        for (const NodeFolder& node : *all) chosen.given["--only"].push_back(node.name);
    }
    const auto network = open_network(chosen);
    if (!network) return std::unexpected(network.error());
    Report report;
    Json nodes(Json::Array{});
    for (const NodeFolder& node : network->nodes) {
        const auto before = localnet::daemon_status(node.folder);
        const auto stopped = localnet::stop_daemon(node.folder, 10'000);
        if (!stopped) return std::unexpected(Failure(Exit::failed, stopped.error()));
        nodes.push(Json::object({{"name", node.name},
                                 {"pid", static_cast<std::int64_t>(before.pid)},
                                 {"was_running", stopped->was_running},
                                 {"killed", stopped->killed}}));
        if (stopped->was_running)
            report.words.line("{} stopped{}", node.name, stopped->killed ? " (it did not end by itself within 10 s and was killed)" : "");
        else if (before.state == DaemonState::stale)
            report.words.line("{} was gone already (pid {} is no longer ours)", node.name, before.pid);
    }
    if (report.words.empty()) report.words.add("nothing ran");
    report.data = Json::object({{"folder", arguments.text("DIR")}, {"nodes", nodes}});
    return report;
}

CommandResult status(Context&, const Arguments& arguments) {
    const auto network = open_network(arguments);
    if (!network) return std::unexpected(network.error());
    Report report;
    Json nodes(Json::Array{});
    std::vector<std::vector<std::string>> rows{{"NODE", "STATE", "PID", "REST"}};
    std::size_t running = 0;
    for (const NodeFolder& node : network->nodes) {
        const Json entry = node_json(network->genesis, node);
        const bool runs = entry.text_at("state") == "running";
        running += runs ? 1 : 0;
        rows.push_back({node.name, entry.text_at("state"), runs ? std::to_string(entry.number_at("pid")) : "-", entry.text_at("api_address")});
        nodes.push(entry);
    }
    report.words.table(rows);
    report.data = Json::object({{"folder", arguments.text("DIR")}, {"running", running}, {"nodes", nodes}});
    report.exit = running == network->nodes.size() ? Exit::ok : Exit::failed;
    return report;
}

}  // namespace

void add_localnet(CommandTable& table) {
    const Argument folder{"DIR", Kind::positional, "the network's folder", Presence::required, ""};
    const Argument only{"--only", Kind::values, "only this node (a validator's name, or observer)", Presence::optional, "NAME"};
    table.groups.push_back({"localnet", "a whole network on this machine: three hospitals, a university, a regulator"});
    table.commands.push_back(
        {{"localnet", "init"},
         "make keys, certificates, genesis, configurations and homes for everybody",
         "placet localnet init ./net --base-port 17100",
         {folder, {"--base-port", Kind::value, "first of thirteen ports on 127.0.0.1 (default 17100)", Presence::optional, "PORT"}},
         init});
    table.commands.push_back(
        {{"localnet", "start"},
         "start the validators in the background and wait until they answer",
         "placet localnet start ./net",
         {folder,
          only,
          {"--placetd", Kind::value, "the program to start; without it the one beside placet, else in PATH", Presence::optional, "FILE"}},
         start});
    table.commands.push_back({{"localnet", "stop"}, "stop the nodes cleanly", "placet localnet stop ./net", {folder, only}, stop});
    table.commands.push_back(
        {{"localnet", "status"}, "show which nodes run; exit 1 if one does not", "placet localnet status ./net", {folder, only}, status});
}

}  // namespace placet::cli::commands

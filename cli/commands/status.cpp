// placet status: in one line whether a validator is healthy, degraded or stopped, since when, and what to do; below it where it stands in the
// protocol, its peers, and whom it caught signing two things.
#include "cli/commands/commands.hpp"
#include "cli/link/session.hpp"
#include "cli/words/in_words.hpp"

namespace placet::cli::commands {

using namespace frame;

namespace {

struct Asked {
    Json answer;
    std::string line;
    std::vector<std::string> details;
    Exit exit = Exit::ok;
};

struct Node {
    std::string name;
    std::string organisation;
    api::client::Endpoint endpoint;
};

/// Where a validator stands in the protocol, whom it hears, and whom it caught.
std::vector<std::string> details(const Json& answer) {
    std::vector<std::string> out;
    if (!answer.text_at("primary").empty())
        out.push_back(fmt::format("sequence {}, watermarks {} to {}, stable checkpoint {}, {} waiting", answer.number_at("sequence"),
                                  answer.number_at("low_watermark"), answer.number_at("high_watermark"), answer.number_at("stable_checkpoint"),
                                  answer.number_at("mempool")));
    const Json& backlog = answer.at("backlog");
    if (backlog.number_at("reviews_open") + backlog.number_at("withdrawals_waiting") > 0)
        out.push_back(fmt::format("backlog: {} emergency accesses to review ({} overdue), {} withdrawals not acknowledged ({} overdue)", backlog.number_at("reviews_open"),
                                  backlog.number_at("reviews_overdue"), backlog.number_at("withdrawals_waiting"), backlog.number_at("withdrawals_overdue")));
    for (const Json& peer : answer.rows_at("peers"))
        out.push_back(fmt::format("peer {}: {}, height {}", peer.text_at("name"), peer.text_at("state"), peer.number_at("height")));
    for (const Json& one : answer.rows_at("evidence"))
        out.push_back(fmt::format("evidence: {} signed two different {} messages, epoch {}, view {}, sequence {}. Tell its operators.",
                                  one.text_at("validator"), one.text_at("kind"), one.number_at("epoch"), one.number_at("view"),
                                  one.number_at("sequence")));
    return out;
}

/// One node, anonymously: its status is public, and asking it needs no passphrase.
Asked ask(const Node& node) {
    api::client::ClientConfig config;
    config.endpoints = {node.endpoint};
    config.connect_timeout = config.request_timeout = std::chrono::milliseconds(3000);
    Asked out;
    auto client = api::client::Client::make(std::move(config));
    const auto body = client ? client->get("/v1/status") : base::Result<base::Bytes>(std::unexpected(client.error()));
    const auto answer = body ? link::json_from(base::as_text(*body)) : base::Result<Json>(std::unexpected(body.error()));
    if (!answer) {
        out.answer =
            Json::object({{"node", node.name}, {"health", "unreachable"}, {"address", node.endpoint.address}, {"summary", answer.error().message}});
        out.line = fmt::format("stopped: {} does not answer at {} ({}). Look at its log, and start it again.", node.name, node.endpoint.address,
                               answer.error().message);
        out.exit = Exit::no_connection;
        return out;
    }
    out.answer = *answer;
    out.answer.set("address", node.endpoint.address);
    const std::string health = answer->text_at("health");
    const std::string primary = answer->text_at("primary");
    out.line = fmt::format("{}: {} since {}, height {}{}. {}", health, node.name, answer->text_at("since"), answer->number_at("height"),
                           primary.empty() ? " (without a vote)" : fmt::format(", view {} under {}", answer->number_at("view"), primary),
                           answer->text_at("summary"));
    for (const std::string& line : details(*answer)) out.details.push_back(line);
    out.exit = health == "healthy" ? Exit::ok : Exit::failed;
    return out;
}

/// The validators of genesis, and the nodes that the home knows by name (an observer).
std::vector<Node> known_nodes(const types::Genesis& genesis, const Outcome<home::Home>& home) {
    std::vector<Node> out;
    for (const auto& seat : genesis.validators.validators) out.push_back({seat.name, seat.organisation, {seat.api_address, seat.tls_spki}});
    if (!home) return out;
    for (const auto& endpoint : home->endpoints)
        if (!endpoint.name.empty()) out.push_back({endpoint.name, "", {endpoint.address, endpoint.spki}});
    return out;
}

/// --node, else the home's own choice, else its organisation's validator; empty = all validators.
std::string wanted_node(const Settings& settings, const std::vector<Node>& nodes, const Outcome<home::Home>& home) {
    if (settings.node) return *settings.node;
    if (!home) return {};
    if (!home->node.empty()) return home->node;
    const auto own = std::ranges::find(nodes, home->organisation, &Node::organisation);
    return own == nodes.end() || home->organisation.empty() ? std::string{} : own->name;
}

CommandResult status(Context& context, const Arguments& arguments) {
    auto path = home::genesis_path(context.settings);
    if (!path) return std::unexpected(path.error());
    const auto genesis = home::read_genesis(*path);
    if (!genesis) return std::unexpected(genesis.error());
    const auto home = home::open_home(context.settings);
    const std::vector<Node> known = known_nodes(*genesis, home);
    const std::string wanted = arguments.flag("--all") ? std::string{} : wanted_node(context.settings, known, home);
    if (!wanted.empty() && std::ranges::find(known, wanted, &Node::name) == known.end()) {
        std::vector<std::string> names;
        for (const Node& node : known) names.push_back(node.name);
        return usage("there is no node \"" + wanted + "\"; there are " + words::joined(names), "--node");
    }
    Report report;
    Json nodes(Json::Array{});
    for (const Node& node : known) {
        if (wanted.empty() ? node.organisation.empty() : node.name != wanted) continue;
        Asked asked = ask(node);
        report.words.add(asked.line);
        for (const std::string& line : asked.details) report.words.add("  " + line);
        if (report.exit == Exit::ok) report.exit = asked.exit;
        nodes.push(std::move(asked.answer));
    }
    report.data = Json::object({{"nodes", nodes}});
    if (nodes.size() == 1) report.data.merge((*nodes.items())[0]);
    return report;
}

}  // namespace

void add_status(CommandTable& table) {
    table.commands.push_back({{"status"},
                              "say in one line whether a validator is healthy, degraded or stopped, since when, and what to do; then where it stands",
                              "placet status --home ./net/homes/operator-hospital-a",
                              {{"--all", Kind::flag, "every validator of genesis", Presence::optional, ""}},
                              status});
}

}  // namespace placet::cli::commands

// placet status: in one line whether a validator is healthy, degraded or stopped, since when, and what to do.
#include "cli/commands/commands.hpp"
#include "cli/link/session.hpp"
#include "cli/words/in_words.hpp"

namespace placet::cli::commands {

using namespace frame;

namespace {

struct Asked {
    Json answer;
    std::string line;
    Exit exit = Exit::ok;
};

/// One validator, anonymously: its status is public, and asking it needs no passphrase.
Asked ask(const types::Validator& seat) {
    api::client::ClientConfig config;
    config.endpoints = {{seat.api_address, seat.tls_spki}};
    config.connect_timeout = config.request_timeout = std::chrono::milliseconds(3000);
    Asked out;
    auto client = api::client::Client::make(std::move(config));
    const auto body = client ? client->get("/v1/status") : base::Result<base::Bytes>(std::unexpected(client.error()));
    const auto answer = body ? link::json_from(base::as_text(*body)) : base::Result<Json>(std::unexpected(body.error()));
    if (!answer) {
        out.answer =
            Json::object({{"node", seat.name}, {"health", "unreachable"}, {"address", seat.api_address}, {"summary", answer.error().message}});
        out.line = fmt::format("stopped: {} does not answer at {} ({}). Look at its log, and start it again.", seat.name, seat.api_address,
                               answer.error().message);
        out.exit = Exit::no_connection;
        return out;
    }
    out.answer = *answer;
    out.answer.set("address", seat.api_address);
    const std::string health = answer->text_at("health");
    out.line = fmt::format("{}: {} since {}, height {}, view {} under {}. {}", health, answer->text_at("node"), answer->text_at("since"),
                           answer->number_at("height"), answer->number_at("view"), answer->text_at("primary"), answer->text_at("summary"));
    out.exit = health == "healthy" ? Exit::ok : Exit::failed;
    return out;
}

CommandResult status(Context& context, const Arguments& arguments) {
    auto path = home::genesis_path(context.settings);
    if (!path) return std::unexpected(path.error());
    const auto genesis = home::read_genesis(*path);
    if (!genesis) return std::unexpected(genesis.error());
    std::string wanted = context.settings.node.value_or("");
    if (wanted.empty() && !arguments.flag("--all"))
        if (const auto opened = home::open_home(context.settings)) {
            wanted = opened->node;
            for (const auto& seat : genesis->validators.validators)
                if (wanted.empty() && seat.organisation == opened->organisation) wanted = seat.name;
        }
    Report report;
    Json nodes(Json::Array{});
    const auto& seats = genesis->validators.validators;
    if (!wanted.empty() && std::ranges::find(seats, wanted, &types::Validator::name) == seats.end())
        return usage("genesis has no validator \"" + wanted + "\"", "--node");
    for (const auto& seat : seats) {
        if (!wanted.empty() && seat.name != wanted) continue;
        Asked asked = ask(seat);
        report.words.add(asked.line);
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
                              "say in one line whether a validator is healthy, degraded or stopped, since when, and what to do",
                              "placet status --home ./net/homes/operator-hospital-a",
                              {{"--all", Kind::flag, "every validator of genesis", Presence::optional, ""}},
                              status});
}

}  // namespace placet::cli::commands

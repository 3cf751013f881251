// placet org: organisations, and the people and machines that act for them.
#include "cli/commands/commands.hpp"
#include "cli/commands/typed_values.hpp"
#include "cli/home/cards.hpp"
#include "cli/link/pipeline.hpp"
#include "cli/link/session.hpp"
#include "cli/words/in_words.hpp"
#include "contracts/governance/commands.hpp"

namespace placet::cli::commands {

using namespace frame;
namespace governance = contracts::governance;

namespace {

Outcome<governance::EnrolActor> enrolment_of(const std::string& file, const std::string& organisation) {
    const auto card = home::read_actor_card(file);
    if (!card) return std::unexpected(Failure(Exit::usage, card.error()));
    governance::EnrolActor command;
    command.id = card->id;
    for (const std::string& text : card->roles) {
        const auto role = governance::role_from(text);
        if (!role) return usage(file + ": there is no role \"" + text + "\"", "roles");
        command.roles.push_back(*role);
    }
    if (!command.id.ends_with("@" + organisation))
        return usage(file + ": " + command.id + " is not of " + organisation + ", and only its own operator enrols it", "id");
    command.key = card->key;
    if (!card->client_spki.is_zero()) command.client_spki = card->client_spki;
    command.title = card->title;
    return command;
}

Json roles_json(const governance::EnrolActor& command) {
    Json roles(Json::Array{});
    for (const auto role : command.roles) roles.push(governance::to_string(role));
    return roles;
}

std::vector<std::string> role_names() {
    std::vector<std::string> out;
    for (std::uint8_t i = 0; i <= static_cast<std::uint8_t>(last_of(governance::Role{})); ++i)
        out.emplace_back(to_string(static_cast<governance::Role>(i)));
    return out;
}

CommandResult enroll(Context& context, const Arguments& arguments) {
    auto session = link::Session::open(context);
    if (!session) return std::unexpected(session.error());
    std::vector<governance::EnrolActor> commands;
    for (const std::string& file : arguments.values("CARD")) {
        auto command = enrolment_of(file, session->home().organisation);
        if (!command) return std::unexpected(command.error());
        commands.push_back(std::move(*command));
    }
    if (commands.size() == 1) {
        const auto recorded = session->submit(link::draft(commands[0]));
        if (!recorded) return std::unexpected(recorded.error());
        Words words;
        words.line("{} is enrolled", commands[0].id);
        return link::conclude(*recorded, Json::object({{"actor", commands[0].id}, {"roles", roles_json(commands[0])}}), std::move(words));
    }
    Report report;
    Json enrolled(Json::Array{});
    std::uint64_t failed = 0;
    link::Pipeline pipeline(*session);
    for (const auto& command : commands)
        pipeline.push(link::draft(command), [&, id = command.id, roles = roles_json(command)](const Outcome<link::Recorded>& outcome) {
            Json entry = Json::object({{"actor", id}, {"roles", roles}});
            const bool good = outcome && outcome->event.outcome.accepted;
            failed += good ? 0 : 1;
            if (outcome)
                entry.merge(link::recorded_json(*outcome));
            else
                entry.set("error", outcome.error().error.message);
            report.words.line("{}: {}", id, outcome ? contracts::outcome_sentence(outcome->event.outcome.code) : outcome.error().error.message);
            enrolled.push(std::move(entry));
        });
    pipeline.finish();
    if (pipeline.broken()) return std::unexpected(*pipeline.broken());
    report.data = Json::object({{"enrolled", enrolled}, {"failed", failed}});
    report.exit = failed == 0 ? Exit::ok : Exit::refused;
    return report;
}

CommandResult revoke(Context& context, const Arguments& arguments) {
    auto session = link::Session::open(context);
    if (!session) return std::unexpected(session.error());
    const governance::RevokeActor command{arguments.text("ACTOR"), arguments.text("--reason")};
    const auto recorded = session->submit(link::draft(command));
    if (!recorded) return std::unexpected(recorded.error());
    Words words;
    words.line("{} is revoked: nothing it signs executes any more", command.id);
    return link::conclude(*recorded, Json::object({{"actor", command.id}}), std::move(words));
}

CommandResult policy(Context& context, const Arguments& arguments) {
    const auto chosen = governance::implicit_policy_from(arguments.text("POLICY"));
    if (!chosen) return usage("policies are none, deny_all, break_glass_only, basic_normal and all_normal", "POLICY");
    auto session = link::Session::open(context);
    if (!session) return std::unexpected(session.error());
    const governance::SetImplicitPolicy command{session->home().organisation, *chosen};
    const auto recorded = session->submit(link::draft(command));
    if (!recorded) return std::unexpected(recorded.error());
    Words words;
    words.line("where no consent is on file at {}: {}", command.custodian, governance::to_string(*chosen));
    return link::conclude(*recorded, Json::object({{"custodian", command.custodian}, {"policy", governance::to_string(*chosen)}}), std::move(words));
}

CommandResult list(Context& context, const Arguments& arguments) {
    const auto role = choice_of(arguments, "--role", role_names());
    if (!role) return std::unexpected(role.error());
    auto session = link::Session::open(context);
    if (!session) return std::unexpected(session.error());
    const auto organisations = session->get_all("/v1/organisations?limit=100");
    if (!organisations) return std::unexpected(organisations.error());
    const auto actors = session->get_all(
        "/v1/actors" +
        link::query({{"limit", "100"}, {"organisation", arguments.text("--organisation")}, {"role", *role}}));
    if (!actors) return std::unexpected(actors.error());
    Report report{Json::object({{"organisations", *organisations}, {"actors", *actors}}), {}};
    std::vector<std::vector<std::string>> rows{{"ORGANISATION", "KIND", "COUNTRY", "TITLE"}};
    for (const Json& entry : *organisations->items())
        rows.push_back({entry.text_at("id"), entry.text_at("kind"), entry.text_at("country"), entry.text_at("title")});
    report.words.table(rows).blank();
    rows = {{"ACTOR", "ROLES", "STATUS", "SINCE"}};
    for (const Json& entry : *actors->items())
        rows.push_back({entry.text_at("id"), words::joined(entry.texts_at("roles")), entry.text_at("status"), entry.text_at("since")});
    report.words.table(rows);
    return report;
}

CommandResult show(Context& context, const Arguments& arguments) {
    auto session = link::Session::open(context);
    if (!session) return std::unexpected(session.error());
    const std::string id = arguments.text("ID");
    Report report;
    if (id.find('@') != std::string::npos || id == "me") {
        const auto actor = session->get("/v1/actors/" + link::segment(id));
        if (!actor) return std::unexpected(actor.error());
        report.data = Json::object({{"actor", *actor}});
        report.words.line("{}: {} of {}, {} since {}", actor->text_at("id"), words::joined(actor->texts_at("roles")), actor->text_at("organisation"),
                          actor->text_at("status"), actor->text_at("since"));
        report.words.line("key {}", actor->text_at("key"));
        return report;
    }
    const auto organisations = session->get_all("/v1/organisations?limit=100");
    if (!organisations) return std::unexpected(organisations.error());
    for (const Json& entry : *organisations->items()) {
        if (entry.text_at("id") != id) continue;
        report.data = Json::object({{"organisation", entry}});
        report.words.line("{}: {}, a {} in {}; {}", id, entry.text_at("title"), entry.text_at("kind"), entry.text_at("country"),
                          entry.at("has_seat").truth() ? "runs a validator" : "runs no validator");
        return report;
    }
    return fail(Exit::not_found, base::ErrorCode::not_found, "there is no such organisation; `placet org list` shows all", id);
}

}  // namespace

void add_org(CommandTable& table) {
    table.groups.push_back({"org", "organisations, and the people and machines that act for them"});
    table.commands.push_back({{"org", "enroll"},
                              "enrol actors of your own organisation by their cards",
                              "placet org enroll ./homes/gateway-hospital-a/card.json --home ./homes/operator-hospital-a",
                              {{"CARD", Kind::positionals, "card.json, as made by `placet home init`", Presence::required, ""}},
                              enroll});
    table.commands.push_back({{"org", "revoke"},
                              "revoke an actor: nothing it signs executes any more",
                              "placet org revoke dac1@hospital-a --reason left --home ./homes/operator-hospital-a",
                              {{"ACTOR", Kind::positional, "name@organisation", Presence::required, ""},
                               {"--reason", Kind::value, "a code: left, key_lost, key_compromised", Presence::required, "CODE"}},
                              revoke});
    table.commands.push_back(
        {{"org", "policy"},
         "say what holds at your hospital where no consent is on file",
         "placet org policy basic_normal --home ./homes/operator-hospital-a",
         {{"POLICY", Kind::positional, "none, deny_all, break_glass_only, basic_normal or all_normal (IHE PCF)", Presence::required, ""}},
         policy});
    table.commands.push_back({{"org", "list"},
                              "list organisations and actors",
                              "placet org list --organisation hospital-a --home ./homes/regulator-regulator",
                              {{"--organisation", Kind::value, "only actors of this one", Presence::optional, "ID"},
                               {"--role", Kind::value, "only actors with this role", Presence::optional, "ROLE"}},
                              list});
    table.commands.push_back({{"org", "show"},
                              "show an organisation, an actor, or yourself (me)",
                              "placet org show me --home ./homes/researcher-university",
                              {{"ID", Kind::positional, "organisation, name@organisation, or me", Presence::required, ""}},
                              show});
}

}  // namespace placet::cli::commands

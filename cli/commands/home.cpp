// placet home: an actor's own folder of keys and settings.
#include "cli/commands/commands.hpp"
#include "cli/commands/typed_values.hpp"
#include "cli/home/keyring.hpp"
#include "cli/home/seat.hpp"
#include "contracts/common/ids.hpp"
#include "contracts/governance/roles.hpp"
#include "ledger/base/hex.hpp"

namespace placet::cli::commands {

using namespace frame;
namespace governance = contracts::governance;

namespace {

Json card_json(const home::ActorCard& card) {
    return Json::object({{"actor", card.id},
                         {"roles", Json::array(card.roles)},
                         {"title", card.title},
                         {"key", crypto::to_text(card.key)},
                         {"client_spki", base::to_hex(card.client_spki.view())}});
}

bool has(const std::vector<std::string>& items, std::string_view wanted) {
    return std::ranges::find(items, wanted) != items.end();
}

/// Whether somebody of this id, with these roles, of this organisation, can be enrolled at all.
Outcome<void> check_plan(const home::HomePlan& plan, const Arguments& arguments) {
    std::vector<governance::Role> roles;
    for (const std::string& text : plan.roles) {
        const auto role = governance::role_from(text);
        if (!role) return usage("there is no role \"" + text + "\"; --help lists them", "--role");
        roles.push_back(*role);
    }
    if (auto checked = as_usage(governance::check_roles(roles), "--role"); !checked) return checked;
    if (!has(plan.roles, "patient"))
        if (const auto status = contracts::check_actor_id(plan.actor, "--actor"); !status)
            return usage("an actor is name@organisation, like dac1@hospital-a: " + status.error().message, "--actor");
    if (!arguments.flag("--organisation-kind")) return {};
    if (const auto kind = choice_of(arguments, "--organisation-kind", {"hospital", "university", "regulator"}); !kind)
        return std::unexpected(kind.error());
    return as_usage(contracts::check_country(arguments.text("--country"), "--country"), "--country");
}

CommandResult init(Context& context, const Arguments& arguments) {
    home::HomePlan plan;
    plan.folder = arguments.text("DIR");
    plan.actor = arguments.text("--actor");
    plan.roles = arguments.values("--role");
    plan.title = arguments.text("--title");
    plan.genesis = context.settings.genesis.value_or("");
    plan.node = context.settings.node.value_or("");
    plan.custodian_folder = arguments.text("--custodian-folder");
    if (arguments.flag("--p256")) plan.algorithm = crypto::Algorithm::es256;
    const bool patient = has(plan.roles, "patient");
    if (auto checked = check_plan(plan, arguments); !checked) return std::unexpected(checked.error());
    const auto passphrase = home::obtain_passphrase(context.settings.passphrase_file, plan.actor, home::Purpose::choose);
    if (!passphrase) return std::unexpected(Failure(Exit::configuration, passphrase.error()));
    const auto card = home::make_home(plan, *passphrase, context.settings.passphrase_file);
    if (!card) return std::unexpected(Failure(Exit::usage, card.error()));
    Report report{Json::object({{"home", plan.folder.string()}, {"card", (plan.folder / "card.json").string()}}), {}};
    report.data.merge(card_json(*card));
    report.words.line("made a home for {} in {}", plan.actor, plan.folder.string());
    if (const auto kind = arguments.value("--organisation-kind")) {
        const home::OrganisationPlan wanted{plan.folder, plan.actor.substr(plan.actor.find('@') + 1), plan.title, *kind, arguments.text("--country")};
        const auto organisation = home::make_organisation(wanted, *card, *passphrase);
        if (!organisation) return std::unexpected(Failure(Exit::usage, organisation.error()));
        report.data.set("organisation_card", (plan.folder / "organisation.json").string());
        report.words.line("the organisation's card for genesis: {}", (plan.folder / "organisation.json").string());
        report.words.line("take {} offline: it recovers the chain if too many validators are lost", (plan.folder / "recovery.key").string());
    } else if (patient) {
        report.words.line("give {} to the hospital, which enrols you under a pseudonym", (plan.folder / "card.json").string());
    } else {
        report.words.line("give {} to your organisation's operator, who runs: placet org enroll {}", (plan.folder / "card.json").string(),
                          (plan.folder / "card.json").string());
    }
    return report;
}

CommandResult show(Context& context, const Arguments&) {
    const auto opened = home::open_home(context.settings);
    if (!opened) return std::unexpected(opened.error());
    Json subjects(Json::Array{});
    for (const auto& subject : opened->subjects)
        subjects.push(Json::object({{"custodian", subject.custodian}, {"pseudonym", base::to_hex(subject.pseudonym.view())}}));
    Report report{Json::object({{"home", opened->folder.string()},
                                {"actor", opened->actor},
                                {"roles", Json::array(opened->roles)},
                                {"genesis", opened->genesis.string()},
                                {"node", opened->node},
                                {"subjects", subjects}}),
                  {}};
    Words& words = report.words;
    words.line("home:    {}", opened->folder.string()).line("actor:   {}", opened->actor.empty() ? "(reads only)" : opened->actor);
    words.line("genesis: {}", opened->genesis.string());
    if (!opened->node.empty()) words.line("asks:    {} first", opened->node);
    for (const auto& subject : opened->subjects)
        words.line("patient of {} under the pseudonym {}", subject.custodian, base::to_hex(subject.pseudonym.view()));
    if (const auto certificate_info = home::read_info(opened->tls_key)) words.line("client certificate: SPKI {}", certificate_info->public_text);
    return report;
}

}  // namespace

void add_home(CommandTable& table) {
    table.groups.push_back({"home", "an actor's own folder of keys and settings"});
    table.commands.push_back(
        {{"home", "init"},
         "make an actor's home: keys, client certificate, settings, and the card to be enrolled by",
         "placet home init ./me --actor dac1@hospital-a --role dac --genesis genesis.json --passphrase-file secret.txt",
         {{"DIR", Kind::positional, "the new home", Presence::required, ""},
          {"--actor", Kind::value, "name@organisation, or patient", Presence::required, "ID"},
          {"--role", Kind::values, "operator, gateway, clinician, patient, researcher, dac, regulator, node_admin or observer", Presence::required,
           "ROLE"},
          {"--title", Kind::value, "what members see beside the id; for an operator the organisation's name", Presence::optional, "TEXT"},
          {"--custodian-folder", Kind::value, "a hospital's folder of registry.key and patients.registry", Presence::optional, "DIR"},
          {"--organisation-kind", Kind::value, "also make an organisation's card: hospital, university or regulator", Presence::optional, "KIND"},
          {"--country", Kind::value, "of the organisation, ISO 3166-1 alpha-2", Presence::optional, "CODE"},
          {"--p256", Kind::flag, "a P-256 key (ES256) instead of secp256k1", Presence::optional, ""}},
         init});
    table.commands.push_back({{"home", "show"}, "show whose home it is and what it is set to", "placet home show --home ./me", {}, show});
}

}  // namespace placet::cli::commands

// placet init: one validator's keys, certificate, configuration and empty vote guard, and the card that goes into genesis.
#include "cli/commands/commands.hpp"
#include "cli/commands/typed_values.hpp"
#include "cli/home/seat.hpp"
#include "contracts/common/ids.hpp"
#include "ledger/base/hex.hpp"

namespace placet::cli::commands {

using namespace frame;

namespace {

CommandResult init(Context& context, const Arguments& arguments) {
    home::SeatPlan plan;
    plan.folder = arguments.text("DIR");
    plan.name = arguments.text("--name");
    plan.organisation = arguments.text("--organisation", plan.name);
    plan.peer_address = arguments.text("--peer-address");
    plan.api_address = arguments.text("--api-address");
    plan.sponsor = arguments.text("--sponsor", plan.organisation);
    plan.genesis = arguments.text("--genesis-at", (plan.folder / "genesis.json").string());
    for (const char* name : {"--peer-address", "--api-address"})
        if (auto checked = check_address(arguments, name); !checked) return std::unexpected(checked.error());
    if (auto checked = as_usage(contracts::check_organisation_id(plan.name, "--name"), "--name"); !checked)
        return std::unexpected(checked.error());
    if (auto checked =
            as_usage(contracts::check_organisation_id(plan.organisation, "--organisation"), "--organisation");
        !checked)
        return std::unexpected(checked.error());
    if (auto checked = as_usage(contracts::check_organisation_id(plan.sponsor, "--sponsor"), "--sponsor"); !checked)
        return std::unexpected(checked.error());
    const auto passphrase = home::obtain_passphrase(context.settings.passphrase_file, "the keys of " + plan.name, home::Purpose::choose);
    if (!passphrase) return std::unexpected(Failure(Exit::configuration, passphrase.error()));
    const auto seat = home::make_seat(plan, *passphrase, context.settings.passphrase_file.value_or(""));
    if (!seat) return std::unexpected(Failure(Exit::usage, seat.error()));
    const auto follower = home::make_follower_card(plan, *seat, *passphrase);
    if (!follower) return std::unexpected(Failure(Exit::usage, follower.error()));
    const auto card = plan.folder / "validator.json";
    const auto config = plan.folder / "placetd.toml";
    Report report{Json::object({{"folder", plan.folder.string()},
                                {"name", seat->name},
                                {"card", card.string()},
                                {"follower", (plan.folder / "follower.json").string()},
                                {"config", config.string()},
                                {"tls_spki", base::to_hex(seat->tls_spki.view())}}),
                  {}};
    report.words.line("made the keys of validator {} in {}", seat->name, plan.folder.string());
    report.words.line("its card for genesis: {}", card.string());
    report.words.line("for a chain that runs already, the operator of {} lets it follow first: placet org enroll {}", plan.sponsor, (plan.folder / "follower.json").string());
    report.words.line("when genesis.json is there and its fingerprint compared: placetd --config {}", config.string());
    return report;
}

}  // namespace

void add_init(CommandTable& table) {
    table.commands.push_back({{"init"},
                              "make one validator's keys, certificate, configuration and empty vote guard",
                              "placet init ./seat --name hospital-a --peer-address 10.0.0.5:7001 --api-address 10.0.0.5:7002 --passphrase-file secret.txt",
                              {{"DIR", Kind::positional, "the validator's folder", Presence::required, ""},
                               {"--name", Kind::value, "the validator's name, [a-z0-9-]", Presence::required, "NAME"},
                               {"--organisation", Kind::value, "whose seat it is; without it the name", Presence::optional, "ID"},
                               {"--sponsor", Kind::value, "whose operator lets it follow, for a chain that runs already; without it the organisation", Presence::optional, "ID"},
                               {"--peer-address", Kind::value, "host:port for the other validators", Presence::required, "ADDRESS"},
                               {"--api-address", Kind::value, "host:port of its REST API", Presence::required, "ADDRESS"},
                               {"--genesis-at", Kind::value, "where genesis.json will be; without it in DIR", Presence::optional, "FILE"}},
                              init});
}

}  // namespace placet::cli::commands

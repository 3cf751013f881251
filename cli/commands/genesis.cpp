// placet genesis: the one file everybody trusts. All of it works offline.
#include "api/dto/genesis.hpp"
#include "cli/commands/commands.hpp"
#include "cli/home/cards.hpp"
#include "cli/home/files.hpp"
#include "cli/home/home.hpp"
#include "cli/home/keyring.hpp"
#include "ledger/base/hex.hpp"

namespace placet::cli::commands {

using namespace frame;

namespace {

struct Loaded {
    std::filesystem::path path;
    types::Genesis genesis;
    crypto::Hash hash;
};

Outcome<Loaded> load(Context& context, const Arguments& arguments) {
    std::filesystem::path path = arguments.text("FILE");
    if (path.empty()) {
        auto named = home::genesis_path(context.settings);
        if (!named) return std::unexpected(std::move(named).error());
        path = *named;
    }
    auto genesis = home::read_genesis(path);
    if (!genesis) return std::unexpected(std::move(genesis).error());
    const crypto::Hash hash = types::genesis_hash(*genesis);
    return Loaded{path, std::move(*genesis), hash};
}

Json summary(const Loaded& loaded) {
    Json validators(Json::Array{});
    for (const auto& seat : loaded.genesis.validators.validators)
        validators.push(Json::object({{"name", seat.name},
                                      {"organisation", seat.organisation},
                                      {"peer_address", seat.peer_address},
                                      {"api_address", seat.api_address},
                                      {"tls_spki", base::to_hex(seat.tls_spki.view())}}));
    Json organisations(Json::Array{});
    for (const auto& entry : loaded.genesis.organisations)
        organisations.push(Json::object({{"id", entry.id}, {"title", entry.title}, {"kind", entry.kind}, {"country", entry.country}}));
    return Json::object({{"genesis", loaded.path.string()},
                         {"chain", loaded.genesis.chain},
                         {"genesis_hash", base::to_hex(loaded.hash.view())},
                         {"fingerprint", api::dto::fingerprint(loaded.hash)},
                         {"created_at", base::to_rfc3339(loaded.genesis.created_at_ms)},
                         {"validators", validators},
                         {"organisations", organisations}});
}

CommandResult fingerprint(Context& context, const Arguments& arguments) {
    const auto loaded = load(context, arguments);
    if (!loaded) return std::unexpected(loaded.error());
    Report report{Json::object({{"genesis", loaded->path.string()},
                                {"chain", loaded->genesis.chain},
                                {"genesis_hash", base::to_hex(loaded->hash.view())},
                                {"fingerprint", api::dto::fingerprint(loaded->hash)}}),
                  {}};
    report.words.add(api::dto::fingerprint(loaded->hash));
    context.terminal.note("Read it aloud to somebody you trust at another organisation: equal means the same chain.");
    return report;
}

CommandResult show(Context& context, const Arguments& arguments) {
    const auto loaded = load(context, arguments);
    if (!loaded) return std::unexpected(loaded.error());
    const types::Genesis& genesis = loaded->genesis;
    Report report{summary(*loaded), {}};
    Words& words = report.words;
    words.line("chain:        {}, made {}", genesis.chain, base::to_rfc3339(genesis.created_at_ms));
    words.line("fingerprint:  {}", api::dto::fingerprint(loaded->hash));
    const auto& set = genesis.validators;
    words.line("validators:   {}; up to {} may fail or lie; {} signatures seal a block", set.n(), set.f(), set.q());
    std::vector<std::vector<std::string>> rows{{"VALIDATOR", "ORGANISATION", "REST", "VALIDATORS"}};
    for (const auto& seat : set.validators) rows.push_back({seat.name, seat.organisation, seat.api_address, seat.peer_address});
    words.table(rows);
    rows = {{"ORGANISATION", "KIND", "COUNTRY", "TITLE"}};
    for (const auto& entry : genesis.organisations) rows.push_back({entry.id, entry.kind, entry.country, entry.title});
    words.table(rows);
    return report;
}

CommandResult check(Context& context, const Arguments& arguments) {
    const auto loaded = load(context, arguments);
    if (!loaded) return std::unexpected(loaded.error());
    Report report{summary(*loaded), {}};
    report.words.line("{} keeps every rule of a genesis file", loaded->path.string());
    if (loaded->genesis.validators.n() < 4)
        report.words.line("but {} validators survive no failure: for development only", loaded->genesis.validators.n());
    return report;
}

CommandResult create(Context& context, const Arguments& arguments) {
    types::Genesis genesis;
    genesis.chain = arguments.text("--chain");
    genesis.created_at_ms = home::now_ms();
    for (const std::string& file : arguments.values("--validator")) {
        auto card = home::read_validator_card(file);
        if (!card) return std::unexpected(Failure(Exit::usage, card.error()));
        genesis.validators.validators.push_back(std::move(*card));
    }
    for (const std::string& file : arguments.values("--organisation")) {
        auto card = home::read_organisation_card(file);
        if (!card) return std::unexpected(Failure(Exit::usage, card.error()));
        genesis.organisations.push_back(std::move(*card));
    }
    if (const auto status = types::check(genesis); !status) return std::unexpected(Failure(Exit::usage, status.error()));
    const std::filesystem::path out = arguments.text("FILE");
    std::error_code error;
    if (std::filesystem::exists(out, error)) return usage("exists already; a genesis file is never overwritten", out.string());
    if (const auto status = home::replace_file(out, base::as_bytes(api::dto::genesis_to_json(genesis))); !status)
        return std::unexpected(Failure(status.error()));
    Arguments shown;
    shown.given["FILE"] = {out.string()};
    auto report = show(context, shown);
    if (report) report->words.add("Every organisation compares the fingerprint before it starts a validator.");
    return report;
}

}  // namespace

void add_genesis(CommandTable& table) {
    const Argument file{"FILE", Kind::positional, "the genesis file; without it --genesis or the home's", Presence::optional, ""};
    table.groups.push_back({"genesis", "the file that names the chain and that everybody trusts"});
    table.commands.push_back({{"genesis", "create"},
                              "make a genesis file from validators' and organisations' cards",
                              "placet genesis create genesis.json --chain east --validator a/validator.json --organisation a/organisation.json",
                              {{"FILE", Kind::positional, "where to put it; never overwritten", Presence::required, ""},
                               {"--chain", Kind::value, "the chain's name, [a-z0-9-]", Presence::required, "NAME"},
                               {"--validator", Kind::values, "a validator's card, in the order of seats", Presence::required, "FILE"},
                               {"--organisation", Kind::values, "an organisation's card", Presence::required, "FILE"}},
                              create});
    table.commands.push_back({{"genesis", "show"}, "show validators and organisations", "placet genesis show genesis.json", {file}, show});
    table.commands.push_back({{"genesis", "fingerprint"},
                              "print the genesis hash in groups, for comparing by eye or by voice",
                              "placet genesis fingerprint genesis.json",
                              {file},
                              fingerprint});
    table.commands.push_back({{"genesis", "check"}, "check every rule a genesis file must keep", "placet genesis check genesis.json", {file}, check});
}

}  // namespace placet::cli::commands

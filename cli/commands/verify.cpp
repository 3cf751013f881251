// placet verify: a bundle and a genesis file in, a verdict out. Offline; no home, no passphrase, no clock. Exit 0 proved, 1
// disproved, 2 unreadable, never otherwise.
#include "api/dto/genesis.hpp"
#include "cli/commands/commands.hpp"
#include "cli/home/files.hpp"
#include "cli/home/home.hpp"
#include "cli/words/in_words.hpp"
#include "ledger/base/hex.hpp"
#include "ledger/proof/verify.hpp"

namespace placet::cli::commands {

using namespace frame;

namespace {

std::string_view kind_name(proof::BundleKind kind) {
    switch (kind) {
        case proof::BundleKind::event: return "event";
        case proof::BundleKind::consistency: return "consistency";
        case proof::BundleKind::state: return "state";
        case proof::BundleKind::index: return "index";
    }
    return "unknown";
}

Outcome<proof::VerifyOptions> options_of(const Arguments& arguments) {
    proof::VerifyOptions options;
    if (arguments.flag("--allow-development")) options.development_chains = proof::DevelopmentChains::allowed;
    if (const auto text = arguments.value("--not-before")) {
        const auto instant = base::from_rfc3339(*text);
        if (!instant) return usage(instant.error().message + "; write 2026-11-23T08:00:00Z", "--not-before");
        options.not_before_ms = *instant;
    }
    if (const auto text = arguments.value("--checkpoint")) {
        const auto colon = text->find(':');
        const auto root = base::fixed_from_hex<crypto::Hash>(colon == std::string::npos ? "" : std::string_view(*text).substr(colon + 1));
        Arguments size;
        size.given["--checkpoint"] = {text->substr(0, colon)};
        const auto number = size.number("--checkpoint", 0, {});
        if (!root || !number) return usage("write SIZE:ROOT, the root in hexadecimal", "--checkpoint");
        options.pinned = merkle::TreeHead{*number, *root};
    }
    return options;
}

Json event_json(const proof::Verdict& verdict) {
    if (!verdict.event || !verdict.transaction) return {};
    const auto kind = contracts::command_kind(verdict.transaction->payload.kind);
    return Json::object({{"transaction", base::to_hex(verdict.transaction->id.view())},
                         {"kind", kind ? contracts::to_string(*kind) : "unknown"},
                         {"height", verdict.event->height},
                         {"block_time", base::to_rfc3339(verdict.event->block_time_ms)},
                         {"accepted", verdict.event->outcome.accepted},
                         {"code", verdict.event->outcome.code},
                         {"command_words", Json::array(words::command_in_words(verdict.transaction->payload))},
                         {"outcome_words", Json::array(words::outcome_in_words(verdict.transaction->payload, verdict.event->outcome))}});
}

Report report_of(const proof::Verdict& verdict, const types::Genesis& genesis, const crypto::Hash& hash) {
    Json facts = Json::object();
    for (const proof::Fact& fact : verdict.facts) facts.set(fact.name, fact.value);
    Report report{Json::object({{"proved", verdict.proved},
                                {"verdict", verdict.proved ? "proved" : "disproved"},
                                {"kind", kind_name(verdict.kind)},
                                {"reason", verdict.reason},
                                {"chain", genesis.chain},
                                {"genesis_hash", base::to_hex(hash.view())},
                                {"proves", Json::array(verdict.proves)},
                                {"does_not_prove", Json::array(verdict.does_not_prove)},
                                {"facts", facts},
                                {"event", event_json(verdict)}}),
                  {},
                  verdict.proved ? Exit::ok : Exit::failed};
    Words& words = report.words;
    if (!verdict.proved) {
        words.line("DISPROVED: {}", verdict.reason);
    } else {
        words.line("PROVED for chain {} ({})", genesis.chain, api::dto::fingerprint(hash));
        for (const std::string& sentence : verdict.proves) words.line("  + {}", sentence);
        if (verdict.event && verdict.transaction) {
            words.add("What the ledger holds:");
            for (const std::string& line : words::command_in_words(verdict.transaction->payload)) words.line("    {}", line);
            for (const std::string& line : words::outcome_in_words(verdict.transaction->payload, verdict.event->outcome)) words.line("    {}", line);
        }
    }
    words.add("NOT proved by this:");
    for (const std::string& sentence : verdict.does_not_prove) words.line("  - {}", sentence);
    return report;
}

CommandResult verify(Context& context, const Arguments& arguments) {
    if (!context.settings.genesis) return usage("name the genesis file you trust: --genesis FILE", "--genesis");
    auto options = options_of(arguments);
    if (!options) return std::unexpected(std::move(options).error());
    auto genesis = home::read_genesis(*context.settings.genesis);
    if (!genesis) return std::unexpected(Failure(Exit::usage, genesis.error().error));
    const auto bundle = home::read_file(arguments.text("BUNDLE"), proof::kMaxBundleBytes);
    if (!bundle) return std::unexpected(Failure(Exit::usage, bundle.error()));
    const auto verdict = proof::verify(*bundle, *genesis, *options);
    if (!verdict)
        return std::unexpected(Failure(
            Exit::usage, {verdict.error().code, "cannot be read as a proof bundle: " + verdict.error().message, arguments.text("BUNDLE")},
            Json::object({{"proved", false}, {"verdict", "unreadable"}})));
    return report_of(*verdict, *genesis, types::genesis_hash(*genesis));
}

}  // namespace

void add_verify(CommandTable& table) {
    table.commands.push_back({{"verify"},
                              "verify a proof bundle offline: exit 0 proved, 1 disproved, 2 unreadable",
                              "placet verify access.bundle --genesis genesis.json",
                              {{"BUNDLE", Kind::positional, "the bundle; - is standard input", Presence::required, ""},
                               {"--allow-development", Kind::flag, "accept a chain of fewer than four validators", Presence::optional, ""},
                               {"--not-before", Kind::value, "the seal must not be older than this instant", Presence::optional, "TIME"},
                               {"--checkpoint", Kind::value, "the bundle must rest on this checkpoint", Presence::optional, "SIZE:ROOT"}},
                              verify});
}

}  // namespace placet::cli::commands

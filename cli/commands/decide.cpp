// placet decide: does what this person agreed to allow this access? Any consents, any question; the contracts' own
// rules, offline. Exit 0 whatever the answer is, 2 if the input cannot be read, never otherwise.
#include <chrono>
#include <fstream>

#include "api/fhir/decision.hpp"
#include "api/fhir/xml_value.hpp"
#include "cli/commands/commands.hpp"
#include "cli/home/files.hpp"
#include "contracts/governance/roles.hpp"

namespace placet::cli::commands {

using namespace frame;
using api::fhir::Unreadable;
using contracts::governance::ImplicitPolicy;

namespace {

Failure unreadable(const Unreadable& why) {
    Json known = Json::object({{"file", why.file}, {"element", why.error.field}});
    if (why.line > 0) known.set("line", static_cast<std::uint64_t>(why.line));
    base::Error error = why.error;
    error.message = why.file + (why.line > 0 ? ", line " + std::to_string(why.line) : "") + ": " + error.message;
    return {Exit::usage, std::move(error), std::move(known)};
}

Json as_json(const api::fhir::JsonValue& value) {
    using api::fhir::JsonKind;
    if (value.is(JsonKind::array)) {
        Json out = Json(Json::Array{});
        for (const auto& element : value.elements) out.push(as_json(element));
        return out;
    }
    if (!value.is(JsonKind::object)) return Json(value.text);
    Json out = Json::object();
    for (const auto& member : value.members) out.set(member.name, as_json(member.value));
    return out;
}

Outcome<api::fhir::AccessQuestion> question_of(const std::string& file) {
    const auto read = home::read_text(file);
    if (!read) return std::unexpected(unreadable({read.error(), file, 0}));
    const std::string& text = *read;
    const auto value = api::fhir::parse_json(text);
    if (!value) return std::unexpected(unreadable({value.error(), file, 0}));
    auto question = api::fhir::read_question(*value);
    if (question) return std::move(*question);
    api::fhir::PooledResource place;
    place.value = &*value;
    place.text = text;
    base::Error path = question.error();
    path.field = "context." + path.field;
    return std::unexpected(unreadable({question.error(), file, api::fhir::line_of(place, path)}));
}

Outcome<ImplicitPolicy> policy_of(const Arguments& arguments) {
    const auto text = arguments.value("--policy");
    if (!text) return ImplicitPolicy::none;
    if (*text == "deny") return ImplicitPolicy::deny_all;
    if (*text == "normal") return ImplicitPolicy::basic_normal;
    if (*text == "all-normal") return ImplicitPolicy::all_normal;
    if (*text == "break-glass-only") return ImplicitPolicy::break_glass_only;
    const auto meant = nearest(*text, {"deny", "normal", "all-normal", "break-glass-only"});
    return usage("must be deny, normal, all-normal or break-glass-only" +
                     (meant ? "; did you mean " + *meant + "?" : std::string()),
                 "--policy");
}

Outcome<base::TimeMs> instant_of(const Arguments& arguments, const api::fhir::AccessQuestion& question) {
    if (const auto text = arguments.value("--at")) {
        const auto at = api::fhir::read_instant(*text, "--at");
        if (!at) return std::unexpected(Failure(Exit::usage, at.error()));
        return *at;
    }
    if (question.at) return *question.at;
    const auto since = std::chrono::system_clock::now().time_since_epoch();
    return static_cast<base::TimeMs>(std::chrono::duration_cast<std::chrono::milliseconds>(since).count());
}

std::string decision_word(contracts::consent::Decision decision) {
    return decision == contracts::consent::Decision::not_applicable ? "not-applicable"
                                                                    : std::string(to_string(decision));
}

std::string basis_word(contracts::consent::Basis basis) {
    return basis == contracts::consent::Basis::consent ? "explicit" : "implicit";
}

Report report_of(const api::fhir::Decided& decided, base::TimeMs at) {
    const auto& answer = decided.answer;
    Json reasons = Json(Json::Array{});
    for (const auto& reason : answer.reasons)
        reasons.push(Json::object(
            {{"consent", reason.consent}, {"path", reason.path}, {"rule", reason.rule}, {"text", reason.text}}));
    Report report{Json::object({{"decision", decision_word(answer.decision)},
                                {"basis", basis_word(answer.basis)},
                                {"reasons", reasons},
                                {"obligations", Json::array(answer.obligations)},
                                {"residual", as_json(api::fhir::residual_json(decided))},
                                {"visible", Json::array(decided.visible)},
                                {"hidden", Json::array(decided.hidden)},
                                {"reading", decided.reading},
                                {"at", base::to_rfc3339(at)}}),
                  {}};
    Words& words = report.words;
    words.line("{} ({}), at {}", decision_word(answer.decision), basis_word(answer.basis), base::to_rfc3339(at));
    for (const auto& reason : answer.reasons)
        words.line("  {}{}{}: {}", reason.consent, reason.path.empty() ? "" : " ", reason.path, reason.text);
    for (const std::string& duty : answer.obligations) words.line("  obligation: {}", duty);
    for (const std::string& name : decided.visible) words.line("  visible: {}", name);
    for (const std::string& name : decided.hidden) words.line("  hidden: {}", name);
    words.line("read as: {}", decided.reading);
    return report;
}

/// Writes the given Bundle without what is hidden.
Outcome<void> write_filtered(const std::string& file, const std::string& resources,
                             const api::fhir::DecisionInput& input, const api::fhir::Decided& decided) {
    const api::fhir::JsonValue* bundle = input.resources.bundle();
    if (bundle == nullptr)
        return std::unexpected(usage("only a Bundle can be filtered: name one with --resources",
                                     resources.empty() ? "--resources" : resources)
                                   .error());
    std::ofstream out(file, std::ios::binary | std::ios::trunc);
    out << api::fhir::write_json(api::fhir::filtered_bundle(*bundle, input, decided)) << '\n';
    out.close();
    if (!out)
        return std::unexpected(Failure(Exit::usage, {base::ErrorCode::io, "cannot be written: " + file, "--filtered"}));
    return {};
}

CommandResult decide(Context&, const Arguments& arguments) {
    auto policy = policy_of(arguments);
    if (!policy) return std::unexpected(std::move(policy).error());
    auto question = question_of(arguments.text("--context"));
    if (!question) return std::unexpected(std::move(question).error());
    auto at = instant_of(arguments, *question);
    if (!at) return std::unexpected(std::move(at).error());
    api::fhir::ResourcePool consents;
    api::fhir::ResourcePool resources;
    for (const char* name : {"--consent", "FILE"})
        for (const std::string& file : arguments.values(name))
            if (const auto added = consents.add_file(file); !added) return std::unexpected(unreadable(added.error()));
    if (const auto file = arguments.value("--resources"))
        if (const auto added = resources.add_file(*file); !added) return std::unexpected(unreadable(added.error()));
    const api::fhir::DecisionInput input{*question, consents, resources, *policy, *at};
    const auto decided = api::fhir::decide(input);
    if (!decided) return std::unexpected(unreadable(decided.error()));
    if (const auto file = arguments.value("--filtered"))
        if (auto written = write_filtered(*file, arguments.text("--resources"), input, *decided); !written)
            return std::unexpected(std::move(written).error());
    return report_of(*decided, *at);
}

}  // namespace

void add_decide(CommandTable& table) {
    table.commands.push_back(
        {{"decide"},
         "decide one access by any FHIR consents, offline: exit 0 whatever the answer is, 2 unreadable",
         "placet decide --context question.json --consent consents.json --resources record.json --policy deny --json",
         {{"--context", Kind::value, "who asks for what of whom, and why (JSON)", Presence::required, "FILE"},
          {"--consent", Kind::values,
           "consents and what they refer to: resources, Bundles, NDJSON; JSON or XML, R4 or R5", Presence::required,
           "FILE"},
          {"--resources", Kind::value, "resources of the patient to show or hide", Presence::optional, "FILE"},
          {"--policy", Kind::value, "the custodian's implicit policy: deny, normal, all-normal or break-glass-only",
           Presence::optional, "POLICY"},
          {"--at", Kind::value, "decide as of this instant (default: the context's, else now)", Presence::optional,
           "TIME"},
          {"--filtered", Kind::value, "write the Bundle of --resources there without what is hidden",
           Presence::optional, "FILE"},
          {"FILE", Kind::positionals, "further consents, as --consent", Presence::optional, ""}},
         decide});
}

}  // namespace placet::cli::commands

// placet match: a request against a dataset's DUO terms, by the rules of the ledger, offline: no home, no node, no
// clock. Exit 0 whatever the answer is, 2 if a file cannot be read.
#include "api/dto/match_input.hpp"
#include "cli/commands/commands.hpp"
#include "cli/commands/disease_files.hpp"
#include "cli/home/files.hpp"

namespace placet::cli::commands {

using namespace frame;
namespace dataset = contracts::dataset;

namespace {

template <class T>
Outcome<T> read(const std::string& path, base::Result<T> (*parse)(std::string_view)) {
    const auto text = home::read_text(path);
    if (!text) return std::unexpected(in_file(path, text.error()));
    auto value = parse(*text);
    if (!value) return std::unexpected(in_file(path, value.error()));
    return std::move(*value);
}

Json reason_json(const dataset::TermReason& reason) {
    Json out =
        Json::object({{"term", reason.term}, {"verdict", dataset::to_string(reason.verdict)}, {"text", reason.text}});
    if (!reason.name.empty()) out.set("name", reason.name);
    if (!reason.code.empty()) out.set("code", reason.code);
    return out;
}

std::string_view decision_words(dataset::DuoDecision decision) {
    switch (decision) {
        case dataset::DuoDecision::approve:
            return "APPROVE: everything the dataset states allows this request";
        case dataset::DuoDecision::review:
            return "REVIEW: the data access committee decides";
        case dataset::DuoDecision::deny:
            return "DENY: a term of the dataset excludes this request";
    }
    return {};
}

Report report_of(const dataset::MatchAnswer& answer) {
    Json reasons(Json::Array{});
    Report report;
    report.words.add(decision_words(answer.decision));
    for (const dataset::TermReason& reason : answer.reasons) {
        reasons.push(reason_json(reason));
        report.words.line("  {:7} {}{}{}: {}", dataset::to_string(reason.verdict), reason.term,
                          reason.name.empty() ? "" : " ", reason.name, reason.text);
    }
    for (const std::string& obligation : answer.obligations)
        report.words.line("  obligation {}: {}", obligation, dataset::modifier_words(obligation));
    if (answer.expires_after_months)
        report.words.line("  a grant would end after {} months", *answer.expires_after_months);
    report.data = Json::object({{"decision", dataset::to_string(answer.decision)},
                                {"reasons", reasons},
                                {"obligations", Json::array(answer.obligations)},
                                {"expiresAfterMonths", Json(answer.expires_after_months)}});
    return report;
}

CommandResult match(Context&, const Arguments& arguments) {
    const auto offer = read<dataset::Offer>(arguments.text("--dataset"), api::dto::offer_from_json);
    if (!offer) return std::unexpected(offer.error());
    const auto ask = read<dataset::Ask>(arguments.text("--request"), api::dto::ask_from_json);
    if (!ask) return std::unexpected(ask.error());
    const auto diseases = read_diseases(arguments);
    if (!diseases) return std::unexpected(diseases.error());
    return report_of(dataset::match(*offer, *ask, &*diseases));
}

}  // namespace

void add_match(CommandTable& table) {
    table.commands.push_back(
        {{"match"},
         "match a request against a dataset's DUO terms, offline: approve, review or deny, term by term",
         "placet match --dataset dataset.json --request request.json --diseases mondo_hierarchy.csv --json",
         {{"--dataset", Kind::value, "permissions, diseases and modifiers of the dataset, as JSON", Presence::required,
           "FILE"},
          {"--request", Kind::value, "purposes, diseases and evidence of the request, as JSON", Presence::required,
           "FILE"},
          {"--diseases", Kind::value, "the Mondo hierarchy, CSV with id,label,parents (separated by |)",
           Presence::optional, "FILE"},
          {"--doid", Kind::value, "Mondo names of DOID diseases, CSV with doid,mondo", Presence::optional, "FILE"}},
         match});
}

}  // namespace placet::cli::commands

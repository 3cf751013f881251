// placet dataset: what a custodian offers, under which terms, in words.
#include "cli/commands/commands.hpp"
#include "cli/commands/typed_values.hpp"
#include "cli/link/custody.hpp"
#include "cli/words/in_words.hpp"
#include "contracts/common/ids.hpp"
#include "contracts/dataset/commands.hpp"
#include "contracts/dataset/rules.hpp"
#include "ledger/base/hex.hpp"

namespace placet::cli::commands {

using namespace frame;
namespace dataset = contracts::dataset;

namespace {

std::vector<std::string> split(std::string_view text, char separator) {
    std::vector<std::string> out;
    while (!text.empty()) {
        const auto at = text.find(separator);
        out.emplace_back(text.substr(0, at));
        text = at == std::string_view::npos ? std::string_view{} : text.substr(at + 1);
    }
    return out;
}

/// "HMB", "DS=MONDO:0005148,MONDO:0005015".
Outcome<dataset::Permission> permission_of(const std::string& text) {
    const auto equals = text.find('=');
    const auto term = dataset::permission_from(text.substr(0, equals));
    if (!term) return usage("\"" + text + "\" is no permission; there are NRES, GRU, HMB, DS=MONDO:… and POA (or their DUO codes)", "--permission");
    dataset::Permission out{*term, {}};
    if (equals != std::string::npos) out.diseases = split(std::string_view(text).substr(equals + 1), ',');
    return out;
}

/// "NPU", "TS=12" (months), "MOR=2027-01-31", "GS=DE,AT".
Outcome<dataset::Modifier> modifier_of(const std::string& text) {
    const auto equals = text.find('=');
    dataset::Modifier out{text.substr(0, equals), std::nullopt, {}};
    if (equals == std::string::npos) return out;
    const std::string value = text.substr(equals + 1);
    const auto name = dataset::modifier_short_name(out.code);
    using enum dataset::ModifierStates;
    switch (name ? dataset::states_of(*name) : list) {
        case nothing:
            return usage("\"" + text + "\": " + std::string(*name) + " states nothing more; write --modifier " + std::string(*name), "--modifier");
        case months: {
            Arguments number;
            number.given["--modifier"] = {value};
            const auto parsed = number.number("--modifier", 0, {.min = 1, .max = 1200});
            if (!parsed) return usage("\"" + text + "\": write months from 1 to 1200, like TS=12", "--modifier");
            out.value = *parsed;
            return out;
        }
        case day: {
            const auto parsed = base::day_from_iso(value);
            if (!parsed) return usage("\"" + text + "\": write a day, like MOR=2027-01-31", "--modifier");
            out.value = *parsed;
            return out;
        }
        case countries:
        case list:
            break;
    }
    out.allowed = split(value, ',');
    if (auto checked = as_usage(dataset::check(out), "--modifier"); !checked) return std::unexpected(checked.error());
    return out;
}

/// "a-diabetes=r-1.g0": made from it under this grant; without a grant it is one's own.
dataset::Source source_of(const std::string& text) {
    const auto equals = text.find('=');
    if (equals == std::string::npos) return {text, std::nullopt};
    return {text.substr(0, equals), text.substr(equals + 1)};
}

std::vector<std::string> terms_in_words(const dataset::DuoTerms& terms) {
    std::vector<std::string> out;
    for (const auto& permission : terms.permissions) out.push_back("may be used for " + words::permission_in_words(permission));
    if (terms.permissions.empty()) out.emplace_back("states no permission: the committee decides every request");
    for (const auto& modifier : terms.modifiers) out.push_back("condition: " + words::modifier_in_words(modifier));
    return out;
}

/// The REST API's object back into terms: enumerators by their short names.
dataset::DuoTerms terms_of(const Json& entry) {
    dataset::DuoTerms out;
    const Json& terms = entry.at("terms");
    for (const Json& item : terms.rows_at("permissions"))
        if (const auto term = dataset::permission_from(item.at("term").text())) out.permissions.push_back({*term, item.texts_at("diseases")});
    for (const Json& item : terms.rows_at("modifiers")) {
        dataset::Modifier modifier{item.text_at("code"), std::nullopt, item.texts_at("allowed")};
        if (!item.at("value").is_null()) modifier.value = item.number_at("value");
        out.modifiers.push_back(std::move(modifier));
    }
    return out;
}

std::vector<std::string> dataset_in_words(const Json& entry) {
    std::vector<std::string> out;
    out.push_back(fmt::format("{}: \"{}\", {} data of {} ({})", entry.text_at("id"), entry.text_at("title"), entry.text_at("kind"),
                              entry.text_at("custodian"), entry.text_at("jurisdiction")));
    for (std::string& line : terms_in_words(terms_of(entry))) out.push_back("  " + line);
    for (const Json& source : entry.rows_at("derived_from"))
        out.push_back(fmt::format("  made from {}{}", source.text_at("dataset"),
                                  source.at("grant").is_null() ? "" : " under " + source.text_at("grant")));
    out.push_back(fmt::format("  decided by {} of: {}", entry.number_at("votes_needed"), words::joined(entry.texts_at("committee"))));
    return out;
}

CommandResult register_dataset(Context& context, const Arguments& arguments) {
    dataset::RegisterDataset command;
    command.id = arguments.text("ID");
    command.title = arguments.text("--title");
    const auto kind = dataset::dataset_kind_from(arguments.text("--kind", "structured"));
    if (!kind) return usage("kinds are structured, notes, imaging, waveform, genomic, synthetic, derived and model", "--kind");
    command.kind = *kind;
    for (const std::string& text : arguments.values("--derived-from")) command.derived_from.push_back(source_of(text));
    if (dataset::is_made_from_others(*kind) == command.derived_from.empty())
        return usage("synthetic, derived and model name what they were made from with --derived-from; other kinds do not", "--derived-from");
    for (const std::string& text : arguments.values("--permission")) {
        auto permission = permission_of(text);
        if (!permission) return std::unexpected(permission.error());
        if (permission->term == dataset::PermissionTerm::disease_specific) {
            const auto more = arguments.values("--disease");
            permission->diseases.insert(permission->diseases.end(), more.begin(), more.end());
            if (auto named = check_diseases(permission->diseases, "--permission"); !named)
                return std::unexpected(named.error());
            if (permission->diseases.empty()) return usage("name the diseases: --disease MONDO:0005148, or DS=MONDO:0005148", "--permission");
        }
        command.terms.permissions.push_back(std::move(*permission));
    }
    for (const std::string& text : arguments.values("--modifier")) {
        auto modifier = modifier_of(text);
        if (!modifier) return std::unexpected(modifier.error());
        command.terms.modifiers.push_back(std::move(*modifier));
    }
    if (const auto country = arguments.value("--jurisdiction"))
        if (auto checked = as_usage(contracts::check_country(*country, "--jurisdiction"), "--jurisdiction"); !checked)
            return std::unexpected(checked.error());
    command.committee = arguments.values("--committee");
    const auto votes = arguments.number("--votes-needed", 1, {.min = 1, .max = 32});
    const auto years = arguments.number("--retention-years", 10, {.min = 1, .max = 200});
    if (!votes) return std::unexpected(votes.error());
    if (!years) return std::unexpected(years.error());
    command.votes_needed = *votes;
    command.retention_years = *years;
    auto session = link::Session::open(context);
    if (!session) return std::unexpected(session.error());
    command.jurisdiction = arguments.text("--jurisdiction");
    for (const auto& organisation : session->genesis().organisations)
        if (command.jurisdiction.empty() && organisation.id == session->home().organisation) command.jurisdiction = organisation.country;
    const auto recorded = session->submit(link::draft(command));
    if (!recorded) return std::unexpected(recorded.error());
    Words words;
    words.line("dataset {} is registered", command.id);
    const auto sentences = terms_in_words(command.terms);
    for (const std::string& line : sentences) words.line("  {}", line);
    return link::conclude(*recorded, Json::object({{"dataset", command.id}, {"words", Json::array(sentences)}}), std::move(words));
}

Outcome<std::vector<api::gateway::RegisteredPatient>> chosen_patients(const link::Custody& custody, const Arguments& arguments) {
    std::vector<api::gateway::RegisteredPatient> out;
    if (arguments.flag("--all")) {
        for (const auto* patient : custody.registry.patients())
            if (patient->enrolment) out.push_back(*patient);
    }
    for (const std::string& text : arguments.values("--patient")) {
        auto patient = link::find_patient(custody, text);
        if (!patient) return std::unexpected(patient.error());
        out.push_back(std::move(*patient));
    }
    if (out.empty()) return usage("name patients with --patient, or take all enrolled ones with --all", "--patient");
    std::ranges::sort(out, {}, &api::gateway::RegisteredPatient::pseudonym);
    const auto repeated = std::ranges::unique(out, {}, &api::gateway::RegisteredPatient::pseudonym);
    out.erase(repeated.begin(), repeated.end());
    return out;
}

CommandResult add_members(Context& context, const Arguments& arguments) {
    auto session = link::Session::open(context);
    if (!session) return std::unexpected(session.error());
    auto custody = link::edit_custody(*session);
    if (!custody) return std::unexpected(custody.error());
    const auto patients = chosen_patients(*custody, arguments);
    if (!patients) return std::unexpected(patients.error());
    const std::string id = arguments.text("DATASET");
    Json transactions(Json::Array{});
    std::uint64_t added = 0, members = 0;
    std::optional<link::Recorded> last;
    for (std::size_t begin = 0; begin < patients->size(); begin += dataset::kMaxMembersPerCommand) {
        dataset::AddMembers command{id, {}};
        const std::size_t end = std::min(begin + dataset::kMaxMembersPerCommand, patients->size());
        for (std::size_t i = begin; i < end; ++i) command.pseudonyms.push_back((*patients)[i].pseudonym);
        auto recorded = session->submit(link::draft(command));
        if (!recorded) return std::unexpected(recorded.error());
        last = std::move(*recorded);
        transactions.push(base::to_hex(last->id.view()));
        if (!last->event.outcome.accepted) break;
        if (const auto detail = contracts::decode<dataset::MembersDetail>(last->event.outcome.detail)) {
            added += detail->changed;
            members = detail->members;
        }
        for (std::size_t i = begin; i < end; ++i) [[maybe_unused]]
            const auto joined = custody->registry.join_dataset((*patients)[i].reference, id);
        if (auto saved = link::save(*custody); !saved) return std::unexpected(saved.error());
    }
    Words words;
    words.line("{} people added to {}; {} are in it now", added, id, members);
    return link::conclude(*last, Json::object({{"dataset", id}, {"added", added}, {"members", members}, {"transactions", transactions}}),
                          std::move(words));
}

CommandResult list(Context& context, const Arguments& arguments) {
    auto session = link::Session::open(context);
    if (!session) return std::unexpected(session.error());
    const auto datasets = session->get_all("/v1/datasets" + link::query({{"limit", "100"}, {"custodian", arguments.text("--custodian")}}));
    if (!datasets) return std::unexpected(datasets.error());
    Report report{Json::object({{"datasets", *datasets}}), {}};
    if (datasets->size() == 0) report.words.add("no dataset is on offer");
    for (const Json& entry : *datasets->items())
        for (const std::string& line : dataset_in_words(entry)) report.words.add(line);
    return report;
}

CommandResult show(Context& context, const Arguments& arguments) {
    auto session = link::Session::open(context);
    if (!session) return std::unexpected(session.error());
    const auto entry = session->get("/v1/datasets/" + link::segment(arguments.text("ID")));
    if (!entry) return std::unexpected(entry.error());
    const auto sentences = dataset_in_words(*entry);
    Report report{Json::object({{"dataset", *entry}, {"words", Json::array(sentences)}}), {}};
    for (const std::string& line : sentences) report.words.add(line);
    return report;
}

}  // namespace

void add_dataset(CommandTable& table) {
    table.groups.push_back({"dataset", "datasets on offer, their terms, and whose records belong to them"});
    table.commands.push_back(
        {{"dataset", "register"},
         "offer a dataset under DUO terms",
         "placet dataset register a-diabetes --title \"Diabetes at St. Anna\" --permission DS=MONDO:0005148 --modifier NPU "
         "--committee dac1@hospital-a --committee dac2@hospital-a --votes-needed 2 --home ./homes/operator-hospital-a",
         {{"ID", Kind::positional, "unique on the ledger", Presence::required, ""},
          {"--title", Kind::value, "for people", Presence::required, "TEXT"},
          {"--kind", Kind::value, "structured (default), notes, imaging, waveform, genomic, synthetic, derived or model", Presence::optional, "KIND"},
          {"--permission", Kind::values, "NRES, GRU, HMB, DS=MONDO:…[,…] or POA", Presence::optional, "TERM"},
          {"--modifier", Kind::values, "a DUO modifier: NPU, IRB, TS=12, MOR=2027-01-31, GS=DE,AT; RS, US, PS, IS and COL take lists, too", Presence::optional, "TERM"},
          {"--disease", Kind::values, "of a DS permission: MONDO:0005148", Presence::optional, "MONDO"},
          {"--jurisdiction", Kind::value, "ISO 3166-1 alpha-2; without it the hospital's country in genesis", Presence::optional, "CODE"},
          {"--committee", Kind::values, "a member of the data access committee", Presence::required, "ACTOR"},
          {"--derived-from", Kind::values, "what synthetic data, a derived dataset or a model was made from: own, or under a grant", Presence::optional, "DATASET[=GRANT]"},
          {"--votes-needed", Kind::value, "approvals that make a grant (default 1)", Presence::optional, "N"},
          {"--retention-years", Kind::value, "default 10", Presence::optional, "N"}},
         register_dataset});
    table.commands.push_back({{"dataset", "add-members"},
                              "put patients' records into a dataset",
                              "placet dataset add-members a-diabetes --all --home ./homes/operator-hospital-a",
                              {{"DATASET", Kind::positional, "the dataset", Presence::required, ""},
                               {"--patient", Kind::values, "the hospital's own reference: Patient/a-0001", Presence::optional, "REFERENCE"},
                               {"--all", Kind::flag, "every enrolled patient", Presence::optional, ""}},
                              add_members});
    table.commands.push_back({{"dataset", "list"},
                              "list datasets with their terms in words",
                              "placet dataset list --home ./homes/researcher-university",
                              {{"--custodian", Kind::value, "only of this hospital", Presence::optional, "ID"}},
                              list});
    table.commands.push_back({{"dataset", "show"},
                              "show one dataset in words",
                              "placet dataset show a-diabetes --home ./homes/researcher-university",
                              {{"ID", Kind::positional, "the dataset", Presence::required, ""}},
                              show});
}

}  // namespace placet::cli::commands

// placet consent: a hospital's consents.
#include "api/fhir/words.hpp"
#include "cli/commands/commands.hpp"
#include "cli/commands/consent_import.hpp"
#include "cli/commands/typed_values.hpp"
#include "cli/commands/withdrawal.hpp"
#include "cli/words/in_words.hpp"
#include "contracts/common/ids.hpp"
#include "ledger/base/hex.hpp"

namespace placet::cli::commands {

using namespace frame;

namespace {

/// The documents of all paths. A path that was named and cannot be read is wrong use, and then nothing is imported;
/// what cannot be understood in a file is a refusal, and the rest goes on.
Outcome<api::fhir::DocumentSet> read_documents(const std::vector<std::string>& paths) {
    for (const std::string& path : paths)
        if (auto readable = check_readable(path); !readable) {
            readable.error().error.message += "; nothing was imported";
            return std::unexpected(std::move(readable).error());
        }
    api::fhir::DocumentSet documents;
    for (const std::string& path : paths) {
        const auto files = api::fhir::files_below(path);
        if (!files)
            return fail(Exit::usage, base::ErrorCode::io, files.error().message + "; nothing was imported", path);
        for (const auto& file : *files) documents.read_file(file);
    }
    if (documents.consents.empty() && documents.refusals.empty())
        return usage(documents.files == 0 ? "no .json or .ndjson file is there; nothing was imported"
                                          : "no Consent was found there; nothing was imported",
                     words::joined(paths));
    return documents;
}

CommandResult import(Context& context, const Arguments& arguments) {
    const auto read = read_documents(arguments.values("PATH"));
    if (!read) return std::unexpected(read.error());
    const api::fhir::DocumentSet& documents = *read;
    auto session = link::Session::open(context);
    if (!session) return std::unexpected(session.error());
    auto custody = link::edit_custody(*session);
    if (!custody) return std::unexpected(custody.error());
    ConsentImport import(*session, *custody, documents);
    if (auto done = import.run(); !done) {
        Failure failure = std::move(done).error();
        failure.error.message += "; what was recorded stays recorded, and the same command goes on from there";
        failure.data = import.report().data;
        return std::unexpected(std::move(failure));
    }
    Report report = import.report();
    if (arguments.flag("--strict") && report.data.number_at("refused") > 0) report.exit = Exit::failed;
    return report;
}

/// The registry's own words for a consent, if this home has a registry that knows it.
std::vector<std::string> words_of(const link::Session& session, const Json& entry) {
    if (session.home().registry.empty()) return {};
    const auto custody = link::read_custody(session);
    const auto pseudonym = base::fixed_from_hex<types::Pseudonym>(entry.text_at("pseudonym"));
    if (!custody || !pseudonym) return {};
    const auto* patient = custody->registry.find(*pseudonym);
    if (!patient) return {};
    for (const auto& registered : patient->consents)
        if (registered.consent_id == entry.text_at("consent_id"))
            if (const auto model = contracts::consent::decode_consent(registered.model)) return api::fhir::consent_in_words(*model);
    return {};
}

CommandResult list(Context& context, const Arguments& arguments) {
    auto session = link::Session::open(context);
    if (!session) return std::unexpected(session.error());
    std::string subject;
    if (const auto reference = arguments.value("--patient")) {
        const auto custody = link::read_custody(*session);
        if (!custody) return std::unexpected(custody.error());
        const auto patient = link::find_patient(*custody, *reference);
        if (!patient) return std::unexpected(patient.error());
        subject = base::to_hex(patient->pseudonym.view());
    }
    const auto consents =
        session->get_all("/v1/consents" + link::query({{"limit", "100"}, {"subject", subject}, {"custodian", arguments.text("--custodian")}}));
    if (!consents) return std::unexpected(consents.error());
    Report report{Json::object({{"consents", *consents}}), {}};
    std::vector<std::vector<std::string>> rows{{"PATIENT", "CONSENT", "STANDING", "FROM", "UNTIL"}};
    for (const Json& entry : *consents->items()) {
        const std::string until = entry.text_at("not_after");
        rows.push_back({entry.text_at("pseudonym").substr(0, 16), entry.text_at("consent_id"), entry.text_at("standing"), entry.text_at("not_before"),
                        until.empty() ? "no end" : until});
    }
    if (rows.size() == 1) report.words.add("no consent on the ledger");
    report.words.table(rows);
    return report;
}

/// Whether it is custodian.pseudonym.consent-id: an organisation's id has no dot, a consent's may have.
bool names_consent(std::string_view id) {
    const std::size_t first = id.find('.');
    const std::size_t second = first == std::string_view::npos ? first : id.find('.', first + 1);
    if (second == std::string_view::npos || second + 1 == id.size()) return false;
    return contracts::check_organisation_id(id.substr(0, first), "") &&
           base::fixed_from_hex<types::Pseudonym>(id.substr(first + 1, second - first - 1)) &&
           contracts::check_object_id(id.substr(second + 1), "");
}

CommandResult show(Context& context, const Arguments& arguments) {
    const std::string id = arguments.text("ID");
    if (!names_consent(id))
        return usage("\"" + id +
                         "\" names no consent; an id is CUSTODIAN.PSEUDONYM.CONSENT, like hospital-a.<64 hexadecimal "
                         "digits>.c-01ab…: "
                         "the field id of `placet consent list --json`",
                     "ID");
    auto session = link::Session::open(context);
    if (!session) return std::unexpected(session.error());
    const auto entry = session->get("/v1/consents/" + link::segment(id));
    if (!entry) return std::unexpected(entry.error());
    const auto sentences = words_of(*session, *entry);
    Report report{Json::object({{"consent", *entry}, {"words", Json::array(sentences)}}), {}};
    report.words.line("{} of patient {} at {}: {}", entry->text_at("consent_id"), entry->text_at("pseudonym").substr(0, 16),
                      entry->text_at("custodian"), entry->text_at("standing"));
    report.words.line("recorded {} by {}", entry->text_at("recorded_at"), entry->text_at("recorded_by"));
    for (const std::string& sentence : sentences) report.words.line("  {}", sentence);
    return report;
}

CommandResult withdraw_as_witness(Context& context, const Arguments& arguments) {
    auto session = link::Session::open(context);
    if (!session) return std::unexpected(session.error());
    const auto custody = link::read_custody(*session);
    if (!custody) return std::unexpected(custody.error());
    const auto patient = link::find_patient(*custody, arguments.text("--patient"));
    if (!patient) return std::unexpected(patient.error());
    std::optional<link::Recorded> recorded;
    return withdraw(*session, {custody->registry.custodian(), patient->pseudonym}, arguments, recorded);
}

}  // namespace

void add_consent(CommandTable& table) {
    const Argument patient{"--patient", Kind::value, "the hospital's own reference: Patient/a-0001", Presence::optional, "REFERENCE"};
    Argument that_patient = patient;
    that_patient.presence = Presence::required;
    table.groups.push_back({"consent", "a hospital's consents: import, list, show, withdraw"});
    table.commands.push_back({{"consent", "import"},
                              "import FHIR Consents: resources, Bundles, NDJSON, folders of them; goes on where it was broken off",
                              "placet consent import ./samples/hospital-a --home ./homes/operator-hospital-a",
                              {{"PATH", Kind::positionals, "files or folders", Presence::required, ""},
                               {"--strict", Kind::flag, "exit 1 if any document was refused", Presence::optional, ""}},
                              import});
    table.commands.push_back({{"consent", "list"},
                              "list consents and how they stand",
                              "placet consent list --patient Patient/a-0001 --home ./homes/operator-hospital-a",
                              {patient, {"--custodian", Kind::value, "another hospital (regulators)", Presence::optional, "ID"}},
                              list});
    table.commands.push_back({{"consent", "show"},
                              "show one consent in words",
                              "placet consent show hospital-a.5f2c….c-01ab… --home ./homes/operator-hospital-a",
                              {{"ID", Kind::positional, "custodian.pseudonym.consent-id, as in the list", Presence::required, ""}},
                              show});
    table.commands.push_back({{"consent", "withdraw"},
                              "withdraw consents of a patient as the hospital's witness (she can do it herself: placet patient withdraw)",
                              "placet consent withdraw --patient Patient/a-0001 --reason asked_at_desk --home ./homes/operator-hospital-a",
                              {that_patient,
                               {"--consent", Kind::value, "only this one; without it all that are active", Presence::optional, "ID"},
                               {"--reason", Kind::value, "a code; none is needed", Presence::optional, "CODE"}},
                              withdraw_as_witness});
}

}  // namespace placet::cli::commands

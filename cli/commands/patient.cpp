// placet patient: the hospital enrols; everything else is the patient's (or her agent's) own, with her own key.
#include "cli/commands/commands.hpp"
#include "cli/commands/enrolment.hpp"
#include "cli/commands/typed_values.hpp"
#include "cli/commands/withdrawal.hpp"
#include "cli/home/cards.hpp"
#include "cli/home/files.hpp"
#include "cli/home/keyring.hpp"
#include "cli/link/custody.hpp"
#include "cli/words/in_words.hpp"
#include "cli/words/trail_in_words.hpp"
#include "contracts/consent/commands.hpp"
#include "ledger/base/hex.hpp"

namespace placet::cli::commands {

using namespace frame;
namespace consent = contracts::consent;

namespace {

/// The id that a patient's key acts under (contracts/governance: patient_actor_id).
std::string actor_id(const types::Pseudonym& pseudonym, const std::string& custodian) {
    return "p-" + base::to_hex(pseudonym.view()).substr(0, 32) + "@" + custodian;
}

struct Enrolled {
    link::Recorded last;
    EnrolmentReceipt receipt;
};

/// Enrols her if she is not, and binds the key of the card: in one transaction for a new patient, else in two.
Outcome<Enrolled> enrol_with_key(link::Session& session, link::Custody& custody, const api::gateway::RegisteredPatient& patient,
                                 const home::ActorCard& card) {
    const std::string& custodian = custody.registry.custodian();
    EnrolmentReceipt receipt{custodian, patient.pseudonym, actor_id(patient.pseudonym, custodian), patient.number, patient.number_salt, {}, {}};
    if (!patient.enrolment) {
        consent::EnrolPatient command{custodian, patient.pseudonym, api::gateway::number_commitment(patient.number_salt, patient.number), card.key,
                                      card.client_spki};
        auto recorded = session.submit(link::draft(command));
        if (!recorded) return std::unexpected(recorded.error());
        if (recorded->event.outcome.accepted)
            if (const auto set = custody.registry.set_enrolment(patient.reference, recorded->id); !set) return std::unexpected(Failure(set.error()));
        if (auto saved = link::save(custody); !saved) return std::unexpected(saved.error());
        receipt.enrolment = recorded->bundle;
        return Enrolled{std::move(*recorded), std::move(receipt)};
    }
    const auto enrolment = session.await(*patient.enrolment);
    if (!enrolment) return std::unexpected(enrolment.error());
    receipt.enrolment = enrolment->bundle;
    consent::BindPatientKey command{custodian, patient.pseudonym, card.key, card.client_spki, "first"};
    auto recorded = session.submit(link::draft(command));
    if (!recorded) return std::unexpected(recorded.error());
    receipt.binding = recorded->bundle;
    return Enrolled{std::move(*recorded), std::move(receipt)};
}

CommandResult enrol(Context& context, const Arguments& arguments) {
    if (auto writable = check_writable(arguments.text("--receipt", "receipt")); !writable) return std::unexpected(writable.error());
    const auto card = home::read_actor_card(arguments.text("--card"));
    if (!card) return std::unexpected(Failure(Exit::usage, card.error()));
    auto session = link::Session::open(context);
    if (!session) return std::unexpected(session.error());
    auto custody = link::edit_custody(*session);
    if (!custody) return std::unexpected(custody.error());
    const std::string reference = arguments.text("--patient");
    auto patient = link::find_patient(*custody, reference);
    if (!patient) {
        const auto made = custody->registry.ensure(reference, arguments.text("--number"));
        if (!made) return std::unexpected(Failure(Exit::usage, made.error()));
        // Before it is sent: a pseudonym on the ledger whose secret was lost would be nobody's.
        if (auto saved = link::save(*custody); !saved) return std::unexpected(saved.error());
        patient = *made;
    }
    const auto enrolled = enrol_with_key(*session, *custody, *patient, *card);
    if (!enrolled) return std::unexpected(enrolled.error());
    const EnrolmentReceipt& receipt = enrolled->receipt;
    const std::string file = arguments.text("--receipt", base::to_hex(receipt.pseudonym.view()).substr(0, 16) + ".receipt.json");
    Json data = Json::object({{"custodian", receipt.custodian}, {"pseudonym", base::to_hex(receipt.pseudonym.view())}, {"actor", receipt.actor}});
    Words words;
    if (enrolled->last.event.outcome.accepted) {
        if (const auto written = home::replace_file(file, base::as_bytes(to_json(receipt)), home::Privacy::secret); !written)
            return std::unexpected(Failure(written.error()));
        data.set("receipt", file);
        words.line("her key acts as {} from now on", receipt.actor);
        words.line("give her {}: it opens the commitment to her number, and is hers alone", file);
    }
    return link::conclude(enrolled->last, std::move(data), std::move(words));
}

CommandResult accept(Context& context, const Arguments& arguments) {
    auto session = link::Session::open(context);
    if (!session) return std::unexpected(session.error());
    const auto receipt = read_receipt(arguments.text("RECEIPT"));
    if (!receipt) return std::unexpected(Failure(Exit::usage, receipt.error()));
    const auto info = home::read_info(session->home().transaction_key);
    const auto key = info ? crypto::public_key_from_text(info->public_text) : base::Result<crypto::PublicKey>(std::unexpected(info.error()));
    if (!key) return std::unexpected(Failure(Exit::configuration, key.error()));
    if (const auto status = check_receipt(*receipt, session->genesis(), *key); !status) return std::unexpected(Failure(Exit::failed, status.error()));
    auto opened = home::open_home(context.settings);  // as the file has it, without what flags put over it
    if (!opened) return std::unexpected(opened.error());
    std::erase_if(opened->subjects, [&](const home::Subject& subject) { return subject.custodian == receipt->custodian; });
    opened->subjects.push_back({receipt->custodian, receipt->pseudonym});
    opened->actor = receipt->actor;
    for (const auto& seat : session->genesis().validators.validators)
        if (seat.organisation == receipt->custodian && opened->node.empty()) opened->node = seat.name;
    if (const auto saved = home::save_home(*opened); !saved) return std::unexpected(Failure(saved.error()));
    Report report{Json::object({{"custodian", receipt->custodian},
                                {"pseudonym", base::to_hex(receipt->pseudonym.view())},
                                {"actor", receipt->actor},
                                {"verified", true}}),
                  {}};
    report.words.line("Checked against the genesis file: at {} you are {}, this commitment is to your number, and the key bound is yours.",
                      receipt->custodian, base::to_hex(receipt->pseudonym.view()).substr(0, 16));
    return report;
}

/// Who this home's patient is at the hospital asked for.
Outcome<home::Subject> subject_of(const home::Home& home, const Arguments& arguments) {
    if (home.subjects.empty())
        return fail(Exit::configuration, base::ErrorCode::invalid_value,
                    "no hospital has enrolled you yet; give it card.json, then run: placet patient accept RECEIPT", "subject");
    const auto wanted = arguments.value("--custodian");
    if (!wanted && home.subjects.size() > 1) return usage("you are a patient of several hospitals: say which with --custodian", "--custodian");
    for (const auto& subject : home.subjects)
        if (!wanted || subject.custodian == *wanted) return subject;
    return fail(Exit::not_found, base::ErrorCode::not_found, "you are not enrolled there", *wanted);
}

CommandResult key(Context& context, const Arguments& arguments) {
    auto session = link::Session::open(context);
    if (!session) return std::unexpected(session.error());
    const auto subject = subject_of(session->home(), arguments);
    if (!subject) return std::unexpected(subject.error());
    const auto passphrase = session->passphrase();
    if (!passphrase) return std::unexpected(passphrase.error());
    std::filesystem::path file;
    std::error_code error;
    for (unsigned number = 2; file.empty() || std::filesystem::exists(file, error); ++number)
        file = session->home().folder / fmt::format("transaction-{}.key", number);
    const auto made = home::generate_key(file, "transaction", crypto::Algorithm::es256k, *passphrase);
    if (!made) return std::unexpected(Failure(Exit::configuration, made.error()));
    const auto certificate = home::read_info(session->home().tls_key);
    consent::BindPatientKey command{subject->custodian, subject->pseudonym, *made, std::nullopt, "renewed"};
    if (const auto spki = certificate ? base::fixed_from_hex<crypto::SpkiHash>(certificate->public_text)
                                      : base::Result<crypto::SpkiHash>(std::unexpected(certificate.error())))
        command.client_spki = *spki;
    const auto recorded = session->submit(link::draft(command));
    if (!recorded) return std::unexpected(recorded.error());
    Words words;
    if (recorded->event.outcome.accepted) {
        auto opened = home::open_home(context.settings);
        if (!opened) return std::unexpected(opened.error());
        opened->transaction_key = file;
        if (const auto saved = home::save_home(*opened); !saved) return std::unexpected(Failure(saved.error()));
        words.line("a new key is bound to your pseudonym at {}; the old one is void", subject->custodian);
    }
    return link::conclude(*recorded, Json::object({{"custodian", subject->custodian}, {"key", crypto::to_text(*made)}, {"file", file.string()}}),
                          std::move(words));
}

CommandResult consents(Context& context, const Arguments& arguments) {
    auto session = link::Session::open(context);
    if (!session) return std::unexpected(session.error());
    const auto subject = subject_of(session->home(), arguments);
    if (!subject) return std::unexpected(subject.error());
    const auto found = session->get_all(
        "/v1/consents" + link::query({{"limit", "100"}, {"subject", base::to_hex(subject->pseudonym.view())}, {"custodian", subject->custodian}}));
    if (!found) return std::unexpected(found.error());
    Report report;
    std::vector<std::string> sentences;
    for (const Json& entry : *found->items()) {
        const auto from = base::from_rfc3339(entry.text_at("not_before"));
        const auto until = base::from_rfc3339(entry.text_at("not_after"));
        sentences.push_back(fmt::format("{}: {}, from {}{}, recorded by {}", entry.text_at("consent_id"), entry.text_at("standing"),
                                        from ? words::time_in_words(*from) : "the start", until ? " until " + words::time_in_words(*until) : "",
                                        entry.text_at("recorded_by")));
    }
    if (sentences.empty()) sentences.push_back("You gave no consent at " + subject->custodian + ".");
    for (const std::string& line : sentences) report.words.add(line);
    report.data = Json::object({{"custodian", subject->custodian}, {"consents", *found}, {"words", Json::array(sentences)}});
    return report;
}

CommandResult withdraw_own(Context& context, const Arguments& arguments) {
    if (arguments.flag("--receipt"))
        if (auto writable = check_writable(arguments.text("--receipt")); !writable) return std::unexpected(writable.error());
    auto session = link::Session::open(context);
    if (!session) return std::unexpected(session.error());
    const auto subject = subject_of(session->home(), arguments);
    if (!subject) return std::unexpected(subject.error());
    std::optional<link::Recorded> recorded;
    auto result = withdraw(*session, *subject, arguments, recorded);
    if (!result || !recorded) return result;
    const std::filesystem::path file = arguments.text(
        "--receipt", (session->home().folder / ("withdrawal-" + base::to_hex(recorded->id.view()).substr(0, 16) + ".bundle")).string());
    if (const auto written = home::replace_file(file, recorded->bundle, home::Privacy::secret); !written)
        return std::unexpected(Failure(written.error()));
    result->data.set("receipt", file.string());
    result->words.line("Your receipt: {}. Anybody can check it: placet verify {} --genesis {}", file.string(), file.string(),
                       session->home().genesis.string());
    return result;
}

std::string time_of(const std::string& text) {
    const auto instant = base::from_rfc3339(text);
    return instant ? words::time_in_words(*instant) : text;
}

CommandResult who(Context& context, const Arguments& arguments) {
    const auto asked_from = instant_of(arguments, "--from");
    const auto asked_to = instant_of(arguments, "--to");
    if (!asked_from) return std::unexpected(asked_from.error());
    if (!asked_to) return std::unexpected(asked_to.error());
    auto session = link::Session::open(context);
    if (!session) return std::unexpected(session.error());
    const auto subject = subject_of(session->home(), arguments);
    if (!subject) return std::unexpected(subject.error());
    const std::string fields = link::query({{"limit", "100"},
                                            {"subject", base::to_hex(subject->pseudonym.view())},
                                            {"custodian", subject->custodian},
                                            {"from", *asked_from},
                                            {"to", *asked_to}});
    const auto events = session->get_all("/v1/access-events" + fields);
    if (!events) return std::unexpected(events.error());
    const auto reads = session->get_all("/v1/trail-reads" + fields);
    if (!reads) return std::unexpected(reads.error());
    std::vector<std::string> sentences;
    std::uint64_t refused = 0;
    for (const Json& event : *events->items()) {
        sentences.push_back(words::trail_in_words(event));
        refused += words::is_refusal(event) ? 1 : 0;
    }
    if (sentences.empty()) sentences.push_back("Nobody's access to your record at " + subject->custodian + " is on the ledger.");
    const Json before = words::released_before(*events);
    for (const Json& release : *before.items())
        sentences.push_back(
            fmt::format("Given to {} under grant {} ({}, last {}): this cannot be called back, only its further use "
                        "can be stopped.",
                        release.text_at("researcher"), release.text_at("grant"),
                        release.number_at("times") == 1 ? "once" : fmt::format("{} times", release.number_at("times")),
                        time_of(release.text_at("last_at"))));
    for (const Json& read : *reads->items())
        sentences.push_back("Asked about you: " + words::read_in_words(read, session->home().actor));
    sentences.emplace_back(
        "Not in this list: what was read outside the hospital's systems, and accesses of the last day that are journalled but not yet recorded.");
    Report report{Json::object({{"custodian", subject->custodian},
                                {"pseudonym", base::to_hex(subject->pseudonym.view())},
                                {"events", *events},
                                {"reads", *reads},
                                {"refused", refused},
                                {"released_before", before},
                                {"words", Json::array(sentences)}}),
                  {}};
    for (const std::string& line : sentences) report.words.add(line);
    return report;
}

}  // namespace

void add_patient(CommandTable& table) {
    const Argument custodian{"--custodian", Kind::value, "which hospital, if there are several", Presence::optional, "ID"};
    table.groups.push_back({"patient", "patients: enrolment by the hospital, and what is her own to do"});
    table.commands.push_back(
        {{"patient", "enrol"},
         "enrol a patient under a pseudonym and bind her own key (by the hospital)",
         "placet patient enrol --patient Patient/a-0001 --card ./homes/patient/card.json --receipt hers.json --home ./homes/operator-hospital-a",
         {{"--patient", Kind::value, "the hospital's own reference: Patient/a-0001", Presence::required, "REFERENCE"},
          {"--card", Kind::value, "her card.json, as made by `placet home init`", Presence::required, "FILE"},
          {"--number", Kind::value, "the hospital's patient number of a new patient", Presence::optional, "TEXT"},
          {"--receipt", Kind::value, "where to put what she gets", Presence::optional, "FILE"}},
         enrol});
    table.commands.push_back({{"patient", "accept"},
                              "check the hospital's receipt against the genesis file and keep who you are there",
                              "placet patient accept hers.json --home ./homes/patient",
                              {{"RECEIPT", Kind::positional, "as the hospital gave it", Presence::required, ""}},
                              accept});
    table.commands.push_back(
        {{"patient", "key"}, "replace your key by a new one, signed by the old", "placet patient key --home ./homes/patient", {custodian}, key});
    table.commands.push_back({{"patient", "consents"},
                              "read what you agreed to and how it stands",
                              "placet patient consents --home ./homes/patient",
                              {custodian},
                              consents});
    table.commands.push_back({{"patient", "withdraw"},
                              "take your consent back, at once, with a receipt",
                              "placet patient withdraw --home ./homes/patient",
                              {{"--consent", Kind::value, "only this one; without it all", Presence::optional, "ID"},
                               {"--reason", Kind::value, "a code; none is needed", Presence::optional, "CODE"},
                               {"--receipt", Kind::value, "where to put the receipt; without it into the home", Presence::optional, "FILE"},
                               custodian},
                              withdraw_own});
    table.commands.push_back({{"patient", "who"},
                              "read who saw your record: who, when, which data, why, and what was refused",
                              "placet patient who --home ./homes/patient",
                              {custodian,
                               {"--from", Kind::value, "recorded at or after", Presence::optional, "TIME"},
                               {"--to", Kind::value, "recorded before", Presence::optional, "TIME"}},
                              who});
}

}  // namespace placet::cli::commands

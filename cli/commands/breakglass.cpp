// placet access breakglass: who may break the glass, telling that it was broken, what waits for review, and reviewing.
#include "api/gateway/messages.hpp"
#include "cli/commands/commands.hpp"
#include "cli/commands/gateway_client.hpp"
#include "cli/commands/typed_values.hpp"
#include "cli/home/keyring.hpp"
#include "cli/link/custody.hpp"
#include "cli/words/in_words.hpp"
#include "contracts/access/emergency.hpp"
#include "ledger/base/hex.hpp"
#include "ledger/crypto/random.hpp"

namespace placet::cli::commands {

using namespace frame;
namespace access = contracts::access;

namespace {

constexpr base::TimeMs kMinuteMs = 60'000;

CommandResult policy(Context& context, const Arguments& arguments) {
    access::SetEmergencyPolicy command;
    command.groups = arguments.values("--group");
    command.reviewers = arguments.values("--reviewer");
    const auto needed = arguments.number("--reviews-needed", 1, {.min = 1, .max = 32});
    const auto minutes = arguments.number("--minutes", 60, {.min = 1, .max = 1440});
    const auto hours = arguments.number("--review-hours", 72, {.min = 1, .max = 720});
    for (const auto* number : {&needed, &minutes, &hours})
        if (!*number) return std::unexpected(number->error());
    command.reviews_needed = *needed;
    command.minutes_limit = *minutes;
    command.review_hours = *hours;
    auto session = link::Session::open(context);
    if (!session) return std::unexpected(session.error());
    command.custodian = session->home().organisation;
    const auto recorded = session->submit(link::draft(command));
    if (!recorded) return std::unexpected(recorded.error());
    Words words;
    words.line("{} may break the glass at {} for at most {} minutes; {} of {} reviewers must find it justified within {} hours", words::joined(command.groups),
               command.custodian, command.minutes_limit, command.reviews_needed, command.reviewers.size(), command.review_hours);
    return link::conclude(*recorded, Json::object({{"custodian", command.custodian}, {"groups", Json::array(command.groups)}}), std::move(words));
}

/// Hands the access to the gateway, whose journal has it before the ledger is told. Why not, in words, where that is not possible.
std::string journal(link::Session& session, const Arguments& arguments, const access::BreakGlass& told) {
    if (!arguments.flag("--patient")) return "the gateway's journal knows patients by the hospital's own references only: give --patient";
    const auto endpoint = gateway_endpoint(session, arguments);
    if (!endpoint) return endpoint.error().error.message;
    auto client = session.connect(*endpoint, std::chrono::seconds(10));
    if (!client) return client.error().error.message;
    const Json line = Json::object({{"patient", arguments.text("--patient")}, {"staff", told.staff}, {"purpose", told.purpose}, {"category", arguments.text("--category", "Patient")},
                                    {"occurred_at", base::to_rfc3339(told.occurred_at_ms)}});
    const auto answer = post_to_gateway(*client, "/v1/care-accesses", "application/x-ndjson", base::to_bytes(line.dump() + "\n"));
    return answer ? std::string() : answer.error().error.message;
}

/// The patient, as the hospital or as her pseudonym names her.
Outcome<types::Pseudonym> patient_of(const link::Session& session, const Arguments& arguments) {
    const auto subject = pseudonym_of(arguments, "--subject");
    if (!subject) return std::unexpected(subject.error());
    if (subject->empty() != arguments.flag("--patient")) return usage("say whose record: --patient REFERENCE or --subject HEX", "--patient");
    if (!subject->empty()) {
        const auto pseudonym = base::fixed_from_hex<types::Pseudonym>(*subject);
        if (!pseudonym) return std::unexpected(Failure(pseudonym.error()));
        return *pseudonym;
    }
    const auto custody = link::read_custody(session);
    if (!custody) return std::unexpected(custody.error());
    const auto patient = link::find_patient(*custody, arguments.text("--patient"));
    if (!patient) return std::unexpected(patient.error());
    return patient->pseudonym;
}

CommandResult declare(Context& context, const Arguments& arguments) {
    access::BreakGlass command;
    const auto purpose = choice_of(arguments, "--purpose", {"BTG", "ETREAT"});
    const auto minutes = arguments.number("--minutes", 60, {.min = 1, .max = 1440});
    if (!purpose) return std::unexpected(purpose.error());
    if (!minutes) return std::unexpected(minutes.error());
    command.purpose = purpose->empty() ? "BTG" : *purpose;
    command.staff = arguments.text("--staff");
    command.group = arguments.text("--group");
    command.reason = arguments.text("--reason");
    auto session = link::Session::open(context);
    if (!session) return std::unexpected(session.error());
    const auto pseudonym = patient_of(*session, arguments);
    if (!pseudonym) return std::unexpected(pseudonym.error());
    command.pseudonym = *pseudonym;
    command.custodian = session->home().organisation;
    constexpr std::size_t kDigits = 16;
    command.id = arguments.text("--id", "bg-" + base::to_hex(crypto::random_fixed<types::Nonce>().view()).substr(0, kDigits));
    command.occurred_at_ms = home::now_ms();
    command.until_ms = command.occurred_at_ms + *minutes * kMinuteMs;
    const std::string not_journalled = journal(*session, arguments, command);
    if (!not_journalled.empty()) context.terminal.note("not journalled at the gateway: " + not_journalled);
    Json data = Json::object({{"custodian", command.custodian}, {"id", command.id}, {"pseudonym", base::to_hex(command.pseudonym.view())},
                              {"until", base::to_rfc3339(command.until_ms)}, {"journalled", not_journalled.empty()}});
    const auto recorded = session->submit(link::draft(command));
    if (!recorded) {
        Failure failure = recorded.error();
        data.merge(failure.data);
        failure.data = std::move(data);
        return std::unexpected(std::move(failure));
    }
    Words words;
    if (const auto detail = contracts::decode<access::BreakGlassDetail>(recorded->event.outcome.detail); detail && recorded->event.outcome.accepted) {
        data.set("decision", to_string(detail->decision)).set("late", detail->late).set("review_by", base::to_rfc3339(detail->review_by_ms));
        words.line("Recorded as {}: open until {}, to be reviewed by {}.", command.id, words::time_in_words(command.until_ms),
                   words::time_in_words(detail->review_by_ms));
        words.line("The patient's consents and the hospital's policy {} this.", detail->decision == contracts::consent::Decision::permit ? "permit" : "do not permit");
    }
    return link::conclude(*recorded, std::move(data), std::move(words));
}

std::string standing_of(const Json& one) {
    std::uint64_t justified = 0, unjustified = 0;
    for (const Json& review : one.rows_at("reviews")) (review.at("justified").truth() ? justified : unjustified) += 1;
    return fmt::format("{}{}, {} of {} found it justified, {} did not", one.text_at("state"), one.at("overdue").truth() ? " and OVERDUE" : "", justified,
                       one.number_at("reviews_needed"), unjustified);
}

CommandResult list(Context& context, const Arguments& arguments) {
    const auto state = choice_of(arguments, "--state", {"open", "overdue", "justified", "unjustified"});
    if (!state) return std::unexpected(state.error());
    auto session = link::Session::open(context);
    if (!session) return std::unexpected(session.error());
    const auto found =
        session->get_all("/v1/break-glass" + link::query({{"limit", "100"}, {"state", *state}, {"custodian", arguments.text("--custodian")}}));
    if (!found) return std::unexpected(found.error());
    Report report{Json::object({{"emergencies", *found}}), {}};
    if (found->size() == 0) report.words.add("no emergency access is to be seen here");
    for (const Json& one : *found->items()) {
        report.words.line("{}: {} of {} at {}, record of patient {}, {} (reason: {}): {}", one.text_at("id"), one.text_at("staff"), one.text_at("group"),
                          one.text_at("occurred_at"), one.text_at("pseudonym").substr(0, 16), one.text_at("purpose"), one.text_at("reason"), standing_of(one));
        if (one.text_at("state") == "open") report.words.line("  to be reviewed by {} until {}", words::joined(one.texts_at("reviewers")), one.text_at("review_by"));
        if (one.text_at("decision") != "permit") report.words.line("  consents and policy said: {}", one.text_at("decision"));
    }
    return report;
}

CommandResult review(Context& context, const Arguments& arguments) {
    if (arguments.flag("--justified") == arguments.flag("--unjustified")) return usage("say whether it was: --justified or --unjustified", "--justified");
    auto session = link::Session::open(context);
    if (!session) return std::unexpected(session.error());
    const access::ReviewBreakGlass command{session->home().organisation, arguments.text("ID"), arguments.flag("--justified"), arguments.text("--reason")};
    const auto recorded = session->submit(link::draft(command));
    if (!recorded) return std::unexpected(recorded.error());
    Json data = Json::object({{"custodian", command.custodian}, {"id", command.id}, {"state", "open"}});
    Words words;
    if (const auto detail = contracts::decode<access::ReviewDetail>(recorded->event.outcome.detail); detail && recorded->event.outcome.accepted) {
        const std::string& code = recorded->event.outcome.code;
        data.set("state", code == "break_glass_justified" ? "justified" : code == "break_glass_unjustified" ? "unjustified" : "open");
        words.line("{}: {} found it justified, {} did not; {} must", command.id, detail->justified, detail->unjustified, detail->reviews_needed);
    }
    return link::conclude(*recorded, std::move(data), std::move(words));
}

}  // namespace

void add_breakglass(CommandTable& table) {
    table.groups.push_back({"access breakglass", "emergency accesses: who may, telling them, the backlog, the review"});
    table.commands.push_back({{"access", "breakglass", "policy"},
                              "set who may break the glass at your hospital, for how long, and who reviews it",
                              "placet access breakglass policy --group emergency-team --reviewer clinician@hospital-a --home ./homes/operator-hospital-a",
                              {{"--group", Kind::values, "an authorised group", Presence::required, "GROUP"},
                               {"--reviewer", Kind::values, "an operator or clinician of the hospital", Presence::required, "ACTOR"},
                               {"--reviews-needed", Kind::value, "how many must find it justified (default 1)", Presence::optional, "N"},
                               {"--minutes", Kind::value, "how long an access may last (default 60)", Presence::optional, "N"},
                               {"--review-hours", Kind::value, "when a review is overdue (default 72)", Presence::optional, "N"}},
                              policy});
    std::vector<Argument> declared = {{"--patient", Kind::value, "the hospital's own reference", Presence::optional, "REFERENCE"},
                                      {"--subject", Kind::value, "a pseudonym", Presence::optional, "HEX"},
                                      {"--staff", Kind::value, "who looked, by the hospital's own id", Presence::required, "ID"},
                                      {"--group", Kind::value, "under which authorised group", Presence::required, "GROUP"},
                                      {"--reason", Kind::value, "code: unconscious", Presence::required, "CODE"},
                                      {"--purpose", Kind::value, "BTG (default) or ETREAT", Presence::optional, "CODE"},
                                      {"--minutes", Kind::value, "how long it lasts (default 60)", Presence::optional, "N"},
                                      {"--category", Kind::value, "which data, for the journal (default Patient)", Presence::optional, "TYPE"},
                                      {"--id", Kind::value, "of the access (default: a new one)", Presence::optional, "ID"}};
    const auto more = gateway_arguments();
    declared.insert(declared.end(), more.begin(), more.end());
    table.commands.push_back({{"access", "breakglass", "declare"},
                              "tell that the glass was broken: journalled at the gateway first, then recorded on the ledger",
                              "placet access breakglass declare --patient Patient/a-0001 --staff staff-7 --group emergency-team --reason unconscious --home "
                              "./homes/gateway-hospital-a",
                              declared, declare});
    table.commands.push_back({{"access", "breakglass", "list"},
                              "list emergency accesses with their reviews; the backlog with --state open or overdue",
                              "placet access breakglass list --state open --home ./homes/operator-hospital-a",
                              {{"--state", Kind::value, "open, overdue, justified or unjustified", Presence::optional, "STATE"},
                               {"--custodian", Kind::value, "at this hospital (default: your own; regulators: all)", Presence::optional, "ID"}},
                              list});
    table.commands.push_back({{"access", "breakglass", "review"},
                              "judge an emergency access, with a reason; never one's own",
                              "placet access breakglass review bg-1 --justified --reason life_in_danger --home ./homes/clinician-hospital-a",
                              {{"ID", Kind::positional, "the emergency access", Presence::required, ""},
                               {"--justified", Kind::flag, "it was", Presence::optional, ""},
                               {"--unjustified", Kind::flag, "it was not", Presence::optional, ""},
                               {"--reason", Kind::value, "code", Presence::required, "CODE"}},
                              review});
}

}  // namespace placet::cli::commands

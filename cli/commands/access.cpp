// placet access: who accessed what, and a hospital's accesses in care as batches under its own signature.
#include <charconv>

#include "api/gateway/messages.hpp"
#include "cli/commands/commands.hpp"
#include "cli/commands/gateway_client.hpp"
#include "cli/commands/typed_values.hpp"
#include "cli/home/files.hpp"
#include "cli/home/keyring.hpp"
#include "cli/link/custody.hpp"
#include "cli/words/in_words.hpp"
#include "cli/words/trail_in_words.hpp"
#include "contracts/access/commands.hpp"
#include "ledger/base/hex.hpp"

namespace placet::cli::commands {

using namespace frame;

namespace {

constexpr std::size_t kLinesPerPost = 1000;
constexpr std::size_t kOctetsPerPost = 512 * 1024;

/// Whose trail is asked for, as the query of it: one of patient (or pseudonym), dataset, researcher and custodian; a
/// custodian beside a pseudonym says where she is a patient.
Outcome<std::string> question(const link::Session& session, const Arguments& arguments) {
    auto subject = pseudonym_of(arguments, "--subject");
    const auto from = instant_of(arguments, "--from");
    const auto to = instant_of(arguments, "--to");
    if (!subject) return subject;
    if (!from) return from;
    if (!to) return to;
    if (const auto reference = arguments.value("--patient")) {
        const auto custody = link::read_custody(session);
        if (!custody) return std::unexpected(custody.error());
        const auto patient = link::find_patient(*custody, *reference);
        if (!patient) return std::unexpected(patient.error());
        subject = base::to_hex(patient->pseudonym.view());
    }
    return link::query({{"limit", "100"},
                        {"subject", *subject},
                        {"dataset", arguments.text("--dataset")},
                        {"researcher", arguments.text("--researcher")},
                        {"custodian", arguments.text("--custodian")},
                        {"from", *from},
                        {"to", *to}});
}

/// Exactly one thing is asked about; --custodian may stand beside --subject.
Outcome<void> check_question(const Arguments& arguments) {
    std::vector<std::string> given;
    for (const char* name : {"--patient", "--subject", "--dataset", "--researcher", "--custodian"})
        if (arguments.flag(name)) given.emplace_back(name);
    const bool at_custodian = given == std::vector<std::string>{"--subject", "--custodian"};
    if (given.size() == 1 || at_custodian) return {};
    return usage(std::string(given.empty() ? "say whose accesses" : words::joined(given) + " do not go together") +
                     ": give one of --patient REFERENCE, --subject HEX (with --custodian ID where another hospital's "
                     "patient is meant), "
                     "--dataset ID, --researcher ACTOR and --custodian ID",
                 given.empty() ? "" : given.back());
}

CommandResult list(Context& context, const Arguments& arguments) {
    if (auto asked = check_question(arguments); !asked) return std::unexpected(asked.error());
    auto session = link::Session::open(context);
    if (!session) return std::unexpected(session.error());
    const auto fields = question(*session, arguments);
    if (!fields) return std::unexpected(fields.error());
    const auto events = session->get_all("/v1/access-events" + *fields);
    if (!events) return std::unexpected(events.error());
    Report report{Json::object({{"events", *events}}), {}};
    for (const Json& event : *events->items()) report.words.add(words::trail_in_words(event));
    if (events->size() == 0) report.words.add("no access is recorded");
    return report;
}

/// Lines that the gateway takes in one body, and which line of the file is the first of them.
struct Portion {
    std::string text;
    std::size_t first_line = 1;
};

/// The file in portions; empty lines stay, so that a line's number is its place in the file.
std::vector<Portion> portions(std::string_view text) {
    std::vector<Portion> out;
    std::size_t in_portion = 0;
    for (std::size_t number = 1; !text.empty(); ++number) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        const std::string_view line = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        if (out.empty() || in_portion == kLinesPerPost || out.back().text.size() + line.size() > kOctetsPerPost) {
            out.push_back({{}, number});
            in_portion = 0;
        }
        out.back().text += std::string(line) + "\n";
        ++in_portion;
    }
    std::erase_if(
        out, [](const Portion& portion) { return portion.text.find_first_not_of(" \t\r\n") == std::string::npos; });
    return out;
}

/// Every line, read as the gateway reads it, before the first is handed over: a file is journalled whole or not at all.
Outcome<std::vector<Portion>> read_portions(const std::string& file) {
    const auto text = home::read_text(file);
    if (!text) return std::unexpected(Failure(Exit::usage, text.error()));
    auto out = portions(*text);
    if (out.empty()) return usage("the file holds no access", file);
    for (const Portion& portion : out)
        if (const auto read = api::gateway::read_accesses(portion.text, home::now_ms(), portion.first_line); !read)
            return std::unexpected(
                Failure(Exit::usage, {read.error().code, read.error().message + "; nothing was journalled",
                                      read.error().field.empty() ? file : file + ": " + read.error().field}));
    return out;
}

/// The newest batch of the custodian on the ledger.
Outcome<Json> newest_batch(link::Session& session, const std::string& custodian, base::TimeMs since_ms) {
    const auto events =
        session.get_all("/v1/access-events" + link::query({{"limit", "100"}, {"custodian", custodian}, {"from", base::to_rfc3339(since_ms)}}));
    if (!events) return std::unexpected(events.error());
    Json newest;
    for (const Json& event : *events->items())
        if (event.text_at("kind") == "access_batch" && event.at("accepted").truth()) newest = event;
    if (newest.is_null())
        return fail(Exit::not_committed, base::ErrorCode::timeout, "the accesses are journalled, but their batch is not on the ledger yet");
    return newest;
}

/// The gateway counts the lines of a body; people count those of the file.
base::Error in_file(const std::string& file, const Portion& portion, base::Error error) {
    if (error.code != base::ErrorCode::malformed && error.code != base::ErrorCode::invalid_value) return error;
    constexpr std::string_view kLine = "line ";
    std::size_t number = 1;
    std::string_view rest = error.field;
    if (rest.starts_with(kLine)) {
        rest.remove_prefix(kLine.size());
        const auto [end, failed] = std::from_chars(rest.data(), rest.data() + rest.size(), number);
        if (failed != std::errc{} || number == 0) return error;
        rest.remove_prefix(static_cast<std::size_t>(end - rest.data()));
    } else if (std::ranges::count(portion.text, '\n') > 1) {
        return error;
    }
    error.field = fmt::format("{}: line {}{}{}", file, number + portion.first_line - 1,
                              rest.empty() || rest.starts_with(":") ? "" : ": ", rest);
    return error;
}

CommandResult batch(Context& context, const Arguments& arguments) {
    const auto read = read_portions(arguments.text("FILE"));
    if (!read) return std::unexpected(read.error());
    const std::vector<Portion>& posts = *read;
    auto session = link::Session::open(context);
    if (!session) return std::unexpected(session.error());
    const auto endpoint = gateway_endpoint(*session, arguments);
    if (!endpoint) return std::unexpected(endpoint.error());
    auto client = session->connect(*endpoint, std::chrono::minutes(3));
    if (!client) return std::unexpected(client.error());
    const base::TimeMs began_ms = home::now_ms();
    std::uint64_t journalled = 0;
    Progress progress(context.terminal, "journalling", posts.size());
    for (std::size_t i = 0; i < posts.size(); ++i) {
        const auto response =
            post_to_gateway(*client, "/v1/care-accesses", "application/x-ndjson", base::to_bytes(posts[i].text));
        if (!response) {
            Failure failure = response.error();
            failure.error = in_file(arguments.text("FILE"), posts[i], std::move(failure.error));
            if (journalled > 0)
                failure.error.message += fmt::format("; the {} accesses before it are journalled", journalled);
            failure.data = Json::object({{"journalled", journalled}});
            return std::unexpected(std::move(failure));
        }
        if (const auto answer = link::json_from(base::as_text(response->body))) journalled += answer->number_at("journalled");
        progress.at(i + 1);
    }
    const auto flushed = post_to_gateway(*client, "/v1/flush", "application/json", base::to_bytes("{}"));
    if (!flushed) {
        Failure failure = flushed.error();
        failure.error.message += fmt::format("; {} accesses are journalled and follow when the ledger takes them", journalled);
        failure.data = Json::object({{"journalled", journalled}});
        return std::unexpected(std::move(failure));
    }
    const std::string custodian = arguments.text("--custodian", session->home().organisation);
    const auto newest = newest_batch(*session, custodian, began_ms - 60'000);
    if (!newest) return std::unexpected(newest.error());
    const auto id = base::fixed_from_hex<crypto::Hash>(newest->text_at("transaction"));
    if (!id) return fail(Exit::failed, base::ErrorCode::malformed, "the node's answer names no transaction");
    const auto recorded = session->await(*id);
    if (!recorded) return std::unexpected(recorded.error());
    Words words;
    words.line("{} accesses in care: journalled first, then recorded under one signature of {} a batch; the last is batch {}", journalled, custodian,
               newest->number_at("sequence"));
    return link::conclude(
        *recorded,
        Json::object({{"custodian", custodian}, {"sequence", newest->number_at("sequence")}, {"rows", journalled}, {"journal_first", true}}),
        std::move(words));
}

}  // namespace

void add_access(CommandTable& table) {
    std::vector<Argument> batch_arguments = {{"FILE", Kind::positional,
                                              "NDJSON: {patient, staff, purpose, category, action?, occurred_at?} a line; - is standard input",
                                              Presence::required, ""}};
    const auto more = gateway_arguments();
    batch_arguments.insert(batch_arguments.end(), more.begin(), more.end());
    table.groups.push_back({"access", "accesses: the trail, and batches of accesses in care"});
    table.commands.push_back(
        {{"access", "list"},
         "list accesses, and refusals of them, by patient (or pseudonym), dataset, researcher or custodian",
         "placet access list --dataset a-diabetes --home ./homes/dac1-hospital-a",
         {{"--patient", Kind::value, "the hospital's own reference", Presence::optional, "REFERENCE"},
          {"--subject", Kind::value, "a pseudonym; with --custodian at another hospital than your own",
           Presence::optional, "HEX"},
          {"--dataset", Kind::value, "of this dataset", Presence::optional, "ID"},
          {"--researcher", Kind::value, "by this actor", Presence::optional, "ACTOR"},
          {"--custodian", Kind::value, "at this hospital", Presence::optional, "ID"},
          {"--from", Kind::value, "recorded at or after", Presence::optional, "TIME"},
          {"--to", Kind::value, "recorded before", Presence::optional, "TIME"}},
         list});
    table.commands.push_back({{"access", "batch"},
                              "hand accesses in care to the gateway, which journals them and records them as batches",
                              "placet access batch accesses.ndjson --home ./homes/gateway-hospital-a",
                              batch_arguments,
                              batch});
}

}  // namespace placet::cli::commands

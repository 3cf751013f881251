// placet access: who accessed what, and a hospital's accesses in care as batches under its own signature.
#include "cli/commands/commands.hpp"
#include "cli/commands/gateway_client.hpp"
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

CommandResult list(Context& context, const Arguments& arguments) {
    auto session = link::Session::open(context);
    if (!session) return std::unexpected(session.error());
    std::string subject = arguments.text("--subject");
    if (const auto reference = arguments.value("--patient")) {
        const auto custody = link::read_custody(session->home());
        if (!custody) return std::unexpected(custody.error());
        const auto patient = link::find_patient(*custody, *reference);
        if (!patient) return std::unexpected(patient.error());
        subject = base::to_hex(patient->pseudonym.view());
    }
    const auto events = session->get_all("/v1/access-events" + link::query({{"limit", "100"},
                                                                            {"subject", subject},
                                                                            {"dataset", arguments.text("--dataset")},
                                                                            {"researcher", arguments.text("--researcher")},
                                                                            {"custodian", arguments.text("--custodian")},
                                                                            {"from", arguments.text("--from")},
                                                                            {"to", arguments.text("--to")}}));
    if (!events) return std::unexpected(events.error());
    Report report{Json::object({{"events", *events}}), {}};
    for (const Json& event : *events->items()) report.words.add(words::trail_in_words(event));
    if (events->size() == 0) report.words.add("no access is recorded");
    return report;
}

/// The file's lines in portions that the gateway takes.
std::vector<std::string> portions(std::string_view text) {
    std::vector<std::string> out;
    std::size_t lines = 0;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        const std::string_view line = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        if (line.find_first_not_of(" \t\r") == std::string_view::npos) continue;
        if (out.empty() || lines == kLinesPerPost || out.back().size() + line.size() > kOctetsPerPost) {
            out.emplace_back();
            lines = 0;
        }
        out.back() += std::string(line) + "\n";
        ++lines;
    }
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

CommandResult batch(Context& context, const Arguments& arguments) {
    const auto text = home::read_text(arguments.text("FILE"));
    if (!text) return std::unexpected(Failure(Exit::usage, text.error()));
    const auto posts = portions(*text);
    if (posts.empty()) return usage("the file holds no access", arguments.text("FILE"));
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
        const auto response = post_to_gateway(*client, "/v1/care-accesses", "application/x-ndjson", base::to_bytes(posts[i]));
        if (!response) {
            Failure failure = response.error();
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
    table.commands.push_back({{"access", "list"},
                              "list accesses, and refusals of them, by exactly one of patient, dataset, researcher and custodian",
                              "placet access list --dataset a-diabetes --home ./homes/dac1-hospital-a",
                              {{"--patient", Kind::value, "the hospital's own reference", Presence::optional, "REFERENCE"},
                               {"--subject", Kind::value, "a pseudonym", Presence::optional, "HEX"},
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

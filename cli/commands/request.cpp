// placet request: researchers ask, committees decide.
#include <array>
#include <thread>

#include "cli/commands/commands.hpp"
#include "cli/commands/typed_values.hpp"
#include "cli/link/session.hpp"
#include "cli/words/request_in_words.hpp"
#include "contracts/access/commands.hpp"
#include "contracts/access/details.hpp"
#include "contracts/common/ids.hpp"
#include "ledger/base/hex.hpp"
#include "ledger/crypto/random.hpp"

namespace placet::cli::commands {

using namespace frame;
namespace access = contracts::access;
namespace dataset = contracts::dataset;

namespace {

Outcome<dataset::Stated> stated_of(const Arguments& arguments, std::string_view name) {
    const std::string text = arguments.text(name, "unknown");
    if (text == "yes") return dataset::Stated::yes;
    if (text == "no") return dataset::Stated::no;
    if (text == "unknown") return dataset::Stated::unknown;
    return usage("expected yes, no or unknown", std::string(name));
}

Outcome<dataset::DuoRequest> terms_of(const Arguments& arguments) {
    dataset::DuoRequest out;
    for (const std::string& text : arguments.values("--purpose")) {
        const auto purpose = dataset::use_from(text);
        if (!purpose) return usage("\"" + text + "\" is no purpose; there are GRU, HMB, DS, POA, MDS and CC (or their DUO codes)", "--purpose");
        out.purposes.push_back(*purpose);
    }
    out.diseases = arguments.values("--disease");
    if (auto named = check_diseases(out.diseases, "--disease"); !named) return std::unexpected(named.error());
    out.sensitive_population = arguments.flag("--sensitive-population");
    const std::array<std::pair<std::string_view, dataset::Stated*>, 5> questions = {{{"--for-profit", &out.for_profit},
                                                                                   {"--commercial", &out.commercial},
                                                                                   {"--phenotype-only", &out.phenotype_only},
                                                                                   {"--publish", &out.publishes},
                                                                                   {"--return-results", &out.returns_results}}};
    for (const auto& [name, answer] : questions) {
        const auto stated = stated_of(arguments, name);
        if (!stated) return std::unexpected(stated.error());
        *answer = *stated;
    }
    if (const auto type = arguments.value("--research-type")) out.research_type = *type;
    if (const auto partner = arguments.value("--collaboration")) out.collaboration = *partner;
    if (const auto day = arguments.value("--accepted")) {
        const auto instant = base::day_from_iso(*day);
        if (!instant) return usage(instant.error().message, "--accepted");
        out.accepted_at_ms = *instant;
    }
    const auto months = arguments.number("--months", 0, {.min = 1, .max = 1200});
    if (!months) return std::unexpected(months.error());
    if (*months > 0) out.months = *months;
    return out;
}

Outcome<access::SubmitRequest> request_of(const Arguments& arguments) {
    access::SubmitRequest out;
    out.id = arguments.text("--id", "r-" + base::to_hex(crypto::random_bytes(5)));
    out.title = arguments.text("--title", out.id);
    out.study = arguments.text("--study", out.id);
    out.study_members = arguments.values("--study-member");
    out.datasets = arguments.values("--dataset");
    auto terms = terms_of(arguments);
    if (!terms) return std::unexpected(terms.error());
    out.terms = std::move(*terms);
    for (const std::string& code : arguments.values("--use")) {
        const auto bar = code.find('|');
        if (bar == std::string::npos)
            out.purposes.push_back({std::string(contracts::systems::kActReason), code});
        else
            out.purposes.push_back({code.substr(0, bar), code.substr(bar + 1)});
    }
    out.ethics_approval = arguments.text("--ethics");
    if (const auto day = arguments.value("--ethics-expires")) {
        const auto instant = base::day_from_iso(*day);
        if (!instant) return usage(instant.error().message, "--ethics-expires");
        out.ethics_expires_ms = *instant;
    }
    out.country = arguments.text("--country");
    if (out.country.empty()) return out;
    if (auto checked = as_usage(contracts::check_country(out.country, "--country"), "--country"); !checked)
        return std::unexpected(checked.error());
    return out;
}

CommandResult check(Context& context, const Arguments& arguments) {
    const auto command = request_of(arguments);
    if (!command) return std::unexpected(command.error());
    auto session = link::Session::open(context);
    if (!session) return std::unexpected(session.error());
    const auto answer = session->ask("/v1/access-requests/check", contracts::encode(*command));
    if (!answer) return std::unexpected(answer.error());
    Report report{*answer, {}};
    report.words.line("the terms would answer: {}", answer->text_at("decision"));
    for (const Json& verdict : answer->rows_at("datasets")) {
        report.words.line("{}: {}", verdict.text_at("dataset"), verdict.text_at("decision"));
        for (const Json& reason : verdict.rows_at("reasons")) {
            report.words.line("  {}: {}", reason.text_at("subject"), reason.text_at("text"));
            if (const std::string advice = contracts::outcome_advice(reason.text_at("code")); !advice.empty())
                report.words.line("    what would change it: {}", advice);
        }
        if (!verdict.texts_at("obligations").empty()) report.words.line("  conditions of use: {}", words::joined(verdict.texts_at("obligations")));
    }
    report.words.add("Nothing was recorded. What patients' consents say is counted when the request is submitted, and the committee votes.");
    return report;
}

Json verdicts_json(const types::Outcome& outcome) {
    Json out(Json::Array{});
    if (const auto detail = contracts::decode<access::RequestDetail>(outcome.detail))
        for (const auto& verdict : detail->datasets)
            out.push(Json::object({{"dataset", verdict.dataset},
                                   {"duo", dataset::to_string(verdict.duo)},
                                   {"reasons", words::reasons_json(verdict.reasons)},
                                   {"obligations", Json::array(verdict.obligations)}}));
    return out;
}

CommandResult submit(Context& context, const Arguments& arguments) {
    const auto command = request_of(arguments);
    if (!command) return std::unexpected(command.error());
    auto session = link::Session::open(context);
    if (!session) return std::unexpected(session.error());
    const auto recorded = session->submit(link::draft(*command));
    if (!recorded) return std::unexpected(recorded.error());
    Words words;
    words.line("request {} is submitted", command->id);
    for (const std::string& line : words::outcome_in_words(recorded->payload, recorded->event.outcome)) words.line("  {}", line);
    words.line("follow it: placet request watch {}", command->id);
    return link::conclude(*recorded, Json::object({{"request", command->id}, {"datasets", verdicts_json(recorded->event.outcome)}}),
                          std::move(words));
}

Outcome<Json> fetch(link::Session& session, const std::string& id) {
    return session.get("/v1/access-requests/" + link::segment(id));
}

Report shown(const Json& request) {
    const auto sentences = words::request_in_words(request);
    Report report{Json::object({{"request", request}, {"state", request.text_at("state")}, {"words", Json::array(sentences)}}), {}};
    for (const std::string& line : sentences) report.words.add(line);
    return report;
}

CommandResult show(Context& context, const Arguments& arguments) {
    auto session = link::Session::open(context);
    if (!session) return std::unexpected(session.error());
    const auto request = fetch(*session, arguments.text("ID"));
    if (!request) return std::unexpected(request.error());
    return shown(*request);
}

const std::vector<std::string> kStates = {"submitted", "review", "granted", "refused", "withdrawn"};

CommandResult list(Context& context, const Arguments& arguments) {
    const auto state = choice_of(arguments, "--state", kStates);
    if (!state) return std::unexpected(state.error());
    auto session = link::Session::open(context);
    if (!session) return std::unexpected(session.error());
    const auto requests =
        session->get_all("/v1/access-requests" +
                         link::query({{"limit", "100"}, {"state", *state}, {"dataset", arguments.text("--dataset")}}));
    if (!requests) return std::unexpected(requests.error());
    Report report{Json::object({{"requests", *requests}}), {}};
    if (requests->size() == 0) report.words.add("no request");
    for (const Json& request : *requests->items()) report.words.add(words::request_line(request));
    return report;
}

CommandResult watch(Context& context, const Arguments& arguments) {
    const auto wanted = choice_of(arguments, "--until", kStates);
    if (!wanted) return std::unexpected(wanted.error());
    const std::string& until = *wanted;
    auto session = link::Session::open(context);
    if (!session) return std::unexpected(session.error());
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(context.settings.timeout_s);
    std::vector<std::string> before;
    for (;;) {
        const auto request = fetch(*session, arguments.text("ID"));
        if (!request) return std::unexpected(request.error());
        const auto sentences = words::request_in_words(*request);
        for (const std::string& line : sentences)
            if (std::ranges::find(before, line) == before.end()) context.terminal.tell(line);
        before = sentences;
        const std::string state = request->text_at("state");
        const bool reached = until.empty() ? state == "granted" || state == "refused" || state == "withdrawn" : state == until;
        const Json data = Json::object({{"request", *request}, {"state", state}, {"words", Json::array(sentences)}});
        if (reached) return Report{data, {}};
        if (std::chrono::steady_clock::now() > deadline)
            return std::unexpected(Failure(
                Exit::not_committed,
                base::Error{base::ErrorCode::timeout, "the request is still in state " + state + "; watch it longer with --timeout", {}}, data));
        std::this_thread::sleep_for(std::chrono::milliseconds(250));
    }
}

/// Datasets of the request that wait for this member's vote.
Outcome<std::vector<std::string>> waiting_for(link::Session& session, const Json& request) {
    std::vector<std::string> out;
    const auto conflicts = request.texts_at("conflicts");
    if (std::ranges::find(conflicts, session.home().actor) != conflicts.end()) return out;
    for (const Json& decision : request.rows_at("datasets")) {
        if (decision.text_at("state") != "review") continue;
        const auto& votes = decision.rows_at("votes");
        if (std::ranges::any_of(votes, [&](const Json& vote) { return vote.text_at("member") == session.home().actor; })) continue;
        const auto entry = session.get("/v1/datasets/" + decision.text_at("dataset"));
        if (!entry) return std::unexpected(entry.error());
        const auto committee = entry->texts_at("committee");
        if (std::ranges::find(committee, session.home().actor) != committee.end()) out.push_back(decision.text_at("dataset"));
    }
    return out;
}

CommandResult inbox(Context& context, const Arguments&) {
    auto session = link::Session::open(context);
    if (!session) return std::unexpected(session.error());
    const auto requests = session->get_all("/v1/access-requests?limit=100");
    if (!requests) return std::unexpected(requests.error());
    Report report;
    Json waiting(Json::Array{});
    for (const Json& request : *requests->items()) {
        const auto datasets = waiting_for(*session, request);
        if (!datasets) return std::unexpected(datasets.error());
        if (datasets->empty()) continue;
        for (const std::string& line : words::request_in_words(request)) report.words.add(line);
        for (const std::string& id : *datasets)
            report.words.line("decide: placet request vote {} --dataset {} --approve --reason scientific_merit", request.text_at("id"), id);
        report.words.blank();
        Json entry = request;
        entry.set("waiting_for_my_vote_on", Json::array(*datasets));
        waiting.push(std::move(entry));
    }
    if (waiting.size() == 0) report.words.add("nothing waits for your vote");
    report.data = Json::object({{"requests", waiting}});
    return report;
}

CommandResult vote(Context& context, const Arguments& arguments) {
    if (arguments.flag("--approve") == arguments.flag("--deny")) return usage("give either --approve or --deny", "--approve");
    auto session = link::Session::open(context);
    if (!session) return std::unexpected(session.error());
    access::CastVote command{arguments.text("ID"), arguments.text("--dataset"), arguments.flag("--approve"), arguments.text("--reason"),
                             std::nullopt};
    if (command.dataset.empty()) {
        const auto request = fetch(*session, command.request);
        if (!request) return std::unexpected(request.error());
        if (request->rows_at("datasets").size() != 1) return usage("the request names several datasets: say which with --dataset", "--dataset");
        command.dataset = request->rows_at("datasets")[0].text_at("dataset");
    }
    const auto recorded = session->submit(link::draft(command));
    if (!recorded) return std::unexpected(recorded.error());
    Json data = Json::object({{"request", command.request}, {"dataset", command.dataset}});
    Words words;
    words.line("your vote {} request {} on {} counts", command.approve ? "for" : "against", command.request, command.dataset);
    if (const auto detail = contracts::decode<access::VoteDetail>(recorded->event.outcome.detail)) {
        data.set("approvals", detail->approvals)
            .set("denials", detail->denials)
            .set("votes_needed", detail->votes_needed)
            .set("grant", detail->grant);
        data.set("expires_at", detail->expires_at_ms ? Json(base::to_rfc3339(*detail->expires_at_ms)) : Json());
    }
    for (const std::string& line : words::outcome_in_words(recorded->payload, recorded->event.outcome)) words.line("  {}", line);
    return link::conclude(*recorded, std::move(data), std::move(words));
}

CommandResult conflict(Context& context, const Arguments& arguments) {
    auto session = link::Session::open(context);
    if (!session) return std::unexpected(session.error());
    const access::DeclareConflict command{arguments.text("ID"), arguments.text("--reason")};
    const auto recorded = session->submit(link::draft(command));
    if (!recorded) return std::unexpected(recorded.error());
    Words words;
    words.line("declared: you will not vote on request {}", command.request);
    return link::conclude(*recorded, Json::object({{"request", command.request}}), std::move(words));
}

CommandResult take_back(Context& context, const Arguments& arguments) {
    auto session = link::Session::open(context);
    if (!session) return std::unexpected(session.error());
    const access::WithdrawRequest command{arguments.text("ID")};
    const auto recorded = session->submit(link::draft(command));
    if (!recorded) return std::unexpected(recorded.error());
    Words words;
    words.line("request {} is taken back", command.request);
    return link::conclude(*recorded, Json::object({{"request", command.request}}), std::move(words));
}

CommandResult grants(Context& context, const Arguments& arguments) {
    auto session = link::Session::open(context);
    if (!session) return std::unexpected(session.error());
    const auto found = session->get_all("/v1/grants" + link::query({{"limit", "100"}, {"dataset", arguments.text("--dataset")}}));
    if (!found) return std::unexpected(found.error());
    Report report{Json::object({{"grants", *found}}), {}};
    std::vector<std::vector<std::string>> rows{{"GRANT", "DATASET", "RESEARCHER", "STATUS", "UNTIL"}};
    for (const Json& grant : *found->items())
        rows.push_back({grant.text_at("id"), grant.text_at("dataset"), grant.text_at("researcher"),
                        grant.at("live").truth() ? "live" : grant.text_at("status"), grant.text_at("expires_at")});
    if (rows.size() == 1) report.words.add("no grant");
    report.words.table(rows);
    return report;
}

CommandResult close(Context& context, const Arguments& arguments) {
    auto session = link::Session::open(context);
    if (!session) return std::unexpected(session.error());
    const access::CloseGrant command{arguments.text("GRANT"), arguments.text("--reason")};
    const auto recorded = session->submit(link::draft(command));
    if (!recorded) return std::unexpected(recorded.error());
    Words words;
    words.line("grant {} has ended; nothing more is released under it", command.grant);
    return link::conclude(*recorded, Json::object({{"grant", command.grant}}), std::move(words));
}

std::vector<Argument> asking_arguments() {
    return {{"--dataset", Kind::values, "a dataset asked for", Presence::required, "ID"},
            {"--purpose", Kind::values, "GRU, HMB, DS, POA, MDS or CC", Presence::optional, "TERM"},
            {"--disease", Kind::values, "for DS: MONDO:0005148", Presence::optional, "MONDO"},
            {"--use", Kind::values, "purpose of use asked of consents (v3 ActReason code, or system|code); without it what the purposes mean",
             Presence::optional, "CODE"},
            {"--id", Kind::value, "unique on the ledger; made up if left out", Presence::optional, "ID"},
            {"--title", Kind::value, "the study's title", Presence::optional, "TEXT"},
            {"--study", Kind::value, "the study's id", Presence::optional, "ID"},
            {"--study-member", Kind::values, "somebody else in the study", Presence::optional, "ACTOR"},
            {"--ethics", Kind::value, "reference of the ethics approval", Presence::optional, "TEXT"},
            {"--ethics-expires", Kind::value, "its last day", Presence::optional, "DATE"},
            {"--months", Kind::value, "how long", Presence::optional, "N"},
            {"--for-profit", Kind::value, "the organisation: yes, no or unknown", Presence::optional, "WORD"},
            {"--commercial", Kind::value, "the use: yes, no or unknown", Presence::optional, "WORD"},
            {"--phenotype-only", Kind::value, "about phenotypes alone: yes, no or unknown", Presence::optional, "WORD"},
            {"--publish", Kind::value, "results will be published: yes, no or unknown", Presence::optional, "WORD"},
            {"--return-results", Kind::value, "results will be returned to the custodian: yes, no or unknown", Presence::optional, "WORD"},
            {"--accepted", Kind::value, "the day on which the publication is accepted, for a moratorium", Presence::optional, "DATE"},
            {"--research-type", Kind::value, "the type of research, as the dataset names it", Presence::optional, "TEXT"},
            {"--collaboration", Kind::value, "with whom of the dataset's investigators", Presence::optional, "TEXT"},
            {"--sensitive-population", Kind::flag, "the study is about a sensitive population", Presence::optional, ""},
            {"--country", Kind::value, "where the data are processed, for datasets that ask (DE)", Presence::optional, "CODE"}};
}

}  // namespace

void add_request(CommandTable& table) {
    const Argument id{"ID", Kind::positional, "the request", Presence::required, ""};
    const Argument reason{"--reason", Kind::value, "a code, like scientific_merit", Presence::required, "CODE"};
    const Argument over{"--dataset", Kind::value, "only over this dataset", Presence::optional, "ID"};
    table.groups.push_back({"request", "access requests: researchers ask, committees decide"});
    table.commands.push_back({{"request", "check"},
                              "ask what the datasets' terms would answer; nothing is recorded",
                              "placet request check --dataset a-diabetes --purpose DS --disease MONDO:0005148 --home ./homes/researcher-university",
                              asking_arguments(),
                              check});
    table.commands.push_back(
        {{"request", "submit"},
         "ask for datasets",
         "placet request submit --dataset a-diabetes --purpose HMB --study heart-1 --ethics EK-2026-17 --months 12 --for-profit no --commercial no "
         "--home ./homes/researcher-university",
         asking_arguments(),
         submit});
    table.commands.push_back({{"request", "list"},
                              "list requests",
                              "placet request list --state review --home ./homes/dac1-hospital-a",
                              {{"--state", Kind::value, "submitted, review, granted, refused or withdrawn", Presence::optional, "STATE"}, over},
                              list});
    table.commands.push_back({{"request", "show"},
                              "show decision, reasons, what would change a refusal, rounded counts",
                              "placet request show r-1 --home ./homes/researcher-university",
                              {id},
                              show});
    table.commands.push_back(
        {{"request", "watch"},
         "tell what happens to a request until it is decided",
         "placet request watch r-1 --timeout 600 --home ./homes/researcher-university",
         {id, {"--until", Kind::value, "stop at this state: review, granted, refused or withdrawn", Presence::optional, "STATE"}},
         watch});
    table.commands.push_back(
        {{"request", "inbox"}, "show what waits for your vote", "placet request inbox --home ./homes/dac1-hospital-a", {}, inbox});
    table.commands.push_back({{"request", "vote"},
                              "vote as a member of the dataset's committee",
                              "placet request vote r-1 --dataset a-diabetes --approve --reason scientific_merit --home ./homes/dac1-hospital-a",
                              {id,
                               {"--dataset", Kind::value, "which dataset, if the request names several", Presence::optional, "ID"},
                               {"--approve", Kind::flag, "for it", Presence::optional, ""},
                               {"--deny", Kind::flag, "against it", Presence::optional, ""},
                               reason},
                              vote});
    table.commands.push_back({{"request", "conflict"},
                              "declare a conflict of interest: you will not vote",
                              "placet request conflict r-1 --reason same_study --home ./homes/dac2-hospital-a",
                              {id, reason},
                              conflict});
    table.commands.push_back(
        {{"request", "withdraw"}, "take your request back", "placet request withdraw r-1 --home ./homes/researcher-university", {id}, take_back});
    table.commands.push_back({{"request", "grants"}, "list grants", "placet request grants --home ./homes/researcher-university", {over}, grants});
    table.commands.push_back({{"request", "close"},
                              "end a grant",
                              "placet request close r-1.g0 --reason study_finished --home ./homes/researcher-university",
                              {{"GRANT", Kind::positional, "the grant", Presence::required, ""}, reason},
                              close});
}

}  // namespace placet::cli::commands

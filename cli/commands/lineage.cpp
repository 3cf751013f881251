// placet lineage, placet withdrawal: what was made from what, what a withdrawal touches, and who has acknowledged it.
#include "cli/commands/lineage.hpp"

#include "cli/commands/typed_values.hpp"
#include "cli/home/files.hpp"
#include "cli/link/custody.hpp"
#include "cli/words/graph.hpp"
#include "cli/words/in_words.hpp"
#include "contracts/access/commands.hpp"
#include "ledger/base/hex.hpp"

namespace placet::cli::commands {

using namespace frame;

namespace {

using words::Graph;
using words::GraphNode;

std::string waited(std::uint64_t seconds) {
    constexpr std::uint64_t kMinute = 60, kHour = 3600, kDay = 86'400;
    if (seconds >= 2 * kDay) return fmt::format("{} days", seconds / kDay);
    if (seconds >= 2 * kHour) return fmt::format("{} hours", seconds / kHour);
    if (seconds >= 2 * kMinute) return fmt::format("{} minutes", seconds / kMinute);
    return fmt::format("{} seconds", seconds);
}

/// "acknowledged after 3 hours", "overdue: not acknowledged for 4 days".
std::string notice_in_words(const Json& notice) {
    const std::string state = notice.text_at("state");
    const std::string time = waited(notice.number_at("waited_seconds"));
    if (state == "acknowledged") return "acknowledged after " + time;
    return (state == "overdue" ? "overdue: not acknowledged for " : "not acknowledged for ") + time;
}

std::string trace_in_words(const std::string& trace) {
    if (trace == "released") return "made under a grant under which these data left";
    if (trace == "possible") return "made by the custodian itself; may hold these data";
    if (trace == "former") return "was in it";
    return "is in it";
}

GraphNode dataset_node(const Json& one) {
    return {"dataset:" + one.text_at("id"),
            {one.text_at("id"), one.text_at("kind") + " of " + one.text_at("custodian")},
            GraphNode::Shape::record,
            {}};
}

GraphNode grant_node(const Json& one) {
    GraphNode node{"grant:" + one.text_at("grant"),
                   {one.text_at("grant"), one.text_at("researcher")},
                   GraphNode::Shape::permission,
                   {}};
    if (one.at("withdrawn_at").is_null()) return node;
    node.lines.push_back(notice_in_words(one));
    if (one.text_at("state") != "acknowledged") node.tone = GraphNode::Tone::urgent;
    return node;
}

Graph graph_of(const Json& answer) {
    Graph graph;
    const std::string pseudonym = answer.text_at("pseudonym");
    graph.title = pseudonym.empty() ? "what dataset " + answer.text_at("dataset") + " was made from and into"
                                    : "what a withdrawal of " + pseudonym.substr(0, 16) + " touches";
    if (!pseudonym.empty())
        graph.nodes.push_back({"patient", {"patient " + pseudonym.substr(0, 16)}, GraphNode::Shape::person, {}});
    for (const Json& one : answer.rows_at("datasets")) graph.nodes.push_back(dataset_node(one));
    for (const Json& one : answer.rows_at("grants")) graph.nodes.push_back(grant_node(one));
    for (const Json& one : answer.rows_at("edges"))
        graph.edges.push_back({one.text_at("from"), one.text_at("to"), one.text_at("what")});
    return graph;
}

void say_list(const Json& answer, Words& out) {
    for (const Json& one : answer.rows_at("datasets")) {
        const std::string trace = one.text_at("trace");
        out.line("{}: {} of {}, \"{}\"{}", one.text_at("id"), one.text_at("kind"), one.text_at("custodian"),
                 one.text_at("title"), trace.empty() ? "" : " (" + trace_in_words(trace) + ")");
    }
    for (const Json& one : answer.rows_at("grants")) {
        const std::uint64_t releases = one.number_at("releases");
        out.line("grant {} over {}, held by {}: {}{}", one.text_at("grant"), one.text_at("dataset"),
                 one.text_at("researcher"),
                 releases == 0
                     ? "nothing of these data left"
                     : fmt::format("data left {}", releases == 1 ? "once" : fmt::format("{} times", releases)),
                 one.at("withdrawn_at").is_null() ? "" : "; " + notice_in_words(one));
    }
    if (answer.text_at("pseudonym").empty())
        for (const Json& one : answer.rows_at("edges"))
            out.line("{} was made from {}{}", one.text_at("to").substr(8), one.text_at("from").substr(8),
                     one.text_at("what") == "own" ? "" : " under " + one.text_at("what"));
    if (!answer.at("complete").truth()) out.add("There is more: not all of it was followed.");
}

/// What to ask the node: a dataset, a patient as the hospital or as a pseudonym names her, or the home's own patient.
Outcome<std::string> target_of(link::Session& session, const Arguments& arguments) {
    if (const auto dataset = arguments.value("--dataset"))
        return "/v1/datasets/" + link::segment(*dataset) + "/lineage";
    auto subject = pseudonym_of(arguments, "--subject");
    if (!subject) return subject;
    std::string custodian = arguments.text("--custodian");
    if (const auto reference = arguments.value("--patient")) {
        const auto custody = link::read_custody(session);
        if (!custody) return std::unexpected(custody.error());
        const auto patient = link::find_patient(*custody, *reference);
        if (!patient) return std::unexpected(patient.error());
        subject = base::to_hex(patient->pseudonym.view());
    }
    if (subject->empty())
        for (const auto& own : session.home().subjects)
            if (custodian.empty() || own.custodian == custodian) {
                subject = base::to_hex(own.pseudonym.view());
                custodian = own.custodian;
                break;
            }
    if (subject->empty())
        return usage(
            "say whose lineage: --dataset ID, --patient REFERENCE or --subject HEX (a patient's own home needs none)",
            "--dataset");
    return "/v1/patients/" + *subject + "/lineage" + link::query({{"custodian", custodian}});
}

Outcome<void> check_question(const Arguments& arguments) {
    std::size_t given = 0;
    for (const char* name : {"--dataset", "--patient", "--subject"}) given += arguments.flag(name) ? 1 : 0;
    if (given > 1) return usage("give one of --dataset, --patient and --subject", "--dataset");
    if (arguments.flag("--svg")) return check_writable(arguments.text("--svg"));
    return {};
}

CommandResult lineage(Context& context, const Arguments& arguments) {
    if (auto asked = check_question(arguments); !asked) return std::unexpected(asked.error());
    auto session = link::Session::open(context);
    if (!session) return std::unexpected(session.error());
    const auto target = target_of(*session, arguments);
    if (!target) return std::unexpected(target.error());
    const auto answer = session->get(*target);
    if (!answer) return std::unexpected(answer.error());
    Report report{*answer, {}};
    const Graph graph = graph_of(*answer);
    if (arguments.flag("--dot")) {
        report.data.set("dot", words::dot(graph));
        report.words.paragraph(words::dot(graph));
    } else {
        say_list(*answer, report.words);
    }
    if (const auto file = arguments.value("--svg")) {
        const std::string drawing = words::svg(graph);
        if (const auto written = home::replace_file(*file, base::as_bytes(drawing), home::Privacy::secret); !written)
            return std::unexpected(Failure(written.error()));
        report.data.set("svg", *file);
        if (!arguments.flag("--dot")) report.words.line("drawn in {}", *file);
    }
    return report;
}

CommandResult list(Context& context, const Arguments& arguments) {
    const auto state = choice_of(arguments, "--state", {"waiting", "overdue", "acknowledged"});
    if (!state) return std::unexpected(state.error());
    auto session = link::Session::open(context);
    if (!session) return std::unexpected(session.error());
    const auto found = session->get_all(
        "/v1/withdrawals" + link::query({{"limit", "100"}, {"state", *state}, {"grant", arguments.text("--grant")}}));
    if (!found) return std::unexpected(found.error());
    Report report{Json::object({{"withdrawals", *found}}), {}};
    if (found->size() == 0) report.words.add("no withdrawal is to be seen here");
    for (const Json& one : *found->items())
        report.words.line("patient {} withdrew from grant {} ({}, {}): {} by {}",
                          one.text_at("pseudonym").substr(0, 16), one.text_at("grant"), one.text_at("dataset"),
                          one.text_at("withdrawn_at"), notice_in_words(one), one.text_at("researcher"));
    return report;
}

CommandResult acknowledge(Context& context, const Arguments& arguments) {
    auto subject = pseudonym_of(arguments, "--subject");
    if (!subject) return std::unexpected(subject.error());
    if (subject->empty() != arguments.flag("--all"))
        return usage("name one patient with --subject, or acknowledge all that wait with --all", "--subject");
    auto session = link::Session::open(context);
    if (!session) return std::unexpected(session.error());
    const std::string grant = arguments.text("GRANT");
    std::vector<std::string> whose;
    if (!subject->empty()) whose.push_back(*subject);
    if (arguments.flag("--all")) {
        const auto waiting = session->get_all("/v1/withdrawals" +
                                              link::query({{"limit", "100"}, {"state", "waiting"}, {"grant", grant}}));
        if (!waiting) return std::unexpected(waiting.error());
        for (const Json& one : *waiting->items()) whose.push_back(one.text_at("pseudonym"));
        if (whose.empty())
            return Report{Json::object({{"grant", grant}, {"acknowledged", std::uint64_t{0}}}),
                          std::move(Words().add("nothing waits for acknowledgement"))};
    }
    std::optional<link::Recorded> last;
    std::uint64_t done = 0;
    for (const std::string& pseudonym : whose) {
        const auto named = base::fixed_from_hex<types::Pseudonym>(pseudonym);
        if (!named) return std::unexpected(Failure(named.error()));
        auto recorded = session->submit(link::draft(contracts::access::AcknowledgeWithdrawal{grant, *named}));
        if (!recorded) return std::unexpected(recorded.error());
        last = std::move(*recorded);
        if (!last->event.outcome.accepted) break;
        ++done;
    }
    Words words;
    words.line("{} withdrawal{} from grant {} acknowledged: these data are used no more", done, done == 1 ? "" : "s",
               grant);
    return link::conclude(*last, Json::object({{"grant", grant}, {"acknowledged", done}}), std::move(words));
}

}  // namespace

void add_lineage(CommandTable& table) {
    table.commands.push_back(
        {{"lineage"},
         "show what a patient's withdrawal touches, or what a dataset was made from and into: as a list, DOT or SVG",
         "placet lineage --dataset a-diabetes --home ./homes/operator-hospital-a",
         {{"--dataset", Kind::value, "of this dataset", Presence::optional, "ID"},
          {"--patient", Kind::value, "the hospital's own reference", Presence::optional, "REFERENCE"},
          {"--subject", Kind::value, "a pseudonym", Presence::optional, "HEX"},
          {"--custodian", Kind::value, "where she is a patient (default: your own organisation)", Presence::optional,
           "ID"},
          {"--dot", Kind::flag, "the graph in Graphviz's language instead of the list", Presence::optional, ""},
          {"--svg", Kind::value, "draw the graph into this file", Presence::optional, "FILE"}},
         lineage});
    table.groups.push_back({"withdrawal", "withdrawals that holders of grants must acknowledge"});
    table.commands.push_back(
        {{"withdrawal", "list"},
         "list withdrawals with their clocks: who acknowledged, who has not, since when",
         "placet withdrawal list --state waiting --home ./homes/operator-hospital-a",
         {{"--state", Kind::value, "waiting, overdue or acknowledged", Presence::optional, "STATE"},
          {"--grant", Kind::value, "under this grant", Presence::optional, "ID"}},
         list});
    table.commands.push_back({{"withdrawal", "acknowledge"},
                              "acknowledge that a patient withdrew: her data are used no more under your grant",
                              "placet withdrawal acknowledge r-1.g0 --all --home ./homes/researcher-university",
                              {{"GRANT", Kind::positional, "the grant you hold", Presence::required, ""},
                               {"--subject", Kind::value, "whose withdrawal", Presence::optional, "HEX"},
                               {"--all", Kind::flag, "every one that waits", Presence::optional, ""}},
                              acknowledge});
}

}  // namespace placet::cli::commands

// placet diseases: the table of diseases that the ledger decides by. One hospital stages it, the organisations with a
// seat vote for it by its digest, which anybody computes from the files.
#include "cli/commands/commands.hpp"
#include "cli/commands/disease_files.hpp"
#include "cli/link/session.hpp"
#include "contracts/common/ids.hpp"
#include "contracts/dataset/installed_diseases.hpp"
#include "contracts/governance/commands.hpp"
#include "ledger/base/hex.hpp"

namespace placet::cli::commands {

using namespace frame;
namespace dataset = contracts::dataset;
namespace governance = contracts::governance;

namespace {

/// The rows of the files, and the digest after each of them: digests[n] says the first n rows.
struct Rows {
    std::vector<dataset::DiseaseRow> rows;
    std::vector<crypto::Hash> digests{crypto::Hash{}};
};

Outcome<Rows> rows_of(const Arguments& arguments) {
    const auto table = read_diseases(arguments);
    if (!table) return std::unexpected(table.error());
    Rows out{table->rows()};
    for (const dataset::DiseaseRow& row : out.rows) {
        if (const auto fits = dataset::check(row); !fits)
            return usage("the ledger cannot hold " + row.id + ": " + fits.error().message, "--diseases");
        out.digests.push_back(dataset::digest_after(out.digests.back(), row));
    }
    if (out.rows.empty()) return usage("the files name no disease", "--diseases");
    return out;
}

CommandResult digest(Context&, const Arguments& arguments) {
    const auto rows = rows_of(arguments);
    if (!rows) return std::unexpected(rows.error());
    Report report{Json::object({{"rows", rows->rows.size()}, {"digest", base::to_hex(rows->digests.back().view())}}), {}};
    report.words.line("{} diseases, digest {}", rows->rows.size(), base::to_hex(rows->digests.back().view()));
    return report;
}

/// The table of that id on the ledger; null if there is none.
Outcome<Json> find_table(link::Session& session, const std::string& id) {
    const auto tables = session.get_all("/v1/disease-tables?limit=100");
    if (!tables) return std::unexpected(tables.error());
    for (const Json& one : *tables->items())
        if (one.text_at("id") == id) return one;
    return Json();
}

/// How many rows the ledger has already: those of an upload that was cut off.
Outcome<std::uint64_t> staged_before(link::Session& session, const std::string& id, const Rows& rows) {
    const auto found = find_table(session, id);
    if (!found) return std::unexpected(found.error());
    if (found->is_null()) return std::uint64_t{0};
    const std::uint64_t before = found->number_at("rows");
    if (before >= rows.digests.size() || found->text_at("digest") != base::to_hex(rows.digests[before].view()))
        return usage("table \"" + id + "\" was begun from other files: choose another id", "ID");
    return before;
}

CommandResult stage(Context& context, const Arguments& arguments) {
    const std::string id = arguments.text("ID");
    if (const auto fits = contracts::check_object_id(id, "ID"); !fits) return usage(fits.error().message, "ID");
    const auto rows = rows_of(arguments);
    if (!rows) return std::unexpected(rows.error());
    auto session = link::Session::open(context);
    if (!session) return std::unexpected(session.error());
    const auto before = staged_before(*session, id, *rows);
    if (!before) return std::unexpected(before.error());
    if (*before == rows->rows.size()) return usage("table \"" + id + "\" is on the ledger already, all of it", "ID");
    std::optional<link::Recorded> last;
    std::uint64_t transactions = 0;
    for (std::uint64_t at = *before; at < rows->rows.size(); at += dataset::kMaxDiseaseRows) {
        const std::uint64_t end = std::min<std::uint64_t>(at + dataset::kMaxDiseaseRows, rows->rows.size());
        dataset::StageDiseases command{id, at, {}, end == rows->rows.size()};
        command.rows.assign(rows->rows.begin() + static_cast<std::ptrdiff_t>(at), rows->rows.begin() + static_cast<std::ptrdiff_t>(end));
        auto recorded = session->submit(link::draft(command));
        if (!recorded) return std::unexpected(recorded.error());
        last = std::move(*recorded);
        ++transactions;
        if (!last->event.outcome.accepted) break;
    }
    const std::string digest = base::to_hex(rows->digests.back().view());
    Words words;
    words.line("table {} is on the ledger: {} diseases in {} transactions, digest {}", id, rows->rows.size(), transactions, digest);
    words.line("nothing is decided by it yet: placet diseases propose {} --id PROPOSAL, then each hospital votes", id);
    return link::conclude(*last, Json::object({{"table", id}, {"rows", rows->rows.size()}, {"transactions", transactions}, {"digest", digest}}),
                          std::move(words));
}

CommandResult propose(Context& context, const Arguments& arguments) {
    auto session = link::Session::open(context);
    if (!session) return std::unexpected(session.error());
    const auto found = find_table(*session, arguments.text("ID"));
    if (!found) return std::unexpected(found.error());
    if (found->is_null() || !found->at("closed").truth())
        return usage("there is no such table on the ledger, or not all of it: placet diseases list", "ID");
    governance::Propose command;
    command.id = arguments.text("--id");
    command.subject = governance::ProposalSubject::diseases;
    command.name = arguments.text("ID");
    command.digest = base::fixed_from_hex<crypto::Hash>(found->text_at("digest")).value_or(crypto::Hash{});
    const auto recorded = session->submit(link::draft(command));
    if (!recorded) return std::unexpected(recorded.error());
    Words words;
    words.line("proposal {} is open: decide by table {}, digest {}", command.id, command.name, base::to_hex(command.digest->view()));
    words.line("who votes checks the digest first: placet diseases digest --diseases FILE; then placet diseases vote {} --approve", command.id);
    return link::conclude(*recorded, Json::object({{"proposal", command.id}, {"table", command.name}, {"digest", found->text_at("digest")}}),
                          std::move(words));
}

CommandResult vote(Context& context, const Arguments& arguments) {
    if (arguments.flag("--approve") == arguments.flag("--reject")) return usage("say --approve or --reject", "--approve");
    auto session = link::Session::open(context);
    if (!session) return std::unexpected(session.error());
    const governance::VoteOnProposal command{arguments.text("PROPOSAL"), arguments.flag("--approve")};
    const auto recorded = session->submit(link::draft(command));
    if (!recorded) return std::unexpected(recorded.error());
    Words words;
    words.add(contracts::outcome_sentence(recorded->event.outcome.code));
    return link::conclude(*recorded, Json::object({{"proposal", command.id}, {"approve", command.approve}}), std::move(words));
}

CommandResult list(Context& context, const Arguments&) {
    auto session = link::Session::open(context);
    if (!session) return std::unexpected(session.error());
    const auto tables = session->get_all("/v1/disease-tables?limit=100");
    if (!tables) return std::unexpected(tables.error());
    Report report{Json::object({{"tables", *tables}}), {}};
    bool any = false;
    for (const Json& one : *tables->items()) {
        const bool in_force = one.at("in_force").truth();
        any = any || in_force;
        report.words.line("{}: {} diseases, staged by {}, {}{}; digest {}", one.text_at("id"), one.number_at("rows"), one.text_at("organisation"),
                          one.at("closed").truth() ? "complete" : "not complete", in_force ? ", IN FORCE" : "", one.text_at("digest"));
    }
    if (!any) report.words.add("no table is in force: the ledger matches diseases by equality");
    return report;
}

}  // namespace

void add_diseases(CommandTable& table) {
    const Argument id{"ID", Kind::positional, "of the table, like mondo-2026-09", Presence::required, ""};
    const Argument hierarchy{"--diseases", Kind::value, "the Mondo hierarchy, CSV with id,label,parents (separated by |)", Presence::required, "FILE"};
    const Argument doid{"--doid", Kind::value, "Mondo names of DOID diseases, CSV with doid,mondo", Presence::optional, "FILE"};
    table.groups.push_back({"diseases", "the table of diseases that the ledger decides by"});
    table.commands.push_back({{"diseases", "digest"},
                              "what a table's digest on the ledger must be, from the files, offline",
                              "placet diseases digest --diseases mondo_hierarchy.csv",
                              {hierarchy, doid},
                              digest});
    table.commands.push_back({{"diseases", "stage"},
                              "put a table on the ledger; goes on where it was cut off",
                              "placet diseases stage mondo-2026-09 --diseases mondo_hierarchy.csv --home ./homes/operator-hospital-a",
                              {id, hierarchy, doid},
                              stage});
    table.commands.push_back({{"diseases", "propose"},
                              "propose to decide by a table that is on the ledger",
                              "placet diseases propose mondo-2026-09 --id use-mondo-2026-09 --home ./homes/admin-hospital-a",
                              {id, {"--id", Kind::value, "of the proposal", Presence::required, "ID"}},
                              propose});
    table.commands.push_back({{"diseases", "vote"},
                              "vote on such a proposal for your organisation; more than half of those with a seat decide",
                              "placet diseases vote use-mondo-2026-09 --approve --home ./homes/operator-hospital-b",
                              {{"PROPOSAL", Kind::positional, "its id", Presence::required, ""},
                               {"--approve", Kind::flag, "in favour", Presence::optional, ""},
                               {"--reject", Kind::flag, "against", Presence::optional, ""}},
                              vote});
    table.commands.push_back({{"diseases", "list"},
                              "the tables on the ledger, and which is in force",
                              "placet diseases list --home ./homes/researcher-university",
                              {},
                              list});
}

}  // namespace placet::cli::commands

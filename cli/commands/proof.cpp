// placet proof: fetches a bundle into one file, verified before it is kept.
#include "cli/commands/commands.hpp"
#include "cli/commands/typed_values.hpp"
#include "cli/home/files.hpp"
#include "cli/link/session.hpp"
#include "ledger/base/hex.hpp"

namespace placet::cli::commands {

using namespace frame;

namespace {

CommandResult fetch(Context& context, const Arguments& arguments) {
    const auto id = base::fixed_from_hex<crypto::Hash>(arguments.text("ID"));
    if (!id) return usage("a transaction's id is 64 hexadecimal digits in lower case: " + id.error().message, "ID");
    const std::string out = arguments.text("--out", arguments.text("ID").substr(0, 16) + ".bundle");
    if (auto writable = check_writable(out); !writable) return std::unexpected(writable.error());
    auto session = link::Session::open(context);
    if (!session) return std::unexpected(session.error());
    const auto recorded = session->await(*id);
    if (!recorded) return std::unexpected(recorded.error());
    if (const auto status = home::replace_file(out, recorded->bundle); !status) return std::unexpected(Failure(status.error()));
    Report report{link::recorded_json(*recorded), {}};
    report.data.set("bundle", out).set("bytes", recorded->bundle.size()).set("genesis", session->home().genesis.string());
    report.words.line("{}: {} octets, verified", out, recorded->bundle.size());
    report.words.line("anybody can check it offline: placet verify {} --genesis {}", out, session->home().genesis.string());
    return report;
}

}  // namespace

void add_proof(CommandTable& table) {
    table.groups.push_back({"proof", "proof bundles: one file that needs nothing but the genesis file"});
    table.commands.push_back({{"proof", "fetch"},
                              "fetch the proof of a transaction into one file",
                              "placet proof fetch 3f0c… --out access.bundle --home ./me",
                              {{"ID", Kind::positional, "transaction id, 64 hexadecimal digits", Presence::required, ""},
                               {"--out", Kind::value, "where to put it; without it <id>.bundle", Presence::optional, "FILE"}},
                              fetch});
}

}  // namespace placet::cli::commands

// placet tx: single transactions.
#include "cli/commands/commands.hpp"
#include "cli/home/files.hpp"
#include "cli/link/session.hpp"
#include "cli/words/in_words.hpp"
#include "ledger/base/hex.hpp"

namespace placet::cli::commands {

using namespace frame;

namespace {

Outcome<types::TransactionId> id_of(const Arguments& arguments) {
    const auto id = base::fixed_from_hex<crypto::Hash>(arguments.text("ID"));
    if (!id) return usage("a transaction's id is 64 hexadecimal digits in lower case: " + id.error().message, "ID");
    return *id;
}

Report shown(const link::Recorded& recorded) {
    Report report{link::recorded_json(recorded), {}};
    const auto kind = contracts::command_kind(recorded.payload.kind);
    const auto command = words::command_in_words(recorded.payload);
    const auto outcome = words::outcome_in_words(recorded.payload, recorded.event.outcome);
    report.data.set("kind", kind ? contracts::to_string(*kind) : "unknown");
    report.data.set("command_words", Json::array(command));
    report.data.set("outcome_words", Json::array(outcome));
    report.data.set("reasons", words::reasons_json(words::reasons_of(recorded.payload, recorded.event.outcome)));
    for (const std::string& line : command) report.words.add(line);
    for (const std::string& line : outcome) report.words.line("  {}", line);
    report.words.line("block {} at {}; proved against the genesis file", recorded.event.height, words::time_in_words(recorded.event.block_time_ms));
    return report;
}

CommandResult submit(Context& context, const Arguments& arguments) {
    auto session = link::Session::open(context);
    if (!session) return std::unexpected(session.error());
    const auto bytes = home::read_file(arguments.text("FILE"), types::kMaxSubmissionBytes);
    if (!bytes) return std::unexpected(Failure(Exit::usage, bytes.error()));
    // A file holds a submission (transaction and parts) or a transaction alone.
    types::Submission submission{*bytes, {}};
    if (auto decoded = types::decode_submission(*bytes)) submission = std::move(*decoded);
    const auto transaction = types::decode_transaction(submission.transaction, session->genesis_hash());
    if (!transaction)
        return fail(Exit::usage, transaction.error().code, "is no signed transaction: " + transaction.error().message,
                    arguments.text("FILE"));
    if (!types::verify_signature(*transaction, session->genesis_hash()))
        return fail(Exit::usage, base::ErrorCode::invalid_signature, "the signature does not verify for this chain", arguments.text("FILE"));
    const auto recorded = session->submit(*transaction, submission.parts);
    if (!recorded) return std::unexpected(recorded.error());
    return link::conclude(*recorded, Json::object(), {});
}

CommandResult show(Context& context, const Arguments& arguments) {
    const auto id = id_of(arguments);
    if (!id) return std::unexpected(id.error());
    auto session = link::Session::open(context);
    if (!session) return std::unexpected(session.error());
    context.settings.timeout_s = arguments.flag("--wait") ? context.settings.timeout_s : 0;
    const auto recorded = session->await(*id);
    if (!recorded) return std::unexpected(recorded.error());
    return shown(*recorded);
}

CommandResult wait(Context& context, const Arguments& arguments) {
    Arguments waiting = arguments;
    waiting.given["--wait"] = {};
    return show(context, waiting);
}

}  // namespace

void add_tx(CommandTable& table) {
    const Argument id{"ID", Kind::positional, "transaction id, 64 hexadecimal digits", Presence::required, ""};
    const std::string example_id = "3f0c…";
    table.groups.push_back({"tx", "single transactions: submit, show, wait"});
    table.commands.push_back(
        {{"tx", "submit"},
         "submit a signed transaction that was made elsewhere, and wait for its seal",
         "placet tx submit signed.cbor --home ./me",
         {{"FILE", Kind::positional, "canonical CBOR: [transaction, [parts]], or the transaction alone", Presence::required, ""}},
         submit});
    table.commands.push_back(
        {{"tx", "show"}, "show what a transaction asked for and how it ended, proved", "placet tx show " + example_id + " --home ./me", {id}, show});
    table.commands.push_back(
        {{"tx", "wait"}, "wait until a transaction is sealed", "placet tx wait " + example_id + " --home ./me --timeout 60", {id}, wait});
}

}  // namespace placet::cli::commands

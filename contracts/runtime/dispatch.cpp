// The table of commands, expanded from one list of types.
#include "contracts/runtime/dispatch.hpp"

#include "contracts/access/rules.hpp"
#include "contracts/consent/rules.hpp"
#include "contracts/dataset/rules.hpp"
#include "contracts/governance/rules.hpp"

namespace placet::contracts::runtime {
namespace {

template <class... Commands>
struct CommandList {};

using AllCommands =
    CommandList<governance::EnrolActor, governance::RevokeActor, governance::RotateKey, governance::SetImplicitPolicy, governance::Propose,
                governance::VoteOnProposal, governance::ProposeValidator, consent::EnrolPatient, consent::BindPatientKey, consent::RecordConsent, consent::WithdrawConsent,
                dataset::RegisterDataset, dataset::AddMembers, dataset::RemoveMembers, dataset::StageDiseases, access::SubmitRequest, access::CohortResult,
                access::DeclareConflict, access::CastVote, access::CloseGrant, access::RecordRelease, access::AccessBatch, access::RecordReads,
                access::WithdrawRequest, access::BreakGlass, access::AcknowledgeWithdrawal,
                access::SetEmergencyPolicy, access::ReviewBreakGlass>;

Status expect_parts(std::size_t actual, std::size_t expected) {
    if (actual == expected) return {};
    return refuse(ErrorCode::invalid_value,
                  "the command needs " + std::to_string(expected) + " parts, the transaction names " + std::to_string(actual), "parts");
}

/// Commands travel with exactly the parts they name.
template <class Command>
Status check_part_count(const Command&, std::size_t parts) { return expect_parts(parts, 0); }
Status check_part_count(const access::AccessBatch&, std::size_t parts) { return expect_parts(parts, 1); }
Status check_part_count(const consent::RecordConsent& command, std::size_t parts) {
    if (command.e_part >= parts) return refuse(ErrorCode::invalid_value, "names a part that the transaction does not have", "e_part");
    if (command.d_part && *command.d_part >= parts) return refuse(ErrorCode::invalid_value, "names a part that the transaction does not have", "d_part");
    return expect_parts(parts, command.d_part ? 2 : 1);
}
Status check_document(const std::optional<std::uint64_t>& d_part, std::size_t parts) {
    if (d_part && *d_part != 0) return refuse(ErrorCode::invalid_value, "the only part has index 0", "d_part");
    return expect_parts(parts, d_part ? 1 : 0);
}
Status check_part_count(const access::CastVote& command, std::size_t parts) { return check_document(command.d_part, parts); }
Status check_part_count(const access::BreakGlass& command, std::size_t parts) { return check_document(command.d_part, parts); }

template <class Command>
Result<Command> read_command(BytesView body, std::size_t parts) {
    PLACET_TRY_ASSIGN(Command command, decode<Command>(body));
    PLACET_TRY(check(command));
    PLACET_TRY(check_part_count(command, parts));
    return command;
}

/// Calls `visit.template operator()<Command>()` for the command of `kind`.
template <class Outcome, class Visitor, class... Commands>
std::optional<Outcome> visit_kind(CommandKind kind, const Visitor& visit, CommandList<Commands...>) {
    std::optional<Outcome> out;
    (void)((Commands::kKind == kind ? (out.emplace(visit.template operator()<Commands>()), true) : false) || ...);
    return out;
}

Verdict refuse_form(const base::Error& error) {
    return refused("invalid_command", {Reason{"invalid_command", plain_text(error.field, kMaxId), plain_text(error.message, kMaxSentence)}});
}

}  // namespace

Status check_command(CommandKind kind, BytesView body, std::size_t parts) {
    const auto visit = [&]<class Command>() -> Status {
        Result<Command> command = read_command<Command>(body, parts);
        if (!command) return std::unexpected(command.error());
        return {};
    };
    return visit_kind<Status>(kind, visit, AllCommands{}).value_or(refuse(ErrorCode::unsupported, "no such kind of command", "kind"));
}

Result<Verdict> apply_command(Transition& state, const governance::Actor& sender, CommandKind kind) {
    const types::Payload& payload = state.transaction().payload;
    const auto visit = [&]<class Command>() -> Result<Verdict> {
        const Result<Command> command = read_command<Command>(payload.body, payload.parts.size());
        if (!command) return refuse_form(command.error());
        // Some rules stand in the room they reach into, not in their command's own.
        using access::apply;
        using consent::apply;
        using governance::apply;
        return apply(state, sender, *command);
    };
    auto verdict = visit_kind<Result<Verdict>>(kind, visit, AllCommands{});
    if (!verdict) return refused("invalid_command", "kind");
    return std::move(*verdict);
}

}  // namespace placet::contracts::runtime

// Fuzzes what the rules read: the body of every command by kind, and rows of access batches. The first octet chooses
// the kind. Property: what decodes encodes to the same octets.
#include "contracts/access/commands.hpp"

#include "contracts/access/emergency.hpp"
#include "contracts/access/rows.hpp"
#include "contracts/consent/commands.hpp"
#include "contracts/dataset/commands.hpp"
#include "contracts/governance/commands.hpp"
#include "contracts/runtime/dispatch.hpp"
#include "tests/fuzz/targets.hpp"

namespace placet::fuzz {

namespace {

template <class Command>
void round_trip(BytesView body) {
    if (const auto command = contracts::decode<Command>(body)) require(base::equal(contracts::encode(*command), body));
}

template <class... Commands>
void round_trips(contracts::CommandKind kind, BytesView body) {
    ((Commands::kKind == kind ? round_trip<Commands>(body) : void()), ...);
}

template <class Command>
Bytes seed() {
    const auto& kinds = contracts::all_command_kinds();
    Bytes out{static_cast<std::uint8_t>(std::ranges::find(kinds, Command::kKind) - kinds.begin())};
    base::append(out, contracts::encode(Command{}));
    return out;
}

template <class... Commands>
std::vector<Bytes> seeds_of() {
    return {seed<Commands>()...};
}

Bytes rows_seed() {
    contracts::access::AccessRow row;
    row.staff = "nurse-1";
    row.purpose = "TREAT";
    row.category = "Observation";
    row.action = "read";
    Bytes out{0xff};
    base::append(out, contracts::access::encode_rows(std::vector{row, row}));
    return out;
}

}  // namespace

using namespace contracts;

std::vector<Bytes> command_seeds() {
    auto out =
        seeds_of<governance::EnrolActor, governance::RevokeActor, governance::RotateKey, governance::SetImplicitPolicy,
                 consent::EnrolPatient, consent::BindPatientKey, consent::RecordConsent, consent::WithdrawConsent,
                 dataset::RegisterDataset, access::SubmitRequest, access::CohortResult, access::CastVote,
                 access::RecordRelease, access::AccessBatch, access::RecordReads, access::BreakGlass,
                 access::SetEmergencyPolicy, access::ReviewBreakGlass>();
    out.push_back(rows_seed());
    return out;
}

void run_commands(BytesView input) {
    if (input.empty()) return;
    const BytesView body = input.subspan(1);
    if (input[0] == 0xff) {
        if (const auto rows = access::decode_rows(body)) require(base::equal(access::encode_rows(*rows), body));
        return;
    }
    const auto& kinds = all_command_kinds();
    const CommandKind kind = kinds[input[0] % kinds.size()];
    for (std::size_t parts = 0; parts <= 2; ++parts) static_cast<void>(runtime::check_command(kind, body, parts));
    round_trips<governance::EnrolActor, governance::RevokeActor, governance::RotateKey, governance::SetImplicitPolicy,
                governance::Propose, governance::VoteOnProposal, consent::EnrolPatient, consent::BindPatientKey,
                consent::RecordConsent, consent::WithdrawConsent, dataset::RegisterDataset, dataset::AddMembers,
                dataset::RemoveMembers, access::SubmitRequest, access::CohortResult, access::DeclareConflict,
                access::CastVote, access::CloseGrant, access::RecordRelease, access::AccessBatch, access::RecordReads,
                access::WithdrawRequest, access::BreakGlass, access::AcknowledgeWithdrawal,
                access::SetEmergencyPolicy, access::ReviewBreakGlass>(kind, body);
}

}  // namespace placet::fuzz

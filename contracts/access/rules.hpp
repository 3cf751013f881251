// The rules of access, and those of consent and datasets that reach into it (withdrawals, memberships). `check` needs
// no state; `apply` decides in a block (see contracts/governance/rules.hpp). Errors of `apply` are our own: corrupt,
// unavailable.
#pragma once

#include "contracts/access/emergency.hpp"
#include "contracts/access/entries.hpp"
#include "contracts/common/transition.hpp"
#include "contracts/consent/rules.hpp"
#include "contracts/dataset/match.hpp"
#include "contracts/dataset/rules.hpp"

namespace placet::contracts::access {

using governance::Actor;

[[nodiscard]] Status check(const SubmitRequest& command);
[[nodiscard]] Status check(const WithdrawRequest& command);
[[nodiscard]] Status check(const CohortResult& command);
[[nodiscard]] Status check(const DeclareConflict& command);
[[nodiscard]] Status check(const CastVote& command);
[[nodiscard]] Status check(const CloseGrant& command);
[[nodiscard]] Status check(const RecordRelease& command);
[[nodiscard]] Status check(const AccessBatch& command);
[[nodiscard]] Status check(const RecordReads& command);
[[nodiscard]] Status check(const BreakGlass& command);
[[nodiscard]] Status check(const SetEmergencyPolicy& command);
[[nodiscard]] Status check(const ReviewBreakGlass& command);
[[nodiscard]] Status check(const AcknowledgeWithdrawal& command);

[[nodiscard]] Result<Verdict> apply(Transition& state, const Actor& sender, const SubmitRequest& command);
[[nodiscard]] Result<Verdict> apply(Transition& state, const Actor& sender, const WithdrawRequest& command);
[[nodiscard]] Result<Verdict> apply(Transition& state, const Actor& sender, const CohortResult& command);
[[nodiscard]] Result<Verdict> apply(Transition& state, const Actor& sender, const DeclareConflict& command);
[[nodiscard]] Result<Verdict> apply(Transition& state, const Actor& sender, const CastVote& command);
[[nodiscard]] Result<Verdict> apply(Transition& state, const Actor& sender, const CloseGrant& command);
[[nodiscard]] Result<Verdict> apply(Transition& state, const Actor& sender, const RecordRelease& command);
[[nodiscard]] Result<Verdict> apply(Transition& state, const Actor& sender, const AccessBatch& command);
[[nodiscard]] Result<Verdict> apply(Transition& state, const Actor& sender, const RecordReads& command);
[[nodiscard]] Result<Verdict> apply(Transition& state, const Actor& sender, const BreakGlass& command);
[[nodiscard]] Result<Verdict> apply(Transition& state, const Actor& sender, const SetEmergencyPolicy& command);
[[nodiscard]] Result<Verdict> apply(Transition& state, const Actor& sender, const ReviewBreakGlass& command);
[[nodiscard]] Result<Verdict> apply(Transition& state, const Actor& sender, const AcknowledgeWithdrawal& command);

[[nodiscard]] Result<Verdict> apply(Transition& state, const Actor& sender, const consent::WithdrawConsent& command);
[[nodiscard]] Result<Verdict> apply(Transition& state, const Actor& sender, const dataset::RegisterDataset& command);
[[nodiscard]] Result<Verdict> apply(Transition& state, const Actor& sender, const dataset::AddMembers& command);
[[nodiscard]] Result<Verdict> apply(Transition& state, const Actor& sender, const dataset::RemoveMembers& command);

/// What the matcher is asked: the request's own terms, its ethics approval (IRB), its country (GS) and its study (PS);
/// the user (US) and the institution (IS) are whoever signed, and their organisation.
[[nodiscard]] dataset::Ask terms_asked(const SubmitRequest& command, const Actor& sender);

/// What the dataset's terms answer to the request, by the table of diseases in force (installed_diseases.hpp); by equality
/// where none is.
[[nodiscard]] Result<dataset::DuoAnswer> terms_answer(const state::StateReader& reader, const dataset::Dataset& found,
                                                      const SubmitRequest& command, const Actor& sender);

/// What consents are asked for: the stated purposes where each lies within what the DUO purposes mean (uses of our own
/// code system come on top), else those that the DUO purposes mean. None: a stated purpose goes beyond them.
[[nodiscard]] std::optional<std::vector<Coding>> purposes_asked(const SubmitRequest& command);

/// Shortest of asked months, the dataset's limit and the ethics approval; `otherwise_months` where none of them says
/// anything.
[[nodiscard]] TimeMs grant_expiry(const Request& request, const DatasetDecision& decision, TimeMs now_ms,
                                  std::uint64_t otherwise_months);

/// A month of a grant: a twelfth of the mean Gregorian year.
inline constexpr TimeMs kMonthMs = 2'629'746'000;

}  // namespace placet::contracts::access

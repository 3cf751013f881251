// How an event ended, from its outcome code and the detail of the command's own shape.
#include <fmt/format.h>

#include <map>

#include "cli/words/in_words.hpp"
#include "contracts/access/details.hpp"
#include "contracts/access/emergency.hpp"
#include "contracts/consent/commands.hpp"
#include "contracts/dataset/commands.hpp"

namespace placet::cli::words {

namespace access = contracts::access;
namespace consent = contracts::consent;
using contracts::CommandKind;
using Lines = std::vector<std::string>;

namespace {

Lines say(const access::ReleaseDetail& detail) {
    std::map<std::string, std::size_t> counts;
    for (const auto& answer : detail.answers) ++counts[answer.code];
    Lines out{fmt::format("dataset {}, for {}", detail.dataset, detail.researcher)};
    for (const auto& [code, count] : counts)
        out.push_back(fmt::format("{} {}: {}", count, code == "permit" ? "released" : "refused", contracts::outcome_sentence(code)));
    return out;
}

Lines say(const consent::WithdrawalDetail& detail) {
    Lines out;
    if (!detail.consents.empty()) out.push_back("withdrawn: " + joined(detail.consents));
    if (!detail.remaining.empty()) out.push_back("still in force: " + joined(detail.remaining));
    for (const auto& grant : detail.grants)
        out.push_back(fmt::format("grant {} of {} on {}: no further release; {}", grant.grant, grant.researcher, grant.dataset,
                                  grant.already_released ? "data released before cannot be recalled" : "nothing was released before"));
    return out;
}

Lines say(const access::VoteDetail& detail) {
    Lines out{fmt::format("{} for, {} against, {} needed", detail.approvals, detail.denials, detail.votes_needed)};
    if (detail.grant) out.push_back(fmt::format("grant {} until {}", *detail.grant, time_in_words(detail.expires_at_ms.value_or(base::kForever))));
    return out;
}

Lines say(const access::RequestDetail& detail) {
    Lines out;
    for (const auto& verdict : detail.datasets) {
        out.push_back(fmt::format("{}: the dataset's terms say {}", verdict.dataset, contracts::dataset::to_string(verdict.duo)));
        for (const auto& reason : verdict.reasons) out.push_back(fmt::format("  {}: {}", reason.subject, reason.text));
    }
    return out;
}

Lines say(const access::BreakGlassDetail& detail) {
    const bool permitted = detail.decision == consent::Decision::permit;
    return {fmt::format("consents and the custodian's policy {} it; {}to be reviewed by {}", permitted ? "permit" : "do not permit",
                        detail.late ? "told late; " : "", time_in_words(detail.review_by_ms))};
}
Lines say(const access::ReviewDetail& detail) {
    return {fmt::format("{} found it justified, {} did not; {} must", detail.justified, detail.unjustified, detail.reviews_needed)};
}
Lines say(const access::BatchDetail& detail) {
    return {fmt::format("batch {} of {}: {} rows{}", detail.sequence, detail.custodian, detail.rows, detail.late ? ", later than 24 h" : "")};
}
Lines say(const contracts::dataset::MembersDetail& detail) {
    return {fmt::format("{} changed, {} members now", detail.changed, detail.members)};
}

template <class T>
Lines detail_lines(base::BytesView detail) {
    const auto decoded = contracts::decode<T>(detail);
    return decoded ? say(*decoded) : Lines{};
}

Lines detail_of(CommandKind kind, base::BytesView detail) {
    switch (kind) {
        case CommandKind::record_release: return detail_lines<access::ReleaseDetail>(detail);
        case CommandKind::withdraw_consent: return detail_lines<consent::WithdrawalDetail>(detail);
        case CommandKind::cast_vote: return detail_lines<access::VoteDetail>(detail);
        case CommandKind::submit_request: return detail_lines<access::RequestDetail>(detail);
        case CommandKind::access_batch: return detail_lines<access::BatchDetail>(detail);
        case CommandKind::break_glass: return detail_lines<access::BreakGlassDetail>(detail);
        case CommandKind::review_break_glass: return detail_lines<access::ReviewDetail>(detail);
        case CommandKind::add_members:
        case CommandKind::remove_members: return detail_lines<contracts::dataset::MembersDetail>(detail);
        default: return {};
    }
}

}  // namespace

std::vector<contracts::Reason> reasons_of(const types::Payload& payload, const types::Outcome& outcome) {
    if (const auto refusal = contracts::decode<contracts::RefusalDetail>(outcome.detail)) return refusal->reasons;
    std::vector<contracts::Reason> out;
    if (payload.kind == static_cast<std::uint64_t>(CommandKind::submit_request))
        if (const auto detail = contracts::decode<access::RequestDetail>(outcome.detail))
            for (const auto& verdict : detail->datasets) out.insert(out.end(), verdict.reasons.begin(), verdict.reasons.end());
    return out;
}

Lines outcome_in_words(const types::Payload& payload, const types::Outcome& outcome) {
    Lines out{contracts::outcome_sentence(outcome.code)};
    const auto kind = contracts::command_kind(payload.kind);
    Lines detail = kind ? detail_of(*kind, outcome.detail) : Lines{};
    if (detail.empty() && !outcome.accepted)
        for (const auto& reason : reasons_of(payload, outcome))
            if (const bool is_advice = reason.text == contracts::outcome_advice(outcome.code); !reason.subject.empty() || !is_advice)
                detail.push_back(reason.subject + (reason.subject.empty() || is_advice ? "" : ": ") + (is_advice ? "" : reason.text));
    out.insert(out.end(), detail.begin(), detail.end());
    if (const std::string advice = contracts::outcome_advice(outcome.code); !outcome.accepted && !advice.empty())
        out.push_back("what would change it: " + advice);
    return out;
}

}  // namespace placet::cli::words

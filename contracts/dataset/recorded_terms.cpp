// Between the recorded forms of terms and requests and those the matcher takes.
#include <algorithm>

#include "contracts/dataset/match.hpp"

namespace placet::contracts::dataset {
namespace {

constexpr std::size_t kMostReasons = 48;  // entries and receipts hold 64
constexpr std::uint64_t kDayMs = 86'400'000;

bool contains(const std::vector<std::string>& list, std::string_view item) {
    return std::ranges::find(list, item) != list.end();
}

}  // namespace

Offer offer_of(const DuoTerms& terms) {
    Offer offer;
    offer.permissions = terms.permissions;
    for (const Modifier& modifier : terms.modifiers) {
        Condition condition;
        condition.code = modifier.code;
        const auto name = modifier_short_name(modifier.code);
        if (name == "TS") condition.months = modifier.value;
        if (name == "MOR" && modifier.value)
            condition.date = static_cast<Day>(std::min<std::uint64_t>(*modifier.value / kDayMs, INT32_MAX));
        offer.conditions.push_back(std::move(condition));
    }
    return offer;
}

Ask ask_of(const DuoRequest& request) {
    Ask ask;
    for (const RequestPurpose purpose : request.purposes) ask.purposes.push_back(use_of(purpose));
    ask.diseases = request.diseases;
    ask.sensitive_population = request.sensitive_population;
    ask.for_profit = request.for_profit;
    ask.commercial = request.commercial;
    ask.months = request.months;
    if (contains(request.evidence, "IRB")) ask.ethics_approval = "attached";
    if (contains(request.evidence, "COL")) ask.collaboration = "attached";
    return ask;
}

DuoAnswer recorded(const MatchAnswer& answer) {
    DuoAnswer out;
    out.decision = answer.decision;
    out.months_limit = answer.months_limit;
    out.obligations = answer.conditions;
    for (const TermReason& reason : answer.reasons) {
        if (reason.verdict == DuoDecision::approve || out.reasons.size() == kMostReasons) continue;
        out.reasons.push_back(
            {reason.code, reason.name.empty() ? reason.term : reason.name, reason.text.substr(0, kMaxSentence)});
    }
    return out;
}

}  // namespace placet::contracts::dataset

// Between the recorded forms of terms and requests and those the matcher takes.
#include <algorithm>

#include "contracts/dataset/match.hpp"

namespace placet::contracts::dataset {
namespace {

constexpr std::size_t kMostReasons = 48;  // entries and receipts hold 64
constexpr std::uint64_t kDayMs = 86'400'000;

std::optional<Day> day_of(const std::optional<std::uint64_t>& instant_ms) {
    if (!instant_ms) return std::nullopt;
    return static_cast<Day>(std::min<std::uint64_t>(*instant_ms / kDayMs, INT32_MAX));
}

/// The matcher takes a list that leaves one out for a refusal; what is not refused is in it, or there is no list.
std::optional<std::vector<std::string>> undertakings_of(const DuoRequest& request) {
    if (request.publishes != Stated::no && request.returns_results != Stated::no) return std::nullopt;
    std::vector<std::string> out;
    if (request.publishes != Stated::no) out.emplace_back("PUB");
    if (request.returns_results != Stated::no) out.emplace_back("RTN");
    return out;
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
        if (name == "MOR") condition.date = day_of(modifier.value);
        condition.allowed = modifier.allowed;
        offer.conditions.push_back(std::move(condition));
    }
    return offer;
}

Ask ask_of(const DuoRequest& request) {
    Ask ask;
    ask.purposes = request.purposes;
    ask.diseases = request.diseases;
    ask.sensitive_population = request.sensitive_population;
    ask.for_profit = request.for_profit;
    ask.commercial = request.commercial;
    ask.phenotype_only = request.phenotype_only;
    ask.research_type = request.research_type;
    ask.collaboration = request.collaboration;
    ask.months = request.months;
    ask.accepted_on = day_of(request.accepted_at_ms);
    ask.undertakings = undertakings_of(request);
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

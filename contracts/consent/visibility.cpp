// Which pieces of data the residual rules of a permit let through.
#include <algorithm>

#include "contracts/consent/conditions.hpp"

namespace placet::contracts::consent {
namespace {

bool is_default_forbid(const ResidualRule& rule) { return rule.type == ProvisionType::deny && rule.conditions.empty(); }

/// What one consent's residual rules say about a piece of data.
enum class DataVerdict : std::uint8_t { silent, forbidden_by_default, forbidden, permitted };

/// What is looked at.
struct Piece {
    const DataContext& data;
    Fault fault = Fault::none;
};

/// Whose rules for which purpose.
struct RuleGroup {
    std::string_view purpose;
    std::string_view consent;
    bool operator==(const RuleGroup&) const = default;
};

DataVerdict verdict_of(std::span<const ResidualRule> rules, const RuleGroup& group, const Piece& piece) {
    const ResidualRule* best = nullptr;
    for (const ResidualRule& rule : rules) {
        if (rule.consent != group.consent || rule.purpose != group.purpose) continue;
        const bool matches = std::ranges::all_of(rule.conditions, [&](const Provision& one) { return data_matches(one, rule.type, piece.data, piece.fault); });
        if (!matches) continue;
        const bool deeper = best == nullptr || rule.depth > best->depth;
        const bool level = best != nullptr && rule.depth == best->depth;
        const bool wins_tie = level && rule.type == rule.wins_ties && !rule.conditions.empty();
        const bool over_default = level && is_default_forbid(*best);
        if (deeper || wins_tie || over_default) best = &rule;
    }
    if (best == nullptr) return DataVerdict::silent;
    if (best->type == ProvisionType::permit) return DataVerdict::permitted;
    return best->conditions.empty() ? DataVerdict::forbidden_by_default : DataVerdict::forbidden;
}

template <class T>
void add_unique(std::vector<T>& list, const T& item) {
    if (std::ranges::find(list, item) == list.end()) list.push_back(item);
}

/// For one purpose: a named forbid of any consent hides; else a permit of any shows; else what is forbidden by default is hidden.
bool is_visible_for(std::string_view purpose, std::span<const ResidualRule> residual, const Piece& piece) {
    std::vector<std::string_view> consents;
    for (const ResidualRule& rule : residual)
        if (rule.purpose == purpose) add_unique(consents, std::string_view(rule.consent));
    bool hidden = false;
    bool permitted = false;
    for (const std::string_view consent : consents) {
        const DataVerdict verdict = verdict_of(residual, {purpose, consent}, piece);
        if (verdict == DataVerdict::forbidden) return false;
        hidden |= verdict == DataVerdict::forbidden_by_default;
        permitted |= verdict == DataVerdict::permitted;
    }
    return permitted || !hidden;
}

}  // namespace

bool is_visible_with(Fault fault, std::span<const ResidualRule> residual, const DataContext& data) {
    const Piece piece{data, fault};
    std::vector<std::string_view> purposes;
    for (const ResidualRule& rule : residual) add_unique(purposes, std::string_view(rule.purpose));
    return std::ranges::all_of(purposes, [&](std::string_view purpose) { return is_visible_for(purpose, residual, piece); });
}

bool is_visible(std::span<const ResidualRule> residual, const DataContext& data) { return is_visible_with(Fault::none, residual, data); }

}  // namespace placet::contracts::consent

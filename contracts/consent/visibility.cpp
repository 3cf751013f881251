// Which pieces of data the residual rules of a permit let through.
#include <algorithm>

#include "contracts/consent/conditions.hpp"

namespace placet::contracts::consent {
namespace {

bool is_default_forbid(const ResidualRule& rule) {
    return rule.type == ProvisionType::deny && rule.conditions.empty();
}

/// What one consent's residual rules say about a piece of data.
enum class DataVerdict : std::uint8_t { silent, forbidden_by_default, forbidden, permitted };

/// What is looked at.
struct Piece {
    const DataContext& data;
    Fault fault = Fault::none;
};

using Part = std::optional<AskedPart>;

/// Whose rules for which part of the question.
struct RuleGroup {
    const Part& part;
    std::string_view consent;
};

DataVerdict verdict_of(std::span<const ResidualRule> rules, const RuleGroup& group, const Piece& piece) {
    const ResidualRule* best = nullptr;
    for (const ResidualRule& rule : rules) {
        if (rule.consent != group.consent || rule.part != group.part) continue;
        const bool matches = std::ranges::all_of(rule.conditions, [&](const Provision& one) {
            return data_matches(one, rule.type, piece.data, piece.fault);
        });
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

/// For one part: a named forbid of any consent hides; else a permit of any shows; else what is forbidden by default is
/// hidden.
bool is_visible_for(const Part& part, std::span<const ResidualRule> residual, const Piece& piece) {
    std::vector<std::string_view> consents;
    for (const ResidualRule& rule : residual)
        if (rule.part == part) add_unique(consents, std::string_view(rule.consent));
    bool hidden = false;
    bool permitted = false;
    for (const std::string_view consent : consents) {
        const DataVerdict verdict = verdict_of(residual, {part, consent}, piece);
        if (verdict == DataVerdict::forbidden) return false;
        hidden |= verdict == DataVerdict::forbidden_by_default;
        permitted |= verdict == DataVerdict::permitted;
    }
    return permitted || !hidden;
}

bool has(const std::vector<Coding>& codings, const Coding& coding) {
    return std::ranges::find(codings, coding) != codings.end();
}

/// Whether the part asks for data such as these.
bool asks_for(const Part& part, const DataContext& data) {
    if (!part) return true;
    return (!part->kind || has(data.classes, *part->kind) || has(data.resource_types, *part->kind)) &&
           (!part->code || has(data.codes, *part->code));
}

}  // namespace

bool is_visible_with(Fault fault, std::span<const ResidualRule> residual, const DataContext& data) {
    const Piece piece{data, fault};
    std::vector<Part> parts;
    for (const ResidualRule& rule : residual) add_unique(parts, rule.part);
    const bool is_asked_for = std::ranges::any_of(parts, [&](const Part& part) { return asks_for(part, data); });
    return std::ranges::all_of(parts, [&](const Part& part) {
        return (is_asked_for && !asks_for(part, data)) || is_visible_for(part, residual, piece);
    });
}

bool is_visible(std::span<const ResidualRule> residual, const DataContext& data) {
    return is_visible_with(Fault::none, residual, data);
}

}  // namespace placet::contracts::consent

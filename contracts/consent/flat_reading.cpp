// Rules of a flat consent, settled by depth, and the published readings compared.
#include "contracts/consent/flat_reading.hpp"

#include <algorithm>

namespace placet::contracts::consent {
namespace {

bool has_part(Parts parts, std::size_t part) noexcept {
    return (parts >> part & 1) != 0;
}

bool is_untyped_rule(const FlatConsent& consent, std::size_t part) {
    const FlatProvision& root = consent.provisions.front();
    if (root.type || consent.profile != Profile::none || consent.fhir_version == FhirVersion::r5) return false;
    if (!root.names_asker && root.condition == FlatProvision::kNone) return false;
    return consent.policy_base || has_part(root.alone.as_deny, part);
}

}  // namespace

void FlatReading::Conditions::remove(std::uint32_t number) noexcept {
    const auto end = std::remove(numbers.begin(), numbers.begin() + count, number);
    count = static_cast<std::uint32_t>(end - numbers.begin());
}

bool FlatReading::Conditions::has(std::uint32_t number) const noexcept {
    return std::find(numbers.begin(), numbers.begin() + count, number) != numbers.begin() + count;
}

bool FlatReading::Conditions::within(const Conditions& wider) const noexcept {
    return std::all_of(numbers.begin(), numbers.begin() + count, [&](std::uint32_t one) { return wider.has(one); });
}

bool FlatReading::Conditions::operator==(const Conditions& other) const noexcept {
    return count == other.count && std::equal(numbers.begin(), numbers.begin() + count, other.numbers.begin());
}

void FlatReading::collect(const FlatConsent& consent, const Manner& manner, std::size_t part, std::vector<Rule>& out) {
    out.clear();
    if (manner.rule_above) out.push_back({*manner.rule_above, 0, {}});
    for (std::size_t i = 0; i < consent.provisions.size(); ++i) {
        const FlatProvision& one = consent.provisions[i];
        const std::optional<ProvisionType> type = i == 0 ? manner.root_type : one.type;
        if (!type || !has_part((manner.nested ? one.enclosed : one.alone).as(*type), part)) continue;
        Rule& rule = out.emplace_back(Rule{*type, one.depth, {}});
        if (one.condition != FlatProvision::kNone) rule.data.add(one.condition);
        if (!manner.nested) continue;
        const std::uint32_t own = rule.data.count;
        for (std::uint32_t up = one.parent; up != FlatProvision::kNone; up = consent.provisions[up].parent)
            if (consent.provisions[up].condition != FlatProvision::kNone)
                rule.data.add(consent.provisions[up].condition);
        std::reverse(rule.data.numbers.begin() + own, rule.data.numbers.begin() + rule.data.count);
    }
}

/// A deeper deny with no more conditions than the permit: nothing that the permit names can be seen.
bool FlatReading::is_void(const std::vector<Rule>& rules, const Rule& permit) {
    return std::ranges::any_of(rules, [&](const Rule& rule) {
        return rule.type == ProvisionType::deny && rule.depth > permit.depth && rule.data.within(permit.data);
    });
}

/// The deepest rule that speaks about everything decides, of equally deep ones a deny; but permits of a part of the
/// data below a deny, or below nothing, permit that part.
FlatReading::Settled FlatReading::settle(const std::vector<Rule>& rules) {
    const Rule* base = nullptr;
    for (const Rule& rule : rules) {
        if (rule.data.count > 0) continue;
        if (base == nullptr || rule.depth > base->depth ||
            (rule.depth == base->depth && rule.type == ProvisionType::deny))
            base = &rule;
    }
    Settled out;
    if (base != nullptr) out = {base->type, base->depth, base->type == ProvisionType::permit};
    if (out.base_permits) return out;
    bool voided = false;
    for (const Rule& rule : rules) {
        if (rule.data.count == 0 || rule.type == ProvisionType::deny || rule.depth <= out.base_depth) continue;
        if (!is_void(rules, rule)) {
            out.decision = ProvisionType::permit;
            return out;
        }
        voided = true;
    }
    if (voided && base == nullptr) out.decision = ProvisionType::deny;
    return out;
}

/// The rules about data that stay to be enforced; no conditions: everything that none of them names is hidden.
void FlatReading::keep_residual(const std::vector<Rule>& rules, const Settled& settled, std::vector<Rule>& out) {
    out.clear();
    if (settled.decision == ProvisionType::deny) return;
    if (settled.decision == ProvisionType::permit && !settled.base_permits)
        out.push_back({ProvisionType::deny, settled.base_depth, {}});
    for (const Rule& rule : rules) {
        const bool speaks =
            rule.type == ProvisionType::deny ? rule.depth >= settled.base_depth : rule.depth > settled.base_depth;
        if (rule.data.count > 0 && speaks) out.push_back(rule);
    }
    simplify(out);
}

/// As `simplified` in reading.cpp: what all permits share says nothing in a forbid where the rest is hidden anyway.
void FlatReading::simplify(std::vector<Rule>& residual) {
    const bool hides_rest = !residual.empty() && residual.front().data.count == 0;
    const auto permit = std::ranges::find(residual, ProvisionType::permit, &Rule::type);
    if (!hides_rest || permit == residual.end()) return;
    const Conditions first = permit->data;
    for (std::uint32_t i = 0; i < first.count; ++i) {
        const std::uint32_t shared = first.numbers[i];
        const bool by_all = std::ranges::all_of(
            residual, [&](const Rule& rule) { return rule.type == ProvisionType::deny || rule.data.has(shared); });
        if (!by_all) continue;
        for (Rule& rule : residual)
            if (rule.type == ProvisionType::deny && rule.data.count > 1) rule.data.remove(shared);
    }
}

bool FlatReading::agrees(const FlatConsent& consent, const Manner& other, std::size_t part) {
    collect(consent, other, part, other_rules_);
    if (other_rules_ == rules_) return true;
    const Settled settled = settle(other_rules_);
    if (settled.decision != settled_.decision) return false;
    keep_residual(rules_, settled_, residual_);
    keep_residual(other_rules_, settled, other_residual_);
    return residual_ == other_residual_;
}

/// The readings of readings_of() but the first, which is `rules_`.
bool FlatReading::readings_agree(const FlatConsent& consent, std::size_t part) {
    const std::optional<ProvisionType> base = consent.policy_base;
    const FlatProvision& root = consent.provisions.front();
    if (!agrees(consent, {root.type ? root.type : base, true, {}}, part)) return false;
    if (!base) return true;
    if (!agrees(consent, {base, true, {}}, part)) return false;
    if (root.type) return root.type == base || agrees(consent, {root.type, true, base}, part);
    const bool lists = std::ranges::any_of(consent.provisions, [](const FlatProvision& one) {
        return one.depth == 2 && one.type == ProvisionType::permit;
    });
    return base == ProvisionType::deny || !lists || agrees(consent, {std::nullopt, true, {}}, part);
}

Voice FlatReading::german(const FlatConsent& consent, const ScreeningQuestion& question, std::size_t part) {
    const std::size_t codes = question.context().policy_codes.size();
    if (codes == 0) return Voice::silent;
    std::uint64_t permitted = 0;
    for (std::size_t i = 1; i < consent.provisions.size(); ++i) {
        const FlatProvision& one = consent.provisions[i];
        if (!one.type || one.policy_codes == 0 || !has_part(one.alone.as(*one.type), part)) continue;
        if (*one.type == ProvisionType::deny) return Voice::denies;
        permitted |= one.policy_codes;
    }
    if (permitted == ~std::uint64_t{0} >> (kMaxScreenedParts - codes)) return Voice::permits;
    return consent.provisions.front().type == ProvisionType::deny ? Voice::denies_by_default : Voice::silent;
}

Voice FlatReading::voice(const FlatConsent& consent, const ScreeningQuestion& question, std::size_t part) {
    if (consent.doubtful) return Voice::doubts;
    if (consent.profile == Profile::mii_broad) return german(consent, question, part);
    const bool several = consent.profile == Profile::none && consent.fhir_version == FhirVersion::r4;
    const bool untyped = is_untyped_rule(consent, part);
    const std::optional<ProvisionType> stated = consent.provisions.front().type;
    const bool nested = consent.profile == Profile::none && consent.fhir_version == FhirVersion::r5;
    collect(consent, {stated || !several ? stated : consent.policy_base, nested, {}}, part, rules_);
    settled_ = settle(rules_);
    if (untyped && (!settled_.decision || consent.policy_base)) return Voice::doubts;
    if (several && !readings_agree(consent, part)) return Voice::doubts;
    if (!settled_.decision) return Voice::silent;
    return *settled_.decision == ProvisionType::permit ? Voice::permits : Voice::denies;
}

}  // namespace placet::contracts::consent

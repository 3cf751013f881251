// The readings of a Consent (consent.md, Reading a FHIR Consent). A provision tree becomes a flat list of rules with depths; the deepest
// rule without conditions on data decides, rules with conditions on data become residual.
#include "contracts/consent/reading.hpp"

#include <algorithm>

namespace placet::contracts::consent {
namespace {

struct Rule {
    ProvisionType type = ProvisionType::deny;
    std::size_t depth = 1;  // root = 1
    std::string path;
    std::vector<Provision> data;  // conditions on data, all of which must hold
    std::vector<std::string> obligations;
};

std::string nested_path(const std::string& path, std::size_t position) { return path + ".provision[" + std::to_string(position) + "]"; }

class RuleCollector {
public:
    RuleCollector(Reading reading, const Question& question) : reading_(reading), question_(question) {}

    void collect(const Provision& provision, std::size_t depth, const std::string& path) {
        if (provision.type) add(provision, depth, path);
        enclosing_.push_back(&provision);
        for (std::size_t i = 0; i < provision.provisions.size(); ++i) collect(provision.provisions[i], depth + 1, nested_path(path, i));
        enclosing_.pop_back();
    }

    [[nodiscard]] std::vector<Rule> take() { return std::move(rules_); }

private:
    void add(const Provision& provision, std::size_t depth, const std::string& path) {
        Rule rule{*provision.type, depth, path, {}, obligations_of(provision)};
        if (!asker_matches(provision, rule.type, question_)) return;
        if (constrains_data(provision)) rule.data.push_back(data_conditions(provision));
        if (reading_ == Reading::nested) {
            for (const Provision* outer : enclosing_) {
                if (!asker_matches(*outer, rule.type, question_)) return;
                if (constrains_data(*outer)) rule.data.push_back(data_conditions(*outer));
            }
        }
        rules_.push_back(std::move(rule));
    }

    Reading reading_;
    const Question& question_;
    std::vector<const Provision*> enclosing_;
    std::vector<Rule> rules_;
};

/// The deepest rule that speaks about everything; of equally deep ones a deny.
const Rule* deciding(const std::vector<Rule>& rules) {
    const Rule* best = nullptr;
    for (const Rule& rule : rules) {
        if (!rule.data.empty()) continue;
        const bool wins = best == nullptr || rule.depth > best->depth || (rule.depth == best->depth && rule.type == ProvisionType::deny && best->type == ProvisionType::permit);
        if (wins) best = &rule;
    }
    return best;
}

ReadingAnswer decide(const std::vector<Rule>& rules) {
    ReadingAnswer answer;
    const Rule* base = deciding(rules);
    const std::size_t base_depth = base == nullptr ? 0 : base->depth;
    const bool base_permits = base != nullptr && base->type == ProvisionType::permit;
    const Rule* first_data_permit = nullptr;
    for (const Rule& rule : rules) {
        const bool speaks = rule.type == ProvisionType::deny ? rule.depth >= base_depth : rule.depth > base_depth;
        if (rule.data.empty() || !speaks) continue;
        if (rule.type == ProvisionType::permit && first_data_permit == nullptr) first_data_permit = &rule;
        answer.residual.push_back({rule.type, {}, rule.path, rule.depth, {}, rule.data});
    }
    if (base_permits) {
        answer.decision = ProvisionType::permit;
        answer.path = base->path;
        answer.obligations = base->obligations;
    } else if (first_data_permit != nullptr) {
        answer.decision = ProvisionType::permit;
        answer.path = first_data_permit->path;
        answer.obligations = first_data_permit->obligations;
        answer.residual.insert(answer.residual.begin(), {ProvisionType::deny, {}, base == nullptr ? "provision" : base->path, base_depth, {}, {}});
    } else if (base != nullptr) {
        answer.decision = ProvisionType::deny;
        answer.path = base->path;
        answer.residual.clear();
    }
    return answer;
}

/// MII: every code asked for must be permitted by some rule in its period; a deny of any of them denies.
ReadingAnswer read_mii(const Consent& consent, const Question& question) {
    ReadingAnswer answer;
    const auto speaks_of = [&](const Provision& rule, ProvisionType type, const Coding& code) {
        return rule.type == type && asker_matches(rule, type, question) && std::ranges::find(rule.codes, code) != rule.codes.end();
    };
    if (question.context.policy_codes.empty()) return answer;
    for (const Coding& code : question.context.policy_codes) {
        bool permitted = false;
        for (std::size_t i = 0; i < consent.root.provisions.size(); ++i) {
            const Provision& rule = consent.root.provisions[i];
            if (speaks_of(rule, ProvisionType::deny, code)) return {ProvisionType::deny, nested_path("provision", i), {}, {}};
            if (!permitted && speaks_of(rule, ProvisionType::permit, code)) {
                permitted = true;
                answer.path = nested_path("provision", i);
            }
        }
        if (!permitted) return {};
    }
    answer.decision = ProvisionType::permit;
    return answer;
}

}  // namespace

bool ReadingAnswer::agrees_with(const ReadingAnswer& other) const {
    const auto same_rule = [](const ResidualRule& a, const ResidualRule& b) { return a.type == b.type && a.depth == b.depth && a.conditions == b.conditions; };
    return decision == other.decision && std::ranges::equal(residual, other.residual, same_rule);
}

std::optional<ProvisionType> policy_base(const Consent& consent) {
    std::optional<ProvisionType> base;
    for (const Coding& rule : consent.policy_rules) {
        if (rule.system != systems::kActCode) continue;
        if (rule.code == "OPTOUT") return ProvisionType::deny;
        if (rule.code == "OPTIN") base = ProvisionType::permit;
    }
    return base;
}

std::vector<Reading> readings_of(const Consent& consent) {
    if (consent.profile == Profile::mii_broad) return {Reading::mii};
    if (consent.profile != Profile::none) return {Reading::standalone};
    if (consent.fhir_version == FhirVersion::r5) return {Reading::nested};
    if (!policy_base(consent)) return {Reading::standalone, Reading::nested};
    return {Reading::standalone, Reading::nested, Reading::policy_rule};
}

ReadingAnswer read_as(const Consent& consent, Reading reading, const Question& question) {
    if (reading == Reading::mii) return read_mii(consent, question);
    Provision root = consent.root;
    // The base rule that policyRule states fills an empty root in every reading; in the letter of R4 it replaces a stated type.
    const bool may_use_policy = consent.profile == Profile::none && consent.fhir_version == FhirVersion::r4;
    if (may_use_policy && (reading == Reading::policy_rule || !root.type)) root.type = policy_base(consent);
    RuleCollector collector(reading == Reading::policy_rule ? Reading::nested : reading, question);
    collector.collect(root, 1, "provision");
    return decide(collector.take());
}

}  // namespace placet::contracts::consent

// The readings of a Consent (consent.md, Reading a FHIR Consent). A provision tree becomes a flat list of rules with
// depths; the deepest rule without open conditions on data decides, rules with conditions on data become residual.
#include "contracts/consent/reading.hpp"

#include <algorithm>

namespace placet::contracts::consent {
namespace {

struct Rule {
    ProvisionType type = ProvisionType::deny;
    std::size_t depth = 1;  // root = 1
    std::string path;
    std::vector<Provision> data;  // conditions on data, all of which must hold
    bool open = false;            // whether they still depend on the piece of data
    std::vector<std::string> obligations;
};

/// Whether what the question says about the data it asks for is used, or only pieces of data themselves will tell.
enum class DataAsked : std::uint8_t { used, left_open };

/// R4: provision.provision[0]; R5, whose root is `decision`: provision[0].
std::string nested_path(const std::string& path, std::size_t position) {
    const std::string own = "provision[" + std::to_string(position) + "]";
    return path == "decision" ? own : path + "." + own;
}

std::string root_path(const Consent& consent) {
    return consent.fhir_version == FhirVersion::r5 ? "decision" : "provision";
}

class RuleCollector {
public:
    RuleCollector(Reading reading, const Question& question, DataAsked asked)
        : reading_(reading), question_(question), asked_(asked) {}

    void collect(const Provision& provision, std::size_t depth, const std::string& path) {
        if (provision.type) add(provision, depth, path);
        enclosing_.push_back(&provision);
        for (std::size_t i = 0; i < provision.provisions.size(); ++i)
            collect(provision.provisions[i], depth + 1, nested_path(path, i));
        enclosing_.pop_back();
    }

    [[nodiscard]] std::vector<Rule> take() { return std::move(rules_); }

private:
    void add(const Provision& provision, std::size_t depth, const std::string& path) {
        Rule rule{*provision.type, depth, path, {}, false, obligations_of(provision)};
        if (!fits(provision, rule)) return;
        if (reading_ == Reading::nested)
            for (const Provision* outer : enclosing_)
                if (!fits(*outer, rule)) return;
        rules_.push_back(std::move(rule));
    }

    /// Whether `provision` may hold for the rule; its conditions on data are added to it.
    bool fits(const Provision& provision, Rule& rule) const {
        if (!asker_matches(provision, rule.type, question_)) return false;
        if (!constrains_data(provision)) return true;
        const AskedData asked =
            asked_ == DataAsked::used ? asked_data(provision, rule.type, question_) : AskedData::open;
        rule.data.push_back(data_conditions(provision));
        rule.open |= asked == AskedData::open;
        return asked != AskedData::excluded;
    }

    Reading reading_;
    const Question& question_;
    DataAsked asked_;
    std::vector<const Provision*> enclosing_;
    std::vector<Rule> rules_;
};

/// The deepest rule that speaks about everything asked; of equally deep ones a deny.
const Rule* deciding(const std::vector<Rule>& rules, Fault fault) {
    const Rule* best = nullptr;
    for (const Rule& rule : rules) {
        if (rule.open) continue;
        const bool deeper =
            best != nullptr && (fault == Fault::shallow_wins ? rule.depth < best->depth : rule.depth > best->depth);
        const bool wins =
            best == nullptr || deeper ||
            (rule.depth == best->depth && rule.type == ProvisionType::deny && best->type == ProvisionType::permit);
        if (wins) best = &rule;
    }
    return best;
}

bool is_among(const Provision& condition, const std::vector<Provision>& conditions) {
    return std::ranges::find(conditions, condition) != conditions.end();
}

/// A deeper deny with no more conditions than the permit: nothing that the permit names can be seen.
const Rule* voids(const std::vector<Rule>& rules, const Rule& permit) {
    for (const Rule& rule : rules)
        if (rule.type == ProvisionType::deny && rule.depth > permit.depth &&
            std::ranges::all_of(rule.data,
                                [&](const Provision& condition) { return is_among(condition, permit.data); }))
            return &rule;
    return nullptr;
}

ReadingAnswer decide(const std::vector<Rule>& rules, const Consent& consent, Fault fault) {
    ReadingAnswer answer;
    const Rule* base = deciding(rules, fault);
    const std::size_t base_depth = base == nullptr ? 0 : base->depth;
    const bool base_permits = base != nullptr && base->type == ProvisionType::permit;
    const ProvisionType ties = consent.profile == Profile::none ? ProvisionType::deny : ProvisionType::permit;
    const Rule* first_data_permit = nullptr;
    const Rule* voided_by = nullptr;
    for (const Rule& rule : rules) {
        const bool speaks = rule.type == ProvisionType::deny ? rule.depth >= base_depth : rule.depth > base_depth;
        if (rule.data.empty() || !speaks) continue;
        answer.residual.push_back({rule.type, {}, rule.path, rule.depth, std::nullopt, rule.data, ties});
        if (rule.type != ProvisionType::permit || first_data_permit != nullptr) continue;
        const Rule* denier = voids(rules, rule);
        if (denier == nullptr)
            first_data_permit = &rule;
        else
            voided_by = denier;
    }
    const Rule* decides =
        base_permits ? base : (first_data_permit != nullptr ? first_data_permit : (base != nullptr ? base : voided_by));
    if (decides == nullptr) return answer;
    answer.decision = decides->type;
    answer.path = decides->path;
    if (decides->type == ProvisionType::deny) {
        answer.residual.clear();
        return answer;
    }
    answer.obligations = decides->obligations;
    if (!base_permits && fault != Fault::default_forbid_forgotten)
        answer.residual.insert(answer.residual.begin(), {ProvisionType::deny,
                                                         {},
                                                         base == nullptr ? root_path(consent) : base->path,
                                                         base_depth,
                                                         std::nullopt,
                                                         {},
                                                         ties});
    return answer;
}

/// A German rule below the root, with its place.
struct PlacedRule {
    const Provision* rule;
    std::string path;
};

void place(const Provision& provision, const std::string& path, std::vector<PlacedRule>& out) {
    for (std::size_t i = 0; i < provision.provisions.size(); ++i) {
        const std::string own = nested_path(path, i);  // a copy: the list grows below
        out.push_back({&provision.provisions[i], own});
        place(provision.provisions[i], own, out);
    }
}

/// MII: every code asked for must be permitted by some rule in its period; a deny of any of them denies; what the root
/// denies and nothing permits stays denied.
ReadingAnswer read_mii(const Consent& consent, const Question& question) {
    ReadingAnswer answer;
    if (question.context.policy_codes.empty()) return answer;
    std::vector<PlacedRule> rules;
    place(consent.root, root_path(consent), rules);
    const auto first = [&](ProvisionType type, const Coding& code) -> const PlacedRule* {
        const auto found = std::ranges::find_if(rules, [&](const PlacedRule& one) {
            return one.rule->type == type && std::ranges::find(one.rule->codes, code) != one.rule->codes.end() &&
                   asker_matches(*one.rule, type, question);
        });
        return found == rules.end() ? nullptr : &*found;
    };
    for (const Coding& code : question.context.policy_codes)
        if (const PlacedRule* denied = first(ProvisionType::deny, code))
            return {ProvisionType::deny, denied->path, {}, {}};
    std::size_t permitted = 0;
    for (const Coding& code : question.context.policy_codes) {
        const PlacedRule* rule = first(ProvisionType::permit, code);
        if (rule == nullptr) continue;
        ++permitted;
        if (answer.path.empty()) answer.path = rule->path;
    }
    const bool all =
        permitted == question.context.policy_codes.size() || (question.fault == Fault::mii_any_code && permitted > 0);
    if (all) {
        answer.decision = ProvisionType::permit;
        return answer;
    }
    if (consent.root.type == ProvisionType::deny) return {ProvisionType::deny, root_path(consent), {}, {}, true};
    return {};
}

/// Where everything but what is permitted is hidden, and all permits share a condition, a forbid says the same with and
/// without it.
std::vector<ResidualRule> simplified(std::vector<ResidualRule> rules) {
    const bool hides_rest = std::ranges::any_of(
        rules, [](const ResidualRule& rule) { return rule.type == ProvisionType::deny && rule.conditions.empty(); });
    const auto permit = std::ranges::find(rules, ProvisionType::permit, &ResidualRule::type);
    if (!hides_rest || permit == rules.end()) return rules;
    for (const Provision& shared : std::vector<Provision>(permit->conditions)) {
        const bool by_all = std::ranges::all_of(rules, [&](const ResidualRule& rule) {
            return rule.type == ProvisionType::deny || is_among(shared, rule.conditions);
        });
        if (!by_all) continue;
        for (ResidualRule& rule : rules)
            if (rule.type == ProvisionType::deny && rule.conditions.size() > 1) std::erase(rule.conditions, shared);
    }
    return rules;
}

}  // namespace

bool ReadingAnswer::agrees_with(const ReadingAnswer& other) const {
    const auto same_rule = [](const ResidualRule& a, const ResidualRule& b) {
        return a.type == b.type && a.depth == b.depth && a.conditions == b.conditions;
    };
    return decision == other.decision &&
           std::ranges::equal(simplified(residual), simplified(other.residual), same_rule);
}

std::optional<ProvisionType> base_of_policy_rule(std::string_view system, std::string_view code) noexcept {
    if (system != systems::kActCode) return std::nullopt;
    if (code == "OPTOUT" || code == "OPTOUTE") return ProvisionType::deny;
    if (code == "OPTIN" || code == "OPTINR") return ProvisionType::permit;
    return std::nullopt;
}

std::optional<ProvisionType> policy_base(const Consent& consent) {
    std::optional<ProvisionType> base;
    for (const Coding& rule : consent.policy_rules)
        if (const auto stated = base_of_policy_rule(rule.system, rule.code); stated && base != ProvisionType::deny)
            base = stated;
    return base;
}

std::vector<Reading> readings_of(const Consent& consent) {
    if (consent.profile == Profile::mii_broad) return {Reading::mii};
    if (consent.profile != Profile::none) return {Reading::standalone};
    if (consent.fhir_version == FhirVersion::r5) return {Reading::nested};
    const std::optional<ProvisionType> base = policy_base(consent);
    if (!base) return {Reading::standalone, Reading::nested};
    std::vector<Reading> out = {Reading::standalone, Reading::nested, Reading::policy_rule};
    const Provision& root = consent.root;
    if (root.type && root.type != base) out.push_back(Reading::exception);
    // A permit below a base that permits everything says nothing, unless the base is what it lists.
    const bool lists =
        std::ranges::find(root.provisions, ProvisionType::permit, &Provision::type) != root.provisions.end();
    if (!root.type && base == ProvisionType::permit && lists) out.push_back(Reading::listed);
    return out;
}

bool is_untyped_rule(const Consent& consent, const Question& question) {
    const Provision& root = consent.root;
    if (root.type || consent.profile != Profile::none || consent.fhir_version == FhirVersion::r5) return false;
    const bool conditional =
        constrains_data(root) || !root.actors.empty() || !root.actions.empty() || !root.purposes.empty();
    if (!conditional) return false;
    if (policy_base(consent)) return true;  // rule or exception to it: the answers differ inside and outside
    return asker_matches(root, ProvisionType::deny, question) &&
           asked_data(root, ProvisionType::deny, question) != AskedData::excluded;
}

ReadingAnswer read_as(const Consent& consent, Reading reading, const Question& question) {
    if (reading == Reading::mii) return read_mii(consent, question);
    Provision root = consent.root;
    // The base rule that policyRule states fills an empty root in every reading; in the letter of R4 it replaces a
    // stated type.
    const bool may_use_policy = consent.profile == Profile::none && consent.fhir_version == FhirVersion::r4;
    if (may_use_policy && reading != Reading::listed && (reading == Reading::policy_rule || !root.type))
        root.type = policy_base(consent);
    const bool by_itself = reading == Reading::standalone;
    const Reading shape = by_itself ? Reading::standalone : Reading::nested;
    const Reading used =
        shape == Reading::nested && question.fault == Fault::r5_stands_alone ? Reading::standalone : shape;
    const auto rules = [&](DataAsked asked) {
        RuleCollector collector(used, question, asked);
        collector.collect(root, 1, root_path(consent));
        std::vector<Rule> out = collector.take();
        if (const auto base = policy_base(consent); base && reading == Reading::exception)
            out.insert(out.begin(), {*base, 0, "policyRule", {}, false, {}});
        return out;
    };
    ReadingAnswer answer = decide(rules(DataAsked::used), consent, question.fault);
    if (!question.states_data() || answer.decision == ProvisionType::deny) return answer;
    // What is asked for decides; what stays to be enforced is told by each piece of data itself.
    answer.residual = decide(rules(DataAsked::left_open), consent, question.fault).residual;
    if (!answer.decision)
        std::erase_if(answer.residual, [](const ResidualRule& rule) {
            return rule.type == ProvisionType::permit || rule.conditions.empty();
        });
    return answer;
}

}  // namespace placet::contracts::consent

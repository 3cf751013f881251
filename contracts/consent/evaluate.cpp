// Combining consents, purposes and the implicit policy into one answer.
#include "contracts/consent/evaluate.hpp"

#include <algorithm>
#include <tuple>

#include "contracts/consent/purpose.hpp"
#include "contracts/consent/reading.hpp"

namespace placet::contracts::consent {
namespace {

/// What is known about one purpose.
struct PurposeAnswer {
    Decision decision = Decision::not_applicable;
    Basis basis = Basis::nothing;
    std::vector<ResidualRule> residual;
};

bool is_default_forbid(const ResidualRule& rule) { return rule.type == ProvisionType::deny && rule.conditions.empty(); }

std::string label_of(const Coding* purpose) { return purpose == nullptr ? std::string("an unstated purpose") : "purpose " + purpose->code; }

class Evaluator {
public:
    Evaluator(std::span<const HeldConsent> consents, governance::ImplicitPolicy policy, const AccessContext& context, TimeMs at)
        : policy_(policy), context_(context), at_(at) {
        for (const HeldConsent& held : consents)
            if (is_in_force(held, at)) in_force_.push_back(&held);
        std::ranges::sort(in_force_, {}, [](const HeldConsent* held) { return held->id; });
    }

    ConsentAnswer run() {
        std::vector<PurposeAnswer> answers;
        if (context_.purposes.empty()) answers.push_back(decide(nullptr));
        for (const Coding& purpose : context_.purposes) answers.push_back(decide(&purpose));
        combine(answers);
        gather_residual(answers);
        if (answer_.permits() && context_.data && !is_visible(answer_.residual, *context_.data)) {
            answer_.decision = Decision::deny;
            say({}, {}, "hidden_by_residual", "the rules about data hide this piece");
        }
        if (!answer_.permits()) answer_.residual.clear();
        tidy();
        return std::move(answer_);
    }

private:
    void say(std::string consent, std::string path, std::string rule, std::string text) {
        EvaluationReason reason{std::move(consent), std::move(path), std::move(rule), std::move(text)};
        if (std::ranges::find(answer_.reasons, reason) == answer_.reasons.end()) answer_.reasons.push_back(std::move(reason));
    }

    Decision decide_by(const HeldConsent& held, const Question& question);
    Decision compare_readings(const HeldConsent& held, const Question& question);
    void keep(const HeldConsent& held, const ReadingAnswer& reading);
    PurposeAnswer decide(const Coding* purpose);
    Decision by_policy(const Coding* purpose);
    void combine(const std::vector<PurposeAnswer>& answers);
    void gather_residual(const std::vector<PurposeAnswer>& answers);
    void tidy();

    governance::ImplicitPolicy policy_;
    const AccessContext& context_;
    TimeMs at_;
    std::vector<const HeldConsent*> in_force_;
    std::vector<ResidualRule> residual_;    // of the purpose under way
    bool permitted_without_default_ = false;  // by some consent, for the purpose under way
    ConsentAnswer answer_;
};

Decision Evaluator::decide_by(const HeldConsent& held, const Question& question) {
    if (!held.consent) {
        say(held.id, {}, "erased", "what this consent says was erased, so nothing can rest on it");
        return Decision::indeterminate;
    }
    if (!held.consent->doubts.empty()) {
        for (const Doubt& doubt : held.consent->doubts) say(held.id, doubt.path, "doubtful_element", doubt.why);
        return Decision::indeterminate;
    }
    return compare_readings(held, question);
}

Decision Evaluator::compare_readings(const HeldConsent& held, const Question& question) {
    const std::vector<Reading> readings = readings_of(*held.consent);
    const ReadingAnswer first = read_as(*held.consent, readings.front(), question);
    for (std::size_t i = 1; i < readings.size(); ++i) {
        const ReadingAnswer other = read_as(*held.consent, readings[i], question);
        if (other.agrees_with(first)) continue;
        std::string path = "provision.type";
        if (readings[i] != Reading::policy_rule) path = !first.path.empty() ? first.path : (!other.path.empty() ? other.path : "provision");
        say(held.id, path, "readings_disagree",
            "the published readings of FHIR R4 disagree about this element for " + label_of(question.purpose) +
                ": declare a profile (IHE PCF) or restate the rule");
        return Decision::indeterminate;
    }
    const bool untyped_exception = !held.consent->root.type && readings.size() == 3 && held.consent->root != Provision{} &&
                                   (constrains_data(held.consent->root) || held.consent->root.period != Period{} || !held.consent->root.actors.empty() ||
                                    !held.consent->root.actions.empty() || !held.consent->root.purposes.empty());
    if (untyped_exception) {
        say(held.id, "provision.type", "readings_disagree",
            "a root provision with conditions and no type can mean the rule or its exception: state the type");
        return Decision::indeterminate;
    }
    keep(held, first);
    if (!first.decision) return Decision::not_applicable;
    const bool permits = *first.decision == ProvisionType::permit;
    say(held.id, first.path, permits ? "permit" : "deny", std::string(permits ? "permits " : "denies ") + label_of(question.purpose));
    return permits ? Decision::permit : Decision::deny;
}

void Evaluator::keep(const HeldConsent& held, const ReadingAnswer& reading) {
    for (ResidualRule rule : reading.residual) {
        rule.consent = held.id;
        residual_.push_back(std::move(rule));
    }
    if (reading.decision != ProvisionType::permit) return;
    permitted_without_default_ |= std::ranges::none_of(reading.residual, is_default_forbid);
    for (const std::string& code : reading.obligations)
        if (std::ranges::find(answer_.obligations, code) == answer_.obligations.end()) answer_.obligations.push_back(code);
}

PurposeAnswer Evaluator::decide(const Coding* purpose) {
    const Question question{context_, purpose, at_};
    residual_.clear();
    permitted_without_default_ = false;
    bool denies = false;
    bool doubts = false;
    bool permits = false;
    for (const HeldConsent* held : in_force_) {
        const Decision one = decide_by(*held, question);
        denies |= one == Decision::deny;
        doubts |= one == Decision::indeterminate;
        permits |= one == Decision::permit;
    }
    if (denies) return {Decision::deny, Basis::consent, {}};
    if (doubts) return {Decision::indeterminate, Basis::consent, {}};
    // What one consent permits without limit is not hidden because another permits only a part.
    if (permitted_without_default_) std::erase_if(residual_, is_default_forbid);
    if (permits) return {Decision::permit, Basis::consent, residual_};
    const Decision fallback = by_policy(purpose);
    return {fallback, fallback == Decision::not_applicable ? Basis::nothing : Basis::implicit_policy, residual_};
}

Decision Evaluator::by_policy(const Coding* purpose) {
    using governance::ImplicitPolicy;
    const bool break_glass = purpose != nullptr && *purpose == act_reason("BTG");
    const bool emergency = break_glass || (purpose != nullptr && (*purpose == act_reason("ETREAT") || *purpose == act_reason("ERTREAT")));
    const bool may = break_glass ? context_.is_clinician && context_.may_break_glass : !emergency || context_.is_clinician;
    bool permits = false;
    switch (policy_) {
        case ImplicitPolicy::none: say({}, {}, "no_consent", "no consent in force speaks about " + label_of(purpose)); return Decision::not_applicable;
        case ImplicitPolicy::deny_all: break;
        case ImplicitPolicy::break_glass_only: permits = break_glass && may; break;
        case ImplicitPolicy::basic_normal:
            permits = context_.is_clinician && purpose != nullptr && !break_glass && (emergency || purpose_covers(act_reason("TREAT"), *purpose));
            break;
        case ImplicitPolicy::all_normal: permits = purpose != nullptr && may; break;
    }
    say({}, {}, permits ? "implicit_permit" : "implicit_deny",
        "no consent in force speaks about " + label_of(purpose) + "; the custodian's policy " + std::string(to_string(policy_)) +
            (permits ? " permits it" : " denies it"));
    return permits ? Decision::permit : Decision::deny;
}

void Evaluator::combine(const std::vector<PurposeAnswer>& answers) {
    const auto any = [&](Decision wanted) { return std::ranges::any_of(answers, [&](const PurposeAnswer& one) { return one.decision == wanted; }); };
    if (any(Decision::deny)) answer_.decision = Decision::deny;
    else if (any(Decision::indeterminate)) answer_.decision = Decision::indeterminate;
    else if (any(Decision::not_applicable)) answer_.decision = Decision::not_applicable;
    else answer_.decision = Decision::permit;
    for (const PurposeAnswer& one : answers)
        if (one.decision == answer_.decision && one.basis != Basis::nothing) {
            if (answer_.basis != Basis::consent) answer_.basis = one.basis;
        }
    if (answer_.decision == Decision::not_applicable && any(Decision::permit))
        say({}, {}, "purpose_not_covered", "some of the purposes are permitted, but permits must cover all that is asked");
}

void Evaluator::gather_residual(const std::vector<PurposeAnswer>& answers) {
    const bool all_alike = std::ranges::all_of(answers, [&](const PurposeAnswer& one) { return one.residual == answers.front().residual; });
    for (std::size_t i = 0; i < answers.size() && (i == 0 || !all_alike); ++i) {
        for (ResidualRule rule : answers[i].residual) {
            if (!all_alike) rule.purpose = context_.purposes[i].code;
            answer_.residual.push_back(std::move(rule));
        }
    }
}

void Evaluator::tidy() {
    const auto by_place = [](const auto& one) { return std::tie(one.consent, one.path, one.rule, one.text); };
    std::ranges::sort(answer_.reasons, {}, by_place);
    std::ranges::sort(answer_.obligations);
    std::ranges::sort(answer_.residual, [](const ResidualRule& a, const ResidualRule& b) {
        return std::tie(a.purpose, a.consent, a.depth, a.path, a.type) < std::tie(b.purpose, b.consent, b.depth, b.path, b.type);
    });
}

/// What one consent's residual rules say about a piece of data.
enum class DataVerdict : std::uint8_t { silent, forbidden_by_default, forbidden, permitted };

/// Whose rules for which purpose.
struct RuleGroup {
    std::string_view purpose;
    std::string_view consent;
    bool operator==(const RuleGroup&) const = default;
};

DataVerdict verdict_of(std::span<const ResidualRule> rules, const RuleGroup& group, const DataContext& data) {
    const ResidualRule* best = nullptr;
    for (const ResidualRule& rule : rules) {
        if (rule.consent != group.consent || rule.purpose != group.purpose) continue;
        const bool matches = std::ranges::all_of(rule.conditions, [&](const Provision& one) { return data_matches(one, rule.type, data); });
        if (!matches) continue;
        const bool deeper = best == nullptr || rule.depth > best->depth;
        const bool named_deny = best != nullptr && rule.depth == best->depth && rule.type == ProvisionType::deny && !rule.conditions.empty();
        const bool over_default = best != nullptr && rule.depth == best->depth && is_default_forbid(*best);
        if (deeper || named_deny || over_default) best = &rule;
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
bool is_visible_for(std::string_view purpose, std::span<const ResidualRule> residual, const DataContext& data) {
    std::vector<std::string_view> consents;
    for (const ResidualRule& rule : residual)
        if (rule.purpose == purpose) add_unique(consents, std::string_view(rule.consent));
    bool hidden = false;
    bool permitted = false;
    for (const std::string_view consent : consents) {
        const DataVerdict verdict = verdict_of(residual, {purpose, consent}, data);
        if (verdict == DataVerdict::forbidden) return false;
        hidden |= verdict == DataVerdict::forbidden_by_default;
        permitted |= verdict == DataVerdict::permitted;
    }
    return permitted || !hidden;
}

}  // namespace

std::string_view to_string(Decision decision) noexcept {
    switch (decision) {
        case Decision::permit: return "permit";
        case Decision::deny: return "deny";
        case Decision::not_applicable: return "not_applicable";
        case Decision::indeterminate: return "indeterminate";
    }
    return {};
}

bool is_in_force(const HeldConsent& held, TimeMs at) noexcept {
    if (held.status != ConsentStatus::active && held.status != ConsentStatus::erased) return false;
    if (at < held.not_before_ms || at >= held.not_after_ms) return false;
    if (!held.consent) return true;
    const Consent& consent = *held.consent;
    if (consent.status != DocumentStatus::active) return false;
    if (consent.date_time_ms && at < *consent.date_time_ms) return false;
    const bool root_is_agreement = consent.root.type.has_value() || consent.profile != Profile::none || consent.fhir_version == FhirVersion::r5;
    return !root_is_agreement || consent.root.period.contains(at);
}

bool is_visible(std::span<const ResidualRule> residual, const DataContext& data) {
    std::vector<std::string_view> purposes;
    for (const ResidualRule& rule : residual) add_unique(purposes, std::string_view(rule.purpose));
    return std::ranges::all_of(purposes, [&](std::string_view purpose) { return is_visible_for(purpose, residual, data); });
}

ConsentAnswer evaluate(std::span<const HeldConsent> consents, governance::ImplicitPolicy implicit_policy, const AccessContext& context, TimeMs at) {
    return Evaluator(consents, implicit_policy, context, at).run();
}

}  // namespace placet::contracts::consent

// Combining consents, purposes and the implicit policy into one answer.
#include "contracts/consent/evaluate.hpp"

#include <algorithm>
#include <tuple>

#include "contracts/consent/purpose.hpp"
#include "contracts/consent/reading.hpp"

namespace placet::contracts::consent {
namespace {

/// What is known about one question: a purpose, and a kind and code of data where they are stated.
struct PartAnswer {
    Decision decision = Decision::not_applicable;
    Basis basis = Basis::nothing;
    AskedPart part;
    std::vector<ResidualRule> residual;
};

/// What one consent says, and how it counts among several.
struct OneConsent {
    Decision decision = Decision::not_applicable;
    bool german = false;      ///< a permit that overrides another German consent's default
    bool by_default = false;  ///< a German root deny
};

bool is_default_forbid(const ResidualRule& rule) {
    return rule.type == ProvisionType::deny && rule.conditions.empty();
}

std::string label_of(const Question& question) {
    std::string out =
        question.purpose == nullptr ? std::string("an unstated purpose") : "purpose " + question.purpose->code;
    if (question.data_class != nullptr) out += ", data of the kind " + question.data_class->code;
    if (question.code != nullptr) out += ", code " + question.code->code;
    return out;
}

bool is_act_reason_code(const Coding* purpose, std::string_view code) {
    return purpose != nullptr && *purpose == act_reason(code);
}

class Evaluator {
public:
    Evaluator(std::span<const HeldConsent> consents, governance::ImplicitPolicy policy, const AccessContext& context,
              TimeMs at, Fault fault)
        : policy_(policy), context_(context), at_(at), fault_(fault) {
        for (const HeldConsent& held : consents)
            if (counts(held)) in_force_.push_back(&held);
        std::ranges::sort(in_force_, {}, [](const HeldConsent* held) { return held->id; });
    }

    ConsentAnswer run() {
        const std::vector<PartAnswer> answers = decide_parts();
        combine(answers);
        gather_residual(answers);
        if (answer_.permits() && context_.data && !is_visible_with(fault_, answer_.residual, *context_.data)) {
            answer_.decision = Decision::deny;
            say({}, {}, "hidden_by_residual", "the rules about data hide this piece");
        }
        if (!answer_.permits()) answer_.residual.clear();
        if (answer_.permits() && std::ranges::any_of(context_.purposes, is_break_glass)) add_break_glass_duties();
        tidy();
        return std::move(answer_);
    }

private:
    [[nodiscard]] bool counts(const HeldConsent& held) const;
    void say(std::string consent, std::string path, std::string rule, std::string text) {
        answer_.reasons.push_back({std::move(consent), std::move(path), std::move(rule), std::move(text)});
    }
    void add_break_glass_duties() {
        for (const char* duty :
             {"break-glass reason", "break-glass time limit", "break-glass alert", "break-glass review"})
            answer_.obligations.emplace_back(duty);
    }

    OneConsent decide_by(const HeldConsent& held, const Question& question);
    OneConsent compare_readings(const HeldConsent& held, const Question& question);
    OneConsent say_decision(const HeldConsent& held, const ReadingAnswer& answer, const Question& question);
    void keep(const HeldConsent& held, const ReadingAnswer& reading);
    std::vector<PartAnswer> decide_parts();
    PartAnswer decide(const Question& question);
    Decision by_policy(const Question& question);
    void combine(const std::vector<PartAnswer>& answers);
    void gather_residual(const std::vector<PartAnswer>& answers);
    void tidy();

    governance::ImplicitPolicy policy_;
    const AccessContext& context_;
    TimeMs at_;
    Fault fault_;
    std::vector<const HeldConsent*> in_force_;
    std::vector<ResidualRule> residual_;      // of the question under way
    bool permitted_without_default_ = false;  // by some consent, for the question under way
    ConsentAnswer answer_;
};

bool Evaluator::counts(const HeldConsent& held) const {
    const std::string_view why = why_not_in_force(held, at_);
    if (why == "expired") return fault_ == Fault::expired_still_counts;
    if (why == "not yet valid") return fault_ == Fault::not_yet_counts;
    if (why == "withdrawn") return fault_ == Fault::withdrawn_still_counts;
    return why.empty();
}

OneConsent Evaluator::decide_by(const HeldConsent& held, const Question& question) {
    if (!held.consent) {
        say(held.id, {}, "erased", "what this consent says was erased, so nothing can rest on it");
        return {Decision::indeterminate};
    }
    if (!held.consent->doubts.empty() && fault_ != Fault::doubts_ignored) {
        for (const Doubt& doubt : held.consent->doubts) say(held.id, doubt.path, "doubtful_element", doubt.why);
        return {Decision::indeterminate};
    }
    if (is_untyped_rule(*held.consent, question) && !read_as(*held.consent, Reading::standalone, question).decision) {
        say(held.id, "provision.type", "readings_disagree",
            "a root provision with conditions and no type can mean the rule or its exception: state the type");
        return {Decision::indeterminate};
    }
    return compare_readings(held, question);
}

OneConsent Evaluator::compare_readings(const HeldConsent& held, const Question& question) {
    const std::vector<Reading> readings = readings_of(*held.consent);
    const ReadingAnswer first = read_as(*held.consent, readings.front(), question);
    for (std::size_t i = 1; i < readings.size() && fault_ != Fault::readings_not_compared; ++i) {
        const ReadingAnswer other = read_as(*held.consent, readings[i], question);
        if (other.agrees_with(first) || (fault_ == Fault::exception_not_read && readings[i] == Reading::exception))
            continue;
        std::string path = "provision.type";
        if (readings[i] == Reading::nested)
            path = !first.path.empty() ? first.path : (!other.path.empty() ? other.path : "provision");
        say(held.id, path, "readings_disagree",
            "the published readings of FHIR R4 disagree about this element for " + label_of(question) +
                ": declare a profile (IHE PCF) or restate the rule");
        return {Decision::indeterminate};
    }
    if (readings.size() >= 3 && is_untyped_rule(*held.consent, question)) {
        say(held.id, "provision.type", "readings_disagree",
            "a root provision with conditions and no type can mean the rule or its exception: state the type");
        return {Decision::indeterminate};
    }
    return say_decision(held, first, question);
}

OneConsent Evaluator::say_decision(const HeldConsent& held, const ReadingAnswer& answer, const Question& question) {
    const bool german = held.consent->profile == Profile::mii_broad;
    keep(held, answer);
    if (!answer.decision) return {Decision::not_applicable, german, false};
    if (answer.by_default) {
        say(held.id, answer.path, "deny_by_default",
            "denies what it does not permit: not every code that is asked for is permitted at this instant");
        return {Decision::deny, german, true};
    }
    const bool permits = *answer.decision == ProvisionType::permit;
    say(held.id, answer.path, permits ? "permit" : "deny",
        std::string(permits ? "permits " : "denies ") + label_of(question));
    return {permits ? Decision::permit : Decision::deny, german, false};
}

void Evaluator::keep(const HeldConsent& held, const ReadingAnswer& reading) {
    for (ResidualRule rule : reading.residual) {
        rule.consent = held.id;
        residual_.push_back(std::move(rule));
    }
    if (reading.decision != ProvisionType::permit) return;
    permitted_without_default_ |= std::ranges::none_of(reading.residual, is_default_forbid);
    for (const std::string& code : reading.obligations)
        if (std::ranges::find(answer_.obligations, code) == answer_.obligations.end())
            answer_.obligations.push_back(code);
}

/// One question for each purpose, kind and code that is asked for: every one must be permitted.
std::vector<PartAnswer> Evaluator::decide_parts() {
    const auto pointers = [](const std::vector<Coding>& codings) {
        std::vector<const Coding*> out;
        for (const Coding& one : codings) out.push_back(&one);
        if (out.empty()) out.push_back(nullptr);
        return out;
    };
    std::vector<PartAnswer> answers;
    for (const Coding* purpose : pointers(context_.purposes))
        for (const Coding* kind : pointers(context_.classes))
            for (const Coding* code : pointers(context_.codes))
                answers.push_back(decide({context_, purpose, at_, kind, code, fault_}));
    return answers;
}

PartAnswer Evaluator::decide(const Question& question) {
    residual_.clear();
    permitted_without_default_ = false;
    bool denies = false;
    bool denies_by_default = false;
    bool doubts = false;
    bool permits = false;
    bool german_permits = false;
    for (const HeldConsent* held : in_force_) {
        const OneConsent one = decide_by(*held, question);
        denies |= one.decision == Decision::deny && !one.by_default;
        denies_by_default |= one.by_default;
        doubts |= one.decision == Decision::indeterminate;
        permits |= one.decision == Decision::permit;
        german_permits |= one.decision == Decision::permit && one.german;
    }
    denies |= denies_by_default && !german_permits;
    const auto stated = [](const Coding* one) {
        return one == nullptr ? std::optional<Coding>() : std::optional(*one);
    };
    const AskedPart part{stated(question.purpose), stated(question.data_class), stated(question.code)};
    if (denies && !(permits && fault_ == Fault::permit_beats_deny)) return {Decision::deny, Basis::consent, part, {}};
    if (doubts) return {Decision::indeterminate, Basis::consent, part, {}};
    // What one consent permits without limit is not hidden because another permits only a part.
    if (permitted_without_default_) std::erase_if(residual_, is_default_forbid);
    const bool explicit_counts = fault_ != Fault::policy_over_consent || policy_ == governance::ImplicitPolicy::none;
    if (permits && explicit_counts) return {Decision::permit, Basis::consent, part, residual_};
    const Decision fallback = by_policy(question);
    return {fallback, fallback == Decision::not_applicable ? Basis::nothing : Basis::implicit_policy, part, residual_};
}

Decision Evaluator::by_policy(const Question& question) {
    if (policy_ == governance::ImplicitPolicy::none) {
        say({}, {}, "no_consent", "no consent in force speaks about " + label_of(question));
        return Decision::not_applicable;
    }
    const bool permits = implicit_policy_permits(policy_, context_, question.purpose);
    say({}, {}, permits ? "implicit_permit" : "implicit_deny",
        "no consent in force speaks about " + label_of(question) + "; the custodian's policy " +
            std::string(to_string(policy_)) + (permits ? " permits it" : " denies it"));
    return permits ? Decision::permit : Decision::deny;
}

void Evaluator::combine(const std::vector<PartAnswer>& answers) {
    const auto any = [&](Decision wanted) {
        return std::ranges::any_of(answers, [&](const PartAnswer& one) { return one.decision == wanted; });
    };
    if (any(Decision::permit) && fault_ == Fault::any_purpose_will_do)
        answer_.decision = Decision::permit;
    else if (any(Decision::deny))
        answer_.decision = Decision::deny;
    else if (any(Decision::indeterminate))
        answer_.decision = Decision::indeterminate;
    else if (any(Decision::not_applicable))
        answer_.decision = Decision::not_applicable;
    else
        answer_.decision = Decision::permit;
    for (const PartAnswer& one : answers)
        if (one.decision == answer_.decision && one.basis != Basis::nothing) {
            if (answer_.basis != Basis::consent) answer_.basis = one.basis;
        }
    if (answer_.decision == Decision::not_applicable && any(Decision::permit))
        say({}, {}, "purpose_not_covered", "a part of what is asked is permitted, but permits must cover all of it");
}

/// What is to be enforced is told once where it is the same for all parts of the question. Else every rule says for
/// which part it is, and a part without rules says that it hides nothing: data that it alone asks for are no concern of
/// the others.
void Evaluator::gather_residual(const std::vector<PartAnswer>& answers) {
    const bool all_alike =
        std::ranges::all_of(answers, [&](const PartAnswer& one) { return one.residual == answers.front().residual; });
    if (all_alike || fault_ == Fault::parts_merged) {
        answer_.residual = answers.front().residual;
        return;
    }
    for (const PartAnswer& one : answers) {
        for (ResidualRule rule : one.residual) {
            rule.part = one.part;
            answer_.residual.push_back(std::move(rule));
        }
        if (one.residual.empty()) answer_.residual.push_back({ProvisionType::permit, {}, {}, 0, one.part, {}});
    }
}

void Evaluator::tidy() {
    const auto by_place = [](const auto& one) { return std::tie(one.consent, one.path, one.rule, one.text); };
    std::ranges::sort(answer_.reasons, {}, by_place);
    const auto repeated = std::ranges::unique(answer_.reasons);
    answer_.reasons.erase(repeated.begin(), repeated.end());
    std::ranges::sort(answer_.obligations);
    std::ranges::sort(answer_.residual, [](const ResidualRule& a, const ResidualRule& b) {
        return std::tie(a.part, a.consent, a.depth, a.path, a.type) <
               std::tie(b.part, b.consent, b.depth, b.path, b.type);
    });
}

}  // namespace

std::string_view to_string(Decision decision) noexcept {
    switch (decision) {
        case Decision::permit:
            return "permit";
        case Decision::deny:
            return "deny";
        case Decision::not_applicable:
            return "not_applicable";
        case Decision::indeterminate:
            return "indeterminate";
    }
    return {};
}

std::string_view why_not_in_force(const HeldConsent& held, TimeMs at) noexcept {
    if (held.status != ConsentStatus::active && held.status != ConsentStatus::erased) return to_string(held.status);
    if (at < held.not_before_ms) return "not yet valid";
    if (at >= held.not_after_ms) return "expired";
    if (!held.consent) return {};
    const Consent& consent = *held.consent;
    switch (consent.status) {
        case DocumentStatus::active:
            break;
        case DocumentStatus::draft:
            return "a draft";
        case DocumentStatus::proposed:
            return "proposed";
        case DocumentStatus::rejected:
            return "rejected";
        case DocumentStatus::inactive:
            return "inactive";
        case DocumentStatus::entered_in_error:
            return "entered in error";
        case DocumentStatus::not_done:
            return "not done";
        case DocumentStatus::unknown:
            return "of unknown status";
    }
    if (consent.date_time_ms && at < *consent.date_time_ms) return "not yet valid";
    if (consent.root.period.from_ms && at < *consent.root.period.from_ms) return "not yet valid";
    if (consent.root.period.until_ms && at >= *consent.root.period.until_ms) return "expired";
    return {};
}

/// The four policies of IHE PCF. BTG and ETREAT never come with treatment: only a policy that names or includes
/// everything has them.
bool implicit_policy_permits(governance::ImplicitPolicy policy, const AccessContext& context, const Coding* purpose) {
    using governance::ImplicitPolicy;
    const bool break_glass = purpose != nullptr && is_break_glass(*purpose);
    const bool emergency =
        break_glass || is_act_reason_code(purpose, "ETREAT") || is_act_reason_code(purpose, "ERTREAT");
    const bool may = break_glass ? context.is_clinician && context.may_break_glass : !emergency || context.is_clinician;
    switch (policy) {
        case ImplicitPolicy::none:
        case ImplicitPolicy::deny_all:
            return false;
        case ImplicitPolicy::break_glass_only:
            return break_glass && may;
        case ImplicitPolicy::basic_normal:
            return context.is_clinician && purpose != nullptr && purpose_covers(act_reason("TREAT"), *purpose);
        case ImplicitPolicy::all_normal:
            return may;
    }
    return false;
}

ConsentAnswer evaluate_with(Fault fault, std::span<const HeldConsent> consents,
                            governance::ImplicitPolicy implicit_policy, const AccessContext& context, TimeMs at) {
    return Evaluator(consents, implicit_policy, context, at, fault).run();
}

ConsentAnswer evaluate(std::span<const HeldConsent> consents, governance::ImplicitPolicy implicit_policy,
                       const AccessContext& context, TimeMs at) {
    return evaluate_with(Fault::none, consents, implicit_policy, context, at);
}

}  // namespace placet::contracts::consent

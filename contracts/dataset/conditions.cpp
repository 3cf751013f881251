// The modifiers of DUO (consent.md): evidence that is missing goes to the committee, evidence against a condition
// denies.
#include "contracts/dataset/conditions.hpp"

#include <algorithm>
#include <array>

#include "contracts/common/outcome.hpp"
#include "contracts/dataset/fit.hpp"

namespace placet::contracts::dataset {
namespace {

constexpr std::size_t kMostQuoted = 96;

struct Finding {
    DuoDecision verdict = DuoDecision::approve;
    std::string code;
    std::string text;
};

Finding fits(std::string text) {
    return {DuoDecision::approve, "", std::move(text)};
}
Finding missing(std::string text) {
    return {DuoDecision::review, "duo_evidence_missing", std::move(text)};
}

bool asks(const Ask& ask, Use use) {
    return std::ranges::find(ask.purposes, use) != ask.purposes.end();
}

std::string quoted(std::string_view text) {
    return "'" + plain_text(text, kMostQuoted) + "'";
}

Finding against(const Judged& judged, std::string text) {
    if (judged.fault == MatchFault::contradiction_is_review) return missing(std::move(text));
    return {DuoDecision::deny, "duo_condition_unmet", std::move(text)};
}

/// A statement that a modifier asks for, by name; nothing where blank.
std::optional<std::string> stated(const std::optional<std::string>& text) {
    if (!text || text->find_first_not_of(" \t\r\n") == std::string::npos) return std::nullopt;
    return text;
}

Finding in_list(const Judged& judged, const std::optional<std::string>& said, std::string_view what) {
    const std::string subject(what);
    if (judged.condition.allowed.empty())
        return missing("the dataset limits the " + subject + " without saying to what: the committee decides");
    if (!stated(said))
        return missing("the request does not state its " + subject + ": state it, or the committee decides");
    if (std::ranges::find(judged.condition.allowed, *said) != judged.condition.allowed.end())
        return fits("the request's " + subject + " " + quoted(*said) + " is among those the dataset names");
    return against(judged, "the request's " + subject + " " + quoted(*said) + " is not among those the dataset names");
}

Finding commerce(const Judged& judged, Stated said, std::string_view what) {
    const std::string subject(what);
    if (said == Stated::yes) return {DuoDecision::deny, "duo_commercial", "the dataset excludes " + subject};
    if (said == Stated::no || judged.fault == MatchFault::unknown_commerce_is_no)
        return fits("the request is not for " + subject);
    return {DuoDecision::review, "duo_commerce_unknown",
            "the request does not say whether it is for " + subject + ": say so"};
}

Finding ethics(const Judged& judged) {
    if (!stated(judged.ask.ethics_approval)) return missing("an ethics approval is required: name it");
    return fits("an ethics approval is named: " + quoted(*judged.ask.ethics_approval));
}

Finding collaboration(const Judged& judged) {
    if (judged.condition.allowed.empty()) {
        if (!stated(judged.ask.collaboration))
            return missing("a collaboration with the study's investigators is required: name it");
        return fits("a collaboration is named: " + quoted(*judged.ask.collaboration));
    }
    return in_list(judged, judged.ask.collaboration, "collaboration");
}

Finding moratorium(const Judged& judged) {
    if (!judged.condition.date)
        return missing("the dataset delays publication without saying until when: the committee decides");
    if (!judged.ask.accepted_on)
        return missing("publication is delayed until a date: state the day of acceptance, or the committee decides");
    const bool late_enough =
        (*judged.ask.accepted_on >= *judged.condition.date) != (judged.fault == MatchFault::moratorium_reversed);
    if (late_enough) return fits("the publication is accepted on or after the dataset's date");
    return {DuoDecision::deny, "duo_condition_unmet",
            "the publication is accepted before the dataset's date: publish later"};
}

Finding time_limit(const Judged& judged) {
    const auto& limit = judged.condition.months;
    if (!limit)
        return {DuoDecision::review, "duo_time_limit_unstated",
                "the dataset limits the time of use without saying to what: the committee decides"};
    const std::string allowed = "the dataset allows " + std::to_string(*limit) + " months";
    if (!judged.ask.months) return fits(allowed + "; the grant ends with them");
    const std::uint64_t asked = *judged.ask.months;
    if (asked > *limit || (asked == *limit && judged.fault == MatchFault::time_limit_exclusive))
        return {DuoDecision::deny, "duo_time_limit", "asked for " + std::to_string(asked) + " months; " + allowed};
    return fits(allowed + "; asked for " + std::to_string(asked));
}

Finding no_methods(const Judged& judged) {
    if (!asks(judged.ask, Use::methods)) return fits("the request is not for methods development");
    DuoDecision best = DuoDecision::deny;
    if (judged.fault != MatchFault::methods_never_within) {
        for (const Permission& one : judged.permissions) {
            if (one.term != PermissionTerm::disease_specific) continue;
            const DiseaseFit fit = fit_of(one.diseases, judged.ask.diseases, judged.diseases, judged.fault);
            if (fit == DiseaseFit::inside) best = DuoDecision::approve;
            if (fit == DiseaseFit::unsure) best = std::min(best, DuoDecision::review);
        }
    }
    if (best == DuoDecision::approve) return fits("the methods are for diseases within the consented one");
    if (best == DuoDecision::review)
        return missing("a disease has no Mondo name to be compared by: the committee decides");
    return {DuoDecision::deny, "duo_methods_excluded", "the dataset excludes methods development outside its diseases"};
}

Finding no_ancestry(const Judged& judged) {
    if (!asks(judged.ask, Use::ancestry)) return fits("the request is not for research into origins or ancestry");
    return {DuoDecision::deny, "duo_ancestry_excluded", "the dataset excludes research into origins and ancestry"};
}

Finding genetic_only(const Judged& judged) {
    if (judged.ask.phenotype_only == Stated::yes)
        return against(judged, "the dataset is for genetic studies, and the request is about phenotypes alone");
    if (judged.ask.phenotype_only == Stated::no) return fits("the request is not about phenotypes alone");
    return missing(
        "the dataset is for genetic studies, and the request does not say whether it is about phenotypes alone: say "
        "so");
}

Finding undertaking(const Judged& judged) {
    const std::string name(judged.name);
    const std::string duty =
        name == "PUB" ? "results must be published" : "results must be returned to the dataset's custodian";
    const auto& taken = judged.ask.undertakings;
    const bool refused = taken && std::ranges::find(*taken, name) == taken->end();
    if (refused && judged.fault != MatchFault::refusal_is_undertaken)
        return {DuoDecision::deny, "duo_undertaking_refused",
                duty + ", and the request's undertakings leave it out: undertake " + name};
    return fits(duty + ": an obligation of the grant");
}

Finding not_for_profit(const Judged& judged) {
    return commerce(judged, judged.ask.for_profit, "an organisation for profit");
}
Finding not_commercial(const Judged& judged) {
    return commerce(judged, judged.ask.commercial, "commercial use");
}
Finding neither(const Judged& judged) {
    Finding organisation = not_for_profit(judged), use = not_commercial(judged);
    return use.verdict > organisation.verdict ? use : organisation;
}

struct Rule {
    std::string_view name;
    Finding (*judge)(const Judged&);
};

constexpr std::array<Rule, 18> kRules = {{
    {"RS", [](const Judged& judged) { return in_list(judged, judged.ask.research_type, "type of research"); }},
    {"NMDS", no_methods},
    {"GSO", genetic_only},
    {"NPUNCU", neither},
    {"PUB", undertaking},
    {"COL", collaboration},
    {"IRB", ethics},
    {"GS", [](const Judged& judged) { return in_list(judged, judged.ask.country, "country"); }},
    {"MOR", moratorium},
    {"TS", time_limit},
    {"US", [](const Judged& judged) { return in_list(judged, judged.ask.user, "user"); }},
    {"PS", [](const Judged& judged) { return in_list(judged, judged.ask.project, "project"); }},
    {"IS", [](const Judged& judged) { return in_list(judged, judged.ask.institution, "institution"); }},
    {"RTN", undertaking},
    {"CC", [](const Judged&) { return fits("clinical care is permitted, too"); }},
    {"NPOA", no_ancestry},
    {"NPU", not_for_profit},
    {"NCU", not_commercial},
}};

}  // namespace

TermReason judge_modifier(const Judged& judged) {
    const auto rule = std::ranges::find(kRules, judged.name, &Rule::name);
    const Finding finding = rule == kRules.end() ? Finding{DuoDecision::review, "duo_unknown_term",
                                                           "the committee decides what this term means"}
                                                 : rule->judge(judged);
    return {std::string(modifier_code(judged.name)), std::string(judged.name), finding.verdict, finding.code,
            finding.text};
}

}  // namespace placet::contracts::dataset

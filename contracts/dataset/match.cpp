// The matcher: the permission table, then the modifiers, then the combination.
#include "contracts/dataset/match.hpp"

#include <algorithm>

#include "contracts/common/outcome.hpp"
#include "contracts/dataset/conditions.hpp"
#include "contracts/dataset/fit.hpp"

namespace placet::contracts::dataset {
namespace {

constexpr std::size_t kMostQuoted = 96;

template <class T>
std::vector<T> sorted_unique(std::vector<T> items) {
    std::ranges::sort(items);
    const auto repeated = std::ranges::unique(items);
    items.erase(repeated.begin(), repeated.end());
    return items;
}

std::string listed(const std::vector<std::string>& items) {
    std::string out;
    for (const std::string& item : items) {
        if (out.size() > 200) return out + ", ...";
        out += (out.empty() ? "" : ", ") + plain_text(item, kMostQuoted);
    }
    return out;
}

/// What a permission says, in the words of a reason.
std::string said(const Permission& permission) {
    std::string out(words(permission.term));
    if (permission.term == PermissionTerm::disease_specific)
        out += permission.diseases.empty() ? " (which are not named)" : " (" + listed(permission.diseases) + ")";
    return out;
}

class Matcher {
public:
    Matcher(const Offer& offer, const Ask& ask, const DiseaseTable* diseases, MatchFault fault)
        : offer_(offer), ask_(ask), diseases_(diseases), fault_(fault) {
        for (const Permission& one : offer.permissions) {
            Permission normal{one.term, {}};
            if (one.term == PermissionTerm::disease_specific)
                for (const std::string& disease : one.diseases) normal.diseases.push_back(disease_id(disease));
            normal.diseases = sorted_unique(std::move(normal.diseases));
            if (std::ranges::find(permissions_, normal) == permissions_.end())
                permissions_.push_back(std::move(normal));
        }
        std::ranges::sort(permissions_, {}, [](const Permission& one) { return std::pair(one.term, one.diseases); });
        cares_ = std::ranges::any_of(offer.conditions,
                                     [](const Condition& one) { return modifier_short_name(one.code) == "CC"; });
    }

    MatchAnswer run() {
        judge_purposes();
        for (const std::string& code : offer_.unknown_permissions)
            settle({plain_text(code, kMostQuoted), "", DuoDecision::review, "duo_unknown_term",
                    "no permission known here has this code: the committee decides what it means"});
        for (const Condition& condition : offer_.conditions) judge_condition(condition);
        return conclude();
    }

private:
    void settle(TermReason reason) { answer_.reasons.push_back(std::move(reason)); }
    void judge_purposes();
    void judge_purpose(Use use);
    void judge_condition(const Condition& condition);
    [[nodiscard]] DuoDecision cell(const Permission& permission, Use use) const;
    [[nodiscard]] DuoDecision disease_cell(const Permission& permission, Use use) const;
    MatchAnswer conclude();

    const Offer& offer_;
    const Ask& ask_;
    const DiseaseTable* diseases_;
    MatchFault fault_;
    std::vector<Permission> permissions_;
    bool cares_ = false;
    MatchAnswer answer_;
};

DuoDecision Matcher::disease_cell(const Permission& permission, Use use) const {
    if (use == Use::methods) return DuoDecision::approve;
    if (use == Use::general_research && fault_ == MatchFault::general_fits_disease) return DuoDecision::approve;
    if (use != Use::disease_specific) return DuoDecision::deny;
    switch (fit_of(permission.diseases, ask_.diseases, diseases_, fault_)) {
        case DiseaseFit::inside:
            return DuoDecision::approve;
        case DiseaseFit::outside:
            return DuoDecision::deny;
        case DiseaseFit::unsure:
        case DiseaseFit::not_stated:
            return DuoDecision::review;
    }
    return DuoDecision::review;
}

/// One cell of the table.
DuoDecision Matcher::cell(const Permission& permission, Use use) const {
    if (permission.term == PermissionTerm::no_restriction) return DuoDecision::approve;
    if (use == Use::clinical_care)
        return cares_ || fault_ == MatchFault::care_is_research ? DuoDecision::approve : DuoDecision::deny;
    switch (permission.term) {
        case PermissionTerm::no_restriction:
        case PermissionTerm::general_research:
            return DuoDecision::approve;
        case PermissionTerm::health_biomedical:
            if (use == Use::ancestry && fault_ == MatchFault::ancestry_is_biomedical) return DuoDecision::approve;
            return use == Use::general_research || use == Use::ancestry ? DuoDecision::deny : DuoDecision::approve;
        case PermissionTerm::disease_specific:
            return disease_cell(permission, use);
        case PermissionTerm::ancestry:
            return use == Use::ancestry || use == Use::methods ? DuoDecision::approve : DuoDecision::deny;
    }
    return DuoDecision::review;
}

void Matcher::judge_purposes() {
    std::vector<Use> purposes = sorted_unique(ask_.purposes);
    if (fault_ == MatchFault::first_purpose_only && purposes.size() > 1) purposes.resize(1);
    if (purposes.empty())
        return settle({"purposes", "", DuoDecision::review, "no_purpose_stated",
                       "the request states no purpose: state one, or the committee decides"});
    for (const Use use : purposes) judge_purpose(use);
    if (ask_.sensitive_population && fault_ != MatchFault::sensitive_unseen)
        settle({"sensitive", "", DuoDecision::review, "sensitive_population",
                "the request concerns controls or a sensitive population: the committee decides"});
}

/// The widest permission counts; an unknown one might be wider than any.
void Matcher::judge_purpose(Use use) {
    const std::string asked = "asked for " + std::string(words(use));
    if (permissions_.empty()) {
        const bool denies = fault_ == MatchFault::nothing_permitted_is_denied && offer_.unknown_permissions.empty();
        return settle({"permissions", std::string(short_name(use)), denies ? DuoDecision::deny : DuoDecision::review,
                       "no_permission_stated",
                       asked + "; the dataset states no permission that is known here: the committee decides"});
    }
    const bool strictest = fault_ == MatchFault::narrowest_permission;
    const Permission* deciding = nullptr;
    DuoDecision best = strictest ? DuoDecision::approve : DuoDecision::deny;
    for (const Permission& permission : permissions_) {
        const DuoDecision verdict = cell(permission, use);
        if (deciding != nullptr && (strictest ? verdict <= best : verdict >= best)) continue;
        best = verdict;
        deciding = &permission;
    }
    if (best == DuoDecision::deny && !offer_.unknown_permissions.empty()) best = DuoDecision::review;
    TermReason reason{std::string(duo_code(deciding->term)), std::string(short_name(deciding->term)), best, "", ""};
    if (best == DuoDecision::approve) {
        reason.text = asked + "; the dataset permits " + said(*deciding);
    } else if (best == DuoDecision::review) {
        reason.code = "duo_disease_not_stated";
        reason.text =
            asked + "; a disease is missing or cannot be compared: state it by its Mondo id, or the committee decides";
    } else {
        std::string allowed;
        for (const Permission& one : permissions_) allowed += (allowed.empty() ? "" : "; ") + said(one);
        reason.code = "duo_purpose_not_permitted";
        const std::string which = use == Use::disease_specific && !ask_.diseases.empty()
                                      ? " (" + listed(sorted_unique(ask_.diseases)) + ")"
                                      : "";
        reason.text = asked + which + "; the dataset permits only " + plain_text(allowed, 300);
    }
    settle(std::move(reason));
}

void Matcher::judge_condition(const Condition& condition) {
    std::optional<std::string_view> name = modifier_short_name(condition.code);
    if (fault_ == MatchFault::npoa_one_spelling && name == "NPOA" &&
        condition.code.find("00000044") != std::string::npos)
        name.reset();
    if (!name)
        return settle({plain_text(condition.code, kMostQuoted), "", DuoDecision::review, "duo_unknown_term",
                       "no modifier known here has this code: the committee decides what it means"});
    if (fault_ == MatchFault::modifiers_unread && *name != "NPU") return;
    TermReason reason = judge_modifier({condition, *name, ask_, permissions_, diseases_, fault_});
    if (*name != "CC") answer_.conditions.emplace_back(*name);
    if ((*name == "PUB" || *name == "RTN") && reason.verdict == DuoDecision::approve)
        answer_.obligations.emplace_back(*name);
    if (*name == "TS" && condition.months && fault_ != MatchFault::time_limit_uncapped)
        answer_.months_limit = std::min(answer_.months_limit.value_or(*condition.months), *condition.months);
    settle(std::move(reason));
}

MatchAnswer Matcher::conclude() {
    answer_.reasons = sorted_unique(std::move(answer_.reasons));
    answer_.obligations = sorted_unique(std::move(answer_.obligations));
    answer_.conditions = sorted_unique(std::move(answer_.conditions));
    answer_.decision = DuoDecision::approve;
    for (const TermReason& reason : answer_.reasons) answer_.decision = std::max(answer_.decision, reason.verdict);
    if (fault_ == MatchFault::review_beats_deny &&
        std::ranges::any_of(answer_.reasons, [](const TermReason& one) { return one.verdict == DuoDecision::review; }))
        answer_.decision = DuoDecision::review;
    answer_.expires_after_months = answer_.months_limit;
    if (ask_.months)
        answer_.expires_after_months = std::min(answer_.expires_after_months.value_or(*ask_.months), *ask_.months);
    if (answer_.decision == DuoDecision::deny) {
        answer_.obligations.clear();
        answer_.expires_after_months.reset();
    }
    return std::move(answer_);
}

}  // namespace

MatchAnswer match(const Offer& offer, const Ask& ask, const DiseaseTable* diseases, MatchFault fault) {
    return Matcher(offer, ask, diseases, fault).run();
}

}  // namespace placet::contracts::dataset

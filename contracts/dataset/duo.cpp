// The matcher: the permission table, then the modifiers (consent.md, DUO).
#include "contracts/dataset/duo.hpp"

#include <algorithm>

namespace placet::contracts::dataset {
namespace {

/// How a request's diseases stand to a permission's.
enum class DiseaseFit : std::uint8_t { none_stated, inside, outside };

bool descends(const DescendsFrom& descends_from, std::string_view narrower, std::string_view broader) {
    return narrower == broader || (descends_from && descends_from(narrower, broader));
}

DiseaseFit fit_of(const std::vector<std::string>& consented, const std::vector<std::string>& asked, const DescendsFrom& descends_from) {
    if (consented.empty() || asked.empty()) return DiseaseFit::none_stated;
    const bool all_inside = std::ranges::all_of(asked, [&](const std::string& one) {
        return std::ranges::any_of(consented, [&](const std::string& allowed) { return descends(descends_from, one, allowed); });
    });
    return all_inside ? DiseaseFit::inside : DiseaseFit::outside;
}

DuoDecision match_disease(const Permission& permission, RequestPurpose purpose, const std::vector<std::string>& diseases,
                          const DescendsFrom& descends_from) {
    if (purpose == RequestPurpose::methods) return DuoDecision::approve;
    if (purpose != RequestPurpose::disease_specific) return DuoDecision::deny;
    switch (fit_of(permission.diseases, diseases, descends_from)) {
        case DiseaseFit::none_stated: return DuoDecision::review;
        case DiseaseFit::inside: return DuoDecision::approve;
        case DiseaseFit::outside: return DuoDecision::deny;
    }
    return DuoDecision::review;
}

/// The widest permission counts.
DuoDecision match_purpose(const std::vector<Permission>& permissions, RequestPurpose purpose, const std::vector<std::string>& diseases,
                          const DescendsFrom& descends_from) {
    if (permissions.empty()) return match_cell(std::nullopt, purpose, diseases, descends_from);
    DuoDecision best = DuoDecision::deny;
    for (const Permission& permission : permissions) best = std::min(best, match_cell(permission, purpose, diseases, descends_from));
    return best;
}

class Matcher {
public:
    Matcher(const DuoTerms& terms, const DuoRequest& request, const DescendsFrom& descends_from)
        : terms_(terms), request_(request), descends_from_(descends_from) {
        answer_.decision = DuoDecision::approve;
    }

    DuoAnswer run() {
        match_permissions();
        for (const Modifier& modifier : terms_.modifiers) match_modifier(modifier);
        std::ranges::sort(answer_.obligations);
        const auto repeated = std::ranges::unique(answer_.obligations);
        answer_.obligations.erase(repeated.begin(), repeated.end());
        return std::move(answer_);
    }

private:
    void settle(DuoDecision decision, std::string code, std::string_view subject, std::string text) {
        answer_.decision = std::max(answer_.decision, decision);
        constexpr std::size_t kMostReasons = 48;  // entries and receipts hold 64
        if (decision != DuoDecision::approve && answer_.reasons.size() < kMostReasons) answer_.reasons.push_back({std::move(code), std::string(subject), std::move(text)});
    }

    void match_permissions();
    void match_one_purpose(RequestPurpose purpose);
    void match_modifier(const Modifier& modifier);
    void match_commerce(std::string_view name, Commerce stated, std::string_view what);
    void match_time(const Modifier& modifier);
    void match_own_purpose(std::string_view name);
    [[nodiscard]] bool asks(RequestPurpose purpose) const { return std::ranges::find(request_.purposes, purpose) != request_.purposes.end(); }
    [[nodiscard]] bool has_evidence(std::string_view name) const { return std::ranges::find(request_.evidence, name) != request_.evidence.end(); }

    const DuoTerms& terms_;
    const DuoRequest& request_;
    const DescendsFrom& descends_from_;
    DuoAnswer answer_;
};

void Matcher::match_permissions() {
    if (request_.purposes.empty()) {
        settle(DuoDecision::review, "no_purpose_stated", "purpose", "the request states no purpose: state one");
        return;
    }
    if (terms_.permissions.empty())
        settle(DuoDecision::review, "no_permission_stated", "permission", "the dataset states no permission: the committee decides");
    for (const RequestPurpose purpose : request_.purposes) match_one_purpose(purpose);
    if (!request_.sensitive_population) return;
    // R whatever the dataset permits; a purpose that fails has denied already, and a deny stays.
    settle(DuoDecision::review, "sensitive_population", "population", "the request concerns a sensitive population or controls: the committee decides");
}

void Matcher::match_one_purpose(RequestPurpose purpose) {
    const DuoDecision decision = match_purpose(terms_.permissions, purpose, request_.diseases, descends_from_);
    if (terms_.permissions.empty()) return;
    const std::string asked(short_name(purpose));
    if (decision == DuoDecision::deny) {
        std::string allowed;
        for (const Permission& one : terms_.permissions) {
            allowed += (allowed.empty() ? "" : ", ") + std::string(words(one.term));
            for (const std::string& disease : one.diseases) allowed += " " + disease;
        }
        if (allowed.size() > 300) allowed = allowed.substr(0, 300) + " …";
        settle(decision, "duo_purpose_not_permitted", asked, "asked for " + std::string(words(purpose)) + "; the dataset permits only: " + allowed);
    } else if (decision == DuoDecision::review) {
        settle(decision, "duo_disease_not_stated", asked, "a disease is missing in the request or in the dataset's terms: state it, or the committee decides");
    }
}

void Matcher::match_commerce(std::string_view name, Commerce stated, std::string_view what) {
    if (stated == Commerce::yes) settle(DuoDecision::deny, "duo_commercial", name, "the dataset is not for " + std::string(what));
    else if (stated == Commerce::unknown)
        settle(DuoDecision::review, "duo_commerce_unknown", name, "the request does not say whether it is by or for " + std::string(what) + ": say so");
}

void Matcher::match_time(const Modifier& modifier) {
    if (!modifier.value) {
        settle(DuoDecision::review, "duo_time_limit_unstated", "TS", "the dataset limits the time of use without saying to what: the committee decides");
        return;
    }
    answer_.months_limit = std::min(answer_.months_limit.value_or(*modifier.value), *modifier.value);
    answer_.obligations.emplace_back("TS");
    if (request_.months && *request_.months > *modifier.value)
        settle(DuoDecision::deny, "duo_time_limit", "TS", "asked for " + std::to_string(*request_.months) + " months, the dataset allows " + std::to_string(*modifier.value));
}

void Matcher::match_own_purpose(std::string_view name) {
    if (name == "NPOA") {
        if (asks(RequestPurpose::ancestry)) settle(DuoDecision::deny, "duo_ancestry_excluded", name, "the dataset excludes research into origins and ancestry");
        return;
    }
    if (!asks(RequestPurpose::methods)) return;
    for (const Permission& one : terms_.permissions)
        if (one.term == PermissionTerm::disease_specific && fit_of(one.diseases, request_.diseases, descends_from_) == DiseaseFit::inside) return;
    settle(DuoDecision::deny, "duo_methods_excluded", name, "the dataset excludes methods development outside its diseases");
}

void Matcher::match_modifier(const Modifier& modifier) {
    const auto known = modifier_short_name(modifier.code);
    if (!known) {
        settle(DuoDecision::review, "duo_unknown_term", modifier.code, "the dataset states a term that is not known here: the committee decides");
        return;
    }
    const std::string name(*known);
    const std::string meaning(modifier_words(modifier.code));
    if (name == "NPU" || name == "NPUNCU") match_commerce(name, request_.for_profit, "an organisation for profit");
    if (name == "NCU" || name == "NPUNCU") match_commerce(name, request_.commercial, "commercial use");
    if (name == "TS") match_time(modifier);
    if (name == "NPOA" || name == "NMDS") match_own_purpose(name);
    if (name == "CC") return;
    // Any modifier leaves the last word to the committee.
    answer_.obligations.push_back(name);
    const std::string evidence = has_evidence(name) ? " (evidence is attached)" : "";
    settle(DuoDecision::review, "duo_modifier", name, "the dataset's condition: " + meaning + evidence + "; the committee decides");
}

}  // namespace

DuoDecision match_cell(const std::optional<Permission>& permission, RequestPurpose purpose, const std::vector<std::string>& diseases,
                       const DescendsFrom& descends_from) {
    if (!permission) return DuoDecision::review;
    switch (permission->term) {
        case PermissionTerm::no_restriction: return DuoDecision::approve;
        case PermissionTerm::general_research: return DuoDecision::approve;
        case PermissionTerm::health_biomedical:
            return purpose == RequestPurpose::general_research || purpose == RequestPurpose::ancestry ? DuoDecision::deny : DuoDecision::approve;
        case PermissionTerm::disease_specific: return match_disease(*permission, purpose, diseases, descends_from);
        case PermissionTerm::ancestry:
            return purpose == RequestPurpose::ancestry || purpose == RequestPurpose::methods ? DuoDecision::approve : DuoDecision::deny;
    }
    return DuoDecision::review;
}

DuoAnswer match(const DuoTerms& terms, const DuoRequest& request, const DescendsFrom& descends_from) {
    return Matcher(terms, request, descends_from).run();
}

}  // namespace placet::contracts::dataset

// Matching of one provision against the question or a piece of data (consent.md, Reading a FHIR Consent).
#include "contracts/consent/conditions.hpp"

#include <algorithm>
#include <array>

#include "contracts/consent/purpose.hpp"

namespace placet::contracts::consent {
namespace {

bool intersect(const std::vector<Coding>& stated, const std::vector<Coding>& asked) {
    return std::ranges::any_of(stated, [&](const Coding& one) { return std::ranges::find(asked, one) != asked.end(); });
}

/// v3-Confidentiality from low to high; −1 for a code outside it.
int confidentiality_level(std::string_view code) {
    constexpr std::array<std::string_view, 6> kOrder = {"U", "L", "M", "N", "R", "V"};
    const auto found = std::ranges::find(kOrder, code);
    return found == kOrder.end() ? -1 : static_cast<int>(found - kOrder.begin());
}

constexpr std::array<std::string_view, 26> kDuties = {
    "AOD", "AUDIT", "AUDTR", "CPLYCC", "CPLYCD", "DELAU", "DEID", "ENCRYPT", "ENCRYPTR", "LIMREUSE", "MASK", "MINEC", "PERSISTLABEL", "PRIVMARK",
    "PSEUD", "REDACT", "NOAUTH", "NOCOLLECT", "NODSCLCD", "NODSCLCDS", "NOINTEGRATE", "NOLIST", "NOMOU", "NORDSCLCD", "NORDSLCD", "NOREUSE"};

bool is_duty(const Coding& label) { return label.system == systems::kActCode && std::ranges::find(kDuties, label.code) != kDuties.end(); }

std::vector<Coding> condition_labels(const Provision& provision) {
    std::vector<Coding> out;
    std::ranges::copy_if(provision.security_labels, std::back_inserter(out), [](const Coding& label) { return !is_duty(label); });
    return out;
}

bool label_matches(const Coding& stated, ProvisionType type, const std::vector<Coding>& labels) {
    if (stated.system != systems::kConfidentiality) return std::ranges::find(labels, stated) != labels.end();
    const int level = confidentiality_level(stated.code);
    return std::ranges::any_of(labels, [&](const Coding& label) {
        if (label.system != systems::kConfidentiality) return false;
        const int of_data = confidentiality_level(label.code);
        if (level < 0 || of_data < 0) return stated.code == label.code;
        return type == ProvisionType::permit ? of_data <= level : of_data >= level;
    });
}

bool labels_match(const Provision& provision, ProvisionType type, const DataContext& data) {
    const std::vector<Coding> stated = condition_labels(provision);
    if (stated.empty()) return true;
    const auto known = [](const Coding& label) { return label.system == systems::kConfidentiality || label.system == systems::kActCode; };
    // Labels of other systems are ignored; where nothing else is named the provision cannot be told to fit.
    if (std::ranges::none_of(stated, known)) return type == ProvisionType::deny;
    return std::ranges::any_of(stated, [&](const Coding& label) { return known(label) && label_matches(label, type, data.security_labels); });
}

bool reference_matches(const ProvisionData& stated, const DataContext& data) {
    const auto among = [&](const std::vector<std::string>& references) { return std::ranges::find(references, stated.reference) != references.end(); };
    switch (stated.meaning) {
        case DataMeaning::instance: return stated.reference == data.reference;
        case DataMeaning::related:
        case DataMeaning::dependents: return stated.reference == data.reference || among(data.related);
        case DataMeaning::authored_by: return among(data.authors);
    }
    return false;
}

bool data_period_matches(const Period& period, ProvisionType type, const DataContext& data) {
    if (period.is_open()) return true;
    if (!data.at_ms) return type == ProvisionType::deny;
    return period.contains(*data.at_ms);
}

/// Roles that the one who asks always has: recipient of the information.
bool is_recipient(const Coding& role) { return role.code == "IRCP" || role.code == "PRCP"; }

bool actor_matches(const ProvisionActor& actor, ProvisionType type, const AccessContext& context) {
    const bool role_fits = actor.roles.empty() || std::ranges::any_of(actor.roles, is_recipient) || intersect(actor.roles, context.actor_roles);
    if (actor.reference.empty()) return role_fits && (type == ProvisionType::deny || !actor.roles.empty());
    if (std::ranges::find(context.actors, actor.reference) == context.actors.end()) return false;
    return role_fits || type == ProvisionType::deny;
}

bool purpose_matches(const Provision& provision, ProvisionType type, const Question& question) {
    if (provision.purposes.empty()) return true;
    if (question.purpose == nullptr) return type == ProvisionType::deny;
    return std::ranges::any_of(provision.purposes, [&](const Coding& stated) {
        return type == ProvisionType::permit ? purpose_covers(stated, *question.purpose) : purposes_meet(stated, *question.purpose);
    });
}

}  // namespace

bool asker_matches(const Provision& provision, ProvisionType type, const Question& question) {
    if (!provision.period.contains(question.at)) return false;
    if (!purpose_matches(provision, type, question)) return false;
    if (!provision.actors.empty() &&
        std::ranges::none_of(provision.actors, [&](const ProvisionActor& actor) { return actor_matches(actor, type, question.context); }))
        return false;
    if (!provision.actions.empty() && !question.context.actions.empty() && !intersect(provision.actions, question.context.actions)) return false;
    return true;
}

bool constrains_data(const Provision& provision) {
    return !provision.data_period.is_open() || !provision.classes.empty() || !provision.resource_types.empty() || !provision.codes.empty() ||
           !condition_labels(provision).empty() || !provision.data.empty();
}

Provision data_conditions(const Provision& provision) {
    Provision out;
    out.data_period = provision.data_period;
    out.classes = provision.classes;
    out.resource_types = provision.resource_types;
    out.codes = provision.codes;
    out.security_labels = condition_labels(provision);
    out.data = provision.data;
    return out;
}

bool data_matches(const Provision& provision, ProvisionType type, const DataContext& data) {
    if (!data_period_matches(provision.data_period, type, data)) return false;
    if (!provision.classes.empty() && !intersect(provision.classes, data.classes)) return false;
    if (!provision.resource_types.empty() && !intersect(provision.resource_types, data.resource_types)) return false;
    if (!provision.codes.empty() && !intersect(provision.codes, data.codes)) return false;
    if (!provision.data.empty() && std::ranges::none_of(provision.data, [&](const ProvisionData& one) { return reference_matches(one, data); }))
        return false;
    return labels_match(provision, type, data);
}

std::vector<std::string> obligations_of(const Provision& provision) {
    std::vector<std::string> out;
    for (const Coding& label : provision.security_labels)
        if (is_duty(label)) out.push_back(label.code);
    return out;
}

}  // namespace placet::contracts::consent

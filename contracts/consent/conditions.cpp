// Matching of one provision against the question or a piece of data (consent.md, Reading a FHIR Consent).
#include "contracts/consent/conditions.hpp"

#include <algorithm>
#include <array>

#include "contracts/consent/purpose.hpp"

namespace placet::contracts::consent {
namespace {

bool contains(const std::vector<Coding>& list, const Coding& coding) {
    return std::ranges::find(list, coding) != list.end();
}

bool intersect(const std::vector<Coding>& stated, const std::vector<Coding>& asked) {
    return std::ranges::any_of(stated, [&](const Coding& one) { return contains(asked, one); });
}

/// v3-Confidentiality from low to high; −1 for a code outside it.
int confidentiality_level(std::string_view code) {
    constexpr std::array<std::string_view, 6> kOrder = {"U", "L", "M", "N", "R", "V"};
    const auto found = std::ranges::find(kOrder, code);
    return found == kOrder.end() ? -1 : static_cast<int>(found - kOrder.begin());
}

constexpr std::array<std::string_view, 26> kDuties = {
    "AOD",      "AUDIT",     "AUDTR",       "CPLYCC",       "CPLYCD",   "DELAU",     "DEID",     "ENCRYPT", "ENCRYPTR",
    "LIMREUSE", "MASK",      "MINEC",       "PERSISTLABEL", "PRIVMARK", "PSEUD",     "REDACT",   "NOAUTH",  "NOCOLLECT",
    "NODSCLCD", "NODSCLCDS", "NOINTEGRATE", "NOLIST",       "NOMOU",    "NORDSCLCD", "NORDSLCD", "NOREUSE"};

bool is_duty(const Coding& label) {
    return is_duty_label(label.system, label.code);
}

std::vector<Coding> condition_labels(const Provision& provision) {
    std::vector<Coding> out;
    std::ranges::copy_if(provision.security_labels, std::back_inserter(out),
                         [](const Coding& label) { return !is_duty(label); });
    return out;
}

/// The high-water mark: the highest of the labels, −1 where there is none. A code outside the order is above all of it.
int water_mark(const std::vector<Coding>& labels, Fault fault) {
    constexpr int kAboveAll = 100;
    int mark = -1;
    for (const Coding& label : labels) {
        if (label.system != systems::kConfidentiality) continue;
        const int level = confidentiality_level(label.code);
        const int this_one = level < 0 ? kAboveAll : level;
        mark = fault == Fault::lowest_label_counts && mark >= 0 ? std::min(mark, this_one) : std::max(mark, this_one);
    }
    if (mark < 0 && fault == Fault::unlabelled_is_normal) return confidentiality_level("N");
    return mark;
}

bool label_matches(const Coding& stated, ProvisionType type, const std::vector<Coding>& labels, Fault fault) {
    if (stated.system != systems::kConfidentiality) return contains(labels, stated);
    const int level = confidentiality_level(stated.code);
    const int mark = water_mark(labels, fault);
    if (level < 0 || mark < 0) return level < 0 && contains(labels, stated);
    if (type == ProvisionType::permit) return fault == Fault::label_or_higher_on_permit ? mark >= level : mark <= level;
    return mark >= level;
}

bool labels_match(const Provision& provision, ProvisionType type, const std::vector<Coding>& labels, Fault fault) {
    const std::vector<Coding> stated = condition_labels(provision);
    if (stated.empty()) return true;
    const auto known = [](const Coding& label) {
        return label.system == systems::kConfidentiality || label.system == systems::kActCode;
    };
    // Labels of other systems are ignored; where nothing else is named the provision cannot be told to fit.
    if (std::ranges::none_of(stated, known)) return type == ProvisionType::deny;
    return std::ranges::any_of(
        stated, [&](const Coding& label) { return known(label) && label_matches(label, type, labels, fault); });
}

bool reference_matches(const ProvisionData& stated, const DataContext& data) {
    const auto among = [&](const std::vector<std::string>& references) {
        return std::ranges::find(references, stated.reference) != references.end();
    };
    switch (stated.meaning) {
        case DataMeaning::instance:
            return stated.reference == data.reference;
        // FHIR: what it refers to; IHE PCF: the data of an encounter, which refer to it. Both are related.
        case DataMeaning::related:
            return stated.reference == data.reference || among(data.related) || among(data.referred_by);
        case DataMeaning::dependents:
            return stated.reference == data.reference || among(data.related);
        case DataMeaning::authored_by:
            return among(data.authors);
    }
    return false;
}

bool lies_within(const Period& inner, const Period& outer) {
    const bool begins = !outer.from_ms || (inner.from_ms && *inner.from_ms >= *outer.from_ms);
    const bool ends = !outer.until_ms || (inner.until_ms && *inner.until_ms <= *outer.until_ms);
    return begins && ends;
}

bool overlap(const Period& a, const Period& b) {
    const bool a_begins = !a.from_ms || !b.until_ms || *a.from_ms < *b.until_ms;
    const bool b_begins = !b.from_ms || !a.until_ms || *b.from_ms < *a.until_ms;
    return a_begins && b_begins;
}

/// A permit needs all of the data's time inside, a deny any of it; data "authored or last updated" (IHE PCF) inside.
bool data_period_matches(const Period& period, ProvisionType type, const DataContext& data, Fault fault) {
    if (period.is_open()) return true;
    if (data.timeless) return false;
    if (type == ProvisionType::permit) {
        const Period& known = data.made.is_open() ? data.updated : data.made;
        return known.is_open() ? fault == Fault::undated_is_inside : lies_within(known, period);
    }
    if (data.made.is_open() && data.updated.is_open()) return true;
    return (!data.made.is_open() && overlap(data.made, period)) ||
           (!data.updated.is_open() && overlap(data.updated, period));
}

/// An actor that is named must be the asker, in whatever role but one that makes her another party; an actor that is a
/// role alone must be a role of hers. For a deny everything unknown may be true.
bool actor_matches(const ProvisionActor& actor, ProvisionType type, const AccessContext& context) {
    const bool deny = type == ProvisionType::deny;
    if (context.actors.empty() && deny) return true;
    if (actor.reference.empty()) {
        if (actor.roles.empty()) return deny;
        if (std::ranges::any_of(actor.roles, [](const Coding& role) { return is_recipient_role(role.code); }) ||
            intersect(actor.roles, context.actor_roles))
            return true;
        return deny && context.actor_roles.empty();
    }
    if (std::ranges::find(context.actors, actor.reference) == context.actors.end()) return false;
    return deny || actor.roles.empty() ||
           !std::ranges::all_of(actor.roles, [](const Coding& role) { return is_role_of_another(role.code); }) ||
           intersect(actor.roles, context.actor_roles);
}

bool purpose_matches(const Provision& provision, ProvisionType type, const Question& question) {
    if (provision.purposes.empty()) return true;
    if (question.purpose == nullptr) return type == ProvisionType::deny;
    if (question.fault == Fault::break_glass_by_subsumption &&
        (question.purpose->code == "BTG" || question.purpose->code == "ETREAT") &&
        std::ranges::any_of(provision.purposes, [](const Coding& stated) { return stated.code == "TREAT"; }))
        return true;
    return std::ranges::any_of(provision.purposes, [&](const Coding& stated) {
        return type == ProvisionType::permit ? purpose_covers(stated, *question.purpose)
                                             : purposes_meet(stated, *question.purpose);
    });
}

/// A request that does not say what it wants to do wants to look.
bool action_matches(const Provision& provision, ProvisionType type, const AccessContext& context) {
    if (provision.actions.empty()) return true;
    if (!context.actions.empty()) return intersect(provision.actions, context.actions);
    return type == ProvisionType::deny || contains(provision.actions, {std::string(systems::kConsentAction), "access"});
}

/// The kind asked for against the kinds that a provision names in one or two elements (R5: document and resource
/// types).
AskedData asked_class(const Provision& provision, const Question& question) {
    if (provision.classes.empty() && provision.resource_types.empty()) return AskedData::included;
    if (question.data_class == nullptr) return AskedData::open;
    const bool in_classes = contains(provision.classes, *question.data_class);
    const bool in_types = contains(provision.resource_types, *question.data_class);
    if (!in_classes && !in_types) return AskedData::excluded;
    const bool both_named = !provision.classes.empty() && !provision.resource_types.empty();
    return both_named && !(in_classes && in_types) ? AskedData::open : AskedData::included;
}

}  // namespace

bool is_duty_label(std::string_view system, std::string_view code) noexcept {
    return system == systems::kActCode && std::ranges::find(kDuties, code) != kDuties.end();
}

bool is_recipient_role(std::string_view code) noexcept {
    return code == "IRCP" || code == "PRCP";
}

bool is_role_of_another(std::string_view code) noexcept {
    constexpr std::array<std::string_view, 14> kOthers = {"CST",    "AUT",       "INF",     "WIT",        "ENT",
                                                          "SBJ",    "CONSENTER", "CONSWIT", "DELEGATOR",  "GRANTOR",
                                                          "SOURCE", "PRIMAUTH",  "COAUTH",  "datasubject"};
    return std::ranges::find(kOthers, code) != kOthers.end();
}

bool asker_matches(const Provision& provision, ProvisionType type, const Question& question) {
    if (!provision.period.contains(question.at)) return false;
    if (!purpose_matches(provision, type, question)) return false;
    const bool skip_actors = question.fault == Fault::actor_ignored && type == ProvisionType::permit;
    if (!provision.actors.empty() && !skip_actors &&
        std::ranges::none_of(provision.actors,
                             [&](const ProvisionActor& actor) { return actor_matches(actor, type, question.context); }))
        return false;
    return action_matches(provision, type, question.context);
}

AskedData asked_data(const Provision& provision, ProvisionType type, const Question& question) {
    const AskedData kind = asked_class(provision, question);
    if (kind == AskedData::excluded) return kind;
    bool open = kind == AskedData::open || !provision.data.empty() || !provision.data_period.is_open();
    if (!provision.codes.empty()) {
        if (question.code != nullptr && !contains(provision.codes, *question.code)) return AskedData::excluded;
        open |= question.code == nullptr;
    }
    if (!condition_labels(provision).empty()) {
        const std::vector<Coding>& labels = question.context.security_labels;
        if (!labels.empty() && !labels_match(provision, type, labels, question.fault)) return AskedData::excluded;
        open |= labels.empty();
    }
    return open ? AskedData::open : AskedData::included;
}

bool constrains_data(const Provision& provision) {
    return !provision.data_period.is_open() || !provision.classes.empty() || !provision.resource_types.empty() ||
           !provision.codes.empty() || !condition_labels(provision).empty() || !provision.data.empty();
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

bool data_matches(const Provision& provision, ProvisionType type, const DataContext& data, Fault fault) {
    if (!data_period_matches(provision.data_period, type, data, fault)) return false;
    if (!provision.classes.empty() && !intersect(provision.classes, data.classes)) return false;
    if (!provision.resource_types.empty() && !intersect(provision.resource_types, data.resource_types)) return false;
    if (!provision.codes.empty() && !intersect(provision.codes, data.codes)) return false;
    if (!provision.data.empty() &&
        std::ranges::none_of(provision.data, [&](const ProvisionData& one) { return reference_matches(one, data); }))
        return false;
    return labels_match(provision, type, data.security_labels, fault);
}

std::vector<std::string> obligations_of(const Provision& provision) {
    std::vector<std::string> out;
    for (const Coding& label : provision.security_labels)
        if (is_duty(label)) out.push_back(label.code);
    return out;
}

}  // namespace placet::contracts::consent

// Consent.provision of FHIR R4 and R5: the tree of rules.
#include "api/fhir/reading.hpp"

namespace placet::api::fhir {

using base::ErrorCode;
using base::Result;
using contracts::consent::DataMeaning;
using contracts::consent::FhirVersion;
using contracts::consent::kMaxProvisionDepth;
using contracts::consent::Provision;
using contracts::consent::ProvisionActor;
using contracts::consent::ProvisionData;
using contracts::consent::ProvisionType;

namespace {

/// Elements that only a provision of another version has.
Result<void> refuse_other_version(const Element& element, FhirVersion version) {
    if (element.has("except")) return element.refuse_at("except", ErrorCode::unsupported, "this element is FHIR STU3");
    if (version == FhirVersion::r5) {
        for (const std::string_view name : {"type", "class"})
            if (element.has(name))
                return element.refuse_at(name, ErrorCode::unsupported,
                                         "this element is FHIR R4, or a draft of R5: R5 has none here");
        return {};
    }
    for (const std::string_view name : {"documentType", "resourceType", "expression"})
        if (element.has(name)) return element.refuse_at(name, ErrorCode::unsupported, "this element is FHIR R5");
    return {};
}

Result<std::optional<ProvisionType>> read_type(const Element& element) {
    PLACET_TRY_ASSIGN(const std::string type, element.text("type", 64));
    if (type.empty()) return std::optional<ProvisionType>{};
    if (type == "permit") return std::optional(ProvisionType::permit);
    if (type == "deny") return std::optional(ProvisionType::deny);
    return element.refuse_at("type", ErrorCode::invalid_value, "must be permit or deny");
}

Result<ProvisionActor> read_actor(Reading& reading, const Element& element, FhirVersion version) {
    reading.check_members(element, {"role", "reference"});
    ProvisionActor actor;
    PLACET_TRY_ASSIGN(const std::vector<Element> role, element.object("role"));
    PLACET_TRY_ASSIGN(const std::vector<Element> reference, element.object("reference"));
    if (version == FhirVersion::r4 && role.empty())
        return element.refuse_at("role", ErrorCode::malformed, "an actor needs its role");
    if (version == FhirVersion::r4 && reference.empty())
        return element.refuse_at("reference", ErrorCode::malformed, "an actor needs its reference");
    if (!reference.empty()) {
        PLACET_TRY_ASSIGN(actor.reference, reading.reference(reference.front(), Reading::Missing::doubt));
    }
    // Somebody who is named needs no role to be told from others; a role in words alone matters only where nobody is.
    const bool needs_codes = actor.reference.empty() || (!role.empty() && role.front().has("coding"));
    if (!role.empty() && needs_codes) {
        PLACET_TRY_ASSIGN(actor.roles, reading.concept_codings(role.front()));
    }
    if (actor.roles.size() > 16) return role.front().refuse(ErrorCode::too_large, "has more than 16 codings");
    return actor;
}

Result<ProvisionData> read_data(Reading& reading, const Element& element) {
    reading.check_members(element, {"meaning", "reference"});
    ProvisionData data;
    PLACET_TRY_ASSIGN(const std::string meaning, element.text("meaning", 64));
    if (meaning == "instance")
        data.meaning = DataMeaning::instance;
    else if (meaning == "related")
        data.meaning = DataMeaning::related;
    else if (meaning == "dependents")
        data.meaning = DataMeaning::dependents;
    else if (meaning == "authoredby")
        data.meaning = DataMeaning::authored_by;
    else
        return element.refuse_at("meaning", ErrorCode::invalid_value,
                                 "must be instance, related, dependents or authoredby");
    PLACET_TRY_ASSIGN(const std::vector<Element> reference, element.object("reference"));
    if (reference.empty()) return element.refuse_at("reference", ErrorCode::malformed, "data needs its reference");
    PLACET_TRY_ASSIGN(data.reference, reading.reference(reference.front(), Reading::Missing::doubt));
    return data;
}

/// Everything of a provision but its nested ones.
Result<Provision> read_conditions(Reading& reading, const Element& element, FhirVersion version) {
    Provision out;
    if (version == FhirVersion::r4) {
        PLACET_TRY_ASSIGN(out.type, read_type(element));
    }
    PLACET_TRY_ASSIGN(out.period, reading.period(element, "period"));
    PLACET_TRY_ASSIGN(out.data_period, reading.data_period(element, "dataPeriod"));
    PLACET_TRY_ASSIGN(const std::vector<Element> actors, element.objects("actor", 64));
    for (const Element& actor : actors) {
        PLACET_TRY_ASSIGN(ProvisionActor one, read_actor(reading, actor, version));
        out.actors.push_back(std::move(one));
    }
    PLACET_TRY_ASSIGN(out.actions, reading.concepts(element, "action", 64));
    PLACET_TRY_ASSIGN(out.purposes, reading.codings(element, "purpose", 64));
    PLACET_TRY_ASSIGN(out.classes,
                      reading.codings(element, version == FhirVersion::r4 ? "class" : "documentType", 256));
    PLACET_TRY_ASSIGN(out.resource_types, reading.codings(element, "resourceType", 256));
    PLACET_TRY_ASSIGN(out.codes, reading.concepts(element, "code", 512));
    PLACET_TRY_ASSIGN(out.security_labels, reading.codings(element, "securityLabel", 64));
    PLACET_TRY_ASSIGN(const std::vector<Element> data, element.objects("data", 512));
    for (const Element& item : data) {
        PLACET_TRY_ASSIGN(ProvisionData one, read_data(reading, item));
        out.data.push_back(std::move(one));
    }
    return out;
}

constexpr ProvisionType opposite(ProvisionType type) noexcept {
    return type == ProvisionType::permit ? ProvisionType::deny : ProvisionType::permit;
}

Result<Provision> read_level(Reading& reading, const Element& element, const ProvisionLevel& level) {
    PLACET_TRY(refuse_other_version(element, level.version));
    if (level.depth > kMaxProvisionDepth)
        return element.refuse(ErrorCode::too_large,
                              "provisions are nested deeper than " + std::to_string(kMaxProvisionDepth) + " levels");
    std::vector<std::string_view> known{"period", "actor",      "action", "securityLabel", "purpose",
                                        "code",   "dataPeriod", "data",   "provision"};
    const bool r5 = level.version == FhirVersion::r5;
    if (r5)
        known.insert(known.end(), {"documentType", "resourceType", "expression"});
    else
        known.insert(known.end(), {"type", "class"});
    reading.check_members(element, known);
    PLACET_TRY_ASSIGN(Provision out, read_conditions(reading, element, level.version));
    if (r5) out.type = level.type;
    if (r5 && element.has("expression"))
        reading.doubt(element.path_of("expression"), "expressions are not evaluated: say it in codes");
    if (!r5 && level.depth > 1 && !out.type)
        reading.doubt(element.path_of("type"), "a nested provision must say permit or deny");
    PLACET_TRY_ASSIGN(const std::vector<Element> nested, element.objects("provision", 256));
    for (const Element& item : nested) {
        const std::optional<ProvisionType> below = level.type ? std::optional(opposite(*level.type)) : std::nullopt;
        PLACET_TRY_ASSIGN(Provision one, read_level(reading, item, {level.version, level.depth + 1, below}));
        out.provisions.push_back(std::move(one));
    }
    return out;
}

}  // namespace

Result<Provision> read_provision(Reading& reading, const Element& element, const ProvisionLevel& level) {
    return read_level(reading, element, level);
}

}  // namespace placet::api::fhir

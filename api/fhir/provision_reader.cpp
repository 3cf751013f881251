// Consent.provision of FHIR R4: the tree of rules.
#include "api/fhir/reading.hpp"

namespace placet::api::fhir {

using base::ErrorCode;
using base::Result;
using contracts::consent::DataMeaning;
using contracts::consent::kMaxProvisionDepth;
using contracts::consent::Provision;
using contracts::consent::ProvisionActor;
using contracts::consent::ProvisionData;
using contracts::consent::ProvisionType;

namespace {

/// Elements that only a provision of another version has.
Result<void> refuse_other_version(const Element& element) {
    for (const std::string_view name : {"documentType", "resourceType", "expression"})
        if (element.has(name))
            return element.refuse_at(name, ErrorCode::unsupported, "this element is FHIR R5");
    if (element.has("except"))
        return element.refuse_at("except", ErrorCode::unsupported, "this element is FHIR STU3");
    return {};
}

Result<std::optional<ProvisionType>> read_type(const Element& element) {
    PLACET_TRY_ASSIGN(const std::string type, element.text("type", 64));
    if (type.empty()) return std::optional<ProvisionType>{};
    if (type == "permit") return std::optional(ProvisionType::permit);
    if (type == "deny") return std::optional(ProvisionType::deny);
    return element.refuse_at("type", ErrorCode::invalid_value, "must be permit or deny");
}

Result<ProvisionActor> read_actor(Reading& reading, const Element& element) {
    reading.check_members(element, {"role", "reference"});
    ProvisionActor actor;
    PLACET_TRY_ASSIGN(const std::vector<Element> role, element.object("role"));
    if (role.empty()) return element.refuse_at("role", ErrorCode::malformed, "an actor needs its role");
    PLACET_TRY_ASSIGN(actor.roles, reading.concept_codings(role.front()));
    if (actor.roles.size() > 16) return role.front().refuse(ErrorCode::too_large, "has more than 16 codings");
    PLACET_TRY_ASSIGN(const std::vector<Element> reference, element.object("reference"));
    if (reference.empty()) return element.refuse_at("reference", ErrorCode::malformed, "an actor needs its reference");
    PLACET_TRY_ASSIGN(actor.reference, reading.reference(reference.front(), Reading::Missing::doubt));
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
        return element.refuse_at("meaning", ErrorCode::invalid_value, "must be instance, related, dependents or authoredby");
    PLACET_TRY_ASSIGN(const std::vector<Element> reference, element.object("reference"));
    if (reference.empty()) return element.refuse_at("reference", ErrorCode::malformed, "data needs its reference");
    PLACET_TRY_ASSIGN(data.reference, reading.reference(reference.front(), Reading::Missing::doubt));
    return data;
}

/// Everything of a provision but its nested ones.
Result<Provision> read_conditions(Reading& reading, const Element& element) {
    Provision out;
    PLACET_TRY_ASSIGN(out.type, read_type(element));
    PLACET_TRY_ASSIGN(out.period, reading.period(element, "period"));
    PLACET_TRY_ASSIGN(out.data_period, reading.period(element, "dataPeriod"));
    PLACET_TRY_ASSIGN(const std::vector<Element> actors, element.objects("actor", 64));
    for (const Element& actor : actors) {
        PLACET_TRY_ASSIGN(ProvisionActor one, read_actor(reading, actor));
        out.actors.push_back(std::move(one));
    }
    PLACET_TRY_ASSIGN(out.actions, reading.concepts(element, "action", 64));
    PLACET_TRY_ASSIGN(out.purposes, reading.codings(element, "purpose", 64));
    PLACET_TRY_ASSIGN(out.classes, reading.codings(element, "class", 256));
    PLACET_TRY_ASSIGN(out.codes, reading.concepts(element, "code", 512));
    PLACET_TRY_ASSIGN(out.security_labels, reading.codings(element, "securityLabel", 64));
    PLACET_TRY_ASSIGN(const std::vector<Element> data, element.objects("data", 512));
    for (const Element& item : data) {
        PLACET_TRY_ASSIGN(ProvisionData one, read_data(reading, item));
        out.data.push_back(std::move(one));
    }
    return out;
}

}  // namespace

Result<Provision> read_provision(Reading& reading, const Element& element, std::size_t depth) {
    PLACET_TRY(refuse_other_version(element));
    if (depth > kMaxProvisionDepth)
        return element.refuse(ErrorCode::too_large, "provisions are nested deeper than " + std::to_string(kMaxProvisionDepth) + " levels");
    reading.check_members(element, {"type", "period", "actor", "action", "securityLabel", "purpose", "class", "code", "dataPeriod", "data", "provision"});
    PLACET_TRY_ASSIGN(Provision out, read_conditions(reading, element));
    if (depth > 1 && !out.type) reading.doubt(element.path_of("type"), "a nested provision must say permit or deny");
    PLACET_TRY_ASSIGN(const std::vector<Element> nested, element.objects("provision", 256));
    for (const Element& item : nested) {
        PLACET_TRY_ASSIGN(Provision one, read_provision(reading, item, depth + 1));
        out.provisions.push_back(std::move(one));
    }
    return out;
}

}  // namespace placet::api::fhir

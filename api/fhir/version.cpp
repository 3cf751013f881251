// Which FHIR version a Consent speaks: told by elements that only one version has.
#include "api/fhir/consent_reader.hpp"

namespace placet::api::fhir {

namespace {

struct Tell {
    std::string_view element;
    std::string_view version;
};

/// Root elements that R4 does not have (FHIR R5 5.0.0 and STU3 3.0.2, Consent).
constexpr Tell kTells[] = {
    {"decision", "FHIR R5"},        {"subject", "FHIR R5"},     {"grantor", "FHIR R5"},     {"grantee", "FHIR R5"},
    {"manager", "FHIR R5"},         {"controller", "FHIR R5"},  {"regulatoryBasis", "FHIR R5"}, {"policyBasis", "FHIR R5"},
    {"policyText", "FHIR R5"},      {"date", "FHIR R5"},        {"except", "FHIR STU3"},    {"consentingParty", "FHIR STU3"},
    {"actor", "FHIR STU3"},         {"action", "FHIR STU3"},    {"purpose", "FHIR STU3"},   {"securityLabel", "FHIR STU3"},
    {"dataPeriod", "FHIR STU3"},    {"data", "FHIR STU3"},      {"sourceIdentifier", "FHIR STU3"}, {"period", "FHIR STU3 or R5"},
};

}  // namespace

OtherVersion other_version_of(const JsonValue& resource) {
    for (const Tell& tell : kTells)
        if (resource.find(tell.element) != nullptr) return {std::string(tell.version), "Consent." + std::string(tell.element)};
    if (const JsonValue* provision = resource.find("provision"); provision != nullptr && provision->is(JsonKind::array))
        return {"FHIR R5", "Consent.provision"};
    if (const JsonValue* rule = resource.find("policyRule"); rule != nullptr && rule->is(JsonKind::string))
        return {"FHIR STU3", "Consent.policyRule"};
    if (const JsonValue* category = resource.find("sourceAttachment"); category != nullptr && category->is(JsonKind::array))
        return {"FHIR R5", "Consent.sourceAttachment"};
    if (resource.text_of("status") == "not-done") return {"FHIR R5", "Consent.status"};
    return {};
}

}  // namespace placet::api::fhir

// Which FHIR version a Consent speaks: told by elements that only one version has. R4 and R5 are read; STU3, and what
// mixes R4 with R5 as the drafts of R5 do, are refused by the element that shows it.
#include <algorithm>
#include <array>

#include "api/fhir/consent_reader.hpp"

namespace placet::api::fhir {

using base::ErrorCode;
using base::Result;
using contracts::consent::FhirVersion;

namespace {

/// Root elements that neither R4 (4.0.1) nor R5 (5.0.0) has, but STU3 (3.0.2).
constexpr std::array<std::string_view, 9> kStu3 = {"except",          "consentingParty", "actor",      "action",
                                                   "purpose",         "securityLabel",   "dataPeriod", "data",
                                                   "sourceIdentifier"};
constexpr std::array<std::string_view, 10> kR5 = {"decision",   "subject",    "grantor",         "grantee",
                                                  "manager",    "controller", "regulatoryBasis", "policyBasis",
                                                  "policyText", "date"};
constexpr std::array<std::string_view, 7> kR4 = {"patient",      "scope",  "dateTime",  "performer",
                                                 "organization", "policy", "policyRule"};

std::vector<std::string> present(const JsonValue& resource, auto names) {
    std::vector<std::string> out;
    for (const std::string_view name : names)
        if (resource.find(name) != nullptr) out.push_back("Consent." + std::string(name));
    return out;
}

std::vector<std::string> r5_tells(const JsonValue& resource) {
    std::vector<std::string> out = present(resource, kR5);
    for (const std::string_view name : {"provision", "sourceAttachment", "sourceReference"})
        if (const JsonValue* value = resource.find(name); value != nullptr && value->is(JsonKind::array))
            out.push_back("Consent." + std::string(name));
    if (const std::string_view status = resource.text_of("status"); status == "not-done" || status == "unknown")
        out.emplace_back("Consent.status");
    return out;
}

std::vector<std::string> r4_tells(const JsonValue& resource) {
    std::vector<std::string> out = present(resource, kR4);
    if (const JsonValue* rule = resource.find("provision"); rule != nullptr && rule->is(JsonKind::object))
        out.emplace_back("Consent.provision");
    return out;
}

std::unexpected<base::Error> other_version(std::string_view version, std::string element) {
    return base::refuse(ErrorCode::unsupported,
                        "this element is " + std::string(version) + "; FHIR R4 (4.0.1) and R5 (5.0.0) are read",
                        std::move(element));
}

}  // namespace

Result<FhirVersion> version_of(const JsonValue& resource) {
    if (const auto stu3 = present(resource, kStu3); !stu3.empty()) return other_version("FHIR STU3", stu3.front());
    if (const JsonValue* rule = resource.find("policyRule"); rule != nullptr && rule->is(JsonKind::string))
        return other_version("FHIR STU3", "Consent.policyRule");
    const std::vector<std::string> r5 = r5_tells(resource);
    const std::vector<std::string> r4 = r4_tells(resource);
    const bool has_period = resource.find("period") != nullptr;
    if (!r5.empty() && !r4.empty()) {
        if (r5.size() < r4.size()) return other_version("FHIR R5, the rest of the document R4", r5.front());
        return other_version("FHIR R4, or a draft of R5, the rest of the document R5", r4.front());
    }
    if (!r4.empty() && has_period) return other_version("FHIR STU3 or R5", "Consent.period");
    return r5.empty() && !has_period ? FhirVersion::r4 : FhirVersion::r5;
}

}  // namespace placet::api::fhir

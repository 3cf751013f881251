// Consent of FHIR R5 (5.0.0), element by element. The root rule is `decision`; each level of provision negates the one
// above.
#include <algorithm>
#include <array>

#include "api/fhir/fhir_time.hpp"
#include "api/fhir/reading.hpp"

namespace placet::api::fhir {

using base::ErrorCode;
using base::Status;
using contracts::kMaxCode;
using contracts::consent::Consent;
using contracts::consent::DocumentStatus;
using contracts::consent::FhirVersion;
using contracts::consent::Provision;
using contracts::consent::ProvisionType;

namespace {

Status read_status(const Element& consent, Consent& model) {
    struct Name {
        std::string_view code;
        DocumentStatus status;
    };
    static constexpr std::array<Name, 6> kNames{{{"draft", DocumentStatus::draft},
                                                 {"active", DocumentStatus::active},
                                                 {"inactive", DocumentStatus::inactive},
                                                 {"not-done", DocumentStatus::not_done},
                                                 {"entered-in-error", DocumentStatus::entered_in_error},
                                                 {"unknown", DocumentStatus::unknown}}};
    PLACET_TRY_ASSIGN(const std::string code, consent.text("status", 64));
    if (code.empty()) return consent.refuse_at("status", ErrorCode::malformed, "a Consent needs its status");
    const auto found = std::ranges::find(kNames, code, &Name::code);
    if (found == kNames.end())
        return consent.refuse_at("status", ErrorCode::invalid_value,
                                 "must be draft, active, inactive, not-done, entered-in-error or unknown");
    model.status = found->status;
    return {};
}

Status read_frame(Reading& reading, const Element& consent, Consent& model) {
    PLACET_TRY_ASSIGN(model.categories, reading.concepts(consent, "category", 16));
    PLACET_TRY_ASSIGN(const std::string date, consent.text("date", 64));
    if (!date.empty()) {
        const auto interval = read_date_time(date);
        if (!interval || date.size() > 10)
            return consent.refuse_at("date", ErrorCode::malformed, "must be a date: YYYY, YYYY-MM or YYYY-MM-DD");
        model.date_time_ms = interval->earliest;
    }
    PLACET_TRY_ASSIGN(model.performers, read_references(reading, consent, "grantor"));
    PLACET_TRY(read_references(reading, consent, "grantee"));
    PLACET_TRY_ASSIGN(model.organizations, read_references(reading, consent, "manager"));
    PLACET_TRY_ASSIGN(const std::vector<std::string> controllers, read_references(reading, consent, "controller"));
    for (const std::string& one : controllers)
        if (model.organizations.size() < 16) model.organizations.push_back(one);
    PLACET_TRY_ASSIGN(const std::vector<Element> bases, consent.objects("regulatoryBasis", 16));
    for (const Element& basis : bases) {
        if (!basis.has("coding")) continue;  // words: nothing is decided by them
        PLACET_TRY_ASSIGN(const auto codings, reading.concept_codings(basis));
        for (const auto& coding : codings)
            if (model.policy_rules.size() < 16) model.policy_rules.push_back(coding);
    }
    PLACET_TRY_ASSIGN(const std::vector<Element> policy, consent.object("policyBasis"));
    if (!policy.empty()) {
        reading.check_members(policy.front(), {"reference", "url"});
        PLACET_TRY_ASSIGN(std::string url, policy.front().text("url", kMaxCode));
        if (!url.empty()) model.policy_uris.push_back(std::move(url));
    }
    return {};
}

/// Types only: nothing is decided by them, but nonsense in them shows a broken document.
Status check_evidence(Reading& reading, const Element& consent) {
    for (const std::string_view name : {"sourceAttachment", "sourceReference", "policyText"})
        PLACET_TRY(consent.objects(name, 64));
    PLACET_TRY_ASSIGN(const std::vector<Element> verifications, consent.objects("verification", 64));
    for (const Element& item : verifications) {
        reading.check_members(item, {"verified", "verificationType", "verifiedBy", "verifiedWith", "verificationDate"});
        const JsonValue* verified = item.value().find("verified");
        if (verified == nullptr || !verified->is(JsonKind::boolean))
            return item.refuse_at("verified", ErrorCode::malformed, "must be true or false");
        const JsonValue* dates = item.value().find("verificationDate");
        if (dates == nullptr) continue;
        if (!dates->is(JsonKind::array))
            return item.refuse_at("verificationDate", ErrorCode::malformed, "must be an array in FHIR R5");
        for (const JsonValue& date : dates->elements)
            if (!read_date_time(date.text))
                return item.refuse_at("verificationDate", ErrorCode::malformed, "must hold dates");
    }
    return {};
}

Status read_rules(Reading& reading, const Element& consent, Consent& model) {
    PLACET_TRY_ASSIGN(const std::string decision, consent.text("decision", 64));
    if (!decision.empty() && decision != "permit" && decision != "deny")
        return consent.refuse_at("decision", ErrorCode::invalid_value, "must be permit or deny");
    if (!decision.empty()) model.root.type = decision == "permit" ? ProvisionType::permit : ProvisionType::deny;
    PLACET_TRY_ASSIGN(model.root.period, reading.period(consent, "period"));
    PLACET_TRY_ASSIGN(const std::vector<Element> provisions, consent.objects("provision", 256));
    if (!provisions.empty() && !model.root.type)
        reading.doubt("Consent.decision",
                      "without it nobody knows what the provisions are exceptions to: state permit or deny");
    for (const Element& item : provisions) {
        std::optional<ProvisionType> type;
        if (model.root.type)
            type = *model.root.type == ProvisionType::permit ? ProvisionType::deny : ProvisionType::permit;
        PLACET_TRY_ASSIGN(Provision one, read_provision(reading, item, {FhirVersion::r5, 2, type}));
        model.root.provisions.push_back(std::move(one));
    }
    return {};
}

}  // namespace

Status read_r5(Reading& reading, const Element& consent, Consent& model) {
    reading.check_members(consent, {"resourceType",
                                    "meta",
                                    "implicitRules",
                                    "language",
                                    "text",
                                    "contained",
                                    "identifier",
                                    "status",
                                    "category",
                                    "subject",
                                    "date",
                                    "period",
                                    "grantor",
                                    "grantee",
                                    "manager",
                                    "controller",
                                    "sourceAttachment",
                                    "sourceReference",
                                    "regulatoryBasis",
                                    "policyBasis",
                                    "policyText",
                                    "verification",
                                    "decision",
                                    "provision"});
    PLACET_TRY(read_status(consent, model));
    PLACET_TRY(read_subject(reading, consent, "subject"));
    if (declared_profile(reading, consent) != contracts::consent::Profile::none)
        reading.doubt("Consent.meta.profile",
                      "it declares a profile of FHIR R4, but is R5: leave the profile out or restate it in R4");
    PLACET_TRY(read_frame(reading, consent, model));
    PLACET_TRY(check_evidence(reading, consent));
    return read_rules(reading, consent, model);
}

}  // namespace placet::api::fhir

// Consent of FHIR R4 (4.0.1), element by element, and what R5 shares with it.
#include "api/fhir/consent_reader.hpp"

#include <algorithm>
#include <array>

#include "api/fhir/fhir_time.hpp"
#include "api/fhir/reading.hpp"
#include "api/fhir/resource_shape.hpp"

namespace placet::api::fhir {

using base::ErrorCode;
using base::Result;
using base::Status;
using contracts::kMaxCode;
using contracts::consent::Consent;
using contracts::consent::DocumentStatus;
using contracts::consent::FhirVersion;
using contracts::consent::RecordedStatus;

namespace {

constexpr std::size_t kMaxDocumentId = 256;

Status read_status(const Element& consent, Consent& model) {
    struct Name {
        std::string_view code;
        DocumentStatus status;
    };
    static constexpr std::array<Name, 6> kNames{{{"draft", DocumentStatus::draft},
                                                 {"proposed", DocumentStatus::proposed},
                                                 {"active", DocumentStatus::active},
                                                 {"rejected", DocumentStatus::rejected},
                                                 {"inactive", DocumentStatus::inactive},
                                                 {"entered-in-error", DocumentStatus::entered_in_error}}};
    PLACET_TRY_ASSIGN(const std::string code, consent.text("status", 64));
    if (code.empty()) return consent.refuse_at("status", ErrorCode::malformed, "a Consent needs its status");
    const auto found = std::ranges::find(kNames, code, &Name::code);
    if (found == kNames.end())
        return consent.refuse_at("status", ErrorCode::invalid_value,
                                 "must be draft, proposed, active, rejected, inactive or entered-in-error");
    model.status = found->status;
    return {};
}

Status read_date(Reading& reading, const Element& consent, Consent& model) {
    PLACET_TRY_ASSIGN(const std::string text, consent.text("dateTime", 64));
    if (text.empty()) return {};
    const auto interval = read_date_time(text);
    if (!interval) return consent.refuse_at("dateTime", interval.error().code, interval.error().message);
    if (!interval->zone_stated) reading.note("Consent.dateTime states no time zone: read as UTC");
    model.date_time_ms = interval->earliest;
    return {};
}

/// scope and category are required in R4; policy or policyRule is invariant ppc-1.
Status read_frame(Reading& reading, const Element& consent, Consent& model) {
    PLACET_TRY_ASSIGN(const std::vector<Element> scope, consent.object("scope"));
    if (scope.empty()) return consent.refuse_at("scope", ErrorCode::malformed, "a FHIR R4 Consent needs its scope");
    PLACET_TRY_ASSIGN(model.scope, reading.concept_codings(scope.front()));
    if (model.scope.size() > 16) return scope.front().refuse(ErrorCode::too_large, "has more than 16 codings");
    if (!consent.has("category"))
        return consent.refuse_at("category", ErrorCode::malformed, "a FHIR R4 Consent needs its category");
    PLACET_TRY_ASSIGN(model.categories, reading.concepts(consent, "category", 16));

    if (!consent.has("policy") && !consent.has("policyRule"))
        return consent.refuse_at("policy", ErrorCode::malformed,
                                 "a FHIR R4 Consent needs policy or policyRule (ppc-1)");
    PLACET_TRY_ASSIGN(const std::vector<Element> policies, consent.objects("policy", 16));
    for (const Element& policy : policies) {
        reading.check_members(policy, {"authority", "uri"});
        PLACET_TRY_ASSIGN(std::string uri, policy.text("uri", kMaxCode));
        if (!uri.empty()) model.policy_uris.push_back(std::move(uri));
    }
    PLACET_TRY_ASSIGN(const std::vector<Element> rule, consent.object("policyRule"));
    if (rule.empty()) return {};
    if (rule.front().has("coding")) {
        PLACET_TRY_ASSIGN(model.policy_rules, reading.concept_codings(rule.front()));
        if (model.policy_rules.size() > 16)
            return rule.front().refuse(ErrorCode::too_large, "has more than 16 codings");
    } else if (model.profile == contracts::consent::Profile::none) {
        reading.doubt(rule.front().path(), "the policy's rule is stated in words alone, which rules cannot compare");
    }
    return {};
}

/// Types only: verification and source do not decide anything, but nonsense in them shows a broken document.
Status check_evidence(Reading& reading, const Element& consent) {
    PLACET_TRY_ASSIGN(const std::vector<Element> verifications, consent.objects("verification", 64));
    for (const Element& item : verifications) {
        if (const JsonValue* date = item.value().find("verificationDate"); date != nullptr && date->is(JsonKind::array))
            return item.refuse_at("verificationDate", ErrorCode::unsupported, "an array here is FHIR R5");
        reading.check_members(item, {"verified", "verifiedWith", "verificationDate"});
        const JsonValue* verified = item.value().find("verified");
        if (verified == nullptr || !verified->is(JsonKind::boolean))
            return item.refuse_at("verified", ErrorCode::malformed, "must be true or false");
        PLACET_TRY_ASSIGN(const std::string date, item.text("verificationDate", 64));
        if (date.empty()) continue;
        if (const auto interval = read_date_time(date); !interval)
            return item.refuse_at("verificationDate", interval.error().code, interval.error().message);
    }
    if (consent.has("sourceAttachment") && consent.has("sourceReference"))
        return consent.refuse_at("source", ErrorCode::malformed,
                                 "has both sourceAttachment and sourceReference: only one source[x] is allowed");
    PLACET_TRY(consent.object("sourceAttachment"));
    PLACET_TRY(consent.object("sourceReference"));
    return {};
}

Result<std::string> read_document_id(const Element& consent) {
    PLACET_TRY_ASSIGN(std::string id, consent.text("id", kMaxDocumentId));
    PLACET_TRY_ASSIGN(const std::vector<Element> identifiers, consent.objects("identifier", 64));
    for (const Element& item : identifiers) {
        PLACET_TRY_ASSIGN(std::string value, item.text("value", kMaxDocumentId));
        if (id.empty()) id = std::move(value);
    }
    return id;
}

Status read_rules(Reading& reading, const Element& consent, Consent& model) {
    PLACET_TRY_ASSIGN(const std::vector<Element> root, consent.object("provision"));
    if (!root.empty()) {
        PLACET_TRY_ASSIGN(model.root, read_provision(reading, root.front(), {FhirVersion::r4, 1, std::nullopt}));
    }
    return {};
}

Status read_r4(Reading& reading, const Element& consent, Consent& model) {
    reading.check_members(consent,
                          {"resourceType",    "meta",       "implicitRules", "language",     "text",
                           "contained",       "identifier", "status",        "scope",        "category",
                           "patient",         "dateTime",   "performer",     "organization", "sourceAttachment",
                           "sourceReference", "policy",     "policyRule",    "verification", "provision"});
    PLACET_TRY(read_status(consent, model));
    PLACET_TRY(read_subject(reading, consent, "patient"));
    model.profile = declared_profile(reading, consent);
    PLACET_TRY(read_frame(reading, consent, model));
    PLACET_TRY(read_date(reading, consent, model));
    PLACET_TRY_ASSIGN(model.performers, read_references(reading, consent, "performer"));
    PLACET_TRY_ASSIGN(model.organizations, read_references(reading, consent, "organization"));
    PLACET_TRY(check_evidence(reading, consent));
    PLACET_TRY(read_rules(reading, consent, model));
    check_profile(reading, consent, model.profile);
    return {};
}

}  // namespace

/// "Patient/<id>", the one reference everything hangs on: the invariants of R4 do not demand it, we do.
Status read_subject(Reading& reading, const Element& consent, std::string_view name) {
    PLACET_TRY_ASSIGN(const std::vector<Element> patient, consent.object(name));
    if (patient.empty())
        return consent.refuse_at(name, ErrorCode::malformed,
                                 "a Consent needs its patient: add " + std::string(name) + ".reference");
    const Element& subject = patient.front();
    PLACET_TRY_ASSIGN(const std::string literal, subject.text("reference", kMaxCode));
    const std::string reference = reading.resolved(subject);
    if (reference.empty() && literal.empty())
        return subject.refuse_at("reference", ErrorCode::malformed,
                                 "the patient must be named by a reference, Patient/<id>");
    if (reference.empty() && literal.starts_with('#'))
        return subject.refuse_at("reference", ErrorCode::invalid_value,
                                 "a contained patient has no identity: refer to Patient/<id>");
    if (!reference.starts_with("Patient/") && !reference.starts_with("urn:") &&
        reference.find("/Patient/") == std::string::npos)
        return subject.refuse_at("reference", ErrorCode::invalid_value,
                                 "must be Patient/<id> of this custodian, or an entry of the same Bundle");
    reading.check_members(subject, {"reference", "type", "identifier", "display"});
    reading.set_subject(reference);
    return {};
}

Result<std::vector<std::string>> read_references(Reading& reading, const Element& consent, std::string_view name) {
    PLACET_TRY_ASSIGN(const std::vector<Element> items, consent.objects(name, 16));
    std::vector<std::string> out;
    for (const Element& item : items) {
        PLACET_TRY_ASSIGN(std::string reference, reading.reference(item, Reading::Missing::pass));
        if (reference.empty())
            reading.note(item.path() + " is named by words or identifier alone: not kept");
        else
            out.push_back(std::move(reference));
    }
    return out;
}

Result<ConsentReading> read_consent(const JsonValue& resource, const ReferenceResolver& resolve) {
    const Element consent(resource, "Consent");
    if (!resource.is(JsonKind::object)) return consent.refuse(ErrorCode::malformed, "a resource is an object");
    if (resource.text_of("resourceType") != "Consent")
        return consent.refuse_at("resourceType", ErrorCode::invalid_value, "must be Consent");
    PLACET_TRY(check_shape(resource));
    PLACET_TRY_ASSIGN(const FhirVersion version, version_of(resource));
    ConsentReading out;
    Reading reading(out, resolve);
    out.model.fhir_version = version;
    PLACET_TRY_ASSIGN(out.document_id, read_document_id(consent));
    PLACET_TRY(version == FhirVersion::r5 ? read_r5(reading, consent, out.model)
                                          : read_r4(reading, consent, out.model));
    if (consent.has("implicitRules"))
        reading.doubt("Consent.implicitRules",
                      "it says that rules apply which are written elsewhere and not understood here");
    return out;
}

RecordedValidity validity_of(const Consent& model) noexcept {
    RecordedValidity out;
    switch (model.status) {
        case DocumentStatus::active:
            out.status = RecordedStatus::active;
            break;
        case DocumentStatus::draft:
        case DocumentStatus::proposed:
        case DocumentStatus::unknown:
            out.status = RecordedStatus::proposed;
            break;
        case DocumentStatus::rejected:
        case DocumentStatus::not_done:
            out.status = RecordedStatus::rejected;
            break;
        case DocumentStatus::inactive:
            out.status = RecordedStatus::inactive;
            break;
        case DocumentStatus::entered_in_error:
            out.status = RecordedStatus::entered_in_error;
            break;
    }
    out.not_before_ms = std::max(model.date_time_ms.value_or(0), model.root.period.from_ms.value_or(0));
    out.not_after_ms = model.root.period.until_ms.value_or(base::kForever);
    return out;
}

}  // namespace placet::api::fhir

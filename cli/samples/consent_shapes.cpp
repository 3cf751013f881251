// Builds Consents; the provisions are what differs.
#include "cli/samples/consent_shapes.hpp"

#include <nlohmann/json.hpp>

#include <fmt/format.h>

namespace placet::cli::samples {

using Json = nlohmann::ordered_json;

namespace {

constexpr std::string_view kActReason = "http://terminology.hl7.org/CodeSystem/v3-ActReason";
constexpr std::string_view kConfidentiality = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality";
constexpr std::string_view kParticipation = "http://terminology.hl7.org/CodeSystem/v3-ParticipationType";
constexpr std::string_view kPcf = "https://profiles.ihe.net/ITI/PCF/StructureDefinition/IHE.PCF.consent";
constexpr std::string_view kMii = "https://www.medizininformatik-initiative.de/fhir/modul-consent/StructureDefinition/mii-pr-consent-einwilligung";
constexpr std::string_view kMiiPolicies = "urn:oid:2.16.840.1.113883.3.1937.777.24.5.3";

Json coding(std::string_view system, std::string_view code) { return {{"system", system}, {"code", code}}; }
Json concept_of(std::string_view system, std::string_view code) { return {{"coding", Json::array({coding(system, code)})}}; }
Json purposes(std::initializer_list<std::string_view> codes) {
    Json out = Json::array();
    for (const std::string_view code : codes) out.push_back(coding(kActReason, code));
    return out;
}
Json rule(std::string_view type, std::initializer_list<std::string_view> codes) { return {{"type", type}, {"purpose", purposes(codes)}}; }
Json actor(std::string_view reference) {
    return {{"role", concept_of(kParticipation, "IRCP")}, {"reference", {{"reference", reference}}}};
}
Json period(std::string_view start, std::string_view end) { return {{"start", start}, {"end", end}}; }

Json with(Json value, std::string_view name, Json more) {
    value[std::string(name)] = std::move(more);
    return value;
}

Json provision_of(Shape shape, const Person& person) {
    const Json research = rule("permit", {"HRESCH"});
    switch (shape) {
        case Shape::research_permit:
        case Shape::plain_permit:
        case Shape::guardian:
        case Shape::withdrawn:
        case Shape::proposed:
        case Shape::rejected: return research;
        case Shape::university_only: return with(research, "actor", Json::array({actor("Organization/university")}));
        case Shape::broad_consent: return {{"type", "deny"}, {"period", period("2022-01-01", "2052-12-31")}, {"provision", Json::array({research})}};
        case Shape::mii_broad_consent: {
            Json permit{{"type", "permit"}, {"period", period("2022-01-01", "2052-12-31")}, {"code", Json::array()}};
            for (const std::string_view last : {"6", "7", "8"})
                permit["code"].push_back(concept_of(kMiiPolicies, fmt::format("2.16.840.1.113883.3.1937.777.24.5.3.{}", last)));
            return {{"type", "deny"}, {"period", period("2022-01-01", "2052-12-31")}, {"provision", Json::array({permit})}};
        }
        case Shape::nested_exception: {
            const Json data{{"meaning", "related"}, {"reference", {{"reference", fmt::format("Encounter/{}-e1", person.id)}}}};
            return with(research, "provision", Json::array({Json{{"type", "deny"}, {"data", Json::array({data})}}}));
        }
        case Shape::data_period: return with(research, "dataPeriod", period("2020-01-01", "2029-12-31"));
        case Shape::security_label: return with(research, "securityLabel", Json::array({coding(kConfidentiality, "N")}));
        case Shape::period_limited: return with(research, "period", period("2022-01-01", "2045-06-30"));
        case Shape::expired: return with(research, "period", period("2019-01-01", "2021-12-31"));
        case Shape::disease_limited: return with(rule("permit", {"DSRCH"}), "code", Json::array({concept_of("http://purl.obolibrary.org/obo/mondo.owl", "MONDO:0005015")}));
        case Shape::treatment_only: return rule("permit", {"TREAT", "HPAYMT", "HOPERAT"});
        case Shape::research_deny: return rule("deny", {"HRESCH"});
        case Shape::university_deny: return with(research, "provision", Json::array({Json{{"type", "deny"}, {"actor", Json::array({actor("Organization/university")})}}}));
        case Shape::break_glass_only: return {{"type", "deny"}, {"provision", Json::array({with(rule("permit", {"BTG"}), "actor", Json::array({actor("Group/emergency-team")}))})}};
        case Shape::model_training: return {{"type", "permit"}, {"purpose", Json::array({coding(kActReason, "HRESCH"), coding("urn:placet:model-use", "TRAIN")})}};
        case Shape::doubtful: {
            const Json extension{{"url", "https://hospital.example/fhir/StructureDefinition/only-on-mondays"}, {"valueBoolean", true}};
            return with(research, "modifierExtension", Json::array({extension}));
        }
    }
    return research;
}

std::string_view status_of(Shape shape) noexcept {
    switch (shape) {
        case Shape::withdrawn: return "inactive";
        case Shape::proposed: return "proposed";
        case Shape::rejected: return "rejected";
        default: return "active";
    }
}

std::string profile_of(Shape shape) {
    switch (shape) {
        case Shape::research_permit:
        case Shape::university_only:
        case Shape::period_limited:
        case Shape::expired:
        case Shape::treatment_only:
        case Shape::research_deny:
        case Shape::model_training:
        case Shape::guardian:
        case Shape::withdrawn: return std::string(kPcf) + "Basic";
        case Shape::nested_exception:
        case Shape::data_period:
        case Shape::university_deny:
        case Shape::break_glass_only: return std::string(kPcf) + "Intermediate";
        case Shape::security_label: return std::string(kPcf) + "Advanced";
        case Shape::mii_broad_consent: return std::string(kMii);
        default: return {};
    }
}

constexpr Shape kCycle[] = {
    Shape::research_permit, Shape::research_permit,  Shape::university_only,  Shape::research_permit, Shape::treatment_only,
    Shape::research_permit, Shape::plain_permit,     Shape::broad_consent,    Shape::research_deny,   Shape::research_permit,
    Shape::period_limited,  Shape::nested_exception, Shape::mii_broad_consent, Shape::research_permit, Shape::expired,
    Shape::disease_limited, Shape::research_permit,  Shape::data_period,      Shape::withdrawn,       Shape::security_label,
    Shape::proposed,        Shape::university_only,  Shape::university_deny,  Shape::model_training,  Shape::guardian,
    Shape::rejected,        Shape::break_glass_only, Shape::doubtful,
};

constexpr std::string_view kNames[] = {
    "research_permit", "plain_permit",    "university_only", "broad_consent", "mii_broad_consent", "nested_exception", "data_period",
    "security_label",  "period_limited",  "expired",         "disease_limited", "treatment_only",  "research_deny",    "university_deny",
    "break_glass_only", "model_training", "guardian",        "withdrawn",     "proposed",          "rejected",         "doubtful",
};
static_assert(std::size(kNames) == kShapes);

}  // namespace

std::string_view to_string(Shape shape) noexcept { return kNames[static_cast<std::size_t>(shape)]; }

Shape shape_of(std::size_t position) noexcept { return kCycle[position % std::size(kCycle)]; }

Json make_consent(const Person& person, Shape shape, const ConsentFrame& frame) {
    Json out{{"resourceType", "Consent"}, {"id", frame.id}};
    if (const std::string profile = profile_of(shape); !profile.empty()) out["meta"] = {{"profile", Json::array({profile})}};
    out["text"] = {{"status", "generated"},
                   {"div", fmt::format("<div xmlns=\"http://www.w3.org/1999/xhtml\">Consent of {}, born {}, {}: {}.</div>", person.name(),
                                       person.birth_date, person.number, person.remark)}};
    out["status"] = status_of(shape);
    out["scope"] = concept_of("http://terminology.hl7.org/CodeSystem/consentscope", shape == Shape::mii_broad_consent ? "research" : "patient-privacy");
    out["category"] = Json::array({concept_of("http://loinc.org", shape == Shape::mii_broad_consent ? "57016-8" : "59284-0")});
    out["patient"] = {{"reference", person.reference()}, {"display", person.name()}};
    out["dateTime"] = frame.date_time;
    const std::string performer = shape == Shape::guardian ? fmt::format("RelatedPerson/{}-g", person.id) : person.reference();
    out["performer"] = Json::array({Json{{"reference", performer}, {"display", shape == Shape::guardian ? "guardian of " + person.name() : person.name()}}});
    out["organization"] = Json::array({Json{{"reference", fmt::format("Organization/{}", frame.hospital)}}});
    out["sourceAttachment"] = {{"contentType", "application/pdf"}, {"title", fmt::format("Signed form of {}", person.name())}};
    out["policy"] = Json::array({Json{{"uri", "https://hospital.example/policies/research-privacy.txt"}}});
    out["provision"] = provision_of(shape, person);
    return out;
}

}  // namespace placet::cli::samples

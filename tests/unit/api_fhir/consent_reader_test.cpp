// One FHIR R4 Consent: what is read, what is refused and with which element, what is doubted.
#include "api/fhir/consent_reader.hpp"

#include <catch2/catch.hpp>

#include "api/fhir/words.hpp"

using namespace placet;
using namespace placet::api::fhir;
namespace consent = placet::contracts::consent;

namespace {

constexpr std::string_view kGood = R"({
  "resourceType": "Consent", "id": "c1", "status": "active",
  "text": {"status": "generated", "div": "<div>Mechthild Probe</div>"},
  "scope": {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/consentscope", "code": "patient-privacy"}]},
  "category": [{"coding": [{"system": "http://loinc.org", "code": "59284-0", "display": "Consent of Mechthild Probe"}]}],
  "patient": {"reference": "Patient/p1", "display": "Mechthild Probe"},
  "dateTime": "2023-04",
  "performer": [{"reference": "Patient/p1/_history/3", "display": "Mechthild Probe"}],
  "organization": [{"reference": "Organization/hospital-a"}],
  "policy": [{"uri": "https://hospital.example/policy"}],
  "provision": {
    "type": "permit",
    "period": {"start": "2023-01-01", "end": "2026-12"},
    "actor": [{"role": {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v3-ParticipationType", "code": "IRCP"}]},
               "reference": {"reference": "Organization/university"}}],
    "purpose": [{"system": "http://terminology.hl7.org/CodeSystem/v3-ActReason", "code": "HRESCH"}],
    "provision": [{"type": "deny", "data": [{"meaning": "related", "reference": {"reference": "Patient/p1"}}]}]
  }
})";

JsonValue good() {
    return *parse_json(kGood);
}

/// The good consent with one member of the root replaced by `json` (erased if empty).
JsonValue with(std::string_view name, std::string_view json) {
    JsonValue value = good();
    value.erase(name);
    if (!json.empty()) value.set(name, *parse_json(json));
    return value;
}

JsonValue with_rule(std::string_view json) {
    return with("provision", json);
}

bool doubts(const ConsentReading& reading, std::string_view path) {
    return std::ranges::any_of(reading.model.doubts, [&](const consent::Doubt& doubt) { return doubt.path == path; });
}

}  // namespace

TEST_CASE("a consent is read into codes, references and instants") {
    const auto reading = read_consent(good());
    REQUIRE(reading);
    CHECK(reading->patient_reference == "Patient/p1");
    CHECK(reading->document_id == "c1");
    const consent::Consent& model = reading->model;
    CHECK(model.status == consent::DocumentStatus::active);
    CHECK(base::to_rfc3339(*model.date_time_ms) == "2023-04-01T00:00:00.000Z");
    CHECK(model.performers == std::vector<std::string>{std::string(consent::kSubject)});
    CHECK(model.root.type == consent::ProvisionType::permit);
    CHECK(base::to_rfc3339(*model.root.period.until_ms) == "2027-01-01T00:00:00.000Z");
    CHECK(model.root.actors.front().reference == "Organization/university");
    CHECK(model.root.purposes.front() == contracts::Coding{std::string(contracts::systems::kActReason), "HRESCH"});
    CHECK(model.root.provisions.front().data.front().reference == consent::kSubject);
    CHECK(model.doubts.empty());
    CHECK(reading->notes.size() >= 3);  // three dates without a zone, read as UTC
    CHECK(consent::decode_consent(consent::encode_consent(model)) == model);
}

TEST_CASE("the model holds no name, narrative, display or number") {
    const auto reading = read_consent(good());
    REQUIRE(reading);
    const base::Bytes octets = consent::encode_consent(reading->model);
    const std::string_view text = base::as_text(octets);
    for (const std::string_view personal : {"Mechthild", "Probe", "Patient/p1"})
        CHECK(text.find(personal) == std::string_view::npos);
}

TEST_CASE("the ledger's status and validity follow from document, date and period") {
    const auto reading = read_consent(good());
    REQUIRE(reading);
    const RecordedValidity validity = validity_of(reading->model);
    CHECK(validity.status == consent::RecordedStatus::active);
    CHECK(base::to_rfc3339(validity.not_before_ms) == "2023-04-01T00:00:00.000Z");
    CHECK(base::to_rfc3339(validity.not_after_ms) == "2027-01-01T00:00:00.000Z");
    CHECK(validity_of(read_consent(with("status", "\"inactive\""))->model).status == consent::RecordedStatus::inactive);
    CHECK(validity_of(read_consent(with("status", "\"draft\""))->model).status == consent::RecordedStatus::proposed);
}

TEST_CASE("another FHIR version is refused with the element that shows it, never half read") {
    struct Case {
        std::string_view name, json, version;
    };
    for (const auto& [name, json, version] :
         std::initializer_list<Case>{{"except", "[{\"type\":\"deny\"}]", "STU3"},
                                     {"consentingParty", "[{\"reference\":\"Patient/p1\"}]", "STU3"},
                                     {"actor", "[{}]", "STU3"},
                                     {"action", "[{}]", "STU3"},
                                     {"purpose", "[{}]", "STU3"},
                                     {"securityLabel", "[{}]", "STU3"},
                                     {"dataPeriod", "{}", "STU3"},
                                     {"policyRule", "\"http://hl7.org/fhir/ConsentPolicy/opt-in\"", "STU3"},
                                     {"decision", "\"permit\"", "R5"},
                                     {"subject", "{\"reference\":\"Patient/p1\"}", "R5"},
                                     {"grantor", "[{}]", "R5"},
                                     {"controller", "[{}]", "R5"},
                                     {"regulatoryBasis", "[{}]", "R5"},
                                     {"policyBasis", "{}", "R5"},
                                     {"date", "\"2024\"", "R5"},
                                     {"provision", "[{\"period\":{}}]", "R5"},
                                     {"status", "\"not-done\"", "R5"},
                                     {"period", "{}", "STU3 or R5"}}) {
        INFO(name);
        const auto reading = read_consent(with(name, json));
        REQUIRE_FALSE(reading);
        CHECK(reading.error().code == base::ErrorCode::unsupported);
        CHECK(reading.error().field == "Consent." + std::string(name));
        CHECK(reading.error().message.find(version) != std::string::npos);
    }
    CHECK(read_consent(with_rule(R"({"resourceType":[{"code":"X"}]})")).error().field ==
          "Consent.provision.resourceType");
    CHECK(read_consent(with_rule(R"({"type":"deny","provision":[{"type":"permit","expression":{"x":1}}]})"))
              .error()
              .field == "Consent.provision.provision[0].expression");
}

TEST_CASE("a consent that breaks R4 is refused with the element to correct") {
    struct Case {
        std::string_view name, json, field;
    };
    for (const auto& [name, json, field] : std::initializer_list<Case>{
             {"status", "", "Consent.status"},
             {"status", "\"signed\"", "Consent.status"},
             {"status", "true", "Consent.status"},
             {"scope", "", "Consent.scope"},
             {"scope", "[]", "Consent.scope"},
             {"category", "", "Consent.category"},
             {"category", "{\"text\":\"x\"}", "Consent.category"},
             {"policy", "", "Consent.policy"},
             {"patient", "", "Consent.patient"},
             {"patient", "{\"display\":\"x\"}", "Consent.patient.reference"},
             {"patient", "{\"reference\":\"#p\"}", "Consent.patient.reference"},
             {"patient", "{\"reference\":\"Group/1\"}", "Consent.patient.reference"},
             {"patient", "{\"reference\":\"https://elsewhere.example/fhir/Patient/p1\"}", "Consent.patient.reference"},
             {"patient", "{\"reference\":\"Patient/..\\u001b\"}", "Consent.patient.reference"},
             {"dateTime", "\"2023-02-30\"", "Consent.dateTime"},
             {"dateTime", "7", "Consent.dateTime"},
             {"dateTime", "\"\"", "Consent.dateTime"},
             {"performer", "[]", "Consent.performer"},
             {"performer", "[null]", "Consent.performer[0]"},
             {"verification", "[{\"verified\":\"yes\"}]", "Consent.verification[0].verified"},
             {"provision", "{\"type\":\"allow\"}", "Consent.provision.type"},
             {"provision", "{\"period\":{\"start\":\"2025\",\"end\":\"2024\"}}", "Consent.provision.period"},
             {"provision", "{\"purpose\":[{\"system\":\"no uri\",\"code\":\"A\"}]}",
              "Consent.provision.purpose[0].system"},
             {"provision", "{\"data\":[{\"meaning\":\"about\",\"reference\":{\"reference\":\"A/1\"}}]}",
              "Consent.provision.data[0].meaning"},
             {"provision", "{\"actor\":[{\"reference\":{\"reference\":\"A/1\"}}]}",
              "Consent.provision.actor[0].role"}}) {
        INFO(name << " " << json);
        const auto reading = read_consent(with(name, json));
        REQUIRE_FALSE(reading);
        CHECK(reading.error().field == field);
        CHECK_FALSE(reading.error().message.empty());
    }
}

TEST_CASE("what can be read but not decided by becomes a doubt with its path") {
    CHECK(doubts(*read_consent(with("implicitRules", "\"https://x.example/rules\"")), "implicitRules"));
    CHECK(doubts(*read_consent(with("modifierExtension", "[{\"url\":\"https://x.example\"}]")), "modifierExtension"));
    CHECK(doubts(*read_consent(with_rule(R"({"type":"permit","modifierExtension":[{"url":"u"}]})")),
                 "provision.modifierExtension"));
    CHECK(doubts(*read_consent(with_rule(R"({"type":"permit","purpose":[{"display":"science"}]})")),
                 "provision.purpose[0]"));
    CHECK(doubts(*read_consent(with_rule(R"({"type":"permit","action":[{"text":"look"}]})")), "provision.action[0]"));
    CHECK(doubts(*read_consent(with_rule(R"({"type":"permit","provision":[{"purpose":[{"code":"X"}]}]})")),
                 "provision.provision[0].type"));
    CHECK(doubts(*read_consent(with_rule(R"({"_type":{"extension":[{"url":"u"}]}})")), "provision.type"));
    CHECK(doubts(
        *read_consent(with_rule(
            R"({"type":"deny","actor":[{"role":{"coding":[{"code":"IRCP"}]},"reference":{"display":"my doctor"}}]})")),
        "provision.actor[0].reference"));
}

TEST_CASE("an unknown element is doubted without its name getting into the model") {
    const auto reading = read_consent(with_rule(R"({"type":"permit","Mechthild Probe":1})"));
    REQUIRE(reading);
    CHECK(doubts(*reading, "provision"));
    CHECK(base::as_text(consent::encode_consent(reading->model)).find("Mechthild") == std::string_view::npos);
}

TEST_CASE("a profile is noted, and what it forbids is doubted") {
    const auto profiled = [](std::string_view level, std::string_view rule) {
        JsonValue value = rule.empty() ? good() : with_rule(rule);
        value.set("sourceReference", *parse_json(R"({"reference":"DocumentReference/d1"})"));
        value.set("meta",
                  *parse_json("{\"profile\":[\"https://profiles.ihe.net/ITI/PCF/StructureDefinition/IHE.PCF.consent" +
                              std::string(level) + "|1.1.0\"]}"));
        return read_consent(value);
    };
    CHECK(profiled("Intermediate", "")->model.profile == consent::Profile::pcf_intermediate);
    CHECK(profiled("Advanced", "")->model.doubts.empty());
    CHECK(doubts(*profiled("Intermediate", ""),
                 "provision.provision[0].data[0].reference"));  // related to a patient, not to what groups data
    CHECK(doubts(*profiled("Basic", ""), "provision.provision"));
    CHECK(doubts(*profiled("Intermediate", R"({"type":"permit","securityLabel":[{"code":"R"}]})"),
                 "provision.securityLabel"));
    CHECK(profiled("Advanced", R"({"type":"permit","securityLabel":[{"code":"R"}]})")->model.doubts.empty());
    CHECK(doubts(*profiled("Advanced", R"({"purpose":[{"code":"R"}]})"), "provision.type"));
    CHECK(read_consent(good())->model.profile == consent::Profile::none);
}

TEST_CASE("provisions deeper than the rules read are refused") {
    std::string rule = R"({"type":"permit"})";
    for (int i = 0; i < 7; ++i) rule = R"({"type":"permit","provision":[)" + rule + "]}";
    CHECK(read_consent(with_rule(rule)));
    rule = R"({"type":"permit","provision":[)" + rule + "]}";
    CHECK(read_consent(with_rule(rule)).error().code == base::ErrorCode::too_large);
}

TEST_CASE("a consent can be told in plain sentences") {
    const std::vector<std::string> words = consent_in_words(read_consent(good())->model);
    REQUIRE(words.size() == 4);
    CHECK(words[0] == "This consent is active, given on 2023-04-01.");
    CHECK(words[2] ==
          "It permits access for health research, to Organization/university, valid from 2023-01-01 until 2026-12-31.");
    CHECK(words[3] == "  But it denies access of the patient and what is related to it.");
}

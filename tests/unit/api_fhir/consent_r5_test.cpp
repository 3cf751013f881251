// Consents of FHIR R5: one reading, each level the opposite of the one above; drafts of R5 are refused.
#include <catch2/catch.hpp>

#include "api/fhir/consent_reader.hpp"

using namespace placet;
using namespace placet::api::fhir;
using contracts::consent::FhirVersion;
using contracts::consent::ProvisionType;

namespace {

base::Result<ConsentReading> read(std::string_view members) {
    const auto value = parse_json(
        "{\"resourceType\":\"Consent\",\"id\":\"c\",\"status\":\"active\",\"subject\":{\"reference\":\"Patient/p\"}," +
        std::string(members) + "}");
    REQUIRE(value);
    return read_consent(*value);
}

}  // namespace

TEST_CASE("R5: decision is the root rule and each level of provisions has the opposite type") {
    const auto reading =
        read(R"("date":"2024-03-01","period":{"start":"2024-01-01","end":"2025-12-31"},"decision":"permit",
        "provision":[{"purpose":[{"system":"urn:s","code":"a"}],"provision":[{"resourceType":[{"system":"http://hl7.org/fhir/fhir-types","code":"Observation"}]}]}])");
    REQUIRE(reading);
    const auto& model = reading->model;
    CHECK(model.fhir_version == FhirVersion::r5);
    CHECK(reading->patient_reference == "Patient/p");
    CHECK(model.root.type == ProvisionType::permit);
    CHECK(model.root.period.until_ms == base::from_rfc3339("2026-01-01T00:00:00Z").value());
    CHECK(model.date_time_ms == base::from_rfc3339("2024-03-01T00:00:00Z").value());
    REQUIRE(model.root.provisions.size() == 1);
    CHECK(model.root.provisions[0].type == ProvisionType::deny);
    REQUIRE(model.root.provisions[0].provisions.size() == 1);
    CHECK(model.root.provisions[0].provisions[0].type == ProvisionType::permit);
    CHECK(model.root.provisions[0].provisions[0].resource_types ==
          std::vector<contracts::Coding>{{"http://hl7.org/fhir/resource-types", "Observation"}});
    CHECK(model.doubts.empty());
}

TEST_CASE("R5: an expression, and provisions without a decision, are doubts that name the element") {
    const auto expression =
        read(R"("decision":"permit","provision":[{"expression":{"language":"text/cql","expression":"true"}}])");
    REQUIRE(expression);
    REQUIRE(expression->model.doubts.size() == 1);
    CHECK(expression->model.doubts[0].path == "provision[0].expression");
    const auto undecided = read(R"("provision":[{"purpose":[{"system":"urn:s","code":"a"}]}])");
    REQUIRE(undecided);
    REQUIRE_FALSE(undecided->model.doubts.empty());
    CHECK(undecided->model.doubts[0].path == "decision");
}

TEST_CASE("R5: an actor may be a role alone or a reference alone, and nobody is a doubt") {
    const auto role = read(
        R"("decision":"deny","provision":[{"actor":[{"role":{"coding":[{"system":"urn:s","code":"r"}]}},{"reference":{"reference":"Practitioner/1"}}]}])");
    REQUIRE(role);
    CHECK(role->model.doubts.empty());
    REQUIRE(role->model.root.provisions[0].actors.size() == 2);
    CHECK(role->model.root.provisions[0].actors[0].reference.empty());
    CHECK(role->model.root.provisions[0].actors[1].roles.empty());
}

TEST_CASE("drafts of R5, which mix it with R4, are refused by the element that shows it") {
    struct Case {
        std::string_view members, field;
    };
    for (const auto& [members, field] : std::initializer_list<Case>{
             {R"("decision":"permit","dateTime":"2024-01-01")", "Consent.dateTime"},
             {R"("decision":"permit","provision":{"type":"permit"})", "Consent.provision"},
             {R"("decision":"permit","policyRule":{"text":"x"})", "Consent.policyRule"},
             {R"("grantor":[{"reference":"Patient/p"}],"scope":{"text":"x"})", "Consent.scope"},
             {R"("decision":"permit","provision":[{"type":"deny"}])", "Consent.provision[0].type"},
             {R"("decision":"permit","provision":[{"class":[{"code":"x"}]}])", "Consent.provision[0].class"}}) {
        INFO(members);
        const auto reading = read(members);
        REQUIRE_FALSE(reading);
        CHECK(reading.error().code == base::ErrorCode::unsupported);
        CHECK(reading.error().field == field);
    }
}

TEST_CASE("an R5 consent that breaks R5 is refused with the element") {
    CHECK(read(R"("decision":"allow")").error().field == "Consent.decision");
    CHECK(read(R"("decision":"permit","date":"2024-01-01T10:00:00Z")").error().field == "Consent.date");
    CHECK(read(R"("decision":"permit","period":{"start":"2025","end":"2024"})").error().field == "Consent.period");
    CHECK(
        read(
            R"("decision":"permit","provision":[{"data":[{"meaning":"all","reference":{"reference":"Observation/1"}}]}])")
            .error()
            .field == "Consent.provision[0].data[0].meaning");
    const auto status = parse_json(
        R"({"resourceType":"Consent","status":"proposed","subject":{"reference":"Patient/p"},"decision":"deny"})");
    CHECK(read_consent(*status).error().field == "Consent.status");
    const auto nobody =
        parse_json(R"({"resourceType":"Consent","status":"active","decision":"deny","subject":{"display":"x"}})");
    CHECK(read_consent(*nobody).error().field == "Consent.subject.reference");
}

// IHE PCF's three profiles, as their StructureDefinitions constrain them: what a consent that declares one breaks is a
// doubt that names the element, and no decision rests on it.
#include <algorithm>
#include <catch2/catch.hpp>

#include "api/fhir/consent_reader.hpp"

using namespace placet;
using namespace placet::api::fhir;

namespace {

std::vector<std::string> doubts(const std::string& level, std::string_view name, std::string_view json) {
    auto value = parse_json(
        R"({"resourceType":"Consent","id":"c","meta":{"profile":["https://profiles.ihe.net/ITI/PCF/StructureDefinition/IHE.PCF.consent)" +
        level +
        R"("]},"status":"active","scope":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/consentscope","code":"patient-privacy"}]},
        "category":[{"coding":[{"system":"http://loinc.org","code":"59284-0"}]}],"patient":{"reference":"Patient/x"},"dateTime":"2024-01-01","performer":[{"reference":"Patient/x"}],
        "organization":[{"reference":"Organization/h"}],"sourceReference":{"reference":"DocumentReference/d"},"policy":[{"uri":"http://example.org/p"}],"provision":{"type":"permit"}})");
    REQUIRE(value);
    if (json.empty())
        value->erase(name);
    else
        value->set(name, *parse_json(json));
    const auto reading = read_consent(*value);
    REQUIRE(reading);
    std::vector<std::string> out;
    for (const auto& doubt : reading->model.doubts) out.push_back(doubt.path);
    return out;
}
using Paths = std::vector<std::string>;

}  // namespace

TEST_CASE("each level of IHE PCF demands its elements by name") {
    for (const char* level : {"Basic", "Intermediate", "Advanced"}) {
        INFO(level);
        CHECK(doubts(level, "status", "\"active\"").empty());
        CHECK(doubts(level, "dateTime", "") == Paths{"dateTime"});
        CHECK(doubts(level, "performer", "") == Paths{"performer"});
        CHECK(doubts(level, "organization", "") == Paths{"organization"});
        CHECK(doubts(level, "sourceReference", "") == Paths{"source"});
        CHECK(doubts(level, "provision", "") == Paths{"provision"});
        CHECK(doubts(level, "policy", R"([{"authority":"http://a"}])") == Paths{"policy[0].uri"});
        CHECK(
            doubts(
                level, "scope",
                R"({"coding":[{"system":"http://terminology.hl7.org/CodeSystem/consentscope","code":"research"}]})") ==
            Paths{"scope"});
        CHECK(doubts(level, "verification", R"([{"verified":true}])") == Paths{"verification"});
        CHECK(doubts(level, "provision", R"({"period":{"end":"2030"}})") == Paths{"provision.type"});
    }
}

TEST_CASE("each level of IHE PCF closes elements of the root provision") {
    const auto closed = [](const char* level, const std::string& member) {
        return doubts(level, "provision", R"({"type":"permit",)" + member + "}");
    };
    const std::string label =
        R"("securityLabel":[{"system":"http://terminology.hl7.org/CodeSystem/v3-Confidentiality","code":"N"}])";
    const std::string data = R"("data":[{"meaning":"instance","reference":{"reference":"Observation/1"}}])";
    for (const char* level : {"Basic", "Intermediate", "Advanced"}) {
        INFO(level);
        CHECK(closed(level, R"("action":[{"coding":[{"system":"urn:s","code":"access"}]}])") ==
              Paths{"provision.action"});
        CHECK(closed(level, R"("class":[{"system":"urn:s","code":"x"}])") == Paths{"provision.class"});
        CHECK(closed(level, R"("code":[{"coding":[{"system":"urn:s","code":"x"}]}])") == Paths{"provision.code"});
        CHECK(
            closed(
                level,
                R"("actor":[{"role":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v3-ParticipationType","code":"CST"}]},"reference":{"reference":"Organization/o"}}])") ==
            Paths{"provision.actor[0].role"});
    }
    CHECK(closed("Basic", label) == Paths{"provision.securityLabel"});
    CHECK(closed("Intermediate", label) == Paths{"provision.securityLabel"});
    CHECK(closed("Advanced", label).empty());
    CHECK(closed("Basic", data) == Paths{"provision.data"});
    CHECK(closed("Intermediate", data).empty());
    CHECK(closed("Basic", R"("dataPeriod":{"end":"2030"})") == Paths{"provision.dataPeriod"});
    CHECK(closed("Basic", R"("provision":[{"type":"deny"}])") == Paths{"provision.provision"});
    CHECK(closed("Advanced", R"("provision":[{"type":"deny","provision":[{"type":"permit"}]}])") ==
          Paths{"provision.provision[0].provision"});
}

TEST_CASE("IHE PCF Intermediate closes the meanings of data and what they refer to") {
    const auto data = [](const std::string& items) {
        return doubts("Intermediate", "provision", R"({"type":"permit","data":[)" + items + "]}");
    };
    CHECK(data(R"({"meaning":"related","reference":{"reference":"Encounter/1"}})").empty());
    CHECK(
        data(R"({"meaning":"authoredby","reference":{"reference":"https://h.example/fhir/Practitioner/1/_history/2"}})")
            .empty());
    CHECK(data(R"({"meaning":"dependents","reference":{"reference":"Encounter/1"}})") ==
          Paths{"provision.data[0].meaning"});
    CHECK(data(R"({"meaning":"related","reference":{"reference":"Observation/1"}})") ==
          Paths{"provision.data[0].reference"});
    CHECK(data(R"({"meaning":"authoredby","reference":{"reference":"Encounter/1"}})") ==
          Paths{"provision.data[0].reference"});
    const std::string two =
        R"({"meaning":"instance","reference":{"reference":"Observation/1"}},{"meaning":"instance","reference":{"reference":"Observation/2"}})";
    CHECK(data(two).empty());
    CHECK(doubts("Intermediate", "provision",
                 R"({"type":"permit","provision":[{"type":"deny","data":[)" + two + "]}]}") ==
          Paths{"provision.provision[0].data[1]"});
}

// The shapes that decisions rest on: what would be overlooked is refused, with its element.
#include <catch2/catch.hpp>

#include "api/fhir/resource_shape.hpp"
#include "api/fhir/xml_value.hpp"

namespace placet::tests {

namespace {

std::string refused_at(const std::string& rest) {
    const auto resource = api::fhir::parse_json(R"({"resourceType":"Observation")" + (rest.empty() ? "" : "," + rest) + "}");
    REQUIRE(resource);
    const auto shape = api::fhir::check_shape(*resource);
    return shape ? std::string() : shape.error().field;
}

}  // namespace

TEST_CASE("well-shaped resources pass, in JSON and in XML") {
    CHECK(refused_at("").empty());
    CHECK(refused_at(R"("id":"o","meta":{"versionId":"3","lastUpdated":"2024-01-01T00:00:00Z","profile":["http://x"],
                        "security":[{"system":"s","code":"R","display":"d","_code":{"id":"a"}}]},"language":"de","text":{"status":"empty"},
                        "subject":{"reference":"Patient/x"},"performer":[{"reference":"Practitioner/y"}],
                        "extension":[{"url":"http://e","valueReference":{"reference":"Group/g"}}],
                        "code":{"coding":[{"code":"c"}]},"contained":[{"resourceType":"Group","id":"g","active":true}])")
              .empty());
    const auto xml = api::fhir::parse_xml(
        R"(<Group xmlns="http://hl7.org/fhir"><meta><profile value="http://x"/><security><code value="R"/></security></meta><active value="true"/>)"
        R"(<code><coding><code value="c"/></coding></code><member><entity><reference value="Practitioner/y"/></entity></member></Group>)");
    REQUIRE(xml);
    CHECK(api::fhir::check_shape(*xml));
}

TEST_CASE("what would be overlooked is refused by its element") {
    CHECK(refused_at(R"("meta":"x")") == "Observation.meta");
    CHECK(refused_at(R"("meta":[])") == "Observation.meta");
    CHECK(refused_at(R"("meta":{"versionId":3})") == "Observation.meta.versionId");
    CHECK(refused_at(R"("meta":{"lastUpdated":"yesterday"})") == "Observation.meta.lastUpdated");
    CHECK(refused_at(R"("meta":{"profile":"http://x"})") == "Observation.meta.profile");
    CHECK(refused_at(R"("meta":{"profile":[3]})") == "Observation.meta.profile[0]");
    CHECK(refused_at(R"("meta":{"security":"R"})") == "Observation.meta.security");
    CHECK(refused_at(R"("meta":{"security":{"code":"R"}})") == "Observation.meta.security");
    CHECK(refused_at(R"("meta":{"security":["R"]})") == "Observation.meta.security[0]");
    CHECK(refused_at(R"("meta":{"security":[{"coding":[{"code":"R"}]}]})") == "Observation.meta.security[0].coding");
    CHECK(refused_at(R"("meta":{"security":[{"code":7}]})") == "Observation.meta.security[0].code");
    CHECK(refused_at(R"("language":3)") == "Observation.language");
    CHECK(refused_at(R"("text":"x")") == "Observation.text");
    CHECK(refused_at(R"("encounter":"Encounter/e")") == "Observation.encounter");
    CHECK(refused_at(R"("performer":["Practitioner/y"])") == "Observation.performer[0]");
    CHECK(refused_at(R"("subject":{"reference":7})") == "Observation.subject.reference");
    CHECK(refused_at(R"("extension":"x")") == "Observation.extension");
    CHECK(refused_at(R"("code":{"extension":[{"valueCode":"x"}]})") == "Observation.code.extension[0].url");
    CHECK(refused_at(R"("code":{"coding":{"code":"c"}})") == "Observation.code.coding");
    CHECK(refused_at(R"("code":{"coding":[{"codeing":"c"}]})") == "Observation.code.coding[0].codeing");
    CHECK(refused_at(R"("contained":"x")") == "Observation.contained");
    CHECK(refused_at(R"("contained":[{"resourceType":"Group","meta":{"security":"R"}}])") == "Observation.contained[0].meta.security");
    CHECK(refused_at(R"("contained":[{"resourceType":"Group","active":"false"}])") == "Observation.contained[0].active");
}

}  // namespace placet::tests

// FHIR's XML form: the same tree as its JSON form, the same errors, nothing expanded, everything bounded.
#include "api/fhir/xml_value.hpp"

#include <catch2/catch.hpp>

#include "api/fhir/documents.hpp"

using namespace placet;
using namespace placet::api::fhir;

namespace {

constexpr std::string_view kJson =
    R"({"resourceType":"Consent","id":"c","status":"active","scope":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/consentscope","code":"patient-privacy"}]},
  "category":[{"coding":[{"system":"http://loinc.org","code":"59284-0"}]}],"patient":{"reference":"Patient/p"},"dateTime":"2024-01-01","policy":[{"uri":"http://example.org/p"}],
  "verification":[{"verified":true}],
  "provision":{"type":"permit","period":{"end":"2030"},"actor":[{"role":{"coding":[{"code":"IRCP"}]},"reference":{"reference":"Organization/o"}}],
  "purpose":[{"system":"http://terminology.hl7.org/CodeSystem/v3-ActReason","code":"TREAT"}],
  "provision":[{"type":"deny","code":[{"coding":[{"system":"urn:s","code":"x"}]}]},{"type":"deny","data":[{"meaning":"instance","reference":{"reference":"Observation/1"}}]}]}})";
constexpr std::string_view kXml = R"(<?xml version="1.0" encoding="UTF-8"?>
<!-- a comment & an ampersand -->
<Consent xmlns="http://hl7.org/fhir"><id value="c"/><status value="active"/>
 <scope><coding><system value="http://terminology.hl7.org/CodeSystem/consentscope"/><code value="patient-privacy"/></coding></scope>
 <category><coding><system value="http://loinc.org"/><code value="59284-0"/></coding></category>
 <patient><reference value="Patient/p"/></patient><dateTime value="2024-01-01"/><policy><uri value="http://example.org/p"/></policy>
 <verification><verified value="true"/></verification>
 <provision><type value="permit"/><period><end value="2030"/></period>
  <actor><role><coding><code value="IRCP"/></coding></role><reference><reference value="Organization/o"/></reference></actor>
  <purpose><system value="http://terminology.hl7.org/CodeSystem/v3-ActReason"/><code value="TREAT"/></purpose>
  <provision><type value="deny"/><code><coding><system value="urn:s"/><code value="x"/></coding></code></provision>
  <provision><type value="deny"/><data><meaning value="instance"/><reference><reference value="Observation/1"/></reference></data></provision>
 </provision></Consent>)";

std::string replaced(std::string text, std::string_view from, std::string_view to) {
    const std::size_t at = text.find(from);
    REQUIRE(at != std::string::npos);
    return text.replace(at, from.size(), to);
}

}  // namespace

TEST_CASE("a consent in XML gives the same tree and the same model as in JSON") {
    const auto json = parse_json(kJson);
    const auto xml = parse_xml(kXml);
    REQUIRE(json);
    REQUIRE(xml);
    CHECK(write_json(*json) == write_json(*xml));
    CHECK(read_consent(*json)->model == read_consent(*xml)->model);
}

TEST_CASE("errors in XML name the same elements as in JSON") {
    for (const auto& [from, to, field] : std::vector<std::array<std::string_view, 3>>{
             {R"(<status value="active"/>)", R"(<status value="signed"/>)", "Consent.status"},
             {R"(<meaning value="instance"/>)", R"(<meaning value="all"/>)",
              "Consent.provision.provision[1].data[0].meaning"},
             {R"(<verified value="true"/>)", R"(<verified value="yes"/>)", "Consent.verification[0].verified"},
             {R"(<end value="2030"/>)", R"(<end value="203"/>)", "Consent.provision.period.end"},
             {R"(<period>)", R"(<except><type value="deny"/></except><period>)", "Consent.provision.except"},
             {R"(<patient><reference value="Patient/p"/></patient>)", "", "Consent.patient"}}) {
        INFO(to);
        const auto xml = parse_xml(replaced(std::string(kXml), from, to));
        REQUIRE(xml);
        const auto reading = read_consent(*xml);
        REQUIRE_FALSE(reading);
        CHECK(reading.error().field == field);
    }
}

TEST_CASE("the slice of an element is exactly what stood in the source") {
    const auto xml = parse_xml(kXml);
    REQUIRE(xml);
    const std::string_view whole = kXml.substr(xml->begin, xml->end - xml->begin);
    CHECK(whole.starts_with("<Consent"));
    CHECK(whole.ends_with("</Consent>"));
    const JsonValue& scope = *xml->find("scope");
    CHECK(kXml.substr(scope.begin, scope.end - scope.begin).starts_with("<scope>"));
    DocumentSet set;
    set.read_text("b.xml", "<Bundle xmlns=\"http://hl7.org/fhir\"><entry><resource>" + std::string(whole) +
                               "</resource></entry></Bundle>");
    REQUIRE(set.consents.size() == 1);
    CHECK(set.consents[0].source == whole);
    CHECK(set.consents[0].place == "entry[0].resource");
}

TEST_CASE("XML that would expand, nest or grow without bound is refused before it is built") {
    const std::string head = R"(<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY lol "lol"><!ENTITY lol2 "&lol;&lol;">]>)";
    CHECK(parse_xml(head + R"(<Consent xmlns="http://hl7.org/fhir"><id value="&lol2;"/></Consent>)").error().code ==
          base::ErrorCode::unsupported);
    CHECK(parse_xml(R"(<Consent xmlns="http://hl7.org/fhir"><id value="&lol;"/></Consent>)")
              .error()
              .message.find("entity") != std::string::npos);
    CHECK(
        parse_xml(
            R"(<!DOCTYPE Consent SYSTEM "file:///etc/passwd"><Consent xmlns="http://hl7.org/fhir"><id value="x"/></Consent>)")
            .error()
            .code == base::ErrorCode::unsupported);
    std::string deep = "<Consent xmlns=\"http://hl7.org/fhir\">";
    for (int i = 0; i < 100'000; ++i) deep += "<provision>";
    CHECK(parse_xml(deep).error().code == base::ErrorCode::too_large);
    CHECK(parse_xml(kXml, {.max_bytes = 100}).error().code == base::ErrorCode::too_large);
    CHECK(parse_xml(kXml, {.max_values = 5}).error().code == base::ErrorCode::too_large);
}

TEST_CASE("XML that is no FHIR is refused with its line") {
    for (const auto& [text, words] : std::vector<std::pair<std::string, std::string>>{
             {"<Consent><id value=\"x\"/></Consent>", "namespace"},
             {"<Consent xmlns=\"urn:other\"><id value=\"x\"/></Consent>", "namespace"},
             {"<Consent xmlns=\"http://hl7.org/fhir\">\n<id value=\"x\"/>words</Consent>", "text between"},
             {"<Consent xmlns=\"http://hl7.org/fhir\">\n<id value=\"x\" value=\"y\"/></Consent>", "line 2"},
             {"<Consent xmlns=\"http://hl7.org/fhir\">\n<id valu=\"x\"/></Consent>", "line 2"},
             {"<Consent xmlns=\"http://hl7.org/fhir\">\n<id value=\"\"/></Consent>", "may not be empty"},
             {"<Consent xmlns=\"http://hl7.org/fhir\">\n<id/></Consent>", "neither a value nor content"},
             {"<Consent xmlns=\"http://hl7.org/fhir\"><id value=\"x\"></Consent>", "line 1"},
             {"<Consent xmlns=\"http://hl7.org/fhir\"><id value=\"x\"/></Consent><Consent "
              "xmlns=\"http://hl7.org/fhir\"><id value=\"x\"/></Consent>",
              "one root"},
             {"<Consent xmlns=\"http://hl7.org/fhir\"><id value=\"&#0;\"/></Consent>", "entity"},
             {"<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><Consent xmlns=\"http://hl7.org/fhir\"><id "
              "value=\"x\"/></Consent>",
              "UTF-8"},
             {"<Consent xmlns=\"http://hl7.org/fhir\"><id value=\"\xff\"/></Consent>", "UTF-8"},
             {"<Consent", "ends"},
             {"<!-- never", "closed"}}) {
        INFO(text);
        const auto value = parse_xml(text);
        REQUIRE_FALSE(value);
        CHECK(value.error().message.find(words) != std::string::npos);
    }
}

TEST_CASE("a prefix for FHIR's namespace, CDATA and numbered characters are read as XML reads them") {
    const auto value = parse_xml(
        "<f:Consent xmlns:f=\"http://hl7.org/fhir\"><f:id value=\"a&#x41;&amp;\"/><f:text><f:status "
        "value=\"generated\"/><div xmlns=\"http://www.w3.org/1999/xhtml\"><p>x</p></div></f:text></f:Consent>");
    REQUIRE(value);
    CHECK(value->text_of("id") == "aA&");
    CHECK(value->find("text")->text_of("div") == "<div xmlns=\"http://www.w3.org/1999/xhtml\"><p>x</p></div>");
}

TEST_CASE("extensions of primitives stand beside them, as in JSON") {
    const auto value = parse_xml(
        R"(<Patient xmlns="http://hl7.org/fhir"><birthDate value="1970-01-01"><extension url="u"><valueString value="v"/></extension></birthDate></Patient>)");
    REQUIRE(value);
    CHECK(
        write_json(*value) ==
        R"({"resourceType":"Patient","birthDate":"1970-01-01","_birthDate":{"extension":[{"url":"u","valueString":"v"}]}})");
}

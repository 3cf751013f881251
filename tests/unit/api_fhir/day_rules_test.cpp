// Consents read as rules about days.
#include "api/fhir/day_rules.hpp"

#include <catch2/catch.hpp>

using namespace placet;
using namespace placet::api::fhir;
using contracts::consent::DayConsent;
using contracts::consent::DayRule;
using contracts::consent::ProvisionType;

namespace {

std::string consent_of(const std::string& provision, const std::string& more = "") {
    return R"({"resourceType":"Consent","status":"active","patient":{"reference":"Patient/1"})" + more +
           R"(,"provision":)" + provision + "}";
}

const std::string kCode = R"("code":[{"coding":[{"system":"urn:s","code":"a"}]}])";

/// "permit a 2024-01-01..2024-12-31; deny * …"
std::string written(const DayConsent& consent) {
    std::string out;
    for (const DayRule& rule : consent.rules) {
        out += (out.empty() ? "" : "; ") + std::string(rule.type == ProvisionType::permit ? "permit" : "deny");
        if (rule.codes.empty()) out += " *";
        for (const auto& coding : rule.codes) out += " " + coding.code;
        out += " " + contracts::consent::to_date(rule.days.first) + ".." + contracts::consent::to_date(rule.days.last);
    }
    return out;
}

std::string rules_of(const std::string& text) {
    DayReading reading;
    const auto done = add_day_rules(reading, "file.json", text);
    if (!done) return base::describe(done.error());
    std::string out;
    for (const DayConsent& one : reading.consents) out += (out.empty() ? "" : " / ") + written(one);
    return out;
}

std::string in_root(const std::string& nested, const std::string& root = R"("type":"deny")") {
    return consent_of("{" + root + R"(,"provision":[)" + nested + "]}");
}

}  // namespace

TEST_CASE("the root's deny is the base") {
    CHECK(rules_of(in_root(R"({"type":"permit",)" + kCode + "}")) == "permit a 0001-01-01..9999-12-31");
    CHECK(rules_of(consent_of(R"({"type":"deny","period":{"start":"2024"}})")) == "deny * 2024-01-01..9999-12-31");
    CHECK(rules_of(consent_of(R"({"type":"deny",)" + kCode + "}")) == "deny a 0001-01-01..9999-12-31");
    CHECK(rules_of(in_root(R"({"type":"permit",)" + kCode + "}", R"("type":"deny",)" + kCode)) ==
          "permit a 0001-01-01..9999-12-31");
    CHECK(rules_of(in_root(R"({"type":"permit","code":[{"coding":[{"code":"b"}]}]})", R"("type":"deny",)" + kCode)) ==
          "permit b 0001-01-01..9999-12-31; deny a 0001-01-01..9999-12-31");
    CHECK(rules_of(consent_of(R"({"type":"permit","period":{"end":"2024"},)" + kCode + "}")) ==
          "permit a 0001-01-01..2024-12-31");
    CHECK(rules_of(R"({"resourceType":"Consent","status":"active"})") == "");
}

TEST_CASE("what encloses a permit bounds it, and a deny takes what encloses it where it says nothing") {
    const std::string root = R"("type":"deny","period":{"start":"2020-01-01","end":"2030-12-31"})";
    CHECK(rules_of(in_root(R"({"type":"permit","period":{"start":"2010","end":"2024"},)" + kCode + "}", root)) ==
          "permit a 2020-01-01..2024-12-31");
    CHECK(rules_of(in_root(R"({"type":"deny","period":{"start":"2010","end":"2040"},)" + kCode + "}", root)) ==
          "deny a 2010-01-01..2040-12-31");
    CHECK(rules_of(in_root(R"({"type":"permit","period":{"start":"2021","end":"2024"},)" + kCode +
                               R"(,"provision":[{"type":"deny"}]})",
                           root)) == "permit a 2021-01-01..2024-12-31; deny a 2021-01-01..2024-12-31");
    CHECK(rules_of(in_root(R"({"type":"deny"})", root)) == "deny * 2020-01-01..2030-12-31");
    CHECK(rules_of(in_root(R"({"type":"permit"})", root)) == "");
    CHECK(rules_of(in_root(R"({"type":"permit","dataPeriod":{"start":"2022"},)" + kCode + "}", root)) ==
          "permit a 2022-01-01..2030-12-31");
}

TEST_CASE("dates mean the days they are written as") {
    const auto days = [](const std::string& start, const std::string& end) {
        return rules_of(
            in_root(R"({"type":"permit","period":{"start":")" + start + R"(","end":")" + end + "\"}," + kCode + "}"));
    };
    CHECK(days("2024-02", "2024-02") == "permit a 2024-02-01..2024-02-29");
    CHECK(days("1899", "1899-12-31T23:59:59-12:00") == "permit a 1899-01-01..1899-12-31");
    CHECK(days("2024-01-01T23:30:00+02:00", "2024-01-02T00:30:00.123Z") == "permit a 2024-01-01..2024-01-02");
    CHECK(days("2024-01-02", "2024-01-01").find("Consent.provision.provision[0].period") == 0);
    CHECK(days("2023-02-29", "2024").find("Consent.provision.provision[0].period.start") == 0);
    CHECK(days("yesterday", "2024").find("Consent.provision.provision[0].period.start") == 0);
}

TEST_CASE("a permit that is limited in a way that days cannot show does not count") {
    for (const char* limit : {R"("actor":[{"role":{"text":"x"}}])", R"("purpose":[{"code":"HRESCH"}])",
                              R"("modifierExtension":[{"url":"urn:x"}])", R"("unheard":1)"}) {
        INFO(limit);
        CHECK(rules_of(in_root(R"({"type":"permit",)" + kCode + "," + limit + "}")) == "");
        CHECK(rules_of(in_root(R"({"type":"deny",)" + kCode + "," + limit + "}")) == "deny a 0001-01-01..9999-12-31");
    }
    CHECK(rules_of(in_root(R"({"type":"permit",)" + kCode + R"(,"extension":[{"url":"urn:x"}]})")) ==
          "permit a 0001-01-01..9999-12-31");
    CHECK(rules_of(consent_of(R"({"type":"deny","provision":[{"type":"permit",)" + kCode + "}]}",
                              R"(,"implicitRules":"urn:x")")) == "");
    CHECK(rules_of(in_root(R"({"type":"deny","code":[{"text":"in words"}]})")) == "deny * 0001-01-01..9999-12-31");
    CHECK(rules_of(in_root(R"({"type":"permit","code":[{"text":"in words"}]})")) == "");
}

TEST_CASE("R5's provisions alternate from the decision") {
    const std::string nested =
        R"("provision":[{"period":{"start":"2024"},)" + kCode + R"(,"provision":[{"period":{"end":"2025"}}]}]})";
    CHECK(rules_of(R"({"resourceType":"Consent","status":"active","decision":"deny",)" + nested) ==
          "permit a 2024-01-01..9999-12-31; deny a 0001-01-01..2025-12-31");
    CHECK(rules_of(R"({"resourceType":"Consent","status":"active","decision":"permit",)" + nested)
              .find("deny a 2024-01-01..9999-12-31") == 0);
    CHECK(rules_of(R"({"resourceType":"Consent","status":"active","provision":[{)" + kCode + "}]}")
              .find("Consent.decision") == 0);
}

TEST_CASE("only consents in force have rules") {
    const std::string nested = R"({"type":"deny","provision":[{"type":"permit",)" + kCode + "}]}";
    for (const char* status : {"draft", "proposed", "rejected", "inactive", "entered-in-error", "unknown"})
        CHECK(rules_of(R"({"resourceType":"Consent","status":")" + std::string(status) + R"(","provision":)" + nested +
                       "}") == "");
    CHECK(rules_of(R"({"resourceType":"Consent","status":"activ"})").find("Consent.status") == 0);
    CHECK(rules_of(R"({"resourceType":"Consent"})").find("Consent.status") == 0);
}

TEST_CASE("consents are found in Bundles and lines, and broken ones are named with their place") {
    const std::string one = in_root(R"({"type":"permit",)" + kCode + "}");
    DayReading reading;
    REQUIRE(add_day_rules(
        reading, "x.json",
        R"({"resourceType":"Bundle","entry":[{"resource":{"resourceType":"Patient","id":"1"},"fullUrl":"urn:uuid:1"},{"resource":)" +
            one +
            R"(},{"resource":{"resourceType":"Consent","status":"active","patient":{"reference":"urn:uuid:1"}}},{"fullUrl":"urn:x"}]})"));
    CHECK(reading.consents.size() == 2);
    CHECK(reading.patients == std::vector<std::string>{"Patient/1"});
    REQUIRE(add_day_rules(reading, "x.json", "\xEF\xBB\xBF" + one + "\n\n" + one + "\n"));
    CHECK(reading.consents.size() == 4);
    REQUIRE(add_day_rules(
        reading, "x.json",
        R"({"resourceType":"Consent","status":"active","patient":{"reference":"http://other.example/fhir/Patient/2/_history/1"}})"));
    CHECK(reading.patients == std::vector<std::string>{"Patient/1", "Patient/2"});
    CHECK(rules_of(R"({"resourceType":"Bundle","entry":[{"resource":{"resourceType":"Consent"}}]})")
              .find("entry[0].resource: Consent.status") == 0);
    CHECK(rules_of(one + "\n{}\n").find("line 2: resourceType") == 0);
    CHECK(rules_of(in_root(R"({"type":"permit",)" + kCode + R"(,"provision":[{}]})"))
              .find("Consent.provision.provision[0].provision[0]") == 0);
    CHECK(rules_of(in_root(R"({"type":"permit","type":"deny"})")).find("(conflict)") != std::string::npos);
    for (const char* broken : {"", "[]", "7", "{}", "{\"resourceType\":\"Consent\"",
                               "{\"resourceType\":\"Consent\",\"status\":\"active\",\"provision\":{\"provision\":{}}}",
                               "{\"resourceType\":\"Consent\",\"status\":\"active\",\"except\":[{}]}"}) {
        INFO(broken);
        CHECK(rules_of(broken).find("(") != std::string::npos);
    }
}

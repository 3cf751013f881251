// placet decide from files: exit codes, the one JSON object, every field of the answer, options.
#include <catch2/catch.hpp>

#include "tests/unit/cli/run_placet.hpp"

using namespace placet;
using tests::cli::Ran;
using tests::cli::read_file;
using tests::cli::run_placet;
using tests::cli::TemporaryFolder;
using tests::cli::write_file;

namespace {

constexpr std::string_view kConsent =
    R"({"resourceType":"Consent","id":"c","meta":{"profile":["https://profiles.ihe.net/ITI/PCF/StructureDefinition/IHE.PCF.consentAdvanced"]},"status":"active",
"scope":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/consentscope","code":"patient-privacy"}]},"category":[{"coding":[{"system":"http://loinc.org","code":"59284-0"}]}],
"patient":{"reference":"Patient/x"},"dateTime":"2024-01-01","performer":[{"reference":"Patient/x"}],"organization":[{"reference":"Organization/h"}],
"sourceReference":{"reference":"DocumentReference/d"},"policy":[{"uri":"http://example.org/p"}],
"provision":{"type":"permit","purpose":[{"system":"http://terminology.hl7.org/CodeSystem/v3-ActReason","code":"TREAT"}],
"securityLabel":[{"system":"http://terminology.hl7.org/CodeSystem/v3-Confidentiality","code":"N"}]}})";
constexpr std::string_view kRecord = R"({"resourceType":"Bundle","type":"searchset","total":2,"entry":[
{"resource":{"resourceType":"Observation","id":"1","meta":{"security":[{"system":"http://terminology.hl7.org/CodeSystem/v3-Confidentiality","code":"N"}]},"subject":{"reference":"Patient/x"}}},
{"resource":{"resourceType":"Observation","id":"2","meta":{"security":[{"system":"http://terminology.hl7.org/CodeSystem/v3-Confidentiality","code":"R"}]},"subject":{"reference":"Patient/x"}}}]})";

struct Files {
    TemporaryFolder folder;
    std::string context, consent, record;
    explicit Files(std::string_view purpose = "TREAT") {
        context = (folder / "context.json").string();
        consent = (folder / "consent.json").string();
        record = (folder / "record.json").string();
        write_file(
            context,
            R"({"patient":"Patient/x","actor":"Practitioner/y","at":"2025-06-01T00:00:00Z","purpose":[{"system":"http://terminology.hl7.org/CodeSystem/v3-ActReason","code":")" +
                std::string(purpose) + "\"}]}");
        write_file(consent, kConsent);
        write_file(record, kRecord);
    }
};

}  // namespace

TEST_CASE("placet decide answers with every field, and exits 0 whatever the answer is") {
    const Files files;
    const Ran ran = run_placet(
        {"decide", "--json", "--context", files.context, "--consent", files.consent, "--resources", files.record});
    CHECK(ran.exit == 0);
    CHECK(ran.json.text_at("decision") == "permit");
    CHECK(ran.json.text_at("basis") == "explicit");
    CHECK(ran.json.text_at("reading") == "IHE PCF Advanced");
    CHECK(ran.json.text_at("at") == "2025-06-01T00:00:00.000Z");
    CHECK(ran.json.texts_at("visible") == std::vector<std::string>{"Observation/1"});
    CHECK(ran.json.texts_at("hidden") == std::vector<std::string>{"Observation/2"});
    REQUIRE(ran.json.rows_at("reasons").size() == 1);
    CHECK(ran.json.rows_at("reasons")[0].text_at("consent") == "Consent/c");
    CHECK(ran.json.rows_at("reasons")[0].text_at("path") == "provision");
    REQUIRE(ran.json.rows_at("residual").size() == 2);
    CHECK(ran.json.rows_at("residual")[0].dump() == R"({"type":"forbid"})");
    CHECK(ran.json.rows_at("residual")[1].text_at("type") == "permit");
    CHECK(ran.json.rows_at("residual")[1].rows_at("securityLabel").at(0).text_at("code") == "N");
    const Files research("HRESCH");
    const Ran none = run_placet({"decide", "--json", "--context", research.context, "--consent", research.consent});
    CHECK(none.exit == 0);
    CHECK(none.json.text_at("decision") == "not-applicable");
    CHECK_FALSE(none.json.rows_at("reasons").empty());
    const Ran policy = run_placet(
        {"decide", "--json", "--context", research.context, "--consent", research.consent, "--policy", "deny"});
    CHECK(policy.exit == 0);
    CHECK(policy.json.text_at("decision") == "deny");
    CHECK(policy.json.text_at("basis") == "implicit");
}

TEST_CASE("placet decide takes several consents, an instant of its own, and writes the filtered Bundle") {
    const Files files;
    const std::string denial = (files.folder / "deny.ndjson").string();
    std::string deny(kConsent);
    deny.replace(deny.find("\"type\":\"permit\""), 15, "\"type\":\"deny\"");
    deny.replace(deny.find("\"id\":\"c\""), 8, "\"id\":\"d\"");
    std::erase(deny, '\n');
    write_file(denial, deny + "\n");
    const Ran both =
        run_placet({"decide", "--json", "--context", files.context, "--consent", files.consent, "--consent", denial});
    CHECK(both.json.text_at("decision") == "permit");  // what is denied is restricted to normal data and above
    const Ran early = run_placet({"decide", "--json", "--context", files.context, "--consent", files.consent, denial,
                                  "--at", "2023-01-01T00:00:00Z"});
    CHECK(early.json.text_at("decision") == "not-applicable");
    const std::string filtered = (files.folder / "out.json").string();
    const Ran written = run_placet({"decide", "--json", "--context", files.context, "--consent", files.consent,
                                    "--resources", files.record, "--filtered", filtered});
    CHECK(written.exit == 0);
    CHECK(read_file(filtered).find("\"total\":1") != std::string::npos);
    CHECK(read_file(filtered).find("\"id\":\"2\"") == std::string::npos);
}

TEST_CASE("placet decide exits 2 with file, element and line where it cannot read, and prints one object") {
    const Files files;
    const std::string bad = (files.folder / "bad.json").string();
    std::string text(kConsent);
    text.replace(text.find("\"type\":\"permit\""), 15, "\"type\":\"maybe\"");
    write_file(bad, text);
    const Ran ran = run_placet({"decide", "--json", "--context", files.context, "--consent", bad});
    CHECK(ran.exit == 2);
    CHECK(ran.json.text_at("file") == bad);
    CHECK(ran.json.text_at("element") == "Consent.provision.type");
    CHECK(ran.json.number_at("line") == 5);
    CHECK(ran.json.at("error").text_at("field") == "Consent.provision.type");
    write_file(bad, R"({"patient":"Patient/x","purposs":[]})");
    const Ran context = run_placet({"decide", "--json", "--context", bad, "--consent", files.consent});
    CHECK(context.exit == 2);
    CHECK(context.json.at("error").text_at("message").find("\"purpose\"") != std::string::npos);
    CHECK(run_placet({"decide", "--json", "--context", files.context, "--consent", "/nowhere.json"}).exit == 2);
    CHECK(run_placet({"decide", "--json", "--context", "/nowhere.json", "--consent", files.consent}).exit == 2);
    const Ran policy = run_placet(
        {"decide", "--json", "--context", files.context, "--consent", files.consent, "--policy", "all-norml"});
    CHECK(policy.exit == 2);
    CHECK(policy.json.at("error").text_at("message").find("all-normal") != std::string::npos);
    CHECK(
        run_placet({"decide", "--json", "--context", files.context, "--consent", files.consent, "--at", "soon"}).exit ==
        2);
}

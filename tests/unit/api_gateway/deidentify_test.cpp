// What leaves: codes, quantities and dates under a pseudonym, and nothing that names anybody.
#include "api/gateway/deidentify.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "api/fhir/data_context.hpp"
#include "api/fhir/fhir_time.hpp"
#include "cli/samples/records.hpp"
#include "ledger/base/hex.hpp"
#include "tests/unit/api_gateway/fixture.hpp"

using namespace placet;
using namespace placet::tests;
using api::fhir::JsonValue;

namespace {

gw::RegisteredPatient registered(const std::string& reference) {
    gw::RegisteredPatient out;
    out.reference = reference;
    out.secret = crypto::random_fixed<gw::PatientSecret>();
    out.pseudonym = gw::pseudonym_of(out.secret, "hospital-a");
    return out;
}

std::vector<JsonValue> resources_of(const std::string& bundle) {
    std::vector<JsonValue> out;
    const auto root = api::fhir::parse_json(bundle);
    REQUIRE(root);
    for (const JsonValue& entry : root->find("entry")->elements) out.push_back(*entry.find("resource"));
    return out;
}

}  // namespace

TEST_CASE("nothing personal is left in a sample patient's records, and what research needs is") {
    cli::samples::Random random(3);
    for (const auto& person : cli::samples::make_people(random, 'A', 20)) {
        const auto bundle = cli::samples::make_record(random, person, "hospital-a").dump();
        const gw::RegisteredPatient patient = registered(person.reference());
        std::string released;
        for (const JsonValue& resource : gw::deidentified(resources_of(bundle), patient, 2026))
            released += api::fhir::write_json(resource) + "\n";
        for (const std::string& personal : person.personal_texts()) {
            INFO(personal);
            CHECK(bundle.find(personal) != std::string::npos);
            CHECK(released.find(personal) == std::string::npos);
        }
        CHECK(released.find("\"reference\":\"Patient/" + base::to_hex(patient.pseudonym.view()) + "\"") !=
              std::string::npos);
        CHECK(released.find("\"birthDate\":\"") != std::string::npos);
        CHECK(released.find("valueQuantity") != std::string::npos);
        CHECK(released.find("effectiveDateTime") != std::string::npos);
        CHECK(released.find("http://loinc.org") != std::string::npos);
    }
}

TEST_CASE("references stay together: a report still leads to its observations, under ids nobody can guess") {
    cli::samples::Random random(4);
    const auto person = cli::samples::make_people(random, 'A', 1).front();
    const auto out = gw::deidentified(resources_of(cli::samples::make_record(random, person, "hospital-a").dump()),
                                      registered(person.reference()), 2026);
    std::vector<std::string> ids;
    for (const JsonValue& resource : out)
        ids.push_back(std::string(resource.text_of("resourceType")) + "/" + std::string(resource.text_of("id")));
    const auto report = std::ranges::find_if(
        out, [](const JsonValue& one) { return one.text_of("resourceType") == "DiagnosticReport"; });
    REQUIRE(report != out.end());
    REQUIRE(report->find("result"));
    for (const JsonValue& reference : report->find("result")->elements)
        CHECK(std::ranges::find(ids, reference.text_of("reference")) != ids.end());
}

TEST_CASE("elements nobody thought of stay behind") {
    const gw::RegisteredPatient patient = registered("Patient/p1");
    const auto resource = *api::fhir::parse_json(
        R"({"resourceType":"Observation","id":"o1","status":"final","nickname":"Mimi","valueString":"1964-05-01",
        "extension":[{"url":"x","valueString":"Mimi"}],"_status":{"extension":[{"valueString":"Mimi"}]},"code":{"coding":[{"system":"s","code":"c","display":"Mimi"}],"text":"Mimi"},
        "performer":[{"reference":"Practitioner/mimi"}],"subject":{"reference":"Patient/p1","display":"Mimi"},"focus":[{"reference":"Patient/other"}],
        "valueQuantity":{"value":7.10,"unit":"mg/dL"},"contained":[{"resourceType":"Patient","name":[{"text":"Mimi"}]}],"method":{"text":"Mimi"},"category":"two words"})");
    const std::string out = api::fhir::write_json(gw::deidentified({resource}, patient, 2026).front());
    for (const std::string_view gone : {"Mimi", "mimi", "1964", "other", "two words", "o1"})
        CHECK(out.find(gone) == std::string::npos);
    CHECK(out.find("7.10") != std::string::npos);
}

TEST_CASE("ages of ninety and more are told as ninety, a death without its day") {
    const gw::RegisteredPatient patient = registered("Patient/p1");
    const auto old = *api::fhir::parse_json(
        R"({"resourceType":"Patient","id":"p1","birthDate":"1930-05-01","gender":"female","deceasedDateTime":"2024-01-05","multipleBirthInteger":2})");
    CHECK(api::fhir::write_json(gw::deidentified({old}, patient, 2026).front()) ==
          R"({"resourceType":"Patient","id":")" + base::to_hex(patient.pseudonym.view()) +
              R"(","gender":"female","birthDate":"1936","deceasedBoolean":true})");
}

TEST_CASE("a resource that says it must not be understood without an extension is not understood") {
    CHECK(api::fhir::is_understood(*api::fhir::parse_json(R"({"resourceType":"Observation"})")));
    CHECK_FALSE(api::fhir::is_understood(
        *api::fhir::parse_json(R"({"resourceType":"Observation","component":[{"modifierExtension":[{"url":"x"}]}]})")));
    CHECK_FALSE(
        api::fhir::is_understood(*api::fhir::parse_json(R"({"resourceType":"Observation","implicitRules":"x"})")));
}

TEST_CASE("rules about data see a resource's encounter, authors, codes, labels and time") {
    const auto resource = *api::fhir::parse_json(
        R"({"resourceType":"Observation","id":"o1","meta":{"security":[{"system":"c","code":"R"}]},"code":{"coding":[{"system":"l","code":"1"}]},
        "subject":{"reference":"Patient/p1"},"encounter":{"reference":"Encounter/e1"},"performer":[{"reference":"Practitioner/d1"}],"effectiveDateTime":"2022-03"})");
    const auto context = gw::data_contexts_of({resource}, "Patient/p1").front();
    CHECK(context.reference == "Observation/o1");
    CHECK(std::ranges::find(context.related, "Encounter/e1") != context.related.end());
    CHECK(std::ranges::find(context.related, contracts::consent::kSubject) != context.related.end());
    CHECK(context.authors == std::vector<std::string>{"Practitioner/d1"});
    CHECK(context.security_labels == std::vector<contracts::Coding>{{"c", "R"}});
    CHECK(context.codes == std::vector<contracts::Coding>{{"l", "1"}});
    CHECK(api::fhir::data_time_text(*context.made.from_ms) == "2022-03-01");
    CHECK(api::fhir::data_time_text(*context.made.until_ms) == "2022-04-01");
}

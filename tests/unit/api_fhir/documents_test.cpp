// Files of resources: Bundles, NDJSON, single ones, broken ones; real ones of others, and our own samples.
#include "api/fhir/documents.hpp"

#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>

#include "cli/samples/sample_tree.hpp"

using namespace placet;
using namespace placet::api::fhir;
namespace fs = std::filesystem;

namespace {

constexpr std::string_view kConsent =
    R"({"resourceType":"Consent", "status":"active","scope":{"coding":[{"code":"research"}]},"category":[{"coding":[{"code":"x"}]}],)"
    R"("patient":{"reference":"PATIENT"},"policy":[{"uri":"https://p.example"}],"provision":{"type":"permit"}})";

std::string consent_of(std::string_view patient) {
    std::string text(kConsent);
    return text.replace(text.find("PATIENT"), 7, patient);
}

std::string bundle_of(std::string_view entries) {
    return R"({ "resourceType":"Bundle", "type":"transaction", "entry":[)" + std::string(entries) + "] }";
}

DocumentSet read(const std::string& file, std::string_view text) {
    DocumentSet set;
    set.read_text(file, text);
    return set;
}

/// The folder of real data, or empty with a word about it.
fs::path shared_data() {
    const char* shared = std::getenv("PLACET_SHARED");
    const char* source = std::getenv("PLACET_SOURCE");
    const fs::path root =
        fs::path(shared != nullptr ? shared : std::string(source == nullptr ? "." : source) + "/../shared") / "data";
    if (fs::exists(root)) return root;
    std::cout << "skipped: no data at " << root << "\n";
    return {};
}

DocumentSet read_below(const fs::path& folder) {
    DocumentSet set;
    const auto files = files_below(folder);
    REQUIRE(files);
    for (const fs::path& file : *files) set.read_file(file);
    return set;
}

}  // namespace

TEST_CASE("a consent inside a Bundle is kept as the exact octets it was given in") {
    const std::string consent = consent_of("Patient/p1");
    const DocumentSet set = read(
        "b.json", bundle_of(R"({"resource":{"resourceType":"Patient","id":"p1"}}, {"resource": )" + consent + " }"));
    REQUIRE(set.consents.size() == 1);
    CHECK(set.consents[0].source == consent);
    CHECK(set.consents[0].source_hash == crypto::sha256(base::as_bytes(consent)));
    CHECK(set.consents[0].place == "entry[1].resource");
    CHECK(set.other_types.at("Patient") == 1);
    CHECK(set.refusals.empty());
}

TEST_CASE("references inside a Bundle lead to its own entries") {
    const DocumentSet set = read(
        "b.json",
        bundle_of(
            R"({"fullUrl":"urn:uuid:7","resource":{"resourceType":"Patient","id":"p9","identifier":[{"value":"N-1"}]}},)"
            R"({"resource":)" +
            consent_of("urn:uuid:7") + "}"));
    REQUIRE(set.consents.size() == 1);
    CHECK(set.consents[0].reading.patient_reference == "Patient/p9");
    CHECK(set.patient_numbers.at("Patient/p9") == "N-1");
    const DocumentSet foreign = read("b.json", bundle_of(R"({"resource":)" + consent_of("urn:uuid:8") + "}"));
    REQUIRE(foreign.refusals.size() == 1);
    CHECK(foreign.refusals[0].element == "entry[0].resource: Consent.patient.reference");
}

TEST_CASE("Bundles inside Bundles are read, but not without end") {
    std::string text = bundle_of(R"({"resource":)" + consent_of("Patient/p1") + "}");
    text = bundle_of(R"({"resource":)" + text + "}");
    CHECK(read("b.json", text).consents.size() == 1);
    for (int i = 0; i < 4; ++i) text = bundle_of(R"({"resource":)" + text + "}");
    CHECK(read("b.json", text).consents.empty());
    CHECK(read("b.json", text).refusals.size() == 1);
}

TEST_CASE("one bad resource is refused and the rest goes on") {
    const std::string text = consent_of("Patient/p1") + "\n\n{\"resourceType\":\n" + consent_of("Group/1") + "\n" +
                             consent_of("Patient/p2") + "\r\n42\n";
    for (const std::string name : {"lines.ndjson", "lines.json"}) {
        const DocumentSet set = read(name, text);
        CHECK(set.consents.size() == 2);
        REQUIRE(set.refusals.size() == 3);
        CHECK(set.refusals[0].element == "line 3");
        CHECK(set.refusals[0].reason.starts_with("column 17: "));  // of that line, said once
        CHECK(set.refusals[1].element == "line 4: Consent.patient.reference");
        CHECK(set.refusals[2].element == "line 6");
        for (const Refusal& refusal : set.refusals) CHECK_FALSE((refusal.reason.empty() || refusal.remedy.empty()));
    }
}

TEST_CASE("files that are no FHIR JSON are refused as a whole") {
    for (const std::string_view text :
         {"", "  \n", "[]", "{}", "7", "{\"resourceType\":7}", "<Consent/>", "{\"resourceType\":\"consent\"}",
          "{\"resourceType\":\"Concent\"}", "{\"resourceType\":\"Bundle\",\"entry\":{}}", "\xff"}) {
        INFO(text);
        const DocumentSet set = read("x.json", text);
        CHECK(set.refusals.size() == 1);
        CHECK(set.consents.empty());
    }
    CHECK(read("x.json", R"({"resourceType":"Content"})").refusals.empty());
}

TEST_CASE("a file that cannot be read or is too large is refused by name") {
    DocumentLimits limits;
    limits.max_file_bytes = 10;
    DocumentSet set(limits);
    set.read_file("/nowhere/at/all.json");
    const fs::path big = fs::temp_directory_path() / "placet-documents-test-big.json";
    std::ofstream(big) << std::string(100, ' ');
    set.read_file(big);
    fs::remove(big);
    REQUIRE(set.refusals.size() == 2);
    CHECK(set.refusals[0].reason == "the file cannot be read");
    CHECK(set.refusals[1].reason == "the file has 100 octets; at most 10 are read");
}

TEST_CASE("refusals of hostile documents print as plain text") {
    const DocumentSet set = read("evil\x1b[2J.json", "{\"resourceType\":\"Consent\x1b[32m\"}");
    REQUIRE(set.refusals.size() == 1);
    CHECK(describe(set.refusals[0]).find('\x1b') == std::string::npos);
    CHECK(describe(read("a.json", "{\"resourceType\":\"Con\\u001bsent\"}").refusals.at(0)).find('\x1b') ==
          std::string::npos);
}

TEST_CASE("all 23 consents of IHE PCF import without a doubt, each under its profile") {
    const fs::path data = shared_data();
    if (data.empty()) return;
    const DocumentSet set = read_below(data / "ihe-pcf" / "json");
    CHECK(set.consents.size() == 23);
    CHECK(set.refusals.empty());
    for (const ImportedConsent& one : set.consents) {
        INFO(one.file);
        CHECK(one.reading.model.doubts.empty());
        CHECK(one.reading.model.profile != contracts::consent::Profile::none);
    }
}

TEST_CASE("each consent of HL7's examples ends as imported or refused") {
    const fs::path data = shared_data();
    if (data.empty()) return;
    const DocumentSet set = read_below(data / "fhir-r4-examples");
    CHECK(set.consents.size() + set.refusals.size() == 10);
    CHECK(set.consents.size() == 10);
    CHECK(read_below(data / "synthea").consents.empty());
    CHECK(read_below(data / "synthea").other_types.at("Patient") == 3);
    DocumentSet r5;
    r5.read_file(data / "fhir-r5-example" / "Consent-smartonfhir.xml");
    CHECK(r5.refusals.empty());
    CHECK(r5.consents.size() == 1);
}

TEST_CASE("our samples import and are refused as their manifest says, and no model holds anything personal") {
    const fs::path folder = fs::temp_directory_path() / "placet-documents-test-samples";
    fs::remove_all(folder);
    cli::samples::SampleTotals totals;
    REQUIRE(cli::samples::write_samples({.folder = folder}, totals).empty());
    CHECK(totals.patients >= 240);
    CHECK(totals.imported >= 200);
    CHECK(totals.refused >= 3 * 15);
    CHECK(totals.access_rows >= 1000);
    std::ifstream stream(folder / "manifest.json");
    const auto manifest = nlohmann::json::parse(stream);
    std::string models;
    for (const auto& hospital : manifest["hospitals"]) {
        const DocumentSet set = read_below(folder / hospital["consents"].get<std::string>());
        CHECK(set.consents.size() == hospital["imported"].get<std::size_t>());
        CHECK(set.refusals.size() == hospital["refused"].get<std::size_t>());
        CHECK(set.patient_numbers.size() == hospital["patients"].get<std::size_t>());
        for (const ImportedConsent& one : set.consents)
            models += base::as_text(contracts::consent::encode_consent(one.reading.model));
    }
    // Resource ids stand in references to the patient's own data and stay; everything else must be gone.
    std::size_t found = 0;
    for (const auto& text : manifest["personal"]) {
        const std::string personal = text.get<std::string>();
        if (personal.size() == 13 && personal[0] == 'p' && personal[2] == '-') continue;
        if (models.find(personal) != std::string::npos) ++found;
    }
    CHECK(found == 0);
    fs::remove_all(folder);
}

TEST_CASE("the same seed gives the same samples") {
    const fs::path folder = fs::temp_directory_path() / "placet-documents-test-seed";
    std::string first;
    for (int round = 0; round < 2; ++round) {
        fs::remove_all(folder);
        cli::samples::SampleTotals totals;
        REQUIRE(cli::samples::write_samples({.folder = folder, .patients_per_hospital = 5, .seed = 7}, totals).empty());
        std::ifstream stream(folder / "manifest.json");
        const std::string text{std::istreambuf_iterator<char>(stream), {}};
        if (round == 0) first = text;
        CHECK(text == first);
    }
    fs::remove_all(folder);
}

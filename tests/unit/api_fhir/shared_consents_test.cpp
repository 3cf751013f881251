// Every consent of others that is there: read, as R4 or R5, JSON or XML, and decided for a question about its own
// patient. Skipped where the shared data is absent.
#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>

#include "api/fhir/decision.hpp"
#include "api/fhir/documents.hpp"

namespace placet::tests {
namespace {

namespace fs = std::filesystem;
using namespace api::fhir;
using contracts::consent::Decision;

fs::path data() {
    if (const char* shared = std::getenv("PLACET_SHARED")) return fs::path(shared) / "data";
    const char* source = std::getenv("PLACET_SOURCE");
    return fs::path(source == nullptr ? "." : source) / ".." / "shared" / "data";
}

bool absent(const fs::path& folder) {
    if (fs::exists(folder)) return false;
    std::cout << "skipped: no " << folder << "\n";
    return true;
}

Decided decide_files(const std::string& context, const std::vector<fs::path>& consents,
                     const std::vector<fs::path>& resources = {}) {
    const auto value = parse_json(context);
    REQUIRE(value);
    const auto question = read_question(*value);
    REQUIRE(question);
    ResourcePool first, second;
    for (const fs::path& path : consents) {
        INFO(path);
        REQUIRE(first.add_file(path));
    }
    for (const fs::path& path : resources) REQUIRE(second.add_file(path));
    auto decided =
        decide({*question, first, second, contracts::governance::ImplicitPolicy::none, question->at.value_or(0)});
    REQUIRE(decided);
    return std::move(*decided);
}

std::string german(const std::vector<std::string>& codes, const std::string& at) {
    std::string list;
    for (const std::string& code : codes)
        list +=
            (list.empty() ? "" : ",") +
            (R"({"system":"urn:oid:2.16.840.1.113883.3.1937.777.24.5.3","code":"2.16.840.1.113883.3.1937.777.24.5.3.)" +
             code + "\"}");
    return R"({"patient":"Patient/9b4a702d-162c-428a-8c5d-8b98af21b693","code":[)" + list + R"(],"at":")" + at + "\"}";
}

std::vector<std::string> cells_of(const std::string& line) {
    std::vector<std::string> out;
    for (std::size_t at = 2; at < line.size();) {
        const std::size_t end = std::min(line.find(" |", at), line.size());
        out.push_back(line.substr(at, end - at));
        at = end + 3;
    }
    return out;
}

/// The question of a row of docs/standards.md: purpose or code, by whom, when.
std::string question_of_row(const fs::path& document, const std::vector<std::string>& cells) {
    DocumentSet set;
    set.read_file(document);
    REQUIRE(set.consents.size() == 1);
    std::string out = R"({"patient":")" + set.consents.front().reading.patient_reference + "\"";
    if (cells[2] != "nobody named") out += R"(,"actor":")" + cells[2] + "\"";
    const std::string& asked = cells[1];
    if (asked.starts_with("code ")) {
        std::string list;
        std::istringstream codes(asked.substr(5));
        for (std::string code; codes >> code;)
            list +=
                (list.empty() ? "" : ",") +
                (R"({"system":"urn:oid:2.16.840.1.113883.3.1937.777.24.5.3","code":"2.16.840.1.113883.3.1937.777.24.5.3.)" +
                 code + "\"}");
        out += R"(,"code":[)" + list + "]";
    } else if (asked != "anything") {
        const std::string system = asked == "FooBar" ? "http://example.org/policies/purposeOfUse"
                                                     : "http://terminology.hl7.org/CodeSystem/v3-ActReason";
        out += R"(,"purpose":[{"system":")" + system + R"(","code":")" + asked + "\"}]";
    }
    return out + R"(,"at":")" + cells[3] + (cells[3] == "2016-06-23" ? "T07:10:00Z" : "T00:00:00Z") + "\"}";
}

}  // namespace

TEST_CASE("every shared consent is read and decided with a reason") {
    std::size_t consents = 0;
    for (const char* folder :
         {"ihe-pcf/json", "fhir-r4-examples/Consent", "fhir-r5-example", "mii-broad-consent/examples"}) {
        if (absent(data() / folder)) continue;
        const auto files = files_below(data() / folder);
        REQUIRE(files);
        for (const fs::path& file : *files) {
            DocumentSet set;
            set.read_file(file);
            INFO(file);
            for (const Refusal& refusal : set.refusals) FAIL(describe(refusal));
            for (const ImportedConsent& one : set.consents) {
                const Decided decided = decide_files(
                    R"({"patient":")" + one.reading.patient_reference + R"(","at":"2026-01-01T00:00:00Z"})", {file});
                CHECK_FALSE(decided.answer.reasons.empty());
                ++consents;
            }
        }
    }
    std::cout << consents << " shared consents read and decided\n";
}

TEST_CASE("the German examples permit the codes they permit, in their periods") {
    const fs::path example = data() / "mii-broad-consent" / "examples" / "Example_MII_Consent_Einwilligung.xml";
    if (absent(example)) return;
    const auto decision = [&](const std::vector<std::string>& codes, const std::string& at) {
        return decide_files(german(codes, at), {example}).answer.decision;
    };
    CHECK(decision({"6"}, "2021-01-01T00:00:00Z") == Decision::permit);
    CHECK(decision({"6", "7"}, "2021-01-01T00:00:00Z") == Decision::permit);
    CHECK(decision({"6"}, "2026-01-01T00:00:00Z") == Decision::deny);
    CHECK(decision({"7"}, "2026-01-01T00:00:00Z") == Decision::permit);
    CHECK(decision({"7"}, "2051-01-01T00:00:00Z") == Decision::not_applicable);
    CHECK(decision({"7", "no-such-code"}, "2026-01-01T00:00:00Z") == Decision::deny);
}

TEST_CASE("the R5 example permits but in its half hour, and in it what is excepted again") {
    const fs::path example = data() / "fhir-r5-example" / "Consent-smartonfhir.xml";
    if (absent(example)) return;
    const auto at = [&](const std::string& instant, const std::string& more) {
        return decide_files(R"({"patient":"Patient/xcda","at":")" + instant + "\"" + more + "}", {example});
    };
    CHECK(at("2016-06-24T00:00:00Z", "").answer.decision == Decision::permit);
    const Decided inside = at("2016-06-23T07:10:00Z", R"(,"action":"access")");
    CHECK(inside.answer.decision == Decision::permit);
    CHECK(
        write_json(residual_json(inside)) ==
        R"([{"type":"forbid"},{"type":"permit","resourceType":[{"system":"http://hl7.org/fhir/resource-types","code":"MedicationRequest"}]}])");
    CHECK(at("2016-06-23T07:10:00Z", R"(,"action":"disclose")").answer.decision == Decision::deny);
    CHECK(inside.answer.reasons.front().path == "provision[0].provision[0]");
}

TEST_CASE("the record of a synthetic patient is shown or hidden whole") {
    const fs::path folder = data() / "synthea" / "patients";
    const fs::path consent = data() / "ihe-pcf" / "json" / "Consent-ex-consent-basic-treat.json";
    if (absent(folder) || absent(consent)) return;
    const auto files = files_below(folder);
    REQUIRE(files);
    const fs::path& record = files->front();
    const std::string stem = record.stem().string();
    const std::string id = stem.substr(stem.rfind('_') + 1);
    ResourcePool pool;
    REQUIRE(pool.add_file(record));
    const Decided decided =
        decide_files(R"({"patient":"Patient/)" + id + R"(","at":"2026-01-01T00:00:00Z"})", {consent}, {record});
    CHECK(decided.visible.empty());
    CHECK(decided.hidden.size() > 100);
    std::cout << decided.hidden.size() << " of " << pool.resources.size() << " resources are about the patient\n";
}

TEST_CASE("IHE PCF's own resources are hidden and shown as its notes say") {
    const fs::path folder = data() / "ihe-pcf" / "json";
    if (absent(folder)) return;
    std::vector<fs::path> resources;
    for (const char* name : {"Observation-ex-alcoholUse", "Observation-ex-bloodPressure", "Observation-ex-bloodSugar",
                             "Observation-ex-weight", "Observation-ex-weight-2", "Encounter-ex-encounter"})
        resources.push_back(folder / (std::string(name) + ".json"));
    const auto hidden = [&](const std::string& name) {
        return decide_files(
                   R"({"patient":"Patient/ex-patient","actor":"Practitioner/somebody","at":"2026-01-01T00:00:00Z","purpose":[{"system":"http://terminology.hl7.org/CodeSystem/v3-ActReason","code":"TREAT"}]})",
                   {folder / ("Consent-ex-consent-" + name + ".json"), folder / "Group-ex-privilegedUsers.json"},
                   resources)
            .hidden;
    };
    using Names = std::vector<std::string>;
    CHECK(hidden("basic-treat").empty());
    CHECK(hidden("advanced-normal") == Names{"Observation/ex-alcoholUse"});
    CHECK(hidden("advanced-normal-restricted").empty());
    CHECK(hidden("intermediate-data").empty());
    CHECK(hidden("intermediate-not-data") == Names{"Observation/ex-alcoholUse"});
    CHECK(hidden("intermediate-encounter").empty());
    CHECK(hidden("intermediate-not-encounter").size() == 6);
    CHECK(hidden("intermediate-authoredby").size() == 6);
    CHECK(hidden("intermediate-not-authoredby").empty());
    CHECK(hidden("intermediate-timeframe").size() == 5);
}

TEST_CASE("the published examples answer as the page about standards says") {
    if (absent(data())) return;
    const char* source = std::getenv("PLACET_SOURCE");
    std::ifstream page(fs::path(source == nullptr ? "." : source) / "docs" / "standards.md");
    REQUIRE(page);
    std::size_t rows = 0;
    for (std::string line; std::getline(page, line);) {
        const bool names_document =
            line.find(".json` |") != std::string::npos || line.find(".xml` |") != std::string::npos;
        if (!line.starts_with("| `") || !names_document) continue;
        INFO(line);
        const std::vector<std::string> cells = cells_of(line);
        REQUIRE(cells.size() == 7);
        const std::string document = cells[0].substr(1, cells[0].size() - 2);
        const Decided decided =
            decide_files(question_of_row(data() / document, cells),
                         {data() / document, data() / "ihe-pcf/json/Group-ex-privilegedUsers.json"});
        std::string answer(to_string(decided.answer.decision));
        std::ranges::replace(answer, '_', '-');
        CHECK(answer == cells[4]);
        CHECK(std::ranges::any_of(decided.answer.reasons, [&](const auto& reason) {
            return reason.path == cells[5] || reason.text.ends_with(cells[5]);
        }));
        CHECK(std::to_string(decided.answer.residual.size()) == cells[6]);
        ++rows;
    }
    CHECK(rows > 40);
}

}  // namespace placet::tests

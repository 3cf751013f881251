// placet match and placet periods from the outside: files in, one object out; the cases stand in testdata.
#include <catch2/catch.hpp>
#include <cstdlib>
#include <iostream>

#include "tests/unit/cli/run_placet.hpp"

using namespace placet;
using cli::frame::Json;
using tests::cli::cases_in;
using tests::cli::Ran;
using tests::cli::run_placet;
using tests::cli::TemporaryFolder;
using tests::cli::write_file;

namespace {

/// The text of a member that is a text, or the object it is, or `otherwise`.
std::string document(const Json& one, const char* name, const std::string& otherwise) {
    const Json& value = one.at(name);
    if (value.is_null()) return otherwise;
    return value.members() != nullptr ? value.dump() : std::string(value.text());
}

Ran match(const TemporaryFolder& folder, const Json& one) {
    write_file(folder / "dataset.json", document(one, "dataset", "{}"));
    write_file(folder / "request.json", document(one, "request", "{}"));
    std::vector<std::string> words = {
        "match", "--dataset", folder / "dataset.json", "--request", folder / "request.json", "--json"};
    for (const char* table : {"hierarchy", "doid"}) {
        if (one.at(table).is_null()) continue;
        write_file(folder / table, one.text_at(table));
        words.emplace_back(std::string_view(table) == "doid" ? "--doid" : "--diseases");
        words.push_back(folder / table);
    }
    return run_placet(words);
}

Ran periods(const TemporaryFolder& folder, const Json& one, const std::vector<std::string>& more = {}) {
    std::vector<std::string> words = {"periods", "--consent"};
    for (std::size_t i = 0; i < one.at("consents").size(); ++i) {
        words.push_back(folder / ("consent" + std::to_string(i) + ".json"));
        write_file(words.back(), one.rows_at("consents")[i].dump());
    }
    words.emplace_back("--codes");
    for (const std::string& code : one.texts_at("codes")) words.push_back(code);
    for (const std::string& pair : one.texts_at("retro")) {
        words.emplace_back("--retro");
        words.push_back(pair);
    }
    words.insert(words.end(), more.begin(), more.end());
    return run_placet(words);
}

}  // namespace

TEST_CASE("match answers each case with decision, terms, obligations and end, and exit 0") {
    const TemporaryFolder folder;
    for (const Json& one : cases_in("match.ndjson")) {
        INFO(one.text_at("name"));
        const Ran ran = match(folder, one);
        CHECK(ran.exit == 0);
        CHECK(ran.json.text_at("decision") == one.text_at("decision"));
        CHECK(ran.json.texts_at("obligations") == one.texts_at("obligations"));
        CHECK(ran.json.at("expiresAfterMonths").dump() == one.at("expires").dump());
        std::vector<std::string> terms;
        for (const Json& reason : ran.json.rows_at("reasons")) {
            terms.push_back(reason.text_at("term") + " " + reason.text_at("verdict"));
            CHECK_FALSE(reason.text_at("text").empty());
        }
        for (const std::string& term : one.texts_at("terms")) {
            INFO(term);
            CHECK(std::ranges::find(terms, term) != terms.end());
        }
    }
}

TEST_CASE("match refuses what it cannot read with file and element, one object and exit 2") {
    const TemporaryFolder folder;
    for (const Json& one : cases_in("match_refused.ndjson")) {
        INFO(one.text_at("name"));
        const Ran ran = match(folder, one);
        CHECK(ran.exit == 2);
        const std::string file =
            one.at("request").is_null()
                ? (one.at("dataset").is_null() ? (one.at("doid").is_null() ? "hierarchy" : "doid") : "dataset.json")
                : "request.json";
        const std::string place = one.text_at("field").empty() ? "" : ": " + one.text_at("field");
        CHECK(ran.json.at("error").text_at("field") == (folder / file).string() + place);
        CHECK(ran.json.at("error").text_at("message").find(one.text_at("message")) != std::string::npos);
        CHECK_FALSE(ran.json.at("error").text_at("message").empty());
    }
    const Ran missing =
        run_placet({"match", "--dataset", folder / "nowhere.json", "--request", folder / "request.json", "--json"});
    CHECK(missing.exit == 2);
    CHECK(missing.json.at("error").text_at("field") == (folder / "nowhere.json").string());
}

TEST_CASE("match in words says the decision and every term") {
    const TemporaryFolder folder;
    write_file(folder / "d",
               R"({"permissions":["GRU"],"modifiers":[{"code":"PUB"},{"code":"TS","months":12},{"code":"NPU"}]})");
    write_file(folder / "r", R"({"purposes":["HMB"],"forProfit":false})");
    const Ran ran = run_placet({"match", "--dataset", folder / "d", "--request", folder / "r"});
    CHECK(ran.exit == 0);
    for (const char* part :
         {"APPROVE", "DUO:0000045 NPU", "obligation PUB: results must be published", "end after 12 months"})
        CHECK(ran.out.find(part) != std::string::npos);
}

TEST_CASE("periods answers each case with the codes alone, and exit 0") {
    const TemporaryFolder folder;
    for (const Json& one : cases_in("periods.ndjson")) {
        INFO(one.text_at("name"));
        const Ran ran = periods(folder, one, {"--json"});
        CHECK(ran.exit == 0);
        CHECK(ran.out == one.at("periods").dump() + "\n");
    }
}

TEST_CASE("the German examples permit the days they state") {
    const char* shared = std::getenv("PLACET_SHARED");
    const char* source = std::getenv("PLACET_SOURCE");
    const std::filesystem::path root = shared != nullptr
                                           ? std::filesystem::path(shared)
                                           : std::filesystem::path(source != nullptr ? source : ".") / ".." / "shared";
    const std::filesystem::path folder = root / "data" / "mii-broad-consent" / "examples";
    if (!std::filesystem::exists(folder)) {
        std::cout << "skipped: no German examples in the shared data (set PLACET_SHARED)\n";
        return;
    }
    const std::string oid = "2.16.840.1.113883.3.1937.777.24.5.3.";
    for (const char* name : {"Example_MII_Consent_Einwilligung.xml", "Example_MII_Consent_Einwilligung_2.xml"}) {
        INFO(name);
        const std::string with_system = "urn:oid:2.16.840.1.113883.3.1937.777.24.5.3|" + oid + "19";
        const Ran ran =
            run_placet({"periods", "--consent", folder / name, "--codes", oid + "6", oid + "8", with_system, "--json"});
        CHECK(ran.exit == 0);
        CHECK(ran.json.at(oid + "6").dump() == R"([["2020-09-01","2025-08-31"]])");
        CHECK(ran.json.at(oid + "8").dump() == R"([["2020-09-01","2050-08-31"]])");
        CHECK(ran.json.size() == 3);
        CHECK(run_placet({"periods", "--consent", folder / name, "--codes", oid + "6", oid + "45", "--json"}).out ==
              "{}\n");
    }
    std::size_t read = 0;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        INFO(entry.path().string());
        CHECK(run_placet({"periods", "--consent", entry.path(), "--codes", oid + "6", "--json"}).exit == 0);
        ++read;
    }
    CHECK(read >= 5);
}

TEST_CASE("periods in words, and what it refuses") {
    const TemporaryFolder folder;
    const Json one = cases_in("periods.ndjson")[0];
    CHECK(periods(folder, one).out == "c: 2024-01-01 to 2024-01-09\nc: 2024-01-21 to 2024-01-31\n");
    CHECK(periods(folder, cases_in("periods.ndjson")[1]).out == "c: on no day\nd: on no day\n");
    CHECK(periods(folder, one, {"--retro", "d=r", "--json"}).exit == 0);  // what was not asked is extended by nothing
    CHECK(periods(folder, one, {"--retro", "c", "--json"}).exit == 2);
    CHECK(periods(folder, one, {"--retro", "c=c", "--json"}).exit == 2);
    CHECK(periods(folder, one, {"", "--json"}).exit == 2);
    write_file(
        folder / "x.json",
        R"({"resourceType":"Consent","status":"active","provision":{"type":"deny","provision":[{"type":"perm"}]}})");
    const Ran broken = run_placet({"periods", "--consent", folder / "x.json", "--codes", "c", "--json"});
    CHECK(broken.exit == 2);
    CHECK(broken.json.at("error").text_at("field") ==
          (folder / "x.json").string() + ": Consent.provision.provision[0].type");
    for (const char* patient : {"1", "2"})
        write_file(folder / (std::string(patient) + ".json"),
                   R"({"resourceType":"Consent","status":"active","patient":{"reference":"Patient/)" +
                       std::string(patient) + R"("}})");
    CHECK(run_placet({"periods", "--consent", folder / "1.json", folder / "2.json", "--codes", "c", "--json"}).exit ==
          2);
    CHECK(run_placet(
              {"periods", "--consent", folder / "1.json", "--consent", folder / "1.json", "--codes", "c", "--json"})
              .out == "{}\n");
}

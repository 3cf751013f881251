// placet decide from the outside, case by case: the questions, consents and expected answers stand in testdata.
#include <catch2/catch.hpp>
#include <set>

#include "tests/unit/cli/run_placet.hpp"

using namespace placet;
using cli::frame::Json;
using tests::cli::Ran;
using tests::cli::run_placet;
using tests::cli::TemporaryFolder;
using tests::cli::write_file;

namespace {

using Words = std::vector<std::string>;

std::vector<Json> decide_cases() {
    auto out = tests::cli::cases_in("decide.ndjson");
    REQUIRE(out.size() > 150);
    return out;
}

/// A document of a case: a text as it is, anything else as JSON.
std::string text_of(const Json& document) {
    const std::string dumped = document.dump();
    return dumped.starts_with('"') ? std::string(document.text()) : dumped;
}

Ran decide(const TemporaryFolder& folder, const Json& one) {
    Words words = {"decide", "--json", "--context", folder / "context"};
    write_file(folder / "context", text_of(one.at("context")));
    for (const Json& document : one.rows_at("consents")) {
        words.emplace_back("--consent");
        words.push_back(folder / ("consent" + std::to_string(words.size())));
        write_file(words.back(), text_of(document));
    }
    if (!one.at("resources").is_null()) {
        write_file(folder / "resources", text_of(one.at("resources")));
        words.insert(words.end(), {"--resources", folder / "resources"});
    }
    if (!one.at("policy").is_null()) words.insert(words.end(), {"--policy", one.text_at("policy")});
    for (const std::string& word : one.texts_at("args")) words.push_back(word);
    return run_placet(words);
}

void check_answer(const Json& one, const Json& answer) {
    CHECK(answer.text_at("decision") == one.text_at("decision"));
    for (const char* text : {"basis", "at"})
        if (!one.at(text).is_null()) CHECK(answer.text_at(text) == one.text_at(text));
    for (const char* list : {"visible", "hidden", "obligations"})
        if (!one.at(list).is_null()) CHECK(answer.texts_at(list) == one.texts_at(list));
    CHECK_FALSE(answer.rows_at("reasons").empty());
    if (answer.text_at("decision") != "permit") CHECK(answer.texts_at("visible").empty());
    std::set<std::string> rules;
    Words paths;
    std::string texts;
    for (const Json& reason : answer.rows_at("reasons")) {
        rules.insert(reason.text_at("rule"));
        if (!reason.text_at("path").empty()) paths.push_back(reason.text_at("path"));
        CHECK_FALSE(reason.text_at("text").empty());
        texts += reason.text_at("text") + "\n";
    }
    if (!one.at("rules").is_null()) CHECK(Words(rules.begin(), rules.end()) == one.texts_at("rules"));
    if (!one.at("paths").is_null()) CHECK(paths == one.texts_at("paths"));
    CHECK(texts.find(one.text_at("text")) != std::string::npos);
}

}  // namespace

TEST_CASE("decide answers each case as it is expected, and refuses what cannot be read with the element") {
    const TemporaryFolder folder;
    for (const Json& one : decide_cases()) {
        INFO(one.text_at("name"));
        const Ran ran = decide(folder, one);
        const bool refused = one.at("decision").is_null();
        CHECK(ran.exit == (refused ? 2 : 0));
        if (!refused) {
            check_answer(one, ran.json);
            continue;
        }
        CHECK_FALSE(ran.json.at("error").text_at("message").empty());
        if (!one.at("element").is_null()) CHECK(ran.json.at("error").text_at("field") == one.text_at("element"));
    }
}

TEST_CASE("the order of consents changes no answer of a case, and giving them twice neither") {
    const TemporaryFolder folder;
    for (const Json& one : decide_cases()) {
        if (one.at("decision").is_null()) continue;
        INFO(one.text_at("name"));
        Json turned = one;
        Json documents = Json(Json::Array{});
        const auto& given = one.rows_at("consents");
        for (std::size_t i = given.size(); i > 0; --i) documents.push(given[i - 1]);
        for (const Json& document : given) documents.push(document);
        turned.set("consents", documents);
        const Ran ran = decide(folder, turned);
        CHECK(ran.exit == 0);
        check_answer(one, ran.json);
    }
}

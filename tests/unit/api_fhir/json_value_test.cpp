// The lossless JSON reader: strict, bounded, and exact about where every value stands.
#include <catch2/catch.hpp>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>

#include "api/fhir/json_value.hpp"

using namespace placet;
using namespace placet::api::fhir;

namespace {

std::string slurp(const std::filesystem::path& path) {
    std::ifstream stream(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
}

}  // namespace

TEST_CASE("every value knows the octets it came from") {
    const std::string text = R"( {"a": [1.00, {"b" : "x"}], "c": true} )";
    const auto root = parse_json(text);
    REQUIRE(root);
    const JsonValue* inner = &root->find("a")->elements[1];
    CHECK(text.substr(inner->begin, inner->end - inner->begin) == R"({"b" : "x"})");
    CHECK(text.substr(root->begin, root->end - root->begin) == R"({"a": [1.00, {"b" : "x"}], "c": true})");
}

TEST_CASE("numbers keep their digits and members their order when written again") {
    const std::string text = R"({"z":1.00,"a":-0,"m":1e5,"s":"a\"b\\c\u0007ü"})";
    const auto root = parse_json(text);
    REQUIRE(root);
    CHECK(write_json(*root) == text);
}

TEST_CASE("a duplicate member is refused and named, with its line and column") {
    const auto root = parse_json("{\n \"status\": 1,\n \"st\\u0061tus\": 2}");
    REQUIRE_FALSE(root);
    CHECK(root.error().code == base::ErrorCode::conflict);
    CHECK(root.error().message.starts_with("line 3, "));
    CHECK(root.error().message.find("status") != std::string::npos);
}

TEST_CASE("nesting, size and the number of values are bounded") {
    CHECK(parse_json(std::string(64, '[') + std::string(64, ']')));
    CHECK(parse_json(std::string(100000, '[')).error().code == base::ErrorCode::too_large);
    CHECK(parse_json("[1,2,3]", {.max_bytes = 6}).error().code == base::ErrorCode::too_large);
    CHECK(parse_json("[1,2,3]", {.max_values = 3}).error().code == base::ErrorCode::too_large);
}

TEST_CASE("what is not JSON is refused") {
    for (const std::string text : {"", " ", "{", "[1,]", "{\"a\":1,}", "{a:1}", "'x'", "01", "1.", "+1", "nul", "\"\x01\"", "\"\\x\"", "\"\\ud800\"",
                                   "\"\\udc00\"", "\"\xc3\"", "[1] 2", "// x\n1", "NaN"}) {
        INFO(text);
        CHECK_FALSE(parse_json(text));
    }
}

TEST_CASE("the JSON test suite is read as it says, but that we refuse duplicate members") {
    const char* shared = std::getenv("PLACET_SHARED");
    const char* source = std::getenv("PLACET_SOURCE");
    const std::filesystem::path root = shared != nullptr ? shared : std::string(source == nullptr ? "." : source) + "/../shared";
    if (!std::filesystem::exists(root / "vectors")) {
        std::cout << "skipped: no vectors at " << root << "\n";
        return;
    }
    std::size_t seen = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(root / "vectors")) {
        const std::string name = entry.path().filename().string();
        if (!entry.is_regular_file() || !name.ends_with(".json") || name.size() < 3 || name[1] != '_') continue;
        const bool read = parse_json(slurp(entry.path())).has_value();
        INFO(name);
        if (name.starts_with("y_object_duplicated_key")) CHECK_FALSE(read);
        else if (name.starts_with("y_")) CHECK(read);
        else if (name.starts_with("n_")) CHECK_FALSE(read);
        ++seen;
    }
    CHECK(seen > 200);
}

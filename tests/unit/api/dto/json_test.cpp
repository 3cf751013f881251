// Strict JSON: the vectors of the JSON parsing test suite, and what they leave open.
#include <catch2/catch.hpp>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>

#include <nlohmann/json.hpp>

#include "api/dto/json.hpp"

using namespace placet;
using namespace placet::api::dto;
using base::ErrorCode;

namespace {

std::string vectors() {
    const char* shared = std::getenv("PLACET_SHARED");
    const char* source = std::getenv("PLACET_SOURCE");
    return (shared != nullptr ? std::string(shared) : std::string(source != nullptr ? source : ".") + "/../shared") + "/vectors/json-parsing";
}

std::string read(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    std::stringstream out;
    out << file.rdbuf();
    return out.str();
}

}  // namespace

TEST_CASE("of the JSON parsing suite every y_ is read but the duplicate keys, every n_ is refused") {
    if (!std::filesystem::exists(vectors())) {
        std::cout << "skipped: no JSON parsing vectors at " << vectors() << '\n';
        return;
    }
    std::size_t yes = 0;
    std::size_t no = 0;
    for (const auto& entry : std::filesystem::directory_iterator(vectors())) {
        const std::string name = entry.path().filename().string();
        if (!name.ends_with(".json")) continue;
        CAPTURE(name);
        const bool read_as_json = parse_json(read(entry.path())).has_value();
        if (name.starts_with("y_object_duplicated_key")) CHECK_FALSE(read_as_json);
        else if (name.starts_with("y_")) CHECK(read_as_json);
        else if (name.starts_with("n_")) CHECK_FALSE(read_as_json);
        yes += name.starts_with("y_") ? 1 : 0;
        no += name.starts_with("n_") ? 1 : 0;
    }
    CHECK(yes > 80);
    CHECK(no > 150);
}

TEST_CASE("depth, size and duplicate keys are refused with their place") {
    CHECK(parse_json(std::string(64, '[') + std::string(64, ']')).has_value());
    CHECK(parse_json(std::string(65, '[') + std::string(65, ']')).error().code == ErrorCode::too_large);
    CHECK(parse_json(std::string(500000, '[')).error().code == ErrorCode::too_large);
    CHECK(parse_json("[1,2]", {3, 64}).error().code == ErrorCode::too_large);
    const auto twice = parse_json(R"({"a":[{"b":{"c":1,"c":2}}]})");
    REQUIRE_FALSE(twice.has_value());
    CHECK(twice.error().field == "/a/0/b/c");
    CHECK(parse_json(R"({"a":1,"\u0061":2})").error().code == ErrorCode::malformed);
    CHECK(parse_json("{\"a\":1}{").error().code == ErrorCode::malformed);
    CHECK((*parse_json(R"({"a":{"x":1},"b":[{"x":1},{"x":2}]})"))["b"][1]["x"] == 2);
}

TEST_CASE("a text of very many small values is refused while it is read") {
    std::string many = "[0";
    for (std::size_t i = 1; i < JsonLimits().values; ++i) many += ",0";
    const auto read = parse_json(many + "]");
    REQUIRE_FALSE(read.has_value());
    CHECK(read.error().code == base::ErrorCode::too_large);
    CHECK(parse_json(many.substr(0, many.size() - 2) + "]").has_value());
}

TEST_CASE("an unknown field is refused with the nearest name, and the first error sticks") {
    const auto value = *parse_json(R"({"pseudnym":"ab","count":5})");
    ObjectReader reader(value, "body");
    CHECK(reader.uint("count") == 5);
    CHECK(reader.maybe_text("pseudonym") == std::nullopt);
    const auto done = reader.finish();
    REQUIRE_FALSE(done.has_value());
    CHECK(done.error().field == "body.pseudnym");
    CHECK(done.error().message.find("\"pseudonym\"") != std::string::npos);
    ObjectReader again(value, "");
    again.text("missing");
    again.boolean("count");
    CHECK(again.finish().error().field == "missing");
    CHECK_FALSE(nearest_name("zzzzzz", {"pseudonym"}).has_value());
}

TEST_CASE("numbers out of range are refused by the field that reads them") {
    const auto value = *parse_json(R"({"a":-1,"b":1.5,"c":18446744073709551616,"d":300,"e":18446744073709551615})");
    for (const char* name : {"a", "b", "c"}) {
        ObjectReader reader(value, "");
        reader.uint(name);
        CHECK_FALSE(reader.ok());
    }
    ObjectReader reader(value, "");
    CHECK(reader.uint("e") == UINT64_MAX);
    reader.uint("d", 255);
    CHECK_FALSE(reader.ok());
}

TEST_CASE("base64 has one text per value") {
    for (std::size_t size = 0; size < 70; ++size) {
        base::Bytes bytes(size);
        for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<std::uint8_t>(i * 37 + size);
        CHECK(from_base64(to_base64(bytes)).value() == bytes);
    }
    CHECK(to_base64(base::as_bytes("foob")) == "Zm9vYg==");
    for (const char* bad : {"Zg", "Zg=", "Zh==", "Zm9=", "Z===", "====", "Zm9v\n", "Zm 9", "Zm-_", "Zg==Zg=="}) CHECK_FALSE(from_base64(bad).has_value());
}

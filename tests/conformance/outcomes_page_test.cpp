// docs/formats/outcomes.md lists every outcome code with the sentences of the code. PLACET_UPDATE_EXAMPLES=1 rewrites its table.
#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "contracts/common/outcome.hpp"

using namespace placet;

TEST_CASE("docs/formats/outcomes.md lists every outcome") {
    const char* const source = std::getenv("PLACET_SOURCE");
    REQUIRE(source != nullptr);
    const std::filesystem::path path = std::filesystem::path(source) / "docs" / "formats" / "outcomes.md";
    std::ifstream in(path, std::ios::binary);
    const std::string page(std::istreambuf_iterator<char>(in), {});
    const std::string head = "|---|---|---|\n";
    const std::size_t start = page.find(head);
    REQUIRE(start != std::string::npos);
    std::string wanted = page.substr(0, start + head.size());
    for (const contracts::OutcomeWords& words : contracts::all_outcomes())
        wanted += "| `" + std::string(words.code) + "` | " + std::string(words.sentence) + " | " + std::string(words.advice) + " |\n";
    if (std::getenv("PLACET_UPDATE_EXAMPLES") != nullptr) {
        std::ofstream(path, std::ios::binary) << wanted;
    } else {
        INFO("run conformance_test once with PLACET_UPDATE_EXAMPLES=1 after a wanted change of contracts/common/outcome.cpp");
        CHECK(page == wanted);
    }
}

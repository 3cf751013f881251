// Golden scripts (testdata/*.scn): stories of the paper's cases, a command a line, and below it, indented, what the replicas say.
// PLACET_UPDATE_GOLDEN=1 writes what they say now into the scripts: read the difference before committing it.
#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "tests/scenario/stage.hpp"

using namespace placet;

namespace {

struct Played {
    std::string script;
    std::string now;
};

Played play(const std::filesystem::path& file) {
    Played played;
    std::ifstream in(file);
    scenario::Stage stage;
    for (std::string line; std::getline(in, line);) {
        played.script += line + "\n";
        if (line.starts_with("    ")) continue;
        played.now += line + "\n";
        if (line.empty() || line.starts_with("#")) continue;
        std::istringstream said(stage.obey(line));
        for (std::string words; std::getline(said, words);) played.now += "    " + words + "\n";
    }
    return played;
}

}  // namespace

TEST_CASE("the stories of testdata go as written") {
    const char* source = std::getenv("PLACET_SOURCE");
    const std::filesystem::path folder = std::filesystem::path(source != nullptr ? source : ".") / "tests/scenario/testdata";
    std::size_t stories = 0;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        if (entry.path().extension() != ".scn") continue;
        ++stories;
        const Played played = play(entry.path());
        if (std::getenv("PLACET_UPDATE_GOLDEN") != nullptr) std::ofstream(entry.path()) << played.now;
        INFO(entry.path().filename().string());
        CHECK(played.now == played.script);
    }
    CHECK(stories >= 6);
}

// See play.hpp.
#include "tests/scenario/play.hpp"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "tests/scenario/stage.hpp"

namespace placet::scenario {

Played play(const std::filesystem::path& file, consensus::Fault fault) {
    Played played;
    std::ifstream in(file);
    Stage stage(fault);
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

std::vector<std::filesystem::path> all_stories() {
    const char* source = std::getenv("PLACET_SOURCE");
    const std::filesystem::path folder =
        std::filesystem::path(source != nullptr ? source : ".") / "tests/scenario/testdata";
    std::vector<std::filesystem::path> stories;
    for (const auto& entry : std::filesystem::directory_iterator(folder))
        if (entry.path().extension() == ".scn") stories.push_back(entry.path());
    std::ranges::sort(stories);
    return stories;
}

}  // namespace placet::scenario

// Golden scripts (testdata/*.scn): stories of the paper's cases and of the bugs that stopped others, a command a line,
// and below it, indented, what the replicas say. PLACET_UPDATE_GOLDEN=1 writes what they say now into the scripts: read
// the difference before committing it.
#include <catch2/catch.hpp>
#include <cstdlib>
#include <fstream>

#include "tests/scenario/play.hpp"

using namespace placet;

TEST_CASE("the stories of testdata go as written") {
    const auto stories = scenario::all_stories();
    for (const auto& story : stories) {
        const scenario::Played played = scenario::play(story);
        if (std::getenv("PLACET_UPDATE_GOLDEN") != nullptr) std::ofstream(story) << played.now;
        INFO(story.filename().string());
        CHECK(played.now == played.script);
    }
    CHECK(stories.size() >= 19);
}

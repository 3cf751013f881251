// Configuration: one table makes reader, example, variables and flags.
#include <catch2/catch.hpp>

#include <fstream>

#include "node/config/config.hpp"

using namespace placet;

namespace {

std::filesystem::path write_file(const std::string& content) {
    static int count = 0;
    const auto path = std::filesystem::temp_directory_path() / ("placet-config-" + std::to_string(::getpid()) + "-" + std::to_string(++count) + ".toml");
    std::ofstream(path) << content;
    return path;
}

std::string refusal(const std::string& content) {
    const auto path = write_file(content);
    const auto config = node::load_config({path, {}, {}});
    std::filesystem::remove(path);
    return config ? std::string() : config.error().message;
}

bool says(const std::string& text, std::string_view words) { return text.find(words) != std::string::npos; }

}  // namespace

TEST_CASE("the documented example is a configuration, and says every key") {
    const auto example = node::documented_example();
    for (const auto& setting : node::settings()) {
        INFO(setting.name);
        CHECK(says(example, setting.name.substr(setting.name.rfind('.') + 1) + " = "));
        CHECK(says(example, node::environment_name(setting)));
    }
    const auto path = write_file(example);
    const auto config = node::load_config({path, {}, {{"name", "hospital-a"}}});
    std::filesystem::remove(path);
    REQUIRE(config.has_value());
    CHECK(config->consensus.view_timeout_ms == 1000);
    CHECK(config->data == path.parent_path() / "data");
}

TEST_CASE("flags stand over environment, environment over file, file over defaults") {
    const auto path = write_file("name = \"a\"\n[api]\nthreads = 3\n[consensus]\nbatch_ms = 5\nheartbeat_ms = 500\n");
    const auto config = node::load_config({path, {{"PLACET_API_THREADS", "4"}, {"PLACET_CONSENSUS_BATCH_MS", "6"}, {"PLACET_HOME", "not ours"}},
                                           {{"consensus.batch_ms", "7"}}});
    std::filesystem::remove(path);
    REQUIRE(config.has_value());
    CHECK(config->api.threads == 4);
    CHECK(config->consensus.batch_ms == 7);
    CHECK(config->consensus.heartbeat_ms == 500);
    CHECK(config->consensus.idle_status_ms == 1000);
}

TEST_CASE("an unknown key is refused with its line and the nearest name") {
    const auto words = refusal("name = \"a\"\n\n[consensus]\nview_timout_ms = 5\n");
    CHECK(says(words, ".toml:4: unknown key 'consensus.view_timout_ms'; did you mean 'consensus.view_timeout_ms'?"));
    CHECK(says(refusal("nmae = \"a\"\n"), "unknown key 'nmae'; did you mean 'name'?"));
    CHECK(says(refusal("name = \"a\"\n[data]\nx = 1\n"), "'data' must be a text in quotes"));
}

TEST_CASE("wrong types, ranges and broken files are refused, all at once") {
    const auto words = refusal("name = 5\nrole = \"king\"\n[api]\nthreads = 0\nburst = \"many\"\n");
    CHECK(says(words, "'name' must be a text in quotes"));
    CHECK(says(words, "'role' must be one of validator, observer, not 'king'"));
    CHECK(says(words, "'api.threads' must be a whole number from 1 to 64, not '0'"));
    CHECK(says(words, "'api.burst' must be a whole number"));
    CHECK(says(refusal("name = \"a"), ".toml:1"));
    CHECK(says(refusal(""), "'name' is not set"));
    CHECK(says(refusal("role = \"observer\"\n"), "'api.listen' is not set"));
    CHECK(says(node::load_config({"/nonexistent/placetd.toml", {}, {}}).error().message, "/nonexistent/placetd.toml"));
}

TEST_CASE("relative paths are relative to the file, lists are read as lists") {
    const auto path = write_file("name = \"a\"\ngenesis = \"../genesis.json\"\nkeys = \"/etc/keys\"\n[observer]\nfollow = [\"h:1\", \"h:2\"]\n");
    const auto config = node::load_config({path, {{"PLACET_DATA", "here"}}, {}});
    std::filesystem::remove(path);
    REQUIRE(config.has_value());
    CHECK(config->genesis == path.parent_path() / "../genesis.json");
    CHECK(config->keys == "/etc/keys");
    CHECK(config->data == "here");
    CHECK(config->observer.follow == std::vector<std::string>{"h:1", "h:2"});
}

// How the demo begins and ends: one a folder, ports that are taken, an end in
// the middle of the story, and being killed.
#include <catch2/catch.hpp>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "cli/demo/process.hpp"
#include "tests/integration/chain.hpp"
#include "tests/integration/story_ports.hpp"

using namespace placet;
using placet::tests::eventually;
namespace demo = placet::cli::demo;
namespace fs = std::filesystem;

namespace {

struct Place {
  Place() {
    ::setenv("PLACET_SCRYPT_LOG2N", "10", 1);
    char pattern[] = "/tmp/placet-demo-XXXXXX";
    folder = ::mkdtemp(pattern);
  }
  ~Place() {
    std::error_code ignored;
    fs::remove_all(folder, ignored);
  }
  Place(const Place &) = delete;
  Place &operator=(const Place &) = delete;

  [[nodiscard]] demo::ProcessSpec
  command(const std::string &out, std::vector<std::string> more = {}) const {
    const char *bin = std::getenv("PLACET_BIN");
    const std::string programs = bin != nullptr ? bin : "build/release/bin";
    demo::ProcessSpec spec{{programs + "/placet-demo", "--bin", programs,
                            "--out", (folder / out).string(), "--base-port",
                            std::to_string(port)},
                           {}};
    spec.arguments.insert(spec.arguments.end(), more.begin(), more.end());
    return spec;
  }
  /// In the background, until its validators run.
  [[nodiscard]] demo::Daemon started() const {
    std::error_code ignored;
    fs::remove(folder / "printed", ignored);
    auto daemon =
        demo::Daemon::start(command("out"), (folder / "printed").string());
    REQUIRE(daemon.has_value());
    INFO(printed());
    REQUIRE(eventually([&] {
      return printed().find("university runs as process") != std::string::npos;
    }));
    return std::move(*daemon);
  }
  [[nodiscard]] std::string printed() const {
    std::ifstream in(folder / "printed");
    return {std::istreambuf_iterator<char>(in), {}};
  }
  [[nodiscard]] bool ports_are_free() const {
    for (unsigned each = port; each < port + cli::localnet::ports_used();
         ++each)
      if (cli::localnet::port_user(each))
        return false;
    return true;
  }

  fs::path folder;
  unsigned port = tests::free_story_ports();
};

bool says(const std::string &text, const std::string &words) {
  return text.find(words) != std::string::npos;
}

} // namespace

TEST_CASE("a demo is alone in its folder and on its ports, ends in the middle "
          "when it is told to, and leaves nothing when it is killed") {
  const Place place;
  demo::Daemon first = place.started();
  const demo::ProcessResult same_folder =
      demo::run_process(place.command("out", {"--once"}));
  CHECK(same_folder.exit_code == 2);
  CHECK(says(same_folder.err, "another demo runs already"));
  CHECK(says(same_folder.err, "process " + std::to_string(first.pid())));
  const demo::ProcessResult same_ports =
      demo::run_process(place.command("elsewhere", {"--once"}));
  CHECK(same_ports.exit_code == 2);
  CHECK(says(same_ports.err, "port " + std::to_string(place.port) +
                                 " is in use by placetd (pid "));

  CHECK(first.stop(60'000) == 130);
  CHECK(says(place.printed(), "The story was interrupted"));
  CHECK_FALSE(says(place.printed(), "Not every step"));
  CHECK_FALSE(fs::exists(place.folder / "out" / "network"));
  CHECK(place.ports_are_free());

  demo::Daemon second = place.started();
  second.kill_now();
  CHECK(eventually([&] { return place.ports_are_free(); }));
  demo::Daemon third =
      place.started(); // in the folder that the killed one left
  CHECK(third.stop(60'000) == 130);
  CHECK(place.ports_are_free());
}

TEST_CASE("a demo that is given no folder of data says so and starts nothing") {
  const Place place;
  for (const char *data : {"/nonexistent", "/dev/null"}) {
    const demo::ProcessResult result =
        demo::run_process(place.command("out", {"--once", "--data", data}));
    CHECK(result.exit_code == 2);
    CHECK(says(result.err, data));
    CHECK(says(result.err, "not a folder"));
    CHECK_FALSE(fs::exists(place.folder / "out" / "network"));
  }
}

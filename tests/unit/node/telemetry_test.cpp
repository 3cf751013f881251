// The log cannot be forged, the metrics can be read.
#include <catch2/catch.hpp>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "node/telemetry/log.hpp"
#include "node/telemetry/metrics.hpp"

using namespace placet;

TEST_CASE("a log line is one line whatever a peer says") {
    CHECK(node::json_quoted("plain") == "\"plain\"");
    CHECK(node::json_quoted("a\"b\\c\nd\r\x01\x7f") == R"("a\"b\\c\u000ad\u000d\u0001\u007f")");
    CHECK(node::json_quoted("\xff\xfe") == "\"??\"");
    CHECK(node::json_quoted("Grüße") == "\"Grüße\"");

    const auto path = std::filesystem::temp_directory_path() / ("placet-log-" + std::to_string(::getpid()));
    {
        const auto log = node::Log::open({"node-a", "info", path.string()}).value();
        log->info("event", "words\n{\"level\":\"error\"}", {{"peer", "x\"y"}, {"count", std::uint64_t{7}}, {"good", true}});
        log->debug("quiet", "not written at this level");
    }
    std::ifstream in(path);
    std::stringstream content;
    content << in.rdbuf();
    std::filesystem::remove(path);
    const std::string text = content.str();
    CHECK(std::ranges::count(text, '\n') == 1);
    CHECK(text.find(R"("level":"info","node":"node-a","event":"event","message":"words\u000a{\"level\":\"error\"}","peer":"x\"y","count":7,"good":true})") !=
          std::string::npos);
    CHECK(text.find("quiet") == std::string::npos);
}

TEST_CASE("a log that cannot be opened is refused") {
    CHECK(node::Log::open({"n", "info", "/proc/placet/log"}).error().field == "log.file");
}

TEST_CASE("metrics come out in the text format") {
    node::Metrics metrics;
    metrics.height.Set(42);
    metrics.transactions_sealed.Increment(3);
    metrics.set_readiness("quorum", 1);
    const auto text = metrics.text();
    CHECK(text.find("placet_height 42") != std::string::npos);
    CHECK(text.find("placet_transactions_sealed_total 3") != std::string::npos);
    CHECK(text.find("placet_ready{reason=\"quorum\"} 1") != std::string::npos);
}

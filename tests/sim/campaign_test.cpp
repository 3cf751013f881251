// Campaigns, their state, worlds as text, shrinking: what turns runs into a verdict that can be trusted and repeated.
#include "tests/sim/campaign.hpp"

#include <catch2/catch.hpp>

#include "tests/sim/crash_points.hpp"
#include "tests/sim/shrink.hpp"
#include "tests/sim/twins.hpp"

namespace {

using namespace placet;
using sim::Scenario;
using sim::Tally;

Tally wanted(std::uint64_t from, std::uint64_t seeds) {
    Tally tally;
    tally.from = from;
    tally.wanted = seeds;
    return tally;
}

/// Everything but the clock.
std::string counted(Tally tally) {
    tally.seconds = tally.cpu_seconds = 0;
    return sim::to_json(tally);
}

}  // namespace

TEST_CASE("a campaign may begin at the largest seed and wraps around") {
    const Tally both = sim::run_campaign(wanted(UINT64_MAX, 2), {.jobs = 2});
    CHECK(both.failures.empty());
    CHECK(both.seeds == 2);
    CHECK(both.events == sim::run_seed({.seed = UINT64_MAX}).events + sim::run_seed({.seed = 0}).events);
    CHECK(sim::to_json(both).find("\"from\": 18446744073709551615") != std::string::npos);
}

TEST_CASE("a campaign that was left and taken up again adds up to the same as one in one go") {
    int asked = 0;
    sim::Campaign left;
    left.should_stop = [&] { return ++asked > 1; };
    const Tally part = sim::run_campaign(wanted(20, 6), left);
    const auto read = sim::tally_from_json(sim::to_json(part));
    REQUIRE(read.has_value());
    CHECK(counted(*read) == counted(part));
    const Tally rest = sim::run_campaign(*read, {.jobs = 2});
    CHECK(rest.seeds == 6);
    CHECK(counted(rest) == counted(sim::run_campaign(wanted(20, 6), {.jobs = 1})));
}

TEST_CASE("what is no summary is refused") {
    CHECK_FALSE(sim::tally_from_json("{}").has_value());
    CHECK_FALSE(sim::tally_from_json("not json").has_value());
}

TEST_CASE("a tally keeps violations with their seeds, and medians") {
    Tally tally;
    for (std::uint64_t seed = 1; seed <= 3; ++seed) {
        sim::RunResult run;
        run.seed = seed;
        run.blocks = 100 * seed;
        run.faults = {{"lost", 1000}, {"crash", seed}};
        if (seed == 2) run.violations = {{"S1", "said \"so\""}};
        tally.add(run);
    }
    CHECK(sim::median_of(tally.blocks_a_seed) == 200);
    CHECK(sim::median_of(tally.faults_a_seed) == 2);
    const auto read = sim::tally_from_json(sim::to_json(tally));
    REQUIRE(read.has_value());
    REQUIRE(read->failures.size() == 1);
    CHECK(read->failures[0].seed == 2);
    CHECK(read->failures[0].violation.detail == "said \"so\"");
    CHECK(sim::to_json(tally).find("./run sim --seed 2 --trace") != std::string::npos);
}

TEST_CASE("a world survives being written and read") {
    Scenario scenario = sim::choose_scenario(77);
    scenario.sides = {3, 5};
    scenario.skipped = {1, 9};
    scenario.crash_point = sim::CrashPoint{2, 40};
    const std::string text = sim::to_text(scenario);
    const auto read = sim::scenario_from_text(text);
    REQUIRE(read.has_value());
    CHECK(sim::to_text(*read) == text);
    CHECK_FALSE(sim::scenario_from_text("loss 3\n").has_value());
    CHECK_FALSE(sim::scenario_from_text("n 0\n").has_value());
    CHECK_FALSE(sim::scenario_from_text("n 4\nfaulty 4 silent\n").has_value());
}

TEST_CASE("a failing seed shrinks to a smaller world that breaks the same property") {
    constexpr auto fault = consensus::Fault::seal_without_quorum;
    std::uint64_t seed = 0;
    while (sim::run_seed({.seed = seed, .fault = fault}).violations.empty()) ++seed;
    const Scenario first = sim::choose_scenario(seed);
    const sim::Shrunk shrunk = sim::shrink(first, fault, [](const std::string&) {});
    REQUIRE_FALSE(shrunk.property.empty());
    const sim::RunResult again = sim::run_seed({.seed = seed, .fault = fault, .scenario = shrunk.scenario});
    REQUIRE_FALSE(again.violations.empty());
    CHECK(again.violations[0].property == shrunk.property);
    CHECK(shrunk.scenario.requests > 0);
    CHECK(shrunk.scenario.chaos_ms < first.chaos_ms);
    CHECK(sim::shrink(sim::choose_scenario(0), consensus::Fault::none, [](const std::string&) {}).property.empty());
}

TEST_CASE("every way to split four, and seven, replicas in two heals") {
    std::vector<Scenario> worlds = sim::all_partitions(4);
    CHECK(worlds.size() == 7);
    for (Scenario& scenario : sim::all_partitions(7)) worlds.push_back(std::move(scenario));
    CHECK(worlds.size() == 7 + 63);
    for (const Scenario& scenario : worlds) {
        const sim::RunResult run = sim::run_seed({.seed = scenario.seed, .scenario = scenario});
        INFO(sim::to_text(scenario));
        CHECK(run.violations.empty());
    }
}

TEST_CASE("all ways to split four replicas and a twin: 34,816 for each replica that may be the twin") {
    CHECK(sim::all_twins_of_four().size() == 4 * 34'816);
}

TEST_CASE("a replica alone for half an hour comes back without a needless view change") {
    Scenario scenario;
    scenario.sides = {8};
    scenario.round_ms = scenario.chaos_ms = 1'800'000;
    scenario.requests = 5;
    const sim::RunResult run = sim::run_seed({.seed = 1, .scenario = scenario});
    CHECK(run.violations.empty());
    CHECK(run.blocks > 800);  // heartbeats
    CHECK(run.marks.at("views_after_heal_max") == 0);
}

// R2: under attack throughput stays above half of the fault-free. The attacker is the primary of view 0; nothing else
// goes wrong.
#include <catch2/catch.hpp>

#include "tests/sim/world.hpp"

namespace {

using namespace placet;
using sim::Misbehaviour;

/// Requests answered in twenty seconds.
std::uint64_t answered(std::optional<Misbehaviour> attack) {
    sim::Scenario scenario;
    scenario.chaos_ms = 20'000;
    scenario.request_every_ms = 12;
    if (attack) scenario.faulty = {{0, *attack}};
    const sim::RunResult run = sim::run_seed({.seed = 5, .scenario = scenario});
    CHECK(run.violations.empty());
    return run.answered_in_chaos;
}

}  // namespace

TEST_CASE("R2: whatever the primary does, more than half of the fault-free throughput is left") {
    const std::uint64_t fault_free = answered(std::nullopt);
    CHECK(fault_free > 1000);
    for (std::size_t kind = 0; kind < sim::kMisbehaviours; ++kind) {
        const auto attack = static_cast<Misbehaviour>(kind);
        const std::uint64_t left = answered(attack);
        INFO(to_string(attack) << ": " << left << " of " << fault_free);
        CHECK(2 * left > fault_free);
    }
}

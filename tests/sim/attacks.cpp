// See attacks.hpp.
#include "tests/sim/attacks.hpp"

#include <fmt/format.h>

namespace placet::sim {

namespace {

constexpr std::uint64_t kLongestWaitMs = 8000;

}  // namespace

Service serve_under(std::optional<Misbehaviour> attack, consensus::Fault fault) {
    Scenario scenario;
    scenario.chaos_ms = 20'000;
    scenario.request_every_ms = 12;
    if (attack) scenario.faulty = {{0, *attack}};
    RunResult run = run_seed({.seed = 5, .fault = fault, .scenario = scenario});
    return {run.answered_in_chaos, run.longest_wait_ms, std::move(run.violations)};
}

std::vector<Violation> judge(const Service& fault_free, const Service& under_attack) {
    std::vector<Violation> out = under_attack.violations;
    if (2 * under_attack.answered <= fault_free.answered)
        out.push_back({"R2", fmt::format("{} requests answered under attack, {} without", under_attack.answered,
                                         fault_free.answered)});
    if (under_attack.longest_wait_ms > kLongestWaitMs)
        out.push_back(
            {"L4", fmt::format("a request waited {} ms while others were served", under_attack.longest_wait_ms)});
    return out;
}

}  // namespace placet::sim

// See crash_points.hpp.
#include "tests/sim/crash_points.hpp"

namespace placet::sim {

Scenario crash_scenario(CrashPoint point) {
    Scenario scenario;
    scenario.seed = point.boundary;
    scenario.requests = kCrashPointRequests;
    scenario.request_every_ms = 4;
    scenario.batch = 3;
    scenario.latency_max_us = 2000;
    scenario.chaos_ms = 3000;
    scenario.crash_point = point;
    return scenario;
}

std::vector<Scenario> all_crash_points(std::uint64_t every) {
    std::vector<Scenario> all;
    for (types::ReplicaId id = 0; id < 4; ++id) {
        const std::uint64_t boundaries = run_seed({.seed = 0, .scenario = crash_scenario({id, UINT64_MAX})}).boundaries;
        for (std::uint64_t boundary = 0; boundary < boundaries; boundary += every) {
            all.push_back(crash_scenario({id, boundary}));
            all.back().seed = 0;  // the same run each time, up to the crash
        }
    }
    return all;
}

}  // namespace placet::sim

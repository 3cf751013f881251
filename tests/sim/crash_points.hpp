// A crash at every persistence boundary: a run of 200 requests on four replicas, again and again, with one crash in
// each: just before a write, between write and sync, between sync and the core's knowing of it, and before each
// message, delivery and seal that leaves.
#pragma once

#include "tests/sim/world.hpp"

namespace placet::sim {

inline constexpr std::uint64_t kCrashPointRequests = 200;

/// The run with a crash of `point.id` at `point.boundary`; no crash if there are fewer boundaries.
[[nodiscard]] Scenario crash_scenario(CrashPoint point);
/// Every `every`-th boundary of every replica.
[[nodiscard]] std::vector<Scenario> all_crash_points(std::uint64_t every);

}  // namespace placet::sim

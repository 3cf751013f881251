// `./run bench consensus`: what the chain does per second and how fast, beside what this machine could do at best,
// measured in the same run. Rows for each n at saturation and at low load, curves of cost over n, batch and payload,
// access events in batches, and the gap after the primary is killed. Load comes over REST and TLS from a process of its
// own; only receipts with a verified certificate count.
#pragma once

#include <iosfwd>

#include "tests/bench/bed.hpp"
#include "tests/bench/limits.hpp"

namespace placet::bench {

struct BenchPlan {
    std::vector<std::size_t> sizes = {4, 7, 10, 16};
    std::size_t saturated_seconds = 60;
    std::size_t low_seconds = 15;
    std::size_t curve_seconds = 8;
    std::size_t connections = 400;  ///< under way at saturation
    std::filesystem::path folder = "build/bench";
};

/// Smaller in everything: shows that it runs, not how fast.
[[nodiscard]] BenchPlan quick_plan();

/// {"rows": […], "curves": […], "access_events": {…}, "primary_killed": {…}, "limits": {…}}; also a table to `out` as
/// it comes.
[[nodiscard]] nlohmann::json run_consensus_bench(const BenchPlan& plan, std::ostream& out);

}  // namespace placet::bench

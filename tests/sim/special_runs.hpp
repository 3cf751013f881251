// placet-sim's other ways to run: one world from a file, shrinking, twins, crash points. Each prints, and gives the
// exit code.
#pragma once

#include "tests/sim/options.hpp"
#include "tests/sim/world.hpp"

namespace placet::sim {

/// The trace if there is one, what happened, and what was violated.
[[nodiscard]] int report_one(const RunResult& run);
[[nodiscard]] int run_world_file(const Options& options);
[[nodiscard]] int run_shrink(const Options& options);
[[nodiscard]] int run_twins(const Options& options);
[[nodiscard]] int run_crash_points(const Options& options);

}  // namespace placet::sim

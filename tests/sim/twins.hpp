// Twins: a Byzantine replica as two machines with one key, each honest for itself, and the network split in two anew
// each round (Bano et al., "Twins: BFT Systems Made Robust", 2020). For n = 4 every such run of four rounds; for n = 7
// samples with two twins.
#pragma once

#include "tests/sim/tally.hpp"

namespace placet::sim {

inline constexpr std::size_t kTwinRounds = 4;

/// Every scenario for n = 4: each replica as the twin, every split of the five machines in every round; what only swaps
/// the names of the two twin machines is left out.
[[nodiscard]] std::vector<Scenario> all_twins_of_four();
/// A sample for n = 7: two twins, nine machines.
[[nodiscard]] Scenario sampled_twins_of_seven(std::uint64_t sample);
/// Every way to split n honest replicas in two, for three seconds.
[[nodiscard]] std::vector<Scenario> all_partitions(std::size_t n);

}  // namespace placet::sim

// Attacks on progress: worlds in which one replica misbehaves and nothing else goes wrong, for twenty seconds under
// load. What must be left of the service is said by R2 (half of the fault-free throughput) and L4 (nobody is left out).
#pragma once

#include "tests/sim/world.hpp"

namespace placet::sim {

struct Service {
    std::uint64_t answered = 0;         ///< requests
    std::uint64_t longest_wait_ms = 0;  ///< of any request, answered or not
    std::vector<Violation> violations;  ///< of any other property
};
/// The service of four replicas while the primary of view 0 does `attack`; fault-free without one. `fault`: of the
/// other three.
[[nodiscard]] Service serve_under(std::optional<Misbehaviour> attack, consensus::Fault fault = consensus::Fault::none);

/// What R2 and L4 say against `under_attack`; nothing if all is well. f + 1 view changes of at most 8 s each are the
/// longest that a request may have to wait, in fact one of a second and the half second before it.
[[nodiscard]] std::vector<Violation> judge(const Service& fault_free, const Service& under_attack);

}  // namespace placet::sim

// Makes the world of a failing seed smaller as long as it breaks the same property: fewer faults, requests, replicas,
// less time.
#pragma once

#include <functional>

#include "ledger/base/error.hpp"
#include "tests/sim/world.hpp"

namespace placet::sim {

struct Shrunk {
    Scenario scenario;
    std::string property;  ///< empty: the seed does not fail, nothing to do
    std::uint64_t runs = 0;
};
/// `said` hears of every step that held. `fault` is that of tests/sabotage.
[[nodiscard]] Shrunk shrink(const Scenario& failing, consensus::Fault fault,
                            const std::function<void(const std::string&)>& said);

/// A world as lines of `name value`; what is as in a default Scenario is left out.
[[nodiscard]] std::string to_text(const Scenario& scenario);
[[nodiscard]] base::Result<Scenario> scenario_from_text(const std::string& text);

}  // namespace placet::sim

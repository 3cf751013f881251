// Many seeds: runs them on a few threads and adds up, in the order of seeds, what they reached. What is added up at any
// moment is a whole number of seeds from the first on, so a campaign can be left and taken up again.
#pragma once

#include <functional>

#include "tests/sim/tally.hpp"

namespace placet::sim {

struct Campaign {
    unsigned jobs = 1;
    /// Asked now and then: true ends the campaign after the seeds under way.
    std::function<bool()> should_stop = [] { return false; };
    /// Called from the calling thread, now and then, with what is added up so far.
    std::function<void(const Tally&)> progress = [](const Tally&) {};
};

/// Runs the worlds `make(i)` for i = begun.seeds … begun.wanted − 1 on top of what `begun` holds. Counters do not
/// depend on `jobs`.
using MakeRun = std::function<RunOptions(std::uint64_t index)>;
[[nodiscard]] Tally run_worlds(Tally begun, const MakeRun& make, const Campaign& campaign);
/// Runs the seeds from + seeds … from + wanted − 1 of `begun` on top of what it holds. Counters do not depend on
/// `jobs`.
[[nodiscard]] Tally run_campaign(Tally begun, const Campaign& campaign);

}  // namespace placet::sim

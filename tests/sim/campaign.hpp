// Many seeds: runs them on a few threads, adds up what they reached, and says so as JSON.
#pragma once

#include <functional>

#include "tests/sim/world.hpp"

namespace placet::sim {

struct Campaign {
    std::uint64_t from = 0;   ///< any number; seeds wrap around 2^64
    std::uint64_t seeds = 0;
    unsigned jobs = 1;
};
struct CampaignResult {
    std::uint64_t from = 0;
    std::uint64_t seeds = 0;
    std::uint64_t events = 0;
    std::uint64_t virtual_ms = 0;
    std::uint64_t blocks = 0;
    Counters faults;
    Counters marks;
    struct Failure {
        std::uint64_t seed;
        Violation violation;
    };
    std::vector<Failure> failures;  ///< ascending by distance from `from`
    double seconds = 0;             ///< of the wall clock; the only number here that two runs may disagree on
};

/// `progress(done)` is called from the calling thread, now and then. Results do not depend on `jobs`.
[[nodiscard]] CampaignResult run_campaign(const Campaign& campaign, const std::function<void(std::uint64_t done)>& progress);
[[nodiscard]] std::string to_json(const CampaignResult& result);

}  // namespace placet::sim

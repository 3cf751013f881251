// What many seeds added up to, and how it is written: the summary of a campaign is also the state from which it goes
// on.
#pragma once

#include "ledger/base/error.hpp"
#include "tests/sim/world.hpp"

namespace placet::sim {

struct Failure {
    std::uint64_t seed = 0;
    Violation violation;
};

struct Tally {
    std::string commit;        ///< of the build; empty where unknown
    std::uint64_t from = 0;    ///< first seed; seeds wrap around 2^64
    std::uint64_t seeds = 0;   ///< run: exactly from … from + seeds − 1
    std::uint64_t wanted = 0;  ///< seeds asked for
    std::uint64_t events = 0;
    std::uint64_t blocks = 0;  ///< sequence numbers, over all seeds
    std::uint64_t virtual_ms = 0;
    std::uint64_t real_store_seeds = 0;
    double seconds = 0;  ///< of the wall clock, over all sittings
    double cpu_seconds = 0;
    Counters faults;
    Counters marks;
    std::map<std::uint64_t, std::uint64_t> blocks_a_seed;  ///< sequence numbers → seeds that had so many
    std::map<std::uint64_t, std::uint64_t> faults_a_seed;  ///< without packets lost or doubled
    std::vector<Failure> failures;  ///< ascending by distance from `from`; the first kMostFailures

    static constexpr std::size_t kMostFailures = 1000;
    void add(const RunResult& run);
};

/// The lower median of a histogram; 0 for an empty one.
[[nodiscard]] std::uint64_t median_of(const std::map<std::uint64_t, std::uint64_t>& histogram) noexcept;
/// The one command that replays a failure.
[[nodiscard]] std::string replay_command(std::uint64_t seed);
[[nodiscard]] std::string to_json(const Tally& tally);
/// malformed if it is not a summary that to_json wrote.
[[nodiscard]] base::Result<Tally> tally_from_json(const std::string& text);

}  // namespace placet::sim

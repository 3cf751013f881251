// The validator set changes while machines crash, lose their disks and the network falls apart: what must hold holds, and wrong cores and
// wrong drivers are found out. Nobody is restarted for a change.
#include <catch2/catch.hpp>

#include "tests/epochs/world.hpp"

using namespace placet;
using consensus::Fault;
using epochs::DriverFault;

namespace {

constexpr std::uint64_t kSeeds = 120;

/// The first violation within the seeds; empty if there is none.
std::string caught(Fault fault, DriverFault driver) {
    for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
        const auto result = epochs::run({seed, fault, driver});
        if (!result.violations.empty()) return "seed " + std::to_string(seed) + ": " + result.violations.front();
    }
    return {};
}

}  // namespace

TEST_CASE("validators are added, removed, rotated and replaced through crashes, lost disks and partitions") {
    std::map<std::string, std::uint64_t> marks;
    std::uint64_t changed = 0;
    for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
        const auto result = epochs::run({seed, Fault::none, DriverFault::none});
        INFO("seed " << seed << ", " << result.epochs << " epochs, " << result.height << " blocks");
        for (const auto& violation : result.violations) UNSCOPED_INFO(violation);
        CHECK(result.violations.empty());
        changed += result.epochs;
        for (const auto& [name, count] : result.marks) marks[name] += count;
    }
    for (const char* mark : {"add", "remove", "rotate", "lost_rotated", "laggard_answered", "fetched", "old_disk", "follows", "crash_lost_unsynced",
                             "everybody_crashed", "epoch_ended_in_view_change"}) {
        INFO(mark);
        CHECK(marks[mark] > 0);
    }
    INFO(changed << " epochs");
    CHECK(changed > 3 * kSeeds);
}

TEST_CASE("a core that orders beyond the end of its epoch is found out") { CHECK(caught(Fault::epoch_end_ignored, DriverFault::none) != ""); }

TEST_CASE("a driver that starts the next epoch before the last block is durable is found out") {
    CHECK(caught(Fault::none, DriverFault::next_epoch_before_durable) != "");
}

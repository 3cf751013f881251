// What is said about a node in each state.
#include <catch2/catch.hpp>

#include "node/service/health.hpp"

using namespace placet;
using node::Sight;

namespace {

Sight good() {
    Sight sight;
    sight.is_validator = true;
    sight.store_open = true;
    sight.replica = consensus::ReplicaSummary{};
    sight.replica->standing = consensus::Standing::voting;
    sight.validators = 4;
    sight.peers_connected = 3;
    sight.height = 7;
    return sight;
}

bool says(const std::string& text, std::string_view words) { return text.find(words) != std::string::npos; }

bool ready(const Sight& sight) {
    return std::ranges::all_of(node::readiness_of(sight), [](const auto& reason) { return reason.ok; });
}

}  // namespace

TEST_CASE("a validator that votes with all its peers is healthy and ready") {
    CHECK(node::judge(good()).state == "healthy");
    CHECK(ready(good()));
}

TEST_CASE("a closed store, a missing quorum and a silent ledger are stopped") {
    auto sight = good();
    sight.store_open = false;
    CHECK(node::judge(sight).state == "stopped");
    CHECK_FALSE(ready(sight));
    sight.store_error = "file 5 is damaged";
    CHECK(node::judge(sight).summary == "file 5 is damaged");

    sight = good();
    sight.peers_connected = 1;
    CHECK(node::judge(sight).state == "stopped");
    CHECK(says(node::judge(sight).summary, "only 2 of 4 validators are reachable, 3 are needed"));
    CHECK_FALSE(ready(sight));

    sight = good();
    sight.last_seal_ms_ago = 60000;
    CHECK(node::judge(sight).state == "stopped");
    CHECK(says(node::judge(sight).summary, "nothing was sealed for 60 s"));
}

TEST_CASE("where no state can be sealed any more a validator is stopped, and says at which height") {
    auto sight = good();
    sight.replica->split_at = 8;
    CHECK(node::judge(sight).state == "stopped");
    CHECK(says(node::judge(sight).summary, "height 8"));
    CHECK_FALSE(ready(sight));
}

TEST_CASE("a lost vote, a missing peer, an old certificate, a wrong clock and a full disk degrade, and say what to do") {
    auto sight = good();
    sight.replica->standing = consensus::Standing::lost;
    CHECK(node::judge(sight).state == "degraded");
    CHECK(says(node::judge(sight).summary, "never votes again"));
    CHECK_FALSE(ready(sight));

    sight = good();
    sight.replica->standing = consensus::Standing::checking;
    CHECK(node::judge(sight).state == "degraded");
    CHECK_FALSE(ready(sight));

    sight = good();
    sight.peers_connected = 2;
    sight.peers_down = {"hospital-c"};
    CHECK(says(node::judge(sight).summary, "no link to hospital-c"));
    CHECK(ready(sight));

    sight = good();
    sight.certificate_days_left = 3;
    CHECK(says(node::judge(sight).summary, "ends in 3 days"));
    sight = good();
    sight.clock_offset_ms = -4000;
    CHECK(says(node::judge(sight).summary, "-4000 ms from this machine's clock"));
    sight = good();
    sight.disk_free_mib = 100;
    sight.disk_min_free_mib = 64;
    CHECK(says(node::judge(sight).summary, "100 MiB free"));
    sight = good();
    sight.replica->sealed = 10;
    sight.replica->highest_seal_known = 100;
    CHECK(says(node::judge(sight).summary, "catching up"));
    CHECK_FALSE(ready(sight));
}

TEST_CASE("an observer is ready while somebody answers") {
    Sight sight;
    sight.store_open = true;
    CHECK(node::judge(sight).state == "stopped");
    CHECK_FALSE(ready(sight));
    sight.following = true;
    CHECK(node::judge(sight).state == "healthy");
    CHECK(ready(sight));
}

TEST_CASE("a validator without a seat follows and says so, and one that left says to stop it") {
    Sight sight;
    sight.store_open = true;
    sight.following = true;
    sight.wants_seat = true;
    CHECK(node::judge(sight).state == "degraded");
    CHECK(says(node::judge(sight).summary, "no seat with these keys"));
    CHECK(ready(sight));

    sight = good();
    sight.has_left = true;
    sight.peers_connected = 0;
    CHECK(node::judge(sight).state == "stopped");
    CHECK(says(node::judge(sight).summary, "left the validators: it serves what was sealed up to height 7"));
    CHECK_FALSE(ready(sight));
}

TEST_CASE("since is when the state began") {
    node::HealthMemory memory;
    CHECK(memory.since("healthy", 5) == 5);
    CHECK(memory.since("healthy", 9) == 5);
    CHECK(memory.since("degraded", 12) == 12);
}

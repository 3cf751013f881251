// f and q for every size, and parameters that cannot work.
#include <catch2/catch.hpp>

#include "consensus/config.hpp"
#include "tests/sim/fake_crypto.hpp"

using namespace placet;

TEST_CASE("thresholds of 1 to 13 replicas: two quorums share a correct replica, and the correct ones make a quorum") {
    const std::array<std::size_t, 14> f = {0, 0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3, 4};
    const std::array<std::size_t, 14> q = {0, 1, 2, 2, 3, 4, 4, 5, 6, 6, 7, 8, 8, 9};
    for (std::size_t n = 1; n <= 13; ++n) {
        CAPTURE(n);
        CHECK(types::max_faulty(n) == f[n]);
        CHECK(types::quorum(n) == q[n]);
        CHECK(2 * q[n] - n >= f[n] + 1);
        CHECK(q[n] <= n - f[n]);
        CHECK(sim::make_validators(n).q() == q[n]);
    }
}

TEST_CASE("parameters under which a view change could outlast the cap are refused") {
    consensus::Config config;
    config.validators = sim::make_validators(4);
    CHECK(consensus::check(config).has_value());
    config.network.bandwidth_bytes_per_ms = 1024;
    REQUIRE_FALSE(consensus::check(config).has_value());
    CHECK(consensus::check(config).error().field == "network");
    config = {};
    config.validators = sim::make_validators(4);
    config.self = 4;
    CHECK_FALSE(consensus::check(config).has_value());
    config.self = 0;
    config.window = 33;
    CHECK_FALSE(consensus::check(config).has_value());
}

// R2 and L4: what is left of the service while the primary of view 0 attacks; nothing else goes wrong.
#include "tests/sim/attacks.hpp"

#include <catch2/catch.hpp>

using namespace placet;
using namespace placet::sim;

TEST_CASE("R2, L4: whatever the primary does, half of the fault-free throughput is left and nobody is left out") {
    const Service fault_free = serve_under(std::nullopt);
    CHECK(fault_free.answered > 1000);
    CHECK(judge(fault_free, fault_free).empty());
    for (std::size_t kind = 0; kind < kMisbehaviours; ++kind) {
        const auto attack = static_cast<Misbehaviour>(kind);
        const Service left = serve_under(attack);
        INFO(to_string(attack) << ": " << left.answered << " of " << fault_free.answered << ", at most "
                               << left.longest_wait_ms << " ms");
        for (const Violation& violation : judge(fault_free, left))
            FAIL_CHECK(violation.property << " " << violation.detail);
    }
}

TEST_CASE("R2 fires when half of the throughput is lost; L4 when a request waits for long") {
    const Service fault_free{1000, 50, {}};
    CHECK(judge(fault_free, {501, 8000, {}}).empty());
    REQUIRE(judge(fault_free, {500, 50, {}}).size() == 1);
    CHECK(judge(fault_free, {500, 50, {}})[0].property == "R2");
    REQUIRE(judge(fault_free, {1000, 8001, {}}).size() == 1);
    CHECK(judge(fault_free, {1000, 8001, {}})[0].property == "L4");
}

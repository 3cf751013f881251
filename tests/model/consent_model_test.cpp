// The rules of consent against the naive model for a moment, and rules that are wrong on purpose, each of which the
// model must catch. Longer runs: ./run check consent.
#include <catch2/catch.hpp>
#include <iostream>

#include "contracts/consent/faults.hpp"
#include "tests/model/topic.hpp"

using namespace placet::tests::model;
using placet::contracts::consent::Fault;
using placet::contracts::consent::last_of;

TEST_CASE("the rules of consent and their naive model agree") {
    CHECK(check_consent({20'000, 1, 0}).difference == "");
}

TEST_CASE("every wrong rule of consent is caught by the model") {
    const unsigned rules = static_cast<unsigned>(last_of(Fault{}));
    unsigned caught = 0;
    for (unsigned fault = 1; fault <= rules; ++fault) {
        INFO("Fault " << fault);
        const bool is_caught = !check_consent({40'000, 2, fault}).difference.empty();
        CHECK(is_caught);
        caught += is_caught ? 1 : 0;
    }
    std::cout << caught << " of " << rules << " wrong rules of consent are caught\n";
    CHECK(rules >= 20);
}

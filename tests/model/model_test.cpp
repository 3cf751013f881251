// The rules against the naive models for a moment, and rules that are wrong on purpose, each of which the models must
// catch. Longer runs:
// ./run check match, ./run check periods.
#include <catch2/catch.hpp>

#include "contracts/consent/periods.hpp"
#include "contracts/dataset/faults.hpp"
#include "tests/model/topic.hpp"

using namespace placet::tests::model;
using placet::contracts::consent::PeriodFault;
using placet::contracts::dataset::MatchFault;

TEST_CASE("the matcher and its naive model agree") {
    CHECK(check_match({20'000, 1, 0}).difference == "");
}

TEST_CASE("the calculation of periods and its naive model agree") {
    CHECK(check_periods({10'000, 1, 0}).difference == "");
}

TEST_CASE("every wrong matcher is caught by the model") {
    for (unsigned fault = 1; fault <= static_cast<unsigned>(MatchFault::care_is_research); ++fault) {
        INFO("MatchFault " << fault);
        CHECK_FALSE(check_match({20'000, 2, fault}).difference.empty());
    }
}

TEST_CASE("every wrong calculation of periods is caught by the model") {
    for (unsigned fault = 1; fault <= static_cast<unsigned>(PeriodFault::system_ignored); ++fault) {
        INFO("PeriodFault " << fault);
        CHECK_FALSE(check_periods({10'000, 2, fault}).difference.empty());
    }
}

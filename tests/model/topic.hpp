// A topic of `placet-check`: random cases, each decided by the rules and by a naive model, until they disagree. To add
// one: a function of this shape, its declaration here, its line in main.cpp.
#pragma once

#include <cstdint>
#include <map>
#include <string>

namespace placet::tests::model {

struct Plan {
    std::uint64_t ops = 1000;
    std::uint64_t seed = 1;
    unsigned fault = 0;  ///< the topic's own enumeration of deliberate mistakes; 0 is none
};

struct Tally {
    std::uint64_t ops = 0;                        ///< cases decided
    std::map<std::string, std::uint64_t> counts;  ///< by answer, for a look at what was covered
    std::string difference;                       ///< the first one, with its case; empty: none
};

[[nodiscard]] Tally check_consent(const Plan& plan);
[[nodiscard]] Tally check_match(const Plan& plan);
[[nodiscard]] Tally check_periods(const Plan& plan);

}  // namespace placet::tests::model

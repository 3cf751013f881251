// `./run bench cohort`: one question put to the consents of a million persons on one core, by the screening that a
// node's cohort evaluation uses (contracts/consent/screening.hpp), beside reading the same octets once. Consents lie in
// memory as their parts are stored; drawing and encoding them is not measured. A sample is judged by the naive model
// and by `evaluate`.
#pragma once

#include <filesystem>
#include <iosfwd>
#include <nlohmann/json_fwd.hpp>

namespace placet::bench {

struct CohortPlan {
    std::size_t persons = 1'000'000;
    std::size_t runs = 5;
    std::size_t sample = 10'000;
    std::filesystem::path folder = "build/bench";
};

/// {"persons", "consents", "seconds", "cpu_seconds", "answers": {…}, "by_shape": […], "differences", …}; also a table.
/// "differences" counts persons of the sample whom the model or `evaluate` decides otherwise: 0 or it is wrong.
[[nodiscard]] nlohmann::json run_cohort_bench(const CohortPlan& plan, std::ostream& out);

}  // namespace placet::bench

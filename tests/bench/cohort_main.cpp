// placet-bench-cohort: prints the table and writes the JSON of cohort_bench.hpp. Exit 1 if the sample shows a
// difference.
#include <CLI/CLI.hpp>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>

#include "tests/bench/cohort_bench.hpp"

int main(int argc, char** argv) {
    using namespace placet::bench;
    CLI::App app("Decides the consents of a large cohort on one core, beside what memory allows.",
                 "placet-bench-cohort");
    CohortPlan plan;
    bool quick = false;
    app.add_flag("--quick", quick, "a smoke run: a hundredth of the persons");
    app.add_option("--persons", plan.persons, "whose consents are screened")->check(CLI::Range(1, 10'000'000));
    app.add_option("--folder", plan.folder, "where cohort.json is written");
    CLI11_PARSE(app, argc, argv);
    if (quick) plan.persons /= 100, plan.sample /= 10;
    try {
        std::filesystem::create_directories(plan.folder);
        const auto result = run_cohort_bench(plan, std::cout);
        const auto file = plan.folder / "cohort.json";
        std::ofstream(file) << result.dump(1) << "\n";
        std::cout << file.string() << "\n";
        return result.at("differences") == 0 ? 0 : 1;
    } catch (const std::exception& error) {
        std::cerr << "placet-bench-cohort: " << error.what() << "\n";
        return 1;
    }
}

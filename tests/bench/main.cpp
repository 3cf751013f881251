// placet-bench-consensus: prints the table and writes the JSON of consensus_bench.hpp.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <fstream>
#include <iostream>

#include "tests/bench/consensus_bench.hpp"

int main(int argc, char** argv) {
    using namespace placet::bench;
    CLI::App app("Measures the chain under load beside the limits of this machine.", "placet-bench-consensus");
    BenchPlan plan;
    bool quick = false;
    std::vector<std::size_t> sizes;
    app.add_flag("--quick", quick, "a smoke run: small in everything, figures mean little");
    app.add_option("--validators", sizes, "sizes of the chains")->check(CLI::Range(1, 31));
    app.add_option("--connections", plan.connections, "transactions under way at saturation")
        ->check(CLI::Range(1, 10000));
    app.add_option("--folder", plan.folder, "where chains and consensus.json are made; on a disk");
    CLI11_PARSE(app, argc, argv);
    if (quick)
        plan = [&, connections = plan.connections, folder = plan.folder] {
            auto out = quick_plan();
            out.connections = connections;
            out.folder = folder;
            return out;
        }();
    if (!sizes.empty()) plan.sizes = sizes;
    try {
        std::filesystem::create_directories(plan.folder);
        const auto began = std::chrono::steady_clock::now();
        auto result = run_consensus_bench(plan, std::cout);
        result["run_seconds"] = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
        std::ofstream(plan.folder / "consensus.json") << result.dump(1) << "\n";
        std::cout << fmt::format("\n{} ({:.0f} s)\n", (plan.folder / "consensus.json").string(),
                                 result["run_seconds"].get<double>());
    } catch (const std::exception& error) {
        std::cerr << "placet-bench-consensus: " << error.what() << "\n";
        return 1;
    }
    return 0;
}

// placet-chaos: the campaign of campaign.hpp from the command line. Exit 0 only if nothing acknowledged was lost,
// nothing forked, nothing stalled.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <iostream>

#include "tests/chaos/campaign.hpp"

int main(int argc, char** argv) {
    using namespace placet::tests::chaos;
    CampaignPlan plan;
    CLI::App app("Kills, stops and restarts real validators under load, and reads everything acknowledged again.",
                 "placet-chaos");
    app.add_option("--rounds", plan.rounds, "faults to inject")->required()->check(CLI::PositiveNumber);
    app.add_option("--seed", plan.seed, "which faults, when, to whom");
    app.add_option("--validators", plan.sizes, "sizes of the chains, in turn")->check(CLI::Range(4, 16));
    app.add_option("--rounds-per-chain", plan.rounds_per_chain, "then a new chain")->check(CLI::PositiveNumber);
    app.add_option("--clients", plan.clients, "threads that submit")->check(CLI::Range(1, 64));
    app.add_option("--folder", plan.parent, "where the chains' folders are made; on a disk");
    app.add_option("--summary", plan.summary, "JSON, written after every round");
    CLI11_PARSE(app, argc, argv);
    std::filesystem::create_directories(plan.parent);
    const Summary summary = run_campaign(plan, std::cout);
    for (const auto* wrong : {&summary.lost, &summary.forks, &summary.stalled, &summary.ended})
        for (const auto& line : *wrong) std::cout << line << "\n";
    for (const auto& folder : summary.kept) std::cout << "kept: " << folder << "\n";
    std::cout << fmt::format(
        "chaos: {} rounds, {} acknowledged, {} proofs checked, {} lost, {} forks, {} stalled, {} ended badly\n",
        summary.rounds, summary.acknowledged, summary.proofs_checked, summary.lost.size(), summary.forks.size(),
        summary.stalled.size(), summary.ended.size());
    const auto say = [](const char* what, const std::vector<std::chrono::milliseconds>& gaps) {
        std::cout << fmt::format("chaos: {}: {} times, p50 {} ms, p99 {} ms\n", what, gaps.size(),
                                 percentile(gaps, 50).count(), percentile(gaps, 99).count());
    };
    say("primary killed, longest pause of its clients", summary.primary_killed);
    say("all restarted, first acknowledgement after", summary.all_restarted);
    return summary.clean() ? 0 : 1;
}

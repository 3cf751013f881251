// placet-chaos: the campaign of campaign.hpp from the command line. Exit 0 only if nothing acknowledged was lost,
// nothing forked, nothing stalled; 1 if something was wrong; 2 for wrong use or a missing placetd.
#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <iostream>
#include <set>

#include "tests/chaos/campaign.hpp"

namespace {

using namespace placet::tests::chaos;

void say(const char* what, const std::vector<std::chrono::milliseconds>& gaps) {
    std::cout << fmt::format("chaos: {}: {} times, p50 {} ms, p99 {} ms\n", what, gaps.size(),
                             percentile(gaps, 50).count(), percentile(gaps, 99).count());
}

void tell(const Summary& summary) {
    for (const auto* wrong : {&summary.lost, &summary.forks, &summary.stalled, &summary.ended})
        for (const auto& line : *wrong) std::cout << line << "\n";
    for (const auto& folder : summary.kept) std::cout << "kept: " << folder << "\n";
    std::cout << fmt::format(
        "chaos: {} rounds, {} acknowledged, {} proofs checked, {} lost, {} forks, {} stalled, {} ended badly\n",
        summary.rounds, summary.acknowledged, summary.proofs_checked, summary.lost.size(), summary.forks.size(),
        summary.stalled.size(), summary.ended.size());
    say("primary killed, longest pause of its clients", summary.primary_killed);
    say("all restarted, first acknowledgement after", summary.all_restarted);
    say("store gone, follows to the tip after", summary.wiped_follows);
    for (const auto& [fault, why] : summary.skipped)
        std::cout << "chaos: not injected: " << fault << ", " << why << "\n";
    for (const auto& [kind, outcomes] : summary.flips) {
        std::cout << "chaos: one bit of a " << kind << " file:";
        for (const auto& [outcome, times] : outcomes) std::cout << fmt::format(" {} {}", outcome, times);
        std::cout << "\n";
    }
}

std::map<std::string, Fault> faults_by_name() {
    std::map<std::string, Fault> names;
    for (std::size_t i = 0; i < kFaults; ++i) names.emplace(to_string(static_cast<Fault>(i)), static_cast<Fault>(i));
    return names;
}

}  // namespace

int main(int argc, char** argv) {
    CampaignPlan plan;
    std::size_t pause_seconds = 0;
    CLI::App app(
        "Kills, stops, damages and restarts real validators under load, and reads everything acknowledged again.",
        "placet-chaos");
    app.add_option("--rounds", plan.rounds, "faults to inject")->required()->check(CLI::PositiveNumber);
    app.add_option("--seed", plan.seed, "which faults, when, to whom");
    const auto faults = faults_by_name();
    std::vector<std::string> chosen;
    std::set<std::string> names;
    for (const auto& [name, fault] : faults) names.insert(name);
    app.add_option("--fault", chosen, "only these, in turn; default all, shuffled")->check(CLI::IsMember(names));
    app.add_option("--validators", plan.sizes, "sizes of the chains, in turn")->check(CLI::Range(4, 16));
    app.add_option("--rounds-per-chain", plan.rounds_per_chain, "then a new chain")->check(CLI::PositiveNumber);
    app.add_option("--clients", plan.clients, "threads that submit")->check(CLI::Range(1, 64));
    app.add_option("--pause-seconds", pause_seconds, "how long pause_one and pause_f stop; default 0.3 to 9, by chance")
        ->check(CLI::Range(1, 3600));
    app.add_option("--folder", plan.parent, "where the chains' folders are made; on a disk");
    app.add_option("--summary", plan.summary, "JSON, written after every round");
    app.add_option("--commit", plan.commit, "written into the summary");
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? 0 : 2;
    }
    plan.pause = std::chrono::seconds(pause_seconds);
    for (const auto& name : chosen) plan.faults.push_back(faults.at(name));
    if (const auto program = placet::tests::placetd_program(); ::access(program.c_str(), X_OK) != 0) {
        std::cerr << "placet-chaos: there is no " << program.string()
                  << "; build it (./run build release --target placetd) and name its folder in PLACET_BIN\n";
        return 2;
    }
    try {
        std::filesystem::create_directories(plan.parent);
        const Summary summary = run_campaign(plan, std::cout);
        tell(summary);
        return summary.clean() ? 0 : 1;
    } catch (const std::exception& error) {
        std::cerr << "placet-chaos: " << error.what() << "\n";
        return 1;
    }
}

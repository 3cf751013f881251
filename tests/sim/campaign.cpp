// See campaign.hpp.
#include "tests/sim/campaign.hpp"

#include <atomic>
#include <chrono>
#include <thread>

#include <fmt/format.h>

namespace placet::sim {

namespace {

/// Marks that are maxima over a run, not counts.
bool is_maximum(const std::string& mark) { return mark.ends_with("_max"); }

void add(CampaignResult& total, const RunResult& run) {
    total.events += run.events;
    total.virtual_ms += run.virtual_ms;
    total.blocks += run.blocks;
    for (const auto& [name, count] : run.faults) total.faults[name] += count;
    for (const auto& [name, count] : run.marks) {
        std::uint64_t& sum = total.marks[name];
        sum = is_maximum(name) ? std::max(sum, count) : sum + count;
    }
    for (const Violation& violation : run.violations) total.failures.push_back({run.seed, violation});
}

std::string quoted(const std::string& text) {
    std::string out = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') out += '\\';
        if (static_cast<unsigned char>(c) >= 0x20) out += c;
    }
    return out + "\"";
}

std::string object(const Counters& counters) {
    std::string out = "{";
    for (const auto& [name, count] : counters) out += fmt::format("{}\n    {}: {}", out.size() > 1 ? "," : "", quoted(name), count);
    return out + (counters.empty() ? "}" : "\n  }");
}

}  // namespace

CampaignResult run_campaign(const Campaign& campaign, const std::function<void(std::uint64_t done)>& progress) {
    const auto start = std::chrono::steady_clock::now();
    std::vector<RunResult> results(campaign.seeds);
    std::atomic<std::uint64_t> next{0};
    std::atomic<std::uint64_t> done{0};
    const auto work = [&] {
        for (std::uint64_t i = next++; i < campaign.seeds; i = next++) {
            results[i] = run_seed({campaign.from + i});
            ++done;
        }
    };
    std::vector<std::jthread> threads;
    for (unsigned i = 0; i < std::max(1U, campaign.jobs); ++i) threads.emplace_back(work);
    while (done < campaign.seeds) {
        progress(done);
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    threads.clear();
    CampaignResult total;
    total.from = campaign.from;
    total.seeds = campaign.seeds;
    for (const RunResult& run : results) add(total, run);
    total.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    return total;
}

std::string to_json(const CampaignResult& result) {
    std::string violations = "[";
    for (const auto& failure : result.failures)
        violations += fmt::format("{}\n    {{\"seed\": {}, \"property\": {}, \"detail\": {}, \"replay\": \"./run sim --seed {} --trace\"}}",
                                  violations.size() > 1 ? "," : "", failure.seed, quoted(failure.violation.property),
                                  quoted(failure.violation.detail), failure.seed);
    violations += result.failures.empty() ? "]" : "\n  ]";
    return fmt::format(
        "{{\n  \"ok\": {},\n  \"seeds\": {},\n  \"from\": {},\n  \"violations\": {},\n  \"events\": {},\n  \"blocks\": {},\n"
        "  \"virtual_time_ms\": {},\n  \"seconds\": {:.1f},\n  \"faults\": {},\n  \"marks\": {}\n}}\n",
        result.failures.empty(), result.seeds, result.from, violations, result.events, result.blocks, result.virtual_ms, result.seconds,
        object(result.faults), object(result.marks));
}

}  // namespace placet::sim

// See special_runs.hpp.
#include "tests/sim/special_runs.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <fstream>
#include <sstream>

#include "ledger/base/hex.hpp"
#include "ledger/crypto/hash.hpp"
#include "tests/sim/campaign.hpp"
#include "tests/sim/crash_points.hpp"
#include "tests/sim/progress.hpp"
#include "tests/sim/shrink.hpp"
#include "tests/sim/twins.hpp"

namespace placet::sim {

namespace {

Tracing tracing_of(const Options& options) {
    return options.trace ? Tracing::on : Tracing::off;
}

/// A list of worlds as a campaign; the failing ones are written out so that they can be replayed.
int run_list(const Options& options, const std::string& name, std::size_t count,
             const std::function<Scenario(std::uint64_t)>& world) {
    Tally tally;
    tally.commit = options.commit;
    tally.wanted = count;
    {
        Progress progress(0, {});
        const auto make = [&](std::uint64_t index) {
            Scenario scenario = world(index);
            return RunOptions{.seed = scenario.seed, .scenario = std::move(scenario)};
        };
        tally = run_worlds(std::move(tally), make,
                           {options.jobs, [] { return false; }, [&](const Tally& now) { progress.show(now); }});
    }
    const std::string json = to_json(tally);
    std::fputs(json.c_str(), stdout);
    for (const Failure& failure : tally.failures) {
        fmt::print(stderr, "{} violates {}: {}\n", name, failure.violation.property, failure.violation.detail);
        for (std::size_t index = 0; index < count; ++index) {
            const Scenario scenario = world(index);
            if (scenario.seed != failure.seed ||
                run_seed({.seed = scenario.seed, .scenario = scenario}).violations.empty())
                continue;
            const std::string file = fmt::format("build/sim/{}-{}.world", name, index);
            if (write_file(file, to_text(scenario)))
                fmt::print(stderr, "  replay: ./run sim --world {} --trace\n", file);
            break;
        }
    }
    if (!write_file(options.summary, json)) return 2;
    return tally.failures.empty() ? 0 : 1;
}

}  // namespace

int report_one(const RunResult& run) {
    std::fwrite(run.trace.data(), 1, run.trace.size(), stdout);
    fmt::print("seed {}: {} events, {} sequence numbers, {} ms of virtual time\n", run.seed, run.events, run.blocks,
               run.virtual_ms);
    for (const Violation& violation : run.violations)
        fmt::print("violated {}: {}\n", violation.property, violation.detail);
    if (!run.trace.empty())
        fmt::print("trace sha256 {}\n", base::to_hex(crypto::sha256(base::as_bytes(run.trace)).view()));
    return run.violations.empty() ? 0 : 1;
}

int run_world_file(const Options& options) {
    std::ifstream in(options.world);
    std::ostringstream text;
    text << in.rdbuf();
    const auto scenario =
        in ? scenario_from_text(text.str()) : base::refuse(base::ErrorCode::not_found, "cannot read it", "world");
    if (!scenario) {
        fmt::print(stderr, "placet-sim: {}: {}\n", options.world, scenario.error().message);
        return 2;
    }
    return report_one(run_seed({.seed = scenario->seed, .tracing = tracing_of(options), .scenario = *scenario}));
}

int run_shrink(const Options& options) {
    const auto said = [](const std::string& step) { fmt::print(stderr, "still fails: {}\n", step); };
    const Shrunk shrunk = shrink(choose_scenario(options.seed), consensus::Fault::none, said);
    if (shrunk.property.empty()) {
        fmt::print("seed {} violates nothing\n", options.seed);
        return 0;
    }
    const std::string file = fmt::format("build/sim/seed-{}.world", options.seed);
    const std::string text = to_text(shrunk.scenario);
    if (!write_file(file, text)) return 2;
    fmt::print("{}violates {}, found in {} runs\n  replay: ./run sim --world {} --trace\n", text, shrunk.property,
               shrunk.runs, file);
    return 1;
}

int run_twins(const Options& options) {
    if (options.twins_n == 7)
        return run_list(options, "twins-of-seven", options.samples > 0 ? options.samples : 2000,
                        sampled_twins_of_seven);
    const std::vector<Scenario> all = all_twins_of_four();
    const std::uint64_t samples =
        options.samples > 0 ? std::min<std::uint64_t>(options.samples, all.size()) : all.size();
    // A sample is spread over the whole enumeration.
    return run_list(options, "twins-of-four", samples,
                    [&](std::uint64_t index) { return all[index * all.size() / samples]; });
}

int run_crash_points(const Options& options) {
    const std::vector<Scenario> all = all_crash_points(options.every);
    return run_list(options, "crash-point", all.size(), [&](std::uint64_t index) { return all[index]; });
}

}  // namespace placet::sim

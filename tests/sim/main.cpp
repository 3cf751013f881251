// placet-sim: the deterministic simulator. Exit 0: nothing violated; 1: a property was violated or a mark not reached;
// 2: wrong usage or no place for the summary; 130: interrupted.
#include <fmt/format.h>

#include <csignal>
#include <cstdio>
#include <fstream>
#include <sstream>

#include "tests/sim/campaign.hpp"
#include "tests/sim/options.hpp"
#include "tests/sim/progress.hpp"
#include "tests/sim/special_runs.hpp"

namespace {

using namespace placet;
using sim::Options;

volatile std::sig_atomic_t interrupted = 0;

extern "C" void on_interrupt(int) {
    interrupted = 1;
}

int run_one(const Options& options) {
    return sim::report_one(
        sim::run_seed({.seed = options.seed, .tracing = options.trace ? sim::Tracing::on : sim::Tracing::off}));
}

std::string read_file(const std::string& path) {
    std::ostringstream text;
    text << std::ifstream(path).rdbuf();
    return text.str();
}

/// Where a campaign begins: at its first seed, or where the state file says.
std::optional<sim::Tally> beginning(const Options& options) {
    sim::Tally tally;
    tally.commit = options.commit;
    tally.from = options.from.value_or(0);
    tally.wanted = options.seeds.value_or(0);
    const std::string kept = options.resume.empty() ? std::string{} : read_file(options.resume);
    if (kept.empty()) {
        if (tally.wanted > 0) return tally;
        fmt::print(stderr, "placet-sim: {} is not there yet: say how many seeds with --seeds\n", options.resume);
        return std::nullopt;
    }
    auto state = sim::tally_from_json(kept);
    if (!state) {
        fmt::print(stderr, "placet-sim: {}: {}\n", options.resume, state.error().message);
        return std::nullopt;
    }
    if (state->commit != options.commit || (options.from && state->from != *options.from)) {
        fmt::print(stderr,
                   "placet-sim: {} was begun at seed {} by commit \"{}\": go on with those, or keep the state in "
                   "another file\n",
                   options.resume, state->from, state->commit);
        return std::nullopt;
    }
    if (options.seeds) state->wanted = std::max(state->seeds, *options.seeds);
    return *std::move(state);
}

bool all_marks_reached(const sim::Tally& tally) {
    bool all = true;
    for (const std::string& mark : sim::required_marks()) {
        if (tally.marks.contains(mark)) continue;
        fmt::print(stderr, "coverage mark {} was not reached\n", mark);
        all = false;
    }
    return all;
}

void say_failures(const sim::Tally& tally) {
    std::optional<std::uint64_t> last;
    for (const sim::Failure& failure : tally.failures) {
        fmt::print(stderr, "seed {} violates {}: {}\n", failure.seed, failure.violation.property,
                   failure.violation.detail);
        if (last != failure.seed) fmt::print(stderr, "  replay: {}\n", sim::replay_command(failure.seed));
        last = failure.seed;
    }
}

int run_many(const Options& options) {
    auto tally = beginning(options);
    if (!tally) return 2;
    std::signal(SIGINT, on_interrupt);
    std::signal(SIGTERM, on_interrupt);
    {
        sim::Progress progress(tally->seeds, options.resume);
        tally = sim::run_campaign(*std::move(tally), {options.jobs, [] { return interrupted != 0; },
                                                      [&](const sim::Tally& now) { progress.show(now); }});
    }
    const std::string json = sim::to_json(*tally);
    std::fputs(json.c_str(), stdout);
    const bool marked = !options.all_marks || all_marks_reached(*tally);
    say_failures(*tally);
    if (!options.resume.empty() && !sim::write_file(options.resume, json)) return 2;
    if (!sim::write_file(options.summary, json)) return 2;
    if (tally->seeds < tally->wanted) {
        fmt::print(stderr, "interrupted after {} of {} seeds{}\n", tally->seeds, tally->wanted,
                   options.resume.empty() ? std::string{} : "; go on with ./run sim --resume " + options.resume);
        return 130;
    }
    return tally->failures.empty() && marked ? 0 : 1;
}

}  // namespace

int main(int count, char** words) {
    const auto options = sim::read_options(count, words);
    if (!options) return 2;
    switch (options->mode) {
        case Options::Mode::campaign:
            return run_many(*options);
        case Options::Mode::one_seed:
            return run_one(*options);
        case Options::Mode::world:
            return sim::run_world_file(*options);
        case Options::Mode::shrink:
            return sim::run_shrink(*options);
        case Options::Mode::twins:
            return sim::run_twins(*options);
        case Options::Mode::crash_points:
            return sim::run_crash_points(*options);
    }
    return 2;
}

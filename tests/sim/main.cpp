// placet-sim: the deterministic simulator. Exit 0: nothing violated; 1: a property was violated; 2: wrong usage or no place for the summary.
#include <charconv>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <thread>

#include <fmt/format.h>
#include <unistd.h>

#include "ledger/base/hex.hpp"
#include "ledger/crypto/hash.hpp"
#include "tests/sim/campaign.hpp"

namespace {

using namespace placet;

constexpr const char* kUsage =
    "usage: placet-sim --seeds N [--from S] [--jobs J] [--summary FILE] [--all-marks]\n"
    "       placet-sim --seed S --trace\n"
    "  --seeds N      run N seeds\n"
    "  --from S       starting at S, any unsigned 64-bit number (default 0)\n"
    "  --seed S       run this one seed\n"
    "  --trace        print what every replica did, and the trace's hash\n"
    "  --jobs J       threads (default: all cores); results do not depend on it\n"
    "  --summary FILE where the JSON goes (default build/sim/summary.json)\n"
    "  --all-marks    fail unless every coverage mark was reached\n"
    "example: placet-sim --seeds 1000 --from 5000\n";

struct Options {
    std::uint64_t from = 0;
    std::uint64_t seeds = 0;
    unsigned jobs = std::max(1U, std::thread::hardware_concurrency());
    std::string summary = "build/sim/summary.json";
    bool trace = false;
    bool all_marks = false;
};

bool read_number(const char* text, std::uint64_t& value) {
    const std::string_view view(text);
    const auto [end, error] = std::from_chars(view.data(), view.data() + view.size(), value);
    return error == std::errc() && end == view.data() + view.size();
}

bool read_options(int count, char** words, Options& options) {
    for (int i = 1; i < count; ++i) {
        const std::string_view word(words[i]);
        std::uint64_t number = 0;
        if (word == "--trace") {
            options.trace = true;
        } else if (word == "--all-marks") {
            options.all_marks = true;
        } else if (i + 1 == count) {
            return false;
        } else if (word == "--summary") {
            options.summary = words[++i];
        } else if (!read_number(words[++i], number)) {
            fmt::print(stderr, "{} wants an unsigned 64-bit number, not \"{}\"\n", word, words[i]);
            return false;
        } else if (word == "--seeds") {
            options.seeds = number;
        } else if (word == "--from") {
            options.from = number;
        } else if (word == "--jobs") {
            options.jobs = static_cast<unsigned>(std::clamp<std::uint64_t>(number, 1, 64));
        } else if (word == "--seed") {
            options.from = number;
            options.seeds = 1;
        } else {
            return false;
        }
    }
    return options.seeds > 0 && (!options.trace || options.seeds == 1);
}

int trace_one(std::uint64_t seed) {
    const sim::RunResult run = sim::run_seed({seed, consensus::Fault::none, sim::Tracing::on});
    std::fwrite(run.trace.data(), 1, run.trace.size(), stdout);
    fmt::print("seed {}: {} events, {} blocks, {} ms of virtual time\n", seed, run.events, run.blocks, run.virtual_ms);
    for (const sim::Violation& violation : run.violations) fmt::print("violated {}: {}\n", violation.property, violation.detail);
    fmt::print("trace sha256 {}\n", base::to_hex(crypto::sha256(base::as_bytes(run.trace)).view()));
    return run.violations.empty() ? 0 : 1;
}

bool write_summary(const std::string& path, const std::string& json) {
    const std::filesystem::path file(path);
    std::error_code error;
    if (file.has_parent_path()) std::filesystem::create_directories(file.parent_path(), error);
    std::ofstream out(file);
    out << json;
    out.close();
    if (out) return true;
    fmt::print(stderr, "cannot write {}: choose another place with --summary\n", path);
    return false;
}

}  // namespace

int main(int count, char** words) {
    Options options;
    if (!read_options(count, words, options)) {
        std::fputs(kUsage, stderr);
        return 2;
    }
    if (options.trace) return trace_one(options.from);
    const bool terminal = isatty(STDERR_FILENO) != 0;
    const auto progress = [&](std::uint64_t done) {
        if (terminal) fmt::print(stderr, "\r{} of {} seeds", done, options.seeds);
    };
    const sim::CampaignResult result = sim::run_campaign({options.from, options.seeds, options.jobs}, progress);
    if (terminal) std::fputs("\r\033[K", stderr);
    const std::string json = sim::to_json(result);
    std::fputs(json.c_str(), stdout);
    bool missing = false;
    for (const std::string& mark : sim::required_marks()) {
        if (!options.all_marks || result.marks.contains(mark)) continue;
        fmt::print(stderr, "coverage mark {} was not reached\n", mark);
        missing = true;
    }
    std::uint64_t last_seed = 0;
    for (std::size_t i = 0; i < result.failures.size(); ++i) {
        const auto& failure = result.failures[i];
        fmt::print(stderr, "seed {} violates {}: {}\n", failure.seed, failure.violation.property, failure.violation.detail);
        if (i == 0 || failure.seed != last_seed) fmt::print(stderr, "  replay: ./run sim --seed {} --trace\n", failure.seed);
        last_seed = failure.seed;
    }
    if (!write_summary(options.summary, json)) return 2;
    return result.failures.empty() && !missing ? 0 : 1;
}

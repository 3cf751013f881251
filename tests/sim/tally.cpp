// See tally.hpp.
#include "tests/sim/tally.hpp"

#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>

namespace placet::sim {

namespace {

using Json = nlohmann::ordered_json;
using Histogram = std::map<std::uint64_t, std::uint64_t>;

/// Marks that are maxima over a run, not counts.
bool is_maximum(const std::string& mark) {
    return mark.ends_with("_max");
}
/// A packet's fate is no fault of its own in the count of faults a seed: there are thousands.
bool is_of_packets(const std::string& fault) {
    return fault == "lost" || fault == "duplicated";
}

Json of_histogram(const Histogram& histogram) {
    Json out = Json::object();
    for (const auto& [value, seeds] : histogram) out[std::to_string(value)] = seeds;
    return out;
}

Histogram histogram_of(const Json& json) {
    Histogram out;
    for (const auto& [value, seeds] : json.items()) out[std::stoull(value)] = seeds.get<std::uint64_t>();
    return out;
}

Counters counters_of(const Json& json) {
    Counters out;
    for (const auto& [name, count] : json.items()) out[name] = count.get<std::uint64_t>();
    return out;
}

double rounded(double value) {
    return std::round(value * 10) / 10;
}

}  // namespace

void Tally::add(const RunResult& run) {
    ++seeds;
    events += run.events;
    virtual_ms += run.virtual_ms;
    blocks += run.blocks;
    real_store_seeds += run.real_store ? 1 : 0;
    std::uint64_t injected = 0;
    for (const auto& [name, count] : run.faults) {
        faults[name] += count;
        if (!is_of_packets(name)) injected += count;
    }
    ++blocks_a_seed[run.blocks];
    ++faults_a_seed[injected];
    for (const auto& [name, count] : run.marks) {
        std::uint64_t& sum = marks[name];
        sum = is_maximum(name) ? std::max(sum, count) : sum + count;
    }
    for (const Violation& violation : run.violations)
        if (failures.size() < kMostFailures) failures.push_back({run.seed, violation});
}

std::uint64_t median_of(const Histogram& histogram) noexcept {
    std::uint64_t total = 0;
    for (const auto& [value, seeds] : histogram) total += seeds;
    std::uint64_t below = 0;
    for (const auto& [value, seeds] : histogram) {
        below += seeds;
        if (2 * below >= total) return value;
    }
    return 0;
}

std::string replay_command(std::uint64_t seed) {
    return fmt::format("./run sim --seed {} --trace", seed);
}

std::string to_json(const Tally& tally) {
    Json violations = Json::array();
    for (const Failure& failure : tally.failures)
        violations.push_back({{"seed", failure.seed},
                              {"property", failure.violation.property},
                              {"detail", failure.violation.detail},
                              {"replay", replay_command(failure.seed)}});
    const double minutes = tally.seconds / 60;
    const Json out = {
        {"ok", tally.failures.empty()},
        {"commit", tally.commit},
        {"seeds", tally.seeds},
        {"wanted", tally.wanted},
        {"from", tally.from},
        {"violations", violations},
        {"events", tally.events},
        {"sequence_numbers", tally.blocks},
        {"virtual_time_ms", tally.virtual_ms},
        {"seconds", rounded(tally.seconds)},
        {"cpu_seconds", rounded(tally.cpu_seconds)},
        {"seeds_per_minute", minutes > 0 ? rounded(static_cast<double>(tally.seeds) / minutes) : 0.0},
        {"cpu_ms_per_seed",
         tally.seeds > 0 ? rounded(1000 * tally.cpu_seconds / static_cast<double>(tally.seeds)) : 0.0},
        {"median_sequence_numbers", median_of(tally.blocks_a_seed)},
        {"median_faults", median_of(tally.faults_a_seed)},
        {"real_store_seeds", tally.real_store_seeds},
        {"faults", Json(tally.faults)},
        {"marks", Json(tally.marks)},
        {"sequence_numbers_a_seed", of_histogram(tally.blocks_a_seed)},
        {"faults_a_seed", of_histogram(tally.faults_a_seed)},
    };
    return out.dump(2) + "\n";
}

base::Result<Tally> tally_from_json(const std::string& text) {
    try {
        const Json json = Json::parse(text);
        Tally tally;
        tally.commit = json.at("commit").get<std::string>();
        tally.seeds = json.at("seeds").get<std::uint64_t>();
        tally.wanted = json.at("wanted").get<std::uint64_t>();
        tally.from = json.at("from").get<std::uint64_t>();
        tally.events = json.at("events").get<std::uint64_t>();
        tally.blocks = json.at("sequence_numbers").get<std::uint64_t>();
        tally.virtual_ms = json.at("virtual_time_ms").get<std::uint64_t>();
        tally.seconds = json.at("seconds").get<double>();
        tally.cpu_seconds = json.at("cpu_seconds").get<double>();
        tally.real_store_seeds = json.at("real_store_seeds").get<std::uint64_t>();
        tally.faults = counters_of(json.at("faults"));
        tally.marks = counters_of(json.at("marks"));
        tally.blocks_a_seed = histogram_of(json.at("sequence_numbers_a_seed"));
        tally.faults_a_seed = histogram_of(json.at("faults_a_seed"));
        for (const Json& one : json.at("violations"))
            tally.failures.push_back({one.at("seed").get<std::uint64_t>(),
                                      {one.at("property").get<std::string>(), one.at("detail").get<std::string>()}});
        return tally;
    } catch (const std::exception& error) {
        return base::refuse(base::ErrorCode::malformed,
                            std::string("this is no summary of placet-sim: ") + error.what(), "resume");
    }
}

}  // namespace placet::sim

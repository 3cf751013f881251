// A world as lines of text: what --shrink writes and --world reads.
#include <fmt/format.h>

#include <sstream>

#include "tests/sim/shrink.hpp"

namespace placet::sim {

namespace {

using Field = std::pair<const char*, std::uint64_t Scenario::*>;

constexpr std::array<Field, 24> kNumbers = {{
    {"seed", &Scenario::seed},
    {"n", &Scenario::n},
    {"window", &Scenario::window},
    {"checkpoint_interval", &Scenario::checkpoint_interval},
    {"latency_min_us", &Scenario::latency_min_us},
    {"latency_max_us", &Scenario::latency_max_us},
    {"loss_percent", &Scenario::loss_percent},
    {"duplicate_percent", &Scenario::duplicate_percent},
    {"sync_min_us", &Scenario::sync_min_us},
    {"sync_max_us", &Scenario::sync_max_us},
    {"sync_fails_per_10000", &Scenario::sync_fails_per_10000},
    {"execute_max_us", &Scenario::execute_max_us},
    {"skew_max_ms", &Scenario::skew_max_ms},
    {"partition_every_ms", &Scenario::partition_every_ms},
    {"crash_every_ms", &Scenario::crash_every_ms},
    {"all_crash_percent", &Scenario::all_crash_percent},
    {"hunt_percent", &Scenario::hunt_percent},
    {"chaos_ms", &Scenario::chaos_ms},
    {"request_every_ms", &Scenario::request_every_ms},
    {"batch", &Scenario::batch},
    {"requests", &Scenario::requests},
    {"expiry_percent", &Scenario::expiry_percent},
    {"quiet_percent", &Scenario::quiet_percent},
    {"round_ms", &Scenario::round_ms},
}};
constexpr std::array<std::pair<const char*, bool Scenario::*>, 3> kSwitches = {{{"loaded_heal", &Scenario::loaded_heal},
                                                                                {"encode_all", &Scenario::encode_all},
                                                                                {"real_store", &Scenario::real_store}}};

bool read_line(Scenario& scenario, const std::string& name, std::istringstream& in) {
    std::uint64_t number = 0;
    for (const auto& [known, field] : kNumbers)
        if (name == known) return static_cast<bool>(in >> scenario.*field);
    for (const auto& [known, field] : kSwitches)
        if (name == known) return static_cast<bool>(in >> scenario.*field);
    if (name == "sides" || name == "skipped") {
        while (in >> number) {
            if (name == "sides")
                scenario.sides.push_back(number);
            else
                scenario.skipped.insert(number);
        }
        return in.eof();
    }
    if (name == "crash_point") {
        CrashPoint point;
        if (!(in >> point.id >> point.boundary)) return false;
        scenario.crash_point = point;
        return true;
    }
    std::string how;
    if (name != "faulty" || !(in >> number >> how)) return false;
    for (std::size_t kind = 0; kind < kMisbehaviours; ++kind) {
        if (to_string(static_cast<Misbehaviour>(kind)) != how) continue;
        scenario.faulty.push_back({static_cast<types::ReplicaId>(number), static_cast<Misbehaviour>(kind)});
        return true;
    }
    return false;
}

}  // namespace

std::string to_text(const Scenario& scenario) {
    const Scenario plain;
    std::string out = "# a world of placet-sim; what is not named is as in tests/sim/scenario.hpp\n";
    for (const auto& [name, field] : kNumbers)
        if (scenario.*field != plain.*field) out += fmt::format("{} {}\n", name, scenario.*field);
    for (const auto& [name, field] : kSwitches)
        if (scenario.*field != plain.*field) out += fmt::format("{} {}\n", name, scenario.*field ? 1 : 0);
    for (const Faulty& faulty : scenario.faulty) out += fmt::format("faulty {} {}\n", faulty.id, to_string(faulty.how));
    if (scenario.crash_point)
        out += fmt::format("crash_point {} {}\n", scenario.crash_point->id, scenario.crash_point->boundary);
    if (!scenario.sides.empty()) out += fmt::format("sides {}\n", fmt::join(scenario.sides, " "));
    if (!scenario.skipped.empty()) out += fmt::format("skipped {}\n", fmt::join(scenario.skipped, " "));
    return out;
}

base::Result<Scenario> scenario_from_text(const std::string& text) {
    Scenario scenario;
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
        if (line.empty() || line.starts_with("#")) continue;
        std::istringstream in(line);
        std::string name;
        in >> name;
        if (!read_line(scenario, name, in))
            return base::refuse(base::ErrorCode::malformed, "cannot read the line \"" + line + "\"", "world");
    }
    const bool ids_fit = std::ranges::all_of(scenario.faulty, [&](const Faulty& one) { return one.id < scenario.n; });
    if (scenario.n == 0 || scenario.n > 20 || scenario.window == 0 || !ids_fit ||
        (scenario.crash_point && scenario.crash_point->id >= scenario.n))
        return base::refuse(base::ErrorCode::invalid_value, "n is 1 to 20, and replicas are numbered from 0", "world");
    return scenario;
}

}  // namespace placet::sim

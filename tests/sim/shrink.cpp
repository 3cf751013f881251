// See shrink.hpp.
#include "tests/sim/shrink.hpp"

#include <fmt/format.h>

namespace placet::sim {

namespace {

class Shrinker {
public:
    Shrinker(const Scenario& failing, consensus::Fault fault, const std::function<void(const std::string&)>& said)
        : best_{failing, {}, 0}, fault_(fault), said_(said) {}

    Shrunk run() {
        const RunResult first = play(best_.scenario);
        if (first.violations.empty()) return best_;
        best_.property = first.violations[0].property;
        for (bool smaller = true; smaller;) {
            smaller = false;
            smaller |= drop_faulty();
            smaller |= plainer();
            smaller |= less_of(&Scenario::chaos_ms, 500, "chaos_ms");
            smaller |= fewer_requests();
            smaller |= fewer_faults();
            smaller |= fewer_replicas();
        }
        return best_;
    }

private:
    RunResult play(const Scenario& scenario) {
        ++best_.runs;
        return run_seed({.seed = scenario.seed, .fault = fault_, .tracing = Tracing::off, .scenario = scenario});
    }

    /// Takes `smaller` if it breaks the same property.
    bool take(Scenario smaller, const std::string& what) {
        const RunResult run = play(smaller);
        if (run.violations.empty() || run.violations[0].property != best_.property) return false;
        best_.scenario = std::move(smaller);
        said_(what);
        return true;
    }

    bool drop_faulty() {
        bool any = false;
        for (std::size_t i = 0; i < best_.scenario.faulty.size();) {
            Scenario smaller = best_.scenario;
            smaller.faulty.erase(smaller.faulty.begin() + static_cast<std::ptrdiff_t>(i));
            const std::string name = to_string(best_.scenario.faulty[i].how);
            if (take(std::move(smaller), "without the replica that is " + name))
                any = true;
            else
                ++i;
        }
        return any;
    }

    bool plainer() {
        static constexpr std::array<std::pair<const char*, std::uint64_t Scenario::*>, 12> kPlain = {{
            {"loss_percent", &Scenario::loss_percent},
            {"duplicate_percent", &Scenario::duplicate_percent},
            {"sync_fails_per_10000", &Scenario::sync_fails_per_10000},
            {"skew_max_ms", &Scenario::skew_max_ms},
            {"partition_every_ms", &Scenario::partition_every_ms},
            {"all_crash_percent", &Scenario::all_crash_percent},
            {"crash_every_ms", &Scenario::crash_every_ms},
            {"hunt_percent", &Scenario::hunt_percent},
            {"expiry_percent", &Scenario::expiry_percent},
            {"quiet_percent", &Scenario::quiet_percent},
            {"sync_max_us", &Scenario::sync_max_us},
            {"execute_max_us", &Scenario::execute_max_us},
        }};
        const Scenario plain;
        bool any = false;
        for (const auto& [name, field] : kPlain) {
            if (best_.scenario.*field == plain.*field) continue;
            Scenario smaller = best_.scenario;
            smaller.*field = plain.*field;
            any |= take(std::move(smaller), fmt::format("{} {}", name, plain.*field));
        }
        for (bool Scenario::* field : {&Scenario::encode_all, &Scenario::loaded_heal, &Scenario::real_store}) {
            if (!(best_.scenario.*field)) continue;
            Scenario smaller = best_.scenario;
            smaller.*field = false;
            any |= take(std::move(smaller), "one switch less");
        }
        return any;
    }

    bool less_of(std::uint64_t Scenario::* field, std::uint64_t least, const char* name) {
        bool any = false;
        for (std::uint64_t step = best_.scenario.*field / 2; step >= 50; step /= 2) {
            while (best_.scenario.*field >= least + step) {
                Scenario smaller = best_.scenario;
                smaller.*field -= step;
                if (!take(smaller, fmt::format("{} {}", name, smaller.*field))) break;
                any = true;
            }
        }
        return any;
    }

    bool fewer_requests() {
        bool any = false;
        if (best_.scenario.requests == 0) {
            Scenario bounded = best_.scenario;
            bounded.requests = 4096;
            any = take(std::move(bounded), "at most 4096 requests");
        }
        while (best_.scenario.requests > 1) {
            Scenario smaller = best_.scenario;
            smaller.requests /= 2;
            if (!take(smaller, fmt::format("at most {} requests", smaller.requests))) break;
            any = true;
        }
        return any;
    }

    /// Leaves out crashes and partitions: half of them, then quarters, down to single ones.
    bool fewer_faults() {
        bool any = false;
        const std::uint64_t count = play(best_.scenario).fault_numbers;
        for (std::uint64_t chunk = std::max<std::uint64_t>(1, count / 2); chunk > 0; chunk /= 2) {
            for (std::uint64_t from = 0; from < count; from += chunk) {
                Scenario smaller = best_.scenario;
                for (std::uint64_t number = from; number < std::min(count, from + chunk); ++number)
                    smaller.skipped.insert(number);
                if (smaller.skipped == best_.scenario.skipped) continue;
                any |= take(std::move(smaller),
                            fmt::format("without faults {} to {}", from, std::min(count, from + chunk) - 1));
            }
        }
        return any;
    }

    bool fewer_replicas() {
        bool any = false;
        for (const std::size_t n : {std::size_t{4}, std::size_t{7}}) {
            if (n >= best_.scenario.n) continue;
            Scenario smaller = best_.scenario;
            smaller.n = n;
            const bool fits = smaller.faulty.size() <= types::max_faulty(n) &&
                              std::ranges::all_of(smaller.faulty, [n](const Faulty& one) { return one.id < n; });
            if (fits && take(std::move(smaller), fmt::format("n {}", n))) any = true;
        }
        return any;
    }

    Shrunk best_;
    consensus::Fault fault_;
    const std::function<void(const std::string&)>& said_;
};

}  // namespace

Shrunk shrink(const Scenario& failing, consensus::Fault fault, const std::function<void(const std::string&)>& said) {
    return Shrinker(failing, fault, said).run();
}

}  // namespace placet::sim

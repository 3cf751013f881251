// See scenario.hpp.
#include "tests/sim/scenario.hpp"

#include <algorithm>
#include <array>

#include "tests/sim/prng.hpp"

namespace placet::sim {

std::string to_string(Misbehaviour misbehaviour) {
    static constexpr std::array<const char*, kMisbehaviours> kNames = {
        "silent",      "equivocating",    "lying_digest", "forging",    "delaying", "wrong_clock",   "replaying",
        "withholding", "censoring",       "slow",         "huge_views", "flooding", "impersonating", "twins",
        "lying_sync",  "corrupt_machine", "old_disk",     "lost_disk"};
    return kNames[static_cast<std::size_t>(misbehaviour)];
}

namespace {

constexpr std::uint64_t kRealStoreEvery = 200;

/// Who forges view changes has the most ways to lie: twice as often as any other.
Misbehaviour choose_misbehaviour(Prng& prng) {
    const std::uint64_t at = prng.below(kMisbehaviours + 1);
    return at < kMisbehaviours ? static_cast<Misbehaviour>(at) : Misbehaviour::forging;
}

}  // namespace

std::size_t Scenario::machines() const noexcept {
    return n + static_cast<std::size_t>(std::ranges::count(faulty, Misbehaviour::twins, &Faulty::how));
}

types::ReplicaId Scenario::identity_of(std::size_t machine) const noexcept {
    std::size_t second = n;
    for (const Faulty& one : faulty)
        if (one.how == Misbehaviour::twins && second++ == machine) return one.id;
    return static_cast<types::ReplicaId>(machine);
}

bool Scenario::has(Misbehaviour misbehaviour) const noexcept {
    return std::ranges::find(faulty, misbehaviour, &Faulty::how) != faulty.end();
}

Scenario choose_scenario(std::uint64_t seed) {
    Prng prng(Prng::mix(seed ^ 0x5ce2a210));
    static constexpr std::array<std::size_t, 32> kSizes = {4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4,  4,
                                                           4, 4, 4, 5, 5, 5, 6, 7, 7, 7, 1, 2, 3, 8, 10, 13};
    Scenario scenario;
    scenario.seed = seed;
    scenario.n = kSizes[prng.below(kSizes.size())];
    scenario.window = std::array<std::uint64_t, 4>{16, 16, 8, 4}[prng.below(4)];
    scenario.checkpoint_interval = scenario.window * prng.between(1, 3);
    scenario.latency_max_us = std::array<std::uint64_t, 4>{2000, 5000, 20000, 80000}[prng.below(4)];
    if (prng.percent(50)) scenario.loss_percent = prng.between(1, 30);
    if (prng.percent(50)) scenario.duplicate_percent = prng.between(1, 50);
    if (prng.percent(20)) scenario.sync_max_us = 60000;
    if (prng.percent(25)) scenario.sync_fails_per_10000 = prng.between(5, 60);
    if (prng.percent(20)) scenario.execute_max_us = 40000;
    if (prng.percent(30)) scenario.skew_max_ms = 2000;
    if (prng.percent(60)) scenario.partition_every_ms = prng.between(300, 3000);
    if (prng.percent(60)) scenario.crash_every_ms = prng.between(200, 2500);
    if (prng.percent(40)) scenario.all_crash_percent = prng.between(5, 40);
    scenario.chaos_ms = prng.percent(20) ? prng.between(12000, 20000) : prng.between(3000, 9000);
    if (prng.percent(50)) scenario.hunt_percent = prng.between(20, 100);
    // Costs grow with n²: large clusters get fewer requests, so that no seed takes the time of ten.
    scenario.request_every_ms = prng.between(3, 25) * (scenario.n < 7 ? 1 : scenario.n < 10 ? 4 : 10);
    scenario.requests = 600;
    scenario.batch =
        std::array<std::uint64_t, 8>{1, 1, 2, 2, 2, 4, 4, 16}[prng.below(8)];  // small: more sequence numbers
    if (prng.percent(30)) scenario.expiry_percent = prng.between(10, 60);
    scenario.loaded_heal = prng.percent(50);
    if (prng.percent(30)) scenario.quiet_percent = 60;
    scenario.encode_all = prng.percent(25);
    scenario.real_store = seed % kRealStoreEvery == kRealStoreEvery - 1;
    const std::size_t f = types::max_faulty(scenario.n);
    const std::size_t faulty = prng.percent(70) ? prng.below(f + 1) + (f > 0 && prng.percent(50) ? 1 : 0) : 0;
    std::vector<types::ReplicaId> ids;
    for (std::size_t id = 0; id < scenario.n; ++id) ids.push_back(static_cast<types::ReplicaId>(id));
    for (std::size_t i = 0; i < std::min(faulty, f); ++i) {
        // Half of them among the primaries of the first views: that is where lies hurt.
        const std::size_t at =
            prng.percent(50) ? prng.below(std::min<std::size_t>(2, ids.size())) : prng.below(ids.size());
        scenario.faulty.push_back({ids[at], choose_misbehaviour(prng)});
        ids.erase(ids.begin() + static_cast<std::ptrdiff_t>(at));
    }
    if (scenario.has(Misbehaviour::forging) || scenario.has(Misbehaviour::huge_views)) {
        // They lie about views: there must be view changes to lie about.
        scenario.crash_every_ms = prng.between(400, 1500);
        scenario.hunt_percent = prng.between(60, 100);
    }
    // It proposes every 700 ms: what waits must fit into what it proposes until patience ends, or L4 says what nobody promised.
    if (scenario.has(Misbehaviour::slow)) scenario.batch = std::max<std::uint64_t>(scenario.batch, 8);
    return scenario;
}

}  // namespace placet::sim

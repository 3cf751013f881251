// See twins.hpp.
#include "tests/sim/twins.hpp"

#include "tests/sim/prng.hpp"

namespace placet::sim {

namespace {

/// A quiet world, but for what the script does.
Scenario scripted(std::size_t n) {
    Scenario scenario;
    scenario.n = n;
    scenario.latency_max_us = 2000;
    scenario.request_every_ms = 400;
    scenario.round_ms = 1700;  // the request timer and a view-change fit into it
    return scenario;
}

Scenario with_sides(Scenario scenario, std::vector<std::uint64_t> sides) {
    scenario.sides = std::move(sides);
    scenario.chaos_ms = scenario.round_ms * scenario.sides.size() + 200;
    return scenario;
}

/// The same split with the two twin machines swapped; machine 0 always lies on side 0.
std::uint64_t swapped(std::uint64_t side, std::size_t twin, std::size_t second) {
    const std::uint64_t a = side >> twin & 1;
    const std::uint64_t b = side >> second & 1;
    side &= ~(std::uint64_t{1} << twin | std::uint64_t{1} << second);
    side |= b << twin | a << second;
    return (side & 1) != 0 ? ~side & 31 : side;
}

}  // namespace

std::vector<Scenario> all_twins_of_four() {
    constexpr std::uint64_t kSplits = 16;  // of five machines: machine 0 on side 0, the others anywhere
    std::vector<Scenario> all;
    for (types::ReplicaId twin = 0; twin < 4; ++twin) {
        for (std::uint64_t code = 0; code < kSplits * kSplits * kSplits * kSplits; ++code) {
            std::vector<std::uint64_t> sides;
            std::vector<std::uint64_t> mirror;
            for (std::size_t round = 0; round < kTwinRounds; ++round) {
                sides.push_back((code >> (4 * round) & 15) << 1);
                mirror.push_back(swapped(sides.back(), twin, 4));
            }
            if (mirror < sides) continue;
            Scenario scenario = scripted(4);
            scenario.seed = all.size();
            scenario.faulty = {{twin, Misbehaviour::twins}};
            all.push_back(with_sides(std::move(scenario), std::move(sides)));
        }
    }
    return all;
}

Scenario sampled_twins_of_seven(std::uint64_t sample) {
    Prng prng(Prng::mix(sample ^ 0x7717));
    Scenario scenario = scripted(7);
    scenario.seed = sample;
    const auto first = static_cast<types::ReplicaId>(prng.below(7));
    const auto second = static_cast<types::ReplicaId>((first + 1 + prng.below(6)) % 7);
    scenario.faulty = {{first, Misbehaviour::twins}, {second, Misbehaviour::twins}};
    std::vector<std::uint64_t> sides;
    for (std::size_t round = 0; round < kTwinRounds + 2; ++round) sides.push_back(prng.below(1 << 9));
    return with_sides(std::move(scenario), std::move(sides));
}

std::vector<Scenario> all_partitions(std::size_t n) {
    std::vector<Scenario> all;
    for (std::uint64_t side = 1; side < std::uint64_t{1} << (n - 1); ++side) {
        Scenario scenario = scripted(n);
        scenario.seed = side;
        all.push_back(with_sides(std::move(scenario), {side << 1, side << 1}));
    }
    return all;
}

}  // namespace placet::sim

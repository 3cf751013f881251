// The network model: which machine reaches which now, and what happens to one packet.
#pragma once

#include <array>
#include <vector>

#include "tests/sim/prng.hpp"
#include "tests/sim/scenario.hpp"

namespace placet::sim {

class Network {
public:
    explicit Network(const Scenario& scenario)
        : scenario_(scenario), machines_(scenario.machines()), cut_(machines_ * machines_, 0) {}

    /// Delays in µs after which copies arrive: at most two, none = lost. Reordering comes from different delays.
    struct Copies {
        std::array<std::uint64_t, 2> delay_us{};
        std::size_t count = 0;
    };
    [[nodiscard]] Copies route(std::size_t from, std::size_t to, Prng& prng) const;
    [[nodiscard]] bool connects(std::size_t from, std::size_t to) const { return cut_[from * machines_ + to] == 0; }
    /// A random two-way split, one isolated machine, or a few one-way cuts. `shape` and `side` are random numbers.
    void partition(std::uint64_t shape, std::uint64_t side);
    /// Bit m of `side` = the half in which machine m is.
    void split(std::uint64_t side);
    void reconnect() { std::fill(cut_.begin(), cut_.end(), 0); }
    /// From now on nothing is lost or cut.
    void heal();

private:
    const Scenario& scenario_;
    std::size_t machines_;
    std::vector<char> cut_;
    bool healed_ = false;
};

}  // namespace placet::sim

// The network model: who reaches whom now, and what happens to one packet.
#pragma once

#include <vector>

#include "tests/sim/prng.hpp"
#include "tests/sim/scenario.hpp"

namespace placet::sim {

class Network {
public:
    explicit Network(const Scenario& scenario) : scenario_(scenario), cut_(scenario.n * scenario.n, 0) {}

    /// Delays in µs after which copies arrive: none = lost. Reordering comes from different delays.
    [[nodiscard]] std::vector<std::uint64_t> route(types::ReplicaId from, types::ReplicaId to, Prng& prng) const;
    [[nodiscard]] bool connects(types::ReplicaId from, types::ReplicaId to) const { return cut_[from * scenario_.n + to] == 0; }
    /// A random two-way split, one isolated replica, or a few one-way cuts.
    void partition(Prng& prng);
    void reconnect() { std::fill(cut_.begin(), cut_.end(), 0); }
    /// From now on nothing is lost or cut.
    void heal();

private:
    const Scenario& scenario_;
    std::vector<char> cut_;
    bool healed_ = false;
};

}  // namespace placet::sim

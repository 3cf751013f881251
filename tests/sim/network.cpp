// See network.hpp.
#include "tests/sim/network.hpp"

#include <algorithm>

namespace placet::sim {

std::vector<std::uint64_t> Network::route(types::ReplicaId from, types::ReplicaId to, Prng& prng) const {
    std::vector<std::uint64_t> delays;
    if (!connects(from, to)) return delays;
    const std::uint64_t low = scenario_.latency_min_us;
    const std::uint64_t high = healed_ ? std::min<std::uint64_t>(scenario_.latency_max_us, 5000) : scenario_.latency_max_us;
    if (healed_ || !prng.percent(scenario_.loss_percent)) delays.push_back(prng.between(low, high));
    if (!healed_ && prng.percent(scenario_.duplicate_percent)) delays.push_back(prng.between(low, 4 * high));
    return delays;
}

void Network::partition(Prng& prng) {
    reconnect();
    const std::size_t n = scenario_.n;
    const std::uint64_t shape = prng.below(10);
    if (shape < 3) return;  // flapping: whole again
    if (shape == 3) {
        for (std::size_t i = 0; i < n; ++i) cut_[prng.below(n * n)] = 1;
        return;
    }
    const std::uint64_t side = shape < 6 ? std::uint64_t{1} << prng.below(n) : prng.next();
    for (std::size_t a = 0; a < n; ++a)
        for (std::size_t b = 0; b < n; ++b)
            if ((side >> a & 1) != (side >> b & 1)) cut_[a * n + b] = 1;
}

void Network::heal() {
    healed_ = true;
    reconnect();
}

}  // namespace placet::sim

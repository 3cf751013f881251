// See network.hpp.
#include "tests/sim/network.hpp"

#include <algorithm>

namespace placet::sim {

Network::Copies Network::route(std::size_t from, std::size_t to, Prng& prng) const {
    Copies copies;
    if (!connects(from, to)) return copies;
    const std::uint64_t low = scenario_.latency_min_us;
    const std::uint64_t high =
        healed_ ? std::min<std::uint64_t>(scenario_.latency_max_us, 5000) : scenario_.latency_max_us;
    if (healed_ || !prng.percent(scenario_.loss_percent)) copies.delay_us[copies.count++] = prng.between(low, high);
    if (!healed_ && prng.percent(scenario_.duplicate_percent))
        copies.delay_us[copies.count++] = prng.between(low, 4 * high);
    return copies;
}

void Network::partition(std::uint64_t shape, std::uint64_t side) {
    reconnect();
    shape %= 10;
    if (shape < 3) return;  // flapping: whole again
    if (shape == 3) {
        for (std::size_t i = 0; i < machines_; ++i) cut_[Prng::mix(side + i) % (machines_ * machines_)] = 1;
        return;
    }
    split(shape < 6 ? std::uint64_t{1} << side % machines_ : side);
}

void Network::split(std::uint64_t side) {
    for (std::size_t a = 0; a < machines_; ++a)
        for (std::size_t b = 0; b < machines_; ++b)
            cut_[a * machines_ + b] = (side >> a & 1) != (side >> b & 1) ? 1 : 0;
}

void Network::heal() {
    healed_ = true;
    reconnect();
}

}  // namespace placet::sim

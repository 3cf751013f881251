// Measuring a primary: see pace.hpp.
#include "consensus/pace.hpp"

#include <algorithm>

namespace placet::consensus {

void Pace::tick(std::size_t waiting) {
    now_.waiting = waiting;
    samples_.push_back(now_);
    now_ = {};
    if (samples_.size() > kTicks) samples_.pop_front();
    if (samples_.size() < kTicks) return;
    std::size_t sealed = 0;
    for (const Sample& sample : samples_) sealed += sample.sealed;
    best_[0] = std::max(best_[0], sealed);
}

void Pace::pause() {
    now_ = {};
    samples_.clear();
}

void Pace::enter_view() {
    pause();
    std::ranges::rotate(best_, best_.end() - 1);
    best_[0] = 0;
}

std::size_t Pace::best() const noexcept {
    return *std::ranges::max_element(best_);
}

bool Pace::is_slow_for(std::size_t ticks) const noexcept {
    if (samples_.size() < ticks) return false;
    Sample sum;
    std::size_t least_waiting = samples_.back().waiting;
    for (auto sample = samples_.end() - static_cast<std::ptrdiff_t>(ticks); sample != samples_.end(); ++sample) {
        sum.sealed += sample->sealed;
        sum.requests += sample->requests;
        sum.batches += sample->batches;
        least_waiting = std::min(least_waiting, sample->waiting);
    }
    // More than two of its batches, each time: waiting > 2 · requests / batches.
    const std::size_t batches = std::max<std::size_t>(1, sum.batches);
    if (least_waiting * batches <= 2 * std::max(batches, sum.requests)) return false;
    return 2 * sum.sealed * kTicks < best() * ticks;
}

}  // namespace placet::consensus

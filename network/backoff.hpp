// How long to wait before dialling again: doubled per failure, capped, with jitter so that nodes do not dial in step.
#pragma once

#include <chrono>
#include <cstdint>

namespace placet::network {

struct BackoffLimits {
    std::chrono::milliseconds first{50};
    std::chrono::milliseconds cap{1000};
};

/// Owned by one link; touched by its loop's thread only.
class Backoff {
public:
    explicit Backoff(BackoffLimits limits = {}) noexcept : limits_(limits) {}

    /// The next wait: between half and all of the current step, by `random` (uniform). Steps on.
    [[nodiscard]] std::chrono::milliseconds next(std::uint32_t random) noexcept {
        const auto step = limits_.first.count() << (failures_ < kMostDoublings ? failures_ : kMostDoublings);
        const auto capped = step < limits_.cap.count() ? step : limits_.cap.count();
        ++failures_;
        const auto half = capped / 2;
        return std::chrono::milliseconds(capped - half + static_cast<std::int64_t>(random % static_cast<std::uint32_t>(half + 1)));
    }
    /// After a link was up.
    void reset() noexcept { failures_ = 0; }

private:
    static constexpr unsigned kMostDoublings = 20;
    BackoffLimits limits_;
    unsigned failures_ = 0;
};

}  // namespace placet::network

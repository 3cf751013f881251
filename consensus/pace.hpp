// How fast a primary gets requests sealed, and whether that is slow (consensus.md, Timers, fairness, slowness): under
// half the best of the last three views, while more than two of its batches wait, for two seconds. Its clock is the
// request tick. Private to consensus; owned by the core.
#pragma once

#include <array>
#include <cstddef>
#include <deque>

namespace placet::consensus {

class Pace {
public:
    static constexpr std::size_t kTicks = 8;  ///< two seconds
    static constexpr std::size_t kViews = 3;  ///< the present one and the two before it

    void sealed(std::size_t requests) noexcept { now_.sealed += requests; }
    void proposed(std::size_t requests) noexcept {
        if (requests == 0) return;
        now_.requests += requests;
        ++now_.batches;
    }
    /// A tick passed, at which `waiting` requests had waited for a tick at least and no proposal held them.
    void tick(std::size_t waiting);
    /// Nothing is to be judged now (idle, or behind): what was seen is forgotten, the best rates are not.
    void pause();
    void enter_view();

    /// Slow through all of the last two seconds.
    [[nodiscard]] bool is_slow() const noexcept { return is_slow_for(kTicks); }
    /// Slow, by what was seen of the last half of them: enough to lay somebody else's view change to it.
    [[nodiscard]] bool seems_slow() const noexcept { return is_slow_for(kTicks / 2); }
    /// Requests sealed in the best two seconds of the last three views.
    [[nodiscard]] std::size_t best() const noexcept;

private:
    struct Sample {
        std::size_t sealed = 0;
        std::size_t requests = 0;  ///< in proposals
        std::size_t batches = 0;   ///< proposals that held any
        std::size_t waiting = 0;
    };
    [[nodiscard]] bool is_slow_for(std::size_t ticks) const noexcept;

    Sample now_;
    std::deque<Sample> samples_;  ///< the last kTicks
    std::array<std::size_t, kViews> best_{};
};

}  // namespace placet::consensus

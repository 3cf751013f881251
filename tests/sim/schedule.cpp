// See schedule.hpp.
#include "tests/sim/schedule.hpp"

#include <algorithm>

namespace placet::sim {

void Schedule::push(std::uint64_t at_us, Due due) {
    std::size_t slot = slots_.size();
    if (free_.empty()) {
        slots_.push_back(std::move(due));
    } else {
        slot = free_.back();
        free_.pop_back();
        slots_[slot] = std::move(due);
    }
    heap_.push_back({at_us, order_++, slot});
    std::ranges::push_heap(heap_, is_later);
}

Due Schedule::pop() {
    std::ranges::pop_heap(heap_, is_later);
    const std::size_t slot = heap_.back().slot;
    heap_.pop_back();
    Due due = std::move(slots_[slot]);
    slots_[slot] = {};
    free_.push_back(slot);
    return due;
}

}  // namespace placet::sim

// What happens next in a world: packets that arrive and actions that fall due, by time, then by the order in which they
// were planned.
#pragma once

#include <functional>
#include <memory>
#include <vector>

namespace placet::sim {

class SimNode;
struct Packet;

/// A packet for `to`, or an action.
struct Due {
    SimNode* to = nullptr;
    std::shared_ptr<Packet> packet;
    std::function<void()> action;
};

class Schedule {
public:
    void push(std::uint64_t at_us, Due due);
    [[nodiscard]] bool empty() const noexcept { return heap_.empty(); }
    [[nodiscard]] std::uint64_t next_at_us() const noexcept { return heap_.front().at_us; }
    /// The first; not to be called when empty.
    [[nodiscard]] Due pop();

private:
    struct Place {
        std::uint64_t at_us;
        std::uint64_t order;
        std::size_t slot;
    };
    static bool is_later(const Place& a, const Place& b) noexcept {
        return a.at_us != b.at_us ? a.at_us > b.at_us : a.order > b.order;
    }

    std::vector<Place> heap_;  ///< of small values; what is due stands in slots_ and does not move
    std::vector<Due> slots_;
    std::vector<std::size_t> free_;
    std::uint64_t order_ = 0;
};

}  // namespace placet::sim

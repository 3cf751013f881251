// The outbox: where persist-before-send is decided. Records of one step join into one Persist; an effect that depends on them waits
// until they are durable. Private to consensus; owned by the core, one thread.
#pragma once

#include <deque>

#include "consensus/effects.hpp"

namespace placet::consensus {

class Outbox {
public:
    /// Joins this step's Persist.
    void record(Record record) { records_.push_back(std::move(record)); }
    /// Leaves with this step.
    void now(Effect effect) { leaving_.push_back(std::move(effect)); }
    /// Leaves when everything recorded so far is durable: with this step if nothing is outstanding.
    void after_durable(Effect effect) { waiting_.push_back({token_of_now(), std::move(effect)}); }

    /// Marks everything up to `token` durable.
    void persisted(std::uint64_t token) noexcept { durable_ = std::max(durable_, std::min(token, issued_)); }
    /// The next effect that may leave, in the order in which they were queued; none if all still wait. The core looks at each
    /// (its own votes count only now), then passes it to now().
    [[nodiscard]] std::optional<Effect> release();
    /// Forgets Deliver effects that still wait (their slots will be delivered again, or were installed).
    void drop_deliveries();

    /// Ends the step: its Persist first, then what leaves, in order.
    [[nodiscard]] Effects close_step();
    [[nodiscard]] std::size_t size() const noexcept { return waiting_.size(); }

private:
    struct Waiting {
        std::uint64_t token;
        Effect effect;
    };
    [[nodiscard]] std::uint64_t token_of_now() const noexcept { return records_.empty() ? issued_ : issued_ + 1; }

    std::vector<Record> records_;
    Effects leaving_;
    std::deque<Waiting> waiting_;
    std::uint64_t issued_ = 0;
    std::uint64_t durable_ = 0;
};

}  // namespace placet::consensus

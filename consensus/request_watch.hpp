// The requests that wait: who is served late, and who not at all (consensus.md, Timers, fairness). Knows each request
// from when it came in until it is sealed, and which proposals hold it. Its clock is the request tick, four a second.
// Private to consensus; owned by the core. Bounded by the mempool behind it and by the window.
#pragma once

#include <map>
#include <set>
#include <vector>

#include "consensus/events.hpp"

namespace placet::consensus {

class RequestWatch {
public:
    static constexpr std::uint64_t kTickMs = 250;
    static constexpr unsigned kMostOmissions = 4;
    static constexpr std::uint64_t kPatienceTicks = 3;  ///< so many ticks later at least 500 ms have passed

    void apply(const RequestChange& change);
    void tick() noexcept { ++tick_; }

    /// This proposal stands at `seq` now, instead of what stood there.
    void hold(SeqNum seq, const Hash& digest, const types::Proposal& proposal);
    /// What stands at or below `seq` holds nothing any more: it was sealed and the mempool let go of it long ago.
    void release_through(SeqNum seq);
    /// Another view: no proposal holds anything until it is carried, and its primary, to whom nothing was sent again
    /// yet, starts with a clean record.
    void leave_view();

    /// Looks at the fresh proposal at `seq`, held before. A request of more than 500 ms is omitted by it if it carries
    /// one that came in more than 500 ms later and none that came in before, or nothing at all; one that came in before
    /// shows that the primary is still at the backlog, and omissions are counted from the beginning. (With any later
    /// one, as the design page has it, honest primaries with a backlog are accused: requests reach two validators in
    /// different orders, some only when sent again.) Nothing came in before the oldest that waits, so it cannot be left
    /// out for ever, nor, after it, any other. True once a request was omitted kMostOmissions times, also after it
    /// had been sent to the primary once more since the first (which may have been started in between, and know nothing
    /// of it): the primary censors.
    [[nodiscard]] bool is_censored_by(SeqNum seq);

    /// Executable requests, in a proposal or not.
    [[nodiscard]] std::size_t executable() const noexcept { return executable_; }
    /// Executable ones that no proposal holds.
    [[nodiscard]] std::size_t open() const noexcept { return open_.size(); }
    [[nodiscard]] std::size_t open_bytes() const noexcept { return open_bytes_; }
    /// Of the open ones those that waited for a whole tick.
    [[nodiscard]] std::size_t stale() const noexcept;
    [[nodiscard]] bool empty() const noexcept { return requests_.empty(); }
    [[nodiscard]] std::size_t size() const noexcept { return requests_.size(); }

    /// Up to `limit` open requests that came in before this tick, in turn, for sending to the primary once more.
    [[nodiscard]] std::vector<Hash> late(std::size_t limit);

private:
    using Order = std::uint64_t;  ///< of coming in
    struct Request {
        Hash digest;
        std::size_t bytes = 0;
        bool executable = false;
        std::uint64_t since_tick = 0;  ///< when it came in, became executable, or this view began
        std::uint64_t came_tick = 0;   ///< when it came in
        unsigned held = 0;             ///< proposals that hold it
        unsigned omissions = 0;
        std::uint64_t omitted_tick = 0;  ///< of the first of them
    };
    struct Held {
        Hash digest;
        std::vector<Hash> requests;
    };
    [[nodiscard]] static bool is_open(const Request& request) noexcept {
        return request.executable && request.held == 0;
    }
    template <class Change>
    void update(Order order, Change change);
    void release(const Held& held);

    std::uint64_t tick_ = 0;
    Order next_ = 1;
    Order sent_ = 0;  ///< the last that late() gave
    std::map<Order, Request> requests_;
    std::map<Hash, Order> by_digest_;
    std::map<Hash, unsigned> in_flight_;  ///< how many proposals hold it
    std::map<SeqNum, Held> held_;
    std::set<Order> open_;
    std::set<Order> suspected_;  ///< with omissions
    std::size_t open_bytes_ = 0;
    std::size_t executable_ = 0;
};

}  // namespace placet::consensus

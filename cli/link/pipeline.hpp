// Many transactions of one sender under way at once: consensus takes as long for one as for a hundred, so whoever has hundreds
// keeps a window of them in flight. Results arrive in the order of push().
#pragma once

#include <deque>
#include <functional>

#include "cli/link/session.hpp"

namespace placet::cli::link {

class Pipeline {
public:
    /// Called once per push, in order. An error that means "no validator answers" or "not sealed in time" ends the work: see broken().
    using Done = std::function<void(const frame::Outcome<Recorded>&)>;

    explicit Pipeline(Session& session, std::size_t window = 64) : session_(session), window_(window) {}

    /// Signs and hands over; waits for the oldest first if the window is full. After broken() nothing is sent any more.
    void push(const Draft& draft, Done done);
    /// Waits for all that are under way.
    void finish();
    /// The failure that ended the work, if one did.
    [[nodiscard]] const std::optional<frame::Failure>& broken() const noexcept { return broken_; }

private:
    struct Pending {
        types::TransactionId id;
        crypto::Hash octets;
        Done done;
    };
    void drain_one();
    void settle(const Done& done, const frame::Outcome<Recorded>& outcome);

    Session& session_;
    std::size_t window_;
    std::deque<Pending> pending_;
    std::optional<frame::Failure> broken_;
};

}  // namespace placet::cli::link

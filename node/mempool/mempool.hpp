// Transactions that were admitted and are not sealed yet, in the order in which they came. Bounded by count and bytes: what does
// not fit is refused before acceptance. An entry leaves when its block is sealed or its expiry passed, never for being proposed.
// Any thread.
#pragma once

#include <chrono>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "ledger/types/proposal.hpp"

namespace placet::node {

class Mempool {
public:
    struct Limits {
        std::size_t transactions = 20000;
        std::size_t bytes = 64 * 1024 * 1024;
    };
    enum class Added : std::uint8_t { added, known, full };
    using Clock = std::chrono::steady_clock;

    explicit Mempool(Limits limits) : limits_(limits) {}

    [[nodiscard]] Added add(const types::Transaction& transaction, types::Submission submission);
    [[nodiscard]] bool contains(const types::TransactionId& id) const;
    [[nodiscard]] std::size_t size() const;

    void remove(const std::vector<types::TransactionId>& ids);
    /// Those that can no longer execute: expired by this block time.
    void expire(base::TimeMs block_time_ms);

    /// What waits and no proposal in flight holds, oldest first, within the limits of a proposal; what names an `after` that still waits
    /// comes behind it. `time_ms` is the proposer's clock.
    [[nodiscard]] types::Proposal cut(const std::vector<std::shared_ptr<const types::Proposal>>& in_flight, base::TimeMs time_ms);
    /// Its transactions stand in a proposal now: no need to send them to the primary again.
    void mark_proposed(const types::Proposal& proposal);
    /// At most `limit` that nobody proposed for `age`; each comes again only after another `age`.
    [[nodiscard]] std::vector<types::Submission> unproposed(Clock::duration age, std::size_t limit);

private:
    struct Entry {
        types::TransactionId id;
        crypto::Hash digest;
        types::Submission submission;
        std::optional<types::TransactionId> after;
        base::TimeMs expires_at_ms = 0;
        std::size_t bytes = 0;
        bool proposed = false;
        Clock::time_point last_sent;
    };
    using Entries = std::list<Entry>;
    void erase(Entries::iterator entry);
    [[nodiscard]] const std::vector<crypto::Hash>& digests_of(const std::shared_ptr<const types::Proposal>& proposal);

    Limits limits_;
    mutable std::mutex mutex_;
    Entries entries_;
    std::unordered_map<types::TransactionId, Entries::iterator, base::FixedBytesHasher> by_id_;
    std::unordered_map<crypto::Hash, Entries::iterator, base::FixedBytesHasher> by_digest_;
    std::size_t bytes_ = 0;
    /// Of proposals in flight; bounded by the window.
    std::map<std::shared_ptr<const types::Proposal>, std::vector<crypto::Hash>> digests_;
};

}  // namespace placet::node

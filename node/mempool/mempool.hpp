// Transactions that were admitted and are not sealed yet, in the order in which they came. Bounded by count and bytes: what does
// not fit is refused before acceptance. An entry leaves when its block is sealed or its expiry passed, never for being proposed.
// What changes is noted for the core, which times requests and watches that nobody is left out (consensus/events.hpp). Any thread.
#pragma once

#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <unordered_map>
#include <vector>

#include "consensus/events.hpp"

namespace placet::node {

class Mempool {
public:
    struct Limits {
        std::size_t transactions = 20000;
        std::size_t bytes = 64 * 1024 * 1024;
    };
    enum class Added : std::uint8_t { added, known, full };
    /// Whether the transaction named in `after` has its receipt; `done` also where none is named.
    enum class Predecessor : std::uint8_t { done, outstanding };

    explicit Mempool(Limits limits) : limits_(limits) {}

    [[nodiscard]] Added add(const types::Transaction& transaction, types::Submission submission, Predecessor predecessor = Predecessor::done);
    [[nodiscard]] bool contains(const types::TransactionId& id) const;
    [[nodiscard]] std::size_t size() const;

    /// They have their receipts: they leave, and what names one of them in `after` can execute.
    void remove(const std::vector<types::TransactionId>& ids);
    /// What this transaction names in `after` has its receipt.
    void predecessor_done(const types::TransactionId& id);
    /// Everything that waits, oldest first; nothing is left.
    [[nodiscard]] std::vector<types::Submission> take_all();
    /// Those that can no longer execute leave: expired by this block time.
    void expire(base::TimeMs block_time_ms);
    /// Those that expired by this clock wait on, and nobody is accused for them.
    void stop_timing(base::TimeMs now_ms);

    /// What waits and no proposal in flight holds, oldest first, within the limits of a proposal; what names an `after` that still waits
    /// comes behind it. `time_ms` is the proposer's clock.
    [[nodiscard]] types::Proposal cut(const std::vector<consensus::ProposalPtr>& in_flight, base::TimeMs time_ms);
    /// What changed since the last call, in order. Bounded by the mempool and by how often the core asks.
    [[nodiscard]] std::vector<consensus::RequestChange> take_changes();
    /// Those of these requests that still wait.
    [[nodiscard]] std::vector<types::Submission> find(const std::vector<crypto::Hash>& digests) const;

private:
    struct Entry {
        types::TransactionId id;
        crypto::Hash digest;
        types::Submission submission;
        std::optional<types::TransactionId> after;
        base::TimeMs expires_at_ms = 0;
        std::size_t bytes = 0;
        bool timed = false;  ///< the core was told that it can execute
    };
    using Entries = std::list<Entry>;
    using What = consensus::RequestChange::What;
    void erase(Entries::iterator entry);
    void tell(Entry& entry, What what);
    void follow(const std::vector<consensus::ProposalPtr>& in_flight);

    Limits limits_;
    mutable std::mutex mutex_;
    Entries entries_;
    std::unordered_map<types::TransactionId, Entries::iterator, base::FixedBytesHasher> by_id_;
    std::unordered_map<crypto::Hash, Entries::iterator, base::FixedBytesHasher> by_digest_;
    std::unordered_multimap<types::TransactionId, types::TransactionId, base::FixedBytesHasher> followers_;  ///< after → who names it
    std::size_t bytes_ = 0;
    std::vector<consensus::RequestChange> changes_;
    /// Proposals in flight and how many of them hold a transaction; bounded by two windows.
    std::map<consensus::ProposalPtr, std::vector<crypto::Hash>> in_flight_;
    std::unordered_map<crypto::Hash, unsigned, base::FixedBytesHasher> held_;
};

}  // namespace placet::node

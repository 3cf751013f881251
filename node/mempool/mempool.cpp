// The mempool: see mempool.hpp.
#include "node/mempool/mempool.hpp"

namespace placet::node {

namespace {

// Heads of arrays and byte strings around a submission in a proposal; generous.
constexpr std::size_t kOverhead = 64;
constexpr std::size_t kProposalOverhead = 64;

std::size_t size_of(const types::Submission& submission) {
    std::size_t out = submission.transaction.size() + kOverhead;
    for (const auto& part : submission.parts) out += part.size() + kOverhead;
    return out;
}

}  // namespace

Mempool::Added Mempool::add(const types::Transaction& transaction, types::Submission submission) {
    const std::size_t bytes = size_of(submission);
    const std::lock_guard lock(mutex_);
    if (by_id_.contains(transaction.id)) return Added::known;
    if (entries_.size() >= limits_.transactions || bytes_ + bytes > limits_.bytes) return Added::full;
    entries_.push_back({transaction.id, transaction.digest, std::move(submission), transaction.payload.after,
                        transaction.payload.expires_at_ms, bytes, false, Clock::now()});
    const auto entry = std::prev(entries_.end());
    by_id_.emplace(entry->id, entry);
    by_digest_.emplace(entry->digest, entry);
    bytes_ += bytes;
    return Added::added;
}

bool Mempool::contains(const types::TransactionId& id) const {
    const std::lock_guard lock(mutex_);
    return by_id_.contains(id);
}

std::size_t Mempool::size() const {
    const std::lock_guard lock(mutex_);
    return entries_.size();
}

void Mempool::erase(Entries::iterator entry) {
    bytes_ -= entry->bytes;
    by_id_.erase(entry->id);
    by_digest_.erase(entry->digest);
    entries_.erase(entry);
}

void Mempool::remove(const std::vector<types::TransactionId>& ids) {
    const std::lock_guard lock(mutex_);
    for (const auto& id : ids)
        if (const auto found = by_id_.find(id); found != by_id_.end()) erase(found->second);
}

void Mempool::expire(base::TimeMs block_time_ms) {
    const std::lock_guard lock(mutex_);
    for (auto entry = entries_.begin(); entry != entries_.end();) {
        const auto next = std::next(entry);
        if (entry->expires_at_ms <= block_time_ms) erase(entry);
        entry = next;
    }
}

const std::vector<crypto::Hash>& Mempool::digests_of(const std::shared_ptr<const types::Proposal>& proposal) {
    auto& digests = digests_[proposal];
    if (digests.size() != proposal->submissions.size()) {
        digests.clear();
        for (const auto& submission : proposal->submissions) digests.push_back(crypto::sha256(submission.transaction));
    }
    return digests;
}

types::Proposal Mempool::cut(const std::vector<std::shared_ptr<const types::Proposal>>& in_flight, base::TimeMs time_ms) {
    const std::lock_guard lock(mutex_);
    std::erase_if(digests_, [&](const auto& known) { return std::ranges::find(in_flight, known.first) == in_flight.end(); });
    std::unordered_set<crypto::Hash, base::FixedBytesHasher> taken;
    for (const auto& proposal : in_flight) {
        if (!proposal) continue;
        const auto& digests = digests_of(proposal);
        taken.insert(digests.begin(), digests.end());
    }
    types::Proposal out;
    out.time_ms = time_ms;
    std::size_t bytes = kProposalOverhead;
    for (const auto& entry : entries_) {
        if (out.submissions.size() >= types::kMaxTransactionsPerProposal) break;
        if (taken.contains(entry.digest)) continue;
        if (entry.after) {
            const auto earlier = by_id_.find(*entry.after);
            if (earlier != by_id_.end() && !taken.contains(earlier->second->digest)) continue;
        }
        if (bytes + entry.bytes > types::kMaxProposalBytes) break;
        bytes += entry.bytes;
        taken.insert(entry.digest);
        out.submissions.push_back(entry.submission);
    }
    return out;
}

void Mempool::mark_proposed(const types::Proposal& proposal) {
    std::vector<crypto::Hash> digests;
    for (const auto& submission : proposal.submissions) digests.push_back(crypto::sha256(submission.transaction));
    const std::lock_guard lock(mutex_);
    for (const auto& digest : digests)
        if (const auto found = by_digest_.find(digest); found != by_digest_.end()) {
            found->second->proposed = true;
            found->second->last_sent = Clock::now();
        }
}

std::vector<types::Submission> Mempool::unproposed(Clock::duration age, std::size_t limit) {
    const auto now = Clock::now();
    // Proposed in a view that died: sent again after a while, too.
    const auto proposed_age = age * 8;
    std::vector<types::Submission> out;
    const std::lock_guard lock(mutex_);
    for (auto& entry : entries_) {
        if (out.size() >= limit) break;
        if (now - entry.last_sent < (entry.proposed ? proposed_age : age)) continue;
        entry.last_sent = now;
        out.push_back(entry.submission);
    }
    return out;
}

}  // namespace placet::node

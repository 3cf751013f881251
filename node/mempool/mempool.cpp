// The mempool: see mempool.hpp.
#include "node/mempool/mempool.hpp"

#include <unordered_set>

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

Mempool::Added Mempool::add(const types::Transaction& transaction, types::Submission submission, Predecessor predecessor) {
    const std::size_t bytes = size_of(submission);
    const std::lock_guard lock(mutex_);
    if (by_id_.contains(transaction.id)) return Added::known;
    if (entries_.size() >= limits_.transactions || bytes_ + bytes > limits_.bytes) return Added::full;
    entries_.push_back({transaction.id, transaction.digest, std::move(submission), transaction.payload.after,
                        transaction.payload.expires_at_ms, bytes, false});
    const auto entry = std::prev(entries_.end());
    by_id_.emplace(entry->id, entry);
    by_digest_.emplace(entry->digest, entry);
    if (entry->after) followers_.emplace(*entry->after, entry->id);
    bytes_ += bytes;
    tell(*entry, predecessor == Predecessor::done ? What::executable : What::blocked);
    return Added::added;
}

void Mempool::tell(Entry& entry, What what) {
    entry.timed = what == What::executable;
    changes_.push_back({what, entry.digest, entry.bytes});
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
    tell(*entry, What::gone);
    bytes_ -= entry->bytes;
    by_id_.erase(entry->id);
    by_digest_.erase(entry->digest);
    if (entry->after) {
        auto [from, to] = followers_.equal_range(*entry->after);
        while (from != to) from = from->second == entry->id ? followers_.erase(from) : std::next(from);
    }
    entries_.erase(entry);
}

void Mempool::remove(const std::vector<types::TransactionId>& ids) {
    const std::lock_guard lock(mutex_);
    for (const auto& id : ids) {
        if (const auto found = by_id_.find(id); found != by_id_.end()) erase(found->second);
        const auto [from, to] = followers_.equal_range(id);
        for (auto follower = from; follower != to; ++follower)
            if (auto& entry = *by_id_.at(follower->second); !entry.timed) tell(entry, What::executable);
    }
}

void Mempool::predecessor_done(const types::TransactionId& id) {
    const std::lock_guard lock(mutex_);
    if (const auto found = by_id_.find(id); found != by_id_.end() && !found->second->timed) tell(*found->second, What::executable);
}

std::vector<types::Submission> Mempool::take_all() {
    const std::lock_guard lock(mutex_);
    std::vector<types::Submission> out;
    while (!entries_.empty()) {
        out.push_back(std::move(entries_.front().submission));
        erase(entries_.begin());
    }
    return out;
}

void Mempool::expire(base::TimeMs block_time_ms) {
    const std::lock_guard lock(mutex_);
    for (auto entry = entries_.begin(); entry != entries_.end();) {
        const auto next = std::next(entry);
        if (entry->expires_at_ms <= block_time_ms) erase(entry);
        entry = next;
    }
}

void Mempool::stop_timing(base::TimeMs now_ms) {
    const std::lock_guard lock(mutex_);
    for (auto& entry : entries_)
        if (entry.timed && entry.expires_at_ms <= now_ms) tell(entry, What::blocked);
}

/// Keeps held_ true to what is in flight, at the cost of what changed.
void Mempool::follow(const std::vector<consensus::ProposalPtr>& in_flight) {
    std::erase_if(in_flight_, [&](const auto& known) {
        if (std::ranges::find(in_flight, known.first) != in_flight.end()) return false;
        for (const auto& digest : known.second)
            if (const auto held = held_.find(digest); --held->second == 0) held_.erase(held);
        return true;
    });
    for (const auto& proposal : in_flight) {
        if (!proposal || in_flight_.contains(proposal)) continue;
        auto& digests = in_flight_[proposal];
        for (const auto& submission : proposal->submissions) digests.push_back(crypto::sha256(submission.transaction));
        for (const auto& digest : digests) ++held_[digest];
    }
}

types::Proposal Mempool::cut(const std::vector<consensus::ProposalPtr>& in_flight, base::TimeMs time_ms) {
    const std::lock_guard lock(mutex_);
    follow(in_flight);
    std::unordered_set<crypto::Hash, base::FixedBytesHasher> taken;
    const auto is_ordered = [&](const crypto::Hash& digest) { return held_.contains(digest) || taken.contains(digest); };
    types::Proposal out;
    out.time_ms = time_ms;
    std::size_t bytes = kProposalOverhead;
    for (const auto& entry : entries_) {
        if (out.submissions.size() >= types::kMaxTransactionsPerProposal) break;
        if (held_.contains(entry.digest)) continue;
        if (entry.after) {
            const auto earlier = by_id_.find(*entry.after);
            if (earlier != by_id_.end() && !is_ordered(earlier->second->digest)) continue;
        }
        if (bytes + entry.bytes > types::kMaxProposalBytes) break;
        bytes += entry.bytes;
        taken.insert(entry.digest);
        out.submissions.push_back(entry.submission);
    }
    return out;
}

std::vector<consensus::RequestChange> Mempool::take_changes() {
    const std::lock_guard lock(mutex_);
    return std::exchange(changes_, {});
}

std::vector<types::Submission> Mempool::find(const std::vector<crypto::Hash>& digests) const {
    std::vector<types::Submission> out;
    const std::lock_guard lock(mutex_);
    for (const auto& digest : digests)
        if (const auto found = by_digest_.find(digest); found != by_digest_.end()) out.push_back(found->second->submission);
    return out;
}

}  // namespace placet::node

// The clients of a world: new requests, some of which expire, handed to any machine, and handed in again until they are
// answered.
#include "tests/sim/node.hpp"

namespace placet::sim {

base::TimeMs World::expiry_of(std::uint64_t transaction) const {
    return transaction < expiries_.size() ? expiries_[transaction] : 0;
}

std::uint64_t World::transaction_of(const Hash& digest) const {
    const auto found = transactions_.find(digest);
    return found == transactions_.end() ? 0 : found->second;
}

bool World::load_is_over() const {
    if (scenario_.requests > 0 && next_transaction_ > scenario_.requests) return true;
    if (chaos_) return false;
    if (now_us_ > healed_at_us_ + 20'000 * kMsUs) return true;
    if (!scenario_.loaded_heal || now_us_ < healed_at_us_ + 1000 * kMsUs) return now_us_ > healed_at_us_ + 1000 * kMsUs;
    return std::ranges::all_of(
        nodes_, [this](const auto& node) { return !node->is_sound() || node->chain().sealed() >= tip_at_heal_; });
}

void World::submit_one() {
    const std::uint64_t transaction = next_transaction_++;
    const bool expires = scenario_.expiry_percent > 0 && prng_.percent(scenario_.expiry_percent);
    expiries_.push_back(expires ? kEpochMs + now_us_ / kMsUs + prng_.between(50, prng_.percent(50) ? 600 : 8000) : 0);
    submitted_at_us_.push_back(now_us_);
    digests_.push_back(crypto::sha256(fake_transaction(transaction, expiries_.back()).transaction));
    transactions_.emplace(digests_.back(), transaction);
    checker_.submitted(transaction, expiries_.back());
    waiting_.emplace(transaction, now_us_);
    nodes_[prng_.below(nodes_.size())]->submit(transaction);
}

void World::schedule_workload() {
    if (load_is_over()) return;
    const bool quiet = chaos_ && (now_us_ / 3'000'000) % 2 == 1 && scenario_.quiet_percent > 0;
    if (!quiet) submit_one();
    after(prng_.between(1, 2 * scenario_.request_every_ms) * kMsUs, [this] { schedule_workload(); });
}

/// Sealed time is past its expiry: no receipt can come any more.
bool World::has_expired(std::uint64_t transaction) const {
    const base::TimeMs expiry = expiry_of(transaction);
    return expiry > 0 && checker_.tip_time_ms() > expiry;
}

void World::retry_requests() {
    for (auto it = waiting_.begin(); it != waiting_.end();) {
        if (has_expired(it->first)) {
            mark("expired_unanswered");
            it = waiting_.erase(it);
            continue;
        }
        if (now_us_ >= it->second + 1000 * kMsUs) {
            it->second = now_us_;
            nodes_[prng_.below(nodes_.size())]->submit(it->first);
        }
        ++it;
    }
    after(500 * kMsUs, [this] { retry_requests(); });
}

void World::answered(const Block& block) {
    if (!block.refused.empty()) mark("late_request_refused");
    for (const std::uint64_t transaction : block.receipts()) {
        if (waiting_.erase(transaction) == 0) continue;
        ++(chaos_ ? result_.answered_in_chaos : answered_after_heal_);
        if (chaos_) waited(transaction);
    }
}

void World::waited(std::uint64_t transaction) {
    result_.longest_wait_ms = std::max(result_.longest_wait_ms, (now_us_ - submitted_at_us_[transaction]) / kMsUs);
}

}  // namespace placet::sim

// Transactions whose signature was verified here, by the digest of their full bytes, signature included: each is paid for once. Two
// generations of bounded size: an entry lives between one and two of them. Any thread.
#pragma once

#include <mutex>
#include <unordered_set>

#include "ledger/crypto/hash.hpp"

namespace placet::node {

class SignatureCache {
public:
    explicit SignatureCache(std::size_t generation = 65536) : generation_(generation) {}

    [[nodiscard]] bool contains(const crypto::Hash& digest) const {
        const std::lock_guard lock(mutex_);
        return young_.contains(digest) || old_.contains(digest);
    }
    void insert(const crypto::Hash& digest) {
        const std::lock_guard lock(mutex_);
        if (young_.size() >= generation_) {
            old_.swap(young_);
            young_.clear();
        }
        young_.insert(digest);
    }

private:
    std::size_t generation_;
    mutable std::mutex mutex_;
    std::unordered_set<crypto::Hash, base::FixedBytesHasher> young_;
    std::unordered_set<crypto::Hash, base::FixedBytesHasher> old_;
};

}  // namespace placet::node

// Token buckets.
#include "api/handlers/quota.hpp"

#include <algorithm>
#include <cmath>

namespace placet::api::handlers {

Quota::Verdict Quota::take(const std::string& identity, QuotaRate rate, Clock::time_point now) {
    const std::lock_guard lock(mutex_);
    if (buckets_.size() >= kMaxIdentities && !buckets_.contains(identity)) forget_idle(now);
    const auto [found, fresh] = buckets_.try_emplace(identity, Bucket{rate.burst, rate, now});
    Bucket& bucket = found->second;
    const double seconds = std::chrono::duration<double>(now - bucket.at).count();
    bucket.tokens = std::min(rate.burst, bucket.tokens + std::max(0.0, seconds) * rate.per_second);
    bucket.rate = rate;
    bucket.at = now;
    if (bucket.tokens < 1) {
        const double missing = (1 - bucket.tokens) / std::max(rate.per_second, 0.001);
        return {Verdict::Kind::exceeded, 0, std::chrono::seconds(static_cast<std::int64_t>(std::ceil(missing)))};
    }
    bucket.tokens -= 1;
    return {Verdict::Kind::granted, static_cast<std::uint64_t>(bucket.tokens), std::chrono::seconds(0)};
}

void Quota::forget_idle(Clock::time_point now) {
    std::erase_if(buckets_, [&](const auto& entry) {
        const Bucket& bucket = entry.second;
        return bucket.tokens + std::chrono::duration<double>(now - bucket.at).count() * bucket.rate.per_second >= bucket.rate.burst;
    });
    // All of them busy: better to forget everybody's debt than to grow.
    if (buckets_.size() >= kMaxIdentities) buckets_.clear();
}

}  // namespace placet::api::handlers

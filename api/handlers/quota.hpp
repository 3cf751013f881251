// Token buckets per identity: nobody's requests crowd out the others'. Bounded: when there are too many identities, those
// whose bucket is full again are forgotten first. Thread-safe.
#pragma once

#include <chrono>
#include <mutex>
#include <string>
#include <unordered_map>

namespace placet::api::handlers {

struct QuotaRate {
    double per_second = 50;
    double burst = 200;
};

class Quota {
public:
    using Clock = std::chrono::steady_clock;

    struct Verdict {
        enum class Kind : std::uint8_t { granted, exceeded } kind = Kind::granted;
        std::uint64_t remaining = 0;    ///< requests left now
        std::chrono::seconds retry{0};  ///< when exceeded: not before
    };
    /// Takes one request of `identity` at `now`.
    [[nodiscard]] Verdict take(const std::string& identity, QuotaRate rate, Clock::time_point now);

    static constexpr std::size_t kMaxIdentities = 20000;

private:
    struct Bucket {
        double tokens = 0;
        QuotaRate rate;
        Clock::time_point at;
    };
    void forget_idle(Clock::time_point now);

    std::mutex mutex_;
    std::unordered_map<std::string, Bucket> buckets_;
};

}  // namespace placet::api::handlers

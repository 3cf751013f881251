// Parameters that cannot work are refused at start, not met at night.
#include "consensus/config.hpp"

namespace placet::consensus {

base::Status check(const Config& config) {
    using base::ErrorCode;
    using base::refuse;
    const std::size_t n = config.validators.n();
    if (n == 0 || n > kMaxReplicas) return refuse(ErrorCode::invalid_value, "a validator set has 1 to 64 seats", "validators");
    if (config.self >= n) return refuse(ErrorCode::invalid_value, "this replica has no seat in the validator set", "self");
    if (config.window == 0 || config.window > 32) return refuse(ErrorCode::invalid_value, "the window is 1 to 32", "window");
    if (config.checkpoint_interval < config.window)
        return refuse(ErrorCode::invalid_value, "K must not be below the window", "checkpoint_interval");
    if (config.batch_transactions == 0 || config.batch_transactions > types::kMaxTransactionsPerProposal)
        return refuse(ErrorCode::invalid_value, "a batch has 1 to 1024 transactions", "batch_transactions");
    if (config.base % config.checkpoint_interval != 0 || (config.last && *config.last % config.checkpoint_interval != 0))
        return refuse(ErrorCode::invalid_value, "epochs end at multiples of K", "base");
    if (config.last && *config.last <= config.base) return refuse(ErrorCode::invalid_value, "an epoch ends above its base", "last");
    const Timeouts& t = config.timeouts;
    if (t.view_ms == 0 || t.heartbeat_ms == 0 || t.busy_status_ms == 0 || t.idle_status_ms == 0 || t.batch_ms == 0)
        return refuse(ErrorCode::invalid_value, "no time-out may be zero", "timeouts");
    if (t.view_cap_ms < t.view_ms) return refuse(ErrorCode::invalid_value, "the cap is below the first time-out", "timeouts.view_cap_ms");
    if (config.network.bandwidth_bytes_per_ms == 0) return refuse(ErrorCode::invalid_value, "must not be zero", "network.bandwidth");
    const std::uint64_t longest_ms =
        4 * config.network.round_trip_ms + 16 * types::kMaxProposalBytes / config.network.bandwidth_bytes_per_ms;
    if (longest_ms > t.view_cap_ms)
        return refuse(ErrorCode::invalid_value,
                      "one view change could last " + std::to_string(longest_ms) +
                          " ms, longer than timeouts.view_cap_ms: lower the round trip, raise the bandwidth or the cap",
                      "network");
    return {};
}

}  // namespace placet::consensus

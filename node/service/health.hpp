// What is said about a node: healthy, degraded or stopped, since when, and what to do. A pure function of what was seen, and the memory
// of when it last changed.
#pragma once

#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "api/backend.hpp"
#include "consensus/replica.hpp"

namespace placet::node {

/// One look at a node.
struct Sight {
    bool is_validator = false;
    bool store_open = false;
    std::string store_error;                         ///< why not, once known
    std::optional<consensus::ReplicaSummary> replica;  ///< of a validator that started
    std::size_t validators = 0;
    std::size_t peers_connected = 0;
    std::vector<std::string> peers_down;
    types::Height height = 0;
    base::TimeMs last_seal_ms_ago = 0;    ///< by this machine's clock, since the last seal was stored (or the start)
    base::TimeMs heartbeat_ms = 2000;     ///< the ledger seals at least this often
    base::TimeMs block_time_ms = 0;
    base::TimeMs now_ms = 0;
    bool following = false;               ///< observer: the last poll succeeded
    bool wants_seat = false;              ///< a validator's configuration, and no seat in the set: it follows like an observer
    bool has_left = false;                ///< it had a seat, and the next set has none for it
    std::int64_t certificate_days_left = 1000;
    std::int64_t clock_offset_ms = 0;     ///< block time − local clock at the last seal; large = somebody's clock is off
    std::uint64_t disk_free_mib = UINT64_MAX;
    std::uint64_t disk_min_free_mib = 0;
};

struct Health {
    std::string state;    ///< "healthy", "degraded", "stopped"
    std::string summary;  ///< a sentence or more, with what to do
};

[[nodiscard]] Health judge(const Sight& sight);
[[nodiscard]] std::vector<api::ReadinessReason> readiness_of(const Sight& sight);

/// Remembers since when the state has been what it is. Any thread.
class HealthMemory {
public:
    [[nodiscard]] base::TimeMs since(const std::string& state, base::TimeMs now_ms);

private:
    std::mutex mutex_;
    std::string state_;
    base::TimeMs since_ms_ = 0;
};

}  // namespace placet::node

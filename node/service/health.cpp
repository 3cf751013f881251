// Judging a node: see health.hpp.
#include "node/service/health.hpp"

#include <fmt/format.h>

namespace placet::node {

namespace {

constexpr base::TimeMs kStalledHeartbeats = 5;
constexpr std::int64_t kCertificateWarningDays = 30;
constexpr std::int64_t kClockWarningMs = 2500;

bool behind(const Sight& sight) { return sight.replica && sight.replica->highest_seal_known > sight.replica->sealed + 16; }

bool stalled(const Sight& sight) { return sight.last_seal_ms_ago > kStalledHeartbeats * sight.heartbeat_ms + 5000; }

// This node and the peers it reaches.
bool has_quorum(const Sight& sight) { return sight.peers_connected + 1 >= types::quorum(sight.validators); }

std::string standing_sentence(const consensus::ReplicaSummary& replica) {
    switch (replica.standing) {
        case consensus::Standing::voting: return "votes";
        case consensus::Standing::checking:
            return "does not vote yet: the start-up check waits until a quorum of validators said which votes of this one they know";
        case consensus::Standing::diverged:
            return "does not vote: its state differed from the sealed one (" + replica.standing_reason +
                   "); it follows sealed blocks. Keep its disk for analysis, then replace it: docs/operations.md, Changing the validators";
        case consensus::Standing::lost:
            return "never votes again under its present keys: " + replica.standing_reason +
                   "; it follows sealed blocks. Rotate it to new keys: docs/operations.md, Lost disk";
    }
    return {};
}

// Everything that is less than good, the worst first.
std::vector<std::string> complaints(const Sight& sight) {
    std::vector<std::string> out;
    if (sight.replica && sight.replica->standing != consensus::Standing::voting) out.push_back("this validator " + standing_sentence(*sight.replica));
    if (behind(sight))
        out.push_back(fmt::format("catching up: sealed up to {} here, {} is known", sight.replica->sealed, sight.replica->highest_seal_known));
    if (!sight.peers_down.empty())
        out.push_back(fmt::format("no link to {}: is it running, is its address reachable?", fmt::join(sight.peers_down, ", ")));
    if (sight.certificate_days_left < kCertificateWarningDays)
        out.push_back(fmt::format("the TLS certificate ends in {} days: docs/operations.md, Certificate expiring", sight.certificate_days_left));
    if (sight.clock_offset_ms > kClockWarningMs || sight.clock_offset_ms < -kClockWarningMs)
        out.push_back(fmt::format("block time is {} ms from this machine's clock: check time synchronisation", sight.clock_offset_ms));
    if (sight.disk_free_mib < 4 * sight.disk_min_free_mib)
        out.push_back(fmt::format("{} MiB free on the data disk, the node stops below {}", sight.disk_free_mib, sight.disk_min_free_mib));
    return out;
}

}  // namespace

Health judge(const Sight& sight) {
    if (!sight.store_open)
        return {"stopped", sight.store_error.empty() ? "the store is being opened and checked" : sight.store_error};
    if (sight.has_left)
        return {"stopped", fmt::format("this node has left the validators: it serves what was sealed up to height {} and helps those behind. Stop it: "
                                       "docs/operations.md, Changing the validators", sight.height)};
    if (sight.is_validator && !has_quorum(sight))
        return {"stopped", fmt::format("only {} of {} validators are reachable, {} are needed to seal; sealed blocks are served", sight.peers_connected + 1,
                                       sight.validators, types::quorum(sight.validators))};
    if (!sight.is_validator && !sight.following)
        return {"stopped", "no validator answers; the blocks up to here are served. Check the network and that this node is enrolled"};
    if (sight.replica && sight.replica->split_at > 0)
        return {"stopped", fmt::format("the validators' states at height {} differ so that no quorum can seal any: ordering has stopped, sealed blocks are "
                                       "served. Compare the validators' roots and stop: docs/operations.md, No quorum of one state", sight.replica->split_at)};
    const auto found = complaints(sight);
    if (stalled(sight) && !behind(sight))
        return {"stopped", fmt::format("nothing was sealed for {} s{}{}", sight.last_seal_ms_ago / 1000, found.empty() ? "" : "; ", fmt::join(found, "; "))};
    if (found.empty() && sight.wants_seat)
        return {"degraded", "follows without a vote, and every seal is checked: the validators in force have no seat with these keys "
                            "(docs/operations.md, Changing the validators)"};
    if (found.empty()) return {"healthy", sight.is_validator ? "votes, and all validators are linked" : "follows, and every seal is checked"};
    return {"degraded", fmt::format("{}", fmt::join(found, "; "))};
}

std::vector<api::ReadinessReason> readiness_of(const Sight& sight) {
    std::vector<api::ReadinessReason> out;
    out.push_back({"store", sight.store_open, sight.store_open ? "open and checked" : sight.store_error.empty() ? "being opened and checked" : sight.store_error});
    if (sight.has_left) out.push_back({"seat", false, "the validators in force have none for this node"});
    if (sight.is_validator) {
        const bool checked = sight.replica && sight.replica->standing != consensus::Standing::checking;
        const bool good = sight.replica && (sight.replica->standing == consensus::Standing::voting || !checked);
        out.push_back({"startup_check", checked, checked ? "done" : "pending: a quorum of validators has not answered yet"});
        out.push_back({"standing", good, sight.replica ? standing_sentence(*sight.replica) : "not started"});
        out.push_back({"quorum", has_quorum(sight), fmt::format("{} of {} validators reachable", sight.peers_connected + 1, sight.validators)});
        out.push_back({"caught_up", sight.replica && !behind(sight),
                       sight.replica ? fmt::format("sealed {} of {} known", sight.replica->sealed, sight.replica->highest_seal_known) : "not started"});
    } else {
        out.push_back({"following", sight.following, sight.following ? "the last poll succeeded" : "no validator answers"});
    }
    if (sight.is_validator)
        out.push_back({"agreement", !sight.replica || sight.replica->split_at == 0,
                       sight.replica && sight.replica->split_at > 0 ? fmt::format("no state can be sealed at height {}", sight.replica->split_at)
                                                                    : "the validators' states agree"});
    out.push_back({"sealing", !stalled(sight), fmt::format("height {}, last seal {} ms ago", sight.height, sight.last_seal_ms_ago)});
    return out;
}

base::TimeMs HealthMemory::since(const std::string& state, base::TimeMs now_ms) {
    const std::lock_guard lock(mutex_);
    if (state != state_) {
        state_ = state;
        since_ms_ = now_ms;
    }
    return since_ms_;
}

}  // namespace placet::node

// Stable names for traces, logs and metrics.
#include <array>

#include "consensus/effects.hpp"

namespace placet::consensus {

std::string_view name_of(const Message& message) noexcept {
    static constexpr std::array<std::string_view, std::variant_size_v<Message>> kNames = {
        "pre_prepare", "prepare", "commit", "checkpoint", "view_change", "new_view", "status",
        "decision",    "seal",    "fetch_body", "body",   "question",    "answer"};
    return kNames[message.index()];
}

std::string_view to_string(Standing standing) noexcept {
    switch (standing) {
        case Standing::checking: return "checking";
        case Standing::voting: return "voting";
        case Standing::diverged: return "diverged";
        case Standing::lost: return "lost";
    }
    return "unknown";
}

std::string_view to_string(Notice notice) noexcept {
    static constexpr std::array<std::string_view, 18> kNames = {
        "standing_changed", "view_change_started", "view_entered",     "proposal_refused", "null_request",
        "body_fetched",     "decision_learned",    "seal_learned",     "state_fetch",      "joined_view_change",
        "timer_paused",     "early_message_held",  "guard_refused",    "heartbeat",        "primary_censors",
        "primary_slow",     "epoch_ends",          "no_quorum_possible"};
    const auto index = static_cast<std::size_t>(notice);
    return index < kNames.size() ? kNames[index] : "unknown";
}

}  // namespace placet::consensus

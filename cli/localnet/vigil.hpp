// How long to wait for a node on its way up. On a loaded machine the check of a kept store and the way back to a quorum
// take their time: a node that shows signs of getting on is waited for, one that stands still is not, and there is an
// end to it all. No clock and no process here: the caller says what it saw and when.
#pragma once

#include <chrono>
#include <string>

namespace placet::cli::localnet {

class Vigil {
public:
    using Clock = std::chrono::steady_clock;
    enum class Verdict : std::uint8_t { wait, stands_still, takes_too_long };

    /// `patience`: how long a node may show the same signs; it may take twenty times that in all.
    Vigil(std::chrono::seconds patience, Clock::time_point now) : patience_(patience), began_(now), moved_(now) {}

    /// `signs`: whatever changes when the node gets on (its own report, its log, the processor time it has spent).
    [[nodiscard]] Verdict look(const std::string& signs, Clock::time_point now) {
        if (signs != signs_) {
            signs_ = signs;
            moved_ = now;
        }
        if (now - began_ > kInAll * patience_) return Verdict::takes_too_long;
        return now - moved_ > patience_ ? Verdict::stands_still : Verdict::wait;
    }

private:
    static constexpr int kInAll = 20;
    std::chrono::seconds patience_;
    Clock::time_point began_;
    Clock::time_point moved_;
    std::string signs_;
};

}  // namespace placet::cli::localnet

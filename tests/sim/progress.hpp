// How far a campaign is: one line that renews itself on a terminal, a plain line every half minute elsewhere; and the
// state of a long run, written every ten seconds. Owned by the main thread.
#pragma once

#include <chrono>

#include "tests/sim/tally.hpp"

namespace placet::sim {

/// Writes beside `path` and renames; makes the folder. False, after saying so, if that fails.
[[nodiscard]] bool write_file(const std::string& path, const std::string& text);

class Progress {
public:
    /// `state_file` empty: no state is kept.
    Progress(std::uint64_t seeds_before, std::string state_file);
    ~Progress();
    Progress(const Progress&) = delete;
    Progress& operator=(const Progress&) = delete;
    void show(const Tally& tally);

private:
    using Clock = std::chrono::steady_clock;
    [[nodiscard]] std::string line(const Tally& tally) const;

    std::uint64_t seeds_before_;
    std::string state_file_;
    bool on_terminal_;
    Clock::time_point start_ = Clock::now();
    Clock::time_point shown_ = start_;
    Clock::time_point kept_ = start_;
};

}  // namespace placet::sim

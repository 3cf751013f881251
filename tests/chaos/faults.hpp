// What is done to the processes of a chain in one round, and how long the clients of it were without an answer.
#pragma once

#include "tests/integration/acknowledged.hpp"
#include "tests/support/prng.hpp"

namespace placet::tests::chaos {

enum class Fault : std::uint8_t {
    kill_primary,     ///< SIGKILL of the primary; it stays away until the others have gone on
    kill_one,         ///< SIGKILL of any one, started again after a while
    kill_f,           ///< SIGKILL of f at once
    kill_all,         ///< SIGKILL of all at once, then all are started
    kill_all_slowly,  ///< SIGKILL of all, one after the other within a second; started in another order
    pause_one,        ///< SIGSTOP of any one for seconds, then SIGCONT
    pause_f,          ///< SIGSTOP of f
    restart_loop,     ///< one is killed again and again while it starts
    rolling_restart,  ///< each in turn ends by SIGTERM and starts again
};
inline constexpr std::size_t kFaults = static_cast<std::size_t>(Fault::rolling_restart) + 1;
[[nodiscard]] std::string_view to_string(Fault fault) noexcept;

/// f of n = 4 … 7: 1 up to 6, then 2.
[[nodiscard]] constexpr std::size_t tolerated(std::size_t validators) noexcept {
    return (validators - 1) / 3;
}

/// How a fault went. All processes run again when `inject` returns.
struct Injected {
    std::vector<std::string> stalled;  ///< what did not happen within a minute
    std::vector<std::string> ended;    ///< exits that should have been clean and were not
    std::optional<std::chrono::milliseconds>
        primary_killed;  ///< the longest pause between two acknowledgements after that
    std::optional<std::chrono::milliseconds>
        all_restarted;  ///< from the start of the last process to the first acknowledgement
};

/// Injects `fault` while `load` runs. Called on the thread that made the chain: its processes die with that thread.
[[nodiscard]] Injected inject(Fault fault, Chain& chain, const Load& load, Prng& prng);

/// The longest stretch without an acknowledgement from `since` to `until`.
[[nodiscard]] std::chrono::milliseconds longest_pause(const std::vector<Load::Clock::time_point>& times,
                                                      Load::Clock::time_point since, Load::Clock::time_point until);

}  // namespace placet::tests::chaos

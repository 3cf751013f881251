// What is done to the processes of a chain in one round, and how long the clients of it were without an answer.
#pragma once

#include "tests/chaos/store_files.hpp"
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
    wipe_one,         ///< SIGKILL of one; without its store it follows from its peers, then it has its store again
    flip_a_bit,       ///< SIGKILL of one, one bit of one file of its store is changed, it is started
    full_disk,        ///< the disk of one fills up
};
inline constexpr std::size_t kFaults = static_cast<std::size_t>(Fault::full_disk) + 1;
[[nodiscard]] std::string_view to_string(Fault fault) noexcept;

/// f of n = 4 … 7: 1 up to 6, then 2.
[[nodiscard]] constexpr std::size_t tolerated(std::size_t validators) noexcept {
    return (validators - 1) / 3;
}

/// What became of a validator one bit of whose store was changed.
enum class Outcome : std::uint8_t {
    refused,   ///< it does not start: exit 1; file or height, and the way back, are in the log
    behind,    ///< it starts, and finds by its peers' word that its log is behind: it follows and does not vote
    harmless,  ///< it votes as before
};
[[nodiscard]] std::string_view to_string(Outcome outcome) noexcept;

struct Flip {
    StoreFile kind = StoreFile::table;
    Outcome outcome = Outcome::harmless;
    bool repaired = false;  ///< refused or behind, and it reached the tip from its peers
};

/// Where and with what a fault is injected.
struct Scene {
    Chain& chain;
    const Load& load;
    Prng& prng;
    std::size_t turn = 0;                ///< counts up with each round of this fault: which variant is next
    std::chrono::milliseconds pause{0};  ///< of pause_one and pause_f; 0: a fraction of a second to nine
};

/// How a fault went. All processes run again when `inject` returns.
struct Injected {
    std::vector<std::string> stalled;  ///< what did not happen within a minute
    std::vector<std::string> ended;    ///< exits that should have been clean and were not, refusals that say too little
    std::optional<std::chrono::milliseconds>
        primary_killed;  ///< the longest pause between two acknowledgements after that
    std::optional<std::chrono::milliseconds>
        all_restarted;  ///< from the start of the last process to the first acknowledgement
    std::optional<std::chrono::milliseconds>
        wiped_follows;  ///< from the start without a store to the height that the others had sealed at that moment
    std::optional<Flip> flip;
    std::optional<std::string> skipped;  ///< why it was not injected
};

/// Injects `fault` while the load runs. Called on the thread that made the chain: its processes die with that thread.
[[nodiscard]] Injected inject(Fault fault, const Scene& scene);

/// The longest stretch without an acknowledgement from `since` to `until`.
[[nodiscard]] std::chrono::milliseconds longest_pause(const std::vector<Load::Clock::time_point>& times,
                                                      Load::Clock::time_point since, Load::Clock::time_point until);

}  // namespace placet::tests::chaos

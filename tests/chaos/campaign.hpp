// Rounds of faults against real processes, and what came of them. Each round runs clients, injects one fault, waits
// until all is well, and then reads every transaction that was acknowledged again at every node, with its proof
// verified. A chain serves some rounds; at its end everything it ever acknowledged is read once more, and a new chain
// of another size takes its place.
#pragma once

#include <iosfwd>

#include "tests/chaos/faults.hpp"

namespace placet::tests::chaos {

struct CampaignPlan {
    std::size_t rounds = 1;
    std::uint64_t seed = 1;
    std::vector<std::size_t> sizes = {4, 5, 6, 7};  ///< validators of the first chain, the second, …, and again
    std::size_t rounds_per_chain = 18;
    std::vector<Fault> faults;  ///< in turn; empty: all, shuffled by the seed
    std::size_t clients = 6;
    std::chrono::milliseconds client_pause{25};
    fs::path parent = "/tmp";            ///< where the chains' folders are made
    fs::path summary;                    ///< written after every round; empty: not
    std::chrono::milliseconds pause{0};  ///< how long pause_one and pause_f stop; 0: a fraction of a second to nine
    std::string commit;                  ///< for the summary
};

/// What a person or a machine wants to know at the end.
struct Summary {
    std::uint64_t seed = 0;
    std::size_t rounds = 0;
    std::size_t acknowledged = 0;
    std::size_t proofs_checked = 0;
    std::vector<std::string> lost;     ///< acknowledged, and then not proved at a node
    std::vector<std::string> forks;    ///< two roots sealed at one height
    std::vector<std::string> stalled;  ///< did not go on within a minute
    std::vector<std::string> ended;    ///< ended by itself, or uncleanly
    std::map<std::string, std::size_t> faults;
    std::map<std::size_t, std::size_t> validators;  ///< rounds by size of chain
    std::vector<std::chrono::milliseconds> primary_killed;
    std::vector<std::chrono::milliseconds> all_restarted;
    std::vector<std::chrono::milliseconds> wiped_follows;
    std::map<std::string, std::map<std::string, std::size_t>> flips;  ///< by kind of file, by outcome and "repaired"
    std::map<std::string, std::string> skipped;                       ///< faults that cannot be injected here, and why
    std::string commit;
    double seconds = 0;
    std::vector<std::string> kept;  ///< folders of chains with which something was wrong

    [[nodiscard]] bool clean() const noexcept {
        return lost.empty() && forks.empty() && stalled.empty() && ended.empty();
    }
};

/// One line a round goes to `progress`. Stops early after a round with which something was wrong; the chain's folder is
/// kept then.
[[nodiscard]] Summary run_campaign(const CampaignPlan& plan, std::ostream& progress);

/// {"rounds", "acknowledged", "proofs_checked", "lost": n, "details": {…}, "faults": {kind: rounds},
/// "primary_killed_ms": {"count", "p50", "p99", "max"}, "all_restarted_ms": {…}, "wiped_follows_ms": {…},
/// "flips": {kind of file: {outcome: n, "repaired": n}}, …}
[[nodiscard]] std::string to_json(const Summary& summary);

/// By nearest rank; 0 of none.
[[nodiscard]] std::chrono::milliseconds percentile(std::vector<std::chrono::milliseconds> values, unsigned percent);

/// Heights at which the receipts carry certificates of different roots; `roots` remembers what was seen before.
[[nodiscard]] std::vector<std::string> forks_in(const std::vector<api::dto::Receipt>& receipts,
                                                std::map<types::Height, crypto::Hash>& roots);

}  // namespace placet::tests::chaos

// One world per seed: machines, a lossy network, crashes, lost disks, and a workload that keeps changing the validator set. Small beside
// tests/sim, which looks at everything but epochs. Judges from outside: see Checker. Deterministic.
#pragma once

#include <functional>
#include <map>
#include <queue>
#include <string>
#include <tuple>

#include "consensus/faults.hpp"
#include "tests/epochs/ledger.hpp"
#include "tests/support/prng.hpp"

namespace placet::epochs {

class Node;

/// Mistakes of a driver, beside consensus::Fault: each must be caught.
enum class DriverFault : std::uint8_t {
    none,
    next_epoch_before_durable,  ///< the next core starts before the epoch's last block is on disk
};

struct Options {
    std::uint64_t seed = 0;
    consensus::Fault fault = consensus::Fault::none;
    DriverFault driver = DriverFault::none;
};

struct Result {
    std::vector<std::string> violations;
    std::map<std::string, std::uint64_t> marks;  ///< rare paths reached
    Epoch epochs = 0;
    SeqNum height = 0;
};

[[nodiscard]] Result run(const Options& options);

/// What must hold: E1 equal blocks at equal heights; E2 each sealed by exactly q of the set that the chain itself names for that height; E3 no
/// key signs two statements for one (epoch, kind, view, seq); E4 no vote beyond an epoch's end or at or below its base; E5 nothing of an
/// epoch leaves a machine whose disk does not hold the block before it; E6 after the heal every change and request is sealed everywhere.
class Checker {
public:
    Checker(const Membership& genesis, SeqNum stride, SeqNum window) : truth_(genesis, stride, window), epochs_{{0, std::nullopt, genesis.set}} {}
    /// `durable` = height on the sender's disk.
    void sent(std::size_t machine, const consensus::Message& message, SeqNum durable);
    void sealed(std::size_t machine, const Block& block);
    void fail(const std::string& what) {
        if (violations.size() < 8) violations.push_back(what);
    }
    /// The highest block that anybody sealed.
    [[nodiscard]] const Ledger& truth() const noexcept { return truth_; }
    std::vector<std::string> violations;

private:
    void once(const crypto::PublicKey& key, const consensus::Vote& vote);
    void check_range(std::size_t machine, Epoch epoch, SeqNum seq);
    void check_seal(const Block& block);
    /// As far as anybody sealed.
    struct Known {
        SeqNum base = 0;
        std::optional<SeqNum> last;
        types::ValidatorSet set;
    };

    Ledger truth_;
    std::vector<Known> epochs_;
    std::map<std::tuple<crypto::PublicKey, Epoch, std::uint8_t, types::View, SeqNum>, Hash> statements_;
};

class World {
public:
    explicit World(const Options& options);
    ~World();
    [[nodiscard]] Result run();

    // --- for nodes
    void after(std::uint64_t delay_us, std::function<void()> action);
    [[nodiscard]] std::uint64_t now_us() const noexcept { return now_us_; }
    [[nodiscard]] tests::Prng& prng() noexcept { return prng_; }
    [[nodiscard]] const Options& options() const noexcept { return options_; }
    [[nodiscard]] Checker& checker() noexcept { return checker_; }
    void mark(const std::string& name) { ++result_.marks[name]; }
    void transmit(std::size_t from, std::size_t to, const consensus::MessagePtr& message);
    void forward(std::size_t from, std::size_t to, Transaction transaction);
    /// Somebody up and reachable with more than `height`.
    [[nodiscard]] Node* source_for(std::size_t asker, SeqNum height);
    [[nodiscard]] const Membership& genesis() const noexcept { return genesis_; }

    static constexpr SeqNum kStride = 16;
    static constexpr SeqNum kWindow = 8;

private:
    struct Scheduled {
        std::uint64_t at_us;
        std::uint64_t order;
        std::function<void()> action;
        bool operator>(const Scheduled& other) const noexcept { return std::pair(at_us, order) > std::pair(other.at_us, other.order); }
    };
    [[nodiscard]] bool connected(std::size_t a, std::size_t b) const noexcept { return side_[a] == side_[b]; }
    void submit(Transaction transaction);
    void work();
    void change();
    void crash();
    void partition();
    void heal();
    void check_end();
    [[nodiscard]] std::string what_is_missing() const;

    Options options_;
    tests::Prng prng_;
    Membership genesis_;
    Checker checker_;
    std::priority_queue<Scheduled, std::vector<Scheduled>, std::greater<>> queue_;
    std::uint64_t now_us_ = 0;
    std::uint64_t order_ = 0;
    std::uint64_t loss_percent_ = 0;
    std::uint64_t latency_us_ = 0;
    std::uint64_t healed_at_us_ = 0;
    bool chaos_ = true;
    bool done_ = false;
    std::vector<unsigned> side_ = std::vector<unsigned>(kPool, 0);
    std::vector<std::unique_ptr<Node>> nodes_;
    std::set<Transaction> submitted_;
    std::uint64_t next_ = 1;
    Result result_;
};

}  // namespace placet::epochs

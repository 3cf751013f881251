// One world per seed: a schedule, a network, replicas with disks and ledgers, clients, faults, and the checkers.
// Single-threaded and deterministic: seed and commit reproduce a run byte for byte. Worlds share nothing, so several
// may run at once.
#pragma once

#include <memory>

#include "consensus/faults.hpp"
#include "tests/sim/checker.hpp"
#include "tests/sim/network.hpp"
#include "tests/sim/schedule.hpp"

namespace placet::sim {

class SimNode;

enum class Tracing : std::uint8_t { off, on };
struct RunOptions {
    std::uint64_t seed = 0;
    consensus::Fault fault = consensus::Fault::none;  ///< of every honest replica: tests/sabotage
    Tracing tracing = Tracing::off;
    std::optional<Scenario> scenario = {};  ///< instead of what the seed chooses
};
using Counters = std::map<std::string, std::uint64_t, std::less<>>;
struct RunResult {
    std::uint64_t seed = 0;
    std::vector<Violation> violations;
    std::uint64_t events = 0;
    std::uint64_t virtual_ms = 0;
    std::uint64_t blocks = 0;
    std::uint64_t answered_in_chaos = 0;  ///< requests with a receipt before everything healed
    std::uint64_t longest_wait_ms = 0;    ///< of a request in that time, answered or not
    std::uint64_t boundaries = 0;         ///< of the replica that the crash point names: how many there were
    std::uint64_t fault_numbers = 0;      ///< crashes and partitions that happened, or were skipped
    bool real_store = false;
    Counters faults;  ///< injected, by kind
    Counters marks;   ///< rare paths reached, by name
    std::string trace;
};

[[nodiscard]] RunResult run_seed(const RunOptions& options);
/// The marks that a run of 200 seeds must all have reached.
[[nodiscard]] const std::vector<std::string>& required_marks();

/// A message under way. Verified once, whoever receives it: the verdict depends on its content alone.
struct Packet {
    explicit Packet(consensus::MessagePtr m) : message(std::move(m)) {}
    consensus::MessagePtr message;
    bool as_object = true;
    bool judged = false;
    std::optional<consensus::Verified<consensus::Message>> verified;
};
using PacketPtr = std::shared_ptr<Packet>;

class World {
public:
    explicit World(const RunOptions& options);
    ~World();
    [[nodiscard]] RunResult run();

    // --- for nodes; a machine is its index: replicas first, the second machines of twins behind them
    void after(std::uint64_t delay_us, std::function<void()> action);
    [[nodiscard]] std::uint64_t now_us() const noexcept { return now_us_; }
    [[nodiscard]] Prng& prng() noexcept { return prng_; }
    [[nodiscard]] Checker& checker() noexcept { return checker_; }
    [[nodiscard]] const Scenario& scenario() const noexcept { return scenario_; }
    [[nodiscard]] const types::ValidatorSet& validators() const noexcept { return validators_; }
    [[nodiscard]] consensus::Fault fault() const noexcept { return options_.fault; }
    [[nodiscard]] bool is_chaos() const noexcept { return chaos_; }
    void transmit(std::size_t from, ReplicaId to, const PacketPtr& packet, std::uint64_t extra_delay_us);
    void forward_request(std::size_t from, ReplicaId to, std::uint64_t transaction);
    void answered(const Block& block);
    /// The block time after which this transaction is refused; 0 = never.
    [[nodiscard]] base::TimeMs expiry_of(std::uint64_t transaction) const;
    /// Of a transaction that was submitted; and back. 0 for a digest that is of none.
    [[nodiscard]] const Hash& digest_of(std::uint64_t transaction) const { return digests_.at(transaction); }
    [[nodiscard]] std::uint64_t transaction_of(const Hash& digest) const;
    /// A block record source for a state transfer: somebody up, reachable, with more than `height`; null if nobody.
    [[nodiscard]] const SimNode* source_for(std::size_t asker, SeqNum height);
    void mark(std::string_view name) { ++entry(result_.marks, name); }
    void count_fault(std::string_view name) { ++entry(result_.faults, name); }
    [[nodiscard]] bool tracing() const noexcept { return options_.tracing == Tracing::on; }
    void trace(std::size_t machine, const std::string& line);
    /// The verdict on a packet: codec (where the scenario or the packet wants it), then the verifier.
    [[nodiscard]] const std::optional<consensus::Verified<consensus::Message>>& judge(Packet& packet);

private:
    [[nodiscard]] static std::uint64_t& entry(Counters& counters, std::string_view name);
    template <class Action>
    void to_machines_of(ReplicaId to, Action&& action);
    // --- world.cpp: the run and its end
    void step(Due due);
    void heal();
    void check_end();
    [[nodiscard]] bool everybody_is_there(const char*& property, std::string& where) const;
    void finish();
    [[nodiscard]] View highest_view() const;
    [[nodiscard]] View highest_entered_view() const;
    // --- workload.cpp: clients
    void schedule_workload();
    void submit_one();
    void retry_requests();
    [[nodiscard]] bool load_is_over() const;
    void waited(std::uint64_t transaction);
    [[nodiscard]] bool has_expired(std::uint64_t transaction) const;
    // --- chaos.cpp: crashes, partitions, scripts
    void schedule_chaos();
    void schedule_partitions();
    void schedule_crashes();
    void schedule_old_disks();
    void play_round(std::size_t round);
    void crash_some();
    void restart_later(SimNode& node);
    /// Counts a fault that shrinking may leave out; false if it is left out.
    [[nodiscard]] bool happens() { return !scenario_.skipped.contains(fault_number_++); }

    RunOptions options_;
    Scenario scenario_;
    Prng prng_;
    types::ValidatorSet validators_;
    Network network_;
    Checker checker_;
    std::unique_ptr<consensus::SignatureChecker> signatures_;
    std::unique_ptr<consensus::ProposalChecker> proposals_;
    consensus::Verifier verifier_;
    Schedule schedule_;
    std::uint64_t now_us_ = 0;
    bool chaos_ = true;
    bool done_ = false;
    std::uint64_t healed_at_us_ = 0;
    View view_at_heal_ = 0;
    SeqNum tip_at_heal_ = 0;
    std::vector<std::unique_ptr<SimNode>> nodes_;
    std::uint64_t next_transaction_ = 1;
    std::vector<base::TimeMs> expiries_{0};  ///< by transaction
    std::vector<Hash> digests_{Hash{}};      ///< by transaction
    std::map<Hash, std::uint64_t> transactions_;
    std::vector<std::uint64_t> submitted_at_us_{0};   ///< by transaction
    std::map<std::uint64_t, std::uint64_t> waiting_;  ///< transaction → when it was handed in last
    std::uint64_t answered_after_heal_ = 0;
    std::uint64_t fault_number_ = 0;
    std::uint64_t lost_ = 0, duplicated_ = 0;  ///< packets
    RunResult result_;
};

inline constexpr std::uint64_t kMsUs = 1000;  ///< µs in a millisecond
/// The wall clock at which every world begins.
inline constexpr base::TimeMs kEpochMs = 1'700'000'000'000;

}  // namespace placet::sim

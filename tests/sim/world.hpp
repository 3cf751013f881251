// One world per seed: a scheduler, a network, replicas with disks and ledgers, clients, faults, and the checkers. Single-threaded and
// deterministic: seed and commit reproduce a run byte for byte. Worlds share nothing, so several may run at once.
#pragma once

#include <functional>
#include <memory>
#include <queue>

#include "consensus/faults.hpp"
#include "tests/sim/checker.hpp"
#include "tests/sim/network.hpp"

namespace placet::sim {

class SimNode;

enum class Tracing : std::uint8_t { off, on };
struct RunOptions {
    std::uint64_t seed = 0;
    consensus::Fault fault = consensus::Fault::none;  ///< of every honest replica: tests/sabotage
    Tracing tracing = Tracing::off;
};
using Counters = std::map<std::string, std::uint64_t>;
struct RunResult {
    std::uint64_t seed = 0;
    std::vector<Violation> violations;
    std::uint64_t events = 0;
    std::uint64_t virtual_ms = 0;
    std::uint64_t blocks = 0;
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

    // --- for nodes
    void after(std::uint64_t delay_us, std::function<void()> action);
    [[nodiscard]] std::uint64_t now_us() const noexcept { return now_us_; }
    [[nodiscard]] Prng& prng() noexcept { return prng_; }
    [[nodiscard]] Checker& checker() noexcept { return checker_; }
    [[nodiscard]] const Scenario& scenario() const noexcept { return scenario_; }
    [[nodiscard]] const types::ValidatorSet& validators() const noexcept { return validators_; }
    [[nodiscard]] consensus::Fault fault() const noexcept { return options_.fault; }
    [[nodiscard]] bool is_chaos() const noexcept { return chaos_; }
    void transmit(ReplicaId from, ReplicaId to, const PacketPtr& packet, std::uint64_t extra_delay_us);
    void forward_request(ReplicaId from, ReplicaId to, std::uint64_t transaction);
    void answered(const Block& block);
    /// A block record source for a state transfer: somebody up, reachable, with more than `height`; null if nobody.
    [[nodiscard]] const SimNode* source_for(ReplicaId asker, SeqNum height);
    void mark(const std::string& name) { ++result_.marks[name]; }
    void count_fault(const std::string& name) { ++result_.faults[name]; }
    [[nodiscard]] bool tracing() const noexcept { return options_.tracing == Tracing::on; }
    void trace(ReplicaId id, const std::string& line);
    /// The verdict on a packet: codec (where the scenario or the packet wants it), then the verifier.
    [[nodiscard]] const std::optional<consensus::Verified<consensus::Message>>& judge(Packet& packet);

private:
    struct Scheduled {
        std::uint64_t at_us;
        std::uint64_t order;
        std::function<void()> action;
        bool operator>(const Scheduled& other) const noexcept {
            return at_us != other.at_us ? at_us > other.at_us : order > other.order;
        }
    };
    void schedule_workload();
    void schedule_partitions();
    void schedule_crashes();
    void schedule_old_disks();
    void retry_requests();
    void crash_some();
    void heal();
    void check_end();
    [[nodiscard]] bool everything_sealed(std::string& where) const;
    void finish();
    [[nodiscard]] bool is_good(ReplicaId id) const;
    [[nodiscard]] View highest_view() const;

    RunOptions options_;
    Scenario scenario_;
    Prng prng_;
    types::ValidatorSet validators_;
    Network network_;
    Checker checker_;
    std::unique_ptr<consensus::SignatureChecker> signatures_;
    std::unique_ptr<consensus::ProposalChecker> proposals_;
    consensus::Verifier verifier_;
    std::priority_queue<Scheduled, std::vector<Scheduled>, std::greater<>> queue_;
    std::uint64_t now_us_ = 0;
    std::uint64_t order_ = 0;
    bool chaos_ = true;
    bool done_ = false;
    std::uint64_t healed_at_us_ = 0;
    View view_at_heal_ = 0;
    std::vector<std::unique_ptr<SimNode>> nodes_;
    std::uint64_t next_transaction_ = 1;
    std::map<std::uint64_t, std::uint64_t> waiting_;  ///< transaction → when it was handed in last
    RunResult result_;
};

}  // namespace placet::sim

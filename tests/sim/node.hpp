// A simulated validator: the driver's duties of consensus/replica.hpp over a modelled disk, ledger and mempool. May
// lie.
#pragma once

#include "tests/sim/liar.hpp"
#include "tests/sim/world.hpp"

namespace placet::sim {

class SimNode {
public:
    SimNode(World& world, std::size_t machine, std::optional<Faulty> faulty);

    void boot();
    void crash();
    /// Crashes after so many effects more: between a write and a send, say.
    void crash_after(std::uint64_t effects) { crash_countdown_ = effects; }
    void keep_image();
    void put_back_image();
    /// An empty disk in place of its own: its log is lost.
    void lose_disk();
    void receive(const PacketPtr& packet);
    void submit(std::uint64_t transaction);
    void accept_request(std::uint64_t transaction);

    [[nodiscard]] bool is_up() const noexcept { return core_.has_value(); }
    [[nodiscard]] ReplicaId id() const noexcept { return id_; }
    [[nodiscard]] std::size_t machine() const noexcept { return machine_; }
    /// How often it wrote, synced, learned of a sync or let something leave: where a crash point can be.
    [[nodiscard]] std::uint64_t bits_flipped() const noexcept { return disk_->bits_flipped(); }
    [[nodiscard]] std::uint64_t boundaries() const noexcept { return boundaries_; }
    /// Honest replicas are judged by the safety checkers.
    [[nodiscard]] bool is_honest() const noexcept { return !faulty_ || sim::is_honest(faulty_->how); }
    [[nodiscard]] bool is_sound() const noexcept { return !faulty_; }
    [[nodiscard]] const Chain& chain() const noexcept { return chain_; }
    [[nodiscard]] consensus::ReplicaSummary summary() const { return core_->summary(); }

private:
    void step(consensus::Event event);
    void perform(consensus::Effect& effect);
    void on(consensus::Send& effect);
    void on(consensus::Broadcast& effect);
    void on(consensus::SetTimer& effect);
    void on(consensus::CancelTimer& effect);
    void on(consensus::Persist& effect);
    void on(consensus::Forget& effect);
    void on(consensus::WantProposal& effect);
    void on(consensus::ForwardRequests& effect);
    void on(consensus::Deliver& effect);
    void on(consensus::FetchState& effect);
    void on(consensus::Sealed& effect);
    void on(consensus::Accuse& effect);
    void on(consensus::Observe& effect);
    /// A boundary is reached: true if the crash point is here, and the replica is down now.
    [[nodiscard]] bool crashes_here();
    [[nodiscard]] bool is(Misbehaviour misbehaviour) const noexcept { return faulty_ && faulty_->how == misbehaviour; }
    [[nodiscard]] consensus::Fault fault() const noexcept;
    void disk_failed();
    void drop_expired();
    void watch_expiries();
    void later(std::uint64_t delay_us, std::function<void()> action);
    void start_sync();
    void answer_want();
    [[nodiscard]] bool dawdles();
    void tell_requests();
    void install_from(const SimNode& source, SeqNum to);
    void dispatch(ReplicaId to, const consensus::MessagePtr& message, PacketPtr& shared);
    void forget_transactions(const Block& block);
    void note(consensus::RequestChange::What what, std::uint64_t transaction);
    [[nodiscard]] base::TimeMs clock_ms() const;

    World& world_;
    std::size_t machine_;
    ReplicaId id_;
    std::optional<Faulty> faulty_;
    std::optional<Liar> liar_;
    FakeSigner signer_;
    std::optional<consensus::Replica> core_;
    std::uint64_t incarnation_ = 0;
    std::unique_ptr<Disk> disk_;
    std::optional<Disk::Image> image_;
    bool syncing_ = false;
    Chain chain_;
    std::uint64_t executor_ = 0;  ///< generation: dropped executions do not answer
    std::uint64_t executor_free_at_us_ = 0;
    std::set<std::uint64_t> mempool_;
    std::vector<std::uint64_t>
        arrived_;  ///< in the order in which they came in: the order of proposing; some have left mempool_ since
    std::vector<consensus::RequestChange> changes_;  ///< of the mempool, not told yet
    std::optional<consensus::WantProposal> want_;
    std::uint64_t proposed_at_us_ = 0;
    bool dawdling_ = false;  ///< a slow primary will look again by itself
    std::int64_t skew_ms_ = 0;
    std::optional<std::uint64_t> crash_countdown_;
    std::uint64_t boundaries_ = 0;
    bool corrupted_once_ = false;
};

}  // namespace placet::sim

// The core thread: feeds events to consensus::Replica one at a time and carries out its effects in order (replica.hpp, The
// driver's duties). Everything slow is handed to a port: disk, network, execution. The queue into the core is bounded by whoever
// posts: messages carry a token each (message_gate.hpp), the rest answers effects of the core.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>

#include "consensus/replica.hpp"
#include "node/work/work_queue.hpp"

namespace placet::node {

/// Where effects go. Called on the core thread; none may block for long.
class ReplicaPorts {
public:
    virtual ~ReplicaPorts() = default;
    virtual void send(consensus::ReplicaId to, base::Bytes message) = 0;
    virtual void broadcast(base::Bytes message) = 0;
    /// Puts, fsyncs, then ReplicaDriver::post(Persisted).
    virtual void persist(consensus::Persist effect) = 0;
    virtual void forget(consensus::SeqNum through) = 0;
    virtual void deliver(consensus::Deliver effect) = 0;
    virtual void sealed(consensus::Sealed effect) = 0;
    virtual void fetch_state(consensus::FetchState effect) = 0;
    virtual void forward(consensus::ForwardRequests effect) = 0;
    /// What changed in the mempool since it was asked last, in order.
    [[nodiscard]] virtual std::vector<consensus::RequestChange> take_request_changes() = 0;
    /// What to propose now; may be empty.
    [[nodiscard]] virtual types::Proposal cut(const std::vector<consensus::ProposalPtr>& in_flight) = 0;
    virtual void accuse(const consensus::Accuse& effect) = 0;
    virtual void observe(const consensus::Observe& effect, const consensus::ReplicaSummary& summary) = 0;
};

class ReplicaDriver {
public:
    /// `ports` and `signer` outlive the driver; nothing happens before start().
    ReplicaDriver(const consensus::Config& config, const consensus::RecoveredState& recovered, consensus::Signer& signer, ReplicaPorts& ports);
    ~ReplicaDriver();
    ReplicaDriver(const ReplicaDriver&) = delete;
    ReplicaDriver& operator=(const ReplicaDriver&) = delete;

    void start();
    /// No effect is carried out after it returns. Idempotent.
    void stop();

    /// Any thread. `token` is released when the event was stepped.
    void post(consensus::Event event, std::shared_ptr<void> token = nullptr);
    /// Any thread: the mempool is not what it was. The core's thread reads what changed, and answers an open WantProposal.
    void mempool_changed();

    /// As of the last step; any thread.
    [[nodiscard]] consensus::ReplicaSummary summary() const;

private:
    struct Item {
        std::optional<consensus::Event> event;  // none = mempool_changed
        std::shared_ptr<void> token;
    };
    struct Timer {
        bool armed = false;
        consensus::TimerId id;
        WorkQueue<Item>::Clock::time_point due;
    };

    void run();
    void step(consensus::Event event);
    void fire_due_timers();
    void take_changes();
    void answer_want();
    void carry_out(consensus::Effect& effect);
    [[nodiscard]] std::optional<WorkQueue<Item>::Clock::time_point> next_due() const;

    ReplicaPorts& ports_;
    consensus::Replica replica_;
    WorkQueue<Item> queue_;
    std::array<Timer, consensus::kTimerKinds> timers_{};
    std::optional<consensus::WantProposal> want_;
    std::atomic<bool> change_posted_{false};
    std::atomic<bool> stopped_{false};
    mutable std::mutex summary_mutex_;
    consensus::ReplicaSummary summary_;
    std::thread thread_;
};

}  // namespace placet::node

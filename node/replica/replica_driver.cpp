// The core thread: see replica_driver.hpp.
#include "node/replica/replica_driver.hpp"

#include <algorithm>

#include "ledger/crypto/random.hpp"

namespace placet::node {

using consensus::Effect;
using consensus::Event;

ReplicaDriver::ReplicaDriver(const consensus::Config& config, const consensus::RecoveredState& recovered, consensus::Signer& signer,
                             ReplicaPorts& ports)
    : ports_(ports), replica_(config, recovered, signer), summary_(replica_.summary()) {}

ReplicaDriver::~ReplicaDriver() { stop(); }

void ReplicaDriver::start() {
    thread_ = std::thread([this] { run(); });
}

void ReplicaDriver::stop() {
    stopped_ = true;
    queue_.close();
    if (thread_.joinable()) thread_.join();
}

void ReplicaDriver::post(Event event, std::shared_ptr<void> token) { (void)queue_.push({std::move(event), std::move(token)}); }

void ReplicaDriver::mempool_changed() {
    if (!change_posted_.exchange(true)) (void)queue_.push({std::nullopt, nullptr});
}

consensus::ReplicaSummary ReplicaDriver::summary() const {
    const std::lock_guard lock(summary_mutex_);
    return summary_;
}

std::optional<WorkQueue<ReplicaDriver::Item>::Clock::time_point> ReplicaDriver::next_due() const {
    std::optional<WorkQueue<Item>::Clock::time_point> due;
    for (const auto& timer : timers_)
        if (timer.armed && (!due || timer.due < *due)) due = timer.due;
    return due;
}

void ReplicaDriver::run() {
    step(consensus::Started{crypto::random_fixed<consensus::Nonce>()});
    while (!stopped_) {
        auto items = queue_.take_all(next_due());
        for (auto& item : items) {
            if (stopped_) return;
            if (item.event) {
                step(std::move(*item.event));
            } else {
                take_changes();
            }
            item.token.reset();
            fire_due_timers();
        }
        fire_due_timers();
    }
}

void ReplicaDriver::fire_due_timers() {
    const auto now = WorkQueue<Item>::Clock::now();
    for (auto& timer : timers_) {
        if (!timer.armed || timer.due > now) continue;
        timer.armed = false;
        step(consensus::TimerFired{timer.id});
    }
}

void ReplicaDriver::step(Event event) {
    auto effects = replica_.step(std::move(event));
    {
        const std::lock_guard lock(summary_mutex_);
        summary_ = replica_.summary();
    }
    for (auto& effect : effects) carry_out(effect);
    if (std::ranges::any_of(effects, [](const Effect& effect) { return std::holds_alternative<consensus::WantProposal>(effect); })) answer_want();
}

// Read here, not where it changed: what two threads post may overtake each other.
void ReplicaDriver::take_changes() {
    change_posted_ = false;
    auto changes = ports_.take_request_changes();
    if (!changes.empty()) step(consensus::RequestsChanged{std::move(changes)});
    answer_want();
}

// An open wish is answered as soon as something waits; "now" at once, with nothing if nothing waits. One of a view that was left is void.
void ReplicaDriver::answer_want() {
    if (want_ && (want_->view != summary_.view || !summary_.active)) want_.reset();
    if (!want_) return;
    types::Proposal proposal = ports_.cut(want_->in_flight);
    if (proposal.submissions.empty() && want_->urgency == consensus::Urgency::when_ready) return;
    const auto want = std::exchange(want_, std::nullopt);
    (void)queue_.push({consensus::ProposalReady{want->view, want->seq, std::move(proposal)}, nullptr});
}

void ReplicaDriver::carry_out(Effect& effect) {
    struct Visitor {
        ReplicaDriver& driver;
        void operator()(consensus::Send& send) const { driver.ports_.send(send.to, encode(*send.message)); }
        void operator()(consensus::Broadcast& broadcast) const { driver.ports_.broadcast(encode(*broadcast.message)); }
        void operator()(consensus::SetTimer& set) const {
            auto& timer = driver.timers_[static_cast<std::size_t>(set.id.kind)];
            timer = {true, set.id, WorkQueue<Item>::Clock::now() + std::chrono::milliseconds(set.after_ms)};
        }
        void operator()(consensus::CancelTimer& cancel) const { driver.timers_[static_cast<std::size_t>(cancel.kind)].armed = false; }
        void operator()(consensus::Persist& persist) const { driver.ports_.persist(std::move(persist)); }
        void operator()(consensus::Forget& forget) const { driver.ports_.forget(forget.through); }
        void operator()(consensus::WantProposal& want) const { driver.want_ = std::move(want); }
        void operator()(consensus::ForwardRequests& forward) const { driver.ports_.forward(std::move(forward)); }
        void operator()(consensus::Deliver& deliver) const { driver.ports_.deliver(std::move(deliver)); }
        void operator()(consensus::FetchState& fetch) const { driver.ports_.fetch_state(std::move(fetch)); }
        void operator()(consensus::Sealed& sealed) const { driver.ports_.sealed(std::move(sealed)); }
        void operator()(consensus::Accuse& accuse) const { driver.ports_.accuse(accuse); }
        void operator()(consensus::Observe& observe) const { driver.ports_.observe(observe, driver.summary_); }
    };
    std::visit(Visitor{*this}, effect);
}

}  // namespace placet::node

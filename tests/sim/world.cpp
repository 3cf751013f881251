// See world.hpp.
#include "tests/sim/world.hpp"

#include <fmt/format.h>

#include "tests/sim/node.hpp"

namespace placet::sim {

using namespace consensus;

namespace {

constexpr std::uint64_t kMsUs = 1000;
constexpr std::uint64_t kPatienceMs = 90'000;  ///< virtual time after the heal until everything must be sealed
constexpr std::uint64_t kMostEvents = 4'000'000;

}  // namespace

RunResult run_seed(const RunOptions& options) { return World(options).run(); }

const std::vector<std::string>& required_marks() {
    static const std::vector<std::string> kMarks = {
        "view_change_started", "view_entered", "joined_view_change", "null_request", "body_fetched", "decision_learned", "seal_learned",
        "state_fetch", "state_installed", "state_fetch_failed", "early_message_held", "heartbeat", "proposal_refused", "message_refused",
        "equivocation_proved", "records_forgotten", "crash_lost_unsynced", "crash_between_effects", "restart_during_view_change",
        "everybody_crashed", "standing_voting", "standing_diverged", "standing_lost", "view_above_4"};
    return kMarks;
}

World::World(const RunOptions& options)
    : options_(options),
      scenario_(choose_scenario(options.seed)),
      prng_(options.seed),
      validators_(make_validators(scenario_.n)),
      network_(scenario_),
      checker_(validators_, scenario_.window),
      signatures_(std::make_unique<FakeSignatures>()),
      proposals_(std::make_unique<FakeProposals>()),
      verifier_(validators_, Hash{}, *signatures_, *proposals_) {
    result_.seed = options.seed;
    verifier_.sabotage(options.fault);
    for (ReplicaId id = 0; id < scenario_.n; ++id) {
        std::optional<Faulty> faulty;
        for (const Faulty& one : scenario_.faulty)
            if (one.id == id) faulty = one;
        if (faulty) count_fault("faulty_" + to_string(faulty->how));
        nodes_.push_back(std::make_unique<SimNode>(*this, id, faulty));
    }
}

World::~World() = default;

void World::after(std::uint64_t delay_us, std::function<void()> action) {
    queue_.push({now_us_ + delay_us, order_++, std::move(action)});
}

void World::trace(ReplicaId id, const std::string& line) {
    if (tracing()) result_.trace += fmt::format("{:>9}.{:03} n{} {}\n", now_us_ / 1000, now_us_ % 1000, id, line);
}

const std::optional<Verified<Message>>& World::judge(Packet& packet) {
    if (packet.judged) return packet.verified;
    packet.judged = true;
    Message message = *packet.message;
    if (!packet.as_object || scenario_.encode_all) {
        auto decoded = decode_message(encode(message));
        if (!decoded) return packet.verified;
        message = *std::move(decoded);
    }
    if (auto verified = verifier_.verify(std::move(message))) packet.verified = *std::move(verified);
    return packet.verified;
}

void World::transmit(ReplicaId from, ReplicaId to, const PacketPtr& packet, std::uint64_t extra_delay_us) {
    const auto delays = network_.route(from, to, prng_);
    if (delays.empty()) count_fault("lost");
    if (delays.size() > 1) count_fault("duplicated");
    for (const std::uint64_t delay : delays) after(delay + extra_delay_us, [this, to, packet] { nodes_[to]->receive(packet); });
}

void World::forward_request(ReplicaId from, ReplicaId to, std::uint64_t transaction) {
    for (const std::uint64_t delay : network_.route(from, to, prng_))
        after(delay, [this, to, transaction] { nodes_[to]->accept_request(transaction); });
}

void World::answered(const Block& block) {
    for (const std::uint64_t transaction : block.transactions) waiting_.erase(transaction);
}

const SimNode* World::source_for(ReplicaId asker, SeqNum height) {
    std::vector<const SimNode*> able;
    for (const auto& node : nodes_)
        if (node->id() != asker && node->is_up() && node->is_honest() && node->chain().sealed() > height &&
            network_.connects(asker, node->id()) && network_.connects(node->id(), asker))
            able.push_back(node.get());
    return able.empty() ? nullptr : able[prng_.below(able.size())];
}

bool World::is_good(ReplicaId id) const { return nodes_[id]->is_sound(); }

View World::highest_view() const {
    View view = 0;
    for (const auto& node : nodes_)
        if (node->is_up() && node->is_sound()) view = std::max(view, node->summary().view);
    return view;
}

void World::schedule_workload() {
    const bool late = !chaos_ && now_us_ > healed_at_us_ + 1000 * kMsUs;
    if (late) return;
    const bool quiet = chaos_ && (now_us_ / 3'000'000) % 2 == 1 && scenario_.quiet_percent > 0;
    if (!quiet) {
        const std::uint64_t transaction = next_transaction_++;
        checker_.submitted(transaction);
        waiting_.emplace(transaction, now_us_);
        nodes_[prng_.below(scenario_.n)]->submit(transaction);
    }
    after(prng_.between(1, 2 * scenario_.request_every_ms) * kMsUs, [this] { schedule_workload(); });
}

void World::retry_requests() {
    for (auto& [transaction, since] : waiting_) {
        if (now_us_ < since + 1000 * kMsUs) continue;
        since = now_us_;
        nodes_[prng_.below(scenario_.n)]->submit(transaction);
    }
    after(500 * kMsUs, [this] { retry_requests(); });
}

void World::schedule_partitions() {
    if (scenario_.partition_every_ms == 0) return;
    after(prng_.between(1, 2 * scenario_.partition_every_ms) * kMsUs, [this] {
        if (!chaos_) return;
        network_.partition(prng_);
        count_fault("partition");
        schedule_partitions();
    });
}

void World::crash_some() {
    const auto restart = [this](SimNode& node) {
        after(prng_.between(5, 2500) * kMsUs, [&node] { node.boot(); });
    };
    if (prng_.percent(scenario_.all_crash_percent)) {
        count_fault("crash_all");
        mark("everybody_crashed");
        for (const auto& node : nodes_) {
            node->crash();
            restart(*node);
        }
        return;
    }
    const bool hunt = prng_.percent(scenario_.hunt_percent);
    SimNode& node = *nodes_[hunt ? highest_view() % scenario_.n : prng_.below(scenario_.n)];
    count_fault(hunt ? "crash_of_primary" : "crash");
    if (prng_.percent(60)) {
        node.crash_after(prng_.below(8));
        after(200 * kMsUs, [this, &node] {
            node.crash();
            after(prng_.between(5, 2500) * kMsUs, [&node] { node.boot(); });
        });
        return;
    }
    node.crash();
    restart(node);
}

void World::schedule_crashes() {
    if (scenario_.crash_every_ms == 0) return;
    after(prng_.between(1, 2 * scenario_.crash_every_ms) * kMsUs, [this] {
        if (!chaos_) return;
        crash_some();
        schedule_crashes();
    });
}

void World::schedule_old_disks() {
    for (const Faulty& faulty : scenario_.faulty) {
        if (faulty.how != Misbehaviour::old_disk) continue;
        const std::uint64_t keep_ms = prng_.between(0, scenario_.chaos_ms * 2 / 3);
        SimNode& node = *nodes_[faulty.id];
        after(keep_ms * kMsUs, [&node] { node.keep_image(); });
        after(prng_.between(keep_ms + 20, scenario_.chaos_ms) * kMsUs, [this, &node] {
            count_fault("old_disk");
            node.put_back_image();
            after(prng_.between(1, 300) * kMsUs, [&node] { node.boot(); });
        });
    }
}

void World::heal() {
    chaos_ = false;
    healed_at_us_ = now_us_;
    network_.heal();
    for (const auto& node : nodes_) node->boot();
    view_at_heal_ = highest_view();
    trace(0, "everything heals");
    after(1500 * kMsUs, [this] { check_end(); });
}

bool World::everything_sealed(std::string& where) const {
    if (!waiting_.empty()) {
        where = fmt::format("transaction {} waits", waiting_.begin()->first);
        return false;
    }
    for (const auto& node : nodes_) {
        if (!is_good(node->id())) continue;
        if (node->is_up() && node->chain().sealed() == checker_.tip()) continue;
        where = fmt::format("replica {} is at {}, the tip is {}", node->id(), node->chain().sealed(), checker_.tip());
        return false;
    }
    return true;
}

void World::check_end() {
    std::string where;
    for (const auto& node : nodes_) node->boot();  // a crash that was under way when everything healed
    if (everything_sealed(where) && now_us_ > healed_at_us_ + 1200 * kMsUs) {
        done_ = true;
        return;
    }
    if (now_us_ > healed_at_us_ + kPatienceMs * kMsUs) {
        checker_.progressed(false, where);
        done_ = true;
        return;
    }
    after(50 * kMsUs, [this] { check_end(); });
}

void World::finish() {
    const std::size_t f = types::max_faulty(scenario_.n);
    const View end = highest_view();
    if (end > 4) mark("view_above_4");
    if (checker_.violations().empty()) checker_.views_after_heal(end - std::min(end, view_at_heal_), f + 1);
    result_.marks["views_after_heal_max"] = end - std::min(end, view_at_heal_);
    for (const auto& node : nodes_)
        if (is_good(node->id()) && checker_.violations().empty()) checker_.reached_end(node->id(), node->chain());
    result_.violations = checker_.violations();
    result_.virtual_ms = now_us_ / kMsUs;
    result_.blocks = checker_.tip();
}

RunResult World::run() {
    for (const auto& node : nodes_) after(prng_.below(50 * kMsUs), [&node] { node->boot(); });
    after(20 * kMsUs, [this] { schedule_workload(); });
    after(500 * kMsUs, [this] { retry_requests(); });
    schedule_partitions();
    schedule_crashes();
    schedule_old_disks();
    after(scenario_.chaos_ms * kMsUs, [this] { heal(); });
    while (!done_ && !queue_.empty() && checker_.violations().empty()) {
        // The queue's top is const only to keep its order; the action is moved out just before it goes.
        auto action = std::move(const_cast<Scheduled&>(queue_.top()).action);
        now_us_ = queue_.top().at_us;
        queue_.pop();
        action();
        if (++result_.events > kMostEvents) {
            checker_.progressed(false, "more events than any run needs");
            break;
        }
    }
    finish();
    return std::move(result_);
}

}  // namespace placet::sim

// See world.hpp.
#include "tests/sim/world.hpp"

#include <fmt/format.h>

#include "tests/sim/node.hpp"

namespace placet::sim {

using namespace consensus;

namespace {

constexpr std::uint64_t kPatienceMs = 90'000;  ///< virtual time after the heal until everything must be sealed
constexpr std::uint64_t kMostEvents = 4'000'000;

}  // namespace

RunResult run_seed(const RunOptions& options) {
    return World(options).run();
}

const std::vector<std::string>& required_marks() {
    static const std::vector<std::string> kMarks = {"view_change_started",
                                                    "view_entered",
                                                    "joined_view_change",
                                                    "null_request",
                                                    "body_fetched",
                                                    "decision_learned",
                                                    "seal_learned",
                                                    "state_fetch",
                                                    "state_installed",
                                                    "state_fetch_failed",
                                                    "early_message_held",
                                                    "heartbeat",
                                                    "proposal_refused",
                                                    "message_refused",
                                                    "equivocation_proved",
                                                    "records_forgotten",
                                                    "crash_lost_unsynced",
                                                    "crash_between_effects",
                                                    "restart_during_view_change",
                                                    "everybody_crashed",
                                                    "standing_voting",
                                                    "standing_diverged",
                                                    "standing_lost",
                                                    "view_above_4",
                                                    "late_request_refused",
                                                    "expired_unanswered",
                                                    "caught_up_under_load",
                                                    "caught_up_without_load"};
    return kMarks;
}

World::World(const RunOptions& options)
    : options_(options),
      scenario_(options.scenario ? *options.scenario : choose_scenario(options.seed)),
      prng_(options.seed),
      validators_(make_validators(scenario_.n)),
      network_(scenario_),
      checker_(validators_, scenario_),
      signatures_(std::make_unique<FakeSignatures>()),
      proposals_(std::make_unique<FakeProposals>()),
      verifier_(validators_, Hash{}, *signatures_, *proposals_) {
    result_.seed = options.seed;
    result_.real_store = scenario_.real_store;
    verifier_.sabotage(options.fault);
    for (std::size_t machine = 0; machine < scenario_.machines(); ++machine) {
        const ReplicaId id = scenario_.identity_of(machine);
        std::optional<Faulty> faulty;
        for (const Faulty& one : scenario_.faulty)
            if (one.id == id) faulty = one;
        if (faulty && machine < scenario_.n) count_fault("faulty_" + to_string(faulty->how));
        nodes_.push_back(std::make_unique<SimNode>(*this, machine, faulty));
    }
}

World::~World() = default;

std::uint64_t& World::entry(Counters& counters, std::string_view name) {
    const auto found = counters.find(name);
    return found != counters.end() ? found->second : counters.emplace(name, 0).first->second;
}

void World::after(std::uint64_t delay_us, std::function<void()> action) {
    schedule_.push(now_us_ + delay_us, {nullptr, nullptr, std::move(action)});
}

void World::trace(std::size_t machine, const std::string& line) {
    if (!tracing()) return;
    const char* twin = machine >= scenario_.n ? "'" : "";
    result_.trace += fmt::format("{:>9}.{:03} n{}{} {}\n", now_us_ / 1000, now_us_ % 1000,
                                 scenario_.identity_of(machine), twin, line);
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

template <class Action>
void World::to_machines_of(ReplicaId to, Action&& action) {
    action(to);
    for (std::size_t machine = scenario_.n; machine < nodes_.size(); ++machine)
        if (scenario_.identity_of(machine) == to) action(machine);
}

void World::transmit(std::size_t from, ReplicaId to, const PacketPtr& packet, std::uint64_t extra_delay_us) {
    to_machines_of(to, [&](std::size_t machine) {
        const Network::Copies copies = network_.route(from, machine, prng_);
        if (copies.count == 0) ++lost_;
        if (copies.count > 1) ++duplicated_;
        for (std::size_t i = 0; i < copies.count; ++i)
            schedule_.push(now_us_ + copies.delay_us[i] + extra_delay_us, {nodes_[machine].get(), packet, {}});
    });
}

void World::forward_request(std::size_t from, ReplicaId to, std::uint64_t transaction) {
    to_machines_of(to, [&](std::size_t machine) {
        const Network::Copies copies = network_.route(from, machine, prng_);
        for (std::size_t i = 0; i < copies.count; ++i)
            after(copies.delay_us[i],
                  [node = nodes_[machine].get(), transaction] { node->accept_request(transaction); });
    });
}

const SimNode* World::source_for(std::size_t asker, SeqNum height) {
    std::vector<const SimNode*> able;
    for (const auto& node : nodes_)
        if (node->machine() != asker && node->is_up() && node->is_honest() && node->chain().sealed() > height &&
            network_.connects(asker, node->machine()) && network_.connects(node->machine(), asker))
            able.push_back(node.get());
    return able.empty() ? nullptr : able[prng_.below(able.size())];
}

View World::highest_view() const {
    View view = 0;
    for (const auto& node : nodes_)
        if (node->is_up() && node->is_sound()) view = std::max(view, node->summary().view);
    return view;
}

/// Where a sound replica is, not where one would like to go alone.
View World::highest_entered_view() const {
    View view = 0;
    for (const auto& node : nodes_) {
        if (!node->is_up() || !node->is_sound()) continue;
        const ReplicaSummary summary = node->summary();
        if (summary.active) view = std::max(view, summary.view);
    }
    return view;
}

void World::heal() {
    chaos_ = false;
    for (const auto& [transaction, handed_in] : waiting_) waited(transaction);
    healed_at_us_ = now_us_;
    network_.heal();
    for (const auto& node : nodes_) node->boot();
    view_at_heal_ = highest_view();
    tip_at_heal_ = checker_.tip();
    const bool somebody_is_behind = std::ranges::any_of(
        nodes_, [this](const auto& node) { return node->is_sound() && node->chain().sealed() < tip_at_heal_; });
    if (somebody_is_behind) mark(scenario_.loaded_heal ? "caught_up_under_load" : "caught_up_without_load");
    trace(0, "everything heals");
    after(1500 * kMsUs, [this] { check_end(); });
}

/// Every request answered or expired, every sound replica at the tip, all in one view but for f at most: who left a
/// view alone waits for others (PBFT §4.5.2), follows what they seal, and is a step behind. If not: which property that
/// would break.
bool World::everybody_is_there(const char*& property, std::string& where) const {
    std::map<View, std::size_t> views;
    std::size_t outside = 0;
    for (const auto& node : nodes_) {
        if (!node->is_sound()) continue;
        property = "L3";
        where = fmt::format("replica {} is at {}, the tip is {}", node->id(), node->chain().sealed(), checker_.tip());
        if (!node->is_up()) return false;
        const ReplicaSummary summary = node->summary();
        const SeqNum behind = checker_.tip() - node->chain().sealed();
        if (node->chain().sealed() < tip_at_heal_ || behind > (summary.active ? 0U : 3U)) return false;
        if (summary.active)
            ++views[summary.view];
        else
            ++outside;
    }
    property = "L2";
    where = fmt::format("the sound replicas are in {} views, {} of them in none", views.size(), outside);
    if (views.size() > 1 || outside > types::max_faulty(scenario_.n)) return false;
    if (waiting_.empty()) return true;
    property = answered_after_heal_ > 20 ? "L4" : "L1";
    where = fmt::format("transaction {} waits, {} were answered since the network healed", waiting_.begin()->first,
                        answered_after_heal_);
    return false;
}

void World::check_end() {
    const char* property = "L1";
    std::string where;
    for (const auto& node : nodes_) node->boot();  // a crash that was under way when everything healed
    if (load_is_over() && everybody_is_there(property, where) && now_us_ > healed_at_us_ + 1200 * kMsUs) {
        done_ = true;
        return;
    }
    if (now_us_ > healed_at_us_ + kPatienceMs * kMsUs) {
        checker_.did_not_arrive(property, where);
        done_ = true;
        return;
    }
    after(50 * kMsUs, [this] { check_end(); });
}

void World::finish() {
    const std::size_t f = types::max_faulty(scenario_.n);
    const View end = highest_entered_view();
    if (end > 4) mark("view_above_4");
    if (checker_.violations().empty()) checker_.views_after_heal(end - std::min(end, view_at_heal_), f + 1);
    result_.marks["views_after_heal_max"] = end - std::min(end, view_at_heal_);
    for (const auto& node : nodes_)
        if (node->is_sound() && checker_.violations().empty())
            checker_.reached_end(node->id(), node->chain(), node->summary().active ? 0 : 3);
    if (lost_ > 0) result_.faults["lost"] = lost_;
    std::uint64_t bits_flipped = 0;
    for (const auto& node : nodes_) bits_flipped += node->bits_flipped();
    if (bits_flipped > 0) result_.faults["bit_flipped"] = bits_flipped;
    if (duplicated_ > 0) result_.faults["duplicated"] = duplicated_;
    result_.fault_numbers = fault_number_;
    if (scenario_.crash_point) result_.boundaries = nodes_[scenario_.crash_point->id]->boundaries();
    result_.violations = checker_.violations();
    result_.virtual_ms = now_us_ / kMsUs;
    result_.blocks = checker_.tip();
}

void World::step(Due due) {
    if (due.to != nullptr)
        due.to->receive(due.packet);
    else
        due.action();
}

RunResult World::run() {
    for (const auto& node : nodes_) after(prng_.below(50 * kMsUs), [&node] { node->boot(); });
    after(20 * kMsUs, [this] { schedule_workload(); });
    after(500 * kMsUs, [this] { retry_requests(); });
    schedule_chaos();
    after(scenario_.chaos_ms * kMsUs, [this] { heal(); });
    while (!done_ && !schedule_.empty() && checker_.violations().empty()) {
        now_us_ = schedule_.next_at_us();
        checker_.set_now_ms(kEpochMs + now_us_ / kMsUs);
        step(schedule_.pop());
        if (++result_.events > kMostEvents) {
            checker_.did_not_arrive("L1", "more events than any run needs");
            break;
        }
    }
    finish();
    return std::move(result_);
}

}  // namespace placet::sim

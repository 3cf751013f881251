// See node.hpp.
#include "tests/sim/node.hpp"

#include <fmt/format.h>

#include "tests/sim/real_disk.hpp"

namespace placet::sim {

using namespace consensus;

namespace {

std::unique_ptr<Disk> make_disk(World& world, std::size_t machine, Medium medium) {
    if (!world.scenario().real_store) return std::make_unique<Disk>();
    return std::make_unique<RealDisk>(Prng::mix(world.scenario().seed) + machine, medium);
}

std::string describe(const Message& message) {
    std::string text(name_of(message));
    std::visit(
        [&](const auto& m) {
            if constexpr (requires { m.vote; }) text += fmt::format(" v{} s{}", m.vote.view, m.vote.seq);
            if constexpr (requires { m.body.height; }) text += fmt::format(" h{}", m.body.height);
            if constexpr (requires { m.certificate.seq; }) text += fmt::format(" s{}", m.certificate.seq);
            if constexpr (requires { m.certificate.body; }) text += fmt::format(" h{}", m.certificate.body.height);
            if constexpr (requires { m.sealed; })
                text += fmt::format(" v{} {} sealed {}", m.view, m.active ? "in" : "to", m.sealed);
        },
        message);
    return text;
}

}  // namespace

SimNode::SimNode(World& world, std::size_t machine, std::optional<Faulty> faulty)
    : world_(world),
      machine_(machine),
      id_(world.scenario().identity_of(machine)),
      faulty_(faulty),
      signer_(world.validators().validators[id_]),
      disk_(make_disk(world, machine,
                      faulty && faulty->how == Misbehaviour::lost_disk ? Medium::rotten : Medium::sound)) {
    const bool says_what_it_means = is_honest() || is(Misbehaviour::twins) || is(Misbehaviour::lying_sync);
    if (!says_what_it_means) liar_.emplace(*faulty, world.validators(), world.fault());
    const std::uint64_t skew = world.scenario().skew_max_ms;
    skew_ms_ = static_cast<std::int64_t>(world.prng().below(2 * skew + 1)) - static_cast<std::int64_t>(skew);
    Record identity = identity_record({}, world.validators().validators[id_].vote_key);
    disk_->put_back({{{identity.key, identity.value}}, 0, 0});
    if (is(Misbehaviour::lying_sync)) disk_->start_lying();
}

/// A twin votes without asking what the other signed; a slow primary does not accuse itself. Honest replicas carry the
/// mistake that is being hunted.
Fault SimNode::fault() const noexcept {
    if (is(Misbehaviour::twins)) return Fault::start_up_unchecked;
    if (is(Misbehaviour::slow)) return Fault::slow_primary_kept;
    return is_honest() ? world_.fault() : Fault::none;
}

base::TimeMs SimNode::clock_ms() const {
    return kEpochMs + world_.now_us() / 1000 + static_cast<base::TimeMs>(skew_ms_);
}

void SimNode::later(std::uint64_t delay_us, std::function<void()> action) {
    world_.after(delay_us, [this, born = incarnation_, action = std::move(action)] {
        if (incarnation_ == born && is_up()) action();
    });
}

void SimNode::boot() {
    if (is_up()) return;
    if (!disk_->open()) {
        if (const std::string what = disk_->complaint(); !what.empty()) world_.checker().store_lied(id_, what);
        world_.mark("store_refused_to_open");
        lose_disk();
    }
    Config config;
    config.self = id_;
    config.validators = world_.validators();
    config.window = world_.scenario().window;
    config.checkpoint_interval = world_.scenario().checkpoint_interval;
    config.batch_transactions = world_.scenario().batch;
    const auto recovered = recover({disk_->records().begin(), disk_->records().end()}, chain_.last_seal(), {},
                                   config.validators.validators[id_].vote_key);
    if (!recovered) return world_.trace(machine_, "cannot recover: " + base::describe(recovered.error()));
    if (recovered->view_change &&
        (!recovered->new_view || recovered->new_view->vote.view < recovered->view_change->vote.view))
        world_.mark("restart_during_view_change");
    core_.emplace(Replica::with_fault(std::move(config), *recovered, signer_, fault()));
    ++incarnation_;
    world_.checker().resumed(id_, chain_.sealed());
    world_.checker().restarted(id_);
    if (world_.tracing()) world_.trace(machine_, fmt::format("boot at {}", chain_.sealed()));
    Nonce nonce;
    const Hash random = spread(world_.prng().next());
    nonce.octets = random.octets;
    step(Started{nonce});
    if (is_up() && world_.scenario().expiry_percent > 0) watch_expiries();
}

void SimNode::crash() {
    if (!is_up()) return;
    core_.reset();
    ++incarnation_;
    ++executor_;
    executor_free_at_us_ = 0;
    syncing_ = dawdling_ = false;
    want_.reset();
    mempool_.clear();
    arrived_.clear();
    changes_.clear();
    crash_countdown_.reset();
    if (disk_->crash(world_.prng())) world_.mark("crash_lost_unsynced");
    if (const std::string what = disk_->complaint(); !what.empty()) world_.checker().store_lied(id_, what);
    chain_.truncate(disk_->blocks());
    if (world_.tracing()) world_.trace(machine_, fmt::format("crash, {} blocks durable", disk_->blocks()));
}

/// A disk that failed once is not written again: the replica stops, and starts from what is there.
void SimNode::disk_failed() {
    world_.mark("disk_failed");
    disk_->fail();
    crash();
    world_.after(world_.prng().between(50, 2000) * 1000, [this] { boot(); });
}

bool SimNode::crashes_here() {
    const auto& point = world_.scenario().crash_point;
    if (!point || point->id != id_ || boundaries_++ != point->boundary) return false;
    world_.count_fault("crash_point");
    crash();
    world_.after(world_.prng().between(5, 1500) * 1000, [this] { boot(); });
    return true;
}

void SimNode::keep_image() {
    image_ = disk_->image();
    world_.checker().image_kept(id_);
}

void SimNode::put_back_image() {
    if (!image_) return;
    crash();
    world_.checker().image_put_back(id_);
    disk_->put_back(*image_);
    chain_.truncate(disk_->blocks());
    if (world_.tracing()) world_.trace(machine_, fmt::format("old disk put back, {} blocks", disk_->blocks()));
}

void SimNode::lose_disk() {
    crash();
    world_.count_fault("disk_lost");
    disk_->put_back({});
    chain_.truncate(0);
}

void SimNode::step(Event event) {
    Effects effects = core_->step(std::move(event));
    for (Effect& effect : effects) {
        if (crash_countdown_ && (*crash_countdown_)-- == 0) {
            world_.mark("crash_between_effects");
            return crash();
        }
        perform(effect);
        if (!is_up()) return;
    }
}

void SimNode::perform(Effect& effect) {
    std::visit([this](auto& it) { on(it); }, effect);
}

void SimNode::receive(const PacketPtr& packet) {
    if (!is_up()) return;
    const auto& verified = world_.judge(*packet);
    if (!verified) return world_.mark("message_refused");
    if (world_.tracing()) world_.trace(machine_, "gets " + describe(**verified));
    if (liar_) liar_->heard(packet->message);
    const bool watched = is_honest() && world_.checker().watches(**verified);
    if (watched) world_.checker().received(id_, **verified, core_->summary());
    step(MessageReceived{*verified, clock_ms()});
    if (watched && is_up()) world_.checker().stepped(id_);
}

void SimNode::dispatch(ReplicaId to, const MessagePtr& message, PacketPtr& shared) {
    if (!liar_) {
        if (!shared) shared = std::make_shared<Packet>(message);
        return world_.transmit(machine_, to, shared, 0);
    }
    for (Lie& lie : liar_->twist(to, message, world_.prng())) {
        auto packet = std::make_shared<Packet>(std::move(lie.message));
        packet->as_object = lie.as_object;
        world_.transmit(machine_, lie.to, packet, lie.delay_us);
    }
}

void SimNode::on(Send& effect) {
    if (crashes_here()) return;
    if (is_honest()) world_.checker().sent(id_, *effect.message, *disk_);
    PacketPtr shared;
    dispatch(effect.to, effect.message, shared);
}

void SimNode::on(Broadcast& effect) {
    if (crashes_here()) return;
    if (world_.tracing()) world_.trace(machine_, "says " + describe(*effect.message));
    if (is_honest()) world_.checker().sent(id_, *effect.message, *disk_);
    PacketPtr shared;
    for (ReplicaId to = 0; to < world_.scenario().n; ++to)
        if (to != id_) dispatch(to, effect.message, shared);
}

void SimNode::on(SetTimer& effect) {
    if (is_honest()) world_.checker().timer_set(id_, effect);
    later(effect.after_ms * 1000, [this, timer = effect.id] {
        if (is_honest()) world_.checker().timer_fired(id_, timer);
        step(TimerFired{timer});
        if (is_up()) world_.checker().summarised(id_, core_->summary());
    });
}

/// The core ignores stale firings: let them come.
void SimNode::on(CancelTimer& effect) {
    if (is_honest()) world_.checker().timer_cancelled(id_, effect.kind);
}

void SimNode::on(Persist& effect) {
    if (crashes_here()) return;
    disk_->append_records(effect.token, std::move(effect.records));
    if (crashes_here()) return;
    start_sync();
}

void SimNode::start_sync() {
    if (syncing_ || !disk_->sync_needed()) return;
    syncing_ = true;
    disk_->begin_sync();
    later(world_.prng().between(world_.scenario().sync_min_us, world_.scenario().sync_max_us), [this] {
        if (crashes_here()) return;
        const bool fails = world_.is_chaos() && world_.prng().below(10'000) < world_.scenario().sync_fails_per_10000;
        if (fails) world_.count_fault("sync_failed");
        const auto token = fails ? std::nullopt : disk_->end_sync();
        syncing_ = false;
        if (!token) return disk_failed();
        if (is_honest()) world_.checker().synced(id_, *disk_);
        if (crashes_here()) return;
        start_sync();
        step(Persisted{*token});
    });
}

void SimNode::on(Forget& effect) {
    world_.mark("records_forgotten");
    disk_->append_forget(effect.through);
}

void SimNode::on(WantProposal& effect) {
    want_ = std::move(effect);
    later(world_.prng().below(300), [this] { answer_want(); });
}

/// A slow primary shows first what it can do; then every proposal comes late, but never so late that nothing is sealed
/// for a second.
bool SimNode::dawdles() {
    constexpr std::uint64_t kFromUs = 4'000'000;
    constexpr std::uint64_t kPauseUs = 700'000;
    const std::uint64_t now = world_.now_us();
    if (!is(Misbehaviour::slow) || now < kFromUs || now >= proposed_at_us_ + kPauseUs) return false;
    if (std::exchange(dawdling_, true)) return true;
    later(proposed_at_us_ + kPauseUs - now, [this] {
        dawdling_ = false;
        answer_want();
    });
    return true;
}

void SimNode::answer_want() {
    if (!want_ || dawdles()) return;
    std::set<std::uint64_t> held;
    for (const ProposalPtr& proposal : want_->in_flight)
        for (const types::Submission& submission : proposal->submissions)
            if (const auto id = fake_transaction_id(submission)) held.insert(*id);
    types::Proposal proposal{clock_ms(), {}};
    if (liar_) proposal.time_ms = liar_->clock(proposal.time_ms);
    drop_expired();
    std::erase_if(arrived_, [this](std::uint64_t transaction) { return !mempool_.contains(transaction); });
    for (const std::uint64_t transaction : arrived_) {
        if (proposal.submissions.size() == world_.scenario().batch) break;
        if (is(Misbehaviour::censoring) && transaction % 3 == 0) continue;
        if (!held.contains(transaction))
            proposal.submissions.push_back(fake_transaction(transaction, world_.expiry_of(transaction)));
    }
    if (proposal.submissions.empty() && want_->urgency == Urgency::when_ready) return;
    const WantProposal want = *std::exchange(want_, std::nullopt);
    proposed_at_us_ = world_.now_us();
    step(ProposalReady{want.view, want.seq, std::move(proposal)});
}

void SimNode::on(Deliver& effect) {
    if (crashes_here()) return;
    if (world_.tracing())
        world_.trace(machine_, fmt::format("delivers {}{}", effect.seq, effect.proposal ? "" : " (null)"));
    if (is_honest()) world_.checker().delivered(id_, effect, *disk_);
    const std::uint64_t start = std::max(executor_free_at_us_, world_.now_us());
    executor_free_at_us_ = start + world_.prng().below(world_.scenario().execute_max_us + 1);
    later(executor_free_at_us_ - world_.now_us(), [this, generation = executor_, delivery = std::move(effect)] {
        if (generation != executor_ || delivery.seq != chain_.executed() + 1) return;
        Chain::Machine machine = Chain::Machine::sound;
        if (is(Misbehaviour::corrupt_machine) && !corrupted_once_ && delivery.seq > 3 && world_.prng().percent(20)) {
            machine = Chain::Machine::corrupt;
            corrupted_once_ = true;
            world_.count_fault("corrupt_execution");
            if (world_.prng().percent(50)) crash_after(world_.prng().between(3, 6));
        }
        const types::CheckpointBody body = chain_.execute(delivery, machine).body;
        if (is_sound()) world_.checker().executed(id_, body);
        step(Executed{body});
    });
}

void SimNode::on(FetchState& effect) {
    ++executor_;
    executor_free_at_us_ = world_.now_us();
    chain_.drop_overlays();
    later(world_.prng().between(10'000, 150'000), [this, to = effect.to] {
        const SimNode* source = world_.source_for(machine_, chain_.sealed());
        world_.checker().resumed(id_, chain_.sealed());
        if (source == nullptr || (world_.is_chaos() && world_.prng().percent(15))) {
            world_.mark("state_fetch_failed");
            return step(StateFetchFailed{});
        }
        install_from(*source, to);
    });
}

void SimNode::install_from(const SimNode& source, SeqNum to) {
    // A source may die midway: part of the blocks is a valid answer.
    SeqNum high = std::min(source.chain().sealed(), to);
    if (world_.is_chaos() && world_.prng().percent(20)) high = chain_.sealed() + 1;
    for (SeqNum height = chain_.sealed() + 1; height <= high; ++height) {
        const BlockPtr& block = source.chain().at(height);
        if (is_honest()) world_.checker().installed(id_, *block);
        chain_.install(block);
        disk_->append_block(height);
        forget_transactions(*block);
    }
    world_.checker().resumed(id_, chain_.sealed());
    world_.mark("state_installed");
    tell_requests();
    if (is_up()) step(StateInstalled{*chain_.last_seal()});
}

void SimNode::on(Sealed& effect) {
    if (crashes_here()) return;
    if (world_.tracing()) world_.trace(machine_, fmt::format("sealed {}", effect.seq));
    if (chain_.executed() <= chain_.sealed() || effect.seq != chain_.sealed() + 1) {
        if (is_honest()) world_.checker().sealed(id_, Block{}, effect.certificate);
        return;
    }
    const BlockPtr block = chain_.seal(effect.certificate);
    disk_->append_block(effect.seq);
    if (is_honest()) {
        world_.checker().sealed(id_, *block, effect.certificate);
        world_.answered(*block);
    }
    forget_transactions(*block);
    later(0, [this] { tell_requests(); });
}

void SimNode::forget_transactions(const Block& block) {
    for (const std::uint64_t transaction : block.receipts())
        if (mempool_.erase(transaction) > 0) note(RequestChange::What::gone, transaction);
}

void SimNode::note(RequestChange::What what, std::uint64_t transaction) {
    changes_.push_back({what, world_.digest_of(transaction), kFakeTransactionBytes});
}

/// By the later of sealed time and the local clock. A liar proposes what has expired, too.
void SimNode::drop_expired() {
    if (world_.scenario().expiry_percent == 0 || liar_) return;
    const auto seal = chain_.last_seal();
    const base::TimeMs now = std::max(clock_ms(), seal ? seal->body.block_time_ms : 0);
    std::erase_if(mempool_, [&](std::uint64_t transaction) {
        const base::TimeMs expiry = world_.expiry_of(transaction);
        if (expiry == 0 || now <= expiry) return false;
        note(RequestChange::What::gone, transaction);
        return true;
    });
}

void SimNode::watch_expiries() {
    tell_requests();
    if (is_up()) later(250'000, [this] { watch_expiries(); });
}

void SimNode::on(Accuse& effect) {
    world_.mark("equivocation_proved");
    if (is_honest()) world_.checker().accused(id_, effect);
}

void SimNode::on(Observe& effect) {
    if (world_.tracing())
        world_.trace(machine_, fmt::format("notes {} {} {}", to_string(effect.notice), effect.number, effect.text));
    if (effect.notice == Notice::standing_changed)
        world_.mark("standing_" + std::string(to_string(static_cast<Standing>(effect.number))));
    else
        world_.mark(std::string(to_string(effect.notice)));
    if (effect.notice == Notice::guard_refused && is_sound() && world_.fault() == Fault::none)
        world_.checker().guard_refused(id_, effect.text);
}

void SimNode::submit(std::uint64_t transaction) {
    if (!is_up()) return;
    accept_request(transaction);
    for (ReplicaId to = 0; to < world_.scenario().n; ++to)
        if (to != id_) world_.forward_request(machine_, to, transaction);
}

void SimNode::accept_request(std::uint64_t transaction) {
    if (!is_up() || chain_.has_sealed(transaction) || !mempool_.insert(transaction).second) return;
    arrived_.push_back(transaction);
    note(RequestChange::What::executable, transaction);
    tell_requests();
    if (is_up()) answer_want();
}

void SimNode::tell_requests() {
    drop_expired();
    if (!changes_.empty()) step(RequestsChanged{std::exchange(changes_, {})});
}

void SimNode::on(ForwardRequests& effect) {
    world_.mark("forwarded_again");
    for (const Hash& digest : effect.digests)
        if (const std::uint64_t transaction = world_.transaction_of(digest); mempool_.contains(transaction))
            world_.forward_request(machine_, effect.to, transaction);
}

}  // namespace placet::sim

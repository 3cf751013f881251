// See node.hpp.
#include "tests/epochs/node.hpp"

#include <algorithm>

namespace placet::epochs {

using namespace consensus;

namespace {

class FakeSignatures final : public SignatureChecker {
public:
    bool check(const crypto::PublicKey& key, const Hash& digest, const Signature& signature) const override { return fake_sign(key, digest) == signature; }
};
class FakeProposals final : public ProposalChecker {
public:
    base::Status check(const types::Proposal&) const override { return {}; }
};
const FakeSignatures kSignatures;
const FakeProposals kProposals;

constexpr std::size_t kBatch = 4;
constexpr SeqNum kBlocksAtOnce = 32;

Hash digest_of(Transaction transaction) { return crypto::sha256(submission_of(transaction).transaction); }

}  // namespace

class Node::KeySigner final : public Signer {
public:
    explicit KeySigner(types::Validator keys) : keys_(std::move(keys)) {}
    Signature sign_vote(const Hash& digest) override { return fake_sign(keys_.vote_key, digest); }
    Signature sign_checkpoint(const Hash& digest) override { return fake_sign(keys_.checkpoint_key, digest); }

private:
    types::Validator keys_;
};

Node::Node(World& world, std::size_t machine)
    : world_(world), machine_(machine), ledger_(world.genesis(), World::kStride, World::kWindow) {
    const Record identity = identity_record({}, validator(machine, 0).vote_key);
    records_[identity.key] = identity.value;
}

Node::~Node() = default;

base::TimeMs Node::clock_ms() const { return 1'700'000'000'000 + world_.now_us() / 1000; }

unsigned Node::make_keys() {
    const Record identity = identity_record({}, validator(machine_, ++newest_keys_).vote_key);
    records_[identity.key] = identity.value;  // the guard is made, durable, with the key
    return newest_keys_;
}

std::optional<types::ReplicaId> Node::seat() const {
    const auto& set = ledger_.membership().set.validators;
    for (std::size_t i = 0; i < set.size(); ++i)
        if (machine_of(set[i]) == machine_ && holds(set[i])) return static_cast<types::ReplicaId>(i);
    return std::nullopt;
}

bool Node::is_in_place() const {
    if (!up_) return false;
    if (!seat()) return !core_;
    return core_ && core_->summary().epoch == ledger_.membership().set.epoch && core_->standing() == Standing::voting;
}

std::string Node::describe() const {
    std::string out = "machine " + std::to_string(machine_) + (up_ ? " up" : " down") + " at " + std::to_string(ledger_.sealed()) + " epoch " +
                      std::to_string(ledger_.membership().set.epoch);
    if (core_) {
        const auto summary = core_->summary();
        out += " core of epoch " + std::to_string(summary.epoch) + " " + std::string(to_string(summary.standing)) + " view " + std::to_string(summary.view) +
               (summary.active ? "" : " (changing)") + " executed " + std::to_string(summary.executed) + " known " + std::to_string(summary.highest_seal_known) +
               (summary.fetching_state ? " fetching" : "");
    }
    return out;
}

void Node::later(std::uint64_t delay_us, std::function<void()> action) {
    world_.after(delay_us, [this, born = incarnation_, action = std::move(action)] {
        if (incarnation_ == born && up_) action();
    });
}

void Node::core_later(std::uint64_t delay_us, std::function<void()> action) {
    later(delay_us, [this, generation = core_generation_, action = std::move(action)] {
        if (generation == core_generation_ && core_) action();
    });
}

void Node::boot() {
    if (up_) return;
    up_ = true;
    ++incarnation_;
    start_core();
    follow();
}

void Node::crash() {
    if (!up_) return;
    up_ = false;
    ++incarnation_;
    ++core_generation_;
    core_.reset();
    syncing_ = false;
    after_sync_.clear();
    mempool_.clear();
    told_.clear();
    // Part of what was written, in order, may have reached the disk.
    const std::size_t kept = pending_.empty() ? 0 : world_.prng().below(pending_.size() + 1);
    for (std::size_t i = 0; i < kept; ++i) apply(pending_[i]);
    if (kept < pending_.size()) world_.mark("crash_lost_unsynced");
    pending_.clear();
    ledger_.truncate(durable_);
}

void Node::replace() {
    crash();
    records_.clear();
    durable_ = 0;
    ledger_.truncate(0);
    oldest_keys_ = newest_keys_ + 1;
    make_keys();
    is_doubtful_ = false;
    world_.mark("lost_machine");
}

void Node::put_back_image() {
    if (!image_ || image_->oldest_keys != oldest_keys_) return;  // of a disk that is gone
    crash();
    records_ = image_->records;
    durable_ = image_->durable;
    ledger_.truncate(durable_);
    is_doubtful_ = true;
    world_.mark("old_disk");
}

bool Node::may_vote(const types::Validator& seat) const {
    return holds(seat) && !(core_ && core_->standing() == Standing::lost && generation_of(seat) == generation_of(config_.validators.validators[config_.self]));
}

void Node::start_core() {
    ++core_generation_;
    ++executor_;
    executor_free_at_us_ = world_.now_us();
    core_.reset();
    want_.reset();
    told_.clear();
    ledger_.drop_overlays();
    const Membership& now = ledger_.membership();
    const auto self = seat();
    if (!self) return world_.mark("follows");
    config_ = {};
    config_.self = *self;
    config_.validators = now.set;
    config_.base = now.base;
    config_.last = now.last;
    config_.window = World::kWindow;
    config_.checkpoint_interval = World::kStride;
    const auto& keys = config_.validators.validators[*self];
    const auto recovered = recover({records_.begin(), records_.end()}, ledger_.last_seal(), {}, keys.vote_key);
    if (!recovered) return world_.checker().fail("machine " + std::to_string(machine_) + " cannot recover: " + base::describe(recovered.error()));
    if (const auto checked = check(config_); !checked) return world_.checker().fail("its configuration: " + base::describe(checked.error()));
    verifier_ = std::make_unique<Verifier>(config_.validators, Hash{}, kSignatures, kProposals);
    verifier_->begin_above(config_.base);
    signer_ = std::make_unique<KeySigner>(keys);
    core_.emplace(Replica::with_fault(config_, *recovered, *signer_, world_.options().fault));
    step(Started{world_.prng().fixed<Nonce>()});
    tell_requests();
}

// The epoch's last block is appended: the next core starts when it is durable, and the next set, which is its state, with it.
void Node::enter_epoch() {
    if (core_ && !core_->summary().active) world_.mark("epoch_ended_in_view_change");
    ++core_generation_;
    core_.reset();
    if (world_.options().driver == DriverFault::next_epoch_before_durable) return start_core();
    after_sync_.push_back([this] { start_core(); });
    sync();
}

void Node::step(Event event) {
    if (!core_) return;
    const std::uint64_t generation = core_generation_;
    Effects effects = core_->step(std::move(event));
    if (core_->standing() == Standing::voting) is_doubtful_ = false;
    for (Effect& effect : effects) {
        std::visit([this](auto& it) { on(it); }, effect);
        if (generation != core_generation_) return;
    }
}

void Node::receive(std::size_t from, const MessagePtr& message) {
    if (!up_) return;
    const Epoch here = ledger_.membership().set.epoch;
    const auto epoch = epoch_of(*message);
    if (epoch && *epoch < here) {
        if (std::holds_alternative<Status>(*message) || std::holds_alternative<Question>(*message)) answer_laggard(from, *epoch);
        return;
    }
    if (!core_ || (epoch && *epoch > here)) return;
    if (auto verified = verifier_->verify(Message(*message))) step(MessageReceived{*std::move(verified), clock_ms()});
}

void Node::answer_laggard(std::size_t to, Epoch epoch) {
    std::uint64_t& last = answered_at_us_[to];
    if (world_.now_us() < last + 100'000) return;
    last = world_.now_us();
    for (SeqNum height = ledger_.sealed(); height > 0; --height) {
        if (ledger_.at(height)->body.epoch != epoch) continue;
        world_.mark("laggard_answered");
        return world_.transmit(machine_, to, std::make_shared<const Message>(Seal{ledger_.at(height)->seal}));
    }
}

void Node::on(Send& effect) {
    world_.checker().sent(machine_, *effect.message, durable_);
    world_.transmit(machine_, machine_of(config_.validators.validators[effect.to]), effect.message);
}

void Node::on(Broadcast& effect) {
    world_.checker().sent(machine_, *effect.message, durable_);
    for (const auto& other : config_.validators.validators)
        if (machine_of(other) != machine_) world_.transmit(machine_, machine_of(other), effect.message);
}

void Node::on(SetTimer& effect) {
    core_later(effect.after_ms * 1000, [this, id = effect.id] { step(TimerFired{id}); });
}

void Node::on(Persist& effect) {
    pending_.push_back({std::move(effect.records), std::nullopt, std::nullopt, effect.token, core_generation_});
    sync();
}

void Node::on(Forget& effect) { pending_.push_back({{}, effect.through, std::nullopt, 0, core_generation_}); }

void Node::apply(const Write& write) {
    for (const Record& record : write.records) records_[record.key] = record.value;
    if (write.forget)
        for (const auto& [first, last] : forget_ranges(*write.forget)) records_.erase(records_.lower_bound(first), records_.lower_bound(last));
    if (write.block) durable_ = *write.block;
}

void Node::sync() {
    if (syncing_) return;
    if (pending_.empty() && after_sync_.empty()) return;
    syncing_ = true;
    later(200 + world_.prng().below(3000), [this, writes = pending_.size(), callbacks = std::exchange(after_sync_, {})] {
        syncing_ = false;
        std::uint64_t token = 0;
        for (std::size_t i = 0; i < writes; ++i) {
            apply(pending_[i]);
            if (pending_[i].generation == core_generation_) token = std::max(token, pending_[i].token);
        }
        pending_.erase(pending_.begin(), pending_.begin() + static_cast<std::ptrdiff_t>(writes));
        const bool more = std::ranges::any_of(pending_, [](const Write& write) { return write.token != 0; });
        if (more || !after_sync_.empty()) sync();
        if (token != 0) step(Persisted{token});
        for (const auto& callback : callbacks) callback();
    });
}

void Node::on(WantProposal& effect) {
    want_ = std::move(effect);
    core_later(world_.prng().below(300), [this] { answer_want(); });
}

void Node::answer_want() {
    if (!want_ || !core_) return;
    types::Proposal proposal{clock_ms(), {}};
    for (const Transaction transaction : mempool_) {
        if (proposal.submissions.size() == kBatch) break;
        const types::Submission submission = submission_of(transaction);
        const bool held = std::ranges::any_of(want_->in_flight, [&](const ProposalPtr& one) {
            return std::ranges::find(one->submissions, submission) != one->submissions.end();
        });
        if (!held) proposal.submissions.push_back(submission);
    }
    if (proposal.submissions.empty() && want_->urgency == Urgency::when_ready) return;
    const WantProposal want = *std::exchange(want_, std::nullopt);
    step(ProposalReady{want.view, want.seq, std::move(proposal)});
}

void Node::on(ForwardRequests& effect) {
    const std::size_t to = machine_of(config_.validators.validators[effect.to]);
    for (const Transaction transaction : mempool_)
        if (std::ranges::find(effect.digests, digest_of(transaction)) != effect.digests.end()) world_.forward(machine_, to, transaction);
}

void Node::on(Deliver& effect) {
    executor_free_at_us_ = std::max(executor_free_at_us_, world_.now_us()) + world_.prng().below(800);
    core_later(executor_free_at_us_ - world_.now_us(), [this, generation = executor_, delivery = std::move(effect)] {
        if (generation != executor_ || delivery.seq != ledger_.executed() + 1) return;
        const Block& block = ledger_.execute(delivery);
        const auto last = block.after.set.epoch == block.body.epoch ? block.after.last : std::nullopt;
        step(Executed{block.body, last});
    });
}

void Node::on(Sealed& effect) { append(ledger_.seal(effect.certificate)); }

void Node::append(const BlockPtr& block) {
    world_.checker().sealed(machine_, *block);
    pending_.push_back({{}, std::nullopt, block->height, 0, core_generation_});
    for (const Transaction transaction : block->transactions) mempool_.erase(transaction);
    if (block->after.set.epoch != block->body.epoch) return enter_epoch();
    if (core_) core_later(0, [this] { tell_requests(); });
}

void Node::install(const Node& source, SeqNum to) {
    const Epoch epoch = ledger_.membership().set.epoch;
    while (ledger_.sealed() < std::min(source.ledger().sealed(), to) && ledger_.membership().set.epoch == epoch) {
        const BlockPtr block = source.ledger().at(ledger_.sealed() + 1);
        ledger_.install(block);
        append(block);
    }
}

void Node::on(FetchState& effect) {
    ++executor_;
    executor_free_at_us_ = world_.now_us();
    ledger_.drop_overlays();
    core_later(10'000 + world_.prng().below(100'000), [this, to = effect.to] { fetch(to); });
}

void Node::fetch(SeqNum to) {
    const Node* source = world_.source_for(machine_, ledger_.sealed());
    if (source == nullptr || world_.prng().below(100) < 15) return step(StateFetchFailed{});
    const std::uint64_t generation = core_generation_;
    install(*source, to);
    world_.mark("fetched");
    if (generation == core_generation_) step(StateInstalled{*ledger_.last_seal(), ledger_.membership().last});
}

void Node::follow() {
    if (!core_ && after_sync_.empty() && !syncing_) {
        if (const Node* source = world_.source_for(machine_, ledger_.sealed())) install(*source, ledger_.sealed() + kBlocksAtOnce);
        sync();
    }
    later(100'000, [this] { follow(); });
}

void Node::accept(Transaction transaction) {
    if (!up_ || ledger_.has(transaction) || !mempool_.insert(transaction).second) return;
    tell_requests();
    answer_want();
}

void Node::tell_requests() {
    if (!core_) return;
    RequestsChanged changed;
    for (const Transaction transaction : mempool_)
        if (told_.insert(transaction).second) changed.changes.push_back({RequestChange::What::executable, digest_of(transaction)});
    std::erase_if(told_, [&](const Transaction transaction) {
        if (mempool_.contains(transaction)) return false;
        changed.changes.push_back({RequestChange::What::gone, digest_of(transaction)});
        return true;
    });
    if (!changed.changes.empty()) step(std::move(changed));
}

}  // namespace placet::epochs

// See world.hpp.
#include "tests/epochs/world.hpp"

#include <algorithm>

#include "tests/epochs/node.hpp"

namespace placet::epochs {

using namespace consensus;

namespace {

constexpr std::uint64_t kMsUs = 1000;
constexpr std::uint64_t kPatienceUs = 120'000 * kMsUs;
constexpr std::size_t kFirst = 4;

Membership first_members() {
    Membership out;
    for (std::size_t i = 0; i < kFirst; ++i) out.set.validators.push_back(validator(i, 0));
    return out;
}

std::string at(std::size_t machine, SeqNum seq) { return "machine " + std::to_string(machine) + " at " + std::to_string(seq) + ": "; }

}  // namespace

Result run(const Options& options) { return World(options).run(); }

// --- Checker

void Checker::once(const crypto::PublicKey& key, const Vote& vote) {
    const auto [entry, inserted] = statements_.try_emplace({key, vote.epoch, static_cast<std::uint8_t>(vote.kind), vote.view, vote.seq}, vote.digest);
    if (!inserted && entry->second != vote.digest)
        fail("E3 two statements of one key in epoch " + std::to_string(vote.epoch) + " view " + std::to_string(vote.view) + " seq " + std::to_string(vote.seq));
}

void Checker::check_range(std::size_t machine, Epoch epoch, SeqNum seq) {
    const Known& known = epochs_[epoch];
    if (seq <= known.base || (known.last && seq > *known.last)) fail("E4 " + at(machine, seq) + "a vote outside epoch " + std::to_string(epoch));
}

void Checker::sent(std::size_t machine, const Message& message, SeqNum durable) {
    const auto epoch = epoch_of(message);
    if (!epoch) return;
    if (*epoch >= epochs_.size() || durable < epochs_[*epoch].base)
        return fail("E5 " + at(machine, durable) + "a message of epoch " + std::to_string(*epoch) + " before the epoch before it is durable");
    const auto check = [&](const Vote& vote) {
        const auto& set = epochs_[*epoch].set.validators;
        if (machine_of(set.at(vote.signer)) != machine) return;
        once(set[vote.signer].vote_key, vote);
        if (vote.kind <= VoteKind::commit) check_range(machine, *epoch, vote.seq);
    };
    if (const auto* m = std::get_if<PrePrepare>(&message)) check(m->vote);
    if (const auto* m = std::get_if<Prepare>(&message)) check(m->vote);
    if (const auto* m = std::get_if<Commit>(&message)) check(m->vote);
    if (const auto* m = std::get_if<ViewChange>(&message)) check(m->vote);
    if (const auto* m = std::get_if<NewView>(&message)) {
        check(m->vote);
        for (const Vote& vote : m->carried) check(vote);
    }
    if (const auto* m = std::get_if<consensus::Checkpoint>(&message)) {
        const auto& set = epochs_[*epoch].set.validators;
        if (machine_of(set.at(m->signer)) != machine) return;
        Vote vote{VoteKind::pre_prepare, *epoch, 0, m->body.height, types::checkpoint_digest({}, m->body), m->signer, {}};
        once(set[m->signer].checkpoint_key, vote);
        check_range(machine, *epoch, m->body.height);
    }
}

void Checker::check_seal(const Block& block) {
    const types::ValidatorSet& set = truth_.membership().set;
    const std::size_t f = (set.n() - 1) / 3;
    const std::size_t q = (set.n() + f + 2) / 2;
    std::size_t signers = 0;
    bool all_verify = block.seal.body == block.body && block.body.epoch == set.epoch;
    for (std::size_t id = 0; id < 64; ++id) {
        if ((block.seal.signers >> id & 1) == 0) continue;
        all_verify = all_verify && id < set.n() && signers < block.seal.signatures.size() &&
                     fake_sign(set.validators[id].checkpoint_key, types::checkpoint_digest({}, block.body)) == block.seal.signatures[signers];
        ++signers;
    }
    if (!all_verify || signers != q || block.seal.signatures.size() != q)
        fail("E2 the seal of " + std::to_string(block.height) + " is not of q of the validators of epoch " + std::to_string(set.epoch));
}

void Checker::sealed(std::size_t machine, const Block& block) {
    if (block.height <= truth_.sealed()) {
        const Block& known = *truth_.at(block.height);
        if (known.body != block.body || known.after != block.after) fail("E1 " + at(machine, block.height) + "another block than somebody else's");
        return;
    }
    if (block.height != truth_.sealed() + 1) return fail("E1 " + at(machine, block.height) + "a gap");
    check_seal(block);
    truth_.install(std::make_shared<Block>(block));
    const Membership& now = truth_.membership();
    if (now.set.epoch >= epochs_.size()) {
        epochs_.back().last = block.height;
        epochs_.push_back({now.base, std::nullopt, now.set});
    }
}

// --- World

World::World(const Options& options)
    : options_(options), prng_(options.seed), genesis_(first_members()), checker_(genesis_, kStride, kWindow), loss_percent_(prng_.below(3) * 8),
      latency_us_(1000 + prng_.below(3) * 8000) {
    for (std::size_t machine = 0; machine < kPool; ++machine) nodes_.push_back(std::make_unique<Node>(*this, machine));
}

World::~World() = default;

void World::after(std::uint64_t delay_us, std::function<void()> action) { queue_.push({now_us_ + delay_us, order_++, std::move(action)}); }

void World::transmit(std::size_t from, std::size_t to, const MessagePtr& message) {
    if (!connected(from, to) || prng_.below(100) < loss_percent_) return;
    after(200 + prng_.below(latency_us_), [this, from, to, message] { nodes_[to]->receive(from, message); });
}

void World::forward(std::size_t from, std::size_t to, Transaction transaction) {
    if (!connected(from, to) || prng_.below(100) < loss_percent_) return;
    after(200 + prng_.below(latency_us_), [this, to, transaction] { nodes_[to]->accept(transaction); });
}

Node* World::source_for(std::size_t asker, SeqNum height) {
    std::vector<Node*> able;
    for (const auto& node : nodes_)
        if (node->machine() != asker && node->is_up() && node->ledger().sealed() > height && connected(asker, node->machine())) able.push_back(node.get());
    return able.empty() ? nullptr : able[prng_.below(able.size())];
}

void World::submit(Transaction transaction) {
    submitted_.insert(transaction);
    const std::size_t first = prng_.below(kPool);
    nodes_[first]->accept(transaction);
    for (std::size_t to = 0; to < kPool; ++to)
        if (to != first) forward(first, to, transaction);
}

void World::work() {
    if (chaos_) submit(next_++);
    else if (now_us_ > healed_at_us_ + 500 * kMsUs)
        for (const Transaction transaction : submitted_)
            if (!checker_.truth().has(transaction)) submit(transaction);  // a client asks again
    after((chaos_ ? 5 + prng_.below(40) : 500) * kMsUs, [this] { work(); });
}

// Lost machines are rotated in; else whatever comes to mind.
void World::change() {
    const auto& set = checker_.truth().membership().set.validators;
    Change change = Change::none;
    std::size_t machine = 0;
    for (const auto& one : set)
        if (!nodes_[machine_of(one)]->may_vote(one)) change = Change::rotate, machine = machine_of(one);
    if (change == Change::rotate) {
        mark("lost_rotated");
        const auto seat = std::ranges::find(set, machine, machine_of);
        if (nodes_[machine]->newest_keys() == generation_of(*seat)) nodes_[machine]->make_keys();
        submit(change_transaction(change, machine, nodes_[machine]->newest_keys(), next_++));
    } else if (chaos_) {
        machine = prng_.below(kPool);
        const bool held = std::ranges::any_of(set, [&](const auto& one) { return machine_of(one) == machine; });
        change = !held ? Change::add : prng_.below(2) == 0 ? Change::remove : Change::rotate;
        // Whoever was in once comes back with other keys, as a rule of the ledger wants it.
        const unsigned keys = change == Change::remove ? 0 : nodes_[machine]->make_keys();
        mark(change == Change::add ? "add" : change == Change::remove ? "remove" : "rotate");
        submit(change_transaction(change, machine, keys, next_++));
    }
    after((100 + prng_.below(700)) * kMsUs, [this] { this->change(); });
}

void World::crash() {
    if (!chaos_) return;
    const auto& set = checker_.truth().membership().set.validators;
    const bool nobody_lost = std::ranges::all_of(set, [&](const auto& one) {
        const Node& node = *nodes_[machine_of(one)];
        return node.may_vote(one) && !node.is_doubtful();
    });
    // Nor may a change be under way that brings in keys of the machine that is about to be lost.
    const bool settled = !checker_.truth().membership().last && now_us_ > 500 * kMsUs &&
                         std::ranges::all_of(submitted_, [&](const Transaction one) { return !is_change(one) || checker_.truth().has(one); });
    nodes_[prng_.below(kPool)]->keep_image();
    Node& node = *nodes_[prng_.below(kPool)];
    const std::uint64_t dice = prng_.below(100);
    if (dice < 10) {
        mark("everybody_crashed");
        for (const auto& one : nodes_) one->crash();
        for (const auto& one : nodes_) after((5 + prng_.below(600)) * kMsUs, [&one = *one] { one.boot(); });
    } else {
        if (dice < 25 && nobody_lost && settled) node.replace();
        else if (dice < 40 && nobody_lost && settled) node.put_back_image();
        else node.crash();
        after((5 + prng_.below(1500)) * kMsUs, [&node] { node.boot(); });
    }
    after((100 + prng_.below(900)) * kMsUs, [this] { crash(); });
}

void World::partition() {
    if (!chaos_) return;
    const bool split = prng_.below(2) == 0;
    for (unsigned& side : side_) side = split ? static_cast<unsigned>(prng_.below(2)) : 0;
    after((200 + prng_.below(900)) * kMsUs, [this] { partition(); });
}

void World::heal() {
    chaos_ = false;
    healed_at_us_ = now_us_;
    loss_percent_ = 0;
    std::ranges::fill(side_, 0U);
    for (const auto& node : nodes_) node->boot();
    after(2000 * kMsUs, [this] { check_end(); });
}

std::string World::what_is_missing() const {
    for (const Transaction transaction : submitted_)
        if (!checker_.truth().has(transaction)) return "transaction " + std::to_string(transaction) + " waits";
    const auto& now = checker_.truth().membership();
    for (const auto& one : now.set.validators)
        if (!nodes_[machine_of(one)]->may_vote(one)) return "machine " + std::to_string(machine_of(one)) + " is not rotated in";
    for (const auto& node : nodes_)
        if (!node->is_in_place() || node->ledger().sealed() + kWindow < checker_.truth().sealed()) return node->describe();
    return {};
}

void World::check_end() {
    for (const auto& node : nodes_) node->boot();
    const std::string missing = what_is_missing();
    if (missing.empty()) {
        done_ = true;
    } else if (now_us_ > healed_at_us_ + kPatienceUs) {
        std::string all;
        for (const auto& node : nodes_) all += "\n  " + node->describe();
        checker_.fail("E6 after the heal " + missing + all);
        done_ = true;
    } else {
        after(100 * kMsUs, [this] { check_end(); });
    }
}

Result World::run() {
    for (const auto& node : nodes_) after(prng_.below(20 * kMsUs), [&node = *node] { node.boot(); });
    after(20 * kMsUs, [this] { work(); });
    after(300 * kMsUs, [this] { change(); });
    if (prng_.below(3) != 0) after(400 * kMsUs, [this] { crash(); });
    if (prng_.below(2) != 0) after(300 * kMsUs, [this] { partition(); });
    after((2000 + prng_.below(4000)) * kMsUs, [this] { heal(); });
    while (!done_ && !queue_.empty() && checker_.violations.empty()) {
        auto action = std::move(const_cast<Scheduled&>(queue_.top()).action);
        now_us_ = queue_.top().at_us;
        queue_.pop();
        action();
    }
    result_.violations = checker_.violations;
    result_.epochs = checker_.truth().membership().set.epoch;
    result_.height = checker_.truth().sealed();
    return result_;
}

}  // namespace placet::epochs

// See checker.hpp.
#include "tests/sim/checker.hpp"

#include <fmt/format.h>

#include <array>
#include <bit>

#include "ledger/base/hex.hpp"
#include "tests/sim/fake_crypto.hpp"

namespace placet::sim {

using namespace consensus;

namespace {

/// The record's key, written out once more: kind ‖ seq ‖ discriminator (docs in consensus/durable_records.hpp).
base::Bytes key(std::uint8_t kind, std::initializer_list<std::uint64_t> numbers) {
    base::Bytes out = {kind};
    for (const std::uint64_t number : numbers)
        for (int shift = 56; shift >= 0; shift -= 8) out.push_back(static_cast<std::uint8_t>(number >> shift));
    return out;
}

base::Bytes body_key(SeqNum seq, const Hash& digest) {
    base::Bytes out = key(2, {seq});
    base::append(out, digest.view());
    return out;
}

/// Of a view_change or new_view record: [[kind, epoch, view, …], …].
View view_in(const base::Bytes& record) {
    base::cbor::Reader in(record);
    in.array_of(2, "record");
    in.array_of(7, "vote");
    in.uint("kind");
    in.uint("epoch");
    return in.uint("view");
}

const char* name(std::uint8_t kind) {
    static constexpr std::array<const char*, 6> kNames = {"checkpoint", "pre-prepare", "prepare",
                                                          "commit",     "view-change", "new-view"};
    return kNames[kind];
}

}  // namespace

Checker::Checker(const types::ValidatorSet& validators, const Scenario& scenario)
    : validators_(validators),
      window_(scenario.window),
      most_ahead_ms_(5000 + scenario.skew_max_ms),
      most_records_(32 * (scenario.checkpoint_interval + 2 * scenario.window)),
      may_equivocate_(validators.n()) {
    for (const Faulty& faulty : scenario.faulty) may_equivocate_[faulty.id] = true;
}

void Checker::fail(std::string property, std::string detail) {
    if (violations_.size() < 16) violations_.push_back({std::move(property), std::move(detail)});
}

void Checker::once(const Statement& statement, const Hash& digest) {
    if (const auto old = old_disks_.find(std::get<0>(statement)); old != old_disks_.end()) old->second.is_back = false;
    const auto [entry, inserted] = votes_.try_emplace(statement, digest);
    if (inserted || entry->second == digest) return;
    const auto& [id, kind, view, seq] = statement;
    fail("S10",
         fmt::format("replica {} signed two different statements: {} view {} seq {}", id, name(kind), view, seq));
}

void Checker::check_vote(ReplicaId id, const Vote& vote, const Disk& disk) {
    const auto kind = static_cast<std::uint8_t>(vote.kind);
    once({id, kind, vote.view, vote.seq}, vote.digest);
    if (vote.kind > VoteKind::commit || vote.seq <= disk.forgotten()) return;
    const RecordMap& records = disk.records();
    const auto needs = [&](const base::Bytes& record, const char* what) {
        if (!records.contains(record))
            fail("D", fmt::format("replica {} sent {} of view {} seq {} before {} was durable", id, name(kind),
                                  vote.view, vote.seq, what));
    };
    if (vote.kind != VoteKind::commit && vote.seq > window_ && disk.blocks() + window_ < vote.seq) {
        const auto seal = records.lower_bound(key(7, {vote.seq - window_}));
        if (seal == records.end() || seal->first[0] != 7)
            fail("D", fmt::format("replica {} sent {} of seq {} before the seal one window below was durable", id,
                                  name(kind), vote.seq));
    }
    if (vote.kind == VoteKind::commit) needs(key(4, {vote.seq, vote.view}), "the prepared certificate");
    if (vote.kind != VoteKind::commit) needs(key(3, {vote.seq, vote.view}), "the assignment");
    if (vote.digest != types::null_digest()) needs(body_key(vote.seq, vote.digest), "the body");
}

/// What was committed in one view is the only thing that a later view may order there (PBFT §4.5.1).
void Checker::check_lock(ReplicaId id, const Vote& vote) {
    const auto found = delivered_.find(vote.seq);
    if (found != delivered_.end() && vote.view > found->second.view && vote.digest != found->second.digest)
        fail("S1", fmt::format("replica {} prepares in view {} another proposal at {} than was committed", id,
                               vote.view, vote.seq));
}

void Checker::sent(ReplicaId id, const Message& message, const Disk& disk) {
    // A later one of the same kind may have replaced it in the same sync: the promise is kept by the higher view.
    const auto is_durable = [&](std::uint8_t kind, const Vote& vote, const base::Bytes& value) {
        const auto found = disk.records().find(key(kind, {0}));
        if (found == disk.records().end()) return false;
        return found->second == value || view_in(found->second) > vote.view;
    };
    if (const auto* m = std::get_if<PrePrepare>(&message)) check_vote(id, m->vote, disk);
    if (const auto* m = std::get_if<Prepare>(&message)) {
        check_vote(id, m->vote, disk);
        check_lock(id, m->vote);
    }
    if (const auto* m = std::get_if<Commit>(&message)) check_vote(id, m->vote, disk);
    if (const auto* m = std::get_if<Checkpoint>(&message)) {
        once({id, std::uint8_t{0}, 0, m->body.height}, types::checkpoint_digest({}, m->body));
        if (m->body.height > disk.forgotten() && !disk.records().contains(key(6, {m->body.height})))
            fail("D", fmt::format("replica {} sent its checkpoint vote {} before it was durable", id, m->body.height));
    }
    if (const auto* m = std::get_if<ViewChange>(&message)) {
        check_vote(id, m->vote, disk);
        if (!is_durable(8, m->vote, encode(*m)))
            fail("D", fmt::format("replica {} sent a view-change to {} that is not durable", id, m->vote.view));
    }
    if (const auto* m = std::get_if<NewView>(&message)) {
        if (m->vote.signer == id) {
            check_vote(id, m->vote, disk);
            for (const Vote& vote : m->carried) once({id, std::uint8_t{1}, vote.view, vote.seq}, vote.digest);
        }
        if (m->vote.signer == id && !is_durable(9, m->vote, encode(*m)))
            fail("D", fmt::format("replica {} sent a new-view {} that is not durable", id, m->vote.view));
    }
}

void Checker::delivered(ReplicaId id, const Deliver& delivery, const Disk& disk) {
    SeqNum& expected = expected_.try_emplace(id, 1).first->second;
    if (delivery.seq != expected)
        fail("S3", fmt::format("replica {} delivered {} where {} was due", id, delivery.seq, expected));
    expected = delivery.seq + 1;
    const Hash digest = delivery.proposal ? types::proposal_digest(*delivery.proposal) : types::null_digest();
    const View view = delivery.certificate.view;
    if (now_ms_ > 0 && delivery.proposal && delivery.proposal->time_ms > now_ms_ + most_ahead_ms_)
        fail("T", fmt::format("replica {} delivered at {} a proposal from {} ms ahead", id, delivery.seq,
                              delivery.proposal->time_ms - now_ms_));
    const auto [entry, inserted] = delivered_.try_emplace(delivery.seq, digest, view);
    entry->second.view = std::min(entry->second.view, view);
    if (!inserted && entry->second.digest != digest)
        fail("S1", fmt::format("replica {} delivered another proposal at {}", id, delivery.seq));
    if (digest != delivery.certificate.digest)
        fail("S1", fmt::format("replica {} delivered at {} what its certificate does not name", id, delivery.seq));
    if (delivery.proposal)
        for (const types::Submission& submission : delivery.proposal->submissions) {
            const auto transaction = fake_transaction_id(submission);
            if (!transaction || !submitted_.contains(*transaction))
                fail("S2",
                     fmt::format("replica {} delivered at {} a transaction that nobody submitted", id, delivery.seq));
        }
    if (delivery.seq > disk.forgotten() && !disk.records().contains(key(5, {delivery.seq})))
        fail("D", fmt::format("replica {} delivered {} before its commit certificate was durable", id, delivery.seq));
    if (delivery.proposal && delivery.seq > disk.forgotten() &&
        !disk.records().contains(body_key(delivery.seq, digest)))
        fail("D", fmt::format("replica {} delivered {} before its body was durable", id, delivery.seq));
}

void Checker::executed(ReplicaId id, const types::CheckpointBody& body) {
    const auto [entry, inserted] = executed_.try_emplace(body.height, body);
    if (!inserted && entry->second != body)
        fail("S4", fmt::format("replica {} has another state after {}", id, body.height));
}

/// ⌈(n + f + 1) / 2⌉ signatures, each by whom the bitmap names, over this body.
void Checker::check_certificate(const types::QuorumCertificate& certificate) {
    const std::size_t n = validators_.n();
    const std::size_t f = (n - 1) / 3;
    const std::size_t q = (n + f + 1 + 1) / 2;
    const Hash digest = types::checkpoint_digest({}, certificate.body);
    std::size_t signers = 0;
    bool all_verify = true;
    for (std::size_t id = 0; id < 64; ++id) {
        if ((certificate.signers >> id & 1) == 0) continue;
        const bool known = id < n && signers < certificate.signatures.size();
        all_verify = all_verify && known &&
                     fake_sign(validators_.validators[id].checkpoint_key, digest) == certificate.signatures[signers];
        ++signers;
    }
    if (signers != q || certificate.signatures.size() != q || !all_verify)
        fail("C",
             fmt::format("the seal of {} holds {} signatures, not {} valid ones", certificate.body.height, signers, q));
}

void Checker::check_body(ReplicaId id, SeqNum height, const types::CheckpointBody& body) {
    const auto [entry, inserted] = blocks_.try_emplace(height, body);
    if (!inserted && entry->second != body)
        fail("S4", fmt::format("replica {} sealed another state at {}", id, height));
}

void Checker::sealed(ReplicaId id, const Block& block, const types::QuorumCertificate& certificate) {
    SeqNum& height = sealed_height_[id];
    if (certificate.body.height != height + 1)
        fail("S3", fmt::format("replica {} sealed {} after {}", id, certificate.body.height, height));
    height = certificate.body.height;
    if (block.body != certificate.body)
        fail("S4", fmt::format("replica {} sealed {} with a seal over another state", id, height));
    check_certificate(certificate);
    check_body(id, height, certificate.body);
    for (const std::uint64_t transaction : block.transactions)
        if (const base::TimeMs expiry = submitted_[transaction]; expiry > 0 && block.body.block_time_ms > expiry)
            fail("S7", fmt::format("transaction {} took effect at {}, after its expiry", transaction, height));
    for (const std::uint64_t transaction : block.receipts()) {
        const auto [entry, inserted] = answered_.try_emplace(transaction, height);
        if (!inserted && entry->second != height)
            fail("S5", fmt::format("transaction {} took effect at {} and at {}", transaction, entry->second, height));
    }
    patience_[id] = {};
}

void Checker::installed(ReplicaId id, const Block& block) {
    sealed_height_[id] = block.height;
    check_certificate(block.seal);
    check_body(id, block.height, block.body);
}

void Checker::timer_fired(ReplicaId id, const TimerId& timer) {
    Patience& patience = patience_[id];
    if (timer.kind == TimerKind::view_change && timer.generation == patience.generation) patience.fired = true;
}

void Checker::timer_cancelled(ReplicaId id, TimerKind kind) {
    if (kind == TimerKind::view_change) patience_[id] = {};
}

void Checker::timer_set(ReplicaId id, const SetTimer& timer) {
    if (timer.id.kind != TimerKind::view_change) return;
    Patience& patience = patience_[id];
    constexpr std::uint64_t kCapMs = 8000;
    if (patience.fired && patience.last_ms > 0 && timer.after_ms < std::min(2 * patience.last_ms, kCapMs))
        fail("L2", fmt::format("replica {} waits {} ms for a new view after {} ms were too short", id, timer.after_ms,
                               patience.last_ms));
    if (timer.after_ms > kCapMs) fail("L2", fmt::format("replica {} waits {} ms for a new view", id, timer.after_ms));
    patience = {timer.after_ms, timer.id.generation, false};
}

void Checker::restarted(ReplicaId id) {
    patience_[id] = {};
    witnesses_.erase(id);
    for (auto& [other, disk] : old_disks_) {
        for (auto& [statement, holders] : disk.holders) holders &= ~(std::uint64_t{1} << id);
        if (disk.is_back) forget_unknowable(other);
    }
}

void Checker::image_kept(ReplicaId id) {
    std::set<Statement>& on_image = old_disks_[id].on_image;
    for (const auto& [statement, digest] : votes_)
        if (std::get<0>(statement) == id) on_image.insert(statement);
}

void Checker::image_put_back(ReplicaId id) {
    old_disks_[id].is_back = true;
    forget_unknowable(id);
}

/// q answers, its own among them, are of q - 1 of the n - 1 others: they show what more than n - q others hold.
void Checker::forget_unknowable(ReplicaId id) {
    OldDisk& disk = old_disks_[id];
    const std::size_t n = validators_.n();
    const std::size_t q = (n + (n - 1) / 3 + 1 + 1) / 2;
    std::erase_if(votes_, [&](const auto& entry) {
        const Statement& statement = entry.first;
        if (std::get<0>(statement) != id || disk.on_image.contains(statement)) return false;
        const auto found = disk.holders.find(statement);
        return found == disk.holders.end() || static_cast<std::size_t>(std::popcount(found->second)) + q <= n;
    });
}

/// A message of somebody whose disk may go back reached a sound replica, which can show it from now on.
void Checker::heard(ReplicaId id, const Message& message) {
    const auto sender = sender_of(message);
    const auto old = sender ? old_disks_.find(*sender) : old_disks_.end();
    if (old == old_disks_.end() || may_equivocate_[id]) return;
    const auto hold = [&](const Statement& statement) { old->second.holders[statement] |= std::uint64_t{1} << id; };
    const auto hold_vote = [&](const Vote& vote) {
        hold({vote.signer, static_cast<std::uint8_t>(vote.kind), vote.view, vote.seq});
    };
    std::visit(
        [&](const auto& m) {
            if constexpr (requires {
                              m.vote;
                              m.carried;
                          })
                for (const Vote& vote : m.carried) hold_vote(vote);
            if constexpr (requires { m.vote; }) hold_vote(m.vote);
        },
        message);
    if (const auto* m = std::get_if<Checkpoint>(&message)) hold({m->signer, std::uint8_t{0}, 0, m->body.height});
}

/// One statement of somebody who may equivocate, seen while it counts.
void Checker::saw(ReplicaId id, const Statement& statement, const Hash& digest) {
    Witness& witness = witnesses_[id];
    const auto [entry, inserted] = witness.seen.try_emplace(statement, digest);
    if (!inserted && entry->second != digest) witness.owed.emplace(std::get<0>(statement), std::get<1>(statement));
}

void Checker::received(ReplicaId id, const Message& message, const ReplicaSummary& summary) {
    if (!watches(message)) return;
    heard(id, message);
    const auto is_open = [&](SeqNum seq) { return seq > summary.sealed && seq <= summary.sealed + window_; };
    const auto vote_counts = [&](const Vote& vote) {
        return summary.active && vote.view == summary.view && is_open(vote.seq);
    };
    const auto look_at = [&](const Vote& vote) {
        saw(id, {vote.signer, static_cast<std::uint8_t>(vote.kind), vote.view, vote.seq}, vote.digest);
    };
    if (const auto* m = std::get_if<Prepare>(&message); m != nullptr && vote_counts(m->vote)) look_at(m->vote);
    if (const auto* m = std::get_if<Commit>(&message); m != nullptr && vote_counts(m->vote)) look_at(m->vote);
    if (const auto* m = std::get_if<Checkpoint>(&message); m != nullptr && is_open(m->body.height))
        saw(id, {m->signer, std::uint8_t{0}, 0, m->body.height}, types::checkpoint_digest({}, m->body));
    if (const auto* m = std::get_if<PrePrepare>(&message); m != nullptr && vote_counts(m->vote)) {
        // What it prepared, it took; another proposal for the same slot then is evidence.
        const auto mine = votes_.find({id, static_cast<std::uint8_t>(VoteKind::prepare), m->vote.view, m->vote.seq});
        if (mine != votes_.end() && mine->second != m->vote.digest)
            witnesses_[id].owed.emplace(m->vote.signer, static_cast<std::uint8_t>(VoteKind::pre_prepare));
    }
    if (const auto* m = std::get_if<ViewChange>(&message); m != nullptr && m->vote.view > summary.view) {
        View& last = witnesses_[id].last_view_change[m->vote.signer];
        if (m->vote.view >= last) look_at(m->vote);  // of older ones nothing is kept
        last = std::max(last, m->vote.view);
    }
}

void Checker::stepped(ReplicaId id) {
    const auto found = witnesses_.find(id);
    if (found == witnesses_.end() || found->second.owed.empty()) return;
    for (const auto& [offender, kind] : found->second.owed)
        if (!found->second.accused.contains({offender, kind}))
            fail("S8", fmt::format("replica {} saw two contradictory {}s of replica {} and kept no evidence", id,
                                   name(kind), offender));
    found->second.owed.clear();
}

void Checker::accused(ReplicaId id, const Accuse& accusation) {
    const auto judge = [&](std::uint8_t kind, ReplicaId first, ReplicaId second, bool contradict) {
        if (first != accusation.offender || second != accusation.offender || !contradict)
            fail("S8", fmt::format("replica {} accuses replica {} with what proves nothing", id, accusation.offender));
        if (!may_equivocate_[accusation.offender])
            fail("S10",
                 fmt::format("replica {} holds evidence against replica {}, which is honest", id, accusation.offender));
        witnesses_[id].accused.emplace(accusation.offender, kind);
    };
    if (const auto* votes = std::get_if<std::pair<Vote, Vote>>(&accusation.evidence)) {
        const Vote& a = votes->first;
        const Vote& b = votes->second;
        const bool same_place = a.kind == b.kind && a.epoch == b.epoch && a.view == b.view && a.seq == b.seq;
        judge(static_cast<std::uint8_t>(a.kind), a.signer, b.signer, same_place && a.digest != b.digest);
    } else {
        const auto& [a, b] = std::get<std::pair<Checkpoint, Checkpoint>>(accusation.evidence);
        judge(0, a.signer, b.signer, a.body.height == b.body.height && a.body != b.body);
    }
}

void Checker::synced(ReplicaId id, const Disk& disk) {
    if (disk.records().size() > most_records_)
        fail("R1", fmt::format("replica {} keeps {} durable records", id, disk.records().size()));
}

void Checker::summarised(ReplicaId id, const ReplicaSummary& summary) {
    if (summary.slots > 4 * window_) fail("R1", fmt::format("replica {} keeps {} slots", id, summary.slots));
    if (summary.buffered > 64 * validators_.n())
        fail("R1", fmt::format("replica {} holds {} early messages", id, summary.buffered));
    constexpr std::size_t kMostBytes = 8 * 1024 * 1024;
    if (summary.buffered_bytes > kMostBytes * validators_.n())
        fail("R1", fmt::format("replica {} holds {} octets of early messages", id, summary.buffered_bytes));
}

void Checker::guard_refused(ReplicaId id, const std::string& what) {
    fail("G", fmt::format("the guard of replica {} had to refuse a {}: the core tried to contradict itself", id, what));
}

void Checker::reached_end(ReplicaId id, const Chain& chain, SeqNum may_lag) {
    if (chain.sealed() + may_lag < tip())
        fail("L3", fmt::format("replica {} ended at {}, the tip is {}", id, chain.sealed(), tip()));
    std::map<std::uint64_t, SeqNum> here;
    for (SeqNum height = 1; height <= chain.sealed(); ++height) {
        check_body(id, height, chain.at(height)->body);
        for (const std::uint64_t transaction : chain.at(height)->receipts())
            if (!here.try_emplace(transaction, height).second)
                fail("S5", fmt::format("replica {} holds {} twice", id, transaction));
    }
    for (const auto& [transaction, height] : answered_) {
        const auto found = here.find(transaction);
        if (height <= chain.sealed() && (found == here.end() || found->second != height))
            fail("S6",
                 fmt::format("transaction {} was answered at {} and replica {} lost it", transaction, height, id));
    }
    for (const auto& [transaction, expiry] : submitted_) {
        const bool is_past_expiry = expiry > 0 && tip_time_ms() > expiry;
        if (may_lag == 0 && !here.contains(transaction) && !is_past_expiry)
            fail("S7",
                 fmt::format("replica {} has no receipt for transaction {}, which can still come", id, transaction));
    }
}

void Checker::did_not_arrive(const std::string& property, const std::string& where) {
    fail(property, "long after the network healed: " + where);
}

void Checker::views_after_heal(std::uint64_t entered, std::uint64_t allowed) {
    if (entered > allowed)
        fail("L1", fmt::format("{} view changes after the network healed, {} allowed", entered, allowed));
}

}  // namespace placet::sim

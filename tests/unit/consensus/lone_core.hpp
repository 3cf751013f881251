// One replica among scripted peers: everything the others say is signed here, time passes when a test fires a timer,
// the disk answers at once. For tests of single rules of the core.
#pragma once

#include <catch2/catch.hpp>

#include "consensus/replica.hpp"
#include "consensus/verifier.hpp"
#include "tests/sim/fake_crypto.hpp"

namespace placet::consensus {

class AnyProposals final : public ProposalChecker {
public:
    [[nodiscard]] base::Status check(const types::Proposal&) const override { return {}; }
};

class LoneCore {
public:
    static constexpr base::TimeMs kNow = 1'000'000;

    /// Replica `self` of `n`, its start-up check passed.
    explicit LoneCore(std::size_t n, ReplicaId self = 1, Config config = {}, RecoveredState recovered = {})
        : set(sim::make_validators(n)), signer(set.validators[self]), verifier(set, Hash{}, signatures, proposals) {
        config.self = self;
        config.validators = set;
        recovered.has_identity = true;
        replica.emplace(config, recovered, signer);
        step(Started{});
        for (ReplicaId id = 0; id < n && replica->standing() == Standing::checking; ++id) {
            if (id == self) continue;
            Answer answer{0, id, self, {}, {}, {}, {}};
            answer.signature = vote_signature(id, signing_digest({}, answer));
            give(answer);
        }
        REQUIRE(replica->standing() == Standing::voting);
    }

    void step(Event event) {
        for (Effect& effect : replica->step(std::move(event))) {
            seen.push_back(effect);
            if (auto* timer = std::get_if<SetTimer>(&effect)) timers[timer->id.kind] = *timer;
            if (auto* cancelled = std::get_if<CancelTimer>(&effect)) timers.erase(cancelled->kind);
            if (auto* persist = std::get_if<Persist>(&effect)) {
                for (const Record& record : persist->records) records[record.key] = record.value;
                token = persist->token;
                if (durable) step(Persisted{persist->token});
            }
        }
    }
    /// The disk, where `durable` is off: everything so far.
    void sync() { step(Persisted{token}); }
    void give(Message message) {
        auto verified = verifier.verify(std::move(message));
        if (!verified) FAIL(base::describe(verified.error()));
        step(MessageReceived{*std::move(verified), kNow});
    }
    void fire(TimerKind kind) {
        REQUIRE(timers.contains(kind));
        const TimerId id = timers.at(kind).id;
        timers.erase(kind);
        step(TimerFired{id});
    }

    [[nodiscard]] Signature vote_signature(ReplicaId id, const Hash& digest) const {
        return sim::fake_sign(set.validators[id].vote_key, digest);
    }
    [[nodiscard]] Vote vote(VoteKind kind, View view, SeqNum seq, const Hash& digest, ReplicaId by) const {
        Vote out{kind, 0, view, seq, digest, by, {}};
        out.signature = vote_signature(by, vote_digest({}, out));
        return out;
    }
    [[nodiscard]] static ProposalPtr proposal(std::vector<std::uint64_t> transactions, base::TimeMs time_ms = kNow) {
        types::Proposal out{time_ms, {}};
        for (const std::uint64_t id : transactions) out.submissions.push_back(sim::fake_transaction(id));
        return std::make_shared<const types::Proposal>(std::move(out));
    }
    [[nodiscard]] PrePrepare pre_prepare(View view, SeqNum seq, const ProposalPtr& body) const {
        return {vote(VoteKind::pre_prepare, view, seq, digest_of(body), primary_of(view, set.n())), body, {}};
    }
    [[nodiscard]] CommitCertificate commit_certificate(View view, SeqNum seq, const Hash& digest) const {
        CommitCertificate out{0, view, seq, digest, 0, {}};
        for (ReplicaId id = 0; id < set.q(); ++id) {
            out.signers |= std::uint64_t{1} << id;
            out.signatures.push_back(vote(VoteKind::commit, view, seq, digest, id).signature);
        }
        return out;
    }
    [[nodiscard]] Checkpoint checkpoint(const types::CheckpointBody& body, ReplicaId by) const {
        return {body, by, sim::fake_sign(set.validators[by].checkpoint_key, types::checkpoint_digest({}, body))};
    }
    [[nodiscard]] types::QuorumCertificate seal(const types::CheckpointBody& body) const {
        types::QuorumCertificate out{body, 0, {}};
        for (ReplicaId id = 0; id < set.q(); ++id) {
            out.signers |= std::uint64_t{1} << id;
            out.signatures.push_back(checkpoint(body, id).signature);
        }
        return out;
    }
    [[nodiscard]] static types::CheckpointBody body_at(SeqNum height) {
        return {0, height, 2 * height, sim::spread(height), kNow + height};
    }
    [[nodiscard]] ViewChange view_change(View view, ReplicaId by) const {
        ViewChange out{{VoteKind::view_change, 0, view, 0, {}, by, {}}, {}, {}};
        out.vote.digest = content_digest(out);
        out.vote.signature = vote_signature(by, vote_digest({}, out.vote));
        return out;
    }
    /// By the view's primary, of view-changes of the first q replicas that carry nothing.
    [[nodiscard]] NewView new_view(View view, ReplicaId first = 0) const {
        NewView out{{VoteKind::new_view, 0, view, 0, {}, primary_of(view, set.n()), {}}, {}, {}};
        for (ReplicaId id = first; out.view_changes.size() < set.q(); ++id)
            out.view_changes.push_back(view_change(view, id));
        out.vote.digest = content_digest(out);
        out.vote.signature = vote_signature(out.vote.signer, vote_digest({}, out.vote));
        return out;
    }

    /// Effects of one kind, in order, since `seen` was cleared.
    template <class E>
    [[nodiscard]] std::vector<E> all() const {
        std::vector<E> out;
        for (const Effect& effect : seen)
            if (const auto* one = std::get_if<E>(&effect)) out.push_back(*one);
        return out;
    }
    /// Messages of one kind that were broadcast since `seen` was cleared.
    template <class M>
    [[nodiscard]] std::vector<M> said() const {
        std::vector<M> out;
        for (const Broadcast& broadcast : all<Broadcast>())
            if (const auto* one = std::get_if<M>(broadcast.message.get())) out.push_back(*one);
        return out;
    }
    [[nodiscard]] std::size_t notices(Notice notice) const {
        return static_cast<std::size_t>(
            std::ranges::count_if(all<Observe>(), [&](const Observe& one) { return one.notice == notice; }));
    }

    types::ValidatorSet set;
    sim::FakeSigner signer;
    sim::FakeSignatures signatures;
    AnyProposals proposals;
    Verifier verifier;
    std::optional<Replica> replica;
    std::map<TimerKind, SetTimer> timers;
    std::map<base::Bytes, base::Bytes> records;
    Effects seen;
    bool durable = true;  ///< the disk answers at once
    std::uint64_t token = 0;
};

}  // namespace placet::consensus

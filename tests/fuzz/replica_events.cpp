// Fuzzes sequences of events of four replicas, one of them lying. The octets are a script: which message arrives, is
// lost or comes twice, which timer fires, who crashes, which disk is synced, and what the liar signs. Properties: no
// honest replica is delivered another proposal at a sequence number than the others, or seals another root; none signs
// two contradictory votes; and whatever ASSERT guards in the core.
#include <deque>
#include <map>
#include <set>

#include "consensus/replica.hpp"
#include "tests/fuzz/targets.hpp"
#include "tests/sim/chain.hpp"
#include "tests/sim/disk.hpp"
#include "tests/sim/fake_crypto.hpp"

namespace placet::fuzz {

using namespace consensus;

namespace {

constexpr std::size_t kReplicas = 4;
constexpr ReplicaId kLiar = 3;
constexpr base::TimeMs kNow = 1000;
constexpr std::size_t kMaxUnderWay = 512;
constexpr std::size_t kMaxScript = 4096;

/// The script, an octet at a time; zeros behind its end.
class Script {
public:
    explicit Script(BytesView octets) : octets_(octets.subspan(0, std::min(octets.size(), kMaxScript))) {}
    [[nodiscard]] bool ended() const noexcept { return at_ >= octets_.size(); }
    std::uint8_t next() noexcept { return ended() ? std::uint8_t{0} : octets_[at_++]; }

private:
    BytesView octets_;
    std::size_t at_ = 0;
};

struct Member {
    std::optional<Replica> replica;
    std::unique_ptr<sim::FakeSigner> signer;
    sim::Disk disk;
    sim::Chain chain;
    std::map<TimerKind, TimerId> timers;
    std::set<std::uint64_t> mempool;
    std::optional<WantProposal> want;
    std::deque<Event> answers;  ///< of its executor and store: come when the script lets them
    std::uint8_t starts = 0;
};

struct UnderWay {
    ReplicaId from = 0;
    ReplicaId to = 0;
    MessagePtr message;
};

class Ring {
public:
    Ring() {
        for (ReplicaId id = 0; id < kReplicas; ++id) {
            const Record identity = identity_record({}, set_.validators[id].vote_key);
            members_[id].disk.put_back({{{identity.key, identity.value}}, 0, 0});
            members_[id].signer = std::make_unique<sim::FakeSigner>(set_.validators[id]);
            start(id);
        }
        for (int i = 0; i < 3; ++i) settle();
    }

    void obey(Script& script) {
        const std::uint8_t word = script.next();
        const auto id = static_cast<ReplicaId>(word % kReplicas);
        switch (word / kReplicas % 12) {
            case 0:
                deliver(take(script.next()));
                break;
            case 1:
                (void)take(script.next());
                break;
            case 2:
                if (!network_.empty()) deliver(network_[script.next() % network_.size()]);
                break;
            case 3:
                fire(id, static_cast<TimerKind>(script.next() % kTimerKinds));
                break;
            case 4:
                submit(script.next());
                break;
            case 5:
                crash(id);
                break;
            case 6:
                start(id);
                break;
            case 7:
                sync(id);
                break;
            case 8:
                answer(id);
                break;
            case 9:
                lie(id, script);
                break;
            case 10:
                for (int i = 0; i < 16 && !network_.empty(); ++i) deliver(take(0));
                break;
            default:
                settle();
                break;
        }
    }

    /// How many sequence numbers some honest replica sealed.
    [[nodiscard]] std::uint64_t sealed() const noexcept { return sealed_.size(); }

    /// Everything that is under way arrives, disks sync, executors answer, timers of batches and status fire, for a
    /// while.
    void settle() {
        for (int round = 0; round < 64; ++round) {
            for (ReplicaId id = 0; id < kReplicas; ++id) {
                sync(id);
                answer(id);
                offer(id);
                fire(id, TimerKind::batch);
                if (round % 16 == 8) fire(id, TimerKind::status);
            }
            if (network_.empty() && round > 8) return;
            for (std::size_t i = network_.size(); i > 0; --i) deliver(take(0));
        }
    }

private:
    void start(ReplicaId id) {
        Member& member = members_[id];
        if (member.replica) return;
        Config config;
        config.self = id;
        config.validators = set_;
        const auto& records = member.disk.records();
        const auto recovered =
            recover({records.begin(), records.end()}, member.chain.last_seal(), {}, set_.validators[id].vote_key);
        require(recovered.has_value());
        member.replica.emplace(config, *recovered, *member.signer);
        Nonce nonce;
        nonce.octets[0] = static_cast<std::uint8_t>(id + 1);
        nonce.octets[1] = ++member.starts;
        step(id, Started{nonce});
    }

    void crash(ReplicaId id) {
        Member& member = members_[id];
        sim::Prng prng(member.starts);
        member.disk.crash(prng);
        member.replica.reset();
        member.chain.drop_overlays();
        member.timers.clear();
        member.want.reset();
        member.answers.clear();
    }

    void step(ReplicaId id, Event event) {
        if (!members_[id].replica) return;
        for (Effect& effect : members_[id].replica->step(std::move(event))) carry_out(id, effect);
    }

    UnderWay take(std::size_t which) {
        if (network_.empty()) return {};
        const auto place = network_.begin() + static_cast<std::ptrdiff_t>(which % network_.size());
        UnderWay out = std::move(*place);
        network_.erase(place);
        return out;
    }

    void deliver(const UnderWay& one) {
        if (!one.message || !members_[one.to].replica) return;
        if (auto verified = verifier_.verify(*one.message)) step(one.to, MessageReceived{*std::move(verified), kNow});
    }

    void send(ReplicaId from, ReplicaId to, const MessagePtr& message) {
        if (to != from && network_.size() < kMaxUnderWay) network_.push_back({from, to, message});
    }

    void fire(ReplicaId id, TimerKind kind) {
        const auto armed = members_[id].timers.find(kind);
        if (armed == members_[id].timers.end()) return;
        const TimerId fired = armed->second;
        members_[id].timers.erase(armed);
        step(id, TimerFired{fired});
    }

    static RequestChange change_of(std::uint64_t transaction, RequestChange::What what) {
        const types::Submission submission = sim::fake_transaction(transaction);
        return {what, crypto::sha256(submission.transaction), submission.transaction.size()};
    }

    void submit(std::uint64_t transaction) {
        for (ReplicaId id = 0; id < kReplicas; ++id) {
            if (members_[id].chain.has_sealed(transaction)) continue;
            members_[id].mempool.insert(transaction);
            step(id, RequestsChanged{{change_of(transaction, RequestChange::What::executable)}});
            offer(id);
        }
    }

    void sync(ReplicaId id) {
        Member& member = members_[id];
        if (!member.disk.sync_needed()) return;
        member.disk.begin_sync();
        step(id, Persisted{member.disk.end_sync().value_or(0)});
    }

    void answer(ReplicaId id) {
        for (auto answers = std::exchange(members_[id].answers, {}); !answers.empty(); answers.pop_front())
            step(id, std::move(answers.front()));
    }

    void offer(ReplicaId id) {
        Member& member = members_[id];
        if (!member.want) return;
        std::set<std::uint64_t> held;
        for (const ProposalPtr& proposal : member.want->in_flight)
            for (const auto& submission : proposal->submissions)
                if (const auto transaction = sim::fake_transaction_id(submission)) held.insert(*transaction);
        types::Proposal proposal{kNow, {}};
        for (const std::uint64_t transaction : member.mempool)
            if (!held.contains(transaction) && proposal.submissions.empty())
                proposal.submissions.push_back(sim::fake_transaction(transaction));
        if (proposal.submissions.empty() && member.want->urgency == Urgency::when_ready) return;
        const WantProposal want = *std::exchange(member.want, std::nullopt);
        step(id, ProposalReady{want.view, want.seq, std::move(proposal)});
    }

    // The liar signs whatever the script says, to one replica.
    void lie(ReplicaId to, Script& script) {
        Vote vote;
        vote.kind = static_cast<VoteKind>(script.next() % 3 + 1);
        vote.view = script.next() % 8;
        vote.seq = script.next() % 32;
        vote.signer = kLiar;
        const std::uint64_t transaction = script.next();
        const auto proposal =
            std::make_shared<const types::Proposal>(types::Proposal{kNow, {sim::fake_transaction(transaction)}});
        vote.digest = digest_of(proposal);
        vote.signature = sim::fake_sign(set_.validators[kLiar].vote_key, vote_digest({}, vote));
        Message message = Prepare{vote};
        if (vote.kind == VoteKind::pre_prepare) message = PrePrepare{vote, proposal, members_[kLiar].chain.last_seal()};
        if (vote.kind == VoteKind::commit) message = Commit{vote};
        if (transaction % 4 == 3) {
            Checkpoint checkpoint{{0, vote.seq, vote.seq, sim::spread(transaction), kNow}, kLiar, {}};
            checkpoint.signature =
                sim::fake_sign(set_.validators[kLiar].checkpoint_key, types::checkpoint_digest({}, checkpoint.body));
            message = checkpoint;
        }
        deliver({kLiar, to, std::make_shared<const Message>(std::move(message))});
    }

    // From outside: what an honest replica says must not contradict what it said before, in any incarnation.
    void watch(ReplicaId id, const Message& message) {
        if (id == kLiar) return;
        const Vote* vote = nullptr;
        if (const auto* one = std::get_if<PrePrepare>(&message)) vote = &one->vote;
        if (const auto* one = std::get_if<Prepare>(&message)) vote = &one->vote;
        if (const auto* one = std::get_if<Commit>(&message)) vote = &one->vote;
        if (vote != nullptr && vote->signer == id) {
            const auto [known, fresh] = votes_.emplace(std::tuple(id, vote->kind, vote->view, vote->seq), vote->digest);
            require(fresh || known->second == vote->digest);
        }
    }

    void agree(std::map<SeqNum, Hash>& on, SeqNum seq, const Hash& what) {
        const auto [known, fresh] = on.emplace(seq, what);
        require(fresh || known->second == what);
    }

    void carry_out(ReplicaId id, Effect& effect) {
        Member& member = members_[id];
        if (auto* all = std::get_if<Broadcast>(&effect)) {
            watch(id, *all->message);
            for (ReplicaId to = 0; to < kReplicas; ++to) send(id, to, all->message);
        } else if (auto* one = std::get_if<Send>(&effect)) {
            watch(id, *one->message);
            send(id, one->to, one->message);
        } else if (auto* persist = std::get_if<Persist>(&effect)) {
            member.disk.append_records(persist->token, std::move(persist->records));
        } else if (auto* timer = std::get_if<SetTimer>(&effect)) {
            member.timers[timer->id.kind] = timer->id;
        } else if (auto* cancelled = std::get_if<CancelTimer>(&effect)) {
            member.timers.erase(cancelled->kind);
        } else if (auto* want = std::get_if<WantProposal>(&effect)) {
            member.want = std::move(*want);
        } else if (auto* deliver = std::get_if<Deliver>(&effect)) {
            if (id != kLiar) agree(delivered_, deliver->seq, deliver->certificate.digest);
            member.answers.emplace_back(Executed{member.chain.execute(*deliver).body});
        } else if (auto* fetch = std::get_if<FetchState>(&effect)) {
            fetch_state(id, fetch->to);
        } else if (auto* sealed = std::get_if<Sealed>(&effect)) {
            if (id != kLiar) agree(sealed_, sealed->seq, sealed->certificate.body.root);
            if (const auto block = member.chain.seal(sealed->certificate))
                for (const auto transaction : block->transactions)
                    if (member.mempool.erase(transaction) > 0)
                        member.answers.emplace_back(RequestsChanged{{change_of(transaction, RequestChange::What::gone)}});
        }
    }

    void fetch_state(ReplicaId id, SeqNum to) {
        Member& member = members_[id];
        member.chain.drop_overlays();
        std::erase_if(member.answers, [](const Event& event) { return std::holds_alternative<Executed>(event); });
        for (ReplicaId from = 0; from < kLiar; ++from)
            while (from != id && member.chain.sealed() < std::min(to, members_[from].chain.sealed()))
                member.chain.install(members_[from].chain.at(member.chain.sealed() + 1));
        const auto seal = member.chain.last_seal();
        member.answers.emplace_back(seal ? Event(StateInstalled{*seal}) : Event(StateFetchFailed{}));
    }

    types::ValidatorSet set_ = sim::make_validators(kReplicas);
    sim::FakeSignatures signatures_;
    sim::FakeProposals proposals_;
    Hash genesis_;
    Verifier verifier_{set_, genesis_, signatures_, proposals_};
    std::array<Member, kReplicas> members_;
    std::deque<UnderWay> network_;
    std::map<std::tuple<ReplicaId, VoteKind, View, SeqNum>, Hash> votes_;
    std::map<SeqNum, Hash> delivered_;
    std::map<SeqNum, Hash> sealed_;
};

}  // namespace

std::vector<Bytes> replica_event_seeds() {
    // A word is 4 · what + whom: 12 fires a timer, 16 submits, 20 crashes, 24 starts, 36 lies, 44 settles.
    return {
        {16, 1, 44, 16, 2, 44, 16, 3, 44},  // three requests, each settled
        // The primary crashes, the others accuse it and go on, it comes back.
        {16, 1, 40, 20, 16, 2, 13, 1, 14, 1, 15, 1, 44, 13, 1, 14, 1, 15, 1, 44, 24, 44, 16, 4, 44},
        // The liar votes for two things, and against a state.
        {16, 7, 36, 0, 0, 1, 5, 37, 1, 0, 1, 6, 44, 16, 9, 38, 2, 0, 2, 9, 36, 0, 1, 3, 7, 44},
        // Messages lost and doubled; a backup crashes and comes back.
        {16, 1, 0, 3, 8, 0, 4, 1, 44, 21, 16, 2, 44, 25, 44, 16, 3, 44},
    };
}

std::uint64_t sealed_by_script(BytesView input) {
    Ring ring;
    for (Script script(input); !script.ended();) ring.obey(script);
    ring.settle();
    return ring.sealed();
}

void run_replica_events(BytesView input) {
    static_cast<void>(sealed_by_script(input));
}

}  // namespace placet::fuzz

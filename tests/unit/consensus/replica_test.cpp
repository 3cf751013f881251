// The core through its door: a lone replica, four with real signatures, the start-up check.
#include <catch2/catch.hpp>
#include <deque>

#include "consensus/replica.hpp"
#include "consensus/verifier.hpp"
#include "tests/sim/fake_crypto.hpp"

using namespace placet;
using namespace placet::consensus;

namespace {

class RealSigner final : public Signer {
public:
    RealSigner() : vote_(crypto::SigningKey::generate()), checkpoint_(crypto::SigningKey::generate()) {}
    [[nodiscard]] Signature sign_vote(const Hash& digest) override { return vote_.sign(digest); }
    [[nodiscard]] Signature sign_checkpoint(const Hash& digest) override { return checkpoint_.sign(digest); }
    [[nodiscard]] const crypto::PublicKey& vote_key() const { return vote_.public_key(); }
    [[nodiscard]] const crypto::PublicKey& checkpoint_key() const { return checkpoint_.public_key(); }

private:
    crypto::SigningKey vote_;
    crypto::SigningKey checkpoint_;
};

/// The smallest driver: no loss, instant disk, instant execution; a round delivers what is under way.
struct Cluster {
    std::deque<RealSigner> signers;
    types::ValidatorSet set;
    Hash genesis = sim::spread(1);
    sim::FakeProposals proposals;
    std::vector<Replica> replicas;
    std::vector<std::vector<types::QuorumCertificate>> seals;
    std::vector<std::pair<ReplicaId, Effect>> under_way;
    std::uint64_t next_transaction = 1;

    explicit Cluster(std::size_t n) : signers(n), set(sim::make_validators(n)), seals(n) {
        for (std::size_t id = 0; id < n; ++id) {
            set.validators[id].vote_key = signers[id].vote_key();
            set.validators[id].checkpoint_key = signers[id].checkpoint_key();
        }
        for (std::size_t id = 0; id < n; ++id) {
            Config config;
            config.self = static_cast<ReplicaId>(id);
            config.validators = set;
            config.genesis = genesis;
            const Record identity = identity_record(genesis, signers[id].vote_key());
            const auto recovered = recover({{identity.key, identity.value}}, std::nullopt, genesis, signers[id].vote_key());
            replicas.emplace_back(config, *recovered, signers[id]);
        }
        for (std::size_t id = 0; id < n; ++id) step(static_cast<ReplicaId>(id), Started{});
    }
    void step(ReplicaId id, Event event) {
        for (Effect& effect : replicas[id].step(std::move(event))) under_way.emplace_back(id, std::move(effect));
    }
    void give(ReplicaId to, const MessagePtr& message) {
        const Verifier verifier(set, genesis, real_signatures(), proposals);
        auto decoded = decode_message(encode(*message));
        REQUIRE(decoded.has_value());
        auto verified = verifier.verify(*std::move(decoded));
        REQUIRE(verified.has_value());
        step(to, MessageReceived{*std::move(verified), 1000});
    }
    void carry_out(ReplicaId id, Effect& effect, SeqNum last) {
        if (auto* m = std::get_if<Broadcast>(&effect))
            for (ReplicaId to = 0; to < replicas.size(); ++to)
                if (to != id) give(to, m->message);
        if (auto* m = std::get_if<Send>(&effect)) give(m->to, m->message);
        if (auto* m = std::get_if<Persist>(&effect)) step(id, Persisted{m->token});
        if (auto* m = std::get_if<WantProposal>(&effect); m != nullptr && m->seq <= last)
            step(id, ProposalReady{m->view, m->seq, {1000, {sim::fake_transaction(next_transaction++)}}});
        if (auto* m = std::get_if<SetTimer>(&effect); m != nullptr && m->id.kind == TimerKind::batch) step(id, TimerFired{m->id});
        if (auto* m = std::get_if<Deliver>(&effect)) step(id, Executed{{0, m->seq, m->seq * 2, sim::spread(m->seq), m->seq}});
        if (auto* m = std::get_if<Sealed>(&effect)) seals[id].push_back(m->certificate);
    }
    void run(SeqNum last) {
        for (std::size_t rounds = 0; !under_way.empty() && rounds < 1000; ++rounds)
            for (auto& [id, effect] : std::exchange(under_way, {})) carry_out(id, effect, last);
        REQUIRE(under_way.empty());
    }
};

}  // namespace

TEST_CASE("replicas with real signatures seal the same blocks with certificates that anybody can verify") {
    for (const std::size_t n : {1, 2, 3, 4, 5, 7}) {
        CAPTURE(n);
        Cluster cluster(n);
        cluster.run(20);
        for (ReplicaId id = 0; id < n; ++id) {
            REQUIRE(cluster.seals[id].size() == 20);
            CHECK(cluster.replicas[id].standing() == Standing::voting);
            CHECK(cluster.replicas[id].summary().sealed == 20);
        }
        for (const types::QuorumCertificate& seal : cluster.seals[0]) CHECK(types::verify(seal, cluster.set, cluster.genesis).has_value());
    }
}

TEST_CASE("a vote leaves only after its record is durable") {
    Cluster cluster(1);
    cluster.under_way.clear();
    Config config;
    config.validators = cluster.set;
    config.genesis = cluster.genesis;
    RecoveredState state;
    state.has_identity = true;
    Replica replica(config, state, cluster.signers[0]);
    (void)replica.step(Started{});
    const auto persist_of = [](const Effects& effects) -> std::uint64_t {
        for (const Effect& effect : effects)
            if (const auto* persist = std::get_if<Persist>(&effect)) return persist->token;
        return 0;
    };
    const auto has_broadcast = [](const Effects& effects) {
        return std::ranges::any_of(effects, [](const Effect& effect) { return std::holds_alternative<Broadcast>(effect); });
    };
    Effects effects = replica.step(ProposalReady{0, 1, {5, {}}});
    const std::uint64_t token = persist_of(effects);
    CHECK(token > 0);
    CHECK_FALSE(has_broadcast(effects));
    CHECK_FALSE(has_broadcast(replica.step(Persisted{token - 1})));
    CHECK(has_broadcast(replica.step(Persisted{token})));
}

TEST_CASE("a replica without a guard never votes, says so, and does not answer others") {
    Cluster cluster(4);
    Config config;
    config.self = 3;
    config.validators = cluster.set;
    config.genesis = cluster.genesis;
    Replica replica(config, RecoveredState{}, cluster.signers[3]);
    CHECK(replica.standing() == Standing::lost);
    (void)replica.step(Started{});
    CHECK(replica.summary().standing_reason.find("Rotate") != std::string::npos);
}

TEST_CASE("a replica votes only after q replicas, itself included, answered; and never if they show votes its log lacks") {
    Cluster cluster(4);
    Config config;
    config.self = 3;
    config.validators = cluster.set;
    config.genesis = cluster.genesis;
    RecoveredState fresh;
    fresh.has_identity = true;
    const Verifier verifier(cluster.set, cluster.genesis, real_signatures(), cluster.proposals);
    const auto answer = [&](ReplicaId from, std::vector<Vote> shown) {
        Answer message{0, from, 3, {}, std::move(shown), {}, {}};
        message.signature = cluster.signers[from].sign_vote(signing_digest(cluster.genesis, message));
        return MessageReceived{verifier.verify(Message{message}).value(), 0};
    };
    Replica replica(config, fresh, cluster.signers[3]);
    (void)replica.step(Started{});
    CHECK(replica.standing() == Standing::checking);
    (void)replica.step(answer(0, {}));
    (void)replica.step(answer(0, {}));
    CHECK(replica.standing() == Standing::checking);
    (void)replica.step(answer(1, {}));
    CHECK(replica.standing() == Standing::voting);

    Vote vote{VoteKind::prepare, 0, 0, 5, sim::spread(5), 3, {}};
    vote.signature = cluster.signers[3].sign_vote(vote_digest(cluster.genesis, vote));
    Replica rolled_back(config, fresh, cluster.signers[3]);
    (void)rolled_back.step(Started{});
    (void)rolled_back.step(answer(0, {vote}));
    CHECK(rolled_back.standing() == Standing::lost);
    (void)rolled_back.step(answer(1, {}));
    (void)rolled_back.step(answer(2, {}));
    CHECK(rolled_back.standing() == Standing::lost);
}

// Every message: encoding, and what the verifier refuses. Real signatures.
#include <catch2/catch.hpp>

#include "consensus/new_view_plan.hpp"
#include "consensus/verifier.hpp"
#include "tests/sim/fake_crypto.hpp"
#include "tests/sim/prng.hpp"

using namespace placet;
using namespace placet::consensus;

namespace {

/// Four validators with real keys; proposals of fake transactions, so that only signatures of votes are looked at.
struct Four {
    std::vector<crypto::SigningKey> vote_keys;
    std::vector<crypto::SigningKey> checkpoint_keys;
    types::ValidatorSet set = sim::make_validators(4);
    Hash genesis = sim::spread(99);
    sim::FakeProposals proposals;
    Verifier verifier{set, genesis, real_signatures(), proposals};

    Four() {
        for (types::Validator& validator : set.validators) {
            vote_keys.push_back(crypto::SigningKey::generate());
            checkpoint_keys.push_back(crypto::SigningKey::generate());
            validator.vote_key = vote_keys.back().public_key();
            validator.checkpoint_key = checkpoint_keys.back().public_key();
        }
    }
    void sign(Vote& vote) const { vote.signature = vote_keys[vote.signer].sign(vote_digest(genesis, vote)); }
    [[nodiscard]] Vote vote(VoteKind kind, View view, SeqNum seq, const Hash& digest, ReplicaId signer) const {
        Vote out{kind, 0, view, seq, digest, signer, {}};
        sign(out);
        return out;
    }
    [[nodiscard]] types::QuorumCertificate seal(SeqNum height, std::vector<ReplicaId> signers = {0, 1, 2}) const {
        types::QuorumCertificate out{{0, height, height, sim::spread(height), height}, 0, {}};
        for (const ReplicaId id : signers) {
            out.signers |= std::uint64_t{1} << id;
            out.signatures.push_back(checkpoint_keys[id].sign(types::checkpoint_digest(genesis, out.body)));
        }
        return out;
    }
    [[nodiscard]] PrePrepare pre_prepare(SeqNum seq) const {
        PrePrepare out;
        out.proposal = std::make_shared<const types::Proposal>(types::Proposal{5, {sim::fake_transaction(seq)}});
        out.vote = vote(VoteKind::pre_prepare, 0, seq, digest_of(out.proposal), 0);
        return out;
    }
    [[nodiscard]] PreparedCertificate prepared(SeqNum seq) const {
        const PrePrepare message = pre_prepare(seq);
        PreparedCertificate out{0, 0, seq, message.vote.digest, message.vote.signature, 0b0110, {}};
        for (const ReplicaId id : {1U, 2U}) out.signatures.push_back(vote(VoteKind::prepare, 0, seq, out.digest, id).signature);
        return out;
    }
    [[nodiscard]] Decision decision(SeqNum seq) const {
        const PrePrepare message = pre_prepare(seq);
        Decision out{{0, 0, seq, message.vote.digest, 0b1101, {}}, message.proposal};
        for (const ReplicaId id : {0U, 2U, 3U}) out.certificate.signatures.push_back(vote(VoteKind::commit, 0, seq, message.vote.digest, id).signature);
        return out;
    }
    [[nodiscard]] ViewChange view_change(ReplicaId signer) const {
        ViewChange out;
        out.vote = {VoteKind::view_change, 0, 1, 0, {}, signer, {}};
        out.base = seal(2);
        out.prepared = {prepared(3), prepared(5)};
        resign(out);
        return out;
    }
    template <class M>
    void resign(M& message) const {
        message.vote.digest = content_digest(message);
        sign(message.vote);
    }
    [[nodiscard]] NewView new_view() const {
        NewView out;
        out.vote = {VoteKind::new_view, 0, 1, 0, {}, 1, {}};
        for (const ReplicaId id : {0U, 1U, 3U}) out.view_changes.push_back(view_change(id));
        for (const CarriedSlot& slot : plan_new_view(out.view_changes, 4).slots)
            out.carried.push_back(vote(VoteKind::pre_prepare, 1, slot.seq, slot.digest, 1));
        resign(out);
        return out;
    }
    [[nodiscard]] std::vector<Message> all() const {
        Checkpoint checkpoint{seal(3).body, 2, {}};
        checkpoint.signature = checkpoint_keys[2].sign(types::checkpoint_digest(genesis, checkpoint.body));
        Status status{0, 1, 4, true, 3, 5, 1, 0, {0, 2, 0, 0}, {}};
        status.signature = vote_keys[1].sign(signing_digest(genesis, status));
        FetchBody fetch{0, 3, 7, sim::spread(7), {}};
        fetch.signature = vote_keys[3].sign(signing_digest(genesis, fetch));
        Question question{0, 2, {}, {}};
        question.signature = vote_keys[2].sign(signing_digest(genesis, question));
        Answer answer{0, 1, 2, {}, {vote(VoteKind::commit, 0, 3, sim::spread(3), 2)}, checkpoint, {}};
        answer.signature = vote_keys[1].sign(signing_digest(genesis, answer));
        PrePrepare late = pre_prepare(20);
        late.base_seal = seal(4);
        return {pre_prepare(1), late, Prepare{vote(VoteKind::prepare, 0, 1, sim::spread(1), 1)}, Commit{vote(VoteKind::commit, 0, 1, sim::spread(1), 3)},
                checkpoint, view_change(2), new_view(), status, decision(4), Seal{seal(6)}, fetch, Body{8, pre_prepare(8).vote.digest, pre_prepare(8).proposal},
                question, answer};
    }
};

}  // namespace

TEST_CASE("every message survives its encoding and verifies") {
    const Four four;
    for (const Message& message : four.all()) {
        INFO(name_of(message));
        const base::Bytes bytes = encode(message);
        const auto decoded = decode_message(bytes);
        REQUIRE(decoded.has_value());
        CHECK(encode(*decoded) == bytes);
        const auto verified = four.verifier.verify(*decoded);
        INFO((verified ? "" : base::describe(verified.error())));
        CHECK(verified.has_value());
    }
}

TEST_CASE("a cut or changed message is refused or says something else that does not verify") {
    const Four four;
    sim::Prng prng(7);
    for (const Message& message : four.all()) {
        INFO(name_of(message));
        const base::Bytes bytes = encode(message);
        for (std::size_t size = 0; size < bytes.size(); size += 1 + bytes.size() / 64) CHECK_FALSE(decode_message({bytes.data(), size}).has_value());
        for (int i = 0; i < 24; ++i) {
            base::Bytes changed = bytes;
            changed[prng.below(changed.size())] ^= static_cast<std::uint8_t>(1U << prng.below(8));
            const auto decoded = decode_message(changed);
            if (!decoded || std::holds_alternative<Body>(*decoded) || std::holds_alternative<Decision>(*decoded)) continue;
            CHECK_FALSE(four.verifier.verify(*decoded).has_value());
        }
    }
}

TEST_CASE("a pre-prepare's digest is computed by the decoder, so a lying primary's signature does not verify (FISCO-BCOS 2448)") {
    const Four four;
    PrePrepare message = four.pre_prepare(1);
    message.proposal = four.pre_prepare(2).proposal;
    const auto decoded = decode_message(encode(Message{message}));
    REQUIRE(decoded.has_value());
    CHECK(four.verifier.verify(*decoded).error().code == base::ErrorCode::invalid_signature);
}

TEST_CASE("a certificate holds exactly its quorum, of distinct replicas of the set, each signature valid") {
    const Four four;
    CHECK(four.verifier.check(four.seal(1)).has_value());
    CHECK_FALSE(four.verifier.check(four.seal(1, {0, 1})).has_value());
    CHECK_FALSE(four.verifier.check(four.seal(1, {0, 1, 2, 3})).has_value());
    types::QuorumCertificate seal = four.seal(1);
    seal.signers = 0b1011;
    CHECK_FALSE(four.verifier.check(seal).has_value());
    seal.signers = std::uint64_t{1} << 60 | 0b11;
    CHECK_FALSE(four.verifier.check(seal).has_value());
    PreparedCertificate prepared = four.prepared(1);
    prepared.preparers = 0b0101;  // the primary among the preparers
    CHECK_FALSE(four.verifier.check(prepared).has_value());
}

TEST_CASE("what travels beside a decision's transactions is checked as in a fresh body") {
    class Recorded final : public ProposalChecker {
    public:
        [[nodiscard]] base::Status check(const types::Proposal& proposal) const override { return check_proposal(proposal, sim::spread(99)); }
    };
    Four four;
    const Recorded real;
    const Verifier verifier(four.set, four.genesis, real_signatures(), real);
    types::Part part;
    part.payload = base::to_bytes("codes");
    const base::Bytes encoded = types::encode(part);
    types::Payload payload;
    payload.kind = 1;
    payload.expires_at_ms = 5;
    payload.parts = {types::part_commitment(encoded)};
    payload.body = base::Bytes{0x80};
    const auto transaction = types::sign(payload, four.vote_keys[0], four.genesis);
    const auto with = [&](std::vector<base::Bytes> parts) {
        Decision out = four.decision(4);
        out.proposal = std::make_shared<const types::Proposal>(types::Proposal{5, {{transaction.bytes, std::move(parts)}}});
        out.certificate.digest = digest_of(out.proposal);
        out.certificate.signatures.clear();
        for (const ReplicaId id : {0U, 2U, 3U})
            out.certificate.signatures.push_back(four.vote(VoteKind::commit, 0, 4, out.certificate.digest, id).signature);
        return Message{out};
    };
    CHECK(verifier.verify(with({encoded})).has_value());
    part.payload = base::to_bytes("other codes");
    CHECK_FALSE(verifier.verify(with({types::encode(part)})).has_value());
    CHECK_FALSE(verifier.verify(with({})).has_value());
    CHECK_FALSE(verifier.verify(with({encoded, encoded})).has_value());
}

TEST_CASE("a view-change is checked field by field") {
    const Four four;
    const auto refused = [&](auto change) {
        ViewChange message = four.view_change(2);
        change(message);
        four.resign(message);
        return !four.verifier.check(message).has_value();
    };
    CHECK_FALSE(refused([](ViewChange&) {}));
    CHECK(refused([](ViewChange& m) { std::swap(m.prepared[0], m.prepared[1]); }));
    CHECK(refused([](ViewChange& m) { m.prepared[1] = m.prepared[0]; }));
    CHECK(refused([](ViewChange& m) { m.prepared[0].digest = sim::spread(5); }));
    CHECK(refused([](ViewChange& m) { m.prepared[0].view = 1; }));
    CHECK(refused([](ViewChange& m) { m.prepared[0].signatures.pop_back(); }));
    CHECK(refused([&](ViewChange& m) { m.base = four.seal(3); }));
    CHECK(refused([](ViewChange& m) { m.base->body.height = 1; }));
    CHECK(refused([](ViewChange& m) { m.vote.epoch = 1; }));
    ViewChange unsigned_change = four.view_change(2);
    unsigned_change.prepared.clear();
    CHECK_FALSE(four.verifier.check(unsigned_change).has_value());
}

TEST_CASE("a new view that differs from its plan in any field is refused") {
    const Four four;
    const auto refused = [&](auto change) {
        NewView message = four.new_view();
        change(message);
        four.resign(message);
        return !four.verifier.check(message).has_value();
    };
    CHECK_FALSE(refused([](NewView&) {}));
    CHECK(refused([](NewView& m) { m.carried.pop_back(); }));
    CHECK(refused([](NewView& m) { m.carried.clear(); }));
    CHECK(refused([&](NewView& m) { m.carried[0] = four.vote(VoteKind::pre_prepare, 1, 3, types::null_digest(), 1); }));
    CHECK(refused([](NewView& m) { std::swap(m.carried[0], m.carried[1]); }));
    CHECK(refused([](NewView& m) { m.view_changes.pop_back(); }));
    CHECK(refused([](NewView& m) { m.view_changes[1] = m.view_changes[0]; }));
    CHECK(refused([](NewView& m) { m.view_changes[0].prepared.clear(); }));
    CHECK(refused([&](NewView& m) { m.vote.signer = 2; }));
}

TEST_CASE("only the primary of a view pre-prepares, and it does not prepare; absurd views are refused on decode") {
    const Four four;
    PrePrepare message = four.pre_prepare(1);
    message.vote = four.vote(VoteKind::pre_prepare, 0, 1, message.vote.digest, 1);
    CHECK_FALSE(four.verifier.verify(Message{message}).has_value());
    CHECK_FALSE(four.verifier.verify(Message{Prepare{four.vote(VoteKind::prepare, 0, 1, sim::spread(1), 0)}}).has_value());
    CHECK_FALSE(four.verifier.verify(Message{Prepare{four.vote(VoteKind::commit, 0, 1, sim::spread(1), 1)}}).has_value());
    for (const View view : {std::uint64_t{1} << 63, UINT64_MAX})
        CHECK_FALSE(decode_message(encode(Message{Commit{four.vote(VoteKind::commit, view, 1, sim::spread(1), 1)}})).has_value());
}

// Fuzzes decoder and verifier of consensus messages. The first octet may ask that votes be signed afresh after the
// change, so that the fuzzer comes past the signatures. Properties: what decodes encodes to the same octets; who is
// outside the set says nothing that verifies.
#include "consensus/verifier.hpp"
#include "tests/fuzz/targets.hpp"
#include "tests/sim/fake_crypto.hpp"

namespace placet::fuzz {

using namespace consensus;

namespace {

struct Four {
    types::ValidatorSet set = sim::make_validators(4);
    Hash genesis;
    sim::FakeSignatures signatures;
    sim::FakeProposals proposals;
    Verifier verifier{set, genesis, signatures, proposals};

    [[nodiscard]] Vote vote(VoteKind kind, View view, SeqNum seq, const Hash& digest, ReplicaId signer) const {
        Vote out{kind, 0, view, seq, digest, signer, {}};
        sign(out);
        return out;
    }
    void sign(Vote& vote) const {
        if (vote.signer < set.validators.size())
            vote.signature = sim::fake_sign(set.validators[vote.signer].vote_key, vote_digest(genesis, vote));
    }
    [[nodiscard]] types::QuorumCertificate seal(SeqNum height) const {
        types::QuorumCertificate out{{0, height, height, sim::spread(height), height}, 0b111, {}};
        for (ReplicaId id = 0; id < 3; ++id)
            out.signatures.push_back(
                sim::fake_sign(set.validators[id].checkpoint_key, types::checkpoint_digest(genesis, out.body)));
        return out;
    }
};

const Four& four() {
    static const Four kFour;
    return kFour;
}

template <class M>
void sign_anew(M& message) {
    if constexpr (requires { message.vote.digest = content_digest(message); })
        message.vote.digest = content_digest(message);
    if constexpr (requires { message.vote; })
        four().sign(message.vote);
    else if constexpr (requires {
                           message.sender;
                           signing_digest(Hash{}, message);
                       }) {
        if (message.sender < 4)
            message.signature =
                sim::fake_sign(four().set.validators[message.sender].vote_key, signing_digest(four().genesis, message));
    }
}

Bytes seed(const Message& message, std::uint8_t mode) {
    Bytes out{mode};
    base::append(out, encode(message));
    return out;
}

}  // namespace

std::vector<Bytes> consensus_message_seeds() {
    PrePrepare proposed;
    proposed.proposal = std::make_shared<const types::Proposal>(types::Proposal{5, {sim::fake_transaction(1)}});
    proposed.vote = four().vote(VoteKind::pre_prepare, 0, 3, digest_of(proposed.proposal), 0);
    PreparedCertificate prepared{0, 0, 3, proposed.vote.digest, proposed.vote.signature, 0b0110, {}};
    for (const ReplicaId id : {1U, 2U})
        prepared.signatures.push_back(four().vote(VoteKind::prepare, 0, 3, prepared.digest, id).signature);
    ViewChange change;
    change.base = four().seal(2);
    change.prepared = {prepared};
    change.vote = {VoteKind::view_change, 0, 1, 0, {}, 1, {}};
    sign_anew(change);
    NewView entered;
    for (const ReplicaId id : {0U, 1U, 2U}) {
        ViewChange one = change;
        one.vote.signer = id;
        sign_anew(one);
        entered.view_changes.push_back(one);
    }
    entered.carried = {four().vote(VoteKind::pre_prepare, 1, 3, prepared.digest, 1)};
    entered.vote = {VoteKind::new_view, 0, 1, 0, {}, 1, {}};
    sign_anew(entered);
    Status status;
    status.sender = 2;
    status.view_changes.resize(4);
    sign_anew(status);
    Answer answer;
    answer.sender = 1;
    answer.votes = {four().vote(VoteKind::prepare, 0, 3, prepared.digest, 0)};
    sign_anew(answer);
    std::vector<Bytes> out;
    for (const std::uint8_t mode : {0, 1})
        for (const Message& message :
             std::vector<Message>{proposed, Prepare{four().vote(VoteKind::prepare, 0, 3, prepared.digest, 1)}, change,
                                  entered, status, Seal{four().seal(2)}, answer})
            out.push_back(seed(message, mode));
    return out;
}

void run_consensus_messages(BytesView input) {
    if (input.empty()) return;
    const BytesView body = input.subspan(1);
    auto message = decode_message(body);
    if (!message) return;
    require(base::equal(encode(*message), body));
    if (input[0] % 2 == 1) std::visit([](auto& one) { sign_anew(one); }, *message);
    const auto sender = sender_of(*message);
    const auto verified = four().verifier.verify(std::move(*message));
    require(!verified || !sender || *sender < four().set.validators.size());
}

}  // namespace placet::fuzz

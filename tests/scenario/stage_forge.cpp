// What only a Byzantine replica says, made by the script's word `forge`, signed with that replica's own keys, and taken
// through the codec and the gate like anything from the network.
//   view_change          for view V, with nothing prepared
//   altered_view_change  signed, then something prepared was put into it that nobody prepared
//   forged_view_change   the same, signed over all of it
//   new_view             for view V, of the view-changes that the others said last; null requests for all that they
//   carry pre_prepare          transaction 99 at seq S, its clock MS ahead glued_pre_prepare    signed for two
//   transactions, sent with both glued into one commit               N commits: for view V and seq S, S + 1, … status
//   claims to be sealed at S, in view V seal                 claims a seal of height S with q signatures that nobody
//   gave
#include <fmt/format.h>

#include <sstream>

#include "consensus/new_view_plan.hpp"
#include "tests/scenario/stage.hpp"

namespace placet::scenario {

using namespace consensus;

struct Stage::Forgery {
    std::string what;
    ReplicaId from = 0;
    View view = 0;
    SeqNum seq = 1;
    base::TimeMs ahead_ms = 0;
    std::uint64_t count = 1;
    std::vector<ReplicaId> to;
};

namespace {

constexpr std::uint64_t kForgedTransaction = 99;

ProposalPtr proposal_of(std::vector<types::Submission> submissions, base::TimeMs time_ms) {
    return std::make_shared<const types::Proposal>(types::Proposal{time_ms, std::move(submissions)});
}

}  // namespace

ViewChange Stage::forged_view_change(const Forgery& forgery) const {
    Signer& signer = *members_[forgery.from].signer;
    ViewChange message{{VoteKind::view_change, 0, forgery.view, 0, {}, forgery.from, {}}, {}, {}};
    const auto sign = [&] {
        message.vote.digest = content_digest(message);
        message.vote.signature = signer.sign_vote(vote_digest({}, message.vote));
    };
    sign();
    if (forgery.what == "view_change") return message;
    PreparedCertificate certificate{0, 0, forgery.seq, sim::spread(1), {}, 0, {}};
    for (ReplicaId id = 1; id < set_.q(); ++id) {
        certificate.preparers |= std::uint64_t{1} << id;
        certificate.signatures.push_back(message.vote.signature);
    }
    message.prepared.push_back(std::move(certificate));
    if (forgery.what == "forged_view_change") sign();
    return message;
}

NewView Stage::forged_new_view(const Forgery& forgery) const {
    Signer& signer = *members_[forgery.from].signer;
    const auto sign = [&](Vote& vote) { vote.signature = signer.sign_vote(vote_digest({}, vote)); };
    NewView message{{VoteKind::new_view, 0, forgery.view, 0, {}, forgery.from, {}}, {}, {}};
    for (const Member& member : members_)
        if (member.left && member.left->vote.view == forgery.view && message.view_changes.size() < set_.q())
            message.view_changes.push_back(*member.left);
    for (const CarriedSlot& slot : plan_new_view(message.view_changes, set_.n()).slots) {
        Vote vote{VoteKind::pre_prepare, 0, forgery.view, slot.seq, types::null_digest(), forgery.from, {}};
        sign(vote);
        message.carried.push_back(vote);
    }
    message.vote.digest = content_digest(message);
    sign(message.vote);
    return message;
}

std::vector<Message> Stage::forged(const Forgery& forgery) const {
    Signer& signer = *members_[forgery.from].signer;
    Vote vote{VoteKind::commit, 0, forgery.view, forgery.seq, {}, forgery.from, {}};
    const auto sign = [&](Vote& one) { one.signature = signer.sign_vote(vote_digest({}, one)); };
    if (forgery.what == "new_view") return {forged_new_view(forgery)};
    if (forgery.what.ends_with("view_change")) return {forged_view_change(forgery)};
    if (forgery.what == "pre_prepare" || forgery.what == "glued_pre_prepare") {
        const types::Submission first = sim::fake_transaction(kForgedTransaction);
        ProposalPtr proposal = proposal_of({first}, kStageMs + forgery.ahead_ms);
        vote.kind = VoteKind::pre_prepare;
        if (forgery.what == "glued_pre_prepare") {
            const types::Submission second = sim::fake_transaction(kForgedTransaction + 1);
            vote.digest = digest_of(proposal_of({first, second}, kStageMs));
            types::Submission glued = first;
            glued.transaction.insert(glued.transaction.end(), second.transaction.begin(), second.transaction.end());
            proposal = proposal_of({glued}, kStageMs);
        } else {
            vote.digest = digest_of(proposal);
        }
        sign(vote);
        return {PrePrepare{vote, proposal, {}}};
    }
    if (forgery.what == "status") {
        Status status{0, forgery.from, forgery.view, true, forgery.seq, 0, 0, 0, std::vector<View>(set_.n()), {}};
        status.signature = signer.sign_vote(signing_digest({}, status));
        return {status};
    }
    if (forgery.what == "seal") {
        const types::CheckpointBody body{0, forgery.seq, forgery.seq, sim::spread(forgery.seq), kStageMs};
        const Signature mine = signer.sign_checkpoint(types::checkpoint_digest({}, body));
        return {Seal{{body, (std::uint64_t{1} << set_.q()) - 1, std::vector<Signature>(set_.q(), mine)}}};
    }
    std::vector<Message> commits;
    for (std::uint64_t i = 0; forgery.what == "commit" && i < forgery.count; ++i) {
        Vote one = vote;
        one.seq += i;
        sign(one);
        commits.push_back(Commit{one});
    }
    return commits;
}

void Stage::hand_over(ReplicaId to, const Forgery& forgery, const Message& message) {
    const auto refuse = [&](const base::Error& error) {
        say(to, fmt::format("refuses the {} of {}: {}", name_of(message), forgery.from, error.message));
    };
    auto decoded = decode_message(encode(message));
    if (!decoded) return refuse(decoded.error());
    const sim::FakeSignatures signatures;
    const sim::FakeProposals proposals;
    Verifier verifier(set_, {}, signatures, proposals);
    verifier.sabotage(fault_);
    auto verified = verifier.verify(*std::move(decoded));
    if (!verified) return refuse(verified.error());
    step(to, MessageReceived{*std::move(verified), kStageMs});
}

void Stage::forge(std::istream& words) {
    Forgery forgery;
    words >> forgery.what;
    for (std::string word; words >> word && word != "to";) {
        std::uint64_t number = 0;
        words >> number;
        if (word == "view") forgery.view = number;
        if (word == "seq") forgery.seq = number;
        if (word == "ahead") forgery.ahead_ms = number;
        if (word == "count") forgery.count = number;
        if (word == "from") forgery.from = static_cast<ReplicaId>(number);
    }
    for (ReplicaId to = 0; words >> to;) forgery.to.push_back(to);
    if (forgery.from >= members_.size()) return say(forgery.from, "is not on this stage");
    const std::vector<Message> messages = forged(forgery);
    if (messages.empty())
        said_ +=
            "forge: view_change altered_view_change forged_view_change new_view pre_prepare glued_pre_prepare commit "
            "status seal\n";
    for (const ReplicaId to : forgery.to)
        for (const Message& message : messages)
            if (to < members_.size() && members_[to].replica) hand_over(to, forgery, message);
}

}  // namespace placet::scenario

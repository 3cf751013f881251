// Everything that can be refused without knowing the replica's state.
#include "consensus/verifier.hpp"

#include <bit>

#include "consensus/faults.hpp"
#include "consensus/new_view_plan.hpp"

namespace placet::consensus {

using base::ErrorCode;
using base::refuse;

namespace {

class RealSignatures final : public SignatureChecker {
public:
    [[nodiscard]] bool check(const crypto::PublicKey& key, const Hash& digest, const Signature& signature) const override {
        return crypto::verify(key, digest, signature);
    }
};

class FullProposalCheck final : public ProposalChecker {
public:
    explicit FullProposalCheck(const Hash& genesis) : genesis_(genesis) {}
    [[nodiscard]] base::Status check(const types::Proposal& proposal) const override { return check_proposal(proposal, genesis_); }

private:
    Hash genesis_;
};

base::Status check_bitmap(std::uint64_t bitmap, std::size_t signatures, std::size_t expected, std::size_t n) {
    const bool inside = n >= 64 || (bitmap >> n) == 0;
    if (!inside || static_cast<std::size_t>(std::popcount(bitmap)) != expected || signatures != expected)
        return refuse(ErrorCode::invalid_proof,
                      "a certificate holds exactly " + std::to_string(expected) + " signatures of the set", "signers");
    return {};
}

constexpr std::uint64_t kWindowLimit = 32;

}  // namespace

const SignatureChecker& real_signatures() noexcept {
    static const RealSignatures checker;
    return checker;
}

base::Status check_proposal(const types::Proposal& proposal, const Hash& genesis) {
    if (proposal.submissions.size() > types::kMaxTransactionsPerProposal)
        return refuse(ErrorCode::too_large, "more than 1,024 transactions", "proposal");
    std::size_t size = 0;
    for (const types::Submission& submission : proposal.submissions) {
        size += submission.transaction.size();
        for (const base::Bytes& part : submission.parts) size += part.size();
        PLACET_TRY_ASSIGN(const types::Transaction transaction, types::decode_transaction(submission.transaction, genesis));
        if (!types::verify_signature(transaction, genesis))
            return refuse(ErrorCode::invalid_signature, "a transaction's signature does not verify", "proposal.transaction");
        PLACET_TRY(types::check_parts(transaction, submission.parts));
    }
    if (size > types::kMaxProposalBytes) return refuse(ErrorCode::too_large, "a proposal is at most 4 MiB", "proposal");
    return {};
}

std::size_t Verifier::q() const noexcept {
    return fault_ == Fault::quorum_2f ? std::max<std::size_t>(1, 2 * validators_.f()) : validators_.q();
}

base::Status Verifier::check_signed(ReplicaId sender, Epoch epoch, const Hash& digest, const Signature& signature) const {
    if (epoch != validators_.epoch) return refuse(ErrorCode::unsupported, "of another epoch", "epoch");
    if (sender >= validators_.n()) return refuse(ErrorCode::invalid_value, "no such replica in the set", "sender");
    if (fault_ == Fault::signatures_unchecked) return {};
    if (!signatures_.check(validators_.validators[sender].vote_key, digest, signature))
        return refuse(ErrorCode::invalid_signature, "the vote key did not sign this", "signature");
    return {};
}

base::Status Verifier::check(const Vote& vote) const {
    const bool is_ordering = vote.kind <= VoteKind::commit;
    if (is_ordering ? vote.seq <= base_ : (vote.seq != 0 || vote.view == 0))
        return refuse(ErrorCode::invalid_value, "no such slot or view", "vote.seq");
    const bool is_primarys = vote.kind == VoteKind::pre_prepare || vote.kind == VoteKind::new_view;
    if (is_primarys && fault_ != Fault::primary_unchecked && vote.signer != primary_of(vote.view, validators_.n()))
        return refuse(ErrorCode::unauthorised, "only the view's primary says this", "vote.signer");
    if (vote.kind == VoteKind::prepare && vote.signer == primary_of(vote.view, validators_.n()))
        return refuse(ErrorCode::invalid_value, "the primary does not prepare its own pre-prepare", "vote.signer");
    return check_signed(vote.signer, vote.epoch, vote_digest(genesis_, vote), vote.signature);
}

base::Status Verifier::check(const Checkpoint& checkpoint) const {
    if (checkpoint.body.epoch != validators_.epoch) return refuse(ErrorCode::unsupported, "of another epoch", "epoch");
    if (checkpoint.signer >= validators_.n() || checkpoint.body.height <= base_)
        return refuse(ErrorCode::invalid_value, "no such replica or height", "checkpoint");
    if (!signatures_.check(validators_.validators[checkpoint.signer].checkpoint_key,
                           types::checkpoint_digest(genesis_, checkpoint.body), checkpoint.signature))
        return refuse(ErrorCode::invalid_signature, "the checkpoint key did not sign this", "signature");
    return {};
}

base::Status Verifier::check(const types::QuorumCertificate& seal) const {
    if (fault_ == Fault::seal_unchecked) return {};
    const std::size_t expected = fault_ == Fault::seal_without_quorum ? seal.signatures.size() : q();
    PLACET_TRY(check_bitmap(seal.signers, seal.signatures.size(), expected, validators_.n()));
    if (seal.body.epoch != validators_.epoch) return refuse(ErrorCode::unsupported, "of another epoch", "seal.epoch");
    if (seal.body.height <= base_) return refuse(ErrorCode::invalid_proof, "this epoch seals nothing so low", "seal.height");
    const Hash digest = types::checkpoint_digest(genesis_, seal.body);
    std::size_t next = 0;
    for (ReplicaId id = 0; id < validators_.n(); ++id) {
        if ((seal.signers >> id & 1) == 0) continue;
        if (!signatures_.check(validators_.validators[id].checkpoint_key, digest, seal.signatures[next++]))
            return refuse(ErrorCode::invalid_signature, "a signature of the seal does not verify", "seal");
    }
    return {};
}

base::Status Verifier::check(const CommitCertificate& certificate) const {
    PLACET_TRY(check_bitmap(certificate.signers, certificate.signatures.size(), q(), validators_.n()));
    for (const Vote& vote : votes_of(certificate)) PLACET_TRY(check(vote));
    return {};
}

base::Status Verifier::check(const PreparedCertificate& certificate) const {
    PLACET_TRY(check_bitmap(certificate.preparers, certificate.signatures.size(), q() - 1, validators_.n()));
    for (const Vote& vote : votes_of(certificate, validators_.n())) PLACET_TRY(check(vote));
    return {};
}

base::Status Verifier::check(const ViewChange& message) const {
    PLACET_TRY(check(message.vote));
    if (message.vote.kind != VoteKind::view_change || message.vote.digest != content_digest(message))
        return refuse(ErrorCode::invalid_proof, "the vote is over another content", "view_change");
    if (message.base) PLACET_TRY(check(*message.base));
    SeqNum last = message.base ? height_of(message.base) : base_;
    const SeqNum high = last + kWindowLimit;
    for (const PreparedCertificate& certificate : message.prepared) {
        if (certificate.seq <= last || certificate.seq > high)
            return refuse(ErrorCode::invalid_value, "prepared slots ascend within the window above the base seal", "view_change.prepared.seq");
        if (certificate.view >= message.vote.view)
            return refuse(ErrorCode::invalid_value, "prepared in a view that has not come", "view_change.prepared.view");
        if (fault_ != Fault::view_change_unchecked) PLACET_TRY(check(certificate));
        last = certificate.seq;
    }
    return {};
}

base::Status Verifier::check(const NewView& message) const {
    PLACET_TRY(check(message.vote));
    if (message.vote.kind != VoteKind::new_view || message.vote.digest != content_digest(message))
        return refuse(ErrorCode::invalid_proof, "the vote is over another content", "new_view");
    if (message.view_changes.size() != q())
        return refuse(ErrorCode::invalid_proof, "a new view rests on exactly q view-changes", "new_view.view_changes");
    std::optional<ReplicaId> last;
    for (const ViewChange& view_change : message.view_changes) {
        if (view_change.vote.view != message.vote.view || (last && view_change.vote.signer <= *last))
            return refuse(ErrorCode::invalid_proof, "view-changes are for this view, ascending by signer", "new_view.view_changes");
        last = view_change.vote.signer;
        PLACET_TRY(check(view_change));
    }
    for (const Vote& vote : message.carried) {
        if (vote.kind != VoteKind::pre_prepare || vote.view != message.vote.view)
            return refuse(ErrorCode::invalid_value, "carried votes are pre-prepares of this view", "new_view.carried");
        PLACET_TRY(check(vote));
    }
    if (fault_ == Fault::unchecked_new_view) return {};
    const NewViewPlan plan = plan_new_view(message.view_changes, validators_.n(), fault_, base_);
    if (plan.slots.size() != message.carried.size())
        return refuse(ErrorCode::invalid_proof, "carries other slots than its view-changes demand", "new_view.carried");
    for (std::size_t i = 0; i < plan.slots.size(); ++i)
        if (plan.slots[i].seq != message.carried[i].seq || plan.slots[i].digest != message.carried[i].digest)
            return refuse(ErrorCode::invalid_proof, "carries another proposal than its view-changes demand", "new_view.carried");
    return {};
}

base::Status Verifier::check(const PrePrepare& message) const {
    PLACET_TRY(check(message.vote));
    if (!message.proposal || message.vote.kind != VoteKind::pre_prepare)
        return refuse(ErrorCode::malformed, "a pre-prepare carries a proposal", "proposal");
    if (message.base_seal) {
        if (message.base_seal->body.height >= message.vote.seq)
            return refuse(ErrorCode::invalid_value, "the base seal lies below the slot", "base_seal");
        PLACET_TRY(check(*message.base_seal));
    }
    return proposals_.check(*message.proposal);
}

base::Status Verifier::check(const Status& message) const {
    if (message.view_changes.size() != validators_.n()) return refuse(ErrorCode::invalid_value, "one view per replica", "view_changes");
    if (message.sealed < base_) return refuse(ErrorCode::invalid_value, "who is in this epoch sealed the one before", "sealed");
    return check_signed(message.sender, message.epoch, signing_digest(genesis_, message), message.signature);
}

base::Status Verifier::check(const Answer& message) const {
    PLACET_TRY(check_signed(message.sender, message.epoch, signing_digest(genesis_, message), message.signature));
    for (const Vote& vote : message.votes) {
        if (vote.signer != message.asker) return refuse(ErrorCode::invalid_value, "shows somebody else's vote", "votes");
        PLACET_TRY(check(vote));
    }
    if (message.checkpoint) {
        if (message.checkpoint->signer != message.asker) return refuse(ErrorCode::invalid_value, "shows somebody else's vote", "checkpoint");
        PLACET_TRY(check(*message.checkpoint));
    }
    return {};
}

base::Status Verifier::check_message(const Message& message) const {
    struct Check {
        const Verifier& self;
        base::Status operator()(const PrePrepare& m) const { return self.check(m); }
        base::Status operator()(const Prepare& m) const { return kind(m.vote, VoteKind::prepare); }
        base::Status operator()(const Commit& m) const { return kind(m.vote, VoteKind::commit); }
        base::Status operator()(const Checkpoint& m) const { return self.check(m); }
        base::Status operator()(const ViewChange& m) const { return self.check(m); }
        base::Status operator()(const NewView& m) const { return self.check(m); }
        base::Status operator()(const Status& m) const { return self.check(m); }
        base::Status operator()(const Answer& m) const { return self.check(m); }
        base::Status operator()(const Seal& m) const { return self.check(m.certificate); }
        base::Status operator()(const FetchBody& m) const {
            return self.check_signed(m.sender, m.epoch, signing_digest(self.genesis_, m), m.signature);
        }
        base::Status operator()(const Question& m) const {
            return self.check_signed(m.sender, m.epoch, signing_digest(self.genesis_, m), m.signature);
        }
        base::Status operator()(const Decision& m) const {
            // The certificate covers the transactions, not what travels beside them: the parts are checked as in a fresh body.
            if (m.proposal) PLACET_TRY(self.proposals_.check(*m.proposal));
            return self.check(m.certificate);
        }
        base::Status operator()(const Body& m) const { return self.proposals_.check(*m.proposal); }
        [[nodiscard]] base::Status kind(const Vote& vote, VoteKind expected) const {
            if (vote.kind != expected) return refuse(ErrorCode::malformed, "a vote of another kind than its message", "vote.kind");
            return self.check(vote);
        }
    };
    return std::visit(Check{*this}, message);
}

base::Result<Verified<Message>> Verifier::verify(Message message) const {
    PLACET_TRY(check_message(message));
    return Verified<Message>(std::move(message));
}

base::Result<Verified<Message>> verify(Message message, const types::ValidatorSet& validators, const Hash& genesis) {
    const FullProposalCheck proposals(genesis);
    return Verifier(validators, genesis, real_signatures(), proposals).verify(std::move(message));
}

}  // namespace placet::consensus

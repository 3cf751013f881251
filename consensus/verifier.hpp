// The gate between bytes from peers and events: everything that can be checked from a message, the validator set and the genesis
// hash alone. Pure and const: call it from any number of threads (the driver's pool). What needs the replica's state (views,
// windows, clocks) is the core's to check.
#pragma once

#include "consensus/messages.hpp"

namespace placet::consensus {

enum class Fault : std::uint8_t;  // faults.hpp; the zero value is none

/// Checks one signature. Real: crypto::verify. The simulator brings a fake.
class SignatureChecker {
public:
    virtual ~SignatureChecker() = default;
    [[nodiscard]] virtual bool check(const crypto::PublicKey& key, const Hash& digest, const Signature& signature) const = 0;
};
/// Checks that a proposal's every transaction is well formed, signed, and beside exactly the parts it names. A driver may wrap
/// check_proposal with a cache of verified signatures keyed by the full bytes.
class ProposalChecker {
public:
    virtual ~ProposalChecker() = default;
    [[nodiscard]] virtual base::Status check(const types::Proposal& proposal) const = 0;
};
[[nodiscard]] const SignatureChecker& real_signatures() noexcept;
/// decode_transaction, verify_signature and check_parts of each submission; limits of proposal.hpp. ~50 µs a transaction.
[[nodiscard]] base::Status check_proposal(const types::Proposal& proposal, const Hash& genesis);

/// A message that passed Verifier::verify. Only the verifier makes one.
template <class M>
class Verified {
public:
    [[nodiscard]] const M& operator*() const noexcept { return message_; }
    [[nodiscard]] const M* operator->() const noexcept { return &message_; }

private:
    friend class Verifier;
    explicit Verified(M message) : message_(std::move(message)) {}
    M message_;
};

class Verifier {
public:
    /// The references must outlive the verifier.
    Verifier(const types::ValidatorSet& validators, const Hash& genesis, const SignatureChecker& signatures,
             const ProposalChecker& proposals)
        : validators_(validators), genesis_(genesis), signatures_(signatures), proposals_(proposals) {}

    /// invalid_signature, invalid_proof, invalid_value (a field no honest sender writes), or whatever the proposal check says.
    [[nodiscard]] base::Result<Verified<Message>> verify(Message message) const;

    /// Exactly q valid signatures of this set. As types::verify, through the port.
    [[nodiscard]] base::Status check(const types::QuorumCertificate& seal) const;
    [[nodiscard]] base::Status check(const CommitCertificate& certificate) const;
    [[nodiscard]] base::Status check(const PreparedCertificate& certificate) const;
    [[nodiscard]] base::Status check(const Vote& vote) const;
    [[nodiscard]] base::Status check(const Checkpoint& checkpoint) const;
    /// Field by field: base seal, each prepared certificate, order, window, views (consensus.md, View change).
    [[nodiscard]] base::Status check(const ViewChange& message) const;
    /// q distinct view-changes for this view, and carried votes equal to the plan computed from them.
    [[nodiscard]] base::Status check(const NewView& message) const;

    /// The last height of the epoch before this set's (Config::base): votes and seals at or below it are of no epoch that is checked here.
    void begin_above(SeqNum base) noexcept { base_ = base; }
    /// For tests/sabotage alone (faults.hpp).
    void sabotage(Fault fault) noexcept { fault_ = fault; }

private:
    [[nodiscard]] std::size_t q() const noexcept;
    [[nodiscard]] base::Status check_message(const Message& message) const;
    [[nodiscard]] base::Status check(const PrePrepare& message) const;
    [[nodiscard]] base::Status check(const Status& message) const;
    [[nodiscard]] base::Status check(const Answer& message) const;
    [[nodiscard]] base::Status check_signed(ReplicaId sender, Epoch epoch, const Hash& digest, const Signature& signature) const;

    const types::ValidatorSet& validators_;
    Hash genesis_;
    SeqNum base_ = 0;
    const SignatureChecker& signatures_;
    const ProposalChecker& proposals_;
    Fault fault_{};
};

/// verify with real signatures and check_proposal: `Verifier` for drivers that need no cache.
[[nodiscard]] base::Result<Verified<Message>> verify(Message message, const types::ValidatorSet& validators, const Hash& genesis);

}  // namespace placet::consensus

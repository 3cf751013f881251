// Signatures that cost nothing: a mix of key and digest. Nobody in a simulated world signs with a key that is not his.
// Transactions likewise: 24 octets, an id, the block time after which it is refused (0 = never), and their mix.
#pragma once

#include "consensus/verifier.hpp"
#include "consensus/vote_guard.hpp"

namespace placet::sim {

using consensus::Hash;
using consensus::Signature;
using types::ReplicaId;

/// The set of n validators whose keys are their numbers.
[[nodiscard]] types::ValidatorSet make_validators(std::size_t n);
[[nodiscard]] Signature fake_sign(const crypto::PublicKey& key, const Hash& digest) noexcept;

class FakeSigner final : public consensus::Signer {
public:
    explicit FakeSigner(const types::Validator& validator)
        : vote_(validator.vote_key), checkpoint_(validator.checkpoint_key) {}
    [[nodiscard]] Signature sign_vote(const Hash& digest) override { return fake_sign(vote_, digest); }
    [[nodiscard]] Signature sign_checkpoint(const Hash& digest) override { return fake_sign(checkpoint_, digest); }

private:
    crypto::PublicKey vote_;
    crypto::PublicKey checkpoint_;
};

class FakeSignatures final : public consensus::SignatureChecker {
public:
    [[nodiscard]] bool check(const crypto::PublicKey& key, const Hash& digest,
                             const Signature& signature) const override {
        return fake_sign(key, digest) == signature;
    }
};

/// Accepts proposals whose every transaction is a well-formed fake.
class FakeProposals final : public consensus::ProposalChecker {
public:
    [[nodiscard]] base::Status check(const types::Proposal& proposal) const override;
};

inline constexpr std::size_t kFakeTransactionBytes = 24;
[[nodiscard]] types::Submission fake_transaction(std::uint64_t id, base::TimeMs expiry_ms = 0);
/// The id of a well-formed fake; none otherwise.
[[nodiscard]] std::optional<std::uint64_t> fake_transaction_id(const types::Submission& submission) noexcept;
/// Of a well-formed fake: the block time after which it is refused; 0 = never.
[[nodiscard]] base::TimeMs fake_expiry_ms(const types::Submission& submission) noexcept;

/// 32 octets out of 64 bits, for roots.
[[nodiscard]] Hash spread(std::uint64_t value) noexcept;

}  // namespace placet::sim

// A small real chain in memory for tests of proofs and formats: deterministic keys, real signatures, a log, a map and
// certificates. No consensus, no store.
#pragma once

#include <string>
#include <vector>

#include "ledger/crypto/keys.hpp"
#include "ledger/merkle/proof.hpp"
#include "ledger/proof/build.hpp"
#include "ledger/state/authenticated_map.hpp"
#include "ledger/types/block.hpp"

namespace placet::tests {

/// The private key named `name`: the SHA-256 of the name.
[[nodiscard]] crypto::SigningKey sample_key(const std::string& name, crypto::Algorithm algorithm = crypto::Algorithm::es256k);
/// A genesis of `n` validators at four organisations or more, which keeps every rule for n ≥ 1.
[[nodiscard]] types::Genesis sample_genesis(std::size_t n);
/// A validator of its own organisation, "house-<number>" unless named otherwise; its keys are derived from its name.
[[nodiscard]] types::Validator sample_validator(std::size_t number, std::string name = {});
/// A transaction that expires, with a nonce from `number` and a body [number].
[[nodiscard]] types::Payload sample_payload(std::uint64_t number);

class SampleChain {
public:
    explicit SampleChain(std::size_t validators);

    [[nodiscard]] const types::Genesis& genesis() const noexcept { return genesis_; }
    [[nodiscard]] const crypto::Hash& genesis_hash() const noexcept { return genesis_hash_; }

    /// Appends a block with one event leaf per transaction and the map after `writes`, and gives its height.
    types::Height append(const std::vector<types::Transaction>& transactions, const std::vector<types::StateWrite>& writes = {});
    /// Appends an empty block that ends the epoch: what follows is sealed by `validators`, whose keys are derived from their names.
    types::Height end_epoch(std::vector<types::Validator> validators);
    /// Goes on with another set without a link in the log: what a recovery does. The set's epoch must follow.
    void recover(const types::Recovery& recovery);
    [[nodiscard]] const std::vector<types::ValidatorSet>& sets() const noexcept { return sets_; }
    [[nodiscard]] types::Transaction transaction(std::uint64_t number) const;

    [[nodiscard]] const std::vector<base::Bytes>& leaves() const noexcept { return leaves_; }
    [[nodiscard]] const state::AuthenticatedMap& map() const noexcept { return map_; }
    /// The sealed point of a height with the links to its epoch, signed by the first q validators, or by those in `signers`.
    [[nodiscard]] proof::SealedPoint sealed(types::Height height, std::uint64_t signers = 0) const;
    /// Signs any body: for forged and equivocating seals.
    [[nodiscard]] types::QuorumCertificate certify(const types::CheckpointBody& body, std::uint64_t signers = 0) const;
    [[nodiscard]] merkle::LeafHashSource log() const noexcept { return merkle::LeafHashSource(hashes_); }

private:
    types::Genesis genesis_;
    crypto::Hash genesis_hash_;
    std::vector<base::Bytes> leaves_;
    std::vector<crypto::Hash> hashes_;
    std::vector<types::CheckpointBody> bodies_;    ///< by height, from 0
    std::vector<base::Bytes> commit_leaves_;       ///< by height, from 0
    std::vector<types::ValidatorSet> sets_;        ///< by epoch
    std::vector<types::Height> ends_;              ///< by epoch, but the last
    std::vector<std::optional<types::Recovery>> recoveries_;  ///< likewise
    state::AuthenticatedMap map_;
};

}  // namespace placet::tests

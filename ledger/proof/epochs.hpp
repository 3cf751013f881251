// From genesis to the validator set of a later epoch: one link an epoch, each checked with the set before it. Pure; any thread.
//
//   link = [1, next set, commit leaf: bstr, [* path], certificate]   the last block of an epoch, sealed by its set, names the next
//        | [2, recovery]                                             the organisations' offline keys name it (types/recovery.hpp)
//
// Formats: docs/formats/epoch.md.
#pragma once

#include <optional>
#include <vector>

#include "ledger/base/cbor.hpp"
#include "ledger/merkle/proof.hpp"
#include "ledger/types/recovery.hpp"

namespace placet::proof {

using base::Bytes;
using base::BytesView;
using base::Result;
using base::Status;
using crypto::Hash;

/// A certified checkpoint and the commit leaf that stands last in its log: ties the map root to q signatures.
struct SealedHead {
    Bytes commit_leaf;
    merkle::Path path;  ///< of the commit leaf, at index size − 1
    types::QuorumCertificate certificate;
    bool operator==(const SealedHead&) const = default;
};
/// Three items.
void write(base::cbor::Writer& out, const SealedHead& head);
[[nodiscard]] SealedHead read_sealed_head(base::cbor::Reader& in);

struct EpochLink {
    types::ValidatorSet next;                  ///< of a boundary; empty for a recovery
    SealedHead boundary;                       ///< of the epoch's last block
    std::optional<types::Recovery> recovery;   ///< in place of both
    bool operator==(const EpochLink&) const = default;
};
[[nodiscard]] Bytes encode(const EpochLink& link);
[[nodiscard]] Result<EpochLink> decode_epoch_link(BytesView bytes);

inline constexpr std::size_t kMaxLinks = 65536;

/// What a chain of links proves.
struct KnownEpochs {
    std::vector<types::ValidatorSet> sets;        ///< index = epoch
    std::vector<types::Height> ends;              ///< last height of epoch i, for all but the last
    std::vector<types::Recovery> recoveries;      ///< those on the way, for people to read

    /// The set of an epoch; none if no link leads there.
    [[nodiscard]] const types::ValidatorSet* set(types::Epoch epoch) const noexcept { return epoch < sets.size() ? &sets[epoch] : nullptr; }
    /// q signatures of the epoch's set over a height that is the epoch's, as far as these links know (invalid_proof, invalid_signature).
    [[nodiscard]] Status verify(const types::QuorumCertificate& certificate, const Hash& genesis) const;
};

/// Every link with its signatures, from genesis on. An Error says why the first bad one does not hold (invalid_proof, invalid_signature).
[[nodiscard]] Result<KnownEpochs> walk(const types::Genesis& genesis, const std::vector<EpochLink>& links);

}  // namespace placet::proof

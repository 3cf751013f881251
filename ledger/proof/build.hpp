// Bundles from a log: what a node does for `GET …/proof`. Needs the log's hashes (a HashSource over tiles), not its bodies.
#pragma once

#include "ledger/merkle/proof.hpp"
#include "ledger/proof/bundle.hpp"

namespace placet::proof {

/// A sealed height as the store has it.
struct SealedPoint {
    Hash genesis;
    types::QuorumCertificate certificate;
    Bytes commit_leaf;  ///< the leaf at index certificate.body.size − 1
    std::vector<EpochLink> links;  ///< one an epoch up to the certificate's
};

/// An event leaf as the store has it.
struct LoggedEvent {
    std::uint64_t leaf_index = 0;
    Bytes leaf;
};

/// The link to `next` from the last block of the epoch before it.
[[nodiscard]] Result<EpochLink> build_epoch_link(const SealedPoint& end, types::ValidatorSet next, const merkle::HashSource& log);

/// The bundle that the event is on the ledger, as of `point`, which is at or after the event (invalid_value otherwise).
[[nodiscard]] Result<Bytes> build_event_bundle(const LoggedEvent& event, const SealedPoint& point, const merkle::HashSource& log);

/// The bundle that the log only grew between two sealed heights of one chain, older first.
[[nodiscard]] Result<Bytes> build_consistency_bundle(const SealedPoint& older, const SealedPoint& newer, const merkle::HashSource& log);

/// What the map says about a key: the value, or none with a proof of absence.
struct MapAnswer {
    Bytes key;
    std::optional<Bytes> value;
    state::MapProof proof;
};
/// The bundle that a map entry has a value, or is absent, as of `point`. The map must be that of the same height.
[[nodiscard]] Result<Bytes> build_state_bundle(const MapAnswer& answer, const SealedPoint& point, const merkle::HashSource& log);

/// Every row of a sub-log as of `point`, with the proof of its head in the map (state::head_key(index_key)).
struct SubLogAnswer {
    Bytes index_key;
    std::vector<Bytes> rows;
    state::MapProof proof;
};
/// The bundle that these are all rows of a sub-log as of `point`.
[[nodiscard]] Result<Bytes> build_index_bundle(const SubLogAnswer& answer, const SealedPoint& point, const merkle::HashSource& log);

}  // namespace placet::proof

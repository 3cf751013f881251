// Bundles: a proof as one file that needs nothing else but the genesis file. One canonical CBOR item without an optional or
// unauthenticated octet; the last 32 octets are the SHA-256 of all octets before them. A bundle never changes once issued.
//
//   ["placet-bundle", 1, kind, genesis hash, … what the kind holds …, closing hash]               of epoch 0
//   ["placet-bundle", 2, kind, genesis hash, [1* link], … what the kind holds …, closing hash]    of a later one: exactly a link an epoch
//
// These are plain values; build.hpp makes them from a log, verify.hpp judges them. Formats: docs/formats/bundle.md.
#pragma once

#include <optional>
#include <vector>

#include "ledger/base/error.hpp"
#include "ledger/proof/epochs.hpp"
#include "ledger/state/authenticated_map.hpp"
#include "ledger/types/checkpoint.hpp"

namespace placet::proof {

enum class BundleKind : std::uint8_t {
    event = 1,        ///< this transaction is on the ledger, with this outcome
    consistency = 2,  ///< between two sealed heights the log only grew
    state = 3,        ///< this entry of the map has this value, or does not exist, as of a sealed height
    index = 4,        ///< these are all rows of a sub-log, as of a sealed height
};

inline constexpr std::size_t kMaxBundleBytes = 16 * 1024 * 1024;

/// [… , transaction id, leaf index, event leaf: bstr, [* path], commit leaf: bstr, [* path], certificate, …]
struct EventBundle {
    Hash genesis;
    types::TransactionId transaction;  ///< what was asked for
    std::uint64_t leaf_index = 0;
    Bytes event_leaf;
    merkle::Path path;
    SealedHead head;  ///< any sealed height at or after the event's
    std::vector<EpochLink> links;  ///< as many as the epoch of the newest certificate, in every kind
    bool operator==(const EventBundle&) const = default;
};

/// [… , older certificate, newer certificate, [* path], …]
struct ConsistencyBundle {
    Hash genesis;
    types::QuorumCertificate older;
    types::QuorumCertificate newer;
    merkle::Path path;
    std::vector<EpochLink> links;
    bool operator==(const ConsistencyBundle&) const = default;
};

/// [… , key: bstr, value: bstr / null, map proof, commit leaf: bstr, [* path], certificate, …]
struct StateBundle {
    Hash genesis;
    Bytes key;                   ///< canonical CBOR, as in the map
    std::optional<Bytes> value;  ///< none: the entry is absent
    state::MapProof proof;
    SealedHead head;
    std::vector<EpochLink> links;
    bool operator==(const StateBundle&) const = default;
};

/// [… , index key: bstr, [* row: bstr], map proof, commit leaf: bstr, [* path], certificate, …]
struct IndexBundle {
    Hash genesis;
    Bytes index_key;           ///< encoded state::IndexKey
    std::vector<Bytes> rows;   ///< every row, first to last; none: the sub-log does not exist
    state::MapProof proof;     ///< of state::head_key(index_key)
    SealedHead head;
    std::vector<EpochLink> links;
    bool operator==(const IndexBundle&) const = default;
};

[[nodiscard]] Bytes encode(const EventBundle& bundle);
[[nodiscard]] Bytes encode(const ConsistencyBundle& bundle);
[[nodiscard]] Bytes encode(const StateBundle& bundle);
[[nodiscard]] Bytes encode(const IndexBundle& bundle);

/// The outer frame of a bundle, read without judging it. Views point into the input.
struct Frame {
    BundleKind kind = BundleKind::event;
    Hash genesis;
    std::vector<EpochLink> links;  ///< empty in version 1, never in version 2
    BytesView body;       ///< the items of the kind
    Hash closing;         ///< as the file says
    Hash closing_wanted;  ///< as the octets before it give
};
/// Refuses (malformed, not_canonical, unsupported, too_large) what is not a bundle. Does not compare the closing hashes.
[[nodiscard]] Result<Frame> read_frame(BytesView bytes);

/// Each refuses a frame of another kind and everything that does not decode.
[[nodiscard]] Result<EventBundle> decode_event_bundle(const Frame& frame);
[[nodiscard]] Result<ConsistencyBundle> decode_consistency_bundle(const Frame& frame);
[[nodiscard]] Result<StateBundle> decode_state_bundle(const Frame& frame);
[[nodiscard]] Result<IndexBundle> decode_index_bundle(const Frame& frame);

}  // namespace placet::proof

// The authenticated map: a sparse Merkle map over all entries of the state, hashed as ICS-23's SmtSpec says.
//
//   leaf  = H(00 ‖ H(key) ‖ H(value))      inner = H(01 ‖ left ‖ right)      empty subtree = 32 zero octets
//   path of a key = the bits of H(key), most significant first; a subtree with a single leaf is that leaf itself
//
// The map is a persistent value: `apply` gives a new map that shares every untouched node with the old one, which stays
// as it was. So undoing an unsealed block is dropping its map, and a snapshot for readers is a copy (one reference
// count). Copies may be read and dropped on different threads at once; one object is one thread's. All hashes are in
// memory: about 230 octets a key (10⁶ keys: 230 MB with the allocator's own). Values are not kept here.
//
// An absence proof ends in an empty subtree or in the leaf of another key. In the second case the verifier MUST see
// that this other key shares the path's prefix; without that any absence can be forged. `verify` checks it.
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "ledger/base/bytes.hpp"
#include "ledger/base/error.hpp"
#include "ledger/crypto/hash.hpp"
#include "ledger/types/block.hpp"

namespace placet::state {

/// [[* sibling], other]: siblings from the root downwards; other = null / [key hash, value hash].
/// For a key that exists `other` is none. Sibling hashes of zero are empty subtrees.
struct MapProof {
    struct OtherLeaf {
        crypto::Hash key_hash;
        crypto::Hash value_hash;
        bool operator==(const OtherLeaf&) const = default;
    };
    std::vector<crypto::Hash> siblings;  ///< at most 256
    std::optional<OtherLeaf> other;      ///< absence by another key's leaf at the end of the path
    bool operator==(const MapProof&) const = default;
};
[[nodiscard]] base::Bytes encode(const MapProof& proof);
[[nodiscard]] base::Result<MapProof> decode_map_proof(base::BytesView bytes);

/// Proves (key, value) under `root`, or refuses (invalid_proof).
[[nodiscard]] base::Status verify_present(const crypto::Hash& root, base::BytesView key, base::BytesView value,
                                          const MapProof& proof);
/// Proves that no entry with `key` is under `root`, or refuses (invalid_proof).
[[nodiscard]] base::Status verify_absent(const crypto::Hash& root, base::BytesView key, const MapProof& proof);

/// ICS-23 SmtSpec hashes, for tests and other verifiers.
[[nodiscard]] crypto::Hash map_leaf_hash(const crypto::Hash& key_hash, const crypto::Hash& value_hash) noexcept;
[[nodiscard]] crypto::Hash map_inner_hash(const crypto::Hash& left, const crypto::Hash& right) noexcept;

/// One change by hashes: what `apply` works on, and what a start from disk is built of.
struct MapChange {
    crypto::Hash key_hash;
    std::optional<crypto::Hash> value_hash;  ///< none = removed
};

class AuthenticatedMap {
public:
    AuthenticatedMap() noexcept = default;  ///< empty: root = 32 zero octets

    [[nodiscard]] crypto::Hash root() const noexcept;
    [[nodiscard]] std::uint64_t size() const noexcept { return size_; }

    /// The map after all `writes`, in one pass: every inner node above them is hashed once. Keys unique, any order.
    [[nodiscard]] AuthenticatedMap apply(std::span<const types::StateWrite> writes) const;
    /// As apply; `changes` unique by key hash, any order (sorted here).
    [[nodiscard]] AuthenticatedMap apply(std::vector<MapChange> changes) const;

    /// A proof of presence if the key is in the map, else of absence.
    [[nodiscard]] MapProof prove(base::BytesView key) const;
    [[nodiscard]] bool contains(base::BytesView key) const noexcept;
    /// SHA-256 of the value of `key`, if present: what the store compares an entry with.
    [[nodiscard]] std::optional<crypto::Hash> value_hash(base::BytesView key) const noexcept;

private:
    struct Node;
    struct Inner;
    struct Leaf;
    class Builder;
    using NodePtr = std::shared_ptr<const Node>;
    AuthenticatedMap(NodePtr root, std::uint64_t size) noexcept : root_(std::move(root)), size_(size) {}

    NodePtr root_;  ///< nullptr = empty
    std::uint64_t size_ = 0;
};

}  // namespace placet::state

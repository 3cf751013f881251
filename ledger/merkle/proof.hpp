// Inclusion and consistency proofs of RFC 9162 §2.1.3 and §2.1.4: verification needs nothing but the proof, construction
// needs a HashSource. Pure; any thread.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "ledger/base/error.hpp"
#include "ledger/merkle/tree.hpp"

namespace placet::merkle {

/// Sibling hashes from the leaf upwards; at most 64 (a tree has less than 2^64 leaves).
using Path = std::vector<Hash>;
inline constexpr std::size_t kMaxPath = 64;
/// A consistency proof may have one hash more than a level has.
inline constexpr std::size_t kMaxConsistencyPath = 65;

/// Where hashes come from when a proof is built: tiles on disk, or the leaf hashes of a batch in memory.
class HashSource {
public:
    virtual ~HashSource() = default;
    /// The root of the complete subtree of 2^level leaves that starts at leaf index · 2^level. Asked only for subtrees that are
    /// complete at the size for which the proof is made. Errors (corrupt, not_found, io) end the construction.
    [[nodiscard]] virtual base::Result<Hash> subtree(unsigned level, std::uint64_t index) const = 0;
};

/// A source over leaf hashes in memory (borrowed): batches, sub-logs and tests. A subtree costs its size.
class LeafHashSource final : public HashSource {
public:
    explicit LeafHashSource(std::span<const Hash> leaves) noexcept : leaves_(leaves) {}
    [[nodiscard]] base::Result<Hash> subtree(unsigned level, std::uint64_t index) const override;

private:
    std::span<const Hash> leaves_;
};

/// The root that `path` leads to from the leaf at `index` in a tree of `size` leaves. Refuses (invalid_proof) an index outside
/// the tree and a path of another length than that place has.
[[nodiscard]] base::Result<Hash> root_from_inclusion(const Hash& leaf, std::uint64_t index, std::uint64_t size, std::span<const Hash> path);

/// A leaf's place in a tree whose root is known.
struct LeafPlace {
    std::uint64_t index = 0;
    std::uint64_t size = 0;
    Hash root;
};
/// Success only if the leaf hash stands at that place (invalid_proof otherwise).
[[nodiscard]] base::Status verify_inclusion(const Hash& leaf, const LeafPlace& place, std::span<const Hash> path);

struct TreeHead {
    std::uint64_t size = 0;
    Hash root;
    bool operator==(const TreeHead&) const = default;
};
/// Success only if the tree of `older` is a prefix of the tree of `newer`. An older size of 0 is an error: nothing is
/// proved by it. Equal sizes want equal roots and an empty path.
[[nodiscard]] base::Status verify_consistency(const TreeHead& older, const TreeHead& newer, std::span<const Hash> path);

/// RFC 9162 §2.1.3.1. `index` < `size` (invalid_value).
[[nodiscard]] base::Result<Path> inclusion_path(std::uint64_t index, std::uint64_t size, const HashSource& source);
/// RFC 9162 §2.1.4.1. 0 < `older_size` ≤ `newer_size` (invalid_value).
[[nodiscard]] base::Result<Path> consistency_path(std::uint64_t older_size, std::uint64_t newer_size, const HashSource& source);
/// The root of the first `size` leaves.
[[nodiscard]] base::Result<Hash> root_at(std::uint64_t size, const HashSource& source);

/// The path of one row of an access batch under the batch's rows root (root_of_entries).
[[nodiscard]] base::Result<Path> row_path(std::span<const Bytes> rows, std::uint64_t row);

}  // namespace placet::merkle

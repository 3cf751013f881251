// Frontier: all that must be kept of a log to append to it and to know its root: the roots of the complete subtrees on its
// right edge, largest first, one per bit set in the size (at most 64 hashes). A value: copy it to undo. One thread at a time.
#pragma once

#include <cstdint>
#include <vector>

#include "ledger/base/error.hpp"
#include "ledger/merkle/tree.hpp"

namespace placet::merkle {

/// A complete subtree of 2^level leaves, the index-th of its level: it covers leaves [index · 2^level, (index + 1) · 2^level).
struct Node {
    unsigned level = 0;
    std::uint64_t index = 0;
    Hash hash;
    bool operator==(const Node&) const = default;
};

class Frontier {
public:
    Frontier() = default;

    /// Appends one leaf hash. Amortised one node hash.
    void append(const Hash& leaf);
    /// As append, and adds to `completed` every subtree that this leaf completes: the leaf itself first, then upwards.
    void append(const Hash& leaf, std::vector<Node>& completed);

    [[nodiscard]] std::uint64_t size() const noexcept { return size_; }
    /// The RFC 6962 root over all leaves so far; empty_root() without any. At most 63 node hashes.
    [[nodiscard]] Hash root() const noexcept;
    bool operator==(const Frontier&) const = default;

    /// [size, [* hash]], one hash per bit set in size, largest subtree first.
    [[nodiscard]] Bytes encode() const;
    [[nodiscard]] static base::Result<Frontier> decode(BytesView bytes);

private:
    std::uint64_t size_ = 0;
    std::vector<Hash> subtrees_;
};

}  // namespace placet::merkle

// The algorithms of RFC 9162 §2.1.3 and §2.1.4, iteratively.
#include "ledger/merkle/proof.hpp"

#include <algorithm>
#include <bit>
#include <string>

#include "ledger/merkle/frontier.hpp"

namespace placet::merkle {
namespace {

using base::ErrorCode;
using base::refuse;
using base::Result;
using base::Status;

std::unexpected<base::Error> wrong(std::string message, std::string field) {
    return refuse(ErrorCode::invalid_proof, std::move(message), std::move(field));
}

// The largest power of two below `size` (size ≥ 2): where RFC 9162 splits a tree.
std::uint64_t split_of(std::uint64_t size) noexcept { return std::uint64_t{1} << (std::bit_width(size - 1) - 1); }

// The root over leaves [start, start + count), where start is a multiple of the largest power of two ≤ count: the ranges
// into which a tree splits. Complete subtrees from left to right, folded from the right.
Result<Hash> range_root(std::uint64_t start, std::uint64_t count, const HashSource& source) {
    std::vector<Hash> subtrees;
    while (count > 0) {
        const unsigned level = static_cast<unsigned>(std::bit_width(count)) - 1;
        PLACET_TRY_ASSIGN(const Hash hash, source.subtree(level, start >> level));
        subtrees.push_back(hash);
        start += std::uint64_t{1} << level;
        count -= std::uint64_t{1} << level;
    }
    if (subtrees.empty()) return empty_root();
    Hash hash = subtrees.back();
    for (std::size_t i = subtrees.size() - 1; i-- > 0;) hash = node_hash(subtrees[i], hash);
    return hash;
}

// Climbs until the place is a right child (or the top): the levels that have no sibling on the right edge.
void climb_right_edge(std::uint64_t& index, std::uint64_t& last) noexcept {
    while (index != 0 && (index & 1) == 0) {
        index >>= 1;
        last >>= 1;
    }
}

}  // namespace

Result<Hash> LeafHashSource::subtree(unsigned level, std::uint64_t index) const {
    const std::uint64_t count = level < 64 ? std::uint64_t{1} << level : 0;
    if (count == 0 || count > leaves_.size() || index >= leaves_.size() / count)
        return refuse(ErrorCode::not_found, "the subtree is not complete among these leaves");
    return root_of(leaves_.subspan(static_cast<std::size_t>(index * count), static_cast<std::size_t>(count)));
}

Result<Hash> root_from_inclusion(const Hash& leaf, std::uint64_t index, std::uint64_t size, std::span<const Hash> path) {
    if (index >= size) return wrong("the leaf index lies outside the tree", "index");
    std::uint64_t place = index;
    std::uint64_t last = size - 1;
    Hash hash = leaf;
    for (const Hash& sibling : path) {
        if (last == 0) return wrong("the path is too long", "path");
        if ((place & 1) != 0 || place == last) {
            hash = node_hash(sibling, hash);
            climb_right_edge(place, last);
        } else {
            hash = node_hash(hash, sibling);
        }
        place >>= 1;
        last >>= 1;
    }
    if (last != 0) return wrong("the path is too short", "path");
    return hash;
}

Status verify_inclusion(const Hash& leaf, const LeafPlace& place, std::span<const Hash> path) {
    PLACET_TRY_ASSIGN(const Hash root, root_from_inclusion(leaf, place.index, place.size, path));
    if (root != place.root) return wrong("the path leads to another root", "path");
    return {};
}

Status verify_consistency(const TreeHead& older, const TreeHead& newer, std::span<const Hash> path) {
    if (older.size == 0) return wrong("an empty older tree proves nothing", "older.size");
    if (older.size > newer.size) return wrong("the older tree is larger than the newer", "older.size");
    if (older.size == newer.size) {
        if (!path.empty()) return wrong("equal sizes have an empty path", "path");
        if (older.root != newer.root) return wrong("equal sizes with unequal roots", "newer.root");
        return {};
    }
    const bool complete = std::has_single_bit(older.size);  // then the older root itself is where the path starts
    if (!complete && path.empty()) return wrong("the path is too short", "path");
    std::uint64_t place = older.size - 1;
    std::uint64_t last = newer.size - 1;
    while ((place & 1) != 0) {
        place >>= 1;
        last >>= 1;
    }
    Hash old_hash = complete ? older.root : path.front();
    Hash new_hash = old_hash;
    for (const Hash& sibling : path.subspan(complete ? 0 : 1)) {
        if (last == 0) return wrong("the path is too long", "path");
        if ((place & 1) != 0 || place == last) {
            old_hash = node_hash(sibling, old_hash);
            new_hash = node_hash(sibling, new_hash);
            climb_right_edge(place, last);
        } else {
            new_hash = node_hash(new_hash, sibling);
        }
        place >>= 1;
        last >>= 1;
    }
    if (last != 0) return wrong("the path is too short", "path");
    if (old_hash != older.root) return wrong("the path leads to another older root", "older.root");
    if (new_hash != newer.root) return wrong("the path leads to another newer root", "newer.root");
    return {};
}

Result<Path> inclusion_path(std::uint64_t index, std::uint64_t size, const HashSource& source) {
    if (index >= size) return refuse(ErrorCode::invalid_value, "the leaf index lies outside the tree", "index");
    Path path;
    std::uint64_t start = 0;
    for (std::uint64_t count = size; count > 1;) {
        const std::uint64_t left = split_of(count);
        if (index - start < left) {
            PLACET_TRY_ASSIGN(const Hash sibling, range_root(start + left, count - left, source));
            path.push_back(sibling);
            count = left;
        } else {
            PLACET_TRY_ASSIGN(const Hash sibling, range_root(start, left, source));
            path.push_back(sibling);
            start += left;
            count -= left;
        }
    }
    std::ranges::reverse(path);  // we came from the root; the path goes up
    return path;
}

Result<Path> consistency_path(std::uint64_t older_size, std::uint64_t newer_size, const HashSource& source) {
    if (older_size == 0 || older_size > newer_size)
        return refuse(ErrorCode::invalid_value, "the older size must lie between 1 and the newer size", "older_size");
    Path path;
    std::uint64_t start = 0;
    std::uint64_t older = older_size;
    std::uint64_t count = newer_size;
    bool whole_older_tree = true;  // the verifier knows that root already
    while (older != count) {
        const std::uint64_t left = split_of(count);
        if (older <= left) {
            PLACET_TRY_ASSIGN(const Hash sibling, range_root(start + left, count - left, source));
            path.push_back(sibling);
            count = left;
        } else {
            PLACET_TRY_ASSIGN(const Hash sibling, range_root(start, left, source));
            path.push_back(sibling);
            start += left;
            older -= left;
            count -= left;
            whole_older_tree = false;
        }
    }
    if (!whole_older_tree) {
        PLACET_TRY_ASSIGN(const Hash shared, range_root(start, count, source));
        path.push_back(shared);
    }
    std::ranges::reverse(path);
    return path;
}

Result<Hash> root_at(std::uint64_t size, const HashSource& source) { return range_root(0, size, source); }

Result<Path> row_path(std::span<const Bytes> rows, std::uint64_t row) {
    const std::vector<Hash> hashes = leaf_hashes(rows);
    return inclusion_path(row, hashes.size(), LeafHashSource(hashes));
}

}  // namespace placet::merkle

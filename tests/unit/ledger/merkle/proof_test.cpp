// Proofs against the definition: a recursive tree written straight from RFC 9162.
#include "ledger/merkle/proof.hpp"

#include <catch2/catch.hpp>

#include "ledger/merkle/frontier.hpp"
#include "tests/support/prng.hpp"

using namespace placet;
using namespace placet::merkle;

namespace {

// RFC 9162 §2.1.1, word for word.
Hash naive_root(std::span<const Hash> leaves) {
    if (leaves.empty()) return crypto::sha256(base::BytesView{});
    if (leaves.size() == 1) return leaves[0];
    std::size_t k = 1;
    while (2 * k < leaves.size()) k *= 2;
    return node_hash(naive_root(leaves.first(k)), naive_root(leaves.subspan(k)));
}

std::vector<Hash> some_leaves(std::size_t count) {
    std::vector<Hash> leaves;
    for (std::size_t i = 0; i < count; ++i) leaves.push_back(leaf_hash(base::as_bytes("leaf " + std::to_string(i))));
    return leaves;
}

constexpr std::size_t kMost = 40;

}  // namespace

TEST_CASE("the frontier's root is the tree's at every size") {
    const std::vector<Hash> leaves = some_leaves(300);
    Frontier frontier;
    std::vector<Node> nodes;
    CHECK(frontier.root() == naive_root({}));
    for (std::size_t i = 0; i < leaves.size(); ++i) {
        frontier.append(leaves[i], nodes);
        CHECK(frontier.root() == naive_root(std::span(leaves).first(i + 1)));
        CHECK(frontier.size() == i + 1);
    }
    for (const Node& node : nodes) {
        const std::size_t width = std::size_t{1} << node.level;
        CHECK(node.hash == naive_root(std::span(leaves).subspan(node.index * width, width)));
    }
    CHECK(nodes.size() == 300 + 150 + 75 + 37 + 18 + 9 + 4 + 2 + 1);
    CHECK(root_of(leaves) == frontier.root());
}

TEST_CASE("a frontier survives encoding and goes on as if nothing had happened") {
    const std::vector<Hash> leaves = some_leaves(kMost);
    for (std::size_t size = 0; size < kMost; ++size) {
        Frontier frontier;
        for (std::size_t i = 0; i < size; ++i) frontier.append(leaves[i]);
        const base::Bytes bytes = frontier.encode();
        Frontier again = *Frontier::decode(bytes);
        CHECK(again == frontier);
        CHECK(again.encode() == bytes);
        again.append(leaves[size]);
        CHECK(again.root() == naive_root(std::span(leaves).first(size + 1)));
    }
    tests::Prng prng(6);
    Frontier frontier;
    for (const Hash& leaf : some_leaves(13)) frontier.append(leaf);
    for (int round = 0; round < 3000; ++round) {
        const base::Bytes bytes = tests::mutated(frontier.encode(), prng);
        if (const auto decoded = Frontier::decode(bytes)) REQUIRE(decoded->encode() == bytes);
    }
}

TEST_CASE("an inclusion proof holds for its own leaf, index, size and root and for nothing else") {
    const std::vector<Hash> leaves = some_leaves(kMost);
    const LeafHashSource source(leaves);
    for (std::size_t size = 1; size <= kMost; ++size) {
        const Hash root = naive_root(std::span(leaves).first(size));
        for (std::size_t index = 0; index < size; ++index) {
            const Path path = *inclusion_path(index, size, source);
            REQUIRE(verify_inclusion(leaves[index], {index, size, root}, path));
            REQUIRE_FALSE(verify_inclusion(leaves[(index + 1) % kMost], {index, size, root}, path));
            for (std::size_t other = 0; other <= size; ++other)
                if (other != index) REQUIRE_FALSE(verify_inclusion(leaves[index], {other, size, root}, path));
            Path longer = path;
            longer.push_back(root);
            REQUIRE_FALSE(verify_inclusion(leaves[index], {index, size, root}, longer));
            if (!path.empty()) REQUIRE_FALSE(verify_inclusion(leaves[index], {index, size, root}, std::span(path).first(path.size() - 1)));
            REQUIRE_FALSE(verify_inclusion(leaves[index], {index, size, leaves[0] == root ? Hash{} : leaves[0]}, path));
        }
    }
    CHECK_FALSE(inclusion_path(3, 3, source).has_value());
    CHECK_FALSE(inclusion_path(0, 0, source).has_value());
    CHECK_FALSE(verify_inclusion(leaves[0], {0, 0, empty_root()}, {}));
}

TEST_CASE("a consistency proof holds between a tree and its own prefix and for nothing else") {
    const std::vector<Hash> leaves = some_leaves(kMost);
    const LeafHashSource source(leaves);
    for (std::size_t newer = 1; newer <= kMost; ++newer) {
        const Hash new_root = naive_root(std::span(leaves).first(newer));
        for (std::size_t older = 1; older <= newer; ++older) {
            const Hash old_root = naive_root(std::span(leaves).first(older));
            const Path path = *consistency_path(older, newer, source);
            REQUIRE(verify_consistency({older, old_root}, {newer, new_root}, path));
            REQUIRE_FALSE(verify_consistency({older, Hash{}}, {newer, new_root}, path));
            REQUIRE_FALSE(verify_consistency({older, old_root}, {newer, Hash{}}, path));
            Path longer = path;
            longer.push_back(new_root);
            REQUIRE_FALSE(verify_consistency({older, old_root}, {newer, new_root}, longer));
            if (!path.empty())
                REQUIRE_FALSE(verify_consistency({older, old_root}, {newer, new_root}, std::span(path).first(path.size() - 1)));
            for (std::size_t i = 0; i < path.size(); ++i) {
                Path changed = path;
                changed[i].octets[7] ^= 1;
                REQUIRE_FALSE(verify_consistency({older, old_root}, {newer, new_root}, changed));
            }
            if (older != newer) REQUIRE_FALSE(verify_consistency({newer, new_root}, {older, old_root}, path));
        }
    }
    CHECK_FALSE(verify_consistency({0, empty_root()}, {5, naive_root(std::span(leaves).first(5))}, {}));
    CHECK_FALSE(consistency_path(0, 5, source).has_value());
    CHECK_FALSE(consistency_path(6, 5, source).has_value());
}

TEST_CASE("absurd sizes and paths are refused without looping") {
    const std::vector<Hash> leaves = some_leaves(1);
    const Path path(64, leaves[0]);
    CHECK_FALSE(verify_inclusion(leaves[0], {UINT64_MAX - 1, UINT64_MAX, Hash{}}, path));
    CHECK_FALSE(verify_inclusion(leaves[0], {UINT64_MAX, UINT64_MAX, Hash{}}, path));
    CHECK_FALSE(verify_consistency({UINT64_MAX - 1, Hash{}}, {UINT64_MAX, Hash{}}, path));
    CHECK_FALSE(LeafHashSource(leaves).subtree(64, 0).has_value());
    CHECK_FALSE(LeafHashSource(leaves).subtree(0, UINT64_MAX).has_value());
}

TEST_CASE("a row is proved under its batch's root") {
    std::vector<base::Bytes> rows;
    for (int i = 0; i < 11; ++i) rows.push_back(base::to_bytes("row " + std::to_string(i)));
    const Hash root = root_of_entries(rows);
    for (std::size_t row = 0; row < rows.size(); ++row)
        CHECK(verify_inclusion(leaf_hash(rows[row]), {row, rows.size(), root}, *row_path(rows, row)));
    CHECK_FALSE(row_path(rows, 11).has_value());
}

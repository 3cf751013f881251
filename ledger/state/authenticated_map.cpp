// The persistent sparse Merkle map: nodes shared by reference count, rebuilt along the paths that change.
#include "ledger/state/authenticated_map.hpp"

#include <algorithm>

#include "ledger/base/assert.hpp"

namespace placet::state {
namespace {

using crypto::Hash;

bool bit(const Hash& path, unsigned depth) noexcept {
    return ((path.octets[depth / 8] >> (7 - depth % 8)) & 1) != 0;
}

}  // namespace

struct AuthenticatedMap::Node {
    enum class Shape : std::uint8_t { inner, leaf };
    explicit Node(Shape node_shape) noexcept : shape(node_shape) {}
    Shape shape;
};

struct AuthenticatedMap::Leaf : Node {
    Leaf(const Hash& key, const Hash& value) noexcept : Node(Shape::leaf), key_hash(key), value_hash(value) {}
    Hash key_hash;
    Hash value_hash;
};

struct AuthenticatedMap::Inner : Node {
    Inner(NodePtr left, NodePtr right, const Hash& own_hash) noexcept
        : Node(Shape::inner), hash(own_hash), children{std::move(left), std::move(right)} {}
    Hash hash;
    std::array<NodePtr, 2> children;  // destroyed at most 256 levels deep
};

/// Makes the nodes of a new map out of an old one and a sorted run of changes.
class AuthenticatedMap::Builder {
public:
    using Changes = std::span<const MapChange>;

    [[nodiscard]] NodePtr update(const NodePtr& node, Changes changes, unsigned depth) {
        if (changes.empty()) return node;
        if (node == nullptr) return build(changes, depth);
        if (node->shape == Node::Shape::leaf) return update_leaf(static_cast<const Leaf&>(*node), changes, depth);
        const auto& inner = static_cast<const Inner&>(*node);
        const std::size_t middle = split(changes, depth);
        NodePtr left = update(inner.children[0], changes.first(middle), depth + 1);
        NodePtr right = update(inner.children[1], changes.subspan(middle), depth + 1);
        return join(std::move(left), std::move(right));
    }
    [[nodiscard]] std::int64_t growth() const noexcept { return growth_; }

    [[nodiscard]] static Hash hash_of(const Node* node) noexcept {
        if (node == nullptr) return Hash{};
        if (node->shape == Node::Shape::inner) return static_cast<const Inner&>(*node).hash;
        const auto& leaf = static_cast<const Leaf&>(*node);
        return map_leaf_hash(leaf.key_hash, leaf.value_hash);
    }
    /// The node at the end of the path, and the hashes beside the path where `siblings` is given.
    [[nodiscard]] static const Node* walk(const Node* root, const Hash& path, std::vector<Hash>* siblings) noexcept {
        const Node* node = root;
        for (unsigned depth = 0; node != nullptr && node->shape == Node::Shape::inner; ++depth) {
            const auto& inner = static_cast<const Inner&>(*node);
            const bool right = bit(path, depth);
            if (siblings != nullptr) siblings->push_back(hash_of(inner.children[right ? 0 : 1].get()));
            node = inner.children[right ? 1 : 0].get();
        }
        return node;
    }
    [[nodiscard]] static const Leaf* find(const Node* root, const Hash& path) noexcept {
        const Node* end = walk(root, path, nullptr);
        if (end == nullptr) return nullptr;
        const auto& leaf = static_cast<const Leaf&>(*end);
        return leaf.key_hash == path ? &leaf : nullptr;
    }

private:
    [[nodiscard]] static std::size_t split(Changes changes, unsigned depth) {
        const auto middle = std::ranges::partition_point(
            changes, [depth](const MapChange& change) { return !bit(change.key_hash, depth); });
        return static_cast<std::size_t>(middle - changes.begin());
    }

    /// A subtree of nothing but what `changes` insert.
    [[nodiscard]] NodePtr build(Changes changes, unsigned depth) {
        if (changes.empty()) return nullptr;
        if (changes.size() == 1) {
            if (!changes[0].value_hash) return nullptr;
            ++growth_;
            return std::make_shared<Leaf>(changes[0].key_hash, *changes[0].value_hash);
        }
        const std::size_t middle = split(changes, depth);
        NodePtr left = build(changes.first(middle), depth + 1);
        NodePtr right = build(changes.subspan(middle), depth + 1);
        return join(std::move(left), std::move(right));
    }

    /// `leaf` stands for a whole subtree: it takes its place among the changes, unless one of them is its own.
    [[nodiscard]] NodePtr update_leaf(const Leaf& leaf, Changes changes, unsigned depth) {
        --growth_;
        const auto place = std::ranges::lower_bound(changes, leaf.key_hash, {}, &MapChange::key_hash);
        if (place != changes.end() && place->key_hash == leaf.key_hash) return build(changes, depth);
        std::vector<MapChange> merged;
        merged.reserve(changes.size() + 1);
        merged.insert(merged.end(), changes.begin(), place);
        merged.push_back({leaf.key_hash, leaf.value_hash});
        merged.insert(merged.end(), place, changes.end());
        return build(merged, depth);
    }

    /// A single leaf is its own subtree; two empty halves are empty.
    [[nodiscard]] static NodePtr join(NodePtr left, NodePtr right) {
        if (left == nullptr && (right == nullptr || right->shape == Node::Shape::leaf)) return right;
        if (right == nullptr && left->shape == Node::Shape::leaf) return left;
        const Hash hash = map_inner_hash(hash_of(left.get()), hash_of(right.get()));
        return std::make_shared<Inner>(std::move(left), std::move(right), hash);
    }

    std::int64_t growth_ = 0;
};

Hash AuthenticatedMap::root() const noexcept {
    return Builder::hash_of(root_.get());
}

AuthenticatedMap AuthenticatedMap::apply(std::span<const types::StateWrite> writes) const {
    std::vector<MapChange> changes;
    changes.reserve(writes.size());
    for (const types::StateWrite& write : writes) {
        MapChange& change = changes.emplace_back();
        change.key_hash = crypto::sha256(write.key);
        if (write.value) change.value_hash = crypto::sha256(*write.value);
    }
    return apply(std::move(changes));
}

AuthenticatedMap AuthenticatedMap::apply(std::vector<MapChange> changes) const {
    std::ranges::sort(changes, {}, &MapChange::key_hash);
    const auto twin = std::ranges::adjacent_find(changes, {}, &MapChange::key_hash);
    ASSERT(twin == changes.end(), "a key of the map is written twice in one batch");
    Builder builder;
    NodePtr root = builder.update(root_, changes, 0);
    return {std::move(root), size_ + static_cast<std::uint64_t>(builder.growth())};
}

MapProof AuthenticatedMap::prove(base::BytesView key) const {
    const Hash path = crypto::sha256(key);
    MapProof proof;
    const Node* end = Builder::walk(root_.get(), path, &proof.siblings);
    if (end == nullptr) return proof;
    const auto& leaf = static_cast<const Leaf&>(*end);
    if (leaf.key_hash != path) proof.other = MapProof::OtherLeaf{leaf.key_hash, leaf.value_hash};
    return proof;
}

bool AuthenticatedMap::contains(base::BytesView key) const noexcept {
    return Builder::find(root_.get(), crypto::sha256(key)) != nullptr;
}

std::optional<Hash> AuthenticatedMap::value_hash(base::BytesView key) const noexcept {
    const Leaf* leaf = Builder::find(root_.get(), crypto::sha256(key));
    if (leaf == nullptr) return std::nullopt;
    return leaf->value_hash;
}

}  // namespace placet::state

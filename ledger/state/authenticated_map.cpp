// The persistent sparse Merkle map: nodes shared by reference count, rebuilt along the paths that change.
#include "ledger/state/authenticated_map.hpp"

#include <algorithm>
#include <atomic>

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
    mutable std::atomic<std::uint32_t> references{1};
    Shape shape;
};

struct AuthenticatedMap::Leaf : Node {
    Leaf(const Hash& key, const Hash& value) noexcept : Node(Shape::leaf), key_hash(key), value_hash(value) {}
    Hash key_hash;
    Hash value_hash;
};

struct AuthenticatedMap::Inner : Node {
    Inner(const Node* left, const Node* right, const Hash& own_hash) noexcept
        : Node(Shape::inner), hash(own_hash), children{left, right} {}
    Hash hash;
    std::array<const Node*, 2> children;
};

/// Makes the nodes of a new map out of an old one and a sorted run of changes. Every function returns an owned
/// reference.
class AuthenticatedMap::Builder {
public:
    using Changes = std::span<const MapChange>;

    [[nodiscard]] const Node* update(const Node* node, Changes changes, unsigned depth) {
        if (changes.empty()) return keep(node);
        if (node == nullptr) return build(changes, depth);
        if (node->shape == Node::Shape::leaf) return update_leaf(static_cast<const Leaf&>(*node), changes, depth);
        const auto& inner = static_cast<const Inner&>(*node);
        const std::size_t middle = split(changes, depth);
        const Node* left = update(inner.children[0], changes.first(middle), depth + 1);
        const Node* right = update(inner.children[1], changes.subspan(middle), depth + 1);
        return join(left, right);
    }
    [[nodiscard]] std::int64_t growth() const noexcept { return growth_; }

    [[nodiscard]] static const Node* keep(const Node* node) noexcept {
        if (node != nullptr) node->references.fetch_add(1, std::memory_order_relaxed);
        return node;
    }
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
            if (siblings != nullptr) siblings->push_back(hash_of(inner.children[right ? 0 : 1]));
            node = inner.children[right ? 1 : 0];
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
    [[nodiscard]] const Node* build(Changes changes, unsigned depth) {
        if (changes.empty()) return nullptr;
        if (changes.size() == 1) {
            if (!changes[0].value_hash) return nullptr;
            ++growth_;
            return new Leaf(changes[0].key_hash, *changes[0].value_hash);
        }
        const std::size_t middle = split(changes, depth);
        const Node* left = build(changes.first(middle), depth + 1);
        const Node* right = build(changes.subspan(middle), depth + 1);
        return join(left, right);
    }

    /// `leaf` stands for a whole subtree: it takes its place among the changes, unless one of them is its own.
    [[nodiscard]] const Node* update_leaf(const Leaf& leaf, Changes changes, unsigned depth) {
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

    /// Takes both references. A single leaf is its own subtree; two empty halves are empty.
    [[nodiscard]] static const Node* join(const Node* left, const Node* right) {
        if (left == nullptr && (right == nullptr || right->shape == Node::Shape::leaf)) return right;
        if (right == nullptr && left->shape == Node::Shape::leaf) return left;
        return new Inner(left, right, map_inner_hash(hash_of(left), hash_of(right)));
    }

    std::int64_t growth_ = 0;
};

AuthenticatedMap::AuthenticatedMap(const AuthenticatedMap& other) noexcept
    : root_(Builder::keep(other.root_)), size_(other.size_) {}
AuthenticatedMap::AuthenticatedMap(AuthenticatedMap&& other) noexcept
    : root_(std::exchange(other.root_, nullptr)), size_(std::exchange(other.size_, 0)) {}
AuthenticatedMap& AuthenticatedMap::operator=(AuthenticatedMap other) noexcept {
    std::swap(root_, other.root_);
    std::swap(size_, other.size_);
    return *this;
}
AuthenticatedMap::~AuthenticatedMap() {
    release(root_);
}

void AuthenticatedMap::release(const Node* node) noexcept {
    if (node == nullptr || node->references.fetch_sub(1, std::memory_order_acq_rel) != 1) return;
    if (node->shape == Node::Shape::leaf) {
        delete static_cast<const Leaf*>(node);
        return;
    }
    const auto* inner = static_cast<const Inner*>(node);
    release(inner->children[0]);  // at most 256 levels deep
    release(inner->children[1]);
    delete inner;
}

Hash AuthenticatedMap::root() const noexcept {
    return Builder::hash_of(root_);
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
    const Node* root = builder.update(root_, changes, 0);
    return {root, size_ + static_cast<std::uint64_t>(builder.growth())};
}

MapProof AuthenticatedMap::prove(base::BytesView key) const {
    const Hash path = crypto::sha256(key);
    MapProof proof;
    const Node* end = Builder::walk(root_, path, &proof.siblings);
    if (end == nullptr) return proof;
    const auto& leaf = static_cast<const Leaf&>(*end);
    if (leaf.key_hash != path) proof.other = MapProof::OtherLeaf{leaf.key_hash, leaf.value_hash};
    return proof;
}

bool AuthenticatedMap::contains(base::BytesView key) const noexcept {
    return Builder::find(root_, crypto::sha256(key)) != nullptr;
}

std::optional<Hash> AuthenticatedMap::value_hash(base::BytesView key) const noexcept {
    const Leaf* leaf = Builder::find(root_, crypto::sha256(key));
    if (leaf == nullptr) return std::nullopt;
    return leaf->value_hash;
}

}  // namespace placet::state

// Appending is binary counting: a leaf completes as many subtrees as the size has trailing one bits.
#include "ledger/merkle/frontier.hpp"

#include <bit>

#include "ledger/base/cbor.hpp"

namespace placet::merkle {

void Frontier::append(const Hash& leaf) {
    Hash hash = leaf;
    for (std::uint64_t rest = size_; (rest & 1) != 0; rest >>= 1) {
        hash = node_hash(subtrees_.back(), hash);
        subtrees_.pop_back();
    }
    subtrees_.push_back(hash);
    ++size_;
}

void Frontier::append(const Hash& leaf, std::vector<Node>& completed) {
    Node node{0, size_, leaf};
    completed.push_back(node);
    while ((node.index & 1) != 0) {
        node = Node{node.level + 1, node.index >> 1, node_hash(subtrees_.back(), node.hash)};
        subtrees_.pop_back();
        completed.push_back(node);
    }
    subtrees_.push_back(node.hash);
    ++size_;
}

Hash Frontier::root() const noexcept {
    if (subtrees_.empty()) return empty_root();
    Hash hash = subtrees_.back();
    for (std::size_t i = subtrees_.size() - 1; i-- > 0;) hash = node_hash(subtrees_[i], hash);
    return hash;
}

Bytes Frontier::encode() const {
    base::cbor::Writer out;
    out.array(2).uint(size_).array(subtrees_.size());
    for (const Hash& hash : subtrees_) out.bytes(hash.view());
    return std::move(out).take();
}

base::Result<Frontier> Frontier::decode(BytesView bytes) {
    base::cbor::Reader in(bytes);
    Frontier frontier;
    in.array_of(2, "frontier");
    frontier.size_ = in.uint("frontier.size");
    const std::size_t count = in.array(64, "frontier.subtrees");
    if (in.ok() && count != static_cast<std::size_t>(std::popcount(frontier.size_)))
        in.fail(base::ErrorCode::malformed, "one hash per bit set in the size", "frontier.subtrees");
    for (std::size_t i = 0; i < count && in.ok(); ++i) frontier.subtrees_.push_back(in.fixed<Hash>("frontier.subtrees"));
    PLACET_TRY(in.finish());
    return frontier;
}

}  // namespace placet::merkle

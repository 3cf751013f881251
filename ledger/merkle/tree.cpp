// RFC 6962 hashing.
#include "ledger/merkle/tree.hpp"

#include <array>

#include "ledger/merkle/frontier.hpp"

namespace placet::merkle {
namespace {

constexpr std::array<std::uint8_t, 1> kLeafPrefix = {0};
constexpr std::uint8_t kNodePrefix = 1;

}  // namespace

Hash leaf_hash(BytesView entry) noexcept { return crypto::sha256(kLeafPrefix, entry); }

Hash node_hash(const Hash& left, const Hash& right) noexcept {
    // One buffer: a digest update costs more than copying 65 octets.
    std::array<std::uint8_t, 1 + 2 * Hash::kSize> input;
    input[0] = kNodePrefix;
    std::memcpy(input.data() + 1, left.data(), Hash::kSize);
    std::memcpy(input.data() + 1 + Hash::kSize, right.data(), Hash::kSize);
    return crypto::sha256(input);
}

Hash empty_root() noexcept { return crypto::sha256(BytesView{}); }

Hash root_of(std::span<const Hash> leaves) {
    Frontier frontier;
    for (const Hash& leaf : leaves) frontier.append(leaf);
    return frontier.root();
}

Hash root_of_entries(std::span<const Bytes> entries) {
    Frontier frontier;
    for (const Bytes& entry : entries) frontier.append(leaf_hash(entry));
    return frontier.root();
}

std::vector<Hash> leaf_hashes(std::span<const Bytes> entries) {
    std::vector<Hash> out;
    out.reserve(entries.size());
    for (const Bytes& entry : entries) out.push_back(leaf_hash(entry));
    return out;
}

}  // namespace placet::merkle

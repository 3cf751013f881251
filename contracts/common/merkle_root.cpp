// RFC 6962 §2.1, built level by level: an odd last node moves up unchanged, which gives the RFC's split at powers of two.
#include "contracts/common/merkle_root.hpp"

#include <array>

namespace placet::contracts {

Hash merkle_root(std::span<const Bytes> leaves) {
    static constexpr std::array<std::uint8_t, 1> kLeaf = {0x00};
    static constexpr std::array<std::uint8_t, 1> kNode = {0x01};
    if (leaves.empty()) return crypto::sha256(BytesView{});
    std::vector<Hash> level;
    level.reserve(leaves.size());
    for (const Bytes& leaf : leaves) level.push_back(crypto::sha256(kLeaf, leaf));
    while (level.size() > 1) {
        std::size_t out = 0;
        for (std::size_t i = 0; i < level.size(); i += 2, ++out)
            level[out] = i + 1 < level.size() ? crypto::sha256(kNode, level[i].view(), level[i + 1].view()) : level[i];
        level.resize(out);
    }
    return level.front();
}

}  // namespace placet::contracts

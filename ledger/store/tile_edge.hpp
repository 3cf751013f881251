// The right edge of the log's tiles in memory, so that appending a block reads nothing: of each tile level the last,
// growing tile. The committer's.
#pragma once

#include <array>
#include <set>

#include "ledger/store/database.hpp"
#include "ledger/store/layout.hpp"

namespace placet::store {

class TileEdge {
public:
    /// The edge of a log of `size` leaves, from the tiles in the database; `corrupt` where one is missing or has
    /// another width.
    [[nodiscard]] static base::Result<TileEdge> load(const Database& database, std::uint64_t size);

    /// Takes the subtrees that a leaf completed (merkle::Frontier::append).
    void add(std::span<const merkle::Node> completed, WriteSet& set);
    /// Puts the tiles that changed and are not full; full ones were put by add.
    void put_changed(WriteSet& set);

private:
    struct Edge {
        std::uint64_t index = 0;
        std::vector<crypto::Hash> hashes;
    };
    std::array<Edge, merkle::kMaxTileLevel + 1> levels_;
    std::set<unsigned> changed_;
};

}  // namespace placet::store

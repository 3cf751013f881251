// The right edge of the tiles.
#include "ledger/store/tile_edge.hpp"

namespace placet::store {

base::Result<TileEdge> TileEdge::load(const Database& database, std::uint64_t size) {
    TileEdge out;
    for (unsigned level = 0; level <= merkle::kMaxTileLevel; ++level) {
        Edge& edge = out.levels_[level];
        const std::uint64_t hashes = size >> (merkle::kTileHeight * level);
        edge.index = hashes / merkle::kTileWidth;
        const unsigned width = merkle::tile_width(level, edge.index, size);
        if (width == 0) continue;
        PLACET_TRY_ASSIGN(std::optional<base::Bytes> bytes, database.get(Column::tiles, tile_key(level, edge.index)));
        if (!bytes || bytes->size() != width * crypto::Hash::kSize)
            return base::refuse(base::ErrorCode::corrupt, "column tiles: the last tile of level " +
                                                              std::to_string(level) + " does not have the " +
                                                              std::to_string(width) + " hashes of a log of " +
                                                              std::to_string(size) + " leaves");
        PLACET_TRY_ASSIGN(edge.hashes, decode_tile(*bytes));
    }
    return out;
}

void TileEdge::add(std::span<const merkle::Node> completed, WriteSet& set) {
    for (const merkle::Node& node : completed) {
        if (node.level % merkle::kTileHeight != 0) continue;
        const unsigned level = node.level / merkle::kTileHeight;
        Edge& edge = levels_[level];
        edge.hashes.push_back(node.hash);
        changed_.insert(level);
        if (edge.hashes.size() < merkle::kTileWidth) continue;
        set.put(Column::tiles, tile_key(level, edge.index), encode_tile(edge.hashes));
        ++edge.index;
        edge.hashes.clear();
        changed_.erase(level);
    }
}

void TileEdge::put_changed(WriteSet& set) {
    for (const unsigned level : changed_)
        set.put(Column::tiles, tile_key(level, levels_[level].index), encode_tile(levels_[level].hashes));
    changed_.clear();
}

}  // namespace placet::store

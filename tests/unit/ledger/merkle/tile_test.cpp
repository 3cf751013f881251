// The mapping between subtrees and tiles, and the names of tiles.
#include "ledger/merkle/tile.hpp"

#include <catch2/catch.hpp>

#include "ledger/merkle/frontier.hpp"

using namespace placet;
using namespace placet::merkle;

TEST_CASE("tiles have the names of C2SP tlog-tiles") {
    CHECK(tile_path({0, 0, 256}) == "tile/0/000");
    CHECK(tile_path({0, 1234067, 256}) == "tile/0/x001/x234/067");
    CHECK(tile_path({3, 1234067, 8}) == "tile/3/x001/x234/067.p/8");
    CHECK(tile_path({0, 1000, 255}) == "tile/0/x001/000.p/255");
    CHECK(entries_path(273, 112) == "tile/entries/273.p/112");
    for (const Tile& tile : {Tile{0, 0, 256}, Tile{7, 1234067, 8}, Tile{1, 999, 1}, Tile{2, UINT64_MAX >> 8, 256}})
        CHECK(*tile_from_path(tile_path(tile)) == tile);
    for (const char* path : {"", "tile/0", "tile/0/", "tile/0/1", "tile/0/0000", "tile/8/000", "tile/00/000", "tile/0/x000/001", "tile/0/001/002",
                             "tile/0/000.p/0", "tile/0/000.p/256", "tile/0/000.p/08", "tile/entries/000", "tile/0/x001", "tile/0/-01",
                             "/tile/0/000", "tile/0/000 ", "tile/0/x999/x999/x999/x999/x999/x999/x999/999"})
        CHECK_FALSE(tile_from_path(path).has_value());
}

TEST_CASE("a tile is as wide as the log has complete subtrees for it") {
    CHECK(tile_width(0, 0, 0) == 0);
    CHECK(tile_width(0, 0, 1) == 1);
    CHECK(tile_width(0, 0, 256) == 256);
    CHECK(tile_width(0, 1, 256) == 0);
    CHECK(tile_width(0, 1, 300) == 44);
    CHECK(tile_width(1, 0, 255) == 0);
    CHECK(tile_width(1, 0, 70000) == 256);
    CHECK(tile_width(1, 1, 70000) == 17);
    CHECK(tile_width(2, 0, 70000) == 1);
    CHECK(tile_width(9, 0, UINT64_MAX) == 0);
}

TEST_CASE("every subtree's hash is the root of the tile hashes that its span names") {
    std::vector<Node> nodes;
    Frontier frontier;
    for (std::uint64_t i = 0; i < 1100; ++i) frontier.append(leaf_hash(base::as_bytes(std::to_string(i))), nodes);
    const auto find = [&nodes](unsigned level, std::uint64_t index) {
        for (const Node& node : nodes)
            if (node.level == level && node.index == index) return node.hash;
        FAIL("no such node");
        return Hash{};
    };
    std::size_t checked = 0;
    for (const Node& node : nodes) {
        if (node.level < 3) continue;  // the low levels alone would make this slow
        const TileSpan span = tile_span(node.level, node.index);
        REQUIRE(span.offset + span.count <= kTileWidth);
        REQUIRE(tile_width(span.level, span.index, 1100) >= span.offset + span.count);
        std::vector<Hash> hashes;
        for (unsigned i = 0; i < span.count; ++i) hashes.push_back(find(8 * span.level, span.index * kTileWidth + span.offset + i));
        REQUIRE(root_of(hashes) == node.hash);
        ++checked;
    }
    CHECK(checked > 250);
    CHECK(tile_span(0, 300) == TileSpan{0, 1, 44, 1});
    CHECK(tile_span(8, 3) == TileSpan{1, 0, 3, 1});
    CHECK(tile_span(7, 5) == TileSpan{0, 2, 128, 128});
}

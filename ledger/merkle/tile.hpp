// C2SP tlog-tiles: the log's hashes in tiles of up to 256, eight tree levels a tile level. A pure mapping between a subtree
// (level, index) and the hashes of a tile; no file is touched here. Tile (L, N) holds the hashes of the complete subtrees of
// 2^(8L) leaves with indices [256 · N, 256 · N + width).
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "ledger/base/error.hpp"
#include "ledger/merkle/tree.hpp"

namespace placet::merkle {

inline constexpr unsigned kTileHeight = 8;
inline constexpr unsigned kTileWidth = 256;
inline constexpr unsigned kMaxTileLevel = 7;

struct Tile {
    unsigned level = 0;
    std::uint64_t index = 0;
    unsigned width = kTileWidth;  ///< hashes in it: 256 when full, 1 to 255 when partial
    bool operator==(const Tile&) const = default;
};

/// "tile/0/x001/x234/067", partial "tile/0/x001/x234/067.p/8".
[[nodiscard]] std::string tile_path(const Tile& tile);
/// "tile/entries/x001/x234/067[.p/8]": the bundle of entries beside tile (0, index).
[[nodiscard]] std::string entries_path(std::uint64_t index, unsigned width);
/// Refuses (malformed) every text that tile_path does not give.
[[nodiscard]] base::Result<Tile> tile_from_path(std::string_view path);

/// How many hashes tile (level, index) holds in a log of `size` leaves: 0 if it does not exist yet.
[[nodiscard]] unsigned tile_width(unsigned level, std::uint64_t index, std::uint64_t size) noexcept;

/// Where a subtree's hash comes from: the root over `count` hashes (a power of two) of a tile, from `offset` on.
struct TileSpan {
    unsigned level = 0;
    std::uint64_t index = 0;
    unsigned offset = 0;
    unsigned count = 1;
    bool operator==(const TileSpan&) const = default;
};
/// `level` ≤ 63.
[[nodiscard]] TileSpan tile_span(unsigned level, std::uint64_t index) noexcept;

}  // namespace placet::merkle

// Tile arithmetic and the path names of C2SP tlog-tiles.
#include "ledger/merkle/tile.hpp"

#include <charconv>

namespace placet::merkle {
namespace {

using base::ErrorCode;
using base::refuse;

// Three digits a directory, all but the last with an x in front, so that no directory grows beyond a thousand names.
std::string index_path(std::uint64_t index) {
    std::string out;
    for (bool last = true;; last = false) {
        std::string group = std::to_string(index % 1000);
        group.insert(0, 3 - group.size(), '0');
        out = last ? group : "x" + group + "/" + out;
        index /= 1000;
        if (index == 0) return out;
    }
}

std::string with_width(std::string path, unsigned width) {
    if (width < kTileWidth) path += ".p/" + std::to_string(width);
    return path;
}

template <class Number>
bool read_number(std::string_view text, Number& out) noexcept {
    const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), out);
    return error == std::errc{} && stop == text.data() + text.size();
}

}  // namespace

std::string tile_path(const Tile& tile) {
    return with_width("tile/" + std::to_string(tile.level) + "/" + index_path(tile.index), tile.width);
}

std::string entries_path(std::uint64_t index, unsigned width) { return with_width("tile/entries/" + index_path(index), width); }

base::Result<Tile> tile_from_path(std::string_view path) {
    const auto malformed = [] { return refuse(ErrorCode::malformed, "not the path of a tile (tile/0/x001/067 or tile/0/067.p/8)", "path"); };
    constexpr std::string_view kPrefix = "tile/";
    if (!path.starts_with(kPrefix) || path.size() > 64) return malformed();
    Tile tile;
    std::string_view rest = path.substr(kPrefix.size());
    const std::size_t slash = rest.find('/');
    if (slash == std::string_view::npos || !read_number(rest.substr(0, slash), tile.level) || tile.level > kMaxTileLevel) return malformed();
    rest.remove_prefix(slash + 1);
    if (const std::size_t partial = rest.find(".p/"); partial != std::string_view::npos) {
        if (!read_number(rest.substr(partial + 3), tile.width) || tile.width == 0 || tile.width >= kTileWidth) return malformed();
        rest = rest.substr(0, partial);
    }
    std::string digits;
    for (const char c : rest)
        if (c >= '0' && c <= '9') digits.push_back(c);
    if (!read_number(std::string_view(digits), tile.index)) return malformed();
    // The text has one form: what is written differently from how we write it is refused.
    if (tile_path(tile) != path) return malformed();
    return tile;
}

unsigned tile_width(unsigned level, std::uint64_t index, std::uint64_t size) noexcept {
    if (level > kMaxTileLevel) return 0;
    const std::uint64_t hashes = size >> (kTileHeight * level);
    const std::uint64_t full = hashes / kTileWidth;
    if (index < full) return kTileWidth;
    return index == full ? static_cast<unsigned>(hashes % kTileWidth) : 0;
}

TileSpan tile_span(unsigned level, std::uint64_t index) noexcept {
    const unsigned above = level % kTileHeight;  // tree levels above the tile's own hashes
    const std::uint64_t first = index << above;
    return {level / kTileHeight, first / kTileWidth, static_cast<unsigned>(first % kTileWidth), 1U << above};
}

}  // namespace placet::merkle

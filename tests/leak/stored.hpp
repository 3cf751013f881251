// What a store's files hold, as octets to search in. The raw files are searched as well; this is for what they hide:
// tables keep a key without what it shares with the one before it, and could be compressed; logs cut records at blocks
// of 32 KiB and put headers between.
#pragma once

#include <filesystem>
#include <string>

namespace placet::tests {

struct TableContent {
    std::string octets;       ///< every key and value, in order, a line feed after each
    std::string compression;  ///< as the table's properties name it
    std::size_t entries = 0;
};
/// Of an SST file. Throws std::runtime_error if it cannot be read to its end.
[[nodiscard]] TableContent table_content(const std::filesystem::path& file);

/// Records of a write-ahead log or a manifest, whole, one after the other. Throws std::runtime_error at a record that
/// is none.
[[nodiscard]] std::string log_content(const std::filesystem::path& file);

}  // namespace placet::tests

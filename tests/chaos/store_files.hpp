// The files of a node's store, by what RocksDB keeps in them, and one changed bit in one of them.
#pragma once

#include <array>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "tests/support/prng.hpp"

namespace placet::tests::chaos {

enum class StoreFile : std::uint8_t { table, log, manifest, current, options, identity, info };
inline constexpr std::array<StoreFile, 7> kStoreFiles{StoreFile::table,   StoreFile::log,     StoreFile::manifest,
                                                      StoreFile::current, StoreFile::options, StoreFile::identity,
                                                      StoreFile::info};
[[nodiscard]] std::string_view to_string(StoreFile kind) noexcept;

/// None of what holds nothing (LOCK).
[[nodiscard]] std::optional<StoreFile> kind_of(const std::filesystem::path& file);

/// Any file of this kind that is not empty; none if there is none.
[[nodiscard]] std::optional<std::filesystem::path> any_file(const std::filesystem::path& store, StoreFile kind,
                                                            Prng& prng);

/// Changes one bit of a file that is not empty, and says which. Throws where the file cannot be written.
std::string flip_one_bit(const std::filesystem::path& file, Prng& prng);

}  // namespace placet::tests::chaos

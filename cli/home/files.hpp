// Files of the command line: whole, bounded, private where they hold secrets, and replaced atomically.
#pragma once

#include <filesystem>
#include <string>

#include "ledger/base/bytes.hpp"
#include "ledger/base/error.hpp"

namespace placet::cli::home {

/// The whole file; "-" is standard input. A missing, unreadable or too large file is `io`, with the path in `field`.
[[nodiscard]] base::Result<base::Bytes> read_file(const std::filesystem::path& path, std::size_t max_bytes = 64 * 1024 * 1024);
[[nodiscard]] base::Result<std::string> read_text(const std::filesystem::path& path, std::size_t max_bytes = 64 * 1024 * 1024);

/// A new file of mode 0600, fsynced; `conflict` if something stands there already: a key is never overwritten.
[[nodiscard]] base::Status create_private(const std::filesystem::path& path, base::BytesView content);
/// Writes beside, fsyncs, renames over: readers see the old file or the new one. Mode 0644 less umask, or that of a private file.
enum class Privacy : std::uint8_t { shared, secret };
[[nodiscard]] base::Status replace_file(const std::filesystem::path& path, base::BytesView content, Privacy privacy = Privacy::shared);
/// The folder and those above it, mode 0700 for new ones.
[[nodiscard]] base::Status make_folder(const std::filesystem::path& path);

}  // namespace placet::cli::home

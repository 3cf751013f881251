// Files that survive a crash: reading whole files within a limit, and replacing one atomically.
#pragma once

#include <filesystem>

#include "ledger/base/bytes.hpp"
#include "ledger/base/error.hpp"

namespace placet::api::gateway {

/// The whole file; not_found, too_large or io with the path in the message.
[[nodiscard]] base::Result<base::Bytes> read_file(const std::filesystem::path& path, std::size_t max_bytes);

/// Writes "<path>.new" with mode 0600, fsyncs it, renames it over `path` and fsyncs the folder. Durable when it returns.
[[nodiscard]] base::Status replace_file(const std::filesystem::path& path, base::BytesView content);

/// Makes a name in `folder` durable (after creating or renaming).
[[nodiscard]] base::Status sync_folder(const std::filesystem::path& folder);

/// Writes all of `content` to the descriptor; io with errno's words.
[[nodiscard]] base::Status write_all(int file, base::BytesView content);

}  // namespace placet::api::gateway

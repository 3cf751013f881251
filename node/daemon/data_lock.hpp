// The lock on a data folder: one placetd at a time. Held as long as the object lives; the file names the holder.
#pragma once

#include <filesystem>

#include "ledger/base/error.hpp"

namespace placet::node {

class DataLock {
public:
    /// Makes the folder (mode 0700) if need be. conflict if another process holds it, naming its pid; io otherwise.
    [[nodiscard]] static base::Result<DataLock> take(const std::filesystem::path& data);
    DataLock(DataLock&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
    DataLock& operator=(DataLock&&) = delete;
    ~DataLock();

private:
    explicit DataLock(int descriptor) noexcept : descriptor_(descriptor) {}
    int descriptor_;
};

}  // namespace placet::node

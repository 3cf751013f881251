// A small disk of its own for the data of one node: a tmpfs, in a mount namespace that only this process and its
// children see.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

namespace placet::tests::chaos {

/// None once this thread has a mount namespace of its own, else why it may not have one (root, or user namespaces). To
/// be called first while the process has one thread: without root that is a condition.
[[nodiscard]] const std::optional<std::string>& why_no_mounts();

/// Mounted over a folder; what the folder had is not seen meanwhile. The content goes with it.
class SmallDisk {
public:
    /// Throws where it cannot be mounted.
    SmallDisk(std::filesystem::path at, std::uint64_t bytes);
    ~SmallDisk();
    SmallDisk(const SmallDisk&) = delete;
    SmallDisk& operator=(const SmallDisk&) = delete;

    /// Writes a file, or more of it, so that `bytes` are free.
    void fill_but(std::uint64_t bytes) const;
    void remove_filling() const;

private:
    std::filesystem::path at_;
};

}  // namespace placet::tests::chaos

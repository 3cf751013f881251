// Everything that passes over loopback, octet for octet: a packet socket of our own (no tcpdump is assumed), in a
// network namespace of the test's own where the kernel allows one, so that nobody else's traffic is in it. TCP streams
// are put together again, because a string may lie across two segments.
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <thread>

namespace placet::tests {

/// Moves this process (before it has threads) into a user and network namespace of its own with loopback up. Returns
/// why not, empty on success.
[[nodiscard]] std::string enter_own_network();

struct Flow {
    std::uint16_t from = 0;  ///< TCP port
    std::uint16_t to = 0;
    std::string octets;         ///< of the stream, in order
    std::uint64_t missing = 0;  ///< octets that were sent and not captured
};

class Capture {
public:
    /// Packets go to `file` as they come. nullptr with the reason in `why` if this process may not.
    [[nodiscard]] static std::unique_ptr<Capture> start(const std::filesystem::path& file, std::string& why);
    ~Capture();
    Capture(const Capture&) = delete;
    Capture& operator=(const Capture&) = delete;

    /// Ends capturing. What is counted holds from then on.
    void stop();
    [[nodiscard]] std::uint64_t packets() const noexcept { return packets_; }
    [[nodiscard]] std::uint64_t dropped() const noexcept { return dropped_; }
    /// One per direction of each connection.
    [[nodiscard]] std::vector<Flow> flows() const;
    [[nodiscard]] const std::filesystem::path& file() const noexcept { return path_; }

private:
    Capture() = default;
    void run();
    std::filesystem::path path_;
    int socket_ = -1;
    int out_ = -1;
    void* ring_ = nullptr;
    std::atomic<bool> stop_{false};
    std::atomic<bool> failed_{false};
    std::uint64_t packets_ = 0;
    std::uint64_t dropped_ = 0;
    std::thread thread_;
};

}  // namespace placet::tests

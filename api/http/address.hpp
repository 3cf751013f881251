// "host:port" as people write it in files and on command lines, and sockets made of it.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "ledger/base/error.hpp"

namespace placet::api::http {

struct Address {
    std::string host;  ///< name, IPv4, or IPv6 without brackets
    std::uint16_t port = 0;
};

/// Takes "host:port" and "[v6]:port"; refuses (invalid_value) what has no port.
[[nodiscard]] base::Result<Address> parse_address(std::string_view text);

/// A file descriptor that closes itself.
class Socket {
public:
    Socket() noexcept = default;
    explicit Socket(int descriptor) noexcept : descriptor_(descriptor) {}
    Socket(Socket&& other) noexcept : descriptor_(other.release()) {}
    Socket& operator=(Socket&& other) noexcept;
    ~Socket();
    [[nodiscard]] int get() const noexcept { return descriptor_; }
    [[nodiscard]] bool is_open() const noexcept { return descriptor_ >= 0; }
    int release() noexcept;

private:
    int descriptor_ = -1;
};

/// Non-blocking listening socket. In use: conflict, naming the address; otherwise io.
[[nodiscard]] base::Result<Socket> listen_on(std::string_view address);
[[nodiscard]] std::uint16_t port_of(const Socket& socket);

/// Non-blocking connected socket; every address of the name is tried within `timeout` together. unavailable on failure.
[[nodiscard]] base::Result<Socket> connect_to(std::string_view address, std::chrono::milliseconds timeout);

}  // namespace placet::api::http

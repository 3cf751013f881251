// "host:port" as people write it in files and on command lines.
#pragma once

#include <cstdint>
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

}  // namespace placet::api::http

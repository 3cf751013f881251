// Reading "host:port".
#include "api/http/address.hpp"

#include <charconv>

namespace placet::api::http {

using base::ErrorCode;
using base::refuse;
using base::Result;

Result<Address> parse_address(std::string_view text) {
    const auto bad = [&] {
        return refuse(ErrorCode::invalid_value,
                      "expected host:port (for example 127.0.0.1:8443), got \"" + std::string(text) + "\"", "address");
    };
    const std::size_t colon = text.rfind(':');
    if (colon == std::string_view::npos || colon + 1 == text.size()) return bad();
    std::string_view host = text.substr(0, colon);
    if (host.starts_with('[') && host.ends_with(']')) {
        host = host.substr(1, host.size() - 2);
    } else if (host.find(':') != std::string_view::npos) {
        return bad();
    }
    Address address{std::string(host), 0};
    const auto [end, error] = std::from_chars(text.data() + colon + 1, text.data() + text.size(), address.port);
    if (host.empty() || error != std::errc{} || end != text.data() + text.size()) return bad();
    return address;
}

}  // namespace placet::api::http

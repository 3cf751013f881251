// Lower-case hexadecimal, strictly.
#include "ledger/base/hex.hpp"

namespace placet::base {
namespace {

constexpr std::string_view kDigits = "0123456789abcdef";

// -1 for anything that is not one of the sixteen lower-case digits.
int digit_value(char c) noexcept {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    return -1;
}

}  // namespace

std::string to_hex(BytesView bytes) {
    std::string out;
    out.reserve(2 * bytes.size());
    for (const std::uint8_t octet : bytes) {
        out.push_back(kDigits[octet >> 4]);
        out.push_back(kDigits[octet & 15]);
    }
    return out;
}

Result<Bytes> from_hex(std::string_view text) {
    if (text.size() % 2 != 0)
        return refuse(ErrorCode::malformed, "an odd number of hexadecimal digits (" + std::to_string(text.size()) + ")");
    Bytes out;
    out.reserve(text.size() / 2);
    for (std::size_t i = 0; i < text.size(); i += 2) {
        const int high = digit_value(text[i]);
        const int low = digit_value(text[i + 1]);
        if (high < 0 || low < 0)
            return refuse(ErrorCode::malformed, "not a lower-case hexadecimal digit near character " + std::to_string(i + 1));
        out.push_back(static_cast<std::uint8_t>(high << 4 | low));
    }
    return out;
}

}  // namespace placet::base

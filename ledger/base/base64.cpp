// Base64, strictly.
#include "ledger/base/base64.hpp"

namespace placet::base {
namespace {

constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

}  // namespace

std::string to_base64(BytesView bytes) {
    std::string out;
    out.reserve((bytes.size() + 2) / 3 * 4);
    for (std::size_t i = 0; i < bytes.size(); i += 3) {
        const std::size_t count = std::min<std::size_t>(3, bytes.size() - i);
        std::uint32_t group = 0;
        for (std::size_t k = 0; k < 3; ++k) group = group << 8 | (k < count ? bytes[i + k] : 0U);
        for (std::size_t k = 0; k < 4; ++k) out.push_back(k <= count ? kAlphabet[group >> (18 - 6 * k) & 63] : '=');
    }
    return out;
}

Result<Bytes> from_base64(std::string_view text) {
    if (text.size() % 4 != 0) return refuse(ErrorCode::malformed, "base64 comes in groups of four characters, padded with =");
    Bytes out;
    out.reserve(text.size() / 4 * 3);
    for (std::size_t i = 0; i < text.size(); i += 4) {
        std::size_t digits = 4;
        if (i + 4 == text.size()) digits = text[i + 3] != '=' ? 4 : text[i + 2] != '=' ? 3 : 2;
        std::uint32_t group = 0;
        for (std::size_t k = 0; k < 4; ++k) {
            const std::size_t value = k < digits ? kAlphabet.find(text[i + k]) : 0;
            if (value == std::string_view::npos)
                return refuse(ErrorCode::malformed, "not a base64 character at position " + std::to_string(i + k + 1));
            group = group << 6 | static_cast<std::uint32_t>(value);
        }
        const std::uint32_t unused = digits == 4 ? 0 : digits == 3 ? 0xff : 0xffff;
        if ((group & unused) != 0) return refuse(ErrorCode::malformed, "base64 with bits set behind the end");
        for (std::size_t k = 0; k + 1 < digits; ++k) out.push_back(static_cast<std::uint8_t>(group >> (16 - 8 * k)));
    }
    return out;
}

}  // namespace placet::base

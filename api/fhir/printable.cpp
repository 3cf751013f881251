// Walks UTF-8 by hand: what is refused here must not depend on a locale.
#include "api/fhir/printable.hpp"

#include <cstdint>

#include "ledger/base/cbor.hpp"

namespace placet::api::fhir {

namespace {

bool is_harmful(std::uint32_t point) noexcept {
    return point < 0x20 || (point >= 0x7F && point < 0xA0) || point == 0xAD || point == 0x61C ||
           (point >= 0x200B && point <= 0x200F) || (point >= 0x2028 && point <= 0x202E) || (point >= 0x2060 && point <= 0x206F) ||
           point == 0xFEFF || (point >= 0xFFF0 && point <= 0xFFFB) || (point >= 0xE0000 && point <= 0xE0FFF);
}

std::string hex(std::uint32_t value) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    std::string out;
    do out.insert(out.begin(), kDigits[value & 15]);
    while ((value >>= 4) != 0);
    return out;
}

std::size_t length_of(unsigned char lead) noexcept {
    if (lead < 0x80) return 1;
    if (lead >= 0xC2 && lead < 0xE0) return 2;
    if (lead >= 0xE0 && lead < 0xF0) return 3;
    if (lead >= 0xF0 && lead < 0xF5) return 4;
    return 0;
}

}  // namespace

std::string printable(std::string_view text, std::size_t max_chars) {
    std::string out;
    std::size_t chars = 0;
    for (std::size_t at = 0; at < text.size(); ++chars) {
        if (chars == max_chars) return out + "…";
        const std::size_t length = length_of(static_cast<unsigned char>(text[at]));
        const std::string_view one = text.substr(at, length);
        if (length == 0 || one.size() < length || !base::cbor::is_utf8(base::as_bytes(one))) {
            out += "\\x{" + hex(static_cast<unsigned char>(text[at])) + "}";
            ++at;
            continue;
        }
        std::uint32_t point = static_cast<unsigned char>(one[0]) & (length == 1 ? 0x7Fu : 0xFFu >> (length + 1));
        for (std::size_t i = 1; i < length; ++i) point = (point << 6) | (static_cast<unsigned char>(one[i]) & 0x3Fu);
        if (is_harmful(point))
            out += "\\u{" + hex(point) + "}";
        else
            out += one;
        at += length;
    }
    return out;
}

}  // namespace placet::api::fhir

// UTF-8 is decoded by hand (RFC 3629), because what is dangerous is decided per code point.
#include "cli/frame/printable.hpp"

#include <fmt/format.h>

namespace placet::cli::frame {

namespace {
constexpr char32_t kIllFormed = 0xFFFFFFFF;

struct Decoded {
    char32_t point = kIllFormed;
    std::size_t size = 1;
};

/// The code point that starts at `text[0]`; one octet of ill-formed text is taken at a time.
Decoded decode(std::string_view text) {
    const auto octet = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const unsigned first = octet(0);
    if (first < 0x80) return {first, 1};
    const std::size_t size = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
    if (first < 0xC2 || first > 0xF4 || text.size() < size) return {};
    char32_t point = first & (0x7FU >> size);
    for (std::size_t i = 1; i < size; ++i) {
        if ((octet(i) & 0xC0U) != 0x80U) return {};
        point = (point << 6U) | (octet(i) & 0x3FU);
    }
    const bool overlong = (size == 3 && point < 0x800) || (size == 4 && point < 0x10000);
    if (overlong || (point >= 0xD800 && point <= 0xDFFF) || point > 0x10FFFF) return {};
    return {point, size};
}

bool is_dangerous(char32_t point) {
    return point < 0x20 || (point >= 0x7F && point <= 0x9F)  // C0, DEL, C1
           || (point >= 0x200B && point <= 0x200F)           // zero width, marks of direction
           || (point >= 0x2028 && point <= 0x202E)           // separators, bidirectional embedding and override
           || (point >= 0x2060 && point <= 0x206F)           // invisible operators, isolates
           || point == 0x061C || point == 0x00AD || point == 0xFEFF || (point >= 0xFFF9 && point <= 0xFFFB) ||
           (point >= 0xE0000 && point <= 0xE007F);  // tags
}

bool is_combining(char32_t point) {
    return (point >= 0x0300 && point <= 0x036F) || (point >= 0x1AB0 && point <= 0x1AFF) ||
           (point >= 0x20D0 && point <= 0x20FF) || (point >= 0xFE00 && point <= 0xFE0F);
}

template <class Visit>
void for_each_point(std::string_view text, Visit visit) {
    while (!text.empty()) {
        const Decoded decoded = decode(text);
        visit(decoded.point, text.substr(0, decoded.size));
        text.remove_prefix(decoded.size);
    }
}

std::string filtered(std::string_view text, std::string_view allowed) {
    std::string out;
    out.reserve(text.size());
    for_each_point(text, [&](char32_t point, std::string_view octets) {
        if (point == kIllFormed) {
            out += "\xEF\xBF\xBD";
        } else if (is_dangerous(point) && allowed.find(octets) == std::string_view::npos) {
            out += fmt::format("\\u{{{:x}}}", static_cast<std::uint32_t>(point));
        } else {
            out += octets;
        }
    });
    return out;
}
}  // namespace

std::string well_formed(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for_each_point(text, [&](char32_t point, std::string_view octets) { out += point == kIllFormed ? "\xEF\xBF\xBD" : octets; });
    return out;
}

std::string printable(std::string_view text) { return filtered(text, {}); }

std::string printable_lines(std::string_view text) { return filtered(text, "\n"); }

std::size_t columns(std::string_view text) {
    std::size_t count = 0;
    for_each_point(text, [&](char32_t point, std::string_view) { count += is_combining(point) ? 0 : 1; });
    return count;
}

}  // namespace placet::cli::frame

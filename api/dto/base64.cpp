// Base64 with exactly one text per value (RFC 4648 §3.5, §4).
#include <array>

#include "api/dto/json.hpp"

namespace placet::api::dto {
namespace {

constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

constexpr std::array<std::int8_t, 256> kValues = [] {
    std::array<std::int8_t, 256> values{};
    values.fill(-1);
    for (std::size_t i = 0; i < kAlphabet.size(); ++i) values[static_cast<unsigned char>(kAlphabet[i])] = static_cast<std::int8_t>(i);
    return values;
}();

std::unexpected<base::Error> not_base64(const char* why) { return base::refuse(base::ErrorCode::malformed, std::string("not base64: ") + why); }

}  // namespace

std::string to_base64(base::BytesView bytes) {
    std::string out;
    out.reserve((bytes.size() + 2) / 3 * 4);
    for (std::size_t i = 0; i < bytes.size(); i += 3) {
        const std::size_t have = std::min<std::size_t>(3, bytes.size() - i);
        std::uint32_t group = static_cast<std::uint32_t>(bytes[i]) << 16;
        if (have > 1) group |= static_cast<std::uint32_t>(bytes[i + 1]) << 8;
        if (have > 2) group |= bytes[i + 2];
        out += kAlphabet[group >> 18];
        out += kAlphabet[(group >> 12) & 63];
        out += have > 1 ? kAlphabet[(group >> 6) & 63] : '=';
        out += have > 2 ? kAlphabet[group & 63] : '=';
    }
    return out;
}

base::Result<base::Bytes> from_base64(std::string_view text) {
    if (text.size() % 4 != 0) return not_base64("its length is not a multiple of four");
    base::Bytes out;
    out.reserve(text.size() / 4 * 3);
    for (std::size_t i = 0; i < text.size(); i += 4) {
        const bool last = i + 4 == text.size();
        std::size_t padding = 0;
        if (last && text[i + 3] == '=') padding = text[i + 2] == '=' ? 2 : 1;
        std::uint32_t group = 0;
        for (std::size_t j = 0; j < 4; ++j) {
            const std::int8_t value = j >= 4 - padding ? std::int8_t{0} : kValues[static_cast<unsigned char>(text[i + j])];
            if (value < 0) return not_base64("a character outside its alphabet");
            group = group << 6 | static_cast<std::uint32_t>(value);
        }
        if ((padding == 1 && (group & 0xff) != 0) || (padding == 2 && (group & 0xffff) != 0)) return not_base64("non-zero bits after the end");
        out.push_back(static_cast<std::uint8_t>(group >> 16));
        if (padding < 2) out.push_back(static_cast<std::uint8_t>(group >> 8));
        if (padding < 1) out.push_back(static_cast<std::uint8_t>(group));
    }
    return out;
}

}  // namespace placet::api::dto

// Encodings, and a search by the first eight octets.
#include "tests/leak/needles.hpp"

#include <algorithm>
#include <cstring>
#include <set>
#include <stdexcept>

#include "ledger/base/hex.hpp"

namespace placet::tests {

namespace {

using Encoded = Needles::Encoded;
constexpr std::size_t kFilterBits = 22;

std::uint64_t first_octets(const char* at) {
    std::uint64_t out = 0;
    std::memcpy(&out, at, sizeof out);
    return out;
}
std::size_t filter_slot(std::uint64_t octets) {
    return static_cast<std::size_t>((octets * 0x9E3779B97F4A7C15ULL) >> (64 - kFilterBits));
}

bool is_alphanumeric(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

std::string cased(std::string text, char from, char to) {
    for (char& c : text)
        if (c >= from && c <= to) c = static_cast<char>(c ^ 0x20);
    return text;
}

std::vector<std::uint32_t> code_points(const std::string& text) {
    std::vector<std::uint32_t> out;
    for (const char c : text) {
        const auto octet = static_cast<unsigned char>(c);
        if ((octet & 0xC0) != 0x80)
            out.push_back(octet < 0x80   ? octet
                          : octet < 0xE0 ? octet & 0x1FU
                          : octet < 0xF0 ? octet & 0x0FU
                                         : octet & 0x07U);
        else
            out.back() = out.back() << 6 | (octet & 0x3FU);
    }
    return out;
}

enum class Order : std::uint8_t { little, big };
std::string utf16(const std::string& text, Order order) {
    std::string out;
    for (const std::uint32_t point : code_points(text)) {  // the samples' texts lie in the basic plane
        const char low = static_cast<char>(point & 0xFF);
        const char high = static_cast<char>(point >> 8);
        out += order == Order::little ? low : high;
        out += order == Order::little ? high : low;
    }
    return out;
}

/// The digits of base64 that depend on the text alone when `shift` octets stand before it in its group of three.
std::string base64(const std::string& text, std::size_t shift, std::string_view last_two) {
    const std::string digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789" + std::string(last_two);
    const std::string padded = std::string(shift, '\0') + text;
    const auto bit = [&](std::size_t number) {
        return (static_cast<unsigned char>(padded[number / 8]) >> (7 - number % 8)) & 1U;
    };
    std::string out;
    for (std::size_t at = (shift * 8 + 5) / 6 * 6; at + 6 <= padded.size() * 8; at += 6) {
        unsigned value = 0;
        for (std::size_t i = 0; i < 6; ++i) value = value << 1 | bit(at + i);
        out += digits[value];
    }
    return out;
}

std::string percent_encoded(const std::string& text, std::string_view blank) {
    std::string out;
    for (const char c : text) {
        if (is_alphanumeric(c) || c == '-' || c == '.' || c == '_' || c == '~')
            out += c;
        else if (c == ' ')
            out += blank;
        else
            out += "%" + cased(base::to_hex(base::as_bytes(std::string_view(&c, 1))), 'a', 'f');
    }
    return out;
}

std::string json_escaped(const std::string& text) {
    std::string out;
    for (const std::uint32_t point : code_points(text)) {
        if (point < 0x80) {
            out += static_cast<char>(point);
            continue;
        }
        const std::string two{static_cast<char>(point >> 8), static_cast<char>(point & 0xFF)};
        out += "\\u" + base::to_hex(base::as_bytes(two));
    }
    return out;
}

}  // namespace

std::vector<Encoded> Needles::encodings_of(const std::string& text) {
    const std::string hex = base::to_hex(base::as_bytes(text));
    std::vector<Encoded> all{{"UTF-8", text},
                             {"small letters", cased(text, 'A', 'Z')},
                             {"capital letters", cased(text, 'a', 'z')},
                             {"UTF-16LE", utf16(text, Order::little)},
                             {"UTF-16BE", utf16(text, Order::big)},
                             {"hexadecimal", hex},
                             {"HEXADECIMAL", cased(hex, 'a', 'f')},
                             {"percent-encoding", percent_encoded(text, "%20")},
                             {"form encoding", percent_encoded(text, "+")},
                             {"JSON escapes", json_escaped(text)}};
    constexpr std::string_view kShifts[] = {"first", "second", "third"};
    for (std::size_t shift = 0; shift < 3; ++shift) {
        all.push_back({"base64, " + std::string(kShifts[shift]) + " alignment", base64(text, shift, "+/")});
        all.push_back({"base64url, " + std::string(kShifts[shift]) + " alignment", base64(text, shift, "-_")});
    }
    std::string digits;
    std::ranges::copy_if(text, std::back_inserter(digits), [](char c) { return c >= '0' && c <= '9'; });
    const bool is_number = std::ranges::none_of(
        text.substr(text.empty() ? 0 : 1), [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); });
    if (is_number && digits.size() >= kShortest) all.push_back({"digits alone", digits, Encoded::Match::token});
    std::set<std::string> seen;
    std::erase_if(all,
                  [&](const Encoded& one) { return one.octets.size() < kShortest || !seen.insert(one.octets).second; });
    return all;
}

Needles::Needles(const std::vector<std::string>& personal)
    : texts_(personal), may_begin_(std::size_t{1} << kFilterBits) {
    for (std::size_t text = 0; text < texts_.size(); ++text) {
        if (texts_[text].size() < kShortest)
            throw std::invalid_argument("too short to be searched for: " + texts_[text]);
        for (Encoded& one : encodings_of(texts_[text])) {
            const std::uint64_t begin = first_octets(one.octets.data());
            may_begin_[filter_slot(begin)] = true;
            begins_[begin].push_back(needles_.size());
            needles_.push_back({std::move(one.octets), text, std::move(one.encoding), one.match});
        }
    }
}

std::vector<Find> Needles::search(std::string_view octets) const {
    std::vector<Find> out;
    for (std::size_t at = 0; at + kShortest <= octets.size(); ++at) {
        const std::uint64_t begin = first_octets(octets.data() + at);
        if (!may_begin_[filter_slot(begin)]) continue;
        const auto found = begins_.find(begin);
        if (found == begins_.end()) continue;
        for (const std::size_t number : found->second) {
            const Needle& needle = needles_[number];
            if (!octets.substr(at).starts_with(needle.octets)) continue;
            const std::size_t end = at + needle.octets.size();
            const bool is_token = (at == 0 || (!is_alphanumeric(octets[at - 1]) && octets[at - 1] != '-')) &&
                                  (end == octets.size() || !is_alphanumeric(octets[end]));
            if (needle.match == Encoded::Match::token && !is_token) continue;
            out.push_back({texts_[needle.text], needle.encoding, at});
        }
    }
    return out;
}

}  // namespace placet::tests

// The canonical CBOR writer and its strict reader. Heads are the shortest form or refused.
#include "ledger/base/cbor.hpp"

#include "ledger/base/assert.hpp"

namespace placet::base::cbor {
namespace {

constexpr std::uint8_t kUnsigned = 0;
constexpr std::uint8_t kNegative = 1;
constexpr std::uint8_t kByteString = 2;
constexpr std::uint8_t kTextString = 3;
constexpr std::uint8_t kArray = 4;
constexpr std::uint8_t kMap = 5;
constexpr std::uint8_t kSimple = 7;
constexpr std::uint8_t kFalse = 20;
constexpr std::uint8_t kTrue = 21;
constexpr std::uint8_t kNull = 22;
constexpr std::uint8_t kNullOctet = kSimple << 5 | kNull;
constexpr unsigned kMaxNesting = 16;

void put_head(Bytes& out, std::uint8_t major, std::uint64_t argument) {
    const auto type = static_cast<std::uint8_t>(major << 5);
    unsigned width = 0;
    if (argument < 24) {
        out.push_back(static_cast<std::uint8_t>(type | argument));
        return;
    }
    if (argument <= 0xff) {
        out.push_back(type | 24);
        width = 1;
    } else if (argument <= 0xffff) {
        out.push_back(type | 25);
        width = 2;
    } else if (argument <= 0xffffffff) {
        out.push_back(type | 26);
        width = 4;
    } else {
        out.push_back(type | 27);
        width = 8;
    }
    for (unsigned shift = 8 * width; shift > 0; shift -= 8) out.push_back(static_cast<std::uint8_t>(argument >> (shift - 8)));
}

std::string_view name_of(std::uint8_t major) noexcept {
    constexpr std::string_view kNames[] = {"an unsigned integer", "a negative integer", "a byte string", "a text string",
                                           "an array",            "a map",              "a tag",         "a simple value"};
    return kNames[major & 7];
}

}  // namespace

Writer& Writer::uint(std::uint64_t value) {
    put_head(out_, kUnsigned, value);
    return *this;
}

Writer& Writer::integer(std::int64_t value) {
    if (value >= 0) return uint(static_cast<std::uint64_t>(value));
    put_head(out_, kNegative, static_cast<std::uint64_t>(-(value + 1)));
    return *this;
}

Writer& Writer::bytes(BytesView value) {
    put_head(out_, kByteString, value.size());
    append(out_, value);
    return *this;
}

Writer& Writer::text(std::string_view value) {
    ASSERT(is_utf8(as_bytes(value)), "text written to CBOR must be UTF-8: check input where it enters");
    put_head(out_, kTextString, value.size());
    append(out_, as_bytes(value));
    return *this;
}

Writer& Writer::array(std::size_t items) {
    put_head(out_, kArray, items);
    return *this;
}

Writer& Writer::map(std::size_t pairs) {
    put_head(out_, kMap, pairs);
    return *this;
}

Writer& Writer::boolean(bool value) {
    put_head(out_, kSimple, value ? kTrue : kFalse);
    return *this;
}

Writer& Writer::null() {
    put_head(out_, kSimple, kNull);
    return *this;
}

Writer& Writer::raw(BytesView item) {
    append(out_, item);
    return *this;
}

ItemType Reader::peek() noexcept {
    if (failed_) return ItemType::invalid;
    if (at_end()) return ItemType::end;
    const std::uint8_t octet = input_[position_];
    switch (octet >> 5) {
        case kUnsigned: return ItemType::uint;
        case kNegative: return ItemType::negative;
        case kByteString: return ItemType::bytes;
        case kTextString: return ItemType::text;
        case kArray: return ItemType::array;
        case kMap: return ItemType::map;
        default: break;
    }
    if (octet == (kSimple << 5 | kFalse) || octet == (kSimple << 5 | kTrue)) return ItemType::boolean;
    return octet == kNullOctet ? ItemType::null : ItemType::invalid;
}

Reader::Head Reader::head(std::string_view field) {
    if (failed_) return {};
    if (at_end()) {
        fail(ErrorCode::malformed, "the input ends early", field);
        return {};
    }
    const std::uint8_t first = input_[position_++];
    const auto major = static_cast<std::uint8_t>(first >> 5);
    const std::uint8_t low = first & 31;
    if (low < 24) return {major, low};
    if (low > 27) {
        fail(ErrorCode::not_canonical, "indefinite lengths and reserved heads are not allowed", field);
        return {};
    }
    const std::size_t width = std::size_t{1} << (low - 24);
    std::uint64_t argument = 0;
    for (const std::uint8_t octet : take(width, field)) argument = argument << 8 | octet;
    if (failed_) return {};
    const bool shortest = width == 1 ? argument >= 24 : argument >> (4 * width) != 0;
    if (!shortest) {
        fail(ErrorCode::not_canonical, "a number is not in its shortest form", field);
        return {};
    }
    return {major, argument};
}

Reader::Head Reader::expect(std::uint8_t major, std::string_view field) {
    const Head found = head(field);
    if (failed_) return {};
    if (found.major != major) {
        fail(ErrorCode::malformed, "expected " + std::string(name_of(major)) + ", found " + std::string(name_of(found.major)), field);
        return {};
    }
    return found;
}

BytesView Reader::take(std::uint64_t count, std::string_view field) {
    if (failed_) return {};
    if (count > input_.size() - position_) {
        fail(ErrorCode::malformed, "the input ends early", field);
        return {};
    }
    const BytesView out = input_.subspan(position_, static_cast<std::size_t>(count));
    position_ += static_cast<std::size_t>(count);
    return out;
}

std::uint64_t Reader::uint(std::string_view field) { return expect(kUnsigned, field).argument; }

std::uint64_t Reader::uint_at_most(std::uint64_t max, std::string_view field) {
    const std::uint64_t value = uint(field);
    if (ok() && value > max) fail(ErrorCode::invalid_value, "at most " + std::to_string(max) + " is allowed here", field);
    return ok() ? value : 0;
}

std::int64_t Reader::integer(std::string_view field) {
    const Head found = head(field);
    if (failed_) return 0;
    if (found.major != kUnsigned && found.major != kNegative) {
        fail(ErrorCode::malformed, "expected an integer, found " + std::string(name_of(found.major)), field);
        return 0;
    }
    if (found.argument > static_cast<std::uint64_t>(INT64_MAX)) {
        fail(ErrorCode::invalid_value, "the integer does not fit 64 bits", field);
        return 0;
    }
    const auto value = static_cast<std::int64_t>(found.argument);
    return found.major == kUnsigned ? value : -value - 1;
}

BytesView Reader::bytes(std::size_t max_size, std::string_view field) {
    const Head found = expect(kByteString, field);
    if (ok() && found.argument > max_size)
        fail(ErrorCode::too_large, "at most " + std::to_string(max_size) + " octets are allowed here", field);
    return ok() ? take(found.argument, field) : BytesView{};
}

std::string_view Reader::text(std::size_t max_size, std::string_view field) {
    const Head found = expect(kTextString, field);
    if (ok() && found.argument > max_size)
        fail(ErrorCode::too_large, "at most " + std::to_string(max_size) + " octets of text are allowed here", field);
    const BytesView value = ok() ? take(found.argument, field) : BytesView{};
    if (ok() && !is_utf8(value)) fail(ErrorCode::malformed, "the text is not UTF-8", field);
    return ok() ? as_text(value) : std::string_view{};
}

bool Reader::boolean(std::string_view field) {
    const ItemType next = peek();
    if (ok() && next != ItemType::boolean) fail(ErrorCode::malformed, "expected true or false", field);
    return ok() && input_[position_++] == (kSimple << 5 | kTrue);
}

void Reader::null(std::string_view field) {
    if (!maybe_null() && ok()) fail(ErrorCode::malformed, "expected null", field);
}

bool Reader::maybe_null() {
    if (peek() != ItemType::null) return false;
    ++position_;
    return true;
}

std::size_t Reader::array(std::size_t max_items, std::string_view field) {
    const Head found = expect(kArray, field);
    if (ok() && found.argument > max_items)
        fail(ErrorCode::too_large, "at most " + std::to_string(max_items) + " items are allowed here", field);
    // Each item takes an octet at least: a promise of more than is left is refused before anybody allocates for it.
    if (ok() && found.argument > input_.size() - position_) fail(ErrorCode::malformed, "the input ends early", field);
    return ok() ? static_cast<std::size_t>(found.argument) : 0;
}

void Reader::array_of(std::size_t items, std::string_view field) {
    const Head found = expect(kArray, field);
    if (ok() && found.argument != items)
        fail(ErrorCode::malformed,
             "expected " + std::to_string(items) + " items, found " + std::to_string(found.argument), field);
}

void Reader::map_of(std::size_t pairs, std::string_view field) {
    const Head found = expect(kMap, field);
    if (ok() && found.argument != pairs)
        fail(ErrorCode::malformed,
             "expected " + std::to_string(pairs) + " pairs, found " + std::to_string(found.argument), field);
}

BytesView Reader::item(std::string_view field) {
    const std::size_t start = position_;
    skip_item(field);
    return ok() ? input_.subspan(start, position_ - start) : BytesView{};
}

void Reader::skip_item(std::string_view field) {
    std::uint64_t open[kMaxNesting + 1] = {1};  // items still to read at each depth
    unsigned depth = 0;
    while (ok()) {
        while (open[depth] == 0) {
            if (depth == 0) return;
            --depth;
        }
        --open[depth];
        const Head found = head(field);
        if (failed_) return;
        switch (found.major) {
            case kUnsigned:
            case kNegative: break;
            case kByteString: take(found.argument, field); break;
            case kTextString:
                if (!is_utf8(take(found.argument, field)) && ok()) fail(ErrorCode::malformed, "the text is not UTF-8", field);
                break;
            case kArray:
                if (depth == kMaxNesting) {
                    fail(ErrorCode::too_large, "nested more than 16 deep", field);
                } else if (found.argument > input_.size() - position_) {
                    fail(ErrorCode::malformed, "the input ends early", field);
                } else {
                    open[++depth] = found.argument;
                }
                break;
            case kSimple:
                if (found.argument < kFalse || found.argument > kNull)
                    fail(ErrorCode::unsupported, "only false, true and null are allowed of the simple values", field);
                break;
            default: fail(ErrorCode::unsupported, "maps and tags are not allowed here", field); break;
        }
    }
}

void Reader::fail(ErrorCode code, std::string message, std::string_view field) {
    if (failed_) return;
    failed_ = true;
    error_ = Error{code, std::move(message), std::string(field)};
}

Status Reader::finish() {
    if (!failed_ && !at_end()) fail(ErrorCode::not_canonical, "octets follow after the end of the item", {});
    if (failed_) return std::unexpected(error_);
    return {};
}

bool is_utf8(BytesView bytes) noexcept {
    std::size_t i = 0;
    while (i < bytes.size()) {
        const std::uint8_t lead = bytes[i];
        if (lead < 0x80) {
            ++i;
            continue;
        }
        std::size_t more = 0;
        std::uint32_t point = 0;
        std::uint32_t least = 0;
        if (lead >= 0xc2 && lead <= 0xdf) {
            more = 1, point = lead & 0x1fU, least = 0x80;
        } else if (lead >= 0xe0 && lead <= 0xef) {
            more = 2, point = lead & 0x0fU, least = 0x800;
        } else if (lead >= 0xf0 && lead <= 0xf4) {
            more = 3, point = lead & 0x07U, least = 0x10000;
        } else {
            return false;
        }
        if (more >= bytes.size() - i) return false;
        for (std::size_t k = 1; k <= more; ++k) {
            if ((bytes[i + k] & 0xc0) != 0x80) return false;
            point = point << 6 | (bytes[i + k] & 0x3fU);
        }
        const bool surrogate = point >= 0xd800 && point <= 0xdfff;
        if (point < least || point > 0x10ffff || surrogate) return false;
        i += more + 1;
    }
    return true;
}

}  // namespace placet::base::cbor

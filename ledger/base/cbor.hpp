// Deterministic CBOR (RFC 8949 §4.2.1) in a strict subset: unsigned and negative integers, byte strings, text strings
// (valid UTF-8), arrays as positional structs, false, true, null. No floats, tags, indefinite lengths, undefined; maps
// only where COSE demands them. There is one encoding of every value; the reader refuses any other, so
// encode(decode(x)) == x. Total and bounded: no input makes the reader throw, recurse or allocate more than the input.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "ledger/base/bytes.hpp"
#include "ledger/base/error.hpp"

namespace placet::base::cbor {

/// Appends canonical items to an owned buffer. Nesting is the caller's: `array(3)` promises three items.
class Writer {
public:
    Writer& uint(std::uint64_t value);
    /// Any signed value: major type 0 or 1.
    Writer& integer(std::int64_t value);
    Writer& bytes(BytesView value);
    /// `value` must be valid UTF-8 (ASSERT).
    Writer& text(std::string_view value);
    Writer& array(std::size_t items);
    /// For COSE headers alone; the caller writes keys in canonical order.
    Writer& map(std::size_t pairs);
    Writer& boolean(bool value);
    Writer& null();
    /// Appends an item that is already canonical.
    Writer& raw(BytesView item);

    [[nodiscard]] const Bytes& view() const noexcept { return out_; }
    [[nodiscard]] Bytes take() && { return std::move(out_); }

private:
    void head(std::uint8_t major, std::uint64_t argument);
    Bytes out_;
};

enum class ItemType : std::uint8_t { uint, negative, bytes, text, array, map, boolean, null, end, invalid };

/// Reads canonical items. The first error sticks: later reads return empty values and `finish` returns that error, so
/// a decoder reads straight down and asks once. Borrowed views point into the input.
class Reader {
public:
    explicit Reader(BytesView input) noexcept : input_(input) {}

    [[nodiscard]] ItemType peek() noexcept;
    std::uint64_t uint(std::string_view field);
    /// As uint, refused above `max`.
    std::uint64_t uint_at_most(std::uint64_t max, std::string_view field);
    std::int64_t integer(std::string_view field);
    BytesView bytes(std::size_t max_size, std::string_view field);
    std::string_view text(std::size_t max_size, std::string_view field);
    bool boolean(std::string_view field);
    void null(std::string_view field);
    /// True, and consumed, if the next item is null.
    bool maybe_null();
    /// Number of items that follow. Refuses more than `max_items`, and more than bytes are left.
    std::size_t array(std::size_t max_items, std::string_view field);
    /// Refuses any other number of items than `items`.
    void array_of(std::size_t items, std::string_view field);
    void map_of(std::size_t pairs, std::string_view field);
    /// The raw bytes of the next item, whatever it is, checked canonical, nesting at most 16, no maps.
    BytesView item(std::string_view field);
    template <class Fixed>
    Fixed fixed(std::string_view field) {
        const BytesView value = bytes(Fixed::kSize, field);
        if (ok() && value.size() != Fixed::kSize) fail(ErrorCode::malformed, "wrong length", field);
        return ok() ? Fixed::copy_of(value) : Fixed{};
    }

    /// Records an error of the caller's own (a value out of range); the first one sticks.
    void fail(ErrorCode code, std::string message, std::string_view field);
    [[nodiscard]] bool ok() const noexcept { return !failed_; }
    [[nodiscard]] bool at_end() const noexcept { return position_ == input_.size(); }
    [[nodiscard]] std::size_t position() const noexcept { return position_; }
    /// Success only if nothing failed and the whole input was read.
    [[nodiscard]] Status finish();

private:
    struct Head {  // zero after an error
        std::uint8_t major = 0;
        std::uint64_t argument = 0;
    };
    Head head(std::string_view field);
    Head expect(std::uint8_t major, std::string_view field);
    BytesView take(std::uint64_t count, std::string_view field);
    void skip_item(std::string_view field);

    BytesView input_;
    std::size_t position_ = 0;
    bool failed_ = false;
    Error error_;
};

/// True for valid UTF-8 (RFC 3629: no surrogates, no overlong forms).
[[nodiscard]] bool is_utf8(BytesView bytes) noexcept;

}  // namespace placet::base::cbor

// Walks the payload of a consent's E part where it lies, copying nothing. The payload was decoded strictly before it
// was recorded (decode_consent), so forms are not checked again: only that nothing is read past the end. The first
// octet that does not fit fails the cursor; what is read afterwards is empty, and `ok` says so once.
#pragma once

#include <optional>
#include <string_view>

#include "contracts/common/codec.hpp"

namespace placet::contracts::consent {

/// A Coding in place.
struct CodingView {
    std::string_view system;
    std::string_view code;
};

class PayloadCursor {
public:
    explicit PayloadCursor(BytesView payload) noexcept : at_(payload.data()), end_(payload.data() + payload.size()) {}

    [[nodiscard]] bool ok() const noexcept { return !failed_; }
    [[nodiscard]] bool at_end() const noexcept { return at_ == end_; }
    [[nodiscard]] const std::uint8_t* position() const noexcept { return at_; }
    [[nodiscard]] bool next_is_empty_array() const noexcept { return at_ != end_ && *at_ == kArray << 5; }
    std::uint64_t uint() noexcept { return head(kUnsigned); }
    std::optional<std::uint64_t> maybe_uint() noexcept {
        if (at_ != end_ && *at_ == kNull) {
            ++at_;
            return std::nullopt;
        }
        return uint();
    }
    std::string_view text() noexcept {
        const std::uint64_t size = head(kText);
        const std::uint8_t* from = at_;
        if (!advance(size)) return {};
        return {reinterpret_cast<const char*>(from), static_cast<std::size_t>(size)};
    }
    std::size_t array() noexcept {
        const std::uint64_t items = head(kArray);
        if (items <= left()) return static_cast<std::size_t>(items);
        fail();
        return 0;
    }
    void array_of(std::size_t items) noexcept {
        if (array() != items) fail();
    }
    CodingView coding() noexcept {
        array_of(2);
        const std::string_view system = text();
        return {system, text()};
    }
    /// The next item's octets.
    BytesView skip() noexcept {
        const std::uint8_t* from = at_;
        if (next_is_empty_array()) return {from, ++at_};
        for (std::size_t items = 1; items > 0 && !failed_; --items) {
            if (at_ == end_) return fail(), BytesView{};
            const std::uint8_t major = *at_ >> 5;
            if (major == kSimple) {
                ++at_;
                continue;
            }
            const std::uint64_t argument = head(major);
            if (major == kBytes || major == kText) advance(argument);
            if (major == kArray && argument > left()) fail();
            if (major == kArray && !failed_) items += static_cast<std::size_t>(argument);
        }
        return failed_ ? BytesView{} : BytesView{from, at_};
    }

private:
    static constexpr std::uint8_t kUnsigned = 0, kBytes = 2, kText = 3, kArray = 4, kSimple = 7, kNull = 0xf6;

    [[nodiscard]] std::size_t left() const noexcept { return static_cast<std::size_t>(end_ - at_); }
    void fail() noexcept {
        failed_ = true;
        at_ = end_;
    }
    bool advance(std::uint64_t octets) noexcept {
        if (octets > left()) return fail(), false;
        at_ += octets;
        return true;
    }
    std::uint64_t head(std::uint8_t major) noexcept {
        if (at_ == end_ || *at_ >> 5 != major) return fail(), 0;
        const std::uint8_t low = *at_++ & 31;
        if (low < 24) return low;
        const std::size_t width = std::size_t{1} << (low & 3);
        if (low > 27 || width > left()) return fail(), 0;
        std::uint64_t argument = 0;
        for (std::size_t i = 0; i < width; ++i) argument = argument << 8 | *at_++;
        return argument;
    }

    const std::uint8_t* at_;
    const std::uint8_t* end_;
    bool failed_ = false;
};

}  // namespace placet::contracts::consent

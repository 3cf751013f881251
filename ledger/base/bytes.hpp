// Bytes: the one currency between rooms. Owned (`Bytes`) and borrowed (`BytesView`) octet strings,
// and the fixed-size octet strings that name things. No encoding, no meaning.
#pragma once

#include <algorithm>
#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace placet::base {

using Bytes = std::vector<std::uint8_t>;
using BytesView = std::span<const std::uint8_t>;

/// A fixed-size octet string. `Tag` keeps a hash from being passed where a nonce is meant.
template <std::size_t N, class Tag>
struct FixedBytes {
    static constexpr std::size_t kSize = N;
    std::array<std::uint8_t, N> octets{};

    [[nodiscard]] constexpr BytesView view() const noexcept { return octets; }
    [[nodiscard]] constexpr const std::uint8_t* data() const noexcept { return octets.data(); }
    [[nodiscard]] constexpr std::uint8_t* data() noexcept { return octets.data(); }
    [[nodiscard]] static constexpr std::size_t size() noexcept { return N; }
    [[nodiscard]] constexpr bool is_zero() const noexcept {
        return std::ranges::all_of(octets, [](std::uint8_t octet) { return octet == 0; });
    }
    auto operator<=>(const FixedBytes&) const = default;

    /// Copies `view`, which must be exactly N octets long (checked by the caller).
    [[nodiscard]] static FixedBytes copy_of(BytesView view) noexcept {
        FixedBytes out;
        if (view.size() == N) std::memcpy(out.octets.data(), view.data(), N);
        return out;
    }
};

[[nodiscard]] inline BytesView as_bytes(std::string_view text) noexcept {
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}
[[nodiscard]] inline std::string_view as_text(BytesView bytes) noexcept {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}
[[nodiscard]] inline Bytes to_bytes(BytesView view) { return {view.begin(), view.end()}; }
[[nodiscard]] inline Bytes to_bytes(std::string_view text) { return to_bytes(as_bytes(text)); }
inline void append(Bytes& out, BytesView more) { out.insert(out.end(), more.begin(), more.end()); }
[[nodiscard]] inline bool equal(BytesView a, BytesView b) noexcept { return std::ranges::equal(a, b); }

/// Hashes any FixedBytes whose octets are already uniform (hashes, keys, nonces), for unordered containers.
struct FixedBytesHasher {
    template <std::size_t N, class Tag>
    std::size_t operator()(const FixedBytes<N, Tag>& value) const noexcept {
        static_assert(N >= sizeof(std::size_t));
        std::size_t out;
        std::memcpy(&out, value.data() + (N - sizeof out), sizeof out);
        return out;
    }
};

}  // namespace placet::base

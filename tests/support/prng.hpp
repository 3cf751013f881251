// A small deterministic generator for property tests (splitmix64): the same seed gives the same run everywhere.
#pragma once

#include <cstdint>

#include "ledger/base/bytes.hpp"

namespace placet::tests {

class Prng {
public:
    explicit Prng(std::uint64_t seed) noexcept : state_(seed) {}

    std::uint64_t next() noexcept {
        state_ += 0x9e3779b97f4a7c15ULL;
        std::uint64_t z = state_;
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
        z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
        return z ^ (z >> 31);
    }
    /// Below `bound`, which is not 0.
    std::uint64_t below(std::uint64_t bound) noexcept { return next() % bound; }
    base::Bytes bytes(std::size_t size) {
        base::Bytes out(size);
        for (std::uint8_t& octet : out) octet = static_cast<std::uint8_t>(next());
        return out;
    }
    template <class Fixed>
    Fixed fixed() {
        return Fixed::copy_of(bytes(Fixed::kSize));
    }

private:
    std::uint64_t state_;
};

/// One random small change: a bit flipped, an octet set, inserted or removed, or a piece cut off.
inline base::Bytes mutated(base::Bytes bytes, Prng& prng) {
    if (bytes.empty()) return {static_cast<std::uint8_t>(prng.next())};
    const std::size_t at = static_cast<std::size_t>(prng.below(bytes.size()));
    const auto place = bytes.begin() + static_cast<std::ptrdiff_t>(at);
    const auto octet = static_cast<std::uint8_t>(prng.next());
    switch (prng.below(5)) {
        case 0: *place ^= static_cast<std::uint8_t>(1U << prng.below(8)); break;
        case 1: *place = octet; break;
        case 2: bytes.insert(place, octet); break;
        case 3: bytes.erase(place); break;
        default: bytes.resize(at); break;
    }
    return bytes;
}

}  // namespace placet::tests

// Numbers that look random and are the same on every machine for the same seed (SplitMix64, Steele et al. 2014). For samples
// only: never for keys.
#pragma once

#include <cstdint>
#include <string>

namespace placet::cli::samples {

class Random {
public:
    explicit Random(std::uint64_t seed) noexcept : state_(seed) {}

    [[nodiscard]] std::uint64_t next() noexcept {
        std::uint64_t z = (state_ += 0x9E3779B97F4A7C15ULL);
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
        return z ^ (z >> 31);
    }
    /// 0 to `bound` − 1.
    [[nodiscard]] std::uint64_t below(std::uint64_t bound) noexcept { return next() % bound; }
    template <class Container>
    [[nodiscard]] const auto& pick(const Container& items) noexcept {
        return items[below(std::size(items))];
    }
    [[nodiscard]] std::string digits(std::size_t count) {
        std::string out;
        for (std::size_t i = 0; i < count; ++i) out.push_back(static_cast<char>('0' + below(10)));
        return out;
    }
    [[nodiscard]] std::string hex(std::size_t count) {
        std::string out;
        for (std::size_t i = 0; i < count; ++i) out.push_back("0123456789abcdef"[below(16)]);
        return out;
    }

private:
    std::uint64_t state_;
};

}  // namespace placet::cli::samples

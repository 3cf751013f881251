// What must be found nowhere, and the search for it: every personal string of the sample patients as it is and as
// software would turn it over (other cases, UTF-16, hexadecimal, base64 at its three alignments, percent-encoding, JSON
// escapes), and the digits of numbers, telephones and birth dates run together, which count only as a whole token. One
// pass over the octets for all of them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace placet::tests {

/// Where a needle was found.
struct Find {
    std::string text;      ///< the personal string
    std::string encoding;  ///< "UTF-8", "base64, second alignment", …
    std::size_t at = 0;
};

class Needles {
public:
    /// Shorter ones would be found by chance: a personal string must have kShortest octets, the samples see to it.
    static constexpr std::size_t kShortest = 8;
    explicit Needles(const std::vector<std::string>& personal);

    [[nodiscard]] std::size_t count() const noexcept { return needles_.size(); }
    [[nodiscard]] std::vector<Find> search(std::string_view octets) const;

    /// One text in every encoding, for controls: (encoding, octets).
    struct Encoded {
        std::string encoding;
        std::string octets;
        enum class Match : std::uint8_t { anywhere, token } match = Match::anywhere;
    };
    [[nodiscard]] static std::vector<Encoded> encodings_of(const std::string& text);

private:
    struct Needle {
        std::string octets;
        std::size_t text = 0;
        std::string encoding;
        Encoded::Match match = Encoded::Match::anywhere;
    };
    std::vector<std::string> texts_;
    std::vector<Needle> needles_;
    std::vector<bool> may_begin_;                                         ///< by a hash of the first kShortest octets
    std::unordered_map<std::uint64_t, std::vector<std::size_t>> begins_;  ///< by the first kShortest octets
};

}  // namespace placet::tests

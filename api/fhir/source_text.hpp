// A file's text before it is parsed: blank space around it, its lines (NDJSON), how deep its Bundles may nest.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace placet::api::fhir {

/// Bundles in Bundles; a deeper one is refused.
inline constexpr std::size_t kMaxBundleDepth = 4;

/// Without blanks, tabs and line ends at both ends.
[[nodiscard]] std::string_view trimmed(std::string_view text) noexcept;

/// The lines of a text that are not blank, in order. The text outlives it.
class Lines {
public:
    explicit Lines(std::string_view text) : rest_(text) {}
    /// Untrimmed, without its line feed; none at the end.
    [[nodiscard]] std::optional<std::string_view> next();
    [[nodiscard]] std::size_t number() const noexcept {
        return number_;
    }  ///< of the line that next() gave, from 1, blank ones counted

private:
    std::string_view rest_;
    std::size_t number_ = 0;
};

}  // namespace placet::api::fhir

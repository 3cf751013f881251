// Blank space and lines: see source_text.hpp.
#include "api/fhir/source_text.hpp"

#include <algorithm>

namespace placet::api::fhir {

std::string_view trimmed(std::string_view text) noexcept {
    constexpr std::string_view kSpace = " \t\r\n";
    const std::size_t first = text.find_first_not_of(kSpace);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(kSpace) - first + 1);
}

std::optional<std::string_view> Lines::next() {
    while (!rest_.empty()) {
        const std::string_view line = rest_.substr(0, rest_.find('\n'));
        rest_.remove_prefix(std::min(line.size() + 1, rest_.size()));
        ++number_;
        if (!trimmed(line).empty()) return line;
    }
    return std::nullopt;
}

}  // namespace placet::api::fhir

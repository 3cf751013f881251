// How far a word is from another: for "did you mean …?" wherever somebody mistyped a name.
#pragma once

#include <cstddef>
#include <string_view>

namespace placet::base {

/// Fewest insertions, removals and replacements of single octets that make one of the other (Levenshtein, 1966). Time
/// in proportion to the product of the sizes: bound what comes from outside.
[[nodiscard]] std::size_t edit_distance(std::string_view a, std::string_view b);

}  // namespace placet::base

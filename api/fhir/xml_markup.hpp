// A first look at XML markup, before a parser builds a tree of it: where each element begins and ends, how deep they
// go, and what has no place in FHIR (a document type declaration, entities of one's own, control characters).
#pragma once

#include <unordered_map>

#include "api/fhir/json_value.hpp"

namespace placet::api::fhir {

/// First octet of an element ('<') → one past its last.
using ElementEnds = std::unordered_map<std::size_t, std::size_t>;

/// Errors as parse_xml.
[[nodiscard]] base::Result<ElementEnds> look_at_markup(std::string_view text, const JsonLimits& limits);

/// "line 3, column 7" of an octet.
[[nodiscard]] std::string place_in_text(std::string_view text, std::size_t offset);

}  // namespace placet::api::fhir

// FHIR's XML form read into the same tree that its JSON form gives, so that one reader serves both and names the same
// elements (FHIR R4 §2.6.1). Strict: UTF-8, no document type declaration and with it no entities of one's own, one root
// in FHIR's namespace, no text between elements, no unknown attribute; bounded in size, depth and number of elements
// before a parser sees it. Comments and processing instructions are passed over. `begin` and `end` of every element are
// its place in the source: what is kept is the exact slice. The narrative is kept as one text.
#pragma once

#include "api/fhir/json_value.hpp"

namespace placet::api::fhir {

/// Errors: malformed (with line and column), unsupported (a document type declaration), too_large. Never throws.
[[nodiscard]] base::Result<JsonValue> parse_xml(std::string_view text, const JsonLimits& limits = {});

/// Whether a text is XML rather than JSON, by its first character that is no white space.
[[nodiscard]] bool looks_like_xml(std::string_view text) noexcept;

}  // namespace placet::api::fhir

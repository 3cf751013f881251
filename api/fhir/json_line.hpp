// A JSON text that is one line of a file (NDJSON): the caller says which line, so an error says the column alone.
#pragma once

#include "api/fhir/json_value.hpp"

namespace placet::api::fhir {

/// parse_json of one line; its errors' texts begin "column 41: " instead of "line 1, column 41: ".
[[nodiscard]] inline base::Result<JsonValue> parse_json_line(std::string_view line, const JsonLimits& limits = {}) {
    auto value = parse_json(line, limits);
    constexpr std::string_view kFirst = "line 1, ";
    if (!value && value.error().message.starts_with(kFirst)) value.error().message.erase(0, kFirst.size());
    return value;
}

}  // namespace placet::api::fhir

// RFC 9457 problem details: the one shape of every refusal, made by the server for what never reaches a handler and by the
// handlers for the rest. `type` is "urn:placet:problem:<kind>"; kinds are stable and listed in docs/api.md.
#pragma once

#include <string>
#include <string_view>

#include "api/http/message.hpp"

namespace placet::api::http {

inline constexpr std::string_view kProblemPrefix = "urn:placet:problem:";

struct Problem {
    unsigned status = 500;
    std::string kind;         ///< snake_case
    std::string detail;       ///< a sentence that says what to do
    std::string field;        ///< header, parameter or JSON path; left out if empty
    std::string request_id;   ///< left out if empty
    std::string transaction;  ///< id in hexadecimal, where known; left out if empty
};

[[nodiscard]] Response to_response(const Problem& problem);

/// `text` as a JSON string with its quotes; octets that are not UTF-8 become U+FFFD.
[[nodiscard]] std::string json_quoted(std::string_view text);

}  // namespace placet::api::http

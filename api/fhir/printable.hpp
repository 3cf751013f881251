// Text of strangers made safe to show: whatever a document says, it cannot move a terminal's cursor, colour a refusal green
// or turn the direction of a line.
#pragma once

#include <string>
#include <string_view>

namespace placet::api::fhir {

/// `text` with control characters (C0, DEL, C1), line and paragraph separators, bidirectional controls and zero-width
/// characters written as "\u{1b}", and what is not UTF-8 as "\x{ff}". At most `max_chars` characters, then "…".
[[nodiscard]] std::string printable(std::string_view text, std::size_t max_chars = 200);

}  // namespace placet::api::fhir

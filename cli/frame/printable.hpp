// What may reach a terminal. Data come from files, patients and other people's nodes: a control character in a name could move
// the cursor, recolour or overwrite what we say, and a bidirectional override could turn "refused" around.
#pragma once

#include <string>
#include <string_view>

namespace placet::cli::frame {

/// Ill-formed UTF-8 replaced by U+FFFD, one per offending octet; everything else unchanged.
[[nodiscard]] std::string well_formed(std::string_view text);

/// One line that is safe to show: well formed, and every control character (C0, DEL, C1), line or paragraph separator,
/// bidirectional control and invisible joiner written as "\u{…}". Newlines and tabs are controls here.
[[nodiscard]] std::string printable(std::string_view text);

/// As printable(), newlines kept: for whole texts that were put together from printable lines.
[[nodiscard]] std::string printable_lines(std::string_view text);

/// Columns a terminal needs for printable text: code points, combining marks not counted. Good enough to align a table.
[[nodiscard]] std::size_t columns(std::string_view text);

}  // namespace placet::cli::frame

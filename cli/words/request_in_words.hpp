// A request for access as the REST API gives it, in sentences: where it stands, why, what would change a refusal.
#pragma once

#include "cli/words/in_words.hpp"

namespace placet::cli::words {

/// One or more lines a dataset: state, what its terms say, rounded counts, votes, grant.
[[nodiscard]] std::vector<std::string> request_in_words(const frame::Json& request);
/// One line: "r-1: review, "Study", by researcher@university".
[[nodiscard]] std::string request_line(const frame::Json& request);

}  // namespace placet::cli::words

// Rows of an access trail, as the REST API gives them, in sentences: who saw which data, when, why, and what was refused.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cli/frame/json.hpp"

namespace placet::cli::words {

/// "2026-11-23 08:00 UTC: researcher@university was given Observation data from cardiology for health research."
[[nodiscard]] std::string trail_in_words(const frame::Json& event);
/// "2026-11-23 08:00 UTC: regulator@regulator read this list."
[[nodiscard]] std::string read_in_words(const frame::Json& read, std::string_view self = {});
/// Whether the event says no about everybody it shows.
[[nodiscard]] bool is_refusal(const frame::Json& event);

/// What left under which grant, from the releases among `events`: [{grant, researcher, dataset, times, last_at}].
[[nodiscard]] frame::Json released_before(const frame::Json& events);

}  // namespace placet::cli::words

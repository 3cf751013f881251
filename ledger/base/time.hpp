// Instants on the ledger: milliseconds since 1970-01-01T00:00:00Z, unsigned. RFC 3339 text at the edges.
// Reading a clock is not done here: rooms below `node` take time as a value.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "ledger/base/error.hpp"

namespace placet::base {

using TimeMs = std::uint64_t;

/// The far end of an open validity ("no end"): larger than any instant a document can name.
inline constexpr TimeMs kForever = UINT64_MAX;
/// The largest instant RFC 3339 can write: 9999-12-31T23:59:59.999Z.
inline constexpr TimeMs kLastInstant = 253402300799999ULL;

/// "2026-11-23T08:00:00.000Z"; kForever and anything past year 9999 is "no end".
[[nodiscard]] std::string to_rfc3339(TimeMs instant);

/// Full date-time with offset (RFC 3339 §5.6), 1970 to 9999. Fractions beyond milliseconds are truncated.
[[nodiscard]] Result<TimeMs> from_rfc3339(std::string_view text);

/// A calendar day in UTC ("2026-11-23") as the instant at which it begins.
[[nodiscard]] Result<TimeMs> day_from_iso(std::string_view text);

}  // namespace placet::base

// FHIR's date, dateTime and instant: texts of any precision ("2024", "2024-05", "2024-05-17", with time and zone) read
// as the interval of instants they can mean. A day without a zone is a day in UTC, and says so.
#pragma once

#include <string>
#include <string_view>

#include "contracts/consent/model.hpp"
#include "ledger/base/error.hpp"
#include "ledger/base/time.hpp"

namespace placet::api::fhir {

struct TimeInterval {
    base::TimeMs earliest = 0;
    base::TimeMs latest = 0;   ///< inclusive, to the millisecond
    bool zone_stated = false;  ///< false: read as UTC
    bool operator==(const TimeInterval&) const = default;
};

/// FHIR R4 §2.24.0.1 dateTime: YYYY, YYYY-MM, YYYY-MM-DD or YYYY-MM-DDThh:mm:ss(.fff)(Z|±hh:mm); a time needs its zone
/// and its seconds; 24:00 is refused; :60 is read as the second after. Instants before 1970 are read as 1970 (the
/// ledger's clock begins there), years 1 to 9999. malformed with what was expected.
[[nodiscard]] base::Result<TimeInterval> read_date_time(std::string_view text);

/// The same text as the time of data, on the scale of contracts::consent::data_time(): years before 1970 keep their
/// order.
[[nodiscard]] base::Result<contracts::consent::Period> read_data_time(std::string_view text);
/// An instant of that scale: "1955-03-01" at midnight UTC, else with its time.
[[nodiscard]] std::string data_time_text(base::TimeMs instant);

}  // namespace placet::api::fhir

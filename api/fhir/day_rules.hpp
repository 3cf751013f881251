// Consents as rules about days (contracts/consent/periods.hpp): what the German broad consent and its kin say in
// provision.period and provision.code. Only what decides about days is demanded of a document; a document that says
// something else than FHIR about it is refused with its element, and what is not understood makes a permit count for
// nothing.
//
//   - Only a consent whose status is active has rules.
//   - A root deny means "denied unless permitted below": it takes away only what it names itself and nothing below
//   permits, or, with
//     nothing below and no code, everything. Below the root every rule stands. In R5 the type alternates from
//     `decision` downwards.
//   - A permit needs its codes, is bounded by the period of everything that encloses it and by its own dataPeriod, and
//   does not count
//     if it is limited in another way (actor, purpose, class, …). A deny inherits codes and period where it states
//     none, and is not bounded by anything.
//   - A day is the calendar day as written, whatever the zone; a year or month means all its days; an open end is
//   0001-01-01 or 9999-12-31.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "api/fhir/json_value.hpp"
#include "contracts/consent/periods.hpp"

namespace placet::api::fhir {

struct DayReading {
    std::vector<contracts::consent::DayConsent> consents;
    std::vector<std::string>
        patients;  ///< whose they are, as references, ascending, unique; consents that name nobody add nothing
};

/// One Consent of R4 or R5. Errors: malformed, invalid_value, unsupported (STU3), too_large; `field` is the element's
/// path.
[[nodiscard]] base::Result<contracts::consent::DayConsent> read_day_rules(const JsonValue& consent);

/// Adds every Consent of a text: a resource or a Bundle (Bundles in it, too) in JSON or XML, or NDJSON (by its name, or
/// by its shape). Other resources are passed over. The first error ends the reading; `field` begins with the place:
/// "entry[3].resource: Consent.status".
[[nodiscard]] base::Status add_day_rules(DayReading& reading, std::string_view file, std::string_view text);

}  // namespace placet::api::fhir

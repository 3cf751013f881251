// CONTEXT.json of `placet decide`: who asks for which data of whom, for what, when. Everything but `patient` may be
// left out; a field that is not known is refused with the nearest name.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "api/fhir/json_value.hpp"
#include "contracts/common/coding.hpp"
#include "ledger/base/time.hpp"

namespace placet::api::fhir {

struct AccessQuestion {
    std::string patient;  ///< a reference: "Patient/x", an address, urn:uuid
    std::string actor;
    std::string actor_organization;
    std::vector<std::string> actor_groups;    ///< taken as authenticated
    std::vector<contracts::Coding> purposes;  ///< all must be permitted
    std::string action;                       ///< a code of HL7's consent actions
    std::vector<contracts::Coding> classes;   ///< all must be permitted
    std::vector<contracts::Coding> codes;     ///< likewise; German consents: the policy codes asked for
    std::vector<contracts::Coding> security_labels;
    std::string jurisdiction;  ///< ISO 3166 code; no rule about a FHIR Consent rests on it
    std::optional<base::TimeMs> at;
};

/// Errors: malformed, invalid_value, too_large; `field` is the element ("purpose[0].code").
[[nodiscard]] base::Result<AccessQuestion> read_question(const JsonValue& context);

/// An RFC 3339 date-time, or a date for its first instant (UTC). The instants of the ledger's clock only: 1970 to 9999.
[[nodiscard]] base::Result<base::TimeMs> read_instant(std::string_view text, std::string field);

}  // namespace placet::api::fhir

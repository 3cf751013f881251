// The types of what any resource may have and decisions rest on: meta with its profiles and labels, extensions, contained
// resources, codings, references, the flags of memberships (FHIR §2.6.2 and the definitions of Resource, Meta, Extension,
// Coding and Reference). A label, a reference or a profile of another shape would be overlooked, and what it forbids with
// it: such a resource is refused, with the element named. What else a resource holds is its own business.
#pragma once

#include "api/fhir/json_value.hpp"

namespace placet::api::fhir {

/// Errors: malformed, `field` = "Observation.meta.security[0]".
[[nodiscard]] base::Status check_shape(const JsonValue& resource);

}  // namespace placet::api::fhir

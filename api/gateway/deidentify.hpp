// What of a patient's records may leave: coded values, quantities and dates, under the pseudonym; never a name, number,
// address, narrative, note or any other text that is not a code. Built as a list of what is kept, so that an element
// nobody thought of stays behind. Pure.
#pragma once

#include <string>
#include <vector>

#include "api/fhir/json_value.hpp"
#include "api/gateway/registry.hpp"
#include "contracts/consent/evaluate.hpp"

namespace placet::api::gateway {

/// The patient's resources with everything that points to her taken out. Her id is the pseudonym in hexadecimal; ids of
/// her other resources are HMACs under s_p, stable over releases and guessable by nobody. References to anything
/// outside the list are dropped, organisations' excepted. `this_year`: ages of 90 and more are told as 90.
[[nodiscard]] std::vector<fhir::JsonValue> deidentified(const std::vector<fhir::JsonValue>& resources,
                                                        const RegisteredPatient& patient, int this_year);

/// What residual rules of a consent ask about each of a patient's resources, in their order; relations among them
/// included.
[[nodiscard]] std::vector<contracts::consent::DataContext> data_contexts_of(
    const std::vector<fhir::JsonValue>& resources, std::string_view patient_reference);

}  // namespace placet::api::gateway

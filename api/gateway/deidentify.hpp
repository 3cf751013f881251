// What of a patient's records may leave: coded values, quantities and dates, under the pseudonym; never a name, number, address,
// narrative, note or any other text that is not a code. Built as a list of what is kept, so that an element nobody thought of
// stays behind. Pure.
#pragma once

#include <string>
#include <vector>

#include "api/fhir/json_value.hpp"
#include "api/gateway/registry.hpp"
#include "contracts/consent/evaluate.hpp"

namespace placet::api::gateway {

/// The patient's resources with everything that points to her taken out. Her id is the pseudonym in hexadecimal; ids of her other
/// resources are HMACs under s_p, stable over releases and guessable by nobody. References to anything outside the list are
/// dropped, organisations' excepted. `this_year`: ages of 90 and more are told as 90.
[[nodiscard]] std::vector<fhir::JsonValue> deidentified(const std::vector<fhir::JsonValue>& resources, const RegisteredPatient& patient, int this_year);

/// What residual rules of a consent ask about a resource (contracts/consent/evaluate.hpp): reference, relations, authors, codes,
/// labels, and when it was made. The patient's own reference is Patient/$subject, as in the model.
[[nodiscard]] contracts::consent::DataContext data_context_of(const fhir::JsonValue& resource, std::string_view patient_reference);

/// A resource with a modifier extension or implicit rules cannot be understood without them: it is not released.
[[nodiscard]] bool is_understood(const fhir::JsonValue& resource);

}  // namespace placet::api::gateway

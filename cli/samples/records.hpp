// Clinical records of a patient as a FHIR R4 Bundle: what the gateway filters and releases.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string_view>

#include "cli/samples/person.hpp"

namespace placet::cli::samples {

/// The Patient resource alone: name, birth date, number, address, telephone.
[[nodiscard]] nlohmann::ordered_json make_patient(const Person& person, std::string_view hospital);

/// A collection: the Patient, an Encounter, Observations, a Condition, a MedicationRequest and a DiagnosticReport about her.
[[nodiscard]] nlohmann::ordered_json make_record(Random& random, const Person& person, std::string_view hospital);

}  // namespace placet::cli::samples

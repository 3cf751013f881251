// What rules of a consent ask about a resource (contracts/consent/evaluate.hpp): reference, relations, authors, kinds,
// codes, labels, and when it was made; and whether it is about a patient.
#pragma once

#include <functional>
#include <string>

#include "api/fhir/consent_reader.hpp"
#include "contracts/consent/evaluate.hpp"

namespace placet::api::fhir {

/// `name` gives the name of a Reference element as the consents' model has it (the patient's own is Patient/$subject),
/// empty for one that names nothing. Codes are all codings found in the instance but those of its metadata; labels are
/// those of meta.security and the inline labels of DS4P; authors are performer, author and recorder. What refers to the
/// resource is for the caller to add.
[[nodiscard]] contracts::consent::DataContext data_context_of(const JsonValue& resource, std::string own_name,
                                                              const ReferenceResolver& name);

/// Whether the resource is about `patient` (a name): she is its subject, patient, beneficiary, …, or it is her own
/// record.
[[nodiscard]] bool is_about(const JsonValue& resource, std::string_view own_name, std::string_view patient,
                            const ReferenceResolver& name);

/// A resource with a modifier extension or implicit rules cannot be understood without them: it is not shown.
[[nodiscard]] bool is_understood(const JsonValue& resource);

}  // namespace placet::api::fhir

// Reads one FHIR R4 (4.0.1) or R5 (5.0.0) Consent into the model that rules decide by (contracts/consent/model.hpp).
// What the document does not say is not invented; what cannot be read as published is refused with its element; what
// can be read but not decided by becomes a doubt in the model, which makes every decision by this consent
// indeterminate. Other FHIR versions are refused by the element that shows them. The model holds codes and references
// only: display, text, narrative, notes and names stay behind.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "api/fhir/json_value.hpp"
#include "contracts/consent/commands.hpp"
#include "contracts/consent/model.hpp"

namespace placet::api::fhir {

struct ConsentReading {
    contracts::consent::Consent model;
    std::string
        patient_reference;    ///< "Patient/<id>": for the custodian's registry; in the model it is Patient/$subject
    std::string document_id;  ///< Consent.id, else the first identifier's value, else empty
    std::vector<std::string>
        notes;  ///< how it was read, for the custodian's eyes ("dateTime has no zone: read as UTC")
};

/// Gives the name of what a Reference names: an entry of the same Bundle by its fullUrl ("urn:uuid:…" becomes
/// "Type/id"), a resource known by its identifier; an empty text where it knows nothing.
using ReferenceResolver = std::function<std::string(const JsonValue& reference)>;

/// Errors: unsupported (another version), malformed, invalid_value, too_large; `field` is the element's path.
[[nodiscard]] base::Result<ConsentReading> read_consent(const JsonValue& resource,
                                                        const ReferenceResolver& resolve = {});

/// R4 or R5; unsupported (another version, or a mixture as in drafts of R5), naming the element that shows it.
[[nodiscard]] base::Result<contracts::consent::FhirVersion> version_of(const JsonValue& resource);

/// How a consent is recorded on the ledger, from what its document says.
struct RecordedValidity {
    contracts::consent::RecordedStatus status = contracts::consent::RecordedStatus::active;
    base::TimeMs not_before_ms = 0;
    base::TimeMs not_after_ms = base::kForever;
};
[[nodiscard]] RecordedValidity validity_of(const contracts::consent::Consent& model) noexcept;

}  // namespace placet::api::fhir

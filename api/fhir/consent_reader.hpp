// Reads one FHIR R4 (4.0.1) Consent into the model that rules decide by (contracts/consent/model.hpp). What the document does
// not say is not invented; what cannot be read as published is refused with its element; what can be read but not decided by
// becomes a doubt in the model, which makes every decision by this consent indeterminate. Other FHIR versions are refused by the
// element that shows them. The model holds codes and references only: display, text, narrative, notes and names stay behind.
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
    std::string patient_reference;   ///< "Patient/<id>": for the custodian's registry; in the model it is Patient/$subject
    std::string document_id;         ///< Consent.id, else the first identifier's value, else empty
    std::vector<std::string> notes;  ///< how it was read, for the custodian's eyes ("dateTime has no zone: read as UTC")
};

/// Turns a reference that only has meaning inside a Bundle ("urn:uuid:…", an entry's fullUrl) into "Type/id"; gives back an
/// empty text where it knows nothing.
using ReferenceResolver = std::function<std::string(std::string_view reference)>;

/// Errors: unsupported (another version), malformed, invalid_value, too_large; `field` is the element's path.
[[nodiscard]] base::Result<ConsentReading> read_consent(const JsonValue& resource, const ReferenceResolver& resolve = {});

/// "FHIR STU3", "FHIR R5" or empty, and the element that shows it.
struct OtherVersion {
    std::string version;
    std::string element;
};
[[nodiscard]] OtherVersion other_version_of(const JsonValue& resource);

/// How a consent is recorded on the ledger, from what its document says.
struct RecordedValidity {
    contracts::consent::RecordedStatus status = contracts::consent::RecordedStatus::active;
    base::TimeMs not_before_ms = 0;
    base::TimeMs not_after_ms = base::kForever;
};
[[nodiscard]] RecordedValidity validity_of(const contracts::consent::Consent& model) noexcept;

}  // namespace placet::api::fhir

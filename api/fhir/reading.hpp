// What the readers of a Consent's parts share: the datatypes (codings, references, periods), and where doubts and notes
// go.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "api/fhir/consent_reader.hpp"
#include "api/fhir/element.hpp"

namespace placet::api::fhir {

/// Resource types as R4 codes them; R5's fhir-types are read as these.
inline constexpr std::string_view kResourceTypes = "http://hl7.org/fhir/resource-types";
/// The usual name of a code system known by several (its OID, its address before 2018).
[[nodiscard]] std::string usual_system(std::string_view system);

/// The state of one reading. Lives on the stack of read_consent.
class Reading {
public:
    Reading(ConsentReading& out, const ReferenceResolver& resolve) : out_(out), resolve_(resolve) {}

    /// A doubt at `path` (of elements the standard knows: no text of the document may get into the model).
    void doubt(const std::string& path, std::string_view why);
    void note(std::string text) { out_.notes.push_back(std::move(text)); }

    /// Doubts about members that `known` does not list, and about modifier extensions; primitive extensions ("_status")
    /// and plain extensions are allowed to be passed over (FHIR R4 §2.4).
    void check_members(const Element& element, const std::vector<std::string_view>& known);

    /// The codings of one CodeableConcept; one with words alone is a doubt.
    [[nodiscard]] base::Result<std::vector<contracts::Coding>> concept_codings(const Element& element);
    /// All codings of a repeating CodeableConcept or Coding: repetitions are alternatives.
    [[nodiscard]] base::Result<std::vector<contracts::Coding>> concepts(const Element& parent, std::string_view name,
                                                                        std::size_t max_items);
    [[nodiscard]] base::Result<std::vector<contracts::Coding>> codings(const Element& parent, std::string_view name,
                                                                       std::size_t max_items);
    /// The reference as rules see it; empty (with a doubt if `when_missing` says so) where it names nothing that can be
    /// compared.
    enum class Missing : std::uint8_t { doubt, pass };
    [[nodiscard]] base::Result<std::string> reference(const Element& element, Missing when_missing);
    /// On the ledger's clock, or (`data_period`) on the scale of data.
    [[nodiscard]] base::Result<contracts::consent::Period> period(const Element& parent, std::string_view name);
    [[nodiscard]] base::Result<contracts::consent::Period> data_period(const Element& parent, std::string_view name);

    /// Sets the patient, so that equal references become Patient/$subject.
    void set_subject(std::string reference) { out_.patient_reference = std::move(reference); }
    /// A reference resolved and without its version; empty if it names nothing.
    [[nodiscard]] std::string resolved(const Element& reference) const;
    [[nodiscard]] const std::string& subject() const noexcept { return out_.patient_reference; }

private:
    [[nodiscard]] base::Result<contracts::Coding> coding(const Element& element);
    enum class Scale : std::uint8_t { ledger, data };
    [[nodiscard]] base::Result<contracts::consent::Period> period_on(const Element& parent, std::string_view name,
                                                                     Scale scale);
    ConsentReading& out_;
    const ReferenceResolver& resolve_;
};

/// Where a provision stands: the root is at depth 1. In R5 a level has the opposite type of the one above (none:
/// unknown).
struct ProvisionLevel {
    contracts::consent::FhirVersion version = contracts::consent::FhirVersion::r4;
    std::size_t depth = 1;
    std::optional<contracts::consent::ProvisionType> type;
};
[[nodiscard]] base::Result<contracts::consent::Provision> read_provision(Reading& reading, const Element& element,
                                                                         const ProvisionLevel& level);

/// Consent of R5 into the model; the reading holds what R4 and R5 share.
[[nodiscard]] base::Status read_r5(Reading& reading, const Element& consent, contracts::consent::Consent& model);
/// The patient of a consent: Consent.patient or, in R5, Consent.subject.
[[nodiscard]] base::Status read_subject(Reading& reading, const Element& consent, std::string_view name);
/// References of `name`, those that name nothing noted and left out.
[[nodiscard]] base::Result<std::vector<std::string>> read_references(Reading& reading, const Element& consent,
                                                                     std::string_view name);

/// Doubts where a consent that declares a profile does not keep it. The model must be complete.
void check_profile(Reading& reading, const Element& consent, contracts::consent::Profile profile);
/// Of meta.profile.
[[nodiscard]] contracts::consent::Profile declared_profile(Reading& reading, const Element& consent);

}  // namespace placet::api::fhir

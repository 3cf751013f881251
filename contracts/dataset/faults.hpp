// Deliberate mistakes in the matcher, for tests alone: each must be caught by the model (tests/model). Rules are asked
// without one.
#pragma once

#include <cstdint>

namespace placet::contracts::dataset {

enum class MatchFault : std::uint8_t {
    none,
    review_beats_deny,            ///< a doubt hides a refusal
    general_fits_disease,         ///< general research is approved on disease-specific data
    modifiers_unread,             ///< of all modifiers only NPU is looked at
    one_disease_suffices,         ///< any requested disease inside is enough
    broader_fits,                 ///< a broader disease than the consented one is approved
    narrowest_permission,         ///< among several permissions the strictest counts
    first_purpose_only,           ///< the rest of the purposes is not judged
    unknown_commerce_is_no,       ///< who says nothing is taken for not-for-profit
    time_limit_uncapped,          ///< a time limit does not shorten the grant
    time_limit_exclusive,         ///< as many months as allowed are refused
    ancestry_is_biomedical,       ///< POA is approved on HMB
    sensitive_unseen,             ///< a sensitive population needs no review
    npoa_one_spelling,            ///< DUO_00000044 is an unknown code
    moratorium_reversed,          ///< dates before the moratorium's end are fine
    contradiction_is_review,      ///< evidence against a condition is taken for missing evidence
    nothing_permitted_is_denied,  ///< a dataset without permissions denies
    unmapped_is_unrelated,        ///< a DOID without a Mondo name is taken for another disease
    refusal_is_undertaken,        ///< an undertaking that is refused becomes an obligation
    methods_never_within,         ///< NMDS denies inside the consented disease, too
    care_is_research,             ///< clinical care needs no CC
};

}  // namespace placet::contracts::dataset

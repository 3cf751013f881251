// Deliberate mistakes in the rules of consent, for the tests' second model alone: each must be caught by it. Included
// by no room but this one and tests; the public functions of evaluate.hpp have none.
#pragma once

#include <cstdint>
#include <span>

#include "contracts/consent/evaluate.hpp"

namespace placet::contracts::consent {

enum class Fault : std::uint8_t {
    none,
    permit_beats_deny,           ///< among several consents a permit wins
    break_glass_by_subsumption,  ///< TREAT covers BTG and ETREAT
    label_or_higher_on_permit,   ///< a permit of N lets R through
    lowest_label_counts,         ///< of several labels the lowest is taken for the mark
    unlabelled_is_normal,        ///< an unlabelled resource matches label permits
    expired_still_counts,        ///< ends of validity are ignored
    not_yet_counts,              ///< a consent counts before its date
    withdrawn_still_counts,      ///< the ledger's status is ignored
    shallow_wins,                ///< the root beats the deeper rule
    any_purpose_will_do,         ///< one permitted purpose of several is enough
    readings_not_compared,       ///< the first published reading is believed
    doubts_ignored,              ///< doubtful elements are passed over
    actor_ignored,               ///< a permit for one serves all
    policy_over_consent,         ///< the implicit policy overrides an explicit consent
    undated_is_inside,           ///< data without a date match a permit's period
    mii_any_code,                ///< one permitted code of several is enough
    default_forbid_forgotten,    ///< a permit of a part shows the rest
    r5_stands_alone,             ///< an R5 exception does not need what encloses it
    parts_merged,                ///< what the first kind, code or purpose hides is taken for what all hide
    exception_not_read,          ///< a policy rule beside a root of the other type is passed over
};
[[nodiscard]] constexpr Fault last_of(Fault) noexcept {
    return Fault::exception_not_read;
}

[[nodiscard]] ConsentAnswer evaluate_with(Fault fault, std::span<const HeldConsent> consents,
                                          governance::ImplicitPolicy implicit_policy, const AccessContext& context,
                                          TimeMs at);
[[nodiscard]] bool is_visible_with(Fault fault, std::span<const ResidualRule> residual, const DataContext& data);

}  // namespace placet::contracts::consent

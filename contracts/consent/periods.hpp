// On which days data may be used, by consents that permit codes for periods (the German MII broad consent): permits of
// complete resources add days, denies of any resource take them away, a retroactive code reaches back within its
// resource (consent.md). Pure; the order of resources and rules changes nothing.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "contracts/common/coding.hpp"
#include "contracts/consent/days.hpp"
#include "contracts/consent/model.hpp"

namespace placet::contracts::consent {

/// One rule below the root of a consent in force, as the reader left it (api/fhir/day_rules.hpp).
struct DayRule {
    ProvisionType type = ProvisionType::deny;
    std::vector<Coding> codes;  ///< alternatives; empty: a deny of every code (a permit without codes permits nothing)
    DayRange days;
    bool operator==(const DayRule&) const = default;
};

/// The rules of one consent in force.
struct DayConsent {
    std::vector<DayRule> rules;
    bool operator==(const DayConsent&) const = default;
};

/// A code that is asked about; without a system it is that code of any system.
struct AskedCode {
    std::optional<std::string> system;
    std::string code;
    bool operator==(const AskedCode&) const = default;
    [[nodiscard]] bool is(const Coding& coding) const {
        return coding.code == code && (!system || *system == coding.system);
    }
};

/// A permit of `by` that overlaps one of `code` in the same resource lets that one begin at kLookback.
struct Retroactive {
    AskedCode code;
    AskedCode by;
};
/// 1900-01-01.
inline constexpr Day kLookback = -25567;

/// Deliberate mistakes, for tests alone (tests/model): each must be caught.
enum class PeriodFault : std::uint8_t {
    none,
    end_exclusive,           ///< the last day of a period is lost
    incomplete_counts,       ///< permits of a resource that lacks a code count
    own_denies_only,         ///< denies subtract within their own resource alone
    retro_across_resources,  ///< a retroactive permit of any resource extends
    retro_without_overlap,   ///< a retroactive permit extends whatever its days
    retro_denies_all,        ///< denies of the retroactive code subtract from what was permitted anyway
    retro_immune,            ///< denies of the code spare the extension
    retro_deny_ignored,      ///< denies of the retroactive code subtract nothing
    last_rule_wins,          ///< a later permit gives denied days back
    first_code_only,         ///< of several codings of a rule the first counts
    system_ignored,          ///< a code of another system counts
};

/// The permitted days of each code, in the order of `codes`.
[[nodiscard]] std::vector<DaySet> permitted_days(const std::vector<DayConsent>& consents,
                                                 const std::vector<AskedCode>& codes,
                                                 const std::vector<Retroactive>& retro = {},
                                                 PeriodFault fault = PeriodFault::none);

}  // namespace placet::contracts::consent

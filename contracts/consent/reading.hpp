// One consent, one question, one published reading: what the document answers. Where no profile is declared the
// readings are compared in evaluate.cpp.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "contracts/consent/conditions.hpp"

namespace placet::contracts::consent {

enum class Reading : std::uint8_t {
    standalone,  ///< IHE PCF: the root type counts, a nested provision stands on its own conditions, the deeper rule
                 ///< wins
    nested,  ///< R4's "exceptions to the base rule", R5: a nested provision needs all that encloses it to match, too
    policy_rule,  ///< R4's text to the letter: no type in the root; `policyRule` (OPTIN, OPTOUT) is the base rule
    exception,    ///< HL7's examples: `policyRule` is the base rule, a root of the other type its exception
    listed,       ///< HL7's examples: the patient opted in, and what is listed below is all that she permits
    mii,          ///< German MII: root deny = denied unless permitted below; all codes asked must be permitted
};

/// What a consent says under one reading. No decision: it does not speak about the question.
struct ReadingAnswer {
    std::optional<ProvisionType> decision;
    std::string path;                      ///< of the rule that decided
    std::vector<std::string> obligations;  ///< of that rule
    std::vector<ResidualRule> residual;    ///< consent ids are filled in by the caller
    bool by_default = false;               ///< a German root deny: yields to what another German consent permits
    /// Same decision, and residual rules that hide the same data.
    [[nodiscard]] bool agrees_with(const ReadingAnswer& other) const;
};

[[nodiscard]] ReadingAnswer read_as(const Consent& consent, Reading reading, const Question& question);

/// Which readings a consent has: one where a profile or R5 settles it, else all that R4's texts allow.
[[nodiscard]] std::vector<Reading> readings_of(const Consent& consent);

/// The base rule that `policyRule` states, if it is a code we know.
[[nodiscard]] std::optional<ProvisionType> policy_base(const Consent& consent);
/// What one of its codings states; a deny among them counts whatever stands beside it.
[[nodiscard]] std::optional<ProvisionType> base_of_policy_rule(std::string_view system, std::string_view code) noexcept;

/// Whether the root has conditions but no type, is not told apart by a profile, and may concern the question: it can
/// then mean a rule or its exception. Its period is no such condition: it bounds the agreement.
[[nodiscard]] bool is_untyped_rule(const Consent& consent, const Question& question);

}  // namespace placet::contracts::consent

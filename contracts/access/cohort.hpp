// Cohorts: which members of a dataset may be released for a request, evaluated off the block at one sealed height (consent.md,
// Cohorts). Pure over a StateScanner; runs on any thread that owns the scanner.
#pragma once

#include "contracts/access/entries.hpp"
#include "contracts/consent/evaluate.hpp"

namespace placet::contracts::access {

struct CohortEvaluation {
    types::Height height = 0;
    TimeMs block_time_ms = 0;
    std::uint64_t rule_version = consent::kRuleVersion;
    CohortCounts counts;                ///< as they may be told
    std::vector<Pseudonym> eligible;    ///< ascending; stays with the custodian
    std::uint64_t members = 0;          ///< exact; never leaves the custodian
};

/// Every member's consents in force at the scanner's block time, asked for the purposes. Errors: not_found (no such dataset),
/// unavailable (an E part is missing here and not erased).
[[nodiscard]] Result<CohortEvaluation> evaluate_cohort(const state::StateScanner& scanner, const Request& request, std::string_view dataset);

/// The question a grant or request asks of one patient's consents. The asker answers to "Practitioner/<actor id>" (the whole id:
/// names are unique in one organisation only), "PractitionerRole/<actor id>" and "Organization/<organisation>".
[[nodiscard]] consent::AccessContext context_of(std::string_view researcher, const std::vector<Coding>& purposes);

/// Rounded to 10 (half up); none under 10.
[[nodiscard]] std::optional<std::uint64_t> told_count(std::uint64_t exact) noexcept;

/// tagged_hash("placet/cohort/1", [salt(64), [* pseudonym]]): what a cohort_result names.
[[nodiscard]] Hash eligible_commitment(const types::Salt& salt, const std::vector<Pseudonym>& eligible);

}  // namespace placet::contracts::access

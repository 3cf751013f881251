// The DUO matcher: what a dataset offers against what a request asks for, term by term, as consent.md's table and its
// modifier lines have it. One matcher for `placet match`, REST and the ledger. Pure and total: every offer and ask has
// an answer, equal whatever the order of the lists; any deny denies, else any doubt goes to the committee, else it is
// approved with obligations.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "contracts/dataset/disease_table.hpp"
#include "contracts/dataset/duo.hpp"
#include "contracts/dataset/faults.hpp"

namespace placet::contracts::dataset {

/// Days since 1970-01-01, negative before.
using Day = std::int32_t;

/// A modifier with what it states. An empty list states nothing, like an absent one.
struct Condition {
    std::string code;                     ///< as written; any spelling of modifier_short_name
    std::optional<std::uint64_t> months;  ///< TS
    std::optional<Day> date;              ///< MOR: the first day on which publication is accepted
    /// GS countries, RS types of research, US users, PS projects, IS institutions, COL with whom: compared octet by
    /// octet.
    std::vector<std::string> allowed;
    bool operator==(const Condition&) const = default;
};

struct Offer {
    std::vector<Permission> permissions;           ///< with the diseases of each DS
    std::vector<std::string> unknown_permissions;  ///< codes that are no permission known here: review
    std::vector<Condition> conditions;
    bool operator==(const Offer&) const = default;
};

/// What a request says about itself. Absent means that it does not say.
struct Ask {
    std::vector<Use> purposes;
    std::vector<std::string> diseases;
    bool sensitive_population = false;        ///< controls, or any text about a sensitive population
    Stated for_profit = Stated::unknown;  ///< the organisation
    Stated commercial = Stated::unknown;  ///< the use
    Stated phenotype_only = Stated::unknown;
    std::optional<std::string> research_type;
    std::optional<std::string> ethics_approval;
    std::optional<std::string> collaboration;
    std::optional<std::string> country;
    std::optional<std::string> institution;
    std::optional<std::string> project;
    std::optional<std::string> user;
    std::optional<std::uint64_t> months;
    std::optional<Day> accepted_on;  ///< the day on which the publication is accepted
    std::optional<std::vector<std::string>>
        undertakings;  ///< "PUB", "RTN"; a list without one of them refuses it expressly
    bool operator==(const Ask&) const = default;
};

/// Why, for one term. `code` is one of outcome.hpp's for review and deny, empty where the term simply allows.
struct TermReason {
    std::string term;  ///< "DUO:0000045"; as written where unknown; "purposes", "permissions", "sensitive" where no
                       ///< term is stated
    std::string name;  ///< "NPU"; empty where unknown
    DuoDecision verdict = DuoDecision::review;
    std::string code;
    std::string text;  ///< a sentence in ASCII that says what would change a refusal
    auto operator<=>(const TermReason&) const = default;
};

struct MatchAnswer {
    DuoDecision decision = DuoDecision::review;
    std::vector<TermReason> reasons;       ///< of every purpose and every modifier, ascending; never empty
    std::vector<std::string> obligations;  ///< "PUB", "RTN": to be kept under the grant, ascending; none under a denial
    std::vector<std::string>
        conditions;  ///< short names of all known modifiers but CC: they bind while the grant lasts
    std::optional<std::uint64_t> months_limit;  ///< the shortest TS, under a denial too
    /// The shortest of the months asked for and every TS; none where nothing is stated, or nothing granted.
    std::optional<std::uint64_t> expires_after_months;
};

/// `diseases` may be null: then diseases match by equality. `fault` is for tests.
[[nodiscard]] MatchAnswer match(const Offer& offer, const Ask& ask, const DiseaseTable* diseases = nullptr,
                                MatchFault fault = MatchFault::none);

/// The recorded forms (duo.hpp) as the matcher takes them.
[[nodiscard]] Offer offer_of(const DuoTerms& terms);
[[nodiscard]] Ask ask_of(const DuoRequest& request);
/// What the ledger keeps: the reasons that do not simply allow (at most 48), and all conditions as obligations.
[[nodiscard]] DuoAnswer recorded(const MatchAnswer& answer);

}  // namespace placet::contracts::dataset

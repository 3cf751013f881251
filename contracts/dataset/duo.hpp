// DUO's terms as the ledger records them: names and codes, what a dataset permits, what a request says. How they are
// matched stands in match.hpp.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "contracts/common/outcome.hpp"

namespace placet::contracts::dataset {

enum class DuoDecision : std::uint8_t { approve, review, deny };
[[nodiscard]] constexpr DuoDecision last_of(DuoDecision) noexcept {
    return DuoDecision::deny;
}
[[nodiscard]] std::string_view to_string(DuoDecision decision) noexcept;

/// Permission terms of DUO, and what a request may ask for.
enum class PermissionTerm : std::uint8_t {
    no_restriction,
    general_research,
    health_biomedical,
    disease_specific,
    ancestry
};
[[nodiscard]] constexpr PermissionTerm last_of(PermissionTerm) noexcept {
    return PermissionTerm::ancestry;
}

/// What a request may want to do.
enum class Use : std::uint8_t {
    general_research,
    health_biomedical,
    disease_specific,
    ancestry,
    methods,
    clinical_care
};
[[nodiscard]] constexpr Use last_of(Use) noexcept {
    return Use::clinical_care;
}

/// "DUO:0000042" and back; short names "GRU", "HMB", "DS", "POA", "NRES", "MDS", "CC".
[[nodiscard]] std::string_view short_name(PermissionTerm term) noexcept;
[[nodiscard]] std::string_view short_name(Use purpose) noexcept;
[[nodiscard]] std::string_view duo_code(PermissionTerm term) noexcept;
[[nodiscard]] std::optional<PermissionTerm> permission_from(std::string_view text) noexcept;
[[nodiscard]] std::optional<Use> use_from(std::string_view text) noexcept;
/// Words for people: "health, medical or biomedical research".
[[nodiscard]] std::string_view words(PermissionTerm term) noexcept;
[[nodiscard]] std::string_view words(Use purpose) noexcept;

/// A permission of a dataset; diseases are for disease_specific only (Mondo ids, "MONDO:0005148").
struct Permission {
    PermissionTerm term = PermissionTerm::no_restriction;
    std::vector<std::string> diseases;
    bool operator==(const Permission&) const = default;

    template <class Archive>
    static void fields(Archive& archive, auto& self) {
        archive("term", self.term);
        archive("diseases", self.diseases, 64);
    }
};

inline constexpr std::size_t kMaxAllowed = 64;

/// A modifier: its code as stated, and what it states.
struct Modifier {
    std::string code;  ///< "DUO:0000018" or "NPU"; DUO_… and the misprinted DUO_00000044 are accepted
    std::optional<std::uint64_t> value;  ///< TS: months; MOR: instant in ms
    /// GS countries, RS types of research, US actor ids, PS study ids, IS organisation ids, COL with whom. Empty: says
    /// that there is a limit, not which.
    std::vector<std::string> allowed;
    bool operator==(const Modifier&) const = default;

    template <class Archive>
    static void fields(Archive& archive, auto& self) {
        archive("code", self.code, kMaxId);
        archive("value", self.value);
        archive("allowed", self.allowed, kMaxAllowed);
    }
};
/// "NPU" for every way of writing DUO:0000045, …; none for an unknown code.
[[nodiscard]] std::optional<std::string_view> modifier_short_name(std::string_view code) noexcept;
[[nodiscard]] std::string_view modifier_words(std::string_view code) noexcept;
/// "DUO:0000045" for "NPU"; empty for an unknown short name.
[[nodiscard]] std::string_view modifier_code(std::string_view short_name) noexcept;

/// What a modifier of this short name states beside its code.
enum class ModifierStates : std::uint8_t { nothing, months, day, countries, list };
[[nodiscard]] ModifierStates states_of(std::string_view short_name) noexcept;

struct DuoTerms {
    std::vector<Permission> permissions;
    std::vector<Modifier> modifiers;
    bool operator==(const DuoTerms&) const = default;

    template <class Archive>
    static void fields(Archive& archive, auto& self) {
        archive("permissions", self.permissions, 8);
        archive("modifiers", self.modifiers, 32);
    }
};

/// What is said about a question that has two answers.
enum class Stated : std::uint8_t { unknown, no, yes };
[[nodiscard]] constexpr Stated last_of(Stated) noexcept {
    return Stated::yes;
}

/// What a request says about itself, as far as DUO asks and the ledger cannot know: who asks, from which organisation,
/// for which study and with which ethics approval stands in the request and its signature.
struct DuoRequest {
    std::vector<Use> purposes;               ///< empty: none stated
    std::vector<std::string> diseases;       ///< for disease_specific
    bool sensitive_population = false;       ///< `controls`, or any text about sensitive populations
    Stated for_profit = Stated::unknown;     ///< the organisation
    Stated commercial = Stated::unknown;     ///< the use
    Stated phenotype_only = Stated::unknown;
    Stated publishes = Stated::unknown;      ///< PUB is undertaken, or expressly not
    Stated returns_results = Stated::unknown;  ///< RTN
    std::optional<std::uint64_t> months;     ///< asked duration
    std::optional<std::string> research_type;  ///< for RS, as the dataset writes it
    std::optional<std::string> collaboration;  ///< for COL: with whom
    std::optional<TimeMs> accepted_at_ms;    ///< for MOR: when the publication is accepted
    bool operator==(const DuoRequest&) const = default;

    template <class Archive>
    static void fields(Archive& archive, auto& self) {
        archive("purposes", self.purposes, 8);
        archive("diseases", self.diseases, 64);
        archive("sensitive_population", self.sensitive_population);
        archive("for_profit", self.for_profit);
        archive("commercial", self.commercial);
        archive("phenotype_only", self.phenotype_only);
        archive("publishes", self.publishes);
        archive("returns_results", self.returns_results);
        archive("months", self.months);
        archive("research_type", self.research_type);
        archive("collaboration", self.collaboration);
        archive("accepted_at_ms", self.accepted_at_ms);
    }
};

/// What the ledger keeps of an answer (match.hpp).
struct DuoAnswer {
    DuoDecision decision = DuoDecision::review;
    std::vector<Reason> reasons;  ///< one per term that did not simply approve; subject = the term
    std::vector<std::string>
        obligations;  ///< short names of the modifiers that bind while the grant lasts ("PUB", "IRB", …)
    std::optional<std::uint64_t> months_limit;  ///< from TS: caps the grant
};

}  // namespace placet::contracts::dataset

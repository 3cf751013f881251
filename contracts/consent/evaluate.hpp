// Does what this person agreed to allow this access, at this instant? A pure function of consents, the custodian's
// implicit policy and the question; no state, clock or order of input matters. The rules are consent.md's, rule version
// kRuleVersion; each is listed in docs/rules.md with its test.
//
// In short: only consents in force count. Within one, the deepest rule that matches wins (IHE PCF) or the readings must
// agree; among several, a deny that matches wins, and the permits must cover every purpose that is asked. Nothing in
// force: the implicit policy's answer, or not-applicable. A doubt, or readings that disagree: indeterminate, which is
// no access, naming the element.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "contracts/consent/entries.hpp"
#include "contracts/consent/model.hpp"
#include "contracts/governance/commands.hpp"

namespace placet::contracts::consent {

inline constexpr std::uint64_t kRuleVersion = 1;

enum class Decision : std::uint8_t { permit, deny, not_applicable, indeterminate };
[[nodiscard]] constexpr Decision last_of(Decision) noexcept {
    return Decision::indeterminate;
}
[[nodiscard]] std::string_view to_string(Decision decision) noexcept;

enum class Basis : std::uint8_t {
    consent,          ///< an explicit consent decided
    implicit_policy,  ///< none in force (or only expired ones): the custodian's policy decided
    nothing,          ///< neither said anything
};
[[nodiscard]] constexpr Basis last_of(Basis) noexcept {
    return Basis::nothing;
}

/// A piece of data, when the question is about one: what residual rules are tested against.
struct DataContext {
    std::string reference;                 ///< "Observation/ex-weight"
    std::vector<std::string> related;      ///< what it refers to (encounter, …)
    std::vector<std::string> referred_by;  ///< what refers to it, the patient's own record left out
    std::vector<std::string> authors;      ///< performer, author or recorder
    std::vector<Coding> classes;
    std::vector<Coding> resource_types;
    std::vector<Coding> codes;
    std::vector<Coding> security_labels;
    Period made;  ///< from the first to past the last instant it may be of, on the scale of data_time(); open: unknown
    Period updated;         ///< when it was last changed, if that is known
    bool timeless = false;  ///< of no time at all (a Patient): no period holds it
};

/// The question.
struct AccessContext {
    std::vector<std::string>
        actors;  ///< every reference the asker answers to: herself, her organisation, groups; none: unknown
    std::vector<Coding> actor_roles;
    std::vector<Coding> purposes;  ///< all must be permitted
    std::vector<Coding> actions;   ///< empty: looking at it ("access")
    std::vector<Coding>
        policy_codes;             ///< German MII: the codes asked for; a resource counts only if it permits all of them
    std::vector<Coding> classes;  ///< kinds of data asked for, as far as stated: all must be permitted
    std::vector<Coding> codes;    ///< likewise
    std::vector<Coding> security_labels;  ///< labels that the data asked for carry, as far as stated
    std::optional<DataContext> data;      ///< none: may a token be issued at all? Rules about data become residual
    bool is_clinician = false;            ///< for implicit policies
    bool may_break_glass = false;         ///< authorised to declare BTG
};

/// A consent with what the ledger says about it.
struct HeldConsent {
    std::string id;
    ConsentStatus status = ConsentStatus::active;
    TimeMs not_before_ms = 0;
    TimeMs not_after_ms = base::kForever;
    std::optional<Consent> consent;  ///< none only where it was erased: the answer is then indeterminate
};

/// Why: which provision of which consent decided, by which rule.
struct EvaluationReason {
    std::string consent;  ///< id; empty for the implicit policy
    std::string path;     ///< "provision.provision[0]"
    std::string rule;     ///< stable code: "deny_wins", "purpose_not_covered", "readings_disagree", …
    std::string text;     ///< one sentence
    bool operator==(const EvaluationReason&) const = default;
};

/// A part of a question: one of the purposes, one of the kinds and one of the codes of data asked for, as far as
/// stated.
struct AskedPart {
    std::optional<Coding> purpose;
    std::optional<Coding> kind;
    std::optional<Coding> code;
    auto operator<=>(const AskedPart&) const = default;
};

/// What stays to be enforced on data after a permit: IHE PCF `residual`; forbid hides, permit overrides forbid.
struct ResidualRule {
    ProvisionType type = ProvisionType::deny;
    std::string consent;
    std::string path;  ///< provision whose conditions on data it has; "provision" for "everything"
    std::size_t depth =
        0;  ///< 0 = everything that no rule mentions, 1 = root, …: within one consent the deepest match wins
    std::optional<AskedPart> part;  ///< the part of the question it is for; none: for all of it
    std::vector<Provision>
        conditions;  ///< all must hold; only those on data are set (classes, codes, labels, …). Empty: everything
    ProvisionType wins_ties = ProvisionType::deny;  ///< between rules of one depth; IHE PCF: permit overrides forbid
    bool operator==(const ResidualRule&) const = default;
};

struct ConsentAnswer {
    Decision decision = Decision::not_applicable;
    Basis basis = Basis::nothing;
    std::vector<EvaluationReason> reasons;  ///< sorted: the same for any order of the consents
    std::vector<std::string> obligations;   ///< duties among the labels of the deciding rules, and those of break-glass
    std::vector<ResidualRule> residual;     ///< empty unless permit
    std::uint64_t rule_version = kRuleVersion;
    [[nodiscard]] bool permits() const noexcept { return decision == Decision::permit; }
};

[[nodiscard]] ConsentAnswer evaluate(std::span<const HeldConsent> consents, governance::ImplicitPolicy implicit_policy,
                                     const AccessContext& context, TimeMs at);

/// Why a consent does not count at `at` ("withdrawn", "not yet valid", "expired", …); empty where it is in force:
/// active on the ledger and in the document, begun and not ended.
[[nodiscard]] std::string_view why_not_in_force(const HeldConsent& consent, TimeMs at) noexcept;
[[nodiscard]] inline bool is_in_force(const HeldConsent& consent, TimeMs at) noexcept {
    return why_not_in_force(consent, at).empty();
}

/// What a custodian's implicit policy says where no consent speaks; `purpose` none: none was stated.
[[nodiscard]] bool implicit_policy_permits(governance::ImplicitPolicy policy, const AccessContext& context,
                                           const Coding* purpose);

/// Whether data survive the residual rules of a permit. Within a consent the deepest matching rule speaks, of equally
/// deep ones the one that wins ties; nothing matches = flows. Among consents a forbid of something named wins, a
/// "forbid everything" yields to a permit. Each part of the question that asks for these data must let them through,
/// for every purpose; of data that no part asks for, all parts (ADR 9).
[[nodiscard]] bool is_visible(std::span<const ResidualRule> residual, const DataContext& data);

/// All active consents of a pseudonym with their E parts. An E part that is missing though the map does not say erased
/// is an error (`unavailable`, naming the commitment): the caller must fetch it, never treat it as absent.
[[nodiscard]] Result<std::vector<HeldConsent>> held_consents(const state::StateReader& reader,
                                                             std::string_view custodian, const Pseudonym& pseudonym);

}  // namespace placet::contracts::consent

// One question decided from documents: consents and what resolves their references on one side, perhaps resources to
// show or hide on the other. The rules are contracts/consent's own; nothing here decides. No clock, network or state.
#pragma once

#include <string>
#include <vector>

#include "api/fhir/access_question.hpp"
#include "api/fhir/resource_pool.hpp"
#include "contracts/consent/evaluate.hpp"

namespace placet::api::fhir {

struct Decided {
    contracts::consent::ConsentAnswer answer;  ///< its reasons also name the consents that do not count, and why
    std::string patient;                       ///< her name
    std::vector<std::string> visible;          ///< names of resources, sorted; empty unless permit
    std::vector<std::string> hidden;           ///< all others of the given resources about the patient
    std::string reading;                       ///< how the consents in force were read
};

struct DecisionInput {
    const AccessQuestion& question;
    const ResourcePool&
        consents;  ///< its Consents are evaluated; its other resources resolve references, groups and roles
    const ResourcePool& resources;  ///< to show or hide; they resolve, too
    contracts::governance::ImplicitPolicy policy = contracts::governance::ImplicitPolicy::none;
    base::TimeMs at = 0;
};

/// Unreadable where a Consent of the pool cannot be read, whoever's it is.
[[nodiscard]] std::expected<Decided, Unreadable> decide(const DecisionInput& input);

/// `residual` of the ihe_pcf token extension (IHE PCF, ITI-71): [{"type": "forbid"}, {"type": "permit",
/// "securityLabel": […]}, …], with `class`, `code` and `resourceType` beside PCF's elements, `asked` {purpose, class,
/// code} where rules differ by the part of the question (ADR 9), `consent` where several consents have rules, and `and`
/// for further conditions of the same rule that cannot be merged into one.
[[nodiscard]] JsonValue residual_json(const Decided& decided);

/// The Bundle with those entries only that are about nobody or visible, and `total` lowered by the matches taken out.
[[nodiscard]] JsonValue filtered_bundle(const JsonValue& bundle, const DecisionInput& input, const Decided& decided);

}  // namespace placet::api::fhir

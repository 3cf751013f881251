// Whether one provision's conditions hold. Conditions on the asker, purpose, action and time decide whether a rule speaks at all;
// conditions on data decide about each piece of data. Where a match is uncertain a permit does not match and a deny does.
#pragma once

#include "contracts/consent/evaluate.hpp"

namespace placet::contracts::consent {

/// One question: a single purpose (none: the request stated none) at an instant.
struct Question {
    const AccessContext& context;
    const Coding* purpose = nullptr;
    TimeMs at = 0;
};

/// Period, actors, actions and purposes of `provision`, read for a rule of `type`.
[[nodiscard]] bool asker_matches(const Provision& provision, ProvisionType type, const Question& question);

/// Whether the provision says anything about data (obligation and refrain labels are not conditions).
[[nodiscard]] bool constrains_data(const Provision& provision);
/// Only the conditions on data, nothing nested.
[[nodiscard]] Provision data_conditions(const Provision& provision);
/// All conditions on data of `provision` hold for `data`, read for a rule of `type`.
[[nodiscard]] bool data_matches(const Provision& provision, ProvisionType type, const DataContext& data);

/// Labels of a provision that order something of the receiver: v3 ObligationPolicy and RefrainPolicy codes.
[[nodiscard]] std::vector<std::string> obligations_of(const Provision& provision);

}  // namespace placet::contracts::consent

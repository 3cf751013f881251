// One modifier of a dataset against what a request says: approve, review or deny, with the sentence that says why.
#pragma once

#include "contracts/dataset/match.hpp"

namespace placet::contracts::dataset {


struct Judged {
    const Condition& condition;
    std::string_view name;  ///< modifier_short_name of its code
    const Ask& ask;
    const std::vector<Permission>& permissions;  ///< of the dataset: NMDS looks at their diseases
    const DiseaseTable* diseases;
    MatchFault fault;
};

[[nodiscard]] TermReason judge_modifier(const Judged& judged);

}  // namespace placet::contracts::dataset

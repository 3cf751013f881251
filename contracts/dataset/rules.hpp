// The rules of datasets. `check` needs no state; `apply` decides in a block (see contracts/governance/rules.hpp).
#pragma once

#include "contracts/common/transition.hpp"
#include "contracts/dataset/entries.hpp"
#include "contracts/governance/entries.hpp"

namespace placet::contracts::dataset {

[[nodiscard]] Status check(const Modifier& modifier);
[[nodiscard]] Status check(const DuoTerms& terms);
[[nodiscard]] Status check(const RegisterDataset& command);
[[nodiscard]] Status check(const AddMembers& command);
[[nodiscard]] Status check(const RemoveMembers& command);
[[nodiscard]] Status check(const StageDiseases& command);
/// Ascending, unique, 1 to `most`: the one order that commands with pseudonyms have.
[[nodiscard]] Status check_pseudonyms(const std::vector<Pseudonym>& pseudonyms, std::size_t most);

/// Enters the dataset, after everything about what it was made from was checked (contracts/access/lineage_rules.cpp: grants are
/// that room's).
[[nodiscard]] Result<Verdict> register_dataset(Transition& state, const governance::Actor& sender, const RegisterDataset& command);
[[nodiscard]] Result<Verdict> apply(Transition& state, const governance::Actor& sender, const StageDiseases& command);

}  // namespace placet::contracts::dataset

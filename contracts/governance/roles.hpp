// Who may be what: the roles of the role table (security.md, Who may do what). An actor belongs to one organisation and may
// hold several roles, save those that exclude each other (check_roles).
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "contracts/common/codec.hpp"

namespace placet::contracts::governance {

enum class Role : std::uint8_t {
    hospital_operator,  ///< "operator": enrols, imports, registers; one per organisation from genesis
    gateway,            ///< a custodian's gateway process
    clinician,
    patient,  ///< a patient or her agent: made by enrol_patient or bind_patient_key only
    researcher,
    dac,  ///< member of a data access committee
    regulator,
    node_admin,
    node,      ///< a validator's own service key, from genesis
    observer,  ///< a regulator's node without a vote
};
[[nodiscard]] constexpr Role last_of(Role) noexcept { return Role::observer; }

/// "operator", "gateway", … and back.
[[nodiscard]] std::string_view to_string(Role role) noexcept;
[[nodiscard]] std::optional<Role> role_from(std::string_view text) noexcept;

/// Refuses an empty or repeated list, and administrator with auditor in one person: regulator or observer goes with nothing
/// else but each other; node and patient stand alone.
[[nodiscard]] Status check_roles(const std::vector<Role>& roles);

}  // namespace placet::contracts::governance

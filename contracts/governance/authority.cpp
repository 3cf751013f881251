// One line a command.
#include "contracts/governance/authority.hpp"

#include <algorithm>

namespace placet::contracts::governance {

std::vector<Role> roles_for(CommandKind kind) {
    using enum Role;
    switch (kind) {
        case CommandKind::enrol_actor: return {hospital_operator};
        // Anybody about herself; the operator about its own organisation. A node's key changes with the validator set only.
        case CommandKind::revoke_actor:
        case CommandKind::rotate_key: return {hospital_operator, gateway, clinician, patient, researcher, dac, regulator, node_admin, observer};
        case CommandKind::set_implicit_policy: return {hospital_operator};
        case CommandKind::propose:
        case CommandKind::propose_validator: return {node_admin};
        case CommandKind::vote_on_proposal: return {hospital_operator};
        case CommandKind::enrol_patient: return {hospital_operator};
        case CommandKind::bind_patient_key: return {hospital_operator, patient};
        case CommandKind::record_consent: return {hospital_operator, patient};
        case CommandKind::withdraw_consent: return {hospital_operator, patient};
        case CommandKind::register_dataset:
        case CommandKind::add_members:
        case CommandKind::stage_diseases:
        case CommandKind::remove_members: return {hospital_operator};
        case CommandKind::submit_request:
        case CommandKind::withdraw_request:
        case CommandKind::acknowledge_withdrawal: return {researcher};
        case CommandKind::cohort_result: return {node};
        case CommandKind::declare_conflict:
        case CommandKind::cast_vote: return {dac};
        case CommandKind::close_grant: return {researcher, dac, hospital_operator};
        case CommandKind::record_release: return {gateway};
        case CommandKind::access_batch: return {gateway, hospital_operator};
        case CommandKind::record_reads: return {node, observer};
        case CommandKind::break_glass: return {gateway, clinician};
        case CommandKind::set_emergency_policy: return {hospital_operator};
        case CommandKind::review_break_glass: return {hospital_operator, clinician};
    }
    return {};
}

bool may_send(const Actor& sender, CommandKind kind) {
    return std::ranges::any_of(roles_for(kind), [&](Role role) { return sender.has(role); });
}

}  // namespace placet::contracts::governance

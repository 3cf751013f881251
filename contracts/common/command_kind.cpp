// The table of command kinds: number and name, once.
#include "contracts/common/command_kind.hpp"

#include <array>
#include <utility>

namespace placet::contracts {
namespace {

using Named = std::pair<CommandKind, std::string_view>;

constexpr std::array kNames = {
    Named{CommandKind::enrol_actor, "enrol_actor"},
    Named{CommandKind::revoke_actor, "revoke_actor"},
    Named{CommandKind::rotate_key, "rotate_key"},
    Named{CommandKind::set_implicit_policy, "set_implicit_policy"},
    Named{CommandKind::propose, "propose"},
    Named{CommandKind::vote_on_proposal, "vote_on_proposal"},
    Named{CommandKind::propose_validator, "propose_validator"},
    Named{CommandKind::enrol_patient, "enrol_patient"},
    Named{CommandKind::bind_patient_key, "bind_patient_key"},
    Named{CommandKind::record_consent, "record_consent"},
    Named{CommandKind::withdraw_consent, "withdraw_consent"},
    Named{CommandKind::register_dataset, "register_dataset"},
    Named{CommandKind::add_members, "add_members"},
    Named{CommandKind::remove_members, "remove_members"},
    Named{CommandKind::stage_diseases, "stage_diseases"},
    Named{CommandKind::submit_request, "submit_request"},
    Named{CommandKind::cohort_result, "cohort_result"},
    Named{CommandKind::declare_conflict, "declare_conflict"},
    Named{CommandKind::cast_vote, "cast_vote"},
    Named{CommandKind::close_grant, "close_grant"},
    Named{CommandKind::record_release, "record_release"},
    Named{CommandKind::access_batch, "access_batch"},
    Named{CommandKind::record_reads, "record_reads"},
    Named{CommandKind::withdraw_request, "withdraw_request"},
    Named{CommandKind::break_glass, "break_glass"},
    Named{CommandKind::acknowledge_withdrawal, "acknowledge_withdrawal"},
    Named{CommandKind::set_emergency_policy, "set_emergency_policy"},
    Named{CommandKind::review_break_glass, "review_break_glass"},
};

}  // namespace

const std::vector<CommandKind>& all_command_kinds() {
    static const std::vector<CommandKind> kinds = [] {
        std::vector<CommandKind> out;
        for (const auto& [kind, name] : kNames) out.push_back(kind);
        return out;
    }();
    return kinds;
}

std::string_view to_string(CommandKind kind) noexcept {
    for (const auto& [known, name] : kNames)
        if (known == kind) return name;
    return {};
}

std::optional<CommandKind> command_kind(std::uint64_t number) noexcept {
    for (const auto& [kind, name] : kNames)
        if (static_cast<std::uint64_t>(kind) == number) return kind;
    return std::nullopt;
}

std::optional<CommandKind> command_kind(std::string_view name) noexcept {
    for (const auto& [kind, known] : kNames)
        if (known == name) return kind;
    return std::nullopt;
}

bool takes_effect_first(CommandKind kind) noexcept {
    switch (kind) {
        case CommandKind::revoke_actor:
        case CommandKind::rotate_key:
        case CommandKind::withdraw_consent:
        case CommandKind::remove_members:
        case CommandKind::close_grant:
        case CommandKind::withdraw_request: return true;
        default: return false;
    }
}

}  // namespace placet::contracts

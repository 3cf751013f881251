// Names of roles and implicit policies, and which roles exclude each other.
#include "contracts/governance/roles.hpp"

#include <algorithm>
#include <array>

#include "contracts/governance/commands.hpp"

namespace placet::contracts::governance {
namespace {

constexpr std::array<std::string_view, 10> kRoleNames = {"operator", "gateway", "clinician", "patient", "researcher",
                                                         "dac", "regulator", "node_admin", "node", "observer"};

struct PolicyName {
    std::string_view name;
    std::string_view uri;
};
constexpr std::array<PolicyName, 5> kPolicies = {{
    {"none", ""},
    {"deny_all", "https://profiles.ihe.net/ITI/PCF/Policy-deny"},
    {"break_glass_only", "https://profiles.ihe.net/ITI/PCF/Policy-break-glass-only"},
    {"basic_normal", "https://profiles.ihe.net/ITI/PCF/Policy-basic-normal"},
    {"all_normal", "https://profiles.ihe.net/ITI/PCF/Policy-all-normal"},
}};

bool audits(Role role) { return role == Role::regulator || role == Role::observer; }

}  // namespace

std::string_view to_string(Role role) noexcept { return kRoleNames[static_cast<std::size_t>(role)]; }

std::optional<Role> role_from(std::string_view text) noexcept {
    for (std::size_t i = 0; i < kRoleNames.size(); ++i)
        if (kRoleNames[i] == text) return static_cast<Role>(i);
    return std::nullopt;
}

Status check_roles(const std::vector<Role>& roles) {
    if (roles.empty()) return refuse(ErrorCode::invalid_value, "an actor needs at least one role", "roles");
    for (std::size_t i = 0; i < roles.size(); ++i)
        if (std::ranges::find(roles.begin(), roles.begin() + static_cast<std::ptrdiff_t>(i), roles[i]) !=
            roles.begin() + static_cast<std::ptrdiff_t>(i))
            return refuse(ErrorCode::invalid_value, "the role '" + std::string(to_string(roles[i])) + "' is named twice", "roles");
    const auto alone = [](Role role) { return role == Role::node || role == Role::patient; };
    if (roles.size() > 1 && std::ranges::any_of(roles, alone))
        return refuse(ErrorCode::invalid_value, "the roles 'node' and 'patient' go with no other", "roles");
    if (std::ranges::any_of(roles, audits) && !std::ranges::all_of(roles, audits))
        return refuse(ErrorCode::invalid_value, "who audits ('regulator', 'observer') holds no other role: enrol a second actor", "roles");
    return {};
}

std::string_view to_string(ImplicitPolicy policy) noexcept { return kPolicies[static_cast<std::size_t>(policy)].name; }

std::string_view policy_uri(ImplicitPolicy policy) noexcept { return kPolicies[static_cast<std::size_t>(policy)].uri; }

std::optional<ImplicitPolicy> implicit_policy_from(std::string_view text) noexcept {
    for (std::size_t i = 0; i < kPolicies.size(); ++i)
        if (kPolicies[i].name == text || (!kPolicies[i].uri.empty() && kPolicies[i].uri == text)) return static_cast<ImplicitPolicy>(i);
    return std::nullopt;
}

}  // namespace placet::contracts::governance

// The role table (security.md, Who may do what) as code: which roles may send which command at all. Deny by default: a kind that is
// not listed may be sent by nobody. Whether the object is the sender's own is each rule's business.
#pragma once

#include <vector>

#include "contracts/common/command_kind.hpp"
#include "contracts/governance/entries.hpp"

namespace placet::contracts::governance {

/// Roles that may send `kind`; empty for a kind nobody may send.
[[nodiscard]] std::vector<Role> roles_for(CommandKind kind);

/// The sender holds one of them.
[[nodiscard]] bool may_send(const Actor& sender, CommandKind kind);

}  // namespace placet::contracts::governance

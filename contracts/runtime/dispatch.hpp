// From a kind and octets to a command: decode, check, apply. The one place that lists all commands.
#pragma once

#include "contracts/common/transition.hpp"
#include "contracts/governance/entries.hpp"

namespace placet::contracts::runtime {

/// The command in `body` decodes as `kind` and passes the checks that need no state; `parts` = how many the transaction names. For
/// clients, too, before they sign.
[[nodiscard]] Status check_command(CommandKind kind, BytesView body, std::size_t parts);

/// Decides the command in `state`, whose open transaction it is. A body that does not decode or check is refused by receipt.
[[nodiscard]] Result<Verdict> apply_command(Transition& state, const governance::Actor& sender, CommandKind kind);

}  // namespace placet::contracts::runtime

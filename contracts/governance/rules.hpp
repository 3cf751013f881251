// The rules of governance. `check` needs no state and is used by clients, admission and execution; `apply` decides in a block, after
// the runtime has seen that the sender is enrolled and holds a role that may send the command (authority.hpp).
#pragma once

#include "contracts/common/transition.hpp"
#include "contracts/governance/entries.hpp"

namespace placet::contracts::governance {

[[nodiscard]] Status check(const EnrolActor& command);
[[nodiscard]] Status check(const RevokeActor& command);
[[nodiscard]] Status check(const RotateKey& command);
[[nodiscard]] Status check(const SetImplicitPolicy& command);
[[nodiscard]] Status check(const Propose& command);
[[nodiscard]] Status check(const VoteOnProposal& command);
[[nodiscard]] Status check(const ProposeValidator& command);

[[nodiscard]] Result<Verdict> apply(Transition& state, const Actor& sender, const EnrolActor& command);
[[nodiscard]] Result<Verdict> apply(Transition& state, const Actor& sender, const RevokeActor& command);
[[nodiscard]] Result<Verdict> apply(Transition& state, const Actor& sender, const RotateKey& command);
[[nodiscard]] Result<Verdict> apply(Transition& state, const Actor& sender, const SetImplicitPolicy& command);
[[nodiscard]] Result<Verdict> apply(Transition& state, const Actor& sender, const Propose& command);
[[nodiscard]] Result<Verdict> apply(Transition& state, const Actor& sender, const VoteOnProposal& command);
[[nodiscard]] Result<Verdict> apply(Transition& state, const Actor& sender, const ProposeValidator& command);

/// Neither the key nor the certificate is, or was, somebody else's than `actor_id`'s.
[[nodiscard]] Result<bool> is_free(const Transition& state, const crypto::PublicKey& key, const std::optional<types::SpkiHash>& spki,
                                   std::string_view actor_id);
/// Writes an actor with its look-up entries.
void put_actor(Transition& state, const Actor& actor);
/// Gives an actor another key and certificate; the old key stays taken and void, the old certificate finds nobody.
void replace_key(Transition& state, Actor actor, const crypto::PublicKey& key, const std::optional<types::SpkiHash>& spki);

/// Parameters that proposals can change, with their bounds; none for a name that is no parameter.
struct ParameterBounds {
    std::string_view name;
    std::uint64_t least = 0;
    std::uint64_t most = 0;
    std::uint64_t initial = 0;
};
[[nodiscard]] const std::vector<ParameterBounds>& all_parameters();

}  // namespace placet::contracts::governance

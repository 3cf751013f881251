// Rules about actors, keys and policies.
#include "contracts/governance/rules.hpp"

#include <algorithm>

#include "contracts/common/ids.hpp"
#include "contracts/governance/membership.hpp"

namespace placet::contracts::governance {
namespace {

Status check_key(const crypto::PublicKey& key, std::string_view field) {
    if (Status fits = crypto::check_public_key(key); !fits)
        return refuse(ErrorCode::invalid_value, "the key is no point of its curve", std::string(field));
    return {};
}

/// The actor itself, or the operator of its organisation.
bool may_manage(const Actor& sender, const Actor& target) {
    return sender.id == target.id || (sender.has(Role::hospital_operator) && sender.organisation == target.organisation);
}

/// What stands in the way of changing `id`'s key or status; nothing if `out` is filled.
Result<std::optional<Verdict>> find_managed(const Transition& state, const Actor& sender, const std::string& id, Actor& out) {
    PLACET_TRY_ASSIGN(std::optional<Actor> target, find_actor(state, id));
    if (!target) return std::optional(refused("actor_unknown", id));
    if (!may_manage(sender, *target)) return std::optional(refused("not_own", id));
    // A patient's key is replaced by bind_patient_key alone, which says who vouches for it.
    if (target->has(Role::patient) && sender.id != id) return std::optional(refused("not_own", id));
    if (target->has(Role::node)) return std::optional(refused("not_authorised", id));
    if (!target->is_active()) return std::optional(refused("actor_revoked", id));
    out = std::move(*target);
    return std::optional<Verdict>{};
}

/// Whether `organisation` may have actors who see everybody's pseudonymous records: regulators stand at a regulator alone; an observer
/// copies what a validator holds, so it stands where a validator is, too.
Result<bool> may_audit(const Transition& state, const std::string& organisation, const std::vector<Role>& roles) {
    const auto asks = [&](Role role) { return std::ranges::find(roles, role) != roles.end(); };
    if (!asks(Role::regulator) && !asks(Role::observer)) return true;
    PLACET_TRY_ASSIGN(const std::optional<Organisation> found, find_organisation(state, organisation));
    if (!found) return false;
    return found->kind == "regulator" || (found->has_seat && !asks(Role::regulator));
}

}  // namespace

Status check(const EnrolActor& command) {
    PLACET_TRY(check_actor_id(command.id, "id"));
    PLACET_TRY(check_roles(command.roles));
    PLACET_TRY(check_key(command.key, "key"));
    for (const Role role : command.roles)
        if (role == Role::node || role == Role::patient)
            return refuse(ErrorCode::invalid_value, "the roles 'node' and 'patient' are not given by enrol_actor", "roles");
    return {};
}

Status check(const RevokeActor& command) {
    PLACET_TRY(check_actor_id(command.id, "id"));
    return check_code(command.reason, "reason");
}

Status check(const RotateKey& command) {
    PLACET_TRY(check_actor_id(command.id, "id"));
    return check_key(command.key, "key");
}

Status check(const SetImplicitPolicy& command) { return check_organisation_id(command.custodian, "custodian"); }

Result<bool> is_free(const Transition& state, const crypto::PublicKey& key, const std::optional<types::SpkiHash>& spki, std::string_view actor_id) {
    PLACET_TRY_ASSIGN(const std::optional<Actor> holder, find_actor_by_key(state, key));
    PLACET_TRY_ASSIGN(const std::optional<ValidatorKey> validator, load<ValidatorKey>(state, validator_key_key(key)));
    if (holder || validator) return false;
    if (!spki) return true;
    PLACET_TRY_ASSIGN(const std::optional<Actor> presenter, find_actor_by_spki(state, *spki));
    return !presenter || presenter->id == actor_id;
}

void put_actor(Transition& state, const Actor& actor) {
    state.put(actor_key(actor.id), actor);
    state.put_raw(actor_by_key_key(actor.key), actor_reference_value(actor.id));
    if (actor.client_spki) state.put_raw(actor_by_spki_key(*actor.client_spki), actor_reference_value(actor.id));
}

void replace_key(Transition& state, Actor actor, const crypto::PublicKey& key, const std::optional<types::SpkiHash>& spki) {
    if (actor.client_spki) state.remove(actor_by_spki_key(*actor.client_spki));
    actor.key = key;
    actor.client_spki = spki;
    put_actor(state, actor);
}

Result<Verdict> apply(Transition& state, const Actor& sender, const EnrolActor& command) {
    if (organisation_of(command.id) != sender.organisation) return refused("not_own", command.id);
    PLACET_TRY_ASSIGN(const bool audits, may_audit(state, sender.organisation, command.roles));
    if (!audits) return refused("not_authorised", "roles");
    PLACET_TRY_ASSIGN(const std::optional<Actor> existing, find_actor(state, command.id));
    if (existing) return refused("already_exists", command.id);
    PLACET_TRY_ASSIGN(const bool free, is_free(state, command.key, command.client_spki, command.id));
    if (!free) return refused("key_in_use", command.id);
    Actor actor;
    actor.id = command.id;
    actor.organisation = sender.organisation;
    actor.roles = command.roles;
    actor.key = command.key;
    actor.client_spki = command.client_spki;
    actor.title = command.title;
    actor.since_ms = state.now_ms();
    put_actor(state, actor);
    return accepted("enrolled");
}

Result<Verdict> apply(Transition& state, const Actor& sender, const RevokeActor& command) {
    Actor target;
    PLACET_TRY_ASSIGN(std::optional<Verdict> no, find_managed(state, sender, command.id, target));
    if (no) return std::move(*no);
    target.status = ActorStatus::revoked;
    state.put(actor_key(target.id), target);
    return accepted("revoked");
}

Result<Verdict> apply(Transition& state, const Actor& sender, const RotateKey& command) {
    Actor target;
    PLACET_TRY_ASSIGN(std::optional<Verdict> no, find_managed(state, sender, command.id, target));
    if (no) return std::move(*no);
    PLACET_TRY_ASSIGN(const bool free, is_free(state, command.key, command.client_spki, target.id));
    if (!free) return refused("key_in_use", command.id);
    replace_key(state, std::move(target), command.key, command.client_spki);
    return accepted("rotated");
}

Result<Verdict> apply(Transition& state, const Actor& sender, const SetImplicitPolicy& command) {
    if (command.custodian != sender.organisation) return refused("not_own", command.custodian);
    state.put(policy_key(command.custodian), CustodianPolicy{command.custodian, command.policy, state.now_ms()});
    state.append(state::index_key(state::IndexKind::implicit_policy, command.custodian));
    return accepted("policy_set");
}

}  // namespace placet::contracts::governance

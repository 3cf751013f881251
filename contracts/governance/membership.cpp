// Membership in the map, and what happens where an epoch ends.
#include "contracts/governance/membership.hpp"

#include <algorithm>
#include <set>

#include "contracts/governance/rules.hpp"

namespace placet::contracts::governance {
namespace {

/// Node actors are those of the set, with its keys; those that left are revoked.
Status renew_nodes(Transition& state, const types::ValidatorSet& old_set, const types::ValidatorSet& new_set) {
    for (const auto& left : old_set.validators) {
        if (std::ranges::find(new_set.validators, left.name, &types::Validator::name) != new_set.validators.end()) continue;
        PLACET_TRY_ASSIGN(std::optional<Actor> actor, find_actor(state, node_actor_id(left.name)));
        if (!actor) continue;
        actor->status = ActorStatus::revoked;
        state.put(actor_key(actor->id), *actor);
    }
    for (const auto& validator : new_set.validators) {
        PLACET_TRY_ASSIGN(const std::optional<Actor> before, find_actor(state, node_actor_id(validator.name)));
        Actor actor = node_actor(validator, before ? before->since_ms : state.now_ms());
        if (before && *before == actor) continue;
        if (before && before->client_spki && before->client_spki != actor.client_spki) state.remove(actor_by_spki_key(*before->client_spki));
        put_actor(state, actor);
    }
    return {};
}

/// An organisation with a validator votes on proposals.
Status renew_seats(Transition& state, const types::ValidatorSet& old_set, const types::ValidatorSet& new_set) {
    std::set<std::string> seated;
    std::set<std::string> touched;
    for (const auto& validator : new_set.validators) seated.insert(validator.organisation);
    for (const auto& validator : old_set.validators) touched.insert(validator.organisation);
    touched.insert(seated.begin(), seated.end());
    for (const auto& id : touched) {
        PLACET_TRY_ASSIGN(std::optional<Organisation> organisation, find_organisation(state, id));
        if (!organisation || organisation->has_seat == seated.contains(id)) continue;
        organisation->has_seat = seated.contains(id);
        state.put(organisation_key(id), *organisation);
    }
    PLACET_TRY_ASSIGN(std::optional<Chain> chain, load<Chain>(state, chain_key()));
    if (!chain) return refuse(ErrorCode::corrupt, "the map has no entry of the chain", "chain");
    if (chain->seats == seated.size()) return {};
    chain->seats = seated.size();
    state.put(chain_key(), *chain);
    return {};
}

}  // namespace

Actor node_actor(const types::Validator& validator, TimeMs since_ms) {
    Actor actor;
    actor.id = node_actor_id(validator.name);
    actor.organisation = validator.organisation;
    actor.roles = {Role::node};
    actor.key = validator.service_key;
    actor.client_spki = validator.tls_spki;
    actor.title = "Validator " + validator.name;
    actor.since_ms = since_ms;
    return actor;
}

Bytes membership_key() { return KeyBuilder(EntryKind::membership, 1).take(); }
Bytes validator_key_key(const crypto::PublicKey& key) {
    return KeyBuilder(EntryKind::validator_key, 3).integer(static_cast<std::int64_t>(key.algorithm)).bytes(key.point.view()).take();
}
Bytes recent_root_key(types::Height height) { return KeyBuilder(EntryKind::recent_root, 2).uint(height / kRootStride % kRootSlots).take(); }

Result<Membership> membership(const state::StateReader& reader) {
    PLACET_TRY_ASSIGN(std::optional<Membership> found, load<Membership>(reader, membership_key()));
    return found ? std::move(*found) : Membership{};
}

Result<types::ValidatorSet> current_set(const state::StateReader& reader) {
    PLACET_TRY_ASSIGN(const Membership now, membership(reader));
    const auto value = reader.get(state::validator_set_key(now.epoch));
    if (!value) return refuse(ErrorCode::corrupt, "the map has no validator set of epoch " + std::to_string(now.epoch), "validators");
    return state::read_validator_set(*value, now.epoch);
}

std::vector<types::StateWrite> genesis_membership_writes(const types::ValidatorSet& set) {
    std::vector<types::StateWrite> writes = {{state::validator_set_key(set.epoch), types::encode(set)}};
    for (const auto& validator : set.validators)
        for (const auto& key : {validator.vote_key, validator.checkpoint_key}) writes.push_back({validator_key_key(key), encode(ValidatorKey{validator.name})});
    return writes;
}

Result<std::optional<Hash>> close_block(Transition& state, const Hash& previous_root) {
    const types::Height previous = state.height() - 1;
    if (previous > 0 && previous % kRootStride == 0) state.put(recent_root_key(previous), RecentRoot{previous, previous_root});
    PLACET_TRY_ASSIGN(const Membership now, membership(state));
    if (!now.waits() || now.last_height != state.height()) return std::optional<Hash>{};
    PLACET_TRY_ASSIGN(const types::ValidatorSet old_set, current_set(state));
    const types::ValidatorSet new_set = now.next_set();
    PLACET_TRY(renew_nodes(state, old_set, new_set));
    PLACET_TRY(renew_seats(state, old_set, new_set));
    state.put_raw(state::validator_set_key(new_set.epoch), types::encode(new_set));
    state.put(membership_key(), Membership{new_set.epoch, 0, {}});
    return std::optional(types::validator_set_hash(new_set));
}

}  // namespace placet::contracts::governance

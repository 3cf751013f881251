// Genesis as state writes.
#include "contracts/runtime/genesis_state.hpp"

#include <algorithm>

#include "contracts/governance/membership.hpp"

namespace placet::contracts::runtime {
namespace {

void add_actor(std::vector<types::StateWrite>& writes, const governance::Actor& actor) {
    writes.push_back({governance::actor_key(actor.id), encode(actor)});
    writes.push_back({governance::actor_by_key_key(actor.key), governance::actor_reference_value(actor.id)});
    if (actor.client_spki) writes.push_back({governance::actor_by_spki_key(*actor.client_spki), governance::actor_reference_value(actor.id)});
}

governance::Actor operator_of(const types::Organisation& organisation, TimeMs since_ms) {
    governance::Actor actor;
    actor.id = "operator@" + organisation.id;
    actor.organisation = organisation.id;
    actor.roles = {governance::Role::hospital_operator};  // of a regulator, too: it enrols those who audit
    actor.key = organisation.operator_key;
    if (!organisation.operator_spki.is_zero()) actor.client_spki = organisation.operator_spki;
    actor.title = "Operator of " + organisation.id;
    actor.since_ms = since_ms;
    return actor;
}

}  // namespace

std::vector<types::StateWrite> genesis_writes(const types::Genesis& genesis) {
    std::vector<types::StateWrite> writes;
    governance::Chain chain{0, genesis.rule_version, genesis.checkpoint_interval, genesis.window};
    for (const auto& organisation : genesis.organisations) {
        governance::Organisation entry{organisation.id, organisation.title, organisation.kind, organisation.country, false};
        entry.has_seat = std::ranges::any_of(genesis.validators.validators,
                                             [&](const types::Validator& validator) { return validator.organisation == organisation.id; });
        if (entry.has_seat) ++chain.seats;
        writes.push_back({governance::organisation_key(organisation.id), encode(entry)});
        add_actor(writes, operator_of(organisation, genesis.created_at_ms));
    }
    writes.push_back({governance::chain_key(), encode(chain)});
    for (const auto& validator : genesis.validators.validators) add_actor(writes, governance::node_actor(validator, genesis.created_at_ms));
    std::ranges::move(governance::genesis_membership_writes(genesis.validators), std::back_inserter(writes));
    std::ranges::sort(writes, {}, &types::StateWrite::key);
    const auto same_key = [](const types::StateWrite& a, const types::StateWrite& b) { return a.key == b.key; };
    writes.erase(std::ranges::unique(writes, same_key).begin(), writes.end());
    return writes;
}

}  // namespace placet::contracts::runtime

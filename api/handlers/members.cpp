// Who takes part: validators, organisations, actors, implicit policies.
#include "api/dto/described.hpp"
#include "api/handlers/operations.hpp"
#include "ledger/base/hex.hpp"
#include "ledger/state/validator_sets.hpp"

namespace placet::api::handlers {
namespace {

namespace governance = contracts::governance;
using View = base::Result<std::optional<std::string>>;

void write_validator(dto::JsonWriter& writer, const types::Validator& validator, types::ReplicaId id) {
    writer.begin_object().key("id").uint(id).key("name").text(validator.name).key("organisation").text(validator.organisation);
    writer.key("vote_key").text(crypto::to_text(validator.vote_key)).key("checkpoint_key").text(crypto::to_text(validator.checkpoint_key));
    writer.key("service_key").text(crypto::to_text(validator.service_key));
    writer.key("note_key").text("ed25519:" + base::to_hex(validator.note_key.view()));
    writer.key("tls_spki").hex(validator.tls_spki.view());
    writer.key("peer_address").text(validator.peer_address).key("api_address").text(validator.api_address).end_object();
}

std::string policy_json(const governance::CustodianPolicy& policy) {
    dto::JsonWriter writer;
    writer.begin_object();
    dto::write_fields(writer, policy);
    writer.key("uri").text(governance::policy_uri(policy.policy)).end_object();
    return std::move(writer).finish();
}

}  // namespace

Answer list_validators(const Context& context) {
    types::ValidatorSet set = context.snapshot->validators();
    const auto epoch = maybe_number(context, "epoch", UINT64_MAX / 2);
    if (!epoch) return std::unexpected(epoch.error());
    if (*epoch && **epoch != set.epoch) {
        auto asked = state::validator_set(context.state(), context.backend.genesis(), **epoch);
        if (!asked && asked.error().code == base::ErrorCode::not_found) return not_found("epoch");
        if (!asked) return refused(asked.error());
        set = std::move(*asked);
    }
    dto::JsonWriter writer;
    writer.begin_object().key("epoch").uint(set.epoch).key("n").uint(set.n()).key("f").uint(set.f()).key("q").uint(set.q());
    writer.key("genesis").hex(context.snapshot->genesis_hash().view()).key("validators").begin_array();
    for (std::size_t i = 0; i < set.validators.size(); ++i) write_validator(writer, set.validators[i], static_cast<types::ReplicaId>(i));
    writer.end_array().key("height").uint(context.state().height()).end_object();
    return json_response(std::move(writer).finish());
}

Answer list_organisations(const Context& context) {
    return list_entries<governance::Organisation>(context, contracts::scan_prefix(contracts::EntryKind::organisation, 2),
                                                  [](const governance::Organisation& one) -> View { return dto::described_json(one); });
}

Answer list_actors(const Context& context) {
    const auto organisation = context.maybe("organisation");
    const auto role_name = context.maybe("role");
    const auto role = role_name ? governance::role_from(*role_name) : std::nullopt;
    if (role_name && !role) return invalid("role", "there is no such role");
    return list_entries<governance::Actor>(context, contracts::scan_prefix(contracts::EntryKind::actor, 2), [&](const governance::Actor& actor) -> View {
        if (organisation && actor.organisation != *organisation) return std::nullopt;
        if (role && !actor.has(*role)) return std::nullopt;
        if (!context.sees_all() && !auth::owns_actor(context.principal, actor)) return std::nullopt;
        return dto::described_json(actor);
    });
}

Answer read_actor(const Context& context) {
    const std::string& id = context.path("id");
    if (id == "me") return json_response(dto::described_json(*context.principal.actor));
    const auto actor = governance::find_actor(context.state(), id);
    if (!actor) return refused(actor.error());
    if (!*actor || (!context.sees_all() && !auth::owns_actor(context.principal, **actor))) return not_found("actor");
    return json_response(dto::described_json(**actor));
}

Answer list_policies(const Context& context) {
    return list_entries<governance::CustodianPolicy>(context, contracts::scan_prefix(contracts::EntryKind::policy, 2),
                                                     [](const governance::CustodianPolicy& one) -> View { return policy_json(one); });
}

}  // namespace placet::api::handlers

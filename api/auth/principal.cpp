// Certificates to actors.
#include "api/auth/principal.hpp"

namespace placet::api::auth {
namespace {

namespace governance = contracts::governance;
using governance::Role;

static_assert(static_cast<int>(routes::Viewer::hospital_operator) == static_cast<int>(Role::hospital_operator) + 1 &&
                  static_cast<int>(routes::Viewer::observer) == static_cast<int>(Role::observer) + 1,
              "viewers are the ledger's roles, one further: 0 is nobody");

governance::Actor service_actor(const types::Validator& validator) {
    governance::Actor actor;
    actor.id = governance::node_actor_id(validator.name);
    actor.organisation = validator.organisation;
    actor.roles = {Role::node};
    actor.key = validator.service_key;
    actor.client_spki = validator.tls_spki;
    actor.title = validator.name;
    return actor;
}

}  // namespace

std::string_view Principal::id() const noexcept { return actor ? std::string_view(actor->id) : std::string_view(); }
std::string_view Principal::organisation() const noexcept { return actor ? std::string_view(actor->organisation) : std::string_view(); }
bool Principal::has(Role role) const noexcept { return actor && std::ranges::find(actor->roles, role) != actor->roles.end(); }
bool Principal::is_local() const noexcept { return address == "127.0.0.1" || address == "::1" || address == "::ffff:127.0.0.1"; }

base::Result<Principal> identify(const http::Peer& peer, const Snapshot& snapshot) {
    Principal principal;
    principal.address = peer.address;
    if (!peer.spki) return principal;
    for (const types::Validator& validator : snapshot.validators().validators)
        if (validator.tls_spki == *peer.spki) {
            principal.actor = service_actor(validator);
            return principal;
        }
    PLACET_TRY_ASSIGN(auto actor, governance::find_actor_by_spki(snapshot.state(), *peer.spki));
    if (!actor) {
        principal.reason = "this client certificate is not enrolled on the ledger";
    } else if (!actor->is_active()) {
        principal.reason = "the actor " + actor->id + " was revoked";
    } else if (actor->client_spki != peer.spki) {
        principal.reason = "this client certificate was replaced by another of " + actor->id;
    } else {
        principal.actor = std::move(actor);
    }
    return principal;
}

routes::Reach reach(const Principal& principal, const routes::Route& route) noexcept {
    routes::Reach widest = route.access[static_cast<std::size_t>(routes::Viewer::anonymous)];
    if (!principal.actor) return widest;
    // What is open to nobody in particular is open to actors by their own letters: a table row says all of it.
    widest = routes::Reach::none;
    for (const Role role : principal.actor->roles) widest = std::max(widest, route.access[static_cast<std::size_t>(role) + 1]);
    return widest;
}

}  // namespace placet::api::auth

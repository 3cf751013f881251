// Who asks: a client certificate's key, looked up in sealed state. There are no sessions; every request is decided afresh, so a
// revocation counts from its block on.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "api/backend.hpp"
#include "api/http/message.hpp"
#include "api/routes/table.hpp"
#include "contracts/governance/entries.hpp"

namespace placet::api::auth {

struct Principal {
    std::optional<contracts::governance::Actor> actor;  ///< none: nobody known
    /// Why nobody is known although a certificate was shown; empty otherwise.
    std::string reason;
    std::string address;

    [[nodiscard]] bool is_known() const noexcept { return actor.has_value(); }
    [[nodiscard]] std::string_view id() const noexcept;            ///< empty if not known
    [[nodiscard]] std::string_view organisation() const noexcept;  ///< empty if not known
    [[nodiscard]] bool has(contracts::governance::Role role) const noexcept;
    [[nodiscard]] bool is_local() const noexcept;  ///< asks from a loopback address
};

/// A validator's certificate is its service key's actor, role node; any other is looked up among the actors. A revoked actor
/// is nobody. `corrupt` if state does not decode.
[[nodiscard]] base::Result<Principal> identify(const http::Peer& peer, const Snapshot& snapshot);

/// The widest reach any of the principal's roles has on the route.
[[nodiscard]] routes::Reach reach(const Principal& principal, const routes::Route& route) noexcept;

}  // namespace placet::api::auth

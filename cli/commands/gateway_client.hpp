// Finding and asking a custodian's gateway: for researchers (releases) and for the hospital's own systems (care accesses).
#pragma once

#include "cli/link/session.hpp"

namespace placet::cli::commands {

/// The address and key of the gateway of `custodian`: --gateway with --gateway-spki, else [[gateway]] of placet.toml, else the home's
/// own listen address where it is the gateway's home.
[[nodiscard]] frame::Outcome<api::client::Endpoint> gateway_endpoint(const link::Session& session, const frame::Arguments& arguments);

/// The two flags, for command tables.
[[nodiscard]] std::vector<frame::Argument> gateway_arguments();

/// What the gateway did not answer, or answered with no, with what to do where it does not run.
[[nodiscard]] frame::Failure gateway_failure(base::Error error);

/// POST to the gateway; a problem becomes a failure with the exit code of what it says.
[[nodiscard]] frame::Outcome<api::http::Response> post_to_gateway(api::client::Client& client, const std::string& path, std::string_view content_type,
                                                                  base::Bytes body);

}  // namespace placet::cli::commands

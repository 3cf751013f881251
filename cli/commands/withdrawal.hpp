// What a withdrawal did, for the custodian who witnessed it and for the patient who signed it: the same words and fields.
#pragma once

#include "cli/link/session.hpp"

namespace placet::cli::commands {

/// Submits withdraw_consent and concludes: "consents", "remaining", "datasets", "grants", and in words what stops and what cannot be
/// called back. `recorded` receives the proof, for a receipt.
[[nodiscard]] frame::CommandResult withdraw(link::Session& session, const home::Subject& subject, const frame::Arguments& arguments,
                                            std::optional<link::Recorded>& recorded);

}  // namespace placet::cli::commands

// The ledger's commands, outcomes and terms as sentences for people. Made from the commands themselves, so that `tx show`,
// `verify` and `patient who` say the same of the same event. Lines are plain text, not yet made printable.
#pragma once

#include <string>
#include <vector>

#include "cli/frame/json.hpp"
#include "contracts/common/command_kind.hpp"
#include "contracts/common/outcome.hpp"
#include "contracts/dataset/duo.hpp"
#include "ledger/types/leaf.hpp"
#include "ledger/types/transaction.hpp"

namespace placet::cli::words {

/// What the command asks for: "release data of 3 people under grant r-1.g0". One or more lines; an unknown kind is named by its number.
[[nodiscard]] std::vector<std::string> command_in_words(const types::Payload& payload);
/// How it ended: the outcome's sentence, what its detail says, and what would change a refusal.
[[nodiscard]] std::vector<std::string> outcome_in_words(const types::Payload& payload, const types::Outcome& outcome);
/// The reasons inside a receipt's detail, whatever its shape; empty if it has none.
[[nodiscard]] std::vector<contracts::Reason> reasons_of(const types::Payload& payload, const types::Outcome& outcome);

/// "2026-11-23 08:00:00 UTC"; "no end" for kForever.
[[nodiscard]] std::string time_in_words(base::TimeMs instant);
/// The first 16 hexadecimal digits of a pseudonym, enough to tell people apart on a screen.
[[nodiscard]] std::string short_pseudonym(const types::Pseudonym& pseudonym);
/// Rounded counts: "about 40", "fewer than 10".
[[nodiscard]] std::string count_in_words(const std::optional<std::uint64_t>& count);
/// "a", "a and b", "a, b and c".
[[nodiscard]] std::string joined(const std::vector<std::string>& items);

/// "health, medical or biomedical research (HMB)"; with its diseases.
[[nodiscard]] std::string permission_in_words(const contracts::dataset::Permission& permission);
[[nodiscard]] std::string modifier_in_words(const contracts::dataset::Modifier& modifier);
[[nodiscard]] frame::Json reasons_json(const std::vector<contracts::Reason>& reasons);

}  // namespace placet::cli::words

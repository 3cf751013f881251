// The rules of consent (withdrawal is in contracts/access, because it says what it stops). `check` needs no state; `apply` decides in a
// block, after the runtime has seen that the sender holds a role that may send the command.
#pragma once

#include "contracts/common/transition.hpp"
#include "contracts/consent/entries.hpp"
#include "contracts/consent/model.hpp"
#include "contracts/governance/entries.hpp"

namespace placet::contracts::consent {

[[nodiscard]] Status check(const EnrolPatient& command);
[[nodiscard]] Status check(const BindPatientKey& command);
[[nodiscard]] Status check(const RecordConsent& command);
[[nodiscard]] Status check(const WithdrawConsent& command);

[[nodiscard]] Result<Verdict> apply(Transition& state, const governance::Actor& sender, const EnrolPatient& command);
[[nodiscard]] Result<Verdict> apply(Transition& state, const governance::Actor& sender, const BindPatientKey& command);
[[nodiscard]] Result<Verdict> apply(Transition& state, const governance::Actor& sender, const RecordConsent& command);

/// Whether the sender is this pseudonym's own key, or the custodian's operator as witness.
enum class Standing : std::uint8_t { none, self, witness };
[[nodiscard]] Standing standing_of(const governance::Actor& sender, std::string_view custodian, const Pseudonym& pseudonym) noexcept;

/// Writes the active set and appends the event to the pseudonym's sub-log of consent decisions.
void put_active(Transition& state, std::string_view custodian, const Pseudonym& pseudonym, const ActiveConsents& active);
/// RFC 6962 over the encoded ActiveConsents entries, ascending by consent id.
[[nodiscard]] state::ActiveSet commitment_of(const ActiveConsents& active);

}  // namespace placet::contracts::consent

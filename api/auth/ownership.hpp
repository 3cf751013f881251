// What is whose: deny by default, object by object, at the data the answer is made of. Each function says whether a principal
// with reach `own` may see one object; with reach `all` nobody asks. What is not one's own is answered as if it did not exist.
#pragma once

#include "api/auth/principal.hpp"
#include "contracts/access/queries.hpp"
#include "contracts/common/command_kind.hpp"
#include "ledger/state/index_key.hpp"
#include "ledger/types/leaf.hpp"

namespace placet::api::auth {

using contracts::Pseudonym;

/// A patient at a custodian: herself, or staff of the custodian (operator, gateway, clinician).
[[nodiscard]] bool owns_patient(const Principal& principal, std::string_view custodian, const Pseudonym& pseudonym) noexcept;

/// Whose data a command speaks about.
struct Concern {
    std::vector<Pseudonym> subjects;  ///< named in the command itself
    bool has_rows = false;            ///< a batch: more of them in its part
};
[[nodiscard]] Concern concern_of(contracts::CommandKind kind, base::BytesView body);

/// Signed by the principal; by its organisation, for operators and gateways; about her alone, for a patient.
[[nodiscard]] base::Result<bool> owns_transaction(const Principal& principal, const state::StateReader& reader, const types::Transaction& transaction);

/// The researcher or a member of the study; an operator or gateway of her organisation or of a custodian asked; a committee's member.
[[nodiscard]] base::Result<bool> owns_request(const Principal& principal, const state::StateReader& reader, const contracts::access::Request& request);
[[nodiscard]] base::Result<bool> owns_grant(const Principal& principal, const state::StateReader& reader, const contracts::access::Grant& grant);

/// A sub-log of accesses or reads: patients' by owns_patient with `custodian`; a dataset's by its custodian and committee; an
/// actor's by herself and her operator; a custodian's by its staff.
[[nodiscard]] base::Result<bool> owns_trail(const Principal& principal, const state::StateReader& reader, const state::IndexKey& key, std::string_view custodian);

/// Whether names of patients in an event of this custodian may be shown to the principal.
[[nodiscard]] bool sees_subjects(const Principal& principal, std::string_view custodian) noexcept;

/// Actors but patients', who are seen at their own custodian only.
[[nodiscard]] bool owns_actor(const Principal& principal, const contracts::governance::Actor& actor) noexcept;

/// The patient a map entry is about, if it is about one.
[[nodiscard]] std::optional<Pseudonym> patient_of_key(base::BytesView key);

/// Entries of governance and datasets are every member's; those of patients belong to custodian and patient, memberships,
/// releases and batches to the custodian's operator and gateway, requests and grants as above; the rest is denied.
[[nodiscard]] base::Result<bool> owns_state_key(const Principal& principal, const state::StateReader& reader, base::BytesView key);

}  // namespace placet::api::auth

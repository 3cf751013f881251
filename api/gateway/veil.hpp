// References that point to people and records of the custodian, made meaningless to everybody else before a consent's
// model goes to the validators: "Encounter/p1-e1" becomes "Encounter/$" and 32 hexadecimal digits of an HMAC under the
// patient's own secret s_p. The gateway veils what it finds in the records the same way, so rules about data still
// match; nobody without s_p can tell who or what is meant, or that two patients' consents mean the same. Pure.
//
// Not veiled: Patient/$subject, organisations, and whom a rule may name as the one who asks (a practitioner, a group,
// …), because the ledger compares these with actors. Relatives and other patients are veiled there, too.
#pragma once

#include <string>

#include "api/gateway/registry.hpp"
#include "contracts/consent/evaluate.hpp"

namespace placet::api::gateway {

/// A veiled reference stays as it is ('$' is in no FHIR id).
[[nodiscard]] std::string veiled_reference(const RegisteredPatient& patient, std::string_view reference);

/// The model as it may leave the custodian, and as the registry keeps it.
[[nodiscard]] contracts::consent::Consent veiled(contracts::consent::Consent model, const RegisteredPatient& patient);

/// What the rules of a veiled model are compared with.
[[nodiscard]] contracts::consent::DataContext veiled(contracts::consent::DataContext data,
                                                     const RegisteredPatient& patient);

}  // namespace placet::api::gateway

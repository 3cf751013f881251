// What a patient gets of her enrolment: who she is at the hospital, the opening of the commitment to her number, and the proofs.
// A JSON file, handed to her (or her agent) once; it holds what links her to her pseudonym, so it is hers to keep.
#pragma once

#include "cli/link/session.hpp"

namespace placet::cli::commands {

struct EnrolmentReceipt {
    std::string custodian;
    types::Pseudonym pseudonym;
    std::string actor;     ///< as whom her key acts
    std::string number;    ///< the hospital's patient number
    types::Salt salt;      ///< opens the commitment in the enrolment
    base::Bytes enrolment; ///< proof bundle of enrol_patient
    base::Bytes binding;   ///< proof bundle of bind_patient_key; empty if the enrolment bound her key itself
};

[[nodiscard]] std::string to_json(const EnrolmentReceipt& receipt);
[[nodiscard]] base::Result<EnrolmentReceipt> read_receipt(const std::string& path);

/// Everything a patient can check without trusting anybody: both proofs against genesis, that the pseudonym is the enrolled one, that
/// the commitment opens to the number, and that the key bound is `key`.
[[nodiscard]] base::Status check_receipt(const EnrolmentReceipt& receipt, const types::Genesis& genesis, const crypto::PublicKey& key);

}  // namespace placet::cli::commands

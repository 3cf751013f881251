// The recovery record: where no value can reach q any more, the organisations of genesis name the next validator set with their offline
// keys, and why (consensus.md, Sealing). It stands in place of the seal that ends an epoch. A value; any thread.
#pragma once

#include "ledger/types/checkpoint.hpp"
#include "ledger/types/validator_set.hpp"

namespace placet::types {

struct Recovery {
    QuorumCertificate last;   ///< the last seal; nothing behind it counts
    ValidatorSet next;        ///< of the epoch that goes on at last.height + 1; every vote key of it is new
    std::string reason;       ///< for everybody who verifies, 1 to 512 octets of text
    struct Approval {
        std::string organisation;  ///< of genesis
        crypto::Signature signature;
        bool operator==(const Approval&) const = default;
    };
    std::vector<Approval> approvals;  ///< exactly quorum(organisations of genesis), ascending by organisation
    bool operator==(const Recovery&) const = default;
};

/// tagged_hash("placet/recovery/1", [genesis, last, next, reason]): what an organisation's recovery key signs.
[[nodiscard]] Hash recovery_digest(const Hash& genesis, const Recovery& recovery) noexcept;

/// [last: certificate, [epoch, [* validator]], reason, [* [organisation, signature]]]
[[nodiscard]] Bytes encode(const Recovery& recovery);
/// Shape alone.
[[nodiscard]] Result<Recovery> decode_recovery(BytesView bytes);

/// Against the set in force before it (whose epoch the recovery's follows): the last seal is of `sealed_by`, the set keeps the rules of a set, no
/// vote key of it was one of `before`, and exactly q organisations signed. invalid_proof, invalid_signature, invalid_value.
[[nodiscard]] Status verify(const Recovery& recovery, const Genesis& genesis, const ValidatorSet& sealed_by, const ValidatorSet& before);

}  // namespace placet::types

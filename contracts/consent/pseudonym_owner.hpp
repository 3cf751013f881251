// Whose a pseudonym is. Sub-logs of patients are kept by pseudonym alone, so one pseudonym may never stand for patients of two
// custodians, and nobody but its custodian writes below it.
#pragma once

#include "contracts/common/state_keys.hpp"
#include "ledger/types/part.hpp"

namespace placet::contracts::consent {

/// [24, pseudonym] → the custodian that enrolled it, for ever.
inline constexpr auto kPseudonymOwnerEntry = static_cast<EntryKind>(24);

struct PseudonymOwner {
    std::string custodian;
    bool operator==(const PseudonymOwner&) const = default;

    template <class Archive>
    static void fields(Archive& archive, auto& self) {
        archive("custodian", self.custodian, kMaxId);
    }
};

[[nodiscard]] inline Bytes pseudonym_owner_key(const Pseudonym& pseudonym) { return KeyBuilder(kPseudonymOwnerEntry, 2).bytes(pseudonym.view()).take(); }

/// Whether the pseudonym is enrolled with another custodian than this one.
[[nodiscard]] inline Result<bool> is_of_another(const state::StateReader& reader, std::string_view custodian, const Pseudonym& pseudonym) {
    PLACET_TRY_ASSIGN(const std::optional<PseudonymOwner> owner, load<PseudonymOwner>(reader, pseudonym_owner_key(pseudonym)));
    return owner && owner->custodian != custodian;
}

}  // namespace placet::contracts::consent

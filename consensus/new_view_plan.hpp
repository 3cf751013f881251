// The new-view plan (PBFT §4.4; TOCS'02 §4.5): which slots a new view starts with. A pure function of q view-changes: the new primary
// builds with it, backups check with it, byte for byte.
#pragma once

#include "consensus/messages.hpp"

namespace placet::consensus {

enum class Fault : std::uint8_t;  // faults.hpp; the zero value is none

struct CarriedSlot {
    SeqNum seq = 0;
    Hash digest;                      ///< null_digest() where nobody had prepared
    std::uint64_t holders = 0;        ///< who signed the prepared certificate and so holds the body; 0 for a null request
    bool operator==(const CarriedSlot&) const = default;
};

struct NewViewPlan {
    std::optional<types::QuorumCertificate> base;  ///< the highest seal any of them carries
    std::vector<CarriedSlot> slots;                ///< base (none: the epoch's) + 1 … highest prepared, no gap
    bool operator==(const NewViewPlan&) const = default;
};

/// For each seq above the highest base: the prepared certificate of the highest view, or a null request.
/// `view_changes` were checked (Verifier) and are for one view; their order does not matter. `base` = Config::base: where none of them
/// carries a seal.
[[nodiscard]] NewViewPlan plan_new_view(const std::vector<ViewChange>& view_changes, std::size_t n, Fault fault = Fault{}, SeqNum base = 0);

}  // namespace placet::consensus

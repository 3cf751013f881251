// One lattice of purposes for FHIR (v3 PurposeOfUse), DUO and visas. Pure functions over a fixed table (rule version
// 1).
//
// TREAT {ETREAT {BTG, ERTREAT}, CLINTRL, COC, POPHLTH}, HPAYMT, HOPERAT, HRESCH {BIORCH, CLINTRCH {NPC, PC}, DSRCH,
// POARCH, PRECLINTRCH, TRANSRCH}, PATRQT, FAMRQT, PWATRNY, HMARKT, PUBHLTH …
#pragma once

#include <span>
#include <vector>

#include "contracts/common/coding.hpp"

namespace placet::contracts::consent {

/// Whether a provision that names `stated` speaks about a request for `asked`: equal, or `asked` lies below `stated`;
/// BTG and ETREAT never come by subsumption, ERTREAT with ETREAT alone. A purpose outside the lattice matches itself
/// only. Codes of v3-ActReason are known under its http and urn:oid names, DUO's permissions by the bridge below: HMB
/// is asked where all of its kinds of research are.
[[nodiscard]] bool purpose_covers(const Coding& stated, const Coding& asked);
/// Whether they have something in common, either way round: a deny of a part of what is asked concerns the request.
[[nodiscard]] bool purposes_meet(const Coding& stated, const Coding& asked);

/// v3-ActReason under any of its names.
[[nodiscard]] bool is_act_reason(std::string_view system) noexcept;
/// The codes of the lattice.
[[nodiscard]] std::span<const std::string_view> lattice_purposes() noexcept;

/// v3-ActReason BTG under any of its system's names.
[[nodiscard]] bool is_break_glass(const Coding& purpose);

/// The bridge from a DUO request purpose to the PurposeOfUse it means in consents: GRU → HRESCH and POARCH; HMB →
/// BIORCH, CLINTRCH, PRECLINTRCH, TRANSRCH, DSRCH; DS → DSRCH; POA → POARCH; CC → TREAT; MDS → HRESCH; commercial →
/// HMARKT. Every one must be permitted. Unknown DUO codes: themselves.
[[nodiscard]] std::vector<Coding> purposes_of_duo(std::string_view duo_code);
/// v3-ActReason, by code.
[[nodiscard]] Coding act_reason(std::string_view code);

}  // namespace placet::contracts::consent

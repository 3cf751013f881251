// Evidence of equivocation: two contradictory statements that one validator signed. It stands by itself: whoever has
// genesis can check it, so it is stored, served, and shown to whoever asks (consensus.md, Evidence). Values only.
#pragma once

#include "consensus/effects.hpp"

namespace placet::consensus {

/// [offender, 1, vote, vote] or [offender, 2, checkpoint, checkpoint], items as on the wire.
[[nodiscard]] base::Bytes encode(const Accuse& evidence);
[[nodiscard]] base::Result<Accuse> decode_evidence(base::BytesView bytes);

/// Both are signed by the offender and cannot both be honest: same kind, epoch, view and sequence number (a checkpoint:
/// same height), different content. invalid_signature, or invalid_value naming what does not contradict.
[[nodiscard]] base::Status check_evidence(const Accuse& evidence, const types::ValidatorSet& validators,
                                          const Hash& genesis);

/// What the evidence is about, for keys and for people.
struct EvidenceSubject {
    std::uint8_t kind = 0;  ///< VoteKind; 0 = checkpoint
    Epoch epoch = 0;
    View view = 0;  ///< 0 for a checkpoint
    SeqNum seq = 0;
    bool operator==(const EvidenceSubject&) const = default;
};
[[nodiscard]] EvidenceSubject subject_of(const Accuse& evidence) noexcept;
/// "pre_prepare", "prepare", "commit", "view_change", "new_view", "checkpoint".
[[nodiscard]] std::string_view name_of_evidence(std::uint8_t kind) noexcept;

}  // namespace placet::consensus

// A question that is put to very many consents, prepared once: which codes of purpose, which actors and actions fit it.
// The parts of a question (one for each purpose) are bits, so that a condition is tested for all of them at once.
#pragma once

#include <array>

#include "contracts/consent/evaluate.hpp"
#include "contracts/consent/payload_cursor.hpp"

namespace placet::contracts::consent {

/// A set of parts of the question: bit i is its purpose i.
using Parts = std::uint64_t;
inline constexpr std::size_t kMaxScreenedParts = 64;

/// For which parts a condition holds, read for a rule of either type.
struct Fits {
    Parts as_permit = 0;
    Parts as_deny = 0;
    [[nodiscard]] Parts as(ProvisionType type) const noexcept {
        return type == ProvisionType::permit ? as_permit : as_deny;
    }
    [[nodiscard]] bool none() const noexcept { return (as_permit | as_deny) == 0; }
    Fits operator|(const Fits& other) const noexcept { return {as_permit | other.as_permit, as_deny | other.as_deny}; }
    Fits operator&(const Fits& other) const noexcept { return {as_permit & other.as_permit, as_deny & other.as_deny}; }
};

class ScreeningQuestion {
public:
    /// Errors: unsupported, for a question about data (kinds, codes, labels, a piece) or of more than kMaxScreenedParts
    /// purposes or policy codes.
    [[nodiscard]] static Result<ScreeningQuestion> make(AccessContext context, TimeMs at);

    [[nodiscard]] TimeMs at() const noexcept { return at_; }
    [[nodiscard]] const AccessContext& context() const noexcept { return context_; }
    /// Every part.
    [[nodiscard]] Parts all() const noexcept { return all_; }
    [[nodiscard]] std::size_t parts() const noexcept { return std::max<std::size_t>(context_.purposes.size(), 1); }
    /// The purpose of a part; none where the question states no purpose.
    [[nodiscard]] const Coding* purpose(std::size_t part) const noexcept {
        return context_.purposes.empty() ? nullptr : &context_.purposes[part];
    }

    /// Each reads one array of a provision: `asker_matches` of conditions.hpp, split by element.
    [[nodiscard]] Fits read_actors(PayloadCursor& cursor) const;
    [[nodiscard]] Fits read_actions(PayloadCursor& cursor) const;
    [[nodiscard]] Fits read_purposes(PayloadCursor& cursor) const;
    /// Bit i: the provision names policy code i (German MII).
    [[nodiscard]] std::uint64_t read_policy_codes(PayloadCursor& cursor) const;

private:
    struct Known {
        std::string_view code;
        Fits fits;
    };
    static constexpr std::size_t kSlots = 256;

    ScreeningQuestion(AccessContext context, TimeMs at);
    [[nodiscard]] static std::size_t slot_of(std::string_view code) noexcept;
    [[nodiscard]] Fits fits_of(const Coding& stated) const;
    [[nodiscard]] Fits purpose_fits(CodingView stated) const;
    [[nodiscard]] Fits everything(bool permit, bool deny) const noexcept {
        return {permit ? all_ : 0, deny ? all_ : 0};
    }

    AccessContext context_;
    TimeMs at_;
    Parts all_;
    std::array<Known, kSlots> lattice_{};  ///< the purposes of the lattice, by the hash of their code
};

}  // namespace placet::contracts::consent

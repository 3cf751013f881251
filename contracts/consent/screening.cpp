// Combining what the consents of one person say, for all parts of the question at once: as Evaluator in evaluate.cpp.
#include "contracts/consent/screening.hpp"

#include <bit>

namespace placet::contracts::consent {
namespace {

/// The parts among `parts` that no provision of the consent tells apart from the lowest one of them.
Parts alike(const FlatConsent& consent, Parts parts) {
    const int lowest = std::countr_zero(parts);
    const auto like_lowest = [&](Parts fits) { return (fits >> lowest & 1) != 0 ? fits : ~fits; };
    for (const FlatProvision& one : consent.provisions)
        parts &= like_lowest(one.alone.as_permit) & like_lowest(one.alone.as_deny);
    return parts;
}

}  // namespace

Screening::Screening(ScreeningQuestion question, governance::ImplicitPolicy policy)
    : question_(std::move(question)), has_policy_(policy != governance::ImplicitPolicy::none) {
    for (std::size_t part = 0; part < question_.parts(); ++part)
        if (implicit_policy_permits(policy, question_.context(), question_.purpose(part)))
            permitted_by_policy_ |= Parts{1} << part;
}

Result<Screening> Screening::make(AccessContext context, governance::ImplicitPolicy policy, TimeMs at) {
    PLACET_TRY_ASSIGN(ScreeningQuestion question, ScreeningQuestion::make(std::move(context), at));
    return Screening(std::move(question), policy);
}

void Screening::Said::add(Voice voice, Parts parts, Profile profile) {
    switch (voice) {
        case Voice::silent:
            break;
        case Voice::permits:
            permitted |= parts;
            if (profile == Profile::mii_broad) permitted_german |= parts;
            break;
        case Voice::denies:
            denied |= parts;
            break;
        case Voice::denies_by_default:
            denied_by_default |= parts;
            break;
        case Voice::doubts:
            doubted |= parts;
            break;
    }
}

Status Screening::hear(const StoredConsent& consent, Said& said) {
    if (consent.status != ConsentStatus::active && consent.status != ConsentStatus::erased) return {};
    if (question_.at() < consent.not_before_ms || question_.at() >= consent.not_after_ms) return {};
    if (!consent.payload) {
        said.doubted = question_.all();
        return {};
    }
    PLACET_TRY_ASSIGN(const FlatConsent* flat, reader_.read(*consent.payload, question_));
    if (flat->in_force) hear_in_force(*flat, said);
    return {};
}

void Screening::hear_in_force(const FlatConsent& consent, Said& said) {
    for (Parts left = question_.all(); left != 0;) {
        const Parts parts = alike(consent, left);
        said.add(reading_.voice(consent, question_, static_cast<std::size_t>(std::countr_zero(left))), parts,
                 consent.profile);
        left &= ~parts;
    }
}

Result<Decision> Screening::decide(std::span<const StoredConsent> consents) {
    Said said;
    for (const StoredConsent& consent : consents) PLACET_TRY(hear(consent, said));
    const Parts denied = said.denied | (said.denied_by_default & ~said.permitted_german);
    if (denied != 0) return Decision::deny;
    const Parts silent = question_.all() & ~said.doubted & ~said.permitted;
    if (has_policy_ && (silent & ~permitted_by_policy_) != 0) return Decision::deny;
    if (said.doubted != 0) return Decision::indeterminate;
    return silent == 0 || has_policy_ ? Decision::permit : Decision::not_applicable;
}

}  // namespace placet::contracts::consent

// One question put to the consents of very many persons, for cohorts: permit, deny, not applicable or indeterminate of
// each, straight from the octets of their E parts. Always equal to `evaluate(…).decision` (tests/model, `./run check
// consent`), which also says why and what stays to be enforced. Nothing is remembered from one person to the next: only
// the question is prepared.
#pragma once

#include "contracts/consent/flat_reading.hpp"

namespace placet::contracts::consent {

/// As HeldConsent, with the payload of its E part as it is stored.
struct StoredConsent {
    ConsentStatus status = ConsentStatus::active;
    TimeMs not_before_ms = 0;
    TimeMs not_after_ms = base::kForever;
    std::optional<BytesView> payload;  ///< none only where it was erased; lives at least as long as the call
};

/// Not thread-safe: buffers are reused. Each thread has its own.
class Screening {
public:
    /// Errors: those of ScreeningQuestion::make.
    [[nodiscard]] static Result<Screening> make(AccessContext context, governance::ImplicitPolicy policy, TimeMs at);
    /// All consents of one person. Errors: those of FlatReader::read.
    [[nodiscard]] Result<Decision> decide(std::span<const StoredConsent> consents);

private:
    /// What the person's consents say, by part of the question.
    struct Said {
        Parts denied = 0, denied_by_default = 0, doubted = 0, permitted = 0, permitted_german = 0;
        void add(Voice voice, Parts parts, Profile profile);
    };
    Screening(ScreeningQuestion question, governance::ImplicitPolicy policy);
    [[nodiscard]] Status hear(const StoredConsent& consent, Said& said);
    void hear_in_force(const FlatConsent& consent, Said& said);

    ScreeningQuestion question_;
    Parts permitted_by_policy_ = 0;
    bool has_policy_ = false;
    FlatReader reader_;
    FlatReading reading_;
};

}  // namespace placet::contracts::consent

// Consents of one person as a cohort's screening sees them: encoded, with what the ledger says.
#pragma once

#include "contracts/consent/screening.hpp"
#include "tests/support/must.hpp"

namespace placet::tests::model {

/// Owns the payloads that its consents point into.
class Encoded {
public:
    explicit Encoded(const std::vector<contracts::consent::HeldConsent>& held) {
        payloads_.reserve(held.size());
        for (const auto& one : held) {
            std::optional<base::BytesView> payload;
            if (one.consent) payload = payloads_.emplace_back(encode_consent(*one.consent));
            consents_.push_back({one.status, one.not_before_ms, one.not_after_ms, payload});
        }
    }
    Encoded(const Encoded&) = delete;
    Encoded& operator=(const Encoded&) = delete;
    [[nodiscard]] std::span<const contracts::consent::StoredConsent> consents() const { return consents_; }

private:
    std::vector<base::Bytes> payloads_;
    std::vector<contracts::consent::StoredConsent> consents_;
};

[[nodiscard]] inline contracts::consent::Decision screened_decision(
    const std::vector<contracts::consent::HeldConsent>& held, contracts::governance::ImplicitPolicy policy,
    const contracts::consent::AccessContext& context, base::TimeMs at) {
    auto screening = must(contracts::consent::Screening::make(context, policy, at));
    return must(screening.decide(Encoded(held).consents()));
}

}  // namespace placet::tests::model

// A patient's consents as documents: versions of one consent, and consents that name what they replace, as they stood
// at an instant.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "api/fhir/reference_names.hpp"
#include "contracts/consent/evaluate.hpp"

namespace placet::api::fhir {

class ConsentHistory {
public:
    explicit ConsentHistory(base::TimeMs at) : at_(at) {}

    void add(const PooledResource& resource, const ReferenceNames& names, contracts::consent::Consent model);

    /// Provenances that record one Consent as a revision of another, and the extension `replaces`: what they replace is
    /// superseded once the new one is active and has begun.
    void note_replacements(const std::vector<const ResourcePool*>& pools, const ReferenceNames& names);

    /// Of several versions of one consent (same id) the newest that was there at the instant, where meta tells; all of
    /// them where it does not. Sorted by id.
    [[nodiscard]] std::vector<contracts::consent::HeldConsent> held() const;

private:
    struct Version {
        const PooledResource* resource;
        contracts::consent::Consent model;
        std::uint64_t number = 0;  ///< meta.versionId; 0: not a number
        base::TimeMs updated = 0;  ///< meta.lastUpdated; 0: unknown
    };
    void replace(const std::string& newer, const std::string& older);
    [[nodiscard]] const Version* current(const std::vector<Version>& versions) const;
    [[nodiscard]] bool is_replaced(const std::string& name) const;

    base::TimeMs at_;
    std::map<std::string, std::vector<Version>> versions_;  ///< by the consent's name
    std::map<std::string, std::string> replaced_by_;
};

}  // namespace placet::api::fhir

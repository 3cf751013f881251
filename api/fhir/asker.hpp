// Who asks, under every name a consent may use for her: herself, her organisation, the groups and care teams she is a
// member of, the roles she acts in, as far as the given resources say so at the instant of the question.
#pragma once

#include <string>
#include <vector>

#include "api/fhir/reference_names.hpp"
#include "contracts/common/coding.hpp"
#include "ledger/base/time.hpp"

namespace placet::api::fhir {

/// As the question names her; names, not literals.
struct NamedAsker {
    std::string actor;
    std::string organization;
    std::vector<std::string> groups;  ///< taken as authenticated
};

struct Asker {
    std::vector<std::string> references;  ///< sorted
    std::vector<contracts::Coding> roles;
};

/// Memberships count that are active and whose period holds `at`. A PractitionerRole gives its organisation and codes;
/// where the question names the organisation she asks for, roles at other organisations do not count.
[[nodiscard]] Asker who_asks(const NamedAsker& named, const std::vector<const ResourcePool*>& pools,
                             const ReferenceNames& names, base::TimeMs at);

}  // namespace placet::api::fhir

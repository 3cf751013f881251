// How a request's diseases stand to those a dataset's patients consented to.
#pragma once

#include <string>
#include <vector>

#include "contracts/dataset/disease_table.hpp"
#include "contracts/dataset/faults.hpp"

namespace placet::contracts::dataset {

enum class DiseaseFit : std::uint8_t {
    inside,      ///< each requested disease equals or descends from a consented one
    outside,     ///< one does not
    unsure,      ///< a DOID without a Mondo name stands between them: nobody can say
    not_stated,  ///< no disease on one side
};

[[nodiscard]] DiseaseFit fit_of(const std::vector<std::string>& consented, const std::vector<std::string>& asked,
                                const DiseaseTable* table, MatchFault fault = MatchFault::none);

}  // namespace placet::contracts::dataset

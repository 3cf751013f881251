// A second, naive calculation of permitted days, written from the design alone: day by day over a short calendar,
// asking of each day which rules speak. No file of contracts/ is included.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace placet::tests::model {

/// Days are numbers; the calendar is short so that each can be asked.
struct ModelRule {
    bool permit = false;
    std::vector<std::pair<std::string, std::string>> codes;  ///< system, code
    int first = 0;
    int last = 0;
};
struct ModelConsent {
    bool active = true;
    std::vector<ModelRule> rules;
};
struct ModelPeriods {
    std::vector<ModelConsent> consents;
    std::vector<std::string> codes;                          ///< "code" or "system|code"
    std::vector<std::pair<std::string, std::string>> retro;  ///< code, by
    int first = 0;                                           ///< the day that stands for 1900-01-01
    int last = 0;
};

/// The days on which data may be used, code by code.
[[nodiscard]] std::map<std::string, std::set<int>> model_periods(const ModelPeriods& asked);

}  // namespace placet::tests::model

// Each day on its own.
#include "tests/model/periods_model.hpp"

namespace placet::tests::model {
namespace {

bool speaks_of(const ModelRule& rule, const std::string& code) {
    for (const auto& [system, name] : rule.codes)
        if (code == name || code == system + "|" + name) return true;
    return false;
}

bool covers(const ModelRule& rule, int day) {
    return rule.first <= day && day <= rule.last;
}

bool permits_all(const ModelConsent& consent, const std::vector<std::string>& codes) {
    for (const std::string& code : codes) {
        bool found = false;
        for (const ModelRule& rule : consent.rules) found = found || (rule.permit && speaks_of(rule, code));
        if (!found) return false;
    }
    return true;
}

bool denied(const ModelPeriods& asked, const std::string& code, int day) {
    for (const ModelConsent& consent : asked.consents)
        for (const ModelRule& rule : consent.rules)
            if (consent.active && !rule.permit && covers(rule, day) && (rule.codes.empty() || speaks_of(rule, code)))
                return true;
    return false;
}

bool permitted(const ModelConsent& consent, const std::string& code, int day) {
    for (const ModelRule& rule : consent.rules)
        if (rule.permit && speaks_of(rule, code) && covers(rule, day)) return true;
    return false;
}

/// A permit of `code` later than `day` overlaps a permit of `by` in the same consent.
bool reaches_back(const ModelConsent& consent, const std::string& code, const std::string& by, int day) {
    for (const ModelRule& rule : consent.rules) {
        if (!rule.permit || !speaks_of(rule, code) || day >= rule.first) continue;
        for (int one = rule.first; one <= rule.last; ++one)
            if (permitted(consent, by, one)) return true;
    }
    return false;
}

bool usable(const ModelPeriods& asked, const std::string& code, int day) {
    if (denied(asked, code, day)) return false;
    for (const ModelConsent& consent : asked.consents) {
        if (!consent.active || !permits_all(consent, asked.codes)) continue;
        if (permitted(consent, code, day)) return true;
        for (const auto& [extended, by] : asked.retro)
            if (extended == code && reaches_back(consent, code, by, day) && !denied(asked, by, day)) return true;
    }
    return false;
}

}  // namespace

std::map<std::string, std::set<int>> model_periods(const ModelPeriods& asked) {
    std::map<std::string, std::set<int>> out;
    for (const std::string& code : asked.codes)
        for (int day = asked.first; day <= asked.last; ++day)
            if (usable(asked, code, day)) out[code].insert(day);
    return out;
}

}  // namespace placet::tests::model

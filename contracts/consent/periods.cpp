// Permits first, then what takes away.
#include "contracts/consent/periods.hpp"

#include <algorithm>

namespace placet::contracts::consent {
namespace {

class Calculation {
public:
    Calculation(const std::vector<DayConsent>& consents, const std::vector<AskedCode>& codes,
                const std::vector<Retroactive>& retro, PeriodFault fault)
        : consents_(consents), codes_(codes), retro_(retro), fault_(fault) {}

    [[nodiscard]] DaySet days_of(const AskedCode& code) const {
        DaySet out;
        for (const DayConsent& consent : consents_) {
            if (!is_complete(consent)) continue;
            DaySet permitted;
            for (const DayRule& rule : consent.rules)
                if (permits(rule, code)) permitted.add(days_in(rule));
            DaySet days = permitted;
            for (const Retroactive& one : retro_)
                if (one.code == code) add_runs(days, extension(consent, one, permitted));
            if (fault_ == PeriodFault::own_denies_only) subtract_denies(days, consent, code);
            add_runs(out, days);
        }
        if (fault_ == PeriodFault::own_denies_only) return out;
        const DaySet untouched = extensions_of(code);
        for (const DayConsent& consent : consents_) {
            subtract_denies(out, consent, code);
            if (fault_ == PeriodFault::retro_denies_all)
                for (const Retroactive& one : retro_)
                    if (one.code == code) subtract_denies(out, consent, one.by);
        }
        if (fault_ == PeriodFault::retro_immune) add_runs(out, untouched);
        if (fault_ == PeriodFault::last_rule_wins)
            for (const DayConsent& consent : consents_)
                if (is_complete(consent) && !consent.rules.empty() && permits(consent.rules.back(), code))
                    out.add(days_in(consent.rules.back()));
        return out;
    }

private:
    static void add_runs(DaySet& to, const DaySet& from) {
        for (const DayRange& run : from.runs()) to.add(run);
    }
    [[nodiscard]] DayRange days_in(const DayRule& rule) const {
        return {rule.days.first, rule.days.last - (fault_ == PeriodFault::end_exclusive ? 1 : 0)};
    }
    [[nodiscard]] bool names(const DayRule& rule, const AskedCode& code) const {
        const auto is = [&](const Coding& coding) {
            return fault_ == PeriodFault::system_ignored ? coding.code == code.code : code.is(coding);
        };
        if (fault_ == PeriodFault::first_code_only) return !rule.codes.empty() && is(rule.codes.front());
        return std::ranges::any_of(rule.codes, is);
    }
    [[nodiscard]] bool permits(const DayRule& rule, const AskedCode& code) const {
        return rule.type == ProvisionType::permit && names(rule, code);
    }
    [[nodiscard]] bool denies(const DayRule& rule, const AskedCode& code) const {
        return rule.type == ProvisionType::deny && (rule.codes.empty() || names(rule, code));
    }
    [[nodiscard]] bool is_complete(const DayConsent& consent) const {
        if (fault_ == PeriodFault::incomplete_counts) return true;
        return std::ranges::all_of(codes_, [&](const AskedCode& code) {
            return std::ranges::any_of(consent.rules, [&](const DayRule& rule) { return permits(rule, code); });
        });
    }
    void subtract_denies(DaySet& days, const DayConsent& consent, const AskedCode& code) const {
        for (const DayRule& rule : consent.rules)
            if (denies(rule, code)) days.subtract(days_in(rule));
    }

    /// The days before a permit that a retroactive permit of the same resource adds to it, less those denied for the
    /// retroactive code. What the resource permits anyway is no extension.
    [[nodiscard]] DaySet extension(const DayConsent& consent, const Retroactive& one, const DaySet& permitted) const {
        DaySet out;
        for (const DayRule& rule : consent.rules)
            if (permits(rule, one.code) && is_reached(consent, one, rule)) out.add({kLookback, rule.days.first - 1});
        for (const DayRange& run : permitted.runs()) out.subtract(run);
        if (fault_ == PeriodFault::retro_deny_ignored) return out;
        for (const DayConsent& other : consents_) subtract_denies(out, other, one.by);
        return out;
    }
    [[nodiscard]] bool is_reached(const DayConsent& consent, const Retroactive& one, const DayRule& rule) const {
        const auto reaches = [&](const DayRule& other) {
            if (!permits(other, one.by)) return false;
            return fault_ == PeriodFault::retro_without_overlap ||
                   (other.days.first <= rule.days.last && rule.days.first <= other.days.last);
        };
        if (fault_ != PeriodFault::retro_across_resources) return std::ranges::any_of(consent.rules, reaches);
        return std::ranges::any_of(consents_,
                                   [&](const DayConsent& other) { return std::ranges::any_of(other.rules, reaches); });
    }
    [[nodiscard]] DaySet extensions_of(const AskedCode& code) const {
        DaySet out;
        if (fault_ != PeriodFault::retro_immune) return out;
        for (const DayConsent& consent : consents_)
            for (const Retroactive& one : retro_)
                if (one.code == code && is_complete(consent)) add_runs(out, extension(consent, one, {}));
        return out;
    }

    const std::vector<DayConsent>& consents_;
    const std::vector<AskedCode>& codes_;
    const std::vector<Retroactive>& retro_;
    PeriodFault fault_;
};

}  // namespace

std::vector<DaySet> permitted_days(const std::vector<DayConsent>& consents, const std::vector<AskedCode>& codes,
                                   const std::vector<Retroactive>& retro, PeriodFault fault) {
    const Calculation calculation(consents, codes, retro, fault);
    std::vector<DaySet> out;
    for (const AskedCode& code : codes) out.push_back(calculation.days_of(code));
    return out;
}

}  // namespace placet::contracts::consent

// Random consents about few codes and few days, read from FHIR's JSON and calculated by the rules, and day by day by
// the naive model.
#include <algorithm>

#include "api/fhir/day_rules.hpp"
#include "tests/model/periods_model.hpp"
#include "tests/model/topic.hpp"
#include "tests/support/prng.hpp"

namespace placet::tests::model {
namespace {

namespace consent = contracts::consent;

constexpr int kCalendar = 28;  ///< days from 1900-01-01 on that are looked at

/// A date of the calendar, in one of FHIR's spellings of that day.
std::string date(int day, std::uint64_t spelling, const std::string& clock) {
    const std::string plain = consent::to_date(consent::kLookback + day);
    if (spelling == 0) return plain + clock;
    if (spelling == 1) return plain + "T12:30:00.5Z";
    return plain;
}

class Generator {
public:
    explicit Generator(std::uint64_t seed) : prng_(seed) {}

    ModelPeriods asked() {
        ModelPeriods out;
        out.last = kCalendar - 1;
        static const std::vector<std::string> kCodes = {"a", "b", "urn:s|a", "urn:s|b", "urn:t|a"};
        for (std::size_t n = 1 + prng_.below(2); n > 0; --n)
            if (const std::string code = kCodes[prng_.below(kCodes.size())];
                std::ranges::find(out.codes, code) == out.codes.end())
                out.codes.push_back(code);
        if (prng_.below(2) == 0)
            out.retro.push_back({out.codes[prng_.below(out.codes.size())], prng_.below(3) == 0 ? "urn:s|r" : "r"});
        if (prng_.below(8) == 0) out.retro.push_back({out.codes[0], "q"});
        for (std::size_t n = 1 + prng_.below(3); n > 0; --n) out.consents.push_back(one_consent());
        return out;
    }

    [[nodiscard]] std::string json(const ModelConsent& one) {
        const bool all_permit = std::ranges::all_of(one.rules, &ModelRule::permit),
                   all_deny = std::ranges::none_of(one.rules, &ModelRule::permit);
        const bool as_r5 = !one.rules.empty() && (all_permit || all_deny) && prng_.below(3) == 0;
        std::string rules;
        for (const ModelRule& rule : one.rules)
            rules += (rules.empty() ? "" : ",") +
                     (as_r5 ? "{" : std::string(R"({"type":")") + (rule.permit ? "permit" : "deny") + "\",") +
                     after_type(rule);
        std::string out =
            R"({"resourceType":"Consent","status":")" + std::string(one.active ? "active" : "inactive") + '"';
        if (as_r5)
            return out + R"(,"subject":{"reference":"Patient/1"},"decision":")" + (all_permit ? "deny" : "permit") +
                   R"(","provision":[)" + rules + "]}";
        out += R"(,"patient":{"reference":"Patient/1"},"dateTime":"1900-01-01","provision":{"type":"deny")";
        if (prng_.below(3) == 0) out += R"(,"period":{"start":"1900-01-01","end":"2050"})";
        return out + R"(,"provision":[)" + rules + "]}}";
    }

private:
    ModelConsent one_consent() {
        ModelConsent out;
        out.active = prng_.below(8) != 0;
        const bool one_type = prng_.below(3) == 0;
        const bool permit = prng_.below(3) != 0;
        for (std::size_t n = 1 + prng_.below(5); n > 0; --n) {
            ModelRule rule;
            rule.permit = one_type ? permit : prng_.below(3) != 0;
            rule.first = static_cast<int>(prng_.below(kCalendar));
            rule.last = std::min<int>(kCalendar - 1, rule.first + static_cast<int>(prng_.below(10)));
            for (std::size_t codes = 1 + prng_.below(3); codes > 0; --codes)
                rule.codes.emplace_back(prng_.below(4) == 0 ? "urn:t" : "urn:s",
                                        std::string(1, "abrqab"[prng_.below(6)]));
            if (!rule.permit && prng_.below(12) == 0) rule.codes.clear();
            out.rules.push_back(std::move(rule));
        }
        return out;
    }

    std::string after_type(const ModelRule& rule) {
        std::string out = R"("period":{"start":")" + date(rule.first, prng_.below(6), "T00:00:00+02:00") +
                          R"(","end":")" + date(rule.last, prng_.below(6), "T23:59:59+02:00") + "\"}";
        if (rule.codes.empty()) return out + "}";
        const std::string between =
            prng_.below(2) == 0 ? "," : "]},{\"coding\":[";  // synonyms of one concept, or concepts of their own
        std::string codings;
        for (const auto& [system, code] : rule.codes)
            codings += (codings.empty() ? "" : between) + R"({"system":")" + system + R"(","code":")" + code + "\"}";
        return out + R"(,"code":[{"coding":[)" + codings + "]}]}";
    }

    Prng prng_;
};

consent::AskedCode code_of(const std::string& text) {
    const std::size_t bar = text.find('|');
    if (bar == std::string::npos) return {std::nullopt, text};
    return {text.substr(0, bar), text.substr(bar + 1)};
}

std::string written(const std::set<int>& days) {
    std::string out;
    for (const int day : days) out += std::to_string(day) + " ";
    return out;
}

/// The consents as one text: a Bundle, or a line each.
std::string document(Generator& generator, const ModelPeriods& asked, std::string_view file) {
    const bool as_lines = file.ends_with(".ndjson");
    std::string out;
    for (const ModelConsent& one : asked.consents) {
        if (as_lines)
            out += generator.json(one) + "\n";
        else
            out += (out.empty() ? R"({"resource":)" : R"(,{"resource":)") + generator.json(one) + "}";
    }
    return as_lines ? out : R"({"resourceType":"Bundle","type":"collection","entry":[)" + out + "]}";
}

}  // namespace

Tally check_periods(const Plan& plan) {
    Tally tally;
    Generator generator(plan.seed);
    for (; tally.ops < plan.ops && tally.difference.empty(); ++tally.ops) {
        const ModelPeriods asked = generator.asked();
        const std::string file = tally.ops % 2 == 0 ? "x.ndjson" : "x.json";
        const std::string text = document(generator, asked, file);
        std::string about = text + "\ncodes:";
        for (const std::string& code : asked.codes) about += " " + code;
        for (const auto& [code, by] : asked.retro) about += " --retro " + code + "=" + by;
        api::fhir::DayReading reading;
        if (const auto done = api::fhir::add_day_rules(reading, file, text); !done) {
            tally.difference = about + "\nunreadable: " + base::describe(done.error());
            continue;
        }
        std::vector<consent::AskedCode> codes;
        for (const std::string& code : asked.codes) codes.push_back(code_of(code));
        std::vector<consent::Retroactive> retro;
        for (const auto& [code, by] : asked.retro) retro.push_back({code_of(code), code_of(by)});
        const auto ours =
            consent::permitted_days(reading.consents, codes, retro, static_cast<consent::PeriodFault>(plan.fault));
        auto theirs = model_periods(asked);
        for (std::size_t i = 0; i < codes.size() && tally.difference.empty(); ++i) {
            std::set<int> days;
            for (const consent::DayRange& run : ours[i].runs())
                for (consent::Day day = run.first; day <= std::min(run.last, consent::kLookback + kCalendar); ++day)
                    days.insert(day - consent::kLookback);
            ++tally.counts[days.empty()                 ? "on no day"
                           : ours[i].runs().size() == 1 ? "one run of days"
                                                        : "several runs of days"];
            if (days != theirs[asked.codes[i]])
                tally.difference = about + "\n" + asked.codes[i] + "\nmodel    " + written(theirs[asked.codes[i]]) +
                                   "\nrules    " + written(days);
        }
    }
    return tally;
}

}  // namespace placet::tests::model

// Days on which data may be used.
#include "contracts/consent/periods.hpp"

#include <algorithm>
#include <catch2/catch.hpp>

#include "tests/support/prng.hpp"

using namespace placet::contracts;
using namespace placet::contracts::consent;

namespace {

constexpr auto kPermit = ProvisionType::permit;
constexpr auto kDeny = ProvisionType::deny;

DayRule rule(ProvisionType type, std::vector<std::string> codes, DayRange days) {
    DayRule out{type, {}, days};
    for (std::string& code : codes) out.codes.push_back({"urn:s", std::move(code)});
    return out;
}

std::string days_of(const std::vector<DayConsent>& consents, const std::vector<std::string>& codes,
                    const std::vector<Retroactive>& retro = {}) {
    std::vector<AskedCode> asked;
    for (const std::string& code : codes) asked.push_back({std::nullopt, code});
    std::string out;
    for (const DayRange& run : permitted_days(consents, asked, retro)[0].runs())
        out += (out.empty() ? "" : " ") + std::to_string(run.first) + ".." + std::to_string(run.last);
    return out;
}

const std::vector<Retroactive> kRetro = {{{std::nullopt, "p"}, {std::nullopt, "r"}}};

}  // namespace

TEST_CASE("days are added and taken away with both ends") {
    DaySet days;
    days.add({10, 20});
    days.add({21, 25});
    CHECK(days.runs() == std::vector<DayRange>{{10, 25}});
    days.subtract({12, 12});
    CHECK(days.runs() == std::vector<DayRange>{{10, 11}, {13, 25}});
    days.subtract({25, 99});
    days.subtract({0, 10});
    CHECK(days.runs() == std::vector<DayRange>{{11, 11}, {13, 24}});
    days.add({12, 12});
    CHECK(days.runs() == std::vector<DayRange>{{11, 24}});
    days.add({5, 4});
    days.subtract({5, 4});
    CHECK(days.runs() == std::vector<DayRange>{{11, 24}});
    days.subtract({kFirstDay, kLastDay});
    CHECK(days.empty());
}

TEST_CASE("dates are written and counted as the calendar has them") {
    CHECK(to_date(0) == "1970-01-01");
    CHECK(to_date(kLookback) == "1900-01-01");
    CHECK(to_date(kFirstDay) == "0001-01-01");
    CHECK(to_date(kLastDay) == "9999-12-31");
    CHECK(to_date(19782) == "2024-02-29");
}

TEST_CASE("permits of a resource count only if it permits every code that is asked") {
    const DayConsent complete{{rule(kPermit, {"p"}, {1, 9}), rule(kPermit, {"c"}, {50, 60})}};
    const DayConsent lacking{{rule(kPermit, {"p"}, {20, 29})}};
    CHECK(days_of({complete, lacking}, {"p", "c"}) == "1..9");
    CHECK(days_of({complete, lacking}, {"p"}) == "1..9 20..29");
    CHECK(days_of({lacking}, {"p", "c"}) == "");
    CHECK(days_of({{{rule(kPermit, {}, {1, 9})}}}, {"p"}) == "");
}

TEST_CASE("denies of any resource take days away") {
    const DayConsent permits{{rule(kPermit, {"p", "c"}, {1, 31})}};
    const DayConsent denies{{rule(kDeny, {"p"}, {10, 20})}};
    CHECK(days_of({permits, denies}, {"p", "c"}) == "1..9 21..31");
    CHECK(days_of({denies, permits}, {"p", "c"}) == "1..9 21..31");
    CHECK(days_of({denies, permits}, {"c", "p"}) == "1..31");
    CHECK(days_of({permits, {{rule(kDeny, {}, {1, 30})}}}, {"c"}) == "31..31");
    CHECK(days_of({permits, {{rule(kDeny, {"p"}, {1, 31})}}}, {"p"}) == "");
}

TEST_CASE("a retroactive permit reaches back within its resource") {
    const DayRule p = rule(kPermit, {"p"}, {100, 200});
    const DayRule r = rule(kPermit, {"r"}, {200, 300});
    const std::string back = std::to_string(kLookback) + "..200";
    CHECK(days_of({{{p, r}}}, {"p"}, kRetro) == back);
    CHECK(days_of({{{r, p}}}, {"p"}, kRetro) == back);
    CHECK(days_of({{{p, r}}}, {"p"}) == "100..200");
    CHECK(days_of({{{p}}, {{r}}}, {"p"}, kRetro) == "100..200");
    CHECK(days_of({{{p, rule(kPermit, {"r"}, {201, 300})}}}, {"p"}, kRetro) == "100..200");
    CHECK(days_of({{{p, rule(kDeny, {"r"}, {100, 200})}}}, {"p"}, kRetro) == "100..200");
}

TEST_CASE("denies of the retroactive code cut the extension, denies of the code everything") {
    const DayRule p = rule(kPermit, {"p"}, {100, 200});
    const DayRule r = rule(kPermit, {"r"}, {50, 300});
    CHECK(days_of({{{p, r, rule(kDeny, {"r"}, {kLookback, 49})}}}, {"p"}, kRetro) == "50..200");
    CHECK(days_of({{{p, r, rule(kDeny, {"r"}, {kLookback, 150})}}}, {"p"}, kRetro) == "100..200");
    CHECK(days_of({{{p, r}}, {{rule(kDeny, {"r"}, {kLookback, 49})}}}, {"p"}, kRetro) == "50..200");
    CHECK(days_of({{{p, r, rule(kDeny, {"p"}, {kLookback, 150})}}}, {"p"}, kRetro) == "151..200");
    CHECK(days_of({{{p, r, rule(kPermit, {"p"}, {10, 20}), rule(kDeny, {"r"}, {kLookback, 15})}}}, {"p"}, kRetro) ==
          "10..200");
}

TEST_CASE("a code with a system is that system's alone") {
    const DayConsent consent{{{kPermit, {{"urn:t", "p"}, {"urn:u", "p"}}, {1, 2}}}};
    CHECK(permitted_days({consent}, {{"urn:u", "p"}})[0].runs().size() == 1);
    CHECK(permitted_days({consent}, {{"urn:s", "p"}})[0].empty());
    CHECK(permitted_days({consent}, {{std::nullopt, "p"}})[0].runs().size() == 1);
}

TEST_CASE("adding a deny never gives a day, and order changes nothing") {
    placet::tests::Prng prng(5);
    const std::vector<AskedCode> asked = {{std::nullopt, "p"}, {std::nullopt, "c"}};
    for (int run = 0; run < 2000; ++run) {
        const auto some_rule = [&](ProvisionType type) {
            const auto first = static_cast<Day>(prng.below(30));
            return rule(type, {std::string(1, "pcr"[prng.below(3)]), std::string(1, "pcr"[prng.below(3)])},
                        {first, first + static_cast<Day>(prng.below(12))});
        };
        std::vector<DayConsent> consents(1 + prng.below(3));
        for (DayConsent& one : consents)
            for (std::size_t n = prng.below(5); n > 0; --n)
                one.rules.push_back(some_rule(prng.below(3) == 0 ? kDeny : kPermit));
        const auto before = permitted_days(consents, asked, kRetro);
        auto stricter = consents;
        stricter[prng.below(stricter.size())].rules.push_back(some_rule(kDeny));
        const auto after = permitted_days(stricter, asked, kRetro);
        for (std::size_t i = 0; i < asked.size(); ++i) {
            DaySet gained = after[i];
            for (const DayRange& days : before[i].runs()) gained.subtract(days);
            CHECK(gained.empty());
        }
        for (DayConsent& one : consents) std::ranges::reverse(one.rules);
        std::ranges::reverse(consents);
        CHECK(permitted_days(consents, asked, kRetro) == before);
    }
}

// As of an instant: whatever was added later, the answer for the past stays what it was.
#include <catch2/catch.hpp>

#include "api/fhir/decision.hpp"
#include "ledger/base/time.hpp"
#include "tests/support/prng.hpp"

using namespace placet;
using namespace placet::api::fhir;
using tests::Prng;

namespace {

constexpr base::TimeMs kDay = 86'400'000;
constexpr base::TimeMs kFirst = 1'704'067'200'000;  // 2024-01-01
constexpr const char* kPurposes[] = {"TREAT", "HRESCH", "HPAYMT"};

struct Event {
    base::TimeMs at = 0;
    std::string document;
};

/// A version of one of three consents: its status, what it says and about what are drawn.
Event random_event(Prng& prng, std::size_t number, std::size_t consent) {
    constexpr const char* kStatuses[] = {"active", "active", "active", "inactive", "entered-in-error", "proposed"};
    const base::TimeMs at = kFirst + (number + 1) * 10 * kDay;
    std::string text =
        R"({"resourceType":"Consent","id":"c)" + std::to_string(consent) + R"(","meta":{"versionId":")" +
        std::to_string(number + 1) + R"(","lastUpdated":")" + base::to_rfc3339(at) + R"("},"status":")" +
        kStatuses[prng.below(6)] +
        R"(","scope":{"coding":[{"code":"x"}]},"category":[{"coding":[{"code":"x"}]}],"patient":{"reference":"Patient/x"},)" +
        R"("policy":[{"uri":"http://p"}],"provision":{"type":")" + (prng.below(3) == 0 ? "deny" : "permit") + "\"";
    if (prng.below(2) == 0)
        text += R"(,"period":{"end":")" + base::to_rfc3339(at + prng.below(90) * kDay).substr(0, 10) + "\"}";
    if (prng.below(3) != 0)
        text += R"(,"purpose":[{"system":"http://terminology.hl7.org/CodeSystem/v3-ActReason","code":")" +
                std::string(kPurposes[prng.below(3)]) + "\"}]";
    return {at, text + "}}"};
}

/// What is decided at the instant from these versions, given in this order.
std::string decided(const std::vector<Event>& events, std::string_view purpose, base::TimeMs at) {
    const auto context = parse_json(
        R"({"patient":"Patient/x","purpose":[{"system":"http://terminology.hl7.org/CodeSystem/v3-ActReason","code":")" +
        std::string(purpose) + "\"}]}");
    REQUIRE(context);
    const auto question = read_question(*context);
    REQUIRE(question);
    ResourcePool consents, resources;
    for (std::size_t i = 0; i < events.size(); ++i)
        REQUIRE(consents.add_text("version-" + std::to_string(i), events[i].document));
    const auto answer =
        decide({*question, consents, resources, contracts::governance::ImplicitPolicy::basic_normal, at});
    REQUIRE(answer);
    std::string out(to_string(answer->answer.decision));
    for (const auto& reason : answer->answer.reasons)
        out += "; " + reason.consent + " " + reason.rule + " " + reason.text;
    return out;
}

}  // namespace

TEST_CASE("as of an instant equals replay up to it, in whatever order the versions are given") {
    Prng prng(5);
    for (int run = 0; run < 150; ++run) {
        std::vector<Event> events;
        for (std::size_t i = 0; i < 9; ++i) events.push_back(random_event(prng, i, i < 3 ? i : prng.below(3)));
        for (std::size_t upto = 2; upto < events.size(); ++upto) {
            const base::TimeMs at = events[upto].at + prng.below(10) * kDay;
            const std::vector<Event> before(events.begin(), events.begin() + static_cast<std::ptrdiff_t>(upto) + 1);
            const std::vector<Event> turned(events.rbegin(), events.rend());
            const std::string_view purpose = kPurposes[prng.below(3)];
            const std::string replayed = decided(before, purpose, at);
            CHECK(decided(events, purpose, at) == replayed);
            CHECK(decided(turned, purpose, at) == replayed);
        }
    }
}

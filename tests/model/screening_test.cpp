// A cohort's screening decides every person as the rules of evaluate.hpp do, whatever her consents are.
#include "contracts/consent/screening.hpp"

#include <catch2/catch.hpp>
#include <map>

#include "tests/model/consent_cases.hpp"
#include "tests/model/screened.hpp"

using namespace placet;
using namespace placet::tests;
using namespace placet::tests::model;
using contracts::consent::Decision;
using contracts::consent::Screening;

namespace {

contracts::consent::AccessContext about_persons(const Inquiry& inquiry) {
    contracts::consent::AccessContext out = context(inquiry);
    out.classes.clear();
    out.codes.clear();
    out.security_labels.clear();
    return out;
}

}  // namespace

TEST_CASE("screening decides as evaluating does, over random consents and questions") {
    constexpr std::uint64_t kCases = 60'000;
    std::map<Decision, std::uint64_t> seen;
    for (std::uint64_t number = 0; number < kCases; ++number) {
        const ConsentCase one = random_case(21, number);
        const auto context = about_persons(one.inquiry);
        const auto policy = policy_of(one.inquiry.house);
        const Decision expected =
            contracts::consent::evaluate(held(one.documents), policy, context, one.inquiry.at).decision;
        ++seen[expected];
        const Decision screened = screened_decision(held(one.documents), policy, context, one.inquiry.at);
        if (screened == expected) continue;
        FAIL("case " << number << ": evaluated " << to_string(expected) << ", screened " << to_string(screened) << "\n"
                     << told(one));
    }
    CHECK(seen.size() == 4);
    for (const auto& [decision, count] : seen) CHECK(count > kCases / 50);
}

TEST_CASE("what one person's consents say leaves no trace in what the next one's do") {
    const ConsentCase asked = random_case(22, 7);
    Screening screening = Screening::make(about_persons(asked.inquiry), policy_of(asked.inquiry.house), 60).value();
    for (std::uint64_t number = 0; number < 20'000; ++number) {
        const ConsentCase one = random_case(22, number);
        const Encoded encoded(held(one.documents));
        const Decision fresh =
            screened_decision(held(one.documents), policy_of(asked.inquiry.house), about_persons(asked.inquiry), 60);
        REQUIRE(screening.decide(encoded.consents()).value() == fresh);
    }
}

TEST_CASE("a payload that is cut off anywhere, or goes on, is refused") {
    const ConsentCase asked = random_case(23, 7);
    Screening screening = Screening::make(about_persons(asked.inquiry), policy_of(asked.inquiry.house), 60).value();
    Prng prng(23);
    std::uint64_t refused = 0;
    for (std::uint64_t number = 0; number < 200; ++number) {
        contracts::consent::HeldConsent one = held(random_document(prng, "c"));
        if (!one.consent) continue;
        base::Bytes payload = encode_consent(*one.consent);
        payload.push_back(0);
        for (std::size_t size = 0; size <= payload.size(); ++size) {
            if (size == payload.size() - 1) continue;  // the whole
            const contracts::consent::StoredConsent cut{contracts::consent::ConsentStatus::active, 0, base::kForever,
                                                        base::BytesView(payload).first(size)};
            const auto decided = screening.decide({&cut, 1});
            REQUIRE_FALSE(decided);
            CHECK(decided.error().code == base::ErrorCode::malformed);
            ++refused;
        }
    }
    CHECK(refused > 10'000);
}

TEST_CASE("a question about kinds of data, or of too many purposes, is not put to many") {
    contracts::consent::AccessContext context;
    context.codes = {{"urn:codes", "c1"}};
    CHECK(Screening::make(context, {}, 1).error().code == base::ErrorCode::unsupported);
    context.codes.clear();
    context.purposes.assign(65, {"urn:x", "y"});
    CHECK(Screening::make(context, {}, 1).error().code == base::ErrorCode::unsupported);
    context.purposes.resize(64);
    CHECK(Screening::make(context, {}, 1));
}

// Properties of evaluation over random consents: order is irrelevant, a deny never permits, silence never widens.
#include <catch2/catch.hpp>

#include <algorithm>

#include "contracts/consent/purpose.hpp"
#include "tests/support/prng.hpp"
#include "tests/unit/contracts/world.hpp"

using namespace placet::contracts;
using namespace placet::contracts::consent;
using placet::tests::Prng;

namespace {

const std::vector<std::string> kPurposes = {"TREAT", "HRESCH", "DSRCH", "BIORCH", "POARCH", "BTG", "HMARKT"};
const std::vector<std::string> kActors = {"Organization/university", "Organization/other", "Practitioner/hill@university"};

Provision random_rule(Prng& prng, std::size_t depth) {
    Provision out;
    out.type = prng.below(2) == 0 ? ProvisionType::deny : ProvisionType::permit;
    for (std::size_t i = prng.below(3); i > 0; --i) out.purposes.push_back(act_reason(kPurposes[prng.below(kPurposes.size())]));
    if (prng.below(4) == 0) out.actors.push_back({{}, kActors[prng.below(kActors.size())]});
    if (prng.below(5) == 0) out.security_labels.push_back({std::string(systems::kConfidentiality), prng.below(2) == 0 ? "N" : "R"});
    if (prng.below(6) == 0) out.period.until_ms = 500 + prng.below(1000);
    if (depth < 4)
        for (std::size_t i = prng.below(3); i > 0; --i) out.provisions.push_back(random_rule(prng, depth + 1));
    return out;
}

HeldConsent random_consent(Prng& prng, const std::string& id) {
    Consent consent;
    consent.profile = prng.below(2) == 0 ? Profile::none : Profile::pcf_advanced;
    consent.fhir_version = prng.below(4) == 0 ? FhirVersion::r5 : FhirVersion::r4;
    consent.root = random_rule(prng, 1);
    if (prng.below(12) == 0) consent.doubts.push_back({"provision", "random"});
    return {id, ConsentStatus::active, prng.below(1200), 900 + prng.below(1200), consent};
}

AccessContext random_question(Prng& prng) {
    AccessContext context;
    context.actors = {"Practitioner/hill@university", "Organization/university"};
    for (std::size_t i = 1 + prng.below(2); i > 0; --i) context.purposes.push_back(act_reason(kPurposes[prng.below(kPurposes.size())]));
    return context;
}

std::vector<HeldConsent> random_consents(Prng& prng) {
    std::vector<HeldConsent> out;
    for (std::size_t i = prng.below(4); i > 0; --i) out.push_back(random_consent(prng, "c" + std::to_string(i)));
    return out;
}

constexpr int kRuns = 4000;
constexpr placet::base::TimeMs kAt = 1000;

}  // namespace

TEST_CASE("the order of consents and purposes changes nothing") {
    Prng prng(1);
    for (int run = 0; run < kRuns; ++run) {
        auto consents = random_consents(prng);
        AccessContext context = random_question(prng);
        const auto policy = static_cast<governance::ImplicitPolicy>(prng.below(5));
        const ConsentAnswer before = evaluate(consents, policy, context, kAt);
        std::ranges::reverse(consents);
        std::ranges::reverse(context.purposes);
        const ConsentAnswer after = evaluate(consents, policy, context, kAt);
        CHECK(before.decision == after.decision);
        CHECK(before.reasons == after.reasons);
        CHECK(before.residual == after.residual);
        CHECK(before.obligations == after.obligations);
    }
}

TEST_CASE("adding a consent that denies everything always denies") {
    Prng prng(2);
    for (int run = 0; run < kRuns; ++run) {
        auto consents = random_consents(prng);
        consents.push_back({"deny", ConsentStatus::active, 0, placet::base::kForever, placet::tests::deny_for({})});
        CHECK(evaluate(consents, governance::ImplicitPolicy::all_normal, random_question(prng), kAt).decision == Decision::deny);
    }
}

TEST_CASE("adding any consent whose rules only deny never turns a refusal into a permit, save by silencing nothing") {
    Prng prng(3);
    for (int run = 0; run < kRuns; ++run) {
        auto consents = random_consents(prng);
        const AccessContext context = random_question(prng);
        const bool before = evaluate(consents, governance::ImplicitPolicy::deny_all, context, kAt).permits();
        Consent denies = placet::tests::deny_for({kPurposes[prng.below(kPurposes.size())]});
        consents.push_back({"deny", ConsentStatus::active, 0, placet::base::kForever, denies});
        const bool after = evaluate(consents, governance::ImplicitPolicy::deny_all, context, kAt).permits();
        CHECK((before || !after));
    }
}

TEST_CASE("asking for more purposes never turns a refusal into a permit") {
    Prng prng(4);
    for (int run = 0; run < kRuns; ++run) {
        const auto consents = random_consents(prng);
        AccessContext context = random_question(prng);
        const bool before = evaluate(consents, governance::ImplicitPolicy::none, context, kAt).permits();
        context.purposes.push_back(act_reason(kPurposes[prng.below(kPurposes.size())]));
        const bool after = evaluate(consents, governance::ImplicitPolicy::none, context, kAt).permits();
        CHECK((before || !after));
    }
}

TEST_CASE("a consent that is not in force changes nothing") {
    Prng prng(5);
    for (int run = 0; run < kRuns; ++run) {
        auto consents = random_consents(prng);
        const AccessContext context = random_question(prng);
        const auto before = evaluate(consents, governance::ImplicitPolicy::none, context, kAt);
        HeldConsent extra = random_consent(prng, "extra");
        extra.status = prng.below(2) == 0 ? ConsentStatus::withdrawn : ConsentStatus::superseded;
        consents.push_back(extra);
        CHECK(evaluate(consents, governance::ImplicitPolicy::none, context, kAt).reasons == before.reasons);
    }
}

TEST_CASE("every refusal by a consent names the consent and the place") {
    Prng prng(6);
    for (int run = 0; run < kRuns; ++run) {
        const auto answer = evaluate(random_consents(prng), governance::ImplicitPolicy::none, random_question(prng), kAt);
        if (answer.decision != Decision::deny && answer.decision != Decision::indeterminate) continue;
        REQUIRE_FALSE(answer.reasons.empty());
        CHECK(std::ranges::any_of(answer.reasons, [](const auto& reason) { return !reason.consent.empty() && !reason.path.empty(); }));
    }
}

TEST_CASE("the lattice is a partial order, and emergencies do not lie below treatment") {
    const std::vector<std::string> codes = {"TREAT", "ETREAT", "BTG", "ERTREAT", "COC", "HRESCH", "CLINTRCH", "CLINTRCHPC", "DSRCH", "HPAYMT", "X"};
    for (const auto& a : codes) {
        CHECK(purpose_covers(act_reason(a), act_reason(a)));
        for (const auto& b : codes) {
            if (a != b) CHECK_FALSE((purpose_covers(act_reason(a), act_reason(b)) && purpose_covers(act_reason(b), act_reason(a))));
            if (a != b && (b == "BTG" || b == "ETREAT")) CHECK_FALSE(purpose_covers(act_reason(a), act_reason(b)));
            if (a != b && b == "ERTREAT") CHECK(purpose_covers(act_reason(a), act_reason(b)) == (a == "ETREAT"));
            for (const auto& c : codes)
                if (purpose_covers(act_reason(a), act_reason(b)) && purpose_covers(act_reason(b), act_reason(c)))
                    CHECK(purpose_covers(act_reason(a), act_reason(c)));
        }
    }
}

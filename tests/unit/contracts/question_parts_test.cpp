// Questions of several purposes, kinds and codes: every part must be permitted, and each part answers for the data it
// asks for.
#include <catch2/catch.hpp>

#include "contracts/consent/purpose.hpp"
#include "tests/unit/contracts/world.hpp"

using namespace placet::contracts;
using namespace placet::contracts::consent;
using placet::contracts::governance::ImplicitPolicy;
using placet::tests::deny_for;

namespace {

constexpr placet::base::TimeMs kNow = 1'767'225'600'000;

Coding kind(const std::string& code) {
    return {"http://hl7.org/fhir/resource-types", code};
}
Coding label(const std::string& code) {
    return {std::string(systems::kConfidentiality), code};
}

HeldConsent held(const std::string& id, Consent consent) {
    return {id, ConsentStatus::active, 0, placet::base::kForever, std::move(consent)};
}

Provision permit_of(const std::string& data_kind) {
    Provision out;
    out.type = ProvisionType::permit;
    out.classes = {kind(data_kind)};
    return out;
}

/// Denies everything but one kind of data; where it speaks only if that kind is asked for, it is silent about others.
Consent only(const std::string& data_kind) {
    Consent consent = deny_for({});
    consent.root = permit_of(data_kind);
    return consent;
}

AccessContext asks(const std::vector<std::string>& kinds) {
    AccessContext context;
    context.actors = {"Practitioner/hill"};
    context.purposes = {act_reason("TREAT")};
    for (const auto& one : kinds) context.classes.push_back(kind(one));
    return context;
}

DataContext piece(const std::string& data_kind) {
    DataContext out;
    out.classes = out.resource_types = {kind(data_kind)};
    return out;
}

ConsentAnswer answer(const std::vector<HeldConsent>& consents, const AccessContext& context,
                     ImplicitPolicy policy = ImplicitPolicy::none) {
    return evaluate(consents, policy, context, kNow);
}

}  // namespace

TEST_CASE("two consents that each permit a kind permit both, and each shows its own") {
    const std::vector<HeldConsent> consents = {held("a", only("Observation")), held("b", only("Condition"))};
    const auto result = answer(consents, asks({"Observation", "Condition"}));
    REQUIRE(result.decision == Decision::permit);
    CHECK(is_visible(result.residual, piece("Observation")));
    CHECK(is_visible(result.residual, piece("Condition")));
    CHECK_FALSE(is_visible(result.residual, piece("Immunization")));
    CHECK(answer(consents, asks({"Observation", "Immunization"})).decision == Decision::not_applicable);
}

TEST_CASE("what one part hides is not shown by the permit of another") {
    // One consent permits everything; the other what has code c2, restricted data of it alone.
    const Coding c1{"urn:codes", "c1"};
    const Coding c2{"urn:codes", "c2"};
    Consent limited = placet::tests::permit_for({});
    limited.root.codes = {c2};
    Provision restricted;
    restricted.type = ProvisionType::deny;
    restricted.security_labels = {label("R")};
    Provision exception = limited.root;
    exception.security_labels = {label("R")};
    restricted.provisions = {exception};
    limited.root.provisions = {restricted};
    const std::vector<HeldConsent> consents = {held("all", placet::tests::permit_for({})), held("limited", limited)};
    DataContext both;
    both.codes = {c1, c2};
    both.security_labels = {label("R")};
    const auto shows = [&](std::vector<Coding> codes) {
        AccessContext context = asks({});
        context.codes = std::move(codes);
        const auto result = answer(consents, context);
        CHECK(result.decision == Decision::permit);
        return is_visible(result.residual, both);
    };
    CHECK_FALSE(shows({c1}));
    CHECK(shows({c2}));
    CHECK_FALSE(shows({c1, c2}));
    CHECK_FALSE(shows({c2, c1}));
}

TEST_CASE("a kind that a policy permits is not hidden by the consent about another kind") {
    const auto result =
        answer({held("a", only("Observation"))}, asks({"Observation", "Condition"}), ImplicitPolicy::all_normal);
    REQUIRE(result.decision == Decision::permit);
    CHECK(is_visible(result.residual, piece("Observation")));
    CHECK(is_visible(result.residual, piece("Condition")));
    CHECK_FALSE(is_visible(result.residual, piece("Immunization")));
}

TEST_CASE("purposes of one code in two systems are two purposes") {
    Consent normal = deny_for({});
    normal.root = permit_of("Observation");
    normal.root.purposes = {act_reason("TREAT")};
    Consent foreign = deny_for({});
    foreign.root = permit_of("Condition");
    foreign.root.purposes = {{"http://example.org", "TREAT"}};
    AccessContext context = asks({});
    context.purposes.push_back({"http://example.org", "TREAT"});
    const auto result = answer({held("a", normal), held("b", foreign)}, context);
    REQUIRE(result.decision == Decision::permit);
    CHECK_FALSE(is_visible(result.residual, piece("Observation")));
    CHECK_FALSE(is_visible(result.residual, piece("Condition")));
}

TEST_CASE("a question of several parts is decided and shows as its parts do one by one") {
    const std::vector<HeldConsent> consents = {held("a", only("Observation")), held("b", only("Condition"))};
    for (const std::string one : {"Observation", "Condition"}) {
        const auto alone = answer(consents, asks({one}));
        CHECK(alone.decision == Decision::permit);
        CHECK(is_visible(alone.residual, piece(one)) ==
              is_visible(answer(consents, asks({"Observation", "Condition"})).residual, piece(one)));
    }
}

TEST_CASE("a policy rule beside a root of the other type is a disagreement, whoever asks") {
    Consent consent = deny_for({});
    consent.profile = Profile::none;
    consent.policy_rules = {{std::string(systems::kActCode), "OPTOUT"}};
    consent.root = Provision{};
    consent.root.type = ProvisionType::permit;
    consent.root.actors = {{{}, "Practitioner/somebody"}};
    const auto result = answer({held("c", consent)}, asks({}), ImplicitPolicy::all_normal);
    CHECK(result.decision == Decision::indeterminate);
    CHECK(result.reasons.at(0).path == "provision.type");
    consent.policy_rules[0].code = "OPTIN";
    CHECK(answer({held("c", consent)}, asks({}), ImplicitPolicy::all_normal).decision == Decision::permit);
}

TEST_CASE("a permit below an empty root under OPTIN is all she opted in to, or nothing new: a disagreement") {
    Consent consent;
    consent.policy_rules = {{std::string(systems::kActCode), "OPTIN"}};
    consent.root.provisions = {permit_of("Observation")};
    const auto result = answer({held("c", consent)}, asks({}));
    CHECK(result.decision == Decision::indeterminate);
    CHECK(result.reasons.at(0).path == "provision.type");
    consent.root.provisions[0].type = ProvisionType::deny;
    CHECK(answer({held("c", consent)}, asks({})).decision == Decision::permit);
}

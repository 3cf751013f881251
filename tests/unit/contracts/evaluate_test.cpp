// Evaluation of consents: readings, nesting, periods, purposes, actors, several consents, implicit policies.
#include <algorithm>
#include <catch2/catch.hpp>

#include "contracts/consent/purpose.hpp"
#include "tests/unit/contracts/world.hpp"

using namespace placet::contracts;
using namespace placet::contracts::consent;
using placet::contracts::governance::ImplicitPolicy;
using placet::tests::deny_for;
using placet::tests::permit_for;

namespace {

constexpr placet::base::TimeMs kNow = 1'767'225'600'000;
constexpr placet::base::TimeMs kDay = 86'400'000;

HeldConsent held(const std::string& id, Consent consent) {
    return {id, ConsentStatus::active, 0, placet::base::kForever, std::move(consent)};
}

AccessContext asks(std::vector<std::string> purposes,
                   std::vector<std::string> actors = {"Practitioner/hill@university", "Organization/university"}) {
    AccessContext context;
    context.actors = std::move(actors);
    for (const auto& purpose : purposes) context.purposes.push_back(act_reason(purpose));
    return context;
}

ConsentAnswer answer(std::vector<HeldConsent> consents, const AccessContext& context,
                     ImplicitPolicy policy = ImplicitPolicy::none) {
    return evaluate(consents, policy, context, kNow);
}
Decision decide(std::vector<HeldConsent> consents, const AccessContext& context,
                ImplicitPolicy policy = ImplicitPolicy::none) {
    return answer(std::move(consents), context, policy).decision;
}

Provision rule(ProvisionType type, const std::vector<std::string>& purposes = {}) {
    Provision out;
    out.type = type;
    for (const auto& purpose : purposes) out.purposes.push_back(act_reason(purpose));
    return out;
}
ProvisionActor recipient(const std::string& reference) {
    return {{{std::string(systems::kParticipationType), "IRCP"}}, reference};
}
Coding label(const std::string& code) {
    return {std::string(systems::kConfidentiality), code};
}
Coding sensitivity(const std::string& code) {
    return {std::string(systems::kActCode), code};
}

constexpr auto kPermit = ProvisionType::permit;
constexpr auto kDeny = ProvisionType::deny;

}  // namespace

TEST_CASE("a PCF permit of the purpose permits it, and nothing else") {
    CHECK(decide({held("c", permit_for({"HRESCH"}))}, asks({"HRESCH"})) == Decision::permit);
    CHECK(decide({held("c", permit_for({"TREAT"}))}, asks({"HRESCH"})) == Decision::not_applicable);
    CHECK(decide({held("c", permit_for({}))}, asks({"HRESCH"})) == Decision::permit);
}

TEST_CASE("a permit of research covers the kinds of research below it, not the other way round") {
    CHECK(decide({held("c", permit_for({"HRESCH"}))}, asks({"DSRCH", "POARCH"})) == Decision::permit);
    CHECK(decide({held("c", permit_for({"DSRCH"}))}, asks({"HRESCH"})) == Decision::not_applicable);
}

TEST_CASE("a deny of a part of what is asked denies the whole") {
    CHECK(decide({held("a", permit_for({"HRESCH"})), held("b", deny_for({"DSRCH"}))}, asks({"HRESCH"})) ==
          Decision::deny);
    CHECK(decide({held("a", permit_for({"HRESCH"})), held("b", deny_for({"DSRCH"}))}, asks({"BIORCH"})) ==
          Decision::permit);
}

TEST_CASE("permits must cover every purpose that is asked") {
    const auto one = held("a", permit_for({"BIORCH"}));
    const auto other = held("b", permit_for({"DSRCH"}));
    CHECK(decide({one}, asks({"BIORCH", "DSRCH"})) == Decision::not_applicable);
    CHECK(decide({one, other}, asks({"BIORCH", "DSRCH"})) == Decision::permit);
    const auto reasons = answer({one}, asks({"BIORCH", "DSRCH"})).reasons;
    CHECK(std::ranges::any_of(reasons, [](const auto& reason) { return reason.rule == "purpose_not_covered"; }));
}

TEST_CASE("break-glass and emergency treatment never come by subsumption") {
    CHECK(decide({held("c", permit_for({"TREAT"}))}, asks({"BTG"})) == Decision::not_applicable);
    CHECK(decide({held("c", permit_for({"TREAT"}))}, asks({"ETREAT"})) == Decision::not_applicable);
    CHECK(decide({held("c", permit_for({"ETREAT"}))}, asks({"BTG"})) == Decision::not_applicable);
    CHECK(decide({held("c", permit_for({"BTG"}))}, asks({"BTG"})) == Decision::permit);
    CHECK(decide({held("c", permit_for({"ETREAT"}))}, asks({"ERTREAT"})) == Decision::permit);
    CHECK(decide({held("c", permit_for({"TREAT"}))}, asks({"ERTREAT"})) == Decision::not_applicable);
    CHECK(decide({held("c", permit_for({"TREAT"}))}, asks({"COC"})) == Decision::permit);
}

TEST_CASE("a purpose outside the lattice matches itself only") {
    Consent consent = permit_for({});
    consent.root.purposes = {{"http://example.org", "FooBar"}};
    AccessContext context;
    context.purposes = {{"http://example.org", "FooBar"}};
    CHECK(decide({held("c", consent)}, context) == Decision::permit);
    context.purposes = {{"http://example.com", "FooBar"}};
    CHECK(decide({held("c", consent)}, context) == Decision::not_applicable);
    CHECK(decide({held("c", permit_for({"HRESCH"}))}, [] {
              AccessContext training;
              training.purposes = {{std::string(systems::kModelUse), "TRAIN"}};
              return training;
          }()) == Decision::not_applicable);
}

TEST_CASE("a request that states no purpose gets only what is permitted for any purpose, and is denied by any deny") {
    CHECK(decide({held("c", permit_for({"HRESCH"}))}, asks({})) == Decision::not_applicable);
    CHECK(decide({held("c", permit_for({}))}, asks({})) == Decision::permit);
    CHECK(decide({held("c", deny_for({"HRESCH"}))}, asks({})) == Decision::deny);
}

TEST_CASE("among several consents a matching deny wins, whichever is newer") {
    Consent newer = permit_for({"HRESCH"});
    newer.date_time_ms = kNow - 1;
    Consent older = deny_for({"HRESCH"});
    older.date_time_ms = kNow - 100 * kDay;
    CHECK(decide({held("new", newer), held("old", older)}, asks({"HRESCH"})) == Decision::deny);
    CHECK(decide({held("old", older), held("new", newer)}, asks({"HRESCH"})) == Decision::deny);
}

TEST_CASE("under a PCF profile a nested provision stands on its own conditions and the deeper rule wins") {
    Consent consent = deny_for({});
    consent.root.provisions.push_back(rule(kPermit, {"HRESCH"}));
    CHECK(decide({held("c", consent)}, asks({"HRESCH"})) == Decision::permit);
    CHECK(decide({held("c", consent)}, asks({"TREAT"})) == Decision::deny);
    consent.root.provisions[0].provisions.push_back(rule(kDeny, {"POARCH"}));
    CHECK(decide({held("c", consent)}, asks({"POARCH"})) == Decision::deny);
    CHECK(decide({held("c", consent)}, asks({"DSRCH"})) == Decision::permit);
    Consent narrow_root = permit_for({"TREAT"});
    narrow_root.root.provisions.push_back(rule(kPermit, {"HRESCH"}));
    CHECK(decide({held("c", narrow_root)}, asks({"HRESCH"})) == Decision::permit);
}

TEST_CASE("four levels of nesting are followed, and the path of the deciding provision is named") {
    Consent consent = permit_for({});
    Provision* at = &consent.root;
    for (const auto type : {kDeny, kPermit, kDeny}) {
        at->provisions.push_back(rule(type));
        at = &at->provisions.back();
    }
    const auto result = answer({held("c", consent)}, asks({"HRESCH"}));
    CHECK(result.decision == Decision::deny);
    REQUIRE(result.reasons.size() == 1);
    CHECK(result.reasons[0].path == "provision.provision[0].provision[0].provision[0]");
    CHECK(result.reasons[0].consent == "c");
}

TEST_CASE("of two equally deep rules the deny wins") {
    Consent consent = permit_for({});
    consent.root.provisions = {rule(kPermit, {"HRESCH"}), rule(kDeny, {"HRESCH"})};
    CHECK(decide({held("c", consent)}, asks({"HRESCH"})) == Decision::deny);
}

TEST_CASE("without a profile, readings that disagree refuse and name the element") {
    Consent consent = permit_for({"TREAT"});
    consent.profile = Profile::none;
    consent.root.provisions.push_back(
        rule(kPermit, {"HRESCH"}));  // stands alone for IHE, needs TREAT for R4's exceptions
    const auto result = answer({held("c", consent)}, asks({"HRESCH"}));
    CHECK(result.decision == Decision::indeterminate);
    REQUIRE(result.reasons.size() == 1);
    CHECK(result.reasons[0].rule == "readings_disagree");
    CHECK(result.reasons[0].path == "provision.provision[0]");
    CHECK(decide({held("c", consent)}, asks({"TREAT"})) == Decision::permit);
}

TEST_CASE("without a profile, a root type against the stated policy rule is a disagreement about provision.type") {
    Consent consent = deny_for({});
    consent.profile = Profile::none;
    consent.policy_rules = {sensitivity("OPTIN")};
    const auto result = answer({held("c", consent)}, asks({"HRESCH"}));
    CHECK(result.decision == Decision::indeterminate);
    CHECK(result.reasons.at(0).path == "provision.type");
    consent.policy_rules = {sensitivity("OPTOUT")};
    CHECK(decide({held("c", consent)}, asks({"HRESCH"})) == Decision::deny);
    consent.root.type.reset();
    CHECK(decide({held("c", consent)}, asks({"HRESCH"})) == Decision::deny);
}

TEST_CASE("an untyped root with conditions under a policy rule is rule or exception: indeterminate") {
    Consent consent;
    consent.policy_rules = {sensitivity("OPTIN")};
    consent.root.purposes = {act_reason("HRESCH")};
    const auto result = answer({held("c", consent)}, asks({"HRESCH"}));
    CHECK(result.decision == Decision::indeterminate);
    CHECK(result.reasons.at(0).path == "provision.type");
    CHECK(decide({held("c", consent)}, asks({"TREAT"})) == Decision::indeterminate);
    consent.policy_rules.clear();  // the base rule is unknown: only what the root may concern is doubtful
    CHECK(decide({held("c", consent)}, asks({"HRESCH"})) == Decision::indeterminate);
    CHECK(decide({held("c", consent)}, asks({"TREAT"})) == Decision::not_applicable);
    consent.root.provisions.push_back(rule(kDeny, {"HRESCH"}));
    CHECK(decide({held("c", consent)}, asks({"HRESCH"})) == Decision::deny);
}

TEST_CASE("the period of an untyped root bounds the agreement and makes nothing doubtful") {
    Consent consent;
    consent.policy_rules = {sensitivity("OPTIN")};
    consent.root.period = {kNow - 300 * kDay, kNow - 200 * kDay};
    CHECK(decide({held("c", consent)}, asks({"HRESCH"})) == Decision::not_applicable);
    consent.root.period = {kNow - 300 * kDay, kNow + 1};
    CHECK(decide({held("c", consent)}, asks({"HRESCH"})) == Decision::permit);
}

TEST_CASE("R5 has one reading: an exception needs all that encloses it") {
    Consent consent = permit_for({"HRESCH"});
    consent.profile = Profile::none;
    consent.fhir_version = FhirVersion::r5;
    consent.root.provisions.push_back(rule(kDeny, {"DSRCH"}));
    CHECK(decide({held("c", consent)}, asks({"BIORCH"})) == Decision::permit);
    CHECK(decide({held("c", consent)}, asks({"DSRCH"})) == Decision::deny);
    consent.root.purposes = {act_reason("TREAT")};
    CHECK(decide({held("c", consent)}, asks({"DSRCH"})) == Decision::not_applicable);
}

TEST_CASE("a doubt makes the decision indeterminate, unless another consent denies") {
    Consent doubtful = permit_for({"HRESCH"});
    doubtful.doubts.push_back({"provision.expression", "expressions are not evaluated"});
    const auto result = answer({held("c", doubtful), held("d", permit_for({"HRESCH"}))}, asks({"HRESCH"}));
    CHECK(result.decision == Decision::indeterminate);
    CHECK(result.reasons.front().path == "provision.expression");
    CHECK(decide({held("c", doubtful), held("d", deny_for({"HRESCH"}))}, asks({"HRESCH"})) == Decision::deny);
}

TEST_CASE("actors: the asker, her organisation or a group must be named where any is") {
    Consent consent = permit_for({"HRESCH"});
    consent.root.actors = {recipient("Organization/university")};
    CHECK(decide({held("c", consent)}, asks({"HRESCH"})) == Decision::permit);
    CHECK(decide({held("c", consent)}, asks({"HRESCH"}, {"Organization/other"})) == Decision::not_applicable);
    consent.root.actors.push_back(recipient("Practitioner/else@other"));
    CHECK(decide({held("c", consent)}, asks({"HRESCH"})) == Decision::permit);
}

TEST_CASE("an actor in a role we cannot see does not widen a permit and does widen a deny") {
    const ProvisionActor custodian{{{std::string(systems::kParticipationType), "CST"}}, "Organization/university"};
    Consent permit = permit_for({"HRESCH"});
    permit.root.actors = {custodian};
    CHECK(decide({held("c", permit)}, asks({"HRESCH"})) == Decision::not_applicable);
    Consent deny = deny_for({"HRESCH"});
    deny.root.actors = {custodian};
    CHECK(decide({held("c", deny)}, asks({"HRESCH"})) == Decision::deny);
}

TEST_CASE("a consent counts from its date until its end, and only while active") {
    Consent consent = permit_for({"HRESCH"});
    consent.date_time_ms = kNow;
    CHECK(decide({held("c", consent)}, asks({"HRESCH"})) == Decision::permit);
    consent.date_time_ms = kNow + 1;
    CHECK(decide({held("c", consent)}, asks({"HRESCH"})) == Decision::not_applicable);
    HeldConsent limited = held("c", permit_for({"HRESCH"}));
    limited.not_after_ms = kNow;
    CHECK(decide({limited}, asks({"HRESCH"})) == Decision::not_applicable);
    limited.not_after_ms = kNow + 1;
    CHECK(decide({limited}, asks({"HRESCH"})) == Decision::permit);
    limited.not_before_ms = kNow + 1;
    limited.not_after_ms = kNow + 2;
    CHECK(decide({limited}, asks({"HRESCH"})) == Decision::not_applicable);
    for (const auto status :
         {ConsentStatus::withdrawn, ConsentStatus::superseded, ConsentStatus::frozen, ConsentStatus::proposed}) {
        HeldConsent other = held("c", permit_for({"HRESCH"}));
        other.status = status;
        CHECK(decide({other}, asks({"HRESCH"})) == Decision::not_applicable);
    }
}

TEST_CASE("the root's period bounds the agreement and a nested period its own rule") {
    Consent consent = permit_for({"HRESCH"});
    consent.root.period = {std::nullopt, kNow};
    CHECK(decide({held("c", consent)}, asks({"HRESCH"})) == Decision::not_applicable);
    consent.root.period = {kNow, kNow + 1};
    CHECK(decide({held("c", consent)}, asks({"HRESCH"})) == Decision::permit);
    Provision exception = rule(kDeny, {"HRESCH"});
    exception.period = {kNow - kDay, kNow};
    consent.root.provisions = {exception};
    CHECK(decide({held("c", consent)}, asks({"HRESCH"})) == Decision::permit);
}

TEST_CASE("erased evidence is indeterminate, never a permit and never absent") {
    HeldConsent erased{"c", ConsentStatus::erased, 0, placet::base::kForever, std::nullopt};
    CHECK(decide({erased}, asks({"HRESCH"}), ImplicitPolicy::all_normal) == Decision::indeterminate);
}

TEST_CASE("the four implicit policies of IHE PCF decide where no consent speaks") {
    AccessContext clinician = asks({"TREAT"});
    clinician.is_clinician = true;
    AccessContext emergency = asks({"BTG"});
    emergency.is_clinician = true;
    emergency.may_break_glass = true;
    AccessContext pretender = asks({"BTG"});
    const auto research = asks({"HRESCH"});
    CHECK(decide({}, research, ImplicitPolicy::none) == Decision::not_applicable);
    CHECK(decide({}, research, ImplicitPolicy::deny_all) == Decision::deny);
    CHECK(decide({}, emergency, ImplicitPolicy::deny_all) == Decision::deny);
    CHECK(decide({}, clinician, ImplicitPolicy::break_glass_only) == Decision::deny);
    CHECK(decide({}, emergency, ImplicitPolicy::break_glass_only) == Decision::permit);
    CHECK(decide({}, pretender, ImplicitPolicy::break_glass_only) == Decision::deny);
    CHECK(decide({}, clinician, ImplicitPolicy::basic_normal) == Decision::permit);
    CHECK(decide({}, research, ImplicitPolicy::basic_normal) == Decision::deny);
    CHECK(decide({}, emergency, ImplicitPolicy::basic_normal) == Decision::deny);
    CHECK(decide({}, research, ImplicitPolicy::all_normal) == Decision::permit);
    CHECK(decide({}, pretender, ImplicitPolicy::all_normal) == Decision::deny);
}

TEST_CASE("an explicit consent overrides the implicit policy, an expired one falls back to it") {
    CHECK(decide({held("c", deny_for({}))}, asks({"HRESCH"}), ImplicitPolicy::all_normal) == Decision::deny);
    CHECK(decide({held("c", permit_for({"HRESCH"}))}, asks({"HRESCH"}), ImplicitPolicy::deny_all) == Decision::permit);
    HeldConsent expired = held("c", deny_for({}));
    expired.not_after_ms = kNow;
    const auto result = answer({expired}, asks({"HRESCH"}), ImplicitPolicy::all_normal);
    CHECK(result.decision == Decision::permit);
    CHECK(result.basis == Basis::implicit_policy);
}

TEST_CASE("a consent in force that does not match counts as missing") {
    CHECK(decide({held("c", permit_for({"TREAT"}))}, asks({"HRESCH"}), ImplicitPolicy::all_normal) == Decision::permit);
    CHECK(decide({held("c", permit_for({"TREAT"}))}, asks({"HRESCH"}), ImplicitPolicy::deny_all) == Decision::deny);
}

TEST_CASE("a permit limited to data gives a token with residual rules that hide the rest") {
    Consent consent = permit_for({"TREAT"});
    consent.profile = Profile::pcf_advanced;
    consent.root.security_labels = {label("N")};
    Provision psychiatric = rule(kPermit);
    psychiatric.security_labels = {sensitivity("PSY")};
    psychiatric.actors = {recipient("Practitioner/hill@university")};
    consent.root.provisions = {psychiatric};
    const auto result = answer({held("c", consent)}, asks({"TREAT"}));
    REQUIRE(result.decision == Decision::permit);
    REQUIRE(result.residual.size() == 3);
    CHECK(result.residual[0].conditions.empty());
    DataContext normal;
    normal.security_labels = {label("L")};
    DataContext restricted;
    restricted.security_labels = {label("R")};
    DataContext psy;
    psy.security_labels = {label("R"), sensitivity("PSY")};
    CHECK(is_visible(result.residual, normal));
    CHECK_FALSE(is_visible(result.residual, restricted));
    CHECK_FALSE(is_visible(result.residual, DataContext{}));
    CHECK(is_visible(result.residual, psy));
    const auto stranger = answer({held("c", consent)}, asks({"TREAT"}, {"Practitioner/other@university"}));
    CHECK_FALSE(is_visible(stranger.residual, psy));
}

TEST_CASE("confidentiality is a high-water mark: or lower on a permit, or higher on a deny") {
    Consent consent = permit_for({"TREAT"});
    Provision restricted = rule(kDeny);
    restricted.security_labels = {label("R")};
    consent.root.provisions = {restricted};
    const auto residual = answer({held("c", consent)}, asks({"TREAT"})).residual;
    for (const auto& [code, visible] :
         std::vector<std::pair<std::string, bool>>{{"L", true}, {"N", true}, {"R", false}, {"V", false}}) {
        DataContext data;
        data.security_labels = {label(code)};
        INFO(code);
        CHECK(is_visible(residual, data) == visible);
    }
}

TEST_CASE("data periods, instances and authors hide or show pieces of data") {
    Consent consent = permit_for({"TREAT"});
    Provision year = rule(kDeny);
    year.data_period = {kNow - 100 * kDay, kNow};
    Provision author = rule(kDeny);
    author.data = {{DataMeaning::authored_by, "Practitioner/ex"}};
    consent.root.provisions = {year, author};
    const auto residual = answer({held("c", consent)}, asks({"TREAT"})).residual;
    DataContext old;
    old.made = {kNow - 200 * kDay, kNow - 199 * kDay};
    CHECK(is_visible(residual, old));
    old.made = {kNow - 1, kNow};
    CHECK_FALSE(is_visible(residual, old));
    DataContext undated;
    CHECK_FALSE(is_visible(residual, undated));
    DataContext written;
    written.made = {kNow, kNow + 1};
    written.authors = {"Practitioner/ex"};
    CHECK_FALSE(is_visible(residual, written));
}

TEST_CASE("a question about one piece of data is denied where residual rules hide it") {
    Consent consent = permit_for({"TREAT"});
    consent.root.data = {{DataMeaning::instance, "Observation/1"}};
    AccessContext context = asks({"TREAT"});
    context.data = DataContext{};
    context.data->reference = "Observation/1";
    CHECK(decide({held("c", consent)}, context) == Decision::permit);
    context.data->reference = "Observation/2";
    CHECK(decide({held("c", consent)}, context) == Decision::deny);
}

TEST_CASE("what one consent permits without limit is not hidden because another permits a part") {
    Consent part = permit_for({"TREAT"});
    part.root.security_labels = {label("N")};
    const auto result = answer({held("a", part), held("b", permit_for({"TREAT"}))}, asks({"TREAT"}));
    CHECK(is_visible(result.residual, DataContext{}));
}

TEST_CASE("residual rules of different purposes must all let a piece through") {
    Consent consent = deny_for({});
    Provision normal = rule(kPermit, {"TREAT"});
    normal.security_labels = {label("N")};
    Provision image = rule(kPermit, {"HRESCH"});
    image.classes = {{"", "ImagingStudy"}};
    consent.root.provisions = {normal, image};
    const auto result = answer({held("c", consent)}, asks({"TREAT", "HRESCH"}));
    REQUIRE(result.decision == Decision::permit);
    DataContext only_normal;
    only_normal.security_labels = {label("N")};
    CHECK_FALSE(is_visible(result.residual, only_normal));
    DataContext both = only_normal;
    both.classes = {{"", "ImagingStudy"}};
    CHECK(is_visible(result.residual, both));
}

TEST_CASE("German MII: root deny means denied unless permitted below, and every code asked must be permitted") {
    Consent consent = deny_for({});
    consent.profile = Profile::mii_broad;
    Provision codes = rule(kPermit);
    codes.codes = {{"urn:oid:mii", "1"}, {"urn:oid:mii", "2"}};
    consent.root.provisions = {codes};
    AccessContext context = asks({"HRESCH"});
    CHECK(decide({held("c", consent)}, context) == Decision::not_applicable);
    context.policy_codes = {{"urn:oid:mii", "1"}};
    CHECK(decide({held("c", consent)}, context) == Decision::permit);
    context.policy_codes.push_back({"urn:oid:mii", "3"});
    CHECK(decide({held("c", consent)}, context) == Decision::deny);
    CHECK(decide({held("c", consent)}, context, ImplicitPolicy::all_normal) == Decision::deny);
    Provision denied = rule(kDeny);
    denied.codes = {{"urn:oid:mii", "1"}};
    consent.root.provisions.push_back(denied);
    context.policy_codes = {{"urn:oid:mii", "1"}};
    CHECK(decide({held("c", consent)}, context) == Decision::deny);
}

TEST_CASE("German rules nested in rules are followed, and the place of the deciding one is named") {
    Consent consent = deny_for({});
    consent.profile = Profile::mii_broad;
    Provision inner = rule(kPermit);
    inner.codes = {{"urn:oid:mii", "1"}};
    for (int i = 0; i < 4; ++i) {
        Provision outer = rule(kPermit);
        outer.codes = {{"urn:oid:mii", "other"}};
        outer.provisions = {inner, inner, inner};
        consent.root.provisions.push_back(outer);
    }
    AccessContext context = asks({"HRESCH"});
    context.policy_codes = {{"urn:oid:mii", "1"}};
    const auto result = answer({held("c", consent)}, context);
    CHECK(result.decision == Decision::permit);
    CHECK(result.reasons.at(0).path == "provision.provision[0].provision[0]");
}

TEST_CASE("duties among the labels of a deciding permit become obligations, not conditions") {
    Consent consent = permit_for({"HRESCH"});
    consent.root.security_labels = {sensitivity("NORDSCLCD")};
    const auto result = answer({held("c", consent)}, asks({"HRESCH"}));
    CHECK(result.decision == Decision::permit);
    CHECK(result.residual.empty());
    CHECK(result.obligations == std::vector<std::string>{"NORDSCLCD"});
}

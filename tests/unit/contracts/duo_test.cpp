// The DUO matcher against the permission table of the design, cell by cell, and its modifiers.
#include <algorithm>
#include <catch2/catch.hpp>

#include "contracts/dataset/match.hpp"
#include "contracts/dataset/rules.hpp"
#include "tests/support/prng.hpp"

using namespace placet::contracts;
using namespace placet::contracts::dataset;

namespace {

constexpr auto A = DuoDecision::approve;
constexpr auto R = DuoDecision::review;
constexpr auto D = DuoDecision::deny;

const DiseaseTable& diseases() {
    static const DiseaseTable table = [] {
        DiseaseTable out;
        REQUIRE(out.add_hierarchy(
            "id,label,parents\nMONDO:diabetes,diabetes,MONDO:metabolic\nMONDO:type2,type 2,MONDO:diabetes\n"
            "MONDO:asthma,asthma,MONDO:lung\n"));
        REQUIRE(out.add_doid("doid,mondo\nDOID:9352,MONDO:type2\n"));
        return out;
    }();
    return table;
}

struct Row {
    std::string name;
    Ask ask;
    std::vector<DuoDecision> cells;  // NRES GRU HMB DS POA none
};

Ask asking(std::vector<Use> purposes, std::vector<std::string> named = {}) {
    Ask ask;
    ask.purposes = std::move(purposes);
    ask.diseases = std::move(named);
    return ask;
}

Ask sensitive(Ask ask) {
    ask.sensitive_population = true;
    return ask;
}

Offer permitting(std::vector<Permission> permissions, std::vector<Condition> conditions = {}) {
    return {std::move(permissions), {}, std::move(conditions)};
}

std::vector<Offer> columns() {
    const auto only = [](PermissionTerm term, std::vector<std::string> named = {}) {
        return permitting({{term, std::move(named)}});
    };
    return {only(PermissionTerm::no_restriction),    only(PermissionTerm::general_research),
            only(PermissionTerm::health_biomedical), only(PermissionTerm::disease_specific, {"MONDO:diabetes"}),
            only(PermissionTerm::ancestry),          Offer{}};
}

std::vector<Row> table() {
    using enum Use;
    return {
        {"research, unspecified", asking({general_research}), {A, A, D, D, D, R}},
        {"HMB", asking({health_biomedical}), {A, A, A, D, D, R}},
        {"DS, same", asking({disease_specific}, {"MONDO:diabetes"}), {A, A, A, A, D, R}},
        {"DS, narrower", asking({disease_specific}, {"MONDO:type2"}), {A, A, A, A, D, R}},
        {"DS, broader", asking({disease_specific}, {"MONDO:metabolic"}), {A, A, A, D, D, R}},
        {"DS, unrelated", asking({disease_specific}, {"MONDO:asthma"}), {A, A, A, D, D, R}},
        {"DS, related and unrelated",
         asking({disease_specific}, {"MONDO:diabetes", "MONDO:asthma"}),
         {A, A, A, D, D, R}},
        {"DS, no disease named", asking({disease_specific}), {A, A, A, R, D, R}},
        {"POA", asking({ancestry}), {A, A, D, D, A, R}},
        {"methods development only", asking({methods}), {A, A, A, A, A, R}},
        {"methods development and an unrelated disease",
         asking({methods, disease_specific}, {"MONDO:asthma"}),
         {A, A, A, D, D, R}},
        {"clinical care", asking({clinical_care}), {A, D, D, D, D, R}},
        {"sensitive, GRU", sensitive(asking({general_research})), {R, R, D, D, D, R}},
        {"sensitive, HMB", sensitive(asking({health_biomedical})), {R, R, R, D, D, R}},
        {"sensitive, DS that fits", sensitive(asking({disease_specific}, {"MONDO:diabetes"})), {R, R, R, R, D, R}},
        {"sensitive, POA", sensitive(asking({ancestry})), {R, R, D, D, R, R}},
        {"no purpose stated", asking({}), {R, R, R, R, R, R}},
        {"sensitive, no purpose stated", sensitive(asking({})), {R, R, R, R, R, R}},
    };
}

Condition condition(std::string code) {
    Condition out;
    out.code = std::move(code);
    return out;
}

Condition with_allowed(std::string code, std::vector<std::string> allowed) {
    Condition out = condition(std::move(code));
    out.allowed = std::move(allowed);
    return out;
}

DuoDecision under(const Condition& one, const Ask& ask) {
    return match(permitting({{PermissionTerm::general_research, {}}}, {one}), ask, &diseases()).decision;
}

Ask biomedical() {
    return asking({Use::health_biomedical});
}

}  // namespace

TEST_CASE("every cell of the permission table is what the design says") {
    const auto terms = columns();
    for (const Row& row : table()) {
        for (std::size_t i = 0; i < terms.size(); ++i) {
            INFO(row.name << ", column " << i);
            CHECK(to_string(match(terms[i], row.ask, &diseases()).decision) == to_string(row.cells[i]));
        }
    }
}

TEST_CASE("a broader disease than the consented one is denied") {
    const Offer offer = permitting({{PermissionTerm::disease_specific, {"MONDO:type2"}}});
    CHECK(match(offer, asking({Use::disease_specific}, {"MONDO:diabetes"}), &diseases()).decision == D);
}

TEST_CASE("an unknown disease matches by equality only") {
    CHECK(match(columns()[3], asking({Use::disease_specific}, {"MONDO:type2"})).decision == D);
    CHECK(match(columns()[3], asking({Use::disease_specific}, {"MONDO:diabetes"})).decision == A);
    const Offer rare = permitting({{PermissionTerm::disease_specific, {"ORPHA:558"}}});
    CHECK(match(rare, asking({Use::disease_specific}, {"ORPHA:558"}), &diseases()).decision == A);
    CHECK(match(rare, asking({Use::disease_specific}, {"ORPHA:559"}), &diseases()).decision == D);
}

TEST_CASE("a disease missing on either side leaves the decision to the committee") {
    const Offer unnamed = permitting({{PermissionTerm::disease_specific, {}}});
    CHECK(match(unnamed, asking({Use::disease_specific}, {"MONDO:asthma"})).decision == R);
    CHECK(match(columns()[3], asking({Use::disease_specific})).decision == R);
}

TEST_CASE("a DOID counts under its Mondo name, and goes to the committee without one") {
    CHECK(match(columns()[3], asking({Use::disease_specific}, {"DOID:9352"}), &diseases()).decision == A);
    CHECK(
        match(columns()[3], asking({Use::disease_specific}, {"http://purl.obolibrary.org/obo/DOID_9352"}), &diseases())
            .decision == A);
    CHECK(match(columns()[3], asking({Use::disease_specific}, {"DOID:9352"})).decision == R);
    CHECK(match(columns()[3], asking({Use::disease_specific}, {"DOID:1"}), &diseases()).decision == R);
    CHECK(match(columns()[3], asking({Use::disease_specific}, {"DOID:1", "MONDO:asthma"}), &diseases()).decision == D);
    const Offer by_doid = permitting({{PermissionTerm::disease_specific, {"DOID:1", "MONDO:diabetes"}}});
    CHECK(match(by_doid, asking({Use::disease_specific}, {"MONDO:type2"}), &diseases()).decision == A);
    CHECK(match(by_doid, asking({Use::disease_specific}, {"MONDO:asthma"}), &diseases()).decision == R);
    CHECK(match(by_doid, asking({Use::disease_specific}, {"DOID:1"}), &diseases()).decision == R);
}

TEST_CASE("of several purposes any denied one denies, and of several permissions the widest counts") {
    using enum Use;
    CHECK(match(columns()[3], asking({methods, disease_specific}, {"MONDO:asthma"})).decision == D);
    const Offer both = permitting({{PermissionTerm::ancestry, {}}, {PermissionTerm::health_biomedical, {}}});
    CHECK(match(both, asking({health_biomedical, ancestry})).decision == A);
    CHECK(match(both, asking({general_research})).decision == D);
}

TEST_CASE("a term that is not known here goes to the committee, as a permission too") {
    CHECK(under(condition("DUO:9999999"), biomedical()) == R);
    CHECK(under(condition("DUO:0000017"), biomedical()) == R);
    Offer offer = columns()[1];
    offer.unknown_permissions = {"DUO:9999999"};
    CHECK(match(offer, biomedical()).decision == R);
    offer.permissions = columns()[4].permissions;
    CHECK(match(offer, biomedical()).decision == R);
}

TEST_CASE("evidence that a condition asks for: missing it is reviewed, met it is approved, contradicted it is denied") {
    struct Case {
        const char* code;
        std::optional<std::string> Ask::* statement;
    };
    for (const Case& one :
         {Case{"RS", &Ask::research_type}, Case{"GS", &Ask::country}, Case{"US", &Ask::user}, Case{"PS", &Ask::project},
          Case{"IS", &Ask::institution}, Case{"COL", &Ask::collaboration}}) {
        INFO(one.code);
        Ask ask = biomedical();
        CHECK(under(with_allowed(one.code, {"AU", "NZ"}), ask) == R);
        ask.*one.statement = "NZ";
        CHECK(under(with_allowed(one.code, {"AU", "NZ"}), ask) == A);
        CHECK(under(with_allowed(one.code, {}), ask) == (std::string_view(one.code) == "COL" ? A : R));
        ask.*one.statement = "US";
        CHECK(under(with_allowed(one.code, {"AU", "NZ"}), ask) == D);
        ask.*one.statement = " ";
        CHECK(under(with_allowed(one.code, {"AU", "NZ"}), ask) == R);
    }
    Ask ask = biomedical();
    CHECK(under(condition("DUO:0000021"), ask) == R);
    ask.ethics_approval = "ETH-1";
    CHECK(under(condition("DUO:0000021"), ask) == A);
    CHECK(under(condition("COL"), biomedical()) == R);
}

TEST_CASE("a moratorium is kept from its day on") {
    Condition until = condition("DUO:0000024");
    Ask ask = biomedical();
    ask.accepted_on = 100;
    CHECK(under(until, ask) == R);
    until.date = 100;
    CHECK(under(until, ask) == A);
    ask.accepted_on = 99;
    CHECK(under(until, ask) == D);
    CHECK(under(until, biomedical()) == R);
}

TEST_CASE("publication and return are obligations of the grant, and denied where they are expressly refused") {
    const Offer offer = permitting({{PermissionTerm::general_research, {}}},
                                   {condition("DUO:0000029"), condition("DUO:0000019"), condition("PUB")});
    Ask ask = biomedical();
    MatchAnswer answer = match(offer, ask);
    CHECK(answer.decision == A);
    CHECK(answer.obligations == std::vector<std::string>{"PUB", "RTN"});
    ask.undertakings = {"RTN", "PUB"};
    CHECK(match(offer, ask).decision == A);
    ask.undertakings = {"RTN"};
    answer = match(offer, ask);
    CHECK(answer.decision == D);
    CHECK(answer.obligations.empty());
    ask.undertakings.emplace();
    CHECK(match(offer, ask).decision == D);
}

TEST_CASE("clinical care as a modifier adds a use and asks nothing") {
    CHECK(under(condition("CC"), biomedical()) == A);
    CHECK(under(condition("CC"), asking({Use::clinical_care})) == A);
    CHECK(under(condition("CC"), asking({Use::clinical_care, Use::health_biomedical})) == A);
    CHECK(match(permitting({}, {condition("CC")}), asking({Use::clinical_care})).decision == R);
}

TEST_CASE("commerce and profit are denied where the terms exclude them, and reviewed when unstated") {
    Ask ask = biomedical();
    CHECK(under(condition("NPU"), ask) == R);
    ask.for_profit = Stated::yes;
    CHECK(under(condition("NPU"), ask) == D);
    CHECK(under(condition("NCU"), ask) == R);
    CHECK(under(condition("NPUNCU"), ask) == D);
    ask.for_profit = Stated::no;
    CHECK(under(condition("NPU"), ask) == A);
    CHECK(under(condition("NPUNCU"), ask) == R);
    ask.commercial = Stated::yes;
    CHECK(under(condition("NPU"), ask) == A);
    CHECK(under(condition("NCU"), ask) == D);
    CHECK(under(condition("NPUNCU"), ask) == D);
    ask.commercial = Stated::no;
    CHECK(under(condition("NPUNCU"), ask) == A);
}

TEST_CASE("a time limit denies longer requests and caps the grant") {
    Condition limit = condition("DUO:0000025");
    Ask ask = biomedical();
    CHECK(under(limit, ask) == R);
    limit.months = 12;
    CHECK(under(limit, ask) == A);
    ask.months = 13;
    CHECK(under(limit, ask) == D);
    ask.months = 12;
    CHECK(under(limit, ask) == A);
    Condition shorter = limit;
    shorter.months = 6;
    const Offer offer = permitting({{PermissionTerm::general_research, {}}}, {limit, shorter});
    CHECK(match(offer, biomedical()).expires_after_months == 6);
    ask.months = 3;
    CHECK(match(offer, ask).expires_after_months == 3);
    ask.months = 7;
    CHECK_FALSE(match(offer, ask).expires_after_months);
    CHECK_FALSE(match(columns()[1], biomedical()).expires_after_months);
}

TEST_CASE("genetic studies exclude phenotypes alone") {
    Ask ask = biomedical();
    CHECK(under(condition("GSO"), ask) == R);
    ask.phenotype_only = Stated::no;
    CHECK(under(condition("GSO"), ask) == A);
    ask.phenotype_only = Stated::yes;
    CHECK(under(condition("GSO"), ask) == D);
}

TEST_CASE("ancestry is excluded under both ways of writing its code") {
    for (const char* code : {"NPOA", "DUO:0000044", "DUO_00000044", "DUO:00000044", "duo_0000044",
                             "http://purl.obolibrary.org/obo/DUO_0000044"}) {
        INFO(code);
        CHECK(under(condition(code), asking({Use::ancestry})) == D);
        CHECK(under(condition(code), biomedical()) == A);
    }
}

TEST_CASE("excluded methods development is allowed inside the consented disease") {
    const Offer offer = permitting({{PermissionTerm::disease_specific, {"MONDO:diabetes"}}}, {condition("NMDS")});
    CHECK(match(offer, asking({Use::methods}, {"MONDO:type2"}), &diseases()).decision == A);
    CHECK(match(offer, asking({Use::methods}, {"MONDO:asthma"}), &diseases()).decision == D);
    CHECK(match(offer, asking({Use::methods}), &diseases()).decision == D);
    CHECK(match(offer, asking({Use::methods}, {"DOID:1"}), &diseases()).decision == R);
    CHECK(under(condition("NMDS"), asking({Use::methods}, {"MONDO:asthma"})) == D);
    CHECK(under(condition("NMDS"), biomedical()) == A);
}

TEST_CASE("every purpose and every modifier has its reason") {
    for (const Row& row : table())
        for (const Offer& offer : columns()) {
            const MatchAnswer answer = match(offer, row.ask, &diseases());
            REQUIRE_FALSE(answer.reasons.empty());
            for (const TermReason& reason : answer.reasons) {
                CHECK_FALSE(reason.term.empty());
                CHECK_FALSE(reason.text.empty());
                CHECK(reason.code.empty() == (reason.verdict == A));
            }
        }
    const Offer offer = permitting({{PermissionTerm::general_research, {}}},
                                   {condition("NPU"), condition("made-up\x1b"), condition("CC")});
    const auto reasons = match(offer, biomedical()).reasons;
    REQUIRE(reasons.size() == 4);
    CHECK(std::ranges::find(reasons, "DUO:0000045", &TermReason::term) != reasons.end());
    CHECK(std::ranges::find(reasons, "made-up?", &TermReason::term) != reasons.end());
}

TEST_CASE("what the ledger records of an answer are its doubts and denials, and every modifier as an obligation") {
    const DuoTerms terms{{{PermissionTerm::general_research, {}}},
                         {{"DUO:0000025", 12, {}}, {"COL", {}, {}}, {"CC", {}, {}}, {"DUO:0000024", 86'400'000, {}}}};
    DuoRequest request;
    request.purposes = {Use::health_biomedical};
    const DuoAnswer answer = recorded(match(offer_of(terms), ask_of(request)));
    CHECK(answer.decision == R);
    CHECK(answer.months_limit == 12);
    CHECK(answer.obligations == std::vector<std::string>{"COL", "MOR", "TS"});
    REQUIRE(answer.reasons.size() == 2);
    CHECK(answer.reasons[0].subject == "COL");
    CHECK(offer_of(terms).conditions[3].date == 1);
    request.collaboration = "the registry's team";
    CHECK(recorded(match(offer_of(terms), ask_of(request))).reasons.size() == 1);
    request.accepted_at_ms = 86'400'000;
    CHECK(recorded(match(offer_of(terms), ask_of(request))).reasons.empty());
}

TEST_CASE("what a recorded modifier names is what the matcher is told, and a refused undertaking is one") {
    DuoTerms terms{{{PermissionTerm::general_research, {}}}, {{"RS", {}, {"genetic epidemiology"}}}};
    DuoRequest request;
    request.purposes = {Use::general_research};
    const auto decided = [&] { return recorded(match(offer_of(terms), ask_of(request))).decision; };
    CHECK(decided() == R);
    request.research_type = "marketing";
    CHECK(decided() == D);
    request.research_type = "genetic epidemiology";
    CHECK(decided() == A);
    terms.modifiers.push_back({"PUB", {}, {}});
    CHECK(decided() == A);
    request.returns_results = Stated::no;
    CHECK(decided() == A);
    request.publishes = Stated::no;
    CHECK(decided() == D);
    request.publishes = Stated::yes;
    terms.modifiers.push_back({"RTN", {}, {}});
    CHECK(decided() == D);
    request.returns_results = Stated::unknown;
    CHECK(decided() == A);
    terms.modifiers.push_back({"GSO", {}, {}});
    CHECK(decided() == R);
    request.phenotype_only = Stated::no;
    CHECK(decided() == A);
    request.purposes.push_back(Use::clinical_care);
    CHECK(decided() == D);
    terms.modifiers.push_back({"CC", {}, {}});
    CHECK(decided() == A);
}

TEST_CASE("a recorded modifier states what belongs to it, and nothing else") {
    CHECK(check(Modifier{"GS", {}, {"DE", "AT"}}));
    CHECK(check(Modifier{"something new", 7, {"x"}}));
    CHECK_FALSE(check(Modifier{"GS", {}, {"Germany"}}));
    CHECK_FALSE(check(Modifier{"NPU", 7, {}}));
    CHECK_FALSE(check(Modifier{"TS", 0, {}}));
    CHECK_FALSE(check(Modifier{"TS", 12, {"DE"}}));
    CHECK_FALSE(check(Modifier{"US", {}, {""}}));
    CHECK_FALSE(check(Modifier{"", {}, {}}));
}

TEST_CASE("terms are found under code, address and short name") {
    CHECK(permission_from("DUO:0000042") == PermissionTerm::general_research);
    CHECK(permission_from("http://purl.obolibrary.org/obo/DUO_0000006") == PermissionTerm::health_biomedical);
    CHECK(permission_from("NRES") == PermissionTerm::no_restriction);
    CHECK_FALSE(permission_from("DUO:0000045"));
    CHECK(modifier_short_name("DUO_0000045") == "NPU");
    CHECK_FALSE(modifier_short_name("nonsense"));
    CHECK(use_from("DUO:0000043") == Use::clinical_care);
    CHECK(use_from("MDS") == Use::methods);
    CHECK_FALSE(use_from("NRES"));
}

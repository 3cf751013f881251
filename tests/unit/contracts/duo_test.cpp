// The DUO matcher against the permission table of the design, cell by cell, and its modifiers.
#include <catch2/catch.hpp>

#include <algorithm>

#include "contracts/dataset/duo.hpp"
#include "tests/support/prng.hpp"

using namespace placet::contracts;
using namespace placet::contracts::dataset;

namespace {

constexpr auto A = DuoDecision::approve;
constexpr auto R = DuoDecision::review;
constexpr auto D = DuoDecision::deny;

bool below(std::string_view narrower, std::string_view broader) { return narrower == "MONDO:type2" && broader == "MONDO:diabetes"; }

struct Row {
    std::string name;
    DuoRequest request;
    std::vector<DuoDecision> cells;  // NRES GRU HMB DS POA none
};

DuoRequest asking(std::vector<RequestPurpose> purposes, std::vector<std::string> diseases = {}) {
    DuoRequest request;
    request.purposes = std::move(purposes);
    request.diseases = std::move(diseases);
    return request;
}

DuoRequest sensitive(DuoRequest request) {
    request.sensitive_population = true;
    return request;
}

std::vector<DuoTerms> columns() {
    const auto only = [](PermissionTerm term, std::vector<std::string> diseases = {}) { return DuoTerms{{{term, std::move(diseases)}}, {}}; };
    return {only(PermissionTerm::no_restriction), only(PermissionTerm::general_research), only(PermissionTerm::health_biomedical),
            only(PermissionTerm::disease_specific, {"MONDO:diabetes"}), only(PermissionTerm::ancestry), DuoTerms{}};
}

std::vector<Row> table() {
    using enum RequestPurpose;
    return {
        {"research, unspecified", asking({general_research}), {A, A, D, D, D, R}},
        {"HMB", asking({health_biomedical}), {A, A, A, D, D, R}},
        {"DS, same", asking({disease_specific}, {"MONDO:diabetes"}), {A, A, A, A, D, R}},
        {"DS, narrower", asking({disease_specific}, {"MONDO:type2"}), {A, A, A, A, D, R}},
        {"DS, unrelated", asking({disease_specific}, {"MONDO:asthma"}), {A, A, A, D, D, R}},
        {"DS, related and unrelated", asking({disease_specific}, {"MONDO:diabetes", "MONDO:asthma"}), {A, A, A, D, D, R}},
        {"POA", asking({ancestry}), {A, A, D, D, A, R}},
        {"methods development only", asking({methods}), {A, A, A, A, A, R}},
        {"sensitive, GRU", sensitive(asking({general_research})), {R, R, D, D, D, R}},
        {"sensitive, DS that fits", sensitive(asking({disease_specific}, {"MONDO:diabetes"})), {R, R, R, R, D, R}},
        {"sensitive, POA", sensitive(asking({ancestry})), {R, R, D, D, R, R}},
        {"no purpose stated", asking({}), {R, R, R, R, R, R}},
    };
}

DuoDecision with_modifier(std::string code, DuoRequest request, std::optional<std::uint64_t> value = std::nullopt) {
    const DuoTerms terms{{{PermissionTerm::general_research, {}}}, {{std::move(code), value}}};
    return match(terms, request, below).decision;
}

}  // namespace

TEST_CASE("every cell of the permission table is what the design says") {
    const auto terms = columns();
    for (const Row& row : table()) {
        for (std::size_t i = 0; i < terms.size(); ++i) {
            INFO(row.name << ", column " << i);
            CHECK(to_string(match(terms[i], row.request, below).decision) == to_string(row.cells[i]));
        }
    }
}

TEST_CASE("a broader disease than the consented one is denied") {
    const DuoTerms terms{{{PermissionTerm::disease_specific, {"MONDO:type2"}}}, {}};
    CHECK(match(terms, asking({RequestPurpose::disease_specific}, {"MONDO:diabetes"}), below).decision == D);
}

TEST_CASE("an unknown disease matches by equality only") {
    const DuoTerms terms{{{PermissionTerm::disease_specific, {"MONDO:diabetes"}}}, {}};
    CHECK(match(terms, asking({RequestPurpose::disease_specific}, {"MONDO:type2"})).decision == D);
    CHECK(match(terms, asking({RequestPurpose::disease_specific}, {"MONDO:diabetes"})).decision == A);
}

TEST_CASE("a disease missing on either side leaves the decision to the committee") {
    const DuoTerms unnamed{{{PermissionTerm::disease_specific, {}}}, {}};
    CHECK(match(unnamed, asking({RequestPurpose::disease_specific}, {"MONDO:asthma"})).decision == R);
    CHECK(match(columns()[3], asking({RequestPurpose::disease_specific})).decision == R);
}

TEST_CASE("of several purposes any denied one denies, and of several permissions the widest counts") {
    using enum RequestPurpose;
    CHECK(match(columns()[3], asking({methods, disease_specific}, {"MONDO:asthma"})).decision == D);
    const DuoTerms both{{{PermissionTerm::ancestry, {}}, {PermissionTerm::health_biomedical, {}}}, {}};
    CHECK(match(both, asking({health_biomedical, ancestry})).decision == A);
    CHECK(match(both, asking({general_research})).decision == D);
}

TEST_CASE("any modifier that does not deny gives review and stays as an obligation") {
    for (const char* code : {"IRB", "DUO:0000021", "COL", "GS", "PS", "IS", "US", "PUB", "RTN", "MOR", "GSO", "RS", "DUO:9999999"}) {
        INFO(code);
        CHECK(with_modifier(code, asking({RequestPurpose::health_biomedical})) == R);
    }
    const DuoTerms terms{{{PermissionTerm::general_research, {}}}, {{"DUO:0000019", {}}, {"IRB", {}}}};
    CHECK(match(terms, asking({RequestPurpose::health_biomedical})).obligations == std::vector<std::string>{"IRB", "PUB"});
}

TEST_CASE("clinical care as a modifier adds a use and asks nothing") { CHECK(with_modifier("CC", asking({RequestPurpose::health_biomedical})) == A); }

TEST_CASE("commerce and profit are denied where the terms exclude them, and reviewed when unstated") {
    DuoRequest request = asking({RequestPurpose::health_biomedical});
    CHECK(with_modifier("NPU", request) == R);
    request.for_profit = Commerce::yes;
    CHECK(with_modifier("NPU", request) == D);
    CHECK(with_modifier("NCU", request) == R);
    CHECK(with_modifier("NPUNCU", request) == D);
    request.for_profit = Commerce::no;
    request.commercial = Commerce::yes;
    CHECK(with_modifier("NPU", request) == R);
    CHECK(with_modifier("NCU", request) == D);
    CHECK(with_modifier("NPUNCU", request) == D);
}

TEST_CASE("a time limit denies longer requests and caps the grant") {
    DuoRequest request = asking({RequestPurpose::health_biomedical});
    request.months = 13;
    CHECK(with_modifier("TS", request, 12) == D);
    request.months = 12;
    CHECK(with_modifier("TS", request, 12) == R);
    const DuoTerms terms{{{PermissionTerm::general_research, {}}}, {{"TS", 12}, {"TS", 6}}};
    CHECK(match(terms, asking({RequestPurpose::health_biomedical})).months_limit == 6);
}

TEST_CASE("ancestry is excluded under both ways of writing its code") {
    for (const char* code : {"NPOA", "DUO:0000044", "DUO_00000044", "http://purl.obolibrary.org/obo/DUO_0000044"}) {
        INFO(code);
        CHECK(with_modifier(code, asking({RequestPurpose::ancestry})) == D);
        CHECK(with_modifier(code, asking({RequestPurpose::health_biomedical})) == R);
    }
}

TEST_CASE("excluded methods development is allowed inside the consented disease") {
    const DuoTerms terms{{{PermissionTerm::disease_specific, {"MONDO:diabetes"}}}, {{"NMDS", {}}}};
    CHECK(match(terms, asking({RequestPurpose::methods}, {"MONDO:type2"}), below).decision == R);
    CHECK(match(terms, asking({RequestPurpose::methods}, {"MONDO:asthma"}), below).decision == D);
    CHECK(match(terms, asking({RequestPurpose::methods}), below).decision == D);
}

TEST_CASE("every decision but approval says why") {
    for (const Row& row : table())
        for (const DuoTerms& terms : columns()) {
            const DuoAnswer answer = match(terms, row.request, below);
            CHECK((answer.decision == A) == answer.reasons.empty());
        }
}

TEST_CASE("neither more modifiers nor more purposes ever widen a decision") {
    placet::tests::Prng prng(11);
    const std::vector<std::string> codes = {"IRB", "NPU", "NCU", "TS", "NPOA", "NMDS", "PUB", "CC", "X"};
    for (int run = 0; run < 3000; ++run) {
        DuoTerms terms = columns()[prng.below(6)];
        DuoRequest request = asking({static_cast<RequestPurpose>(prng.below(5))}, {"MONDO:diabetes"});
        request.months = 1 + prng.below(24);
        request.commercial = static_cast<Commerce>(prng.below(3));
        for (std::size_t i = prng.below(4); i > 0; --i) terms.modifiers.push_back({codes[prng.below(codes.size())], 12});
        const DuoDecision before = match(terms, request, below).decision;
        DuoTerms stricter = terms;
        stricter.modifiers.push_back({codes[prng.below(codes.size())], 6});
        CHECK(match(stricter, request, below).decision >= before);
        DuoRequest wider = request;
        wider.purposes.push_back(static_cast<RequestPurpose>(prng.below(5)));
        CHECK(match(terms, wider, below).decision >= before);
        DuoTerms shuffled = terms;
        std::ranges::reverse(shuffled.modifiers);
        CHECK(match(shuffled, request, below).decision == before);
    }
}

TEST_CASE("terms are found under code, address and short name") {
    CHECK(permission_from("DUO:0000042") == PermissionTerm::general_research);
    CHECK(permission_from("http://purl.obolibrary.org/obo/DUO_0000006") == PermissionTerm::health_biomedical);
    CHECK(permission_from("NRES") == PermissionTerm::no_restriction);
    CHECK_FALSE(permission_from("DUO:0000045"));
    CHECK(modifier_short_name("DUO_0000045") == "NPU");
    CHECK_FALSE(modifier_short_name("nonsense"));
}

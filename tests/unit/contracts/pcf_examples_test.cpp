// The 23 example consents of IHE PCF, as published: what each permits, and what stays hidden after a permit, as the
// profile's own notes on each example say. Reads the documents through api/fhir; skipped where the shared data is
// absent.
#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <iostream>

#include "api/fhir/documents.hpp"
#include "contracts/consent/evaluate.hpp"
#include "contracts/consent/purpose.hpp"

namespace placet::tests {
namespace {

namespace fs = std::filesystem;
using namespace contracts::consent;
using contracts::Coding;
namespace systems = contracts::systems;

constexpr base::TimeMs kNow = 1'767'225'600'000;  // 2026-01-01
constexpr base::TimeMs kMid2022 = 1'656'633'600'000;
constexpr base::TimeMs kMid2023 = 1'688'169'600'000;

fs::path data() {
    if (const char* shared = std::getenv("PLACET_SHARED")) return fs::path(shared) / "data" / "ihe-pcf" / "json";
    const char* source = std::getenv("PLACET_SOURCE");
    return fs::path(source == nullptr ? "." : source) / ".." / "shared" / "data" / "ihe-pcf" / "json";
}

HeldConsent load(const std::string& name) {
    api::fhir::DocumentSet set;
    set.read_file(data() / ("Consent-ex-" + name + ".json"));
    REQUIRE(set.consents.size() == 1);
    const auto& reading = set.consents[0].reading;
    const auto validity = api::fhir::validity_of(reading.model);
    return {name, ConsentStatus::active, validity.not_before_ms, validity.not_after_ms, reading.model};
}

AccessContext asks(const Coding& purpose, std::vector<std::string> actors) {
    AccessContext context;
    context.actors = std::move(actors);
    context.purposes = {purpose};
    return context;
}

const std::vector<std::string> kAnybody = {"Practitioner/somebody"};
const std::vector<std::string> kNamed = {"Practitioner/ex-practitioner"};
const std::vector<std::string> kPrivileged = {"Practitioner/somebody", "Group/ex-privilegedUsers"};
const std::vector<std::string> kResearcher = {"Organization/ex-org-researcher"};

ConsentAnswer answer(const std::string& name, const std::string& purpose, const std::vector<std::string>& actors) {
    const std::vector<HeldConsent> held = {load(name)};
    return evaluate(held, contracts::governance::ImplicitPolicy::none, asks(act_reason(purpose), actors), kNow);
}

DataContext labelled(std::vector<std::string> confidentiality, std::vector<std::string> sensitivity = {}) {
    DataContext out;
    for (auto& code : confidentiality) out.security_labels.push_back({std::string(systems::kConfidentiality), code});
    for (auto& code : sensitivity) out.security_labels.push_back({std::string(systems::kActCode), code});
    return out;
}

bool absent() {
    if (fs::exists(data())) return false;
    std::cout << "skipped: no IHE PCF examples at " << data() << "\n";
    return true;
}

struct Expected {
    std::string name;
    Decision treatment;    // TREAT by anybody
    Decision research;     // HRESCH by anybody
    Decision break_glass;  // BTG by the privileged group
};

}  // namespace

TEST_CASE("each example consent of IHE PCF decides as published") {
    if (absent()) return;
    constexpr auto P = Decision::permit;
    constexpr auto D = Decision::deny;
    constexpr auto N = Decision::not_applicable;
    const std::vector<Expected> table = {
        {"consent-basic-treat", P, N, N},
        {"consent-basic-treat-infant", P, N, N},
        {"consent-basic-ink", P, N, N},
        {"consent-basic-reject", D, N, N},
        {"consent-basic-research", N, P, N},
        {"consent-expired-treat", N, N, N},
        {"consent-intermediate-authoredby", P, N, N},
        {"consent-intermediate-data", P, N, N},
        {"consent-intermediate-encounter", P, N, N},
        {"consent-intermediate-not-authoredby", P, N, N},
        {"consent-intermediate-not-data", P, N, N},
        {"consent-intermediate-not-encounter", P, N, N},
        {"consent-intermediate-timeframe", P, N, N},
        {"consent-intermediate-not-timeframe", P, N, N},
        {"consent-intermediate-purpose", N, N, N},
        {"dissent-intermediate-break-glass", D, D, P},
        {"consent-advanced-normal", P, N, N},
        {"consent-advanced-normal-restricted", P, N, N},
        {"consent-advanced-normal-not-restricted", P, N, N},
        {"consent-advanced-normal-break-glass-restricted", P, N, P},
        {"consent-advanced-normal-focused-psy", P, N, N},
        {"consent-advanced-normal-focused-psy-or-sdv", P, N, N},
        {"consent-advanced-normal-focused-restricted", P, N, N},
    };
    CHECK(table.size() == 23);
    for (const Expected& row : table) {
        INFO(row.name);
        CHECK(to_string(answer(row.name, "TREAT", kAnybody).decision) == to_string(row.treatment));
        CHECK(to_string(answer(row.name, "HRESCH", kAnybody).decision) == to_string(row.research));
        CHECK(to_string(answer(row.name, "BTG", kPrivileged).decision) == to_string(row.break_glass));
    }
}

TEST_CASE("the example of a purpose of its own permits that purpose to the named organisation alone") {
    if (absent()) return;
    const std::vector<HeldConsent> held = {load("consent-intermediate-purpose")};
    const Coding own{"http://example.org/policies/purposeOfUse", "FooBar"};
    const auto none = contracts::governance::ImplicitPolicy::none;
    CHECK(evaluate(held, none, asks(own, kResearcher), kNow).permits());
    CHECK_FALSE(evaluate(held, none, asks(own, kAnybody), kNow).permits());
}

TEST_CASE("break-glass examples permit the privileged group only") {
    if (absent()) return;
    CHECK(answer("dissent-intermediate-break-glass", "BTG", kAnybody).decision == Decision::deny);
    CHECK_FALSE(answer("consent-advanced-normal-break-glass-restricted", "BTG", kAnybody).permits());
    const auto glass = answer("consent-advanced-normal-break-glass-restricted", "BTG", kPrivileged);
    CHECK(is_visible(glass.residual, labelled({"R"})));
    CHECK_FALSE(is_visible(glass.residual, labelled({"V"})));
}

TEST_CASE("label examples hide what the published residual rules forbid") {
    if (absent()) return;
    struct Case {
        std::string name;
        std::vector<std::string> actors;
        std::vector<std::string> sensitivity;
        bool normal, restricted;
    };
    const std::vector<Case> cases = {
        {"consent-advanced-normal", kAnybody, {}, true, false},
        {"consent-advanced-normal-restricted", kAnybody, {}, true, true},
        {"consent-advanced-normal-not-restricted", kAnybody, {}, true, false},
        {"consent-advanced-normal-focused-restricted", kAnybody, {}, true, false},
        {"consent-advanced-normal-focused-restricted", kNamed, {}, true, true},
        {"consent-advanced-normal-focused-psy", kAnybody, {"PSY"}, true, false},
        {"consent-advanced-normal-focused-psy", kNamed, {"PSY"}, true, true},
        {"consent-advanced-normal-focused-psy", kNamed, {"SDV"}, true, false},
        {"consent-advanced-normal-focused-psy-or-sdv", kNamed, {"SDV"}, true, true},
    };
    for (const Case& one : cases) {
        const auto result = answer(one.name, "TREAT", one.actors);
        INFO(one.name);
        REQUIRE(result.permits());
        CHECK(is_visible(result.residual, labelled({"N"}, one.sensitivity)) == one.normal);
        CHECK(is_visible(result.residual, labelled({"R"}, one.sensitivity)) == one.restricted);
    }
}

TEST_CASE("data examples show or hide instances, encounters, authors and periods") {
    if (absent()) return;
    const auto sees = [](const std::string& name, const DataContext& piece) {
        return is_visible(answer("consent-intermediate-" + name, "TREAT", kAnybody).residual, piece);
    };
    DataContext weight;
    weight.reference = "Observation/ex-weight";
    DataContext alcohol;
    alcohol.reference = "Observation/ex-alcoholUse";
    DataContext other;
    other.reference = "Observation/other";
    CHECK(sees("data", weight));
    CHECK_FALSE(sees("data", other));
    CHECK(sees("not-data", weight));
    CHECK_FALSE(sees("not-data", alcohol));
    DataContext in_encounter;
    in_encounter.related = {"Encounter/ex-encounter"};
    CHECK(sees("encounter", in_encounter));
    CHECK_FALSE(sees("encounter", other));
    CHECK_FALSE(sees("not-encounter", in_encounter));
    CHECK(sees("not-encounter", other));
    DataContext authored;
    authored.authors = {"Practitioner/ex-practitioner"};
    CHECK(sees("authoredby", authored));
    CHECK_FALSE(sees("authoredby", other));
    CHECK_FALSE(sees("not-authoredby", authored));
    DataContext of_2022;
    of_2022.made = {data_time(kMid2022), data_time(kMid2022) + 1};
    DataContext of_2023;
    of_2023.made = {data_time(kMid2023), data_time(kMid2023) + 1};
    CHECK(sees("timeframe", of_2022));
    CHECK_FALSE(sees("timeframe", of_2023));
    CHECK_FALSE(sees("not-timeframe", of_2022));
    CHECK(sees("not-timeframe", of_2023));
}

}  // namespace placet::tests

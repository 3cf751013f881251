// Break-glass: who may, what is said of it, and the review by N of M.
#include "contracts/access/emergency.hpp"

#include <algorithm>
#include <catch2/catch.hpp>

#include "contracts/consent/purpose.hpp"
#include "tests/unit/contracts/study.hpp"

namespace placet::tests {

using access::ReviewState;
using consent::Decision;
using governance::Role;

namespace {

constexpr base::TimeMs kMinuteMs = 60'000;

/// The study's hospital with three reviewers, two of whom must agree.
struct Emergency : Study {
    const Person& one = world.enrol("anna@hospital-a", {Role::clinician});
    const Person& two = world.enrol("ben@hospital-a", {Role::clinician});
    const Person& three = world.enrol("cara@hospital-a", {Role::clinician});
    const Person& boss = world.operator_of("hospital-a");

    [[nodiscard]] access::SetEmergencyPolicy policy() const { return {"hospital-a", {"emergency-team"}, {one.id, two.id, three.id}, 2, 60, 48}; }
    [[nodiscard]] access::BreakGlass broken(const std::string& id = "bg-1") const {
        return {"hospital-a", id, patients[1], "nurse-7", "emergency-team", "BTG", "unconscious", world.now(), world.now() + 30 * kMinuteMs, std::nullopt};
    }
    [[nodiscard]] access::ReviewBreakGlass review(bool justified, const std::string& id = "bg-1") const {
        return {"hospital-a", id, justified, "life_in_danger"};
    }
    [[nodiscard]] access::EmergencyAccess entry(const std::string& id = "bg-1") const {
        return access::find_break_glass(world.state, "hospital-a", id).value().value();
    }
    void allow() { REQUIRE(world.code(boss, policy()) == "emergency_policy_set"); }
};

bool in_trail(const World& world, const Pseudonym& pseudonym) {
    const auto key = state::index_key(state::IndexKind::access_of_patient, pseudonym);
    for (const auto& event : world.last.events)
        for (const auto& append : event.appends)
            if (append.key == key) return true;
    return false;
}

/// Whoever breaks the glass may see everything, nobody else anything.
consent::Consent only_in_emergencies() {
    consent::Consent out = deny_for({"TREAT"});
    out.root.purposes.clear();
    consent::Provision inner;
    inner.type = consent::ProvisionType::permit;
    inner.purposes = {consent::act_reason("BTG")};
    inner.actors = {{{}, "Group/emergency-team"}};
    out.root.provisions = {inner};
    return out;
}

}  // namespace

TEST_CASE("break-glass is recorded whatever the consents say, and it is said what they say") {
    Emergency house;
    house.allow();
    const auto denied = house.world.send(house.gateway, house.broken());
    REQUIRE(World::code_of(denied) == "break_glass_recorded");
    CHECK(in_trail(house.world, house.patients[1]));
    CHECK(detail_of<access::BreakGlassDetail>(denied).decision == Decision::not_applicable);
    REQUIRE(house.world.code(house.boss, governance::SetImplicitPolicy{"hospital-a", governance::ImplicitPolicy::break_glass_only}) == "policy_set");
    CHECK(detail_of<access::BreakGlassDetail>(house.world.send(house.gateway, house.broken("bg-2"))).decision == Decision::permit);
    REQUIRE(World::code_of(house.world.record("hospital-a", house.patients[2], "c", only_in_emergencies())) == "recorded");
    auto by_consent = house.broken("bg-3");
    by_consent.pseudonym = house.patients[2];
    CHECK(detail_of<access::BreakGlassDetail>(house.world.send(house.gateway, by_consent)).decision == Decision::permit);
    by_consent.id = "bg-4";
    by_consent.purpose = "ETREAT";  // its own permit: BTG is not ETREAT
    CHECK(detail_of<access::BreakGlassDetail>(house.world.send(house.gateway, by_consent)).decision == Decision::deny);
    auto old = house.broken("bg-5");
    old.occurred_at_ms -= 25 * 60 * kMinuteMs;
    old.until_ms -= 25 * 60 * kMinuteMs;
    CHECK(detail_of<access::BreakGlassDetail>(house.world.send(house.gateway, old)).late);
    CHECK_FALSE(house.entry("bg-1").late);
}

TEST_CASE("breaking the glass is refused without policy, group, purpose, reason or time limit, and stands in the trail") {
    Emergency house;
    const auto refused = [&](const auto& change) {
        auto command = house.broken();
        change(command);
        const std::string code = house.world.code(house.gateway, command);
        CHECK(in_trail(house.world, house.patients[1]) == (code != "invalid_command" && code != "not_own" && code != "patient_unknown"));
        return code;
    };
    CHECK(refused([](auto&) {}) == "no_emergency_policy");
    house.allow();
    CHECK(refused([](auto& one) { one.group = "billing"; }) == "group_not_authorised");
    CHECK(refused([](auto& one) { one.purpose = "TREAT"; }) == "invalid_command");
    CHECK(refused([](auto& one) { one.reason.clear(); }) == "invalid_command");
    CHECK(refused([](auto& one) { one.until_ms = one.occurred_at_ms; }) == "invalid_command");
    CHECK(refused([](auto& one) { one.until_ms = one.occurred_at_ms + 61 * kMinuteMs; }) == "time_limit_exceeded");
    CHECK(refused([](auto& one) { one.occurred_at_ms += 6 * kMinuteMs; }) == "occurred_later");
    CHECK(refused([](auto& one) { one.custodian = "hospital-b"; }) == "not_own");
    CHECK(refused([](auto& one) { one.pseudonym = World::pseudonym(77); }) == "patient_unknown");
    CHECK(refused([](auto& one) { one.until_ms = one.occurred_at_ms + 60 * kMinuteMs; }) == "break_glass_recorded");
    CHECK(refused([](auto&) {}) == "already_exists");
    CHECK(house.world.code(house.researcher, house.broken("bg-2")) == "not_authorised");
}

TEST_CASE("an emergency policy is the operator's own, with reviewers of the house") {
    Emergency house;
    const auto set = [&](const auto& change) {
        auto command = house.policy();
        change(command);
        return house.world.code(house.boss, command);
    };
    CHECK(set([](auto& one) { one.custodian = "hospital-b"; }) == "not_own");
    CHECK(set([](auto& one) { one.groups.clear(); }) == "invalid_command");
    CHECK(set([](auto& one) { one.groups.push_back(one.groups.front()); }) == "invalid_command");
    CHECK(set([](auto& one) { one.reviewers.push_back(one.reviewers.front()); }) == "invalid_command");
    CHECK(set([](auto& one) { one.reviews_needed = 4; }) == "invalid_command");
    CHECK(set([](auto& one) { one.reviews_needed = 0; }) == "invalid_command");
    CHECK(set([](auto& one) { one.minutes_limit = 1441; }) == "invalid_command");
    CHECK(set([](auto& one) { one.review_hours = 0; }) == "invalid_command");
    CHECK(set([](auto& one) { one.reviewers.emplace_back("nobody@hospital-a"); }) == "too_few_reviewers");
    CHECK(set([&](auto& one) { one.reviewers.push_back(house.member_one.id); }) == "too_few_reviewers");   // a committee member
    CHECK(set([&](auto& one) { one.reviewers.push_back(house.world.operator_of("hospital-b").id); }) == "too_few_reviewers");
    CHECK(house.world.code(house.one, house.policy()) == "not_authorised");
    CHECK(set([](auto&) {}) == "emergency_policy_set");
}

TEST_CASE("an emergency access is reviewed by N of M, once each, never one's own") {
    Emergency house;
    house.allow();
    auto mine = house.broken();
    mine.staff = "anna";  // one of the reviewers looked herself
    REQUIRE(house.world.code(house.gateway, mine) == "break_glass_recorded");
    CHECK(house.entry().reviewers == std::vector<std::string>{house.two.id, house.three.id});
    CHECK(house.world.code(house.one, house.review(true)) == "own_access");
    CHECK(house.world.code(house.boss, house.review(true)) == "not_a_reviewer");
    CHECK(house.world.code(house.gateway, house.review(true)) == "not_authorised");
    CHECK(house.world.code(house.two, house.review(true, "bg-9")) == "break_glass_unknown");
    auto foreign = house.review(true);
    foreign.custodian = "hospital-b";
    CHECK(house.world.code(house.two, foreign) == "not_own");
    auto silent = house.review(true);
    silent.reason.clear();
    CHECK(house.world.code(house.two, silent) == "invalid_command");
    CHECK(house.world.code(house.two, house.review(true)) == "review_recorded");
    CHECK(house.world.code(house.two, house.review(true)) == "already_reviewed");
    const auto decided = house.world.send(house.three, house.review(true));
    CHECK(World::code_of(decided) == "break_glass_justified");
    CHECK(detail_of<access::ReviewDetail>(decided).justified == 2);
    CHECK(house.entry().state == ReviewState::justified);
    CHECK(house.world.code(house.three, house.review(true)) == "review_closed");
    // Who tells it is a party, too: a clinician does not review what she reported.
    REQUIRE(house.world.code(house.two, house.broken("bg-2")) == "break_glass_recorded");
    CHECK(house.world.code(house.two, house.review(true, "bg-2")) == "own_access");
}

TEST_CASE("an emergency access is unjustified as soon as enough reviewers can no longer justify it") {
    Emergency house;
    house.allow();
    REQUIRE(house.world.code(house.gateway, house.broken()) == "break_glass_recorded");
    CHECK(house.world.code(house.one, house.review(false)) == "review_recorded");
    CHECK(house.world.code(house.two, house.review(false)) == "break_glass_unjustified");
    CHECK(house.entry().state == ReviewState::unjustified);
    CHECK(house.world.code(house.three, house.review(true)) == "review_closed");
}

TEST_CASE("the backlog counts open reviews, and those that are overdue") {
    Emergency house;
    house.allow();
    REQUIRE(house.world.code(house.gateway, house.broken("bg-1")) == "break_glass_recorded");
    REQUIRE(house.world.code(house.gateway, house.broken("bg-2")) == "break_glass_recorded");
    const auto waiting = [&] {
        const auto backlog = access::backlog_of(house.world.state, "hospital-a").value();
        return std::pair(backlog.reviews_open, backlog.reviews_overdue);
    };
    CHECK(waiting() == std::pair<std::uint64_t, std::uint64_t>(2, 0));
    CHECK(access::backlog_of(house.world.state, "hospital-b").value().reviews_open == 0);
    house.world.pass(48 * 60 * kMinuteMs);
    CHECK(waiting() == std::pair<std::uint64_t, std::uint64_t>(2, 2));
    REQUIRE(house.world.code(house.one, house.review(true)) == "review_recorded");
    REQUIRE(house.world.code(house.two, house.review(true)) == "break_glass_justified");
    CHECK(waiting() == std::pair<std::uint64_t, std::uint64_t>(1, 1));
}

}  // namespace placet::tests

// What was made from what, what a withdrawal touches, and the clock of its holders.
#include "contracts/access/lineage.hpp"

#include <algorithm>
#include <catch2/catch.hpp>

#include "tests/unit/contracts/study.hpp"

namespace placet::tests {

using access::Trace;
using dataset::DatasetKind;
using governance::Role;

namespace {

/// The study, with a second grant; the university has an operator of its own.
struct Makers : Study {
    Makers() {
        grant("req-1");
        grant("req-2");
    }

    [[nodiscard]] dataset::RegisterDataset made(const std::string& id, DatasetKind kind,
                                                std::vector<dataset::Source> from) const {
        dataset::RegisterDataset command;
        command.id = id;
        command.title = "Made: " + id;
        command.kind = kind;
        command.jurisdiction = "DE";
        command.committee = {member_one.id};
        command.derived_from = std::move(from);
        return command;
    }
    std::string enter(const std::string& organisation, const dataset::RegisterDataset& command) {
        return world.code(world.operator_of(organisation), command);
    }
    std::string withdraw(const Pseudonym& pseudonym) {
        return world.code(world.operator_of("hospital-a"),
                          consent::WithdrawConsent{"hospital-a", pseudonym, std::nullopt, "no_reason_given"});
    }
};

std::vector<std::string> ids(const access::PatientLineage& lineage) {
    std::vector<std::string> out;
    for (const auto& one : lineage.datasets) out.push_back(one.dataset.id + ":" + std::string(to_string(one.trace)));
    return out;
}

std::size_t laggards(const World& world) {
    std::size_t count = 0;
    world.state.scan(access::waiting_notices_prefix("hospital-a"),
                     [&](base::BytesView, base::BytesView) { return ++count, true; });
    return count;
}

}  // namespace

TEST_CASE("what was made from others names them, each its own or granted") {
    Makers makers;
    CHECK(makers.enter("university", makers.made("m", DatasetKind::model, {})) == "invalid_command");
    CHECK(makers.enter("university", makers.made("m", DatasetKind::imaging, {{"diabetes", "req-1.g0"}})) ==
          "invalid_command");
    CHECK(makers.enter("university", makers.made("m", DatasetKind::model, {{"m", std::nullopt}})) == "invalid_command");
    CHECK(makers.enter("university", makers.made("m", DatasetKind::model, {{"no-such", "req-1.g0"}})) ==
          "dataset_unknown");
    CHECK(makers.enter("university", makers.made("m", DatasetKind::model, {{"diabetes", "req-9.g0"}})) ==
          "grant_unknown");
    CHECK(makers.enter("university", makers.made("m", DatasetKind::model, {{"diabetes", std::nullopt}})) ==
          "source_not_granted");
    CHECK(makers.enter("hospital-b", makers.made("m", DatasetKind::model, {{"diabetes", "req-1.g0"}})) ==
          "source_not_granted");
    CHECK(makers.enter("university",
                       makers.made("m", DatasetKind::model, {{"diabetes", "req-1.g0"}, {"diabetes", "req-2.g0"}})) ==
          "registered");
    CHECK(makers.enter("university", makers.made("s", DatasetKind::synthetic, {{"m", std::nullopt}})) == "registered");
    CHECK(makers.enter("hospital-a", makers.made("d", DatasetKind::derived, {{"diabetes", std::nullopt}})) ==
          "registered");
    CHECK(makers.enter("hospital-a", makers.made("e", DatasetKind::derived, {{"s", "req-1.g0"}})) ==
          "source_not_granted");
    CHECK(dataset::derivations(makers.world.state, "diabetes").value().datasets == std::vector<std::string>{"m", "d"});
    CHECK(dataset::find_dataset(makers.world.state, "m").value()->derived_from.size() == 2);
}

TEST_CASE("a lineage goes up to all sources and down to all that was made") {
    Makers makers;
    REQUIRE(makers.enter("university", makers.made("m", DatasetKind::model, {{"diabetes", "req-1.g0"}})) ==
            "registered");
    REQUIRE(makers.enter("university", makers.made("s", DatasetKind::synthetic, {{"m", std::nullopt}})) ==
            "registered");
    REQUIRE(makers.enter("hospital-a", makers.made("d", DatasetKind::derived, {{"diabetes", std::nullopt}})) ==
            "registered");
    const auto of = [&](const std::string& id) {
        const auto found = access::lineage_of(makers.world.state, id).value();
        std::string out;
        for (const auto& one : found.derivations)
            out += one.from + ">" + one.to + (one.grant ? "(" + *one.grant + ") " : " ");
        CHECK(found.complete);
        return std::to_string(found.datasets.size()) + " " + out;
    };
    CHECK(of("diabetes") == "4 diabetes>d diabetes>m(req-1.g0) m>s ");
    CHECK(of("m") == "3 diabetes>m(req-1.g0) m>s ");  // not what else was made of its source
    CHECK(of("s") == "3 diabetes>m(req-1.g0) m>s ");
    CHECK(access::lineage_of(makers.world.state, "no-such").error().code == base::ErrorCode::not_found);
}

TEST_CASE("a withdrawal touches what was made under grants under which her data left, and nothing else") {
    Makers makers;
    const Pseudonym her = makers.patients[0];
    REQUIRE(World::code_of(makers.world.send(makers.gateway, makers.release({her}, "req-1.g0"))) == "released");
    REQUIRE(makers.enter("university", makers.made("m1", DatasetKind::model, {{"diabetes", "req-1.g0"}})) ==
            "registered");
    REQUIRE(makers.enter("university", makers.made("m2", DatasetKind::model, {{"diabetes", "req-2.g0"}})) ==
            "registered");
    REQUIRE(makers.enter("university", makers.made("s1", DatasetKind::synthetic, {{"m1", std::nullopt}})) ==
            "registered");
    REQUIRE(makers.enter("university", makers.made("s2", DatasetKind::synthetic, {{"m2", std::nullopt}})) ==
            "registered");
    REQUIRE(makers.enter("hospital-a", makers.made("d", DatasetKind::derived, {{"diabetes", std::nullopt}})) ==
            "registered");
    REQUIRE(makers.withdraw(her) == "withdrawn");
    auto touched = access::lineage_of(makers.world.state, "hospital-a", her).value();
    CHECK(ids(touched) == std::vector<std::string>{"d:possible", "diabetes:member", "m1:released", "s1:released"});
    REQUIRE(touched.grants.size() == 2);
    CHECK(touched.grants[0].release->times == 1);
    CHECK(touched.grants[0].is_waiting());
    CHECK_FALSE(touched.grants[1].release);
    CHECK(touched.grants[1].is_waiting());
    // She leaves the dataset: what left before has left, but the custodian makes nothing more of her records.
    REQUIRE(makers.world.code(makers.world.operator_of("hospital-a"), dataset::RemoveMembers{"diabetes", {her}}) ==
            "members_removed");
    touched = access::lineage_of(makers.world.state, "hospital-a", her).value();
    CHECK(ids(touched) == std::vector<std::string>{"diabetes:former", "m1:released", "s1:released"});
    CHECK(ids(access::lineage_of(makers.world.state, "hospital-a", makers.patients[1]).value()) ==
          std::vector<std::string>{"d:possible", "diabetes:member"});
    CHECK(ids(access::lineage_of(makers.world.state, "hospital-b", her).value()).empty());
}

TEST_CASE("a withdrawal waits under its custodian until its holder acknowledges it, and is overdue after three days") {
    Makers makers;
    const Pseudonym her = makers.patients[0];
    REQUIRE(makers.withdraw(her) == "withdrawn");
    CHECK(laggards(makers.world) == 2);
    const auto grant_of = [&] {
        return access::lineage_of(makers.world.state, "hospital-a", her).value().grants.at(0);
    };
    CHECK_FALSE(grant_of().is_overdue(makers.world.now()));
    CHECK_FALSE(grant_of().is_overdue(grant_of().notice->withdrawn_at_ms + access::kAcknowledgeWithinMs - 1));
    CHECK(grant_of().is_overdue(grant_of().notice->withdrawn_at_ms + access::kAcknowledgeWithinMs));
    REQUIRE(makers.world.code(makers.researcher, access::AcknowledgeWithdrawal{"req-1.g0", her}) == "acknowledged");
    CHECK(laggards(makers.world) == 1);
    CHECK_FALSE(grant_of().is_waiting());
    CHECK_FALSE(grant_of().is_overdue(base::kForever));
    REQUIRE(World::code_of(makers.world.record("hospital-a", her, "consent-2", permit_for({"HRESCH"}))) == "recorded");
    REQUIRE(makers.withdraw(her) == "withdrawn");
    CHECK(laggards(makers.world) == 2);  // the clock begins anew
    CHECK(grant_of().is_waiting());
}

}  // namespace placet::tests

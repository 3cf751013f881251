// Building the story's cast.
#include "tests/unit/contracts/study.hpp"

#include <catch2/catch.hpp>

namespace placet::tests {

using governance::Role;

Study::Study()
    : researcher(world.enrol("hill@university", {Role::researcher})),
      member_one(world.enrol("dac-1@hospital-a", {Role::dac})),
      member_two(world.enrol("dac-2@hospital-a", {Role::dac})),
      member_three(world.enrol("dac-3@hospital-b", {Role::dac})),
      insider(world.enrol("dac-4@university", {Role::dac})),
      gateway(world.enrol("gateway@hospital-a", {Role::gateway})) {
    for (std::uint64_t i = 0; i < 3; ++i) {
        patients.push_back(World::pseudonym(i));
        world.enrol_patient("hospital-a", patients.back());
    }
    REQUIRE(World::code_of(world.record("hospital-a", patients[0], "consent-1", permit_for({"HRESCH"}))) == "recorded");
    REQUIRE(World::code_of(world.record("hospital-a", patients[1], "consent-1", deny_for({"HRESCH"}))) == "recorded");
    dataset::RegisterDataset command;
    command.id = "diabetes";
    command.title = "Diabetes cohort";
    command.terms.permissions = {{dataset::PermissionTerm::health_biomedical, {}}};
    command.jurisdiction = "DE";
    command.committee = {member_one.id, member_two.id, member_three.id, insider.id};
    command.votes_needed = 2;
    REQUIRE(world.code(world.operator_of("hospital-a"), command) == "registered");
    REQUIRE(world.code(world.operator_of("hospital-a"), dataset::AddMembers{"diabetes", patients}) == "members_added");
}

access::SubmitRequest Study::request(const std::string& id) const {
    access::SubmitRequest command;
    command.id = id;
    command.title = "Outcomes of care";
    command.study = "study-1";
    command.datasets = {"diabetes"};
    command.terms.purposes = {dataset::Use::health_biomedical};
    command.terms.months = 6;
    command.ethics_approval = "EK-7";
    command.country = "DE";
    return command;
}

access::CohortResult Study::cohort(const std::string& id) const { return {id, "diabetes", world.state.height(), consent::kRuleVersion, {}, {}}; }

access::CastVote Study::vote(bool approve, const std::string& id) const { return {id, "diabetes", approve, "scientific_merit", std::nullopt}; }

std::string Study::grant(const std::string& id) {
    REQUIRE(world.code(researcher, request(id)) == "submitted");
    REQUIRE(world.code(world.node_of("hospital-a"), cohort(id)) == "cohort_recorded");
    REQUIRE(world.code(member_one, vote(true, id)) == "vote_recorded");
    const auto decided = world.send(member_two, vote(true, id));
    REQUIRE(World::code_of(decided) == "granted");
    return detail_of<access::VoteDetail>(decided).grant.value();
}

access::RecordRelease Study::release(std::vector<Pseudonym> whom, const std::string& id) const { return {id, std::move(whom), {"Observation"}}; }

}  // namespace placet::tests

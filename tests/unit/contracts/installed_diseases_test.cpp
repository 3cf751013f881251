// The table of diseases on the ledger: staged once, voted for by digest, and decided by from the deciding vote on.
#include <catch2/catch.hpp>

#include "contracts/access/rules.hpp"
#include "contracts/dataset/installed_diseases.hpp"
#include "contracts/governance/commands.hpp"
#include "tests/unit/contracts/study.hpp"

namespace placet::tests {

namespace {

const std::string kTable = "mondo-test";

std::vector<dataset::DiseaseRow> rows() {
    return {{"DOID:9352", {"MONDO:type2"}},
            {"MONDO:asthma", {"MONDO:lung"}},
            {"MONDO:diabetes", {"MONDO:metabolic"}},
            {"MONDO:type2", {"MONDO:diabetes"}}};
}

crypto::Hash digest_of(const std::vector<dataset::DiseaseRow>& all) {
    crypto::Hash digest;
    for (const auto& row : all) digest = dataset::digest_after(digest, row);
    return digest;
}

void stage_all(World& world) {
    const auto staged = world.send(world.operator_of("hospital-a"), dataset::StageDiseases{kTable, 0, rows(), true});
    REQUIRE(World::code_of(staged) == "diseases_staged");
    const auto detail = detail_of<dataset::DiseasesDetail>(staged);
    CHECK(detail.rows == 4);
    CHECK(detail.digest == digest_of(rows()));
    CHECK(detail.closed);
}

void adopt(World& world, const std::string& id, const crypto::Hash& digest) {
    governance::Propose proposal;
    proposal.id = id;
    proposal.subject = governance::ProposalSubject::diseases;
    proposal.name = kTable;
    proposal.digest = digest;
    REQUIRE(world.code(world.enrol("admin-" + id + "@hospital-a", {governance::Role::node_admin}), proposal) == "proposed");
    std::string code;
    for (const char* one : {"hospital-a", "hospital-b", "university"}) {
        code = world.code(world.operator_of(one), governance::VoteOnProposal{id, true});
        if (code == "proposal_adopted") break;
    }
    REQUIRE(code == "proposal_adopted");
}

dataset::DuoDecision asked(Study& study, const std::string& id, const std::string& permitted, const std::string& disease) {
    dataset::RegisterDataset offer;
    offer.id = "of-" + id;
    offer.title = "For one disease";
    offer.terms.permissions = {{dataset::PermissionTerm::disease_specific, {permitted}}};
    offer.jurisdiction = "DE";
    offer.committee = {study.member_one.id};
    REQUIRE(study.world.code(study.world.operator_of("hospital-a"), offer) == "registered");
    access::SubmitRequest command = study.request(id);
    command.datasets = {offer.id};
    command.terms.purposes = {dataset::Use::disease_specific};
    command.terms.diseases = {disease};
    return detail_of<access::RequestDetail>(study.world.send(study.researcher, command)).datasets.at(0).duo;
}

}  // namespace

TEST_CASE("a narrower disease is approved from the vote for a table on, and denied before") {
    Study study;
    World& world = study.world;
    using dataset::DuoDecision;
    CHECK(asked(study, "r1", "MONDO:metabolic", "MONDO:type2") == DuoDecision::deny);
    stage_all(world);
    CHECK(asked(study, "r2", "MONDO:metabolic", "MONDO:type2") == DuoDecision::deny);
    adopt(world, "p1", digest_of(rows()));
    CHECK(asked(study, "r3", "MONDO:metabolic", "MONDO:type2") == DuoDecision::approve);
    CHECK(asked(study, "r4", "MONDO:metabolic", "DOID:9352") == DuoDecision::approve);
    CHECK(asked(study, "r5", "DOID:9352", "MONDO:type2") == DuoDecision::approve);
    CHECK(asked(study, "r6", "MONDO:type2", "MONDO:diabetes") == DuoDecision::deny);
    CHECK(asked(study, "r7", "MONDO:metabolic", "MONDO:asthma") == DuoDecision::deny);
    CHECK(asked(study, "r8", "MONDO:metabolic", "DOID:1") == DuoDecision::review);
}

TEST_CASE("a vote for another digest, or for a table that is not complete, changes nothing") {
    Study study;
    World& world = study.world;
    auto others = rows();
    others[1].parents = {"MONDO:metabolic"};
    SECTION("another digest") {
        stage_all(world);
        adopt(world, "p1", digest_of(others));
    }
    SECTION("not complete") {
        REQUIRE(world.code(world.operator_of("hospital-a"), dataset::StageDiseases{kTable, 0, rows(), false}) == "diseases_staged");
        adopt(world, "p1", digest_of(rows()));
    }
    CHECK(asked(study, "r1", "MONDO:metabolic", "MONDO:type2") == dataset::DuoDecision::deny);
}

TEST_CASE("rows come in order, from one hospital, and none after the last") {
    Study study;
    World& world = study.world;
    const Person& mine = world.operator_of("hospital-a");
    const auto all = rows();
    const std::vector<dataset::DiseaseRow> first(all.begin(), all.begin() + 2), second(all.begin() + 2, all.end());
    CHECK(world.code(mine, dataset::StageDiseases{kTable, 1, first, false}) == "sequence_gap");
    CHECK(world.code(mine, dataset::StageDiseases{kTable, 0, first, false}) == "diseases_staged");
    CHECK(world.code(mine, dataset::StageDiseases{kTable, 0, first, false}) == "sequence_gap");
    CHECK(world.code(mine, dataset::StageDiseases{kTable, 2, first, true}) == "invalid_command");
    CHECK(world.code(world.operator_of("hospital-b"), dataset::StageDiseases{kTable, 2, second, true}) == "not_own");
    CHECK(world.code(mine, dataset::StageDiseases{kTable, 2, second, true}) == "diseases_staged");
    CHECK(world.code(mine, dataset::StageDiseases{kTable, 4, {{"MONDO:z", {}}}, true}) == "table_closed");
}

TEST_CASE("a row of a table is one spelling, ascending, and a DOID disease has one Mondo name") {
    CHECK(dataset::check(dataset::DiseaseRow{"MONDO:0005148", {"MONDO:0005015"}}));
    CHECK_FALSE(dataset::check(dataset::DiseaseRow{"MONDO_0005148", {}}));
    CHECK_FALSE(dataset::check(dataset::DiseaseRow{"MONDO:1", {"mondo:2"}}));
    CHECK_FALSE(dataset::check(dataset::DiseaseRow{"MONDO:1", {"MONDO:3", "MONDO:2"}}));
    CHECK_FALSE(dataset::check(dataset::DiseaseRow{"MONDO:1", {"MONDO:2", "MONDO:2"}}));
    CHECK_FALSE(dataset::check(dataset::DiseaseRow{"DOID:1", {}}));
    CHECK_FALSE(dataset::check(dataset::DiseaseRow{"DOID:1", {"DOID:2"}}));
    CHECK_FALSE(dataset::check(dataset::StageDiseases{"t", 0, {}, true}));
    CHECK_FALSE(dataset::check(dataset::StageDiseases{"t", 0, {{"MONDO:2", {}}, {"MONDO:1", {}}}, true}));
}

TEST_CASE("a table from files has the rows that the ledger stages, and reads back as it was") {
    dataset::DiseaseTable table;
    REQUIRE(table.add_hierarchy("id,label,parents\nMONDO:2,two,MONDO:1\nMONDO:3,three,MONDO:2|MONDO:1\n"));
    REQUIRE(table.add_doid("doid,mondo\nDOID:7,MONDO:3\n"));
    const std::vector<dataset::DiseaseRow> expected = {
        {"DOID:7", {"MONDO:3"}}, {"MONDO:1", {}}, {"MONDO:2", {"MONDO:1"}}, {"MONDO:3", {"MONDO:1", "MONDO:2"}}};
    CHECK(table.rows() == expected);
    dataset::DiseaseTable again;
    for (const auto& row : expected) again.add_row(row.id, row.parents);
    CHECK(again.rows() == expected);
    CHECK(again.descends("MONDO:3", "MONDO:1"));
    CHECK(again.in_mondo("DOID:7") == "MONDO:3");
}

}  // namespace placet::tests

// One organisation, or one key, in the place of another: what a member tries with pseudonyms and keys that are not its own.
#include <catch2/catch.hpp>

#include "contracts/access/rows.hpp"
#include "tests/unit/contracts/study.hpp"

namespace placet::tests {

namespace {

/// A batch of one access to one pseudonym, ready to send.
Draft batch_about(const std::string& custodian, const Pseudonym& pseudonym, std::uint64_t sequence, base::TimeMs at) {
    const std::vector<access::AccessRow> rows = {{pseudonym, "staff-1", "TREAT", "Observation", "read", at, {}}};
    types::Part part;
    part.part_class = types::PartClass::rows;
    part.retention = types::RetentionClass::access_log;
    part.payload = access::encode_rows(rows);
    return draft(access::AccessBatch{custodian, sequence, at, at, 1, access::rows_root(rows)}, {types::encode(part)});
}

}  // namespace

TEST_CASE("a pseudonym of one custodian is never enrolled, recorded or released by another") {
    Study study;
    World& world = study.world;
    const Pseudonym foreign = World::pseudonym(900);
    world.enrol_patient("hospital-b", foreign);
    // Enrolled here as well, her sub-logs would mix both hospitals' rows, and her trail would be this hospital's to read.
    CHECK(world.code(world.operator_of("hospital-a"), consent::EnrolPatient{"hospital-a", foreign, {}, std::nullopt, std::nullopt}) == "already_exists");
    CHECK_FALSE(consent::find_patient(world.state, "hospital-a", foreign).value());

    CHECK(World::code_of(world.send(study.gateway, batch_about("hospital-a", foreign, 0, world.now()))) == "not_own");
    CHECK(world.last.events.at(0).appends.empty());
    CHECK(World::code_of(world.send(study.gateway, batch_about("hospital-a", study.patients[0], 0, world.now()))) == "batch_recorded");

    const std::string grant = study.grant();
    CHECK(world.code(study.gateway, study.release({foreign}, grant)) == "not_own");
    CHECK(world.last.events.at(0).appends.empty());
    CHECK(world.code(study.gateway, study.release({study.patients[0]}, grant)) == "released");
}

TEST_CASE("of two custodians that enrol one pseudonym in one block the first has it") {
    World world;
    const Pseudonym pseudonym = World::pseudonym(901);
    const auto enrol = [&](const std::string& custodian) {
        return world.sign(world.operator_of(custodian), draft(consent::EnrolPatient{custodian, pseudonym, {}, std::nullopt, std::nullopt}));
    };
    const auto block = world.block({enrol("hospital-b"), enrol("hospital-a")});
    REQUIRE(block.events.size() == 2);
    CHECK(block.events[0].outcome.code == "enrolled");
    CHECK(block.events[1].outcome.code == "already_exists");
}

TEST_CASE("an operator neither rotates nor revokes a patient's own key") {
    World world;
    const Pseudonym pseudonym = World::pseudonym(902);
    const Person& patient = world.enrol_patient("hospital-a", pseudonym);
    const Person& hospital = world.operator_of("hospital-a");
    const crypto::PublicKey operators_choice = World::key_named("chosen by the operator").public_key();
    CHECK(world.code(hospital, governance::RotateKey{patient.id, operators_choice, std::nullopt}) == "not_own");
    // Revoked, her key could be replaced without anybody vouching for its loss.
    CHECK(world.code(hospital, governance::RevokeActor{patient.id, "left"}) == "not_own");
    CHECK(world.code(hospital, consent::BindPatientKey{"hospital-a", pseudonym, operators_choice, std::nullopt, "renewed"}) == "not_own");
    CHECK(world.code(patient, governance::RotateKey{patient.id, World::key_named("her second").public_key(), std::nullopt}) == "rotated");
    const Person renewed{patient.id, World::key_named("her second")};
    CHECK(world.code(renewed, governance::RevokeActor{patient.id, "left"}) == "revoked");
}

TEST_CASE("a pseudonym that shares the half in a patient's id does not take her place") {
    World world;
    const Pseudonym hers = World::pseudonym(903);
    const Person& patient = world.enrol_patient("hospital-a", hers);
    Pseudonym twin = hers;
    twin.octets.back() ^= 1;
    REQUIRE(governance::patient_actor_id(twin, "hospital-a") == patient.id);
    const Person& hospital = world.operator_of("hospital-a");
    const crypto::PublicKey key = World::key_named("of the twin").public_key();
    CHECK(world.code(hospital, consent::EnrolPatient{"hospital-a", twin, {}, key, std::nullopt}) == "already_exists");
    CHECK(world.code(hospital, consent::EnrolPatient{"hospital-a", twin, {}, std::nullopt, std::nullopt}) == "enrolled");
    CHECK(world.code(hospital, consent::BindPatientKey{"hospital-a", twin, key, std::nullopt, "lost"}) == "already_exists");
    CHECK(governance::find_actor(world.state, patient.id).value()->subject == hers);
    CHECK(world.code(patient, governance::RevokeActor{patient.id, "left"}) == "revoked");  // her key still speaks
}

TEST_CASE("nobody but a regulator has regulators, and observers stand where a validator or a regulator is") {
    World world;
    const auto enrol = [&](const std::string& organisation, const std::vector<governance::Role>& roles) {
        const crypto::PublicKey key = World::key_named("auditor at " + organisation).public_key();
        return world.code(world.operator_of(organisation), governance::EnrolActor{"auditor@" + organisation, roles, key, std::nullopt, "Auditor"});
    };
    // A hospital that makes itself a regulator reads every other hospital's trails.
    CHECK(enrol("hospital-a", {governance::Role::regulator}) == "not_authorised");
    CHECK(enrol("hospital-a", {governance::Role::regulator, governance::Role::observer}) == "not_authorised");
    CHECK(enrol("hospital-a", {governance::Role::observer}) == "enrolled");
    CHECK(enrol("regulator", {governance::Role::regulator, governance::Role::observer}) == "enrolled");

    const Person& admin = world.enrol("admin@hospital-a", {governance::Role::node_admin});
    governance::Propose guest;
    guest.id = "admit-guest";
    guest.subject = governance::ProposalSubject::organisation;
    guest.name = "guest";
    guest.title = "A hospital without a validator";
    guest.kind = "hospital";
    guest.country = "DE";
    const Person operator_of_guest{"operator@guest", World::key_named("operator of guest")};
    guest.operator_key = operator_of_guest.key.public_key();
    REQUIRE(world.code(admin, guest) == "proposed");
    for (const std::string voter : {"hospital-a", "hospital-b", "hospital-c"})
        (void)world.code(world.operator_of(voter), governance::VoteOnProposal{guest.id, true});
    const auto guest_enrols = [&](governance::Role role) {
        const crypto::PublicKey key = World::key_named("auditor at guest").public_key();
        return world.code(operator_of_guest, governance::EnrolActor{"auditor@guest", {role}, key, std::nullopt, "Auditor"});
    };
    CHECK(guest_enrols(governance::Role::observer) == "not_authorised");
    CHECK(guest_enrols(governance::Role::regulator) == "not_authorised");
    CHECK(guest_enrols(governance::Role::clinician) == "enrolled");
}

TEST_CASE("a batch of accesses dated in the far future is not called late") {
    Study study;
    const auto outcome = study.world.send(study.gateway, batch_about("hospital-a", study.patients[0], 0, UINT64_MAX));
    REQUIRE(World::code_of(outcome) == "batch_recorded");
    CHECK_FALSE(detail_of<access::BatchDetail>(outcome).late);
}

}  // namespace placet::tests

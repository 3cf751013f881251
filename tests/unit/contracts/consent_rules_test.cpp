// Patients, keys, recording and withdrawing consents: every rule with its refusal.
#include <catch2/catch.hpp>

#include "tests/unit/contracts/study.hpp"

using namespace placet::tests;
namespace base = placet::base;
namespace consent = placet::contracts::consent;
namespace governance = placet::contracts::governance;
namespace state = placet::state;
namespace types = placet::types;
using placet::contracts::Pseudonym;

namespace {

const std::string kHospital = "hospital-a";

struct Ward {
    World world;
    Pseudonym pseudonym = World::pseudonym(1);
    const Person& patient = world.enrol_patient(kHospital, pseudonym);
    const Person& operator_ = world.operator_of(kHospital);

    Draft version(std::uint64_t number, const std::string& id = "c", const consent::Consent& what = permit_for({"HRESCH"})) {
        Draft out = world.record_draft(kHospital, pseudonym, id, what);
        auto command = placet::contracts::decode<consent::RecordConsent>(out.body).value();
        command.version = number;
        out.body = placet::contracts::encode(command);
        return out;
    }
    template <class Change>
    std::string record_changed(const Change& change) {
        Draft out = version(1);
        auto command = placet::contracts::decode<consent::RecordConsent>(out.body).value();
        change(command);
        out.body = placet::contracts::encode(command);
        return World::code_of(world.send(operator_, out));
    }
    std::string withdraw(const Person& sender, std::optional<std::string> id) {
        return world.code(sender, consent::WithdrawConsent{kHospital, pseudonym, std::move(id), "no_reason_given"});
    }
    consent::ConsentEntry entry(const std::string& id = "c") { return consent::find_consent(world.state, kHospital, pseudonym, id).value().value(); }
    std::size_t active() { return consent::active_consents(world.state, kHospital, pseudonym).value().consents.size(); }
};

}  // namespace

TEST_CASE("a consent is recorded by the patient's own key or by the operator as witness, and it is said which") {
    Ward ward;
    CHECK(World::code_of(ward.world.send(ward.patient, ward.version(1, "own"))) == "recorded");
    CHECK_FALSE(ward.entry("own").by_witness);
    CHECK(World::code_of(ward.world.send(ward.operator_, ward.version(1, "seen"))) == "recorded");
    CHECK(ward.entry("seen").by_witness);
    CHECK(ward.active() == 2);
    CHECK(World::code_of(ward.world.send(ward.world.operator_of("hospital-b"), ward.version(1, "x"))) == "not_own");
    const Person& other = ward.world.enrol_patient(kHospital, World::pseudonym(2));
    CHECK(World::code_of(ward.world.send(other, ward.version(1, "x"))) == "not_own");
}

TEST_CASE("each event of a patient's consents carries the active set after it") {
    Ward ward;
    ward.world.send(ward.operator_, ward.version(1, "a"));
    ward.world.send(ward.operator_, ward.version(1, "b"));
    const auto& appends = ward.world.last.events.at(0).appends;
    REQUIRE(appends.size() == 1);
    CHECK(appends[0].key == state::index_key(state::IndexKind::consent_of_patient, ward.pseudonym));
    REQUIRE(appends[0].active);
    CHECK(appends[0].active->count == 2);
    const auto before = appends[0].active->root;
    CHECK(ward.withdraw(ward.patient, "b") == "withdrawn");
    CHECK(ward.world.last.events[0].appends.at(0).active->count == 1);
    CHECK(ward.world.last.events[0].appends[0].active->root != before);
}

TEST_CASE("versions follow each other without a gap") {
    Ward ward;
    CHECK(World::code_of(ward.world.send(ward.operator_, ward.version(2))) == "version_conflict");
    CHECK(World::code_of(ward.world.send(ward.operator_, ward.version(1))) == "recorded");
    CHECK(World::code_of(ward.world.send(ward.operator_, ward.version(1))) == "version_conflict");
    CHECK(World::code_of(ward.world.send(ward.operator_, ward.version(2))) == "recorded");
    CHECK(ward.active() == 1);
    CHECK(ward.entry().version == 2);
}

TEST_CASE("a consent that names what it supersedes replaces it") {
    Ward ward;
    ward.world.send(ward.operator_, ward.version(1, "old"));
    CHECK(ward.record_changed([](auto& command) { command.supersedes = "unknown"; }) == "consent_unknown");
    CHECK(ward.record_changed([](auto& command) { command.supersedes = "old"; }) == "recorded");
    CHECK(ward.entry("old").status == consent::ConsentStatus::superseded);
    CHECK(ward.entry("old").superseded_by == "c");
    CHECK(ward.active() == 1);
}

TEST_CASE("withdrawing one leaves the others, withdrawing all leaves none, and a withdrawn one does not come back") {
    Ward ward;
    ward.world.send(ward.operator_, ward.version(1, "a"));
    ward.world.send(ward.operator_, ward.version(1, "b"));
    ward.world.send(ward.operator_, ward.version(1, "c"));
    CHECK(ward.withdraw(ward.patient, "a") == "withdrawn");
    CHECK(ward.active() == 2);
    CHECK(ward.withdraw(ward.patient, "a") == "consent_not_active");
    CHECK(ward.withdraw(ward.patient, "z") == "consent_unknown");
    CHECK(ward.withdraw(ward.operator_, std::nullopt) == "withdrawn");
    CHECK(ward.active() == 0);
    CHECK(ward.withdraw(ward.patient, std::nullopt) == "nothing_to_withdraw");
    CHECK(World::code_of(ward.world.send(ward.operator_, ward.version(2, "a"))) == "consent_was_withdrawn");
}

TEST_CASE("nobody but the patient or her custodian's operator withdraws") {
    Ward ward;
    ward.world.send(ward.operator_, ward.version(1));
    CHECK(ward.withdraw(ward.world.operator_of("hospital-b"), "c") == "not_own");
    CHECK(ward.withdraw(ward.world.enrol_patient(kHospital, World::pseudonym(2)), "c") == "not_own");
    CHECK(ward.withdraw(ward.world.enrol("gate@hospital-a", {governance::Role::gateway}), "c") == "not_authorised");
}

TEST_CASE("what is recorded must be what the document says") {
    Ward ward;
    using consent::RecordedStatus;
    CHECK(ward.record_changed([](auto& command) { command.status = RecordedStatus::inactive; }) == "status_mismatch");
    CHECK(ward.record_changed([](auto& command) { command.not_after_ms = command.not_before_ms; }) == "invalid_command");
    consent::Consent dated = permit_for({"HRESCH"});
    dated.date_time_ms = 1000;
    Draft early = ward.version(1, "c", dated);
    auto command = placet::contracts::decode<consent::RecordConsent>(early.body).value();
    command.not_before_ms = 999;
    early.body = placet::contracts::encode(command);
    CHECK(World::code_of(ward.world.send(ward.operator_, early)) == "validity_mismatch");
    CHECK(ward.record_changed([](auto& other) { other.pseudonym = World::pseudonym(9); }) == "patient_unknown");
}

TEST_CASE("parts must be of the right class, person and shape") {
    Ward ward;
    Draft good = ward.version(1);
    types::Part part = types::decode_part(good.parts[0]).value();
    const auto with = [&](const types::Part& other) {
        Draft out = good;
        out.parts = {types::encode(other)};
        return World::code_of(ward.world.send(ward.operator_, out));
    };
    types::Part wrong = part;
    wrong.pseudonym = World::pseudonym(2);
    CHECK(with(wrong) == "part_unfit");
    wrong = part;
    wrong.part_class = types::PartClass::document;
    CHECK(with(wrong) == "part_unfit");
    wrong = part;
    wrong.payload = {0x01};
    CHECK(with(wrong) == "consent_unreadable");
    Draft none = good;
    none.parts.clear();
    CHECK(World::code_of(ward.world.send(ward.operator_, none)) == "invalid_command");
    CHECK(with(part) == "recorded");
}

TEST_CASE("a patient holds at most thirty-two active consents, and expired ones make room") {
    Ward ward;
    for (std::size_t i = 0; i < consent::kMaxActiveConsents; ++i)
        REQUIRE(World::code_of(ward.world.send(ward.operator_, ward.version(1, "c" + std::to_string(i)))) == "recorded");
    CHECK(World::code_of(ward.world.send(ward.operator_, ward.version(1, "more"))) == "too_many_consents");
}

TEST_CASE("pseudonyms are enrolled once, by their own custodian, with keys that nobody else has") {
    Ward ward;
    const auto enrol = [&](std::uint64_t number, const Person& sender, const std::string& key) {
        return ward.world.code(sender, consent::EnrolPatient{kHospital, World::pseudonym(number), {}, World::key_named(key).public_key(), std::nullopt});
    };
    CHECK(enrol(1, ward.operator_, "new") == "already_exists");
    CHECK(enrol(2, ward.world.operator_of("hospital-b"), "new") == "not_own");
    CHECK(enrol(2, ward.operator_, ward.patient.id) == "key_in_use");
    CHECK(enrol(2, ward.operator_, "new") == "enrolled");
}

TEST_CASE("a patient's key is replaced by herself, or by the operator as witness of its loss") {
    Ward ward;
    const auto bind = [&](const Person& sender, const std::string& key, const std::string& reason) {
        return ward.world.code(sender, consent::BindPatientKey{kHospital, ward.pseudonym, World::key_named(key).public_key(), std::nullopt, reason});
    };
    CHECK(bind(ward.operator_, "second", "renewed") == "not_own");
    CHECK(bind(ward.patient, "second", "renewed") == "key_bound");
    CHECK(bind(ward.patient, "third", "renewed") == "sender_revoked");
    CHECK(bind(ward.operator_, "third", "lost") == "key_bound");
    CHECK(bind(ward.operator_, "second", "lost") == "key_in_use");
}

TEST_CASE("membership needs an enrolled patient of the dataset's own custodian") {
    Study study;
    namespace dataset = placet::contracts::dataset;
    const Person& custodian = study.world.operator_of(kHospital);
    CHECK(study.world.code(custodian, dataset::AddMembers{"diabetes", {World::pseudonym(50)}}) == "patient_unknown");
    CHECK(study.world.code(study.world.operator_of("hospital-b"), dataset::AddMembers{"diabetes", {study.patients[0]}}) == "not_own");
    const auto again = study.world.send(custodian, dataset::AddMembers{"diabetes", study.patients});
    CHECK(detail_of<dataset::MembersDetail>(again) == dataset::MembersDetail{0, 3});
    const auto removed = study.world.send(custodian, dataset::RemoveMembers{"diabetes", {study.patients[0]}});
    CHECK(detail_of<dataset::MembersDetail>(removed) == dataset::MembersDetail{1, 2});
    CHECK_FALSE(dataset::is_member(study.world.state, "diabetes", study.patients[0]).value());
}

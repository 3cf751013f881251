// Requests, votes, grants, releases, batches, reads, withdrawals: every rule with its refusal.
#include <catch2/catch.hpp>

#include <algorithm>

#include "contracts/access/rows.hpp"
#include "contracts/access/rules.hpp"
#include "contracts/consent/purpose.hpp"
#include "tests/unit/contracts/study.hpp"

namespace placet::tests {

using contracts::governance::Role;

namespace {

bool appended(const state::ExecutedBlock& block, const state::IndexKey& key) {
    return std::ranges::any_of(block.events.at(0).appends, [&](const auto& one) { return one.key == key; });
}

access::AccessRow row(std::uint64_t number, base::TimeMs at) {
    return {World::pseudonym(number % 3), "staff-1", "TREAT", "Observation", "read", at, crypto::sha256(base::as_bytes(std::to_string(number)))};
}

struct BuiltBatch {
    access::AccessBatch command;
    base::Bytes part;
};

BuiltBatch batch_of(std::vector<access::AccessRow> rows, std::uint64_t sequence) {
    types::Part part;
    part.part_class = types::PartClass::rows;
    part.retention = types::RetentionClass::access_log;
    part.payload = access::encode_rows(rows);
    const auto [first, last] = std::ranges::minmax_element(rows, {}, &access::AccessRow::occurred_at_ms);
    return {{"hospital-a", sequence, first->occurred_at_ms, last->occurred_at_ms, rows.size(), access::rows_root(rows)}, types::encode(part)};
}

}  // namespace

TEST_CASE("the story: asked, evaluated, voted, granted, released by each patient's own consent, withdrawn, refused") {
    Study study;
    World& world = study.world;
    CHECK(study.grant() == access::grant_id("req-1", 0));
    const auto released = world.send(study.gateway, study.release(study.patients));
    REQUIRE(World::code_of(released) == "released");
    const auto detail = detail_of<access::ReleaseDetail>(released);
    REQUIRE(detail.answers.size() == 3);
    CHECK(detail.answers[0].code == "permit");
    CHECK(detail.answers[1].code == "consent_denies");
    CHECK(detail.answers[2].code == "consent_missing");
    for (const Pseudonym& one : study.patients) CHECK(appended(world.last, state::index_key(state::IndexKind::access_of_patient, one)));
    CHECK(appended(world.last, state::index_key(state::IndexKind::access_by_actor, study.researcher.id)));
    CHECK(appended(world.last, state::index_key(state::IndexKind::access_of_dataset, "diabetes")));
    CHECK(appended(world.last, state::index_key(state::IndexKind::access_at_custodian, "hospital-a")));

    const Person& patient = world.person(contracts::governance::patient_actor_id(study.patients[0], "hospital-a"));
    const auto withdrawn = world.send(patient, consent::WithdrawConsent{"hospital-a", study.patients[0], std::nullopt, "no_reason_given"});
    REQUIRE(World::code_of(withdrawn) == "withdrawn");
    const auto effect = detail_of<consent::WithdrawalDetail>(withdrawn);
    CHECK(effect.consents == std::vector<std::string>{"consent-1"});
    CHECK(effect.datasets == std::vector<std::string>{"diabetes"});
    REQUIRE(effect.grants.size() == 1);
    CHECK(effect.grants[0] == consent::AffectedGrant{"req-1.g0", study.researcher.id, "diabetes", true});

    const auto refused = world.send(study.gateway, study.release({study.patients[0]}));
    REQUIRE(World::code_of(refused) == "release_refused");
    CHECK_FALSE(refused->accepted);
    CHECK(detail_of<access::ReleaseDetail>(refused).answers[0].code == "consent_withdrawn");
    CHECK(appended(world.last, state::index_key(state::IndexKind::access_of_patient, study.patients[0])));

    CHECK(world.code(study.researcher, access::AcknowledgeWithdrawal{"req-1.g0", study.patients[0]}) == "acknowledged");
    CHECK(world.code(study.researcher, access::AcknowledgeWithdrawal{"req-1.g0", study.patients[1]}) == "withdrawal_unknown");
}

TEST_CASE("the cohort counts every answer, and says nothing exact under ten") {
    Study study;
    World& world = study.world;
    for (std::uint64_t i = 10; i < 26; ++i) {
        world.enrol_patient("hospital-a", World::pseudonym(i));
        REQUIRE(World::code_of(world.record("hospital-a", World::pseudonym(i), "c", permit_for({"HRESCH"}))) == "recorded");
        REQUIRE(world.code(world.operator_of("hospital-a"), dataset::AddMembers{"diabetes", {World::pseudonym(i)}}) == "members_added");
    }
    REQUIRE(world.code(study.researcher, study.request()) == "submitted");
    const auto request = access::find_request(world.state, "req-1").value().value();
    const auto cohort = access::evaluate_cohort(world.state, request, "diabetes");
    REQUIRE(cohort);
    CHECK(cohort->members == 19);
    CHECK(cohort->eligible.size() == 17);
    CHECK(std::ranges::is_sorted(cohort->eligible));
    CHECK(cohort->counts == access::CohortCounts{20, 20, std::nullopt, std::nullopt, std::nullopt});
    CHECK(access::told_count(9) == std::nullopt);
    CHECK(access::told_count(14) == 10);
    CHECK(access::told_count(15) == 20);
}

TEST_CASE("a cohort is never evaluated over a consent whose codes are missing here") {
    Study study;
    REQUIRE(study.world.code(study.researcher, study.request()) == "submitted");
    study.world.state.parts.clear();
    const auto request = access::find_request(study.world.state, "req-1").value().value();
    const auto cohort = access::evaluate_cohort(study.world.state, request, "diabetes");
    REQUIRE_FALSE(cohort);
    CHECK(cohort.error().code == base::ErrorCode::unavailable);
}

TEST_CASE("terms that deny every dataset refuse the request, keep it, and say what to change") {
    Study study;
    auto command = study.request();
    command.terms.purposes = {dataset::Use::general_research};
    const auto outcome = study.world.send(study.researcher, command);
    REQUIRE(World::code_of(outcome) == "duo_denied");
    const auto detail = detail_of<access::RequestDetail>(outcome);
    CHECK(detail.datasets.at(0).reasons.at(0).code == "duo_purpose_not_permitted");
    CHECK(access::find_request(study.world.state, "req-1").value().value().state() == access::RequestState::refused);
    CHECK(study.world.code(study.member_one, study.vote(true)) == "request_decided");
}

TEST_CASE("a dataset for named users, institutions and studies asks who signed, not what is said") {
    Study study;
    World& world = study.world;
    const Person& other = world.enrol("moss@university", {Role::researcher});
    const auto duo_of = [&](const Person& researcher, const std::string& id, const dataset::Modifier& modifier) {
        dataset::RegisterDataset offer;
        offer.id = "only-" + id;
        offer.title = "For some only";
        offer.terms.permissions = {{dataset::PermissionTerm::health_biomedical, {}}};
        offer.terms.modifiers = {modifier};
        offer.jurisdiction = "DE";
        offer.committee = {study.member_one.id};
        if (world.code(world.operator_of("hospital-a"), offer) != "registered") FAIL("not registered");
        access::SubmitRequest command = study.request(id);
        command.datasets = {offer.id};
        return detail_of<access::RequestDetail>(world.send(researcher, command)).datasets.at(0).duo;
    };
    using dataset::DuoDecision;
    CHECK(duo_of(study.researcher, "r1", {"US", {}, {"hill@university"}}) == DuoDecision::approve);
    CHECK(duo_of(other, "r2", {"US", {}, {"hill@university"}}) == DuoDecision::deny);
    CHECK(duo_of(other, "r3", {"IS", {}, {"university"}}) == DuoDecision::approve);
    CHECK(duo_of(other, "r4", {"IS", {}, {"hospital-a"}}) == DuoDecision::deny);
    CHECK(duo_of(other, "r5", {"PS", {}, {"study-1"}}) == DuoDecision::approve);
    CHECK(duo_of(other, "r6", {"GS", {}, {"AT", "DE"}}) == DuoDecision::approve);
    CHECK(duo_of(other, "r7", {"GS", {}, {"AT"}}) == DuoDecision::deny);
    CHECK(duo_of(other, "r8", {"US", {}, {}}) == DuoDecision::review);
}

TEST_CASE("a purpose beyond what the DUO purposes mean does not get in") {
    Study study;
    auto command = study.request();
    command.purposes = {consent::act_reason("HMARKT")};
    CHECK(study.world.code(study.researcher, command) == "invalid_command");
    command.purposes = {consent::act_reason("CLINTRCHPC")};
    CHECK(study.world.code(study.researcher, command) == "submitted");
    command.purposes = {Coding{std::string(contracts::systems::kModelUse), "TRAIN"}};
    CHECK(access::purposes_asked(command)->size() == 6);
    command.purposes.clear();
    command.terms.commercial = dataset::Stated::yes;
    CHECK(access::purposes_asked(command)->back() == consent::act_reason("HMARKT"));
}

TEST_CASE("requests: unknown dataset, taken id, expired ethics, own committee") {
    Study study;
    auto command = study.request();
    command.datasets = {"nothing"};
    CHECK(study.world.code(study.researcher, command) == "dataset_unknown");
    command = study.request();
    command.ethics_expires_ms = study.world.now();
    CHECK(study.world.code(study.researcher, command) == "ethics_expired");
    CHECK(study.world.code(study.researcher, study.request()) == "submitted");
    CHECK(study.world.code(study.researcher, study.request()) == "already_exists");
    const Person& both = study.world.enrol("both@hospital-b", {Role::researcher, Role::dac});
    dataset::RegisterDataset hers;
    hers.id = "hers";
    hers.title = "Hers";
    hers.jurisdiction = "DE";
    hers.committee = {both.id};
    REQUIRE(study.world.code(study.world.operator_of("hospital-b"), hers) == "registered");
    command = study.request("req-2");
    command.datasets = {"hers"};
    CHECK(study.world.code(both, command) == "researcher_on_committee");
}

TEST_CASE("a committee member with a conflict of interest is refused by receipt") {
    Study study;
    auto command = study.request();
    command.study_members = {study.member_three.id};
    REQUIRE(study.world.code(study.researcher, command) == "submitted");
    REQUIRE(study.world.code(study.world.node_of("hospital-a"), study.cohort()) == "cohort_recorded");
    const auto same_house = study.world.send(study.insider, study.vote(true));
    CHECK(World::code_of(same_house) == "conflict_of_interest");
    CHECK(detail_of<RefusalDetail>(same_house).reasons.at(0).text.find("own organisation") != std::string::npos);
    CHECK(study.world.code(study.member_three, study.vote(true)) == "conflict_of_interest");
    CHECK(study.world.code(study.member_one, access::DeclareConflict{"req-1", "co_author"}) == "conflict_declared");
    CHECK(study.world.code(study.member_one, study.vote(true)) == "conflict_of_interest");
}

TEST_CASE("votes wait for the cohort, count once, and only of the committee") {
    Study study;
    REQUIRE(study.world.code(study.researcher, study.request()) == "submitted");
    CHECK(study.world.code(study.member_one, study.vote(true)) == "cohort_pending");
    CHECK(study.world.code(study.world.node_of("hospital-b"), study.cohort()) == "not_own");
    auto ahead = study.cohort();
    ahead.height += 5;
    CHECK(study.world.code(study.world.node_of("hospital-a"), ahead) == "invalid_command");
    CHECK(study.world.code(study.world.node_of("hospital-a"), study.cohort()) == "cohort_recorded");
    CHECK(study.world.code(study.world.node_of("hospital-a"), study.cohort()) == "cohort_known");
    const Person& stranger = study.world.enrol("dac-9@hospital-c", {Role::dac});
    CHECK(study.world.code(stranger, study.vote(true)) == "not_on_committee");
    CHECK(study.world.code(study.member_one, study.vote(true)) == "vote_recorded");
    CHECK(study.world.code(study.member_one, study.vote(true)) == "already_voted");
}

TEST_CASE("a request is refused as soon as approval can no longer be reached") {
    Study study;  // two approvals needed; four members, one of them in conflict
    REQUIRE(study.world.code(study.researcher, study.request()) == "submitted");
    REQUIRE(study.world.code(study.world.node_of("hospital-a"), study.cohort()) == "cohort_recorded");
    CHECK(study.world.code(study.member_one, study.vote(false)) == "vote_recorded");
    CHECK(study.world.code(study.member_two, study.vote(false)) == "request_refused");
    CHECK(study.world.code(study.member_three, study.vote(true)) == "request_decided");
    CHECK(study.world.code(study.researcher, access::WithdrawRequest{"req-1"}) == "request_decided");
}

TEST_CASE("a grant ends at the shortest of months asked, the dataset's limit and the ethics approval") {
    access::Request request;
    access::DatasetDecision decision;
    CHECK(access::grant_expiry(request, decision, 0, 12) == 12 * access::kMonthMs);
    request.asked.terms.months = 9;
    CHECK(access::grant_expiry(request, decision, 0, 12) == 9 * access::kMonthMs);
    decision.months_limit = 6;
    CHECK(access::grant_expiry(request, decision, 0, 12) == 6 * access::kMonthMs);
    request.asked.ethics_expires_ms = access::kMonthMs;
    CHECK(access::grant_expiry(request, decision, 0, 12) == access::kMonthMs);
}

TEST_CASE("releases need a live grant, the custodian's own gateway and members") {
    Study study;
    study.grant();
    const Person& other = study.world.enrol("gateway@hospital-b", {Role::gateway});
    CHECK(study.world.code(other, study.release({study.patients[0]})) == "not_own");
    CHECK(study.world.code(study.gateway, study.release({study.patients[0]}, "req-9.g0")) == "grant_unknown");
    const auto stranger = study.world.send(study.gateway, study.release({World::pseudonym(99)}));
    CHECK(detail_of<access::ReleaseDetail>(stranger).answers[0].code == "not_a_member");
    CHECK(study.world.code(study.gateway, study.release({study.patients[1], study.patients[0]})) == "invalid_command");
    study.world.pass(7 * access::kMonthMs);
    CHECK(study.world.code(study.gateway, study.release({study.patients[0]})) == "grant_expired");
    CHECK(appended(study.world.last, state::index_key(state::IndexKind::access_of_patient, study.patients[0])));
}

TEST_CASE("a closed or revoked grant, and a revoked researcher, stop releases") {
    Study study;
    study.grant("req-1");
    study.grant("req-2");
    study.grant("req-3");
    CHECK(study.world.code(study.researcher, access::CloseGrant{"req-1.g0", "study_finished"}) == "grant_closed");
    CHECK(study.world.code(study.researcher, access::CloseGrant{"req-1.g0", "study_finished"}) == "grant_ended");
    CHECK(study.world.code(study.gateway, study.release({study.patients[0]}, "req-1.g0")) == "grant_ended");
    CHECK(study.world.code(study.member_one, access::CloseGrant{"req-2.g0", "misuse"}) == "grant_closed");
    CHECK(access::find_grant(study.world.state, "req-2.g0").value()->status == access::GrantStatus::revoked);
    CHECK(study.world.code(study.world.operator_of("hospital-b"), access::CloseGrant{"req-3.g0", "misuse"}) == "not_own");
    REQUIRE(study.world.code(study.world.operator_of("university"), contracts::governance::RevokeActor{study.researcher.id, "left"}) == "revoked");
    CHECK(study.world.code(study.gateway, study.release({study.patients[0]}, "req-3.g0")) == "actor_revoked");
}

TEST_CASE("a consent that expires at the block's own time no longer permits") {
    Study study;
    study.grant();
    const base::TimeMs end = study.world.now() + 3000;
    auto draft_of_consent = study.world.record_draft("hospital-a", study.patients[2], "short", permit_for({"HRESCH"}));
    auto command = contracts::decode<consent::RecordConsent>(draft_of_consent.body).value();
    command.not_after_ms = end;
    draft_of_consent.body = contracts::encode(command);
    REQUIRE(World::code_of(study.world.send(study.world.operator_of("hospital-a"), draft_of_consent)) == "recorded");  // end − 2000
    CHECK(study.world.code(study.gateway, study.release({study.patients[2]})) == "released");                           // end − 1000
    CHECK(study.world.code(study.gateway, study.release({study.patients[2]})) == "release_refused");                    // end
    CHECK(study.world.now() == end);
}

TEST_CASE("a batch stands under every patient, in sequence, with exactly its rows") {
    Study study;
    std::vector<access::AccessRow> rows;
    for (std::uint64_t i = 0; i < 1000; ++i) rows.push_back(row(i, study.world.now() - 1000 + i));
    const auto good = batch_of(rows, 0);
    CHECK(World::code_of(study.world.send(study.gateway, draft(batch_of(rows, 1).command, {good.part}))) == "sequence_gap");
    auto wrong = good.command;
    wrong.rows_root = {};
    CHECK(World::code_of(study.world.send(study.gateway, draft(wrong, {good.part}))) == "rows_mismatch");
    const auto outcome = study.world.send(study.gateway, draft(good.command, {good.part}));
    REQUIRE(World::code_of(outcome) == "batch_recorded");
    CHECK_FALSE(detail_of<access::BatchDetail>(outcome).late);
    CHECK(study.world.last.events[0].appends.size() == 1001);
    CHECK(access::batch_head(study.world.state, "hospital-a").value().rows == 1000);
    const auto late = batch_of({row(1, study.world.now() - 25 * 3'600'000)}, 1);
    CHECK(detail_of<access::BatchDetail>(study.world.send(study.gateway, draft(late.command, {late.part}))).late);
    const Person& other = study.world.enrol("gateway@hospital-b", {Role::gateway});
    CHECK(World::code_of(study.world.send(other, draft(late.command, {late.part}))) == "not_own");
}

TEST_CASE("reads are recorded by nodes in sequence and stand under the patient") {
    Study study;
    access::RecordReads command{0, {{"inspector@regulator", access::ReadSubject::patient_trail, study.patients[0], "", study.world.now(), 3}}};
    CHECK(study.world.code(study.world.node_of("hospital-a"), command) == "reads_recorded");
    CHECK(appended(study.world.last, state::index_key(state::IndexKind::trail_read_of_patient, study.patients[0])));
    CHECK(study.world.code(study.world.node_of("hospital-a"), command) == "sequence_gap");
    CHECK(study.world.code(study.world.node_of("hospital-b"), command) == "reads_recorded");
}

}  // namespace placet::tests

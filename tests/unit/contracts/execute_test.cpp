// Blocks: order, duplicates, expiry, `after`, determinism, forgetting of ids, missing parts.
#include <catch2/catch.hpp>

#include <algorithm>

#include "contracts/governance/commands.hpp"
#include "tests/support/prng.hpp"
#include "tests/unit/contracts/study.hpp"

using namespace placet::tests;
namespace base = placet::base;
namespace consent = placet::contracts::consent;
namespace governance = placet::contracts::governance;
namespace runtime = placet::contracts::runtime;
namespace state = placet::state;
namespace types = placet::types;
using governance::Role;
using placet::contracts::decode;

namespace {

types::TransactionId id_of(const World& world, const types::Submission& submission) {
    return types::decode_transaction(submission.transaction, world.genesis_hash).value().id;
}

std::vector<std::string> codes(const state::ExecutedBlock& block) {
    std::vector<std::string> out;
    for (const auto& event : block.events) out.push_back(event.outcome.code);
    return out;
}

governance::EnrolActor enrolment(const std::string& id) { return {id, {Role::dac}, World::key_named(id).public_key(), std::nullopt, ""}; }

bool is_one_item(const base::Bytes& body) {
    base::cbor::Reader reader(body);
    reader.item("body");
    return reader.finish().has_value();
}

runtime::OrderedBlock ordered_after(const World& world, std::vector<types::Submission> submissions) {
    runtime::OrderedBlock out;
    out.height = world.state.height() + 1;
    out.previous_block_time_ms = world.now();
    out.proposal = types::Proposal{world.now() + 1000, std::move(submissions)};
    return out;
}

}  // namespace

TEST_CASE("block time is the later of the proposal's and one millisecond after the last") {
    runtime::OrderedBlock block;
    block.previous_block_time_ms = 100;
    CHECK(runtime::block_time(block) == 101);
    block.proposal = types::Proposal{50, {}};
    CHECK(runtime::block_time(block) == 101);
    block.proposal->time_ms = 500;
    CHECK(runtime::block_time(block) == 500);
}

TEST_CASE("the same block over the same state gives the same bytes") {
    Study study;
    study.grant();
    std::vector<types::Submission> submissions;
    submissions.push_back(study.world.sign(study.gateway, draft(study.release(study.patients))));
    submissions.push_back(study.world.sign(study.researcher, draft(study.request("req-2"))));
    submissions.push_back(study.world.sign(study.world.operator_of("hospital-a"), draft(enrolment("new@hospital-a"))));
    submissions.push_back(study.world.sign(study.world.operator_of("hospital-a"),
                                           study.world.record_draft("hospital-a", study.patients[2], "late", permit_for({"HRESCH"}))));
    const auto block = ordered_after(study.world, submissions);
    const auto once = runtime::execute(block, {study.world.genesis_hash, study.world.state, {}});
    const auto twice = runtime::execute(block, {study.world.genesis_hash, study.world.state, [](const auto&) { return true; }});
    REQUIRE(once);
    CHECK(once->events.size() == 4);
    CHECK(*once == *twice);
}

TEST_CASE("a withdrawal in a block takes effect before a release that was proposed earlier") {
    Study study;
    study.grant();
    const Person& patient = study.world.person(governance::patient_actor_id(study.patients[0], "hospital-a"));
    const auto release = study.world.sign(study.gateway, draft(study.release({study.patients[0]})));
    const auto withdrawal =
        study.world.sign(patient, draft(consent::WithdrawConsent{"hospital-a", study.patients[0], std::nullopt, "no_reason_given"}));
    CHECK(codes(study.world.block({release, withdrawal})) == std::vector<std::string>{"withdrawn", "release_refused"});
}

TEST_CASE("a revocation in a block silences what the actor sent in the same block") {
    World world;
    const Person& person = world.enrol("x@hospital-a", {Role::hospital_operator});
    const auto late = world.sign(person, draft(enrolment("y@hospital-a")));
    const auto revocation = world.sign(world.operator_of("hospital-a"), draft(governance::RevokeActor{person.id, "key_compromised"}));
    CHECK(codes(world.block({late, revocation})) == std::vector<std::string>{"revoked", "sender_revoked"});
}

TEST_CASE("a withdrawal comes directly after what it names, wherever that was proposed") {
    World world;
    const auto pseudonym = World::pseudonym(1);
    const Person& patient = world.enrol_patient("hospital-a", pseudonym);
    const auto first = world.sign(world.operator_of("hospital-a"), draft(enrolment("a@hospital-a")));
    const auto consent_given = world.sign(patient, world.record_draft("hospital-a", pseudonym, "c", permit_for({"HRESCH"})));
    Draft withdrawal = draft(consent::WithdrawConsent{"hospital-a", pseudonym, "c", "no_reason_given"});
    withdrawal.after = id_of(world, consent_given);
    const auto withdrawn = world.sign(patient, withdrawal);
    CHECK(codes(world.block({first, withdrawn, consent_given})) == std::vector<std::string>{"recorded", "withdrawn", "enrolled"});
}

TEST_CASE("a transaction whose predecessor has not executed, or is another's, is refused by receipt") {
    World world;
    const Person& sender = world.operator_of("hospital-a");
    const auto first = world.sign(sender, draft(enrolment("a@hospital-a")));
    Draft second = draft(enrolment("b@hospital-a"));
    second.after = id_of(world, first);
    const auto follower = world.sign(sender, second);
    CHECK(codes(world.block({follower})) == std::vector<std::string>{"after_not_executed"});
    const auto again = world.sign(sender, second);
    CHECK(codes(world.block({first, again})) == std::vector<std::string>{"enrolled", "enrolled"});
    Draft foreign = draft(enrolment("c@hospital-b"));
    foreign.after = id_of(world, first);
    CHECK(World::code_of(world.send(world.operator_of("hospital-b"), foreign)) == "after_not_executed");
}

TEST_CASE("a duplicate has no event, in the same block or later, success or refusal") {
    World world;
    const auto good = world.sign(world.operator_of("hospital-a"), draft(enrolment("a@hospital-a")));
    const auto bad = world.sign(world.operator_of("hospital-a"), draft(enrolment("a@hospital-b")));
    CHECK(codes(world.block({good, bad, good, bad})) == std::vector<std::string>{"enrolled", "not_own"});
    CHECK(world.block({good, bad}).events.empty());
    CHECK(runtime::is_executed(world.state, id_of(world, good)).value());
}

TEST_CASE("an expired transaction has no event, at its last millisecond it has") {
    World world;
    Draft last_moment = draft(enrolment("a@hospital-a"));
    last_moment.expires_at_ms = world.now() + 1000;  // blocks are a second apart here
    Draft gone = draft(enrolment("b@hospital-a"));
    gone.expires_at_ms = world.now() + 999;
    Draft far = draft(enrolment("c@hospital-a"));
    far.expires_at_ms = world.now() + 1000 + types::kMaxLifeMs + runtime::kExpiryToleranceMs + 1;
    const Person& sender = world.operator_of("hospital-a");
    CHECK(world.block({world.sign(sender, last_moment), world.sign(sender, gone), world.sign(sender, far)}).events.size() == 1);
}

TEST_CASE("a forged signature has no event") {
    World world;
    auto submission = world.sign(world.operator_of("hospital-a"), draft(enrolment("a@hospital-a")));
    submission.transaction.back() ^= 1;
    CHECK(world.block({submission}).events.empty());
}

TEST_CASE("executed ids are forgotten after they expire, and the state returns to its size") {
    World world;
    const auto submission = world.sign(world.operator_of("hospital-a"), draft(enrolment("a@hospital-a")));
    world.block({submission});
    const std::size_t with_id = world.state.entries.size();
    world.block({});
    CHECK(world.state.entries.size() == with_id);
    world.pass(types::kMaxLifeMs);
    world.block({});
    CHECK_FALSE(runtime::is_executed(world.state, id_of(world, submission)).value());
    CHECK(world.state.entries.size() == with_id - 1);  // id and list gone, cursor written
    CHECK(world.block({submission}).events.empty());    // it has expired, so it cannot come back
}

TEST_CASE("empty blocks write nothing but the cursor and recent log roots, rarely") {
    World world;
    std::size_t writes = 0;
    for (int i = 0; i < 200; ++i) writes += world.block({}).closing_writes.size();
    CHECK(writes == 3 + 200 / 16);
    runtime::OrderedBlock null_request;
    null_request.height = world.state.height() + 1;
    null_request.previous_block_time_ms = world.now();
    const auto executed = runtime::execute(null_request, {world.genesis_hash, world.state, {}});
    REQUIRE(executed);
    CHECK(executed->events.empty());
    CHECK(executed->block_time_ms == world.now() + 1);
}

TEST_CASE("an erasable part that is missing here and not marked erased stops execution, it is never taken as absent") {
    Study study;
    study.grant();
    study.world.state.parts.clear();
    const auto block = ordered_after(study.world, {study.world.sign(study.gateway, draft(study.release({study.patients[0]})))});
    const auto executed = runtime::execute(block, {study.world.genesis_hash, study.world.state, {}});
    REQUIRE_FALSE(executed);
    CHECK(executed.error().code == base::ErrorCode::unavailable);
    CHECK(executed.error().field.size() == 64);
}

TEST_CASE("a consent and a release that needs it may stand in one block") {
    Study study;
    study.grant();
    const auto given = study.world.sign(study.world.operator_of("hospital-a"),
                                        study.world.record_draft("hospital-a", study.patients[2], "fresh", permit_for({"HRESCH"})));
    const auto release = study.world.sign(study.gateway, draft(study.release({study.patients[2]})));
    CHECK(codes(study.world.block({given, release})) == std::vector<std::string>{"recorded", "released"});
}

TEST_CASE("no garbage as body, kind or part makes execution fail or two nodes differ") {
    Study study;
    study.grant();
    Prng prng(8);
    const std::vector<Draft> seeds = {draft(study.release(study.patients)), draft(study.request("req-7")), draft(study.vote(true)),
                                      study.world.record_draft("hospital-a", study.patients[0], "x", permit_for({"HRESCH"}))};
    const std::vector<const Person*> people = {&study.gateway, &study.researcher, &study.member_three, &study.world.operator_of("hospital-a")};
    for (int run = 0; run < 600; ++run) {
        const std::size_t which = static_cast<std::size_t>(prng.below(seeds.size()));
        Draft broken = seeds[which];
        broken.body = mutated(broken.body, prng);
        if (!is_one_item(broken.body)) continue;  // could not be signed at all
        if (!broken.parts.empty() && prng.below(2) == 0) broken.parts[0] = mutated(broken.parts[0], prng);
        const auto block = ordered_after(study.world, {study.world.sign(*people[which], broken)});
        const auto once = runtime::execute(block, {study.world.genesis_hash, study.world.state, {}});
        REQUIRE(once);
        CHECK(*once == *runtime::execute(block, {study.world.genesis_hash, study.world.state, {}}));
    }
}

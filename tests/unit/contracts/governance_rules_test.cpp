// Roles, actors, keys, policies, proposals; and who may send what, cell by cell.
#include <catch2/catch.hpp>

#include <algorithm>
#include <array>
#include <map>

#include "contracts/governance/authority.hpp"
#include "contracts/governance/commands.hpp"
#include "tests/unit/contracts/world.hpp"

using namespace placet::tests;
using namespace placet::contracts::governance;
using placet::contracts::all_command_kinds;
using placet::contracts::CommandKind;
using Roles = std::vector<Role>;

namespace {

constexpr std::array kAllRoles = {Role::hospital_operator, Role::gateway, Role::clinician, Role::patient, Role::researcher,
                                  Role::dac, Role::regulator, Role::node_admin, Role::node, Role::observer};

/// The role table of docs/rules.md, written down a second time.
const std::map<CommandKind, std::string>& expected_senders() {
    static const std::map<CommandKind, std::string> table = {
        {CommandKind::enrol_actor, "operator"},
        {CommandKind::revoke_actor, "operator gateway clinician patient researcher dac regulator node_admin observer"},
        {CommandKind::rotate_key, "operator gateway clinician patient researcher dac regulator node_admin observer"},
        {CommandKind::set_implicit_policy, "operator"},
        {CommandKind::propose, "node_admin"},
        {CommandKind::vote_on_proposal, "operator"},
        {CommandKind::propose_validator, "node_admin"},
        {CommandKind::enrol_patient, "operator"},
        {CommandKind::bind_patient_key, "operator patient"},
        {CommandKind::record_consent, "operator patient"},
        {CommandKind::withdraw_consent, "operator patient"},
        {CommandKind::register_dataset, "operator"},
        {CommandKind::add_members, "operator"},
        {CommandKind::stage_diseases, "operator"},
        {CommandKind::remove_members, "operator"},
        {CommandKind::submit_request, "researcher"},
        {CommandKind::cohort_result, "node"},
        {CommandKind::declare_conflict, "dac"},
        {CommandKind::cast_vote, "dac"},
        {CommandKind::close_grant, "researcher dac operator"},
        {CommandKind::record_release, "gateway"},
        {CommandKind::access_batch, "gateway operator"},
        {CommandKind::record_reads, "node observer"},
        {CommandKind::withdraw_request, "researcher"},
        {CommandKind::break_glass, "gateway clinician"},
        {CommandKind::set_emergency_policy, "operator"},
        {CommandKind::review_break_glass, "operator clinician"},
        {CommandKind::acknowledge_withdrawal, "researcher"},
    };
    return table;
}

bool names(const std::string& list, std::string_view role) { return (" " + list + " ").find(" " + std::string(role) + " ") != std::string::npos; }

EnrolActor enrolment(const std::string& id, Roles roles) { return {id, std::move(roles), World::key_named(id).public_key(), std::nullopt, ""}; }

}  // namespace

TEST_CASE("every cell command × role is what the role table says") {
    CHECK(expected_senders().size() == all_command_kinds().size());
    for (const CommandKind kind : all_command_kinds()) {
        for (const Role role : kAllRoles) {
            Actor actor;
            actor.roles = {role};
            INFO(to_string(kind) << " by " << to_string(role));
            CHECK(may_send(actor, kind) == names(expected_senders().at(kind), to_string(role)));
        }
    }
}

TEST_CASE("a sender in a wrong role is refused by receipt before the command is looked at") {
    World world;
    std::vector<const Person*> people;
    for (const Role role : {Role::gateway, Role::clinician, Role::researcher, Role::dac, Role::regulator, Role::node_admin, Role::observer})
        people.push_back(&world.enrol(std::string(to_string(role)).substr(0, 4) + "-x@" + (role == Role::regulator ? "regulator" : "hospital-a"), {role}));
    const Roles roles = {Role::gateway, Role::clinician, Role::researcher, Role::dac, Role::regulator, Role::node_admin, Role::observer};
    for (const CommandKind kind : all_command_kinds()) {
        for (std::size_t i = 0; i < people.size(); ++i) {
            Draft nonsense;
            nonsense.kind = kind;
            nonsense.body = {0x80};
            INFO(to_string(kind) << " by " << to_string(roles[i]));
            const bool may = names(expected_senders().at(kind), to_string(roles[i]));
            CHECK(World::code_of(world.send(*people[i], nonsense)) == (may ? "invalid_command" : "not_authorised"));
        }
    }
}

TEST_CASE("roles that audit go with no other, and node and patient are not given away") {
    CHECK(check_roles({Role::regulator, Role::observer}));
    CHECK(check_roles({Role::researcher, Role::dac}));
    for (const Roles& bad : {Roles{}, Roles{Role::regulator, Role::node_admin}, Roles{Role::observer, Role::hospital_operator}, Roles{Role::dac, Role::dac},
                             Roles{Role::patient, Role::researcher}})
        CHECK_FALSE(check_roles(bad));
    World world;
    CHECK(world.code(world.operator_of("hospital-a"), enrolment("x@hospital-a", {Role::node})) == "invalid_command");
    CHECK(world.code(world.operator_of("hospital-a"), enrolment("x@hospital-a", {Role::patient})) == "invalid_command");
}

TEST_CASE("operators enrol in their own organisation only, each id and key once") {
    World world;
    const Person& sender = world.operator_of("hospital-a");
    CHECK(world.code(sender, enrolment("x@hospital-b", {Role::dac})) == "not_own");
    CHECK(world.code(sender, enrolment("x@hospital-a", {Role::dac})) == "enrolled");
    CHECK(world.code(sender, enrolment("x@hospital-a", {Role::dac})) == "already_exists");
    EnrolActor thief = enrolment("y@hospital-a", {Role::dac});
    thief.key = World::key_named("x@hospital-a").public_key();
    CHECK(world.code(sender, thief) == "key_in_use");
    EnrolActor presenter = enrolment("z@hospital-a", {Role::dac});
    presenter.client_spki = world.genesis.validators.validators[0].tls_spki;
    CHECK(world.code(sender, presenter) == "key_in_use");
}

TEST_CASE("an id of letters beyond ASCII is refused by receipt, and the receipt is plain text") {
    World world;
    std::string id = "x";
    for (int i = 0; i < 47; ++i) id += "ü";
    const auto outcome = world.send(world.operator_of("hospital-a"), enrolment(id, {Role::dac}));
    CHECK(World::code_of(outcome) == "invalid_command");
    CHECK(placet::contracts::decode<placet::contracts::RefusalDetail>(outcome->detail).value().reasons.at(0).text.starts_with("'x??"));
}

TEST_CASE("genesis enrols operators and nodes, found by key and by certificate") {
    World world;
    const auto node = find_actor_by_spki(world.state, world.genesis.validators.validators[1].tls_spki).value();
    REQUIRE(node);
    CHECK(node->id == "node@hospital-b");
    CHECK(find_sender(world.state, world.operator_of("regulator").key.public_key()).value()->has(Role::hospital_operator));
    CHECK_FALSE(find_organisation(world.state, "regulator").value()->has_seat);
    CHECK(find_organisation(world.state, "university").value()->has_seat);
}

TEST_CASE("a revoked actor sends nothing more, and only itself or its operator revokes it") {
    World world;
    const Person& person = world.enrol("x@hospital-a", {Role::dac});
    CHECK(world.code(world.operator_of("hospital-b"), RevokeActor{person.id, "left"}) == "not_own");
    CHECK(world.code(world.operator_of("hospital-a"), RevokeActor{"nobody@hospital-a", "left"}) == "actor_unknown");
    CHECK(world.code(world.operator_of("hospital-a"), RevokeActor{"node@hospital-a", "left"}) == "not_authorised");
    CHECK(world.code(person, RevokeActor{person.id, "key_lost"}) == "revoked");
    CHECK(world.code(person, RevokeActor{person.id, "key_lost"}) == "sender_revoked");
    CHECK(world.code(world.operator_of("hospital-a"), RevokeActor{person.id, "left"}) == "actor_revoked");
}

TEST_CASE("after a rotation the old key is void for ever and the old certificate finds nobody") {
    World world;
    const Person& person = world.enrol("x@hospital-a", {Role::dac});
    const auto old_spki = find_actor(world.state, person.id).value()->client_spki.value();
    const Person renewed{person.id, World::key_named("renewed")};
    CHECK(world.code(person, RotateKey{person.id, renewed.key.public_key(), std::nullopt}) == "rotated");
    CHECK(world.code(person, RotateKey{person.id, World::key_named("third").public_key(), std::nullopt}) == "sender_revoked");
    CHECK_FALSE(find_actor_by_spki(world.state, old_spki).value());
    CHECK(world.code(renewed, RotateKey{person.id, person.key.public_key(), std::nullopt}) == "key_in_use");
    CHECK(world.code(renewed, RotateKey{person.id, World::key_named("fourth").public_key(), std::nullopt}) == "rotated");
}

TEST_CASE("an unknown key is refused by receipt") {
    World world;
    const Person stranger{"who@nowhere", World::key_named("stranger")};
    CHECK(world.code(stranger, RevokeActor{"x@hospital-a", "left"}) == "sender_unknown");
}

TEST_CASE("a custodian sets its own implicit policy") {
    World world;
    CHECK(world.code(world.operator_of("hospital-a"), SetImplicitPolicy{"hospital-b", ImplicitPolicy::deny_all}) == "not_own");
    CHECK(world.code(world.operator_of("hospital-a"), SetImplicitPolicy{"hospital-a", ImplicitPolicy::deny_all}) == "policy_set");
    CHECK(implicit_policy(world.state, "hospital-a").value() == ImplicitPolicy::deny_all);
    CHECK(implicit_policy(world.state, "hospital-b").value() == ImplicitPolicy::none);
    CHECK(world.last.events[0].appends.size() == 1);
}

TEST_CASE("more than half of the seats adopt a parameter, and half reject it") {
    World world;
    const Person& admin = world.enrol("admin@hospital-a", {Role::node_admin});
    const auto proposal = [](const std::string& id, std::uint64_t value) {
        Propose out;
        out.id = id;
        out.name = "default_grant_months";
        out.value = value;
        return out;
    };
    CHECK(world.code(admin, proposal("p0", 61)) == "invalid_command");
    CHECK(world.code(admin, proposal("p1", 24)) == "proposed");
    CHECK(world.code(admin, proposal("p1", 24)) == "already_exists");
    CHECK(world.code(world.operator_of("regulator"), VoteOnProposal{"p1", true}) == "not_authorised");
    CHECK(world.code(world.operator_of("hospital-a"), VoteOnProposal{"p1", true}) == "vote_recorded");
    CHECK(world.code(world.operator_of("hospital-a"), VoteOnProposal{"p1", true}) == "already_voted");
    CHECK(world.code(world.operator_of("hospital-b"), VoteOnProposal{"p1", true}) == "vote_recorded");
    CHECK(world.code(world.operator_of("hospital-c"), VoteOnProposal{"p1", true}) == "proposal_adopted");
    CHECK(parameter(world.state, "default_grant_months", 12).value() == 24);
    CHECK(world.code(world.operator_of("university"), VoteOnProposal{"p1", true}) == "proposal_closed");
    CHECK(world.code(admin, proposal("p2", 6)) == "proposed");
    CHECK(world.code(world.operator_of("hospital-a"), VoteOnProposal{"p2", false}) == "vote_recorded");
    CHECK(world.code(world.operator_of("hospital-b"), VoteOnProposal{"p2", false}) == "proposal_rejected");
    CHECK(world.code(world.operator_of("hospital-b"), VoteOnProposal{"p9", false}) == "proposal_unknown");
}

TEST_CASE("an adopted organisation has an operator who can enrol") {
    World world;
    const Person& admin = world.enrol("admin@hospital-a", {Role::node_admin});
    Propose command;
    command.id = "p";
    command.subject = ProposalSubject::organisation;
    command.name = "hospital-d";
    command.title = "Fourth";
    command.kind = "hospital";
    command.country = "AT";
    command.operator_key = World::key_named("operator@hospital-d").public_key();
    CHECK(world.code(admin, command) == "proposed");
    for (const std::string voter : {"hospital-a", "hospital-b", "hospital-c"}) world.code(world.operator_of(voter), VoteOnProposal{"p", true});
    const Person newcomer{"operator@hospital-d", World::key_named("operator@hospital-d")};
    CHECK(world.code(newcomer, enrolment("gate@hospital-d", {Role::gateway})) == "enrolled");
}

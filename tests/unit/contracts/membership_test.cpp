// Changing who seals: what a proposal must bring, when it takes effect, what the set keeps, and which keys are void for ever.
#include <catch2/catch.hpp>

#include "contracts/governance/membership.hpp"
#include "tests/unit/contracts/world.hpp"

namespace placet::tests {
namespace {

using namespace contracts::governance;

constexpr types::Height kStride = 128;  // genesis' default

/// A validator whose keys are derived from `seed`.
types::Validator validator_of(const std::string& name, const std::string& organisation, const std::string& seed) {
    types::Validator out;
    out.name = name;
    out.organisation = organisation;
    out.vote_key = World::key_named("vote " + seed).public_key();
    out.checkpoint_key = World::key_named("checkpoint " + seed).public_key();
    out.service_key = World::key_named("service " + seed).public_key();
    out.note_key = crypto::ed25519::PublicKey::copy_of(crypto::sha256(base::as_bytes("note " + seed)).view());
    out.tls_spki = types::SpkiHash::copy_of(crypto::sha256(base::as_bytes("tls " + seed)).view());
    out.peer_address = "127.0.0.1:1";
    out.api_address = "127.0.0.1:2";
    return out;
}

class Members {
public:
    Members() {
        for (const char* organisation : {"hospital-a", "hospital-b", "university", "regulator"})
            admins_.push_back(&world.enrol("admin@" + std::string(organisation), {Role::node_admin}));
        pass_to(kRootStride + 1);
    }

    /// Empty blocks up to and with `height`.
    void pass_to(types::Height height) {
        while (world.state.height() < height) world.block({});
    }
    const Person& admin(const std::string& organisation) const { return world.person("admin@" + organisation); }

    /// A proposal with an attestation of the newest root that is kept.
    ProposeValidator proposal(const std::string& id, ValidatorChange change, const types::Validator& validator, const std::string& seed) const {
        const types::Height height = (world.state.height() - 1) / kRootStride * kRootStride;
        const Hash digest = attestation_digest(validator.name, height, World::root_at(height));
        const Attestation attestation{height, World::root_at(height), World::key_named("vote " + seed).sign(digest),
                                      World::key_named("checkpoint " + seed).sign(digest)};
        return {id, change, validator.name, validator, attestation};
    }
    std::string propose(const ProposeValidator& command) {
        return world.code(admin(command.validator ? command.validator->organisation : "hospital-a"), command);
    }
    /// The code of the third vote, which decides among four seats.
    std::string adopt(const std::string& id) {
        for (const char* voter : {"hospital-a", "hospital-b"}) CHECK(world.code(world.operator_of(voter), VoteOnProposal{id, true}) == "vote_recorded");
        return world.code(world.operator_of("hospital-c"), VoteOnProposal{id, true});
    }
    Membership now() const { return membership(world.state).value(); }
    types::ValidatorSet set() const { return current_set(world.state).value(); }

    World world;

private:
    std::vector<const Person*> admins_;
};

}  // namespace

TEST_CASE("a validator that was added seals behind the next multiple of K, and its organisation votes") {
    Members chain;
    const auto fifth = validator_of("fifth", "regulator", "fifth");
    REQUIRE(chain.propose(chain.proposal("p", ValidatorChange::add, fifth, "fifth")) == "proposed");
    REQUIRE(chain.adopt("p") == "proposal_adopted");
    const types::Height end = epoch_end(chain.world.state.height(), kStride, 16);
    CHECK(end == kStride);
    CHECK(chain.now().last_height == end);
    CHECK(chain.now().epoch == 0);
    CHECK(chain.world.code(chain.world.operator_of("regulator"), VoteOnProposal{"q", true}) == "proposal_unknown");

    chain.pass_to(end - 1);
    CHECK(chain.world.last.next_validators == types::validator_set_hash(chain.world.genesis.validators));
    chain.world.block({});
    types::ValidatorSet expected = chain.world.genesis.validators;
    expected.epoch = 1;
    expected.validators.push_back(fifth);
    CHECK(chain.world.last.epoch == 0);
    CHECK(chain.world.last.next_validators == types::validator_set_hash(expected));
    CHECK(chain.set() == expected);
    CHECK_FALSE(chain.now().waits());
    chain.world.block({});
    CHECK(chain.world.last.epoch == 1);
    CHECK(chain.world.last.next_validators == types::validator_set_hash(expected));
    CHECK(find_organisation(chain.world.state, "regulator").value()->has_seat);
    CHECK(find_sender(chain.world.state, fifth.service_key).value()->is_active());
}

TEST_CASE("the height at which an epoch ends leaves a whole window behind the change") {
    CHECK(epoch_end(1, 128, 16) == 128);
    CHECK(epoch_end(112, 128, 16) == 128);
    CHECK(epoch_end(113, 128, 16) == 256);
    CHECK(epoch_end(128, 128, 16) == 256);
}

TEST_CASE("fewer than four validators cannot be left, and who is removed loses seat, node and key") {
    Members chain;
    const ProposeValidator too_few{"r0", ValidatorChange::remove, "university", std::nullopt, std::nullopt};
    CHECK(chain.propose(too_few) == "too_few_validators");
    const auto fifth = validator_of("fifth", "regulator", "fifth");
    REQUIRE(chain.propose(chain.proposal("p", ValidatorChange::add, fifth, "fifth")) == "proposed");
    REQUIRE(chain.adopt("p") == "proposal_adopted");
    chain.pass_to(kStride);

    CHECK(chain.propose({"r1", ValidatorChange::remove, "nobody", std::nullopt, std::nullopt}) == "validator_unknown");
    REQUIRE(chain.propose({"r2", ValidatorChange::remove, "university", std::nullopt, std::nullopt}) == "proposed");
    REQUIRE(chain.adopt("r2") == "proposal_adopted");
    chain.pass_to(2 * kStride);
    CHECK(chain.set().epoch == 2);
    CHECK(chain.set().n() == 4);
    CHECK_FALSE(find_organisation(chain.world.state, "university").value()->has_seat);
    CHECK_FALSE(find_actor(chain.world.state, "node@university").value()->is_active());

    // Back again, but not with a key that it had.
    auto again = validator_of("university", "university", "again");
    again.vote_key = chain.world.genesis.validators.validators[3].vote_key;
    auto command = chain.proposal("b0", ValidatorChange::add, again, "again");
    CHECK(chain.propose(command) == "key_in_use");
    command = chain.proposal("b1", ValidatorChange::add, validator_of("university", "university", "again"), "again");
    CHECK(chain.propose(command) == "proposed");
}

TEST_CASE("a rotation keeps the seat and changes the keys where the epoch ends, and the old ones are void for ever") {
    Members chain;
    const auto renewed = validator_of("hospital-a", "hospital-a", "renewed");
    REQUIRE(chain.propose(chain.proposal("p", ValidatorChange::rotate, renewed, "renewed")) == "proposed");
    REQUIRE(chain.adopt("p") == "proposal_adopted");
    const auto& old = chain.world.genesis.validators.validators[0];
    CHECK(find_sender(chain.world.state, old.service_key).value()->id == "node@hospital-a");
    CHECK_FALSE(find_sender(chain.world.state, renewed.service_key).value());
    // Reserved meanwhile: nobody else enrols with it.
    EnrolActor thief{"x@hospital-a", {Role::dac}, renewed.service_key, std::nullopt, ""};
    CHECK(chain.world.code(chain.world.operator_of("hospital-a"), thief) == "key_in_use");
    thief.key = renewed.vote_key;
    CHECK(chain.world.code(chain.world.operator_of("hospital-a"), thief) == "key_in_use");
    chain.pass_to(kStride);
    CHECK(chain.set().validators[0] == renewed);
    CHECK_FALSE(find_sender(chain.world.state, old.service_key).value());
    CHECK(find_sender(chain.world.state, renewed.service_key).value()->id == "node@hospital-a");
    CHECK_FALSE(find_actor_by_spki(chain.world.state, old.tls_spki).value());
    CHECK(chain.propose(chain.proposal("b", ValidatorChange::rotate, old, "hospital-a")) == "key_in_use");
}

TEST_CASE("who brings keys attests a recent log root with both of them") {
    Members chain;
    const auto fifth = validator_of("fifth", "regulator", "fifth");
    const ProposeValidator good = chain.proposal("p", ValidatorChange::add, fifth, "fifth");
    const auto refused = [&](auto change) {
        ProposeValidator bad = good;
        change(bad);
        return chain.propose(bad);
    };
    CHECK(refused([](auto& bad) { bad.attestation->root = World::root_at(1); }) == "root_unknown");
    CHECK(refused([](auto& bad) { bad.attestation->height += kRootStride; }) == "root_unknown");
    CHECK(refused([](auto& bad) { bad.attestation->by_vote_key = bad.attestation->by_checkpoint_key; }) == "root_unknown");
    CHECK(refused([](auto& bad) { bad.attestation->by_checkpoint_key = bad.attestation->by_vote_key; }) == "root_unknown");
    CHECK(refused([](auto& bad) { bad.attestation->height = 3; }) == "invalid_command");
    CHECK(refused([](auto& bad) { bad.attestation.reset(); }) == "invalid_command");
    CHECK(refused([](auto& bad) { bad.validator->vote_key = bad.validator->checkpoint_key; }) == "invalid_command");
    chain.pass_to(kRootStride * (kRootSlots + 1) + 1);  // the slot holds a later root now
    CHECK(chain.propose(good) == "root_unknown");
    CHECK(chain.propose(chain.proposal("q", ValidatorChange::add, fifth, "fifth")) == "proposed");
}

TEST_CASE("one organisation holds at most max(1, f) seats, brings its own validators, and must be known") {
    Members chain;
    const auto second = validator_of("second", "hospital-a", "second");
    CHECK(chain.propose(chain.proposal("p", ValidatorChange::add, second, "second")) == "too_many_seats");
    const auto foreign = validator_of("foreign", "hospital-b", "foreign");
    CHECK(chain.world.code(chain.admin("hospital-a"), chain.proposal("p", ValidatorChange::add, foreign, "foreign")) == "not_own");
    CHECK(chain.propose(chain.proposal("p", ValidatorChange::add, validator_of("hospital-a", "regulator", "x"), "x")) == "already_exists");
    CHECK(chain.propose(chain.proposal("p", ValidatorChange::rotate, validator_of("fifth", "regulator", "x"), "x")) == "validator_unknown");
}

TEST_CASE("changes with the same end join; one that would end later waits and can be voted on again") {
    Members chain;
    const auto fifth = validator_of("fifth", "regulator", "fifth");
    const auto renewed = validator_of("university", "university", "renewed");
    REQUIRE(chain.propose(chain.proposal("p", ValidatorChange::add, fifth, "fifth")) == "proposed");
    REQUIRE(chain.propose(chain.proposal("q", ValidatorChange::rotate, renewed, "renewed")) == "proposed");
    REQUIRE(chain.propose({"r", ValidatorChange::remove, "university", std::nullopt, std::nullopt}) == "too_few_validators");
    REQUIRE(chain.adopt("p") == "proposal_adopted");
    REQUIRE(chain.adopt("q") == "proposal_adopted");
    REQUIRE(chain.propose({"r", ValidatorChange::remove, "university", std::nullopt, std::nullopt}) == "proposed");
    CHECK(chain.now().next.size() == 5);
    chain.pass_to(kStride - 15);  // the next block would end at 2 K
    CHECK(chain.adopt("r") == "change_pending");
    CHECK(find_validator_proposal(chain.world.state, "r").value()->approvals.size() == 2);
    chain.pass_to(kStride);
    CHECK(chain.set().n() == 5);
    CHECK(chain.set().validators[3] == renewed);
    CHECK(chain.world.code(chain.world.operator_of("hospital-c"), VoteOnProposal{"r", true}) == "proposal_adopted");
    CHECK(chain.now().last_height == 2 * kStride);
}

TEST_CASE("a joiner that follows as an observer keeps its certificate until it has its seat") {
    Members chain;
    auto fifth = validator_of("fifth", "regulator", "fifth");
    const EnrolActor observer{"watch@regulator", {Role::observer}, World::key_named("watch").public_key(), fifth.tls_spki, ""};
    REQUIRE(chain.world.code(chain.world.operator_of("regulator"), observer) == "enrolled");
    REQUIRE(chain.propose(chain.proposal("p", ValidatorChange::add, fifth, "fifth")) == "proposed");
    REQUIRE(chain.adopt("p") == "proposal_adopted");
    CHECK(find_actor_by_spki(chain.world.state, fifth.tls_spki).value()->id == "watch@regulator");
    chain.pass_to(kStride);
    CHECK(find_actor_by_spki(chain.world.state, fifth.tls_spki).value()->id == "node@fifth");
}

TEST_CASE("a joiner may follow under another organisation's observer that is named for it, and takes nobody else's certificate") {
    Members chain;
    auto fifth = validator_of("fifth", "regulator", "fifth");
    const EnrolActor follower{"follower-fifth@hospital-a", {Role::observer}, World::key_named("follower").public_key(), fifth.tls_spki, ""};
    REQUIRE(chain.world.code(chain.world.operator_of("hospital-a"), follower) == "enrolled");
    auto other = validator_of("sixth", "regulator", "sixth");
    other.tls_spki = fifth.tls_spki;
    CHECK(chain.propose(chain.proposal("taken", ValidatorChange::add, other, "sixth")) == "key_in_use");
    REQUIRE(chain.propose(chain.proposal("p", ValidatorChange::add, fifth, "fifth")) == "proposed");
    REQUIRE(chain.adopt("p") == "proposal_adopted");
    chain.pass_to(kStride);
    CHECK(find_actor_by_spki(chain.world.state, fifth.tls_spki).value()->id == "node@fifth");
}

}  // namespace placet::tests

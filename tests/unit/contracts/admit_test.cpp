// Admission: each refusal with its code and field.
#include <catch2/catch.hpp>

#include "contracts/governance/commands.hpp"
#include "tests/unit/contracts/world.hpp"

using namespace placet::tests;
namespace base = placet::base;
namespace runtime = placet::contracts::runtime;
namespace types = placet::types;
using base::ErrorCode;
using placet::contracts::governance::EnrolActor;
using placet::contracts::governance::RevokeActor;
using placet::contracts::governance::Role;

namespace {

struct Door {
    World world;
    const Person& sender = world.operator_of("hospital-a");

    [[nodiscard]] EnrolActor good() const { return {"x@hospital-a", {Role::dac}, World::key_named("x").public_key(), std::nullopt, ""}; }
    [[nodiscard]] base::Result<runtime::Admitted> admit(const types::Submission& submission) const {
        return runtime::admit(submission, {world.genesis_hash, world.state, world.now()});
    }
    void refuses(const types::Submission& submission, ErrorCode code, const std::string& field) const {
        const auto result = admit(submission);
        REQUIRE_FALSE(result);
        CHECK(base::to_string(result.error().code) == base::to_string(code));
        CHECK(result.error().field == field);
    }
};

}  // namespace

TEST_CASE("a good transaction is admitted with its kind and sender") {
    Door door;
    const auto result = door.admit(door.world.sign(door.sender, draft(door.good())));
    REQUIRE(result);
    CHECK(result->kind == placet::contracts::CommandKind::enrol_actor);
    CHECK(result->sender.id == "operator@hospital-a");
}

TEST_CASE("admission names what is wrong, and leaves no trace") {
    Door door;
    const auto before = door.world.state.entries;
    CHECK_FALSE(door.admit({{0x00}, {}}));
    Draft unknown = draft(door.good());
    unknown.kind = static_cast<placet::contracts::CommandKind>(999);
    door.refuses(door.world.sign(door.sender, unknown), ErrorCode::unsupported, "kind");
    EnrolActor shouting = door.good();
    shouting.id = "X@hospital-a";
    door.refuses(door.world.sign(door.sender, draft(shouting)), ErrorCode::invalid_value, "body.id");
    Draft torn = draft(door.good());
    torn.body = {0x80};  // an empty array: canonical, but no command
    CHECK_FALSE(door.admit(door.world.sign(door.sender, torn)));
    Draft with_part = draft(door.good());
    with_part.parts = {types::encode(types::Part{})};
    door.refuses(door.world.sign(door.sender, with_part), ErrorCode::invalid_value, "body.parts");
    auto lost_part = door.world.sign(door.sender, with_part);
    lost_part.parts.clear();
    CHECK_FALSE(door.admit(lost_part));
    CHECK(door.world.state.entries == before);
}

TEST_CASE("a transaction lives ten minutes at most and not past its expiry") {
    Door door;
    Draft what = draft(door.good());
    what.expires_at_ms = door.world.now();
    door.refuses(door.world.sign(door.sender, what), ErrorCode::expired, "expires_at_ms");
    what.expires_at_ms = door.world.now() + types::kMaxLifeMs + 1;
    door.refuses(door.world.sign(door.sender, what), ErrorCode::invalid_value, "expires_at_ms");
    what.expires_at_ms = door.world.now() + types::kMaxLifeMs;
    CHECK(door.admit(door.world.sign(door.sender, what)));
}

TEST_CASE("a replay, a forged signature, another chain, an unknown and a revoked sender are refused") {
    Door door;
    const auto sent = door.world.sign(door.sender, draft(door.good()));
    door.world.block({sent});
    door.refuses(sent, ErrorCode::conflict, "id");
    auto forged = door.world.sign(door.sender, draft(RevokeActor{"x@hospital-a", "left"}));
    forged.transaction.back() ^= 1;
    CHECK_FALSE(door.admit(forged));
    const auto elsewhere = door.world.sign(door.sender, draft(RevokeActor{"x@hospital-a", "left"}));
    placet::crypto::Hash other_chain;
    CHECK_FALSE(runtime::admit(elsewhere, {other_chain, door.world.state, door.world.now()}));
    const Person stranger{"who@nowhere", World::key_named("stranger")};
    door.refuses(door.world.sign(stranger, draft(RevokeActor{"x@hospital-a", "left"})), ErrorCode::unauthenticated, "sender");
    const Person enrolled{"x@hospital-a", World::key_named("x")};
    REQUIRE(door.world.code(enrolled, RevokeActor{"x@hospital-a", "left"}) == "revoked");
    door.refuses(door.world.sign(enrolled, draft(RevokeActor{"x@hospital-a", "left"})), ErrorCode::unauthenticated, "sender");
}

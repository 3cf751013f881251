// Canonical encodings of commands, entries and the consent model: they round-trip, and nothing else decodes.
#include <catch2/catch.hpp>

#include "contracts/access/rows.hpp"
#include "contracts/common/ids.hpp"
#include "contracts/common/merkle_root.hpp"
#include "contracts/consent/purpose.hpp"
#include "contracts/governance/commands.hpp"
#include "tests/support/prng.hpp"
#include "tests/unit/contracts/study.hpp"

namespace placet::tests {

namespace {

template <class T>
void round_trips(const T& value) {
    const base::Bytes bytes = encode(value);
    const auto back = decode<T>(bytes);
    REQUIRE(back);
    CHECK(*back == value);
    base::Bytes longer = bytes;
    longer.push_back(0);
    CHECK_FALSE(decode<T>(longer));
    Prng prng(bytes.size());
    for (int run = 0; run < 200; ++run) {
        const base::Bytes other = mutated(bytes, prng);
        const auto decoded = decode<T>(other);
        if (decoded) CHECK(encode(*decoded) == other);
    }
}

}  // namespace

TEST_CASE("commands and entries round-trip, and whatever decodes is canonical") {
    Study study;
    study.grant();
    round_trips(study.request());
    round_trips(study.cohort());
    round_trips(study.vote(false));
    round_trips(study.release(study.patients));
    round_trips(consent::WithdrawConsent{"hospital-a", study.patients[0], "c", "x"});
    round_trips(governance::RotateKey{"x@hospital-a", World::key_named("x").public_key(), std::nullopt});
    round_trips(access::find_request(study.world.state, "req-1").value().value());
    round_trips(access::find_grant(study.world.state, "req-1.g0").value().value());
    round_trips(contracts::dataset::find_dataset(study.world.state, "diabetes").value().value());
    round_trips(governance::find_actor(study.world.state, study.researcher.id).value().value());
    round_trips(consent::consents_of(study.world.state, "hospital-a", study.patients[0]).value().at(0));
}

TEST_CASE("the consent model round-trips, and provisions nest eight levels deep, not nine") {
    consent::Consent model = permit_for({"HRESCH"});
    model.doubts = {{"provision", "why"}};
    consent::Provision* at = &model.root;
    for (std::size_t level = 2; level <= consent::kMaxProvisionDepth; ++level) {
        at->provisions.emplace_back();
        at = &at->provisions.back();
        at->type = consent::ProvisionType::deny;
        at->actors = {{{{"s", "c"}}, "Organization/x"}};
        at->period.until_ms = 5;
    }
    const auto back = consent::decode_consent(consent::encode_consent(model));
    REQUIRE(back);
    CHECK(*back == model);
    at->provisions.emplace_back();
    CHECK_FALSE(consent::decode_consent(consent::encode_consent(model)));
}

TEST_CASE("a deeply nested input is refused without deep recursion") {
    base::cbor::Writer writer;
    for (int i = 0; i < 5000; ++i) writer.array(1);
    writer.array(0);
    CHECK_FALSE(consent::decode_consent(writer.view()));
}

TEST_CASE("rows and short lists have RFC 6962 roots") {
    const auto leaf = [](std::uint8_t octet) { return base::Bytes{octet}; };
    const std::vector<base::Bytes> three = {leaf(1), leaf(2), leaf(3)};
    const auto hash_leaf = [](const base::Bytes& bytes) {
        base::Bytes tagged = {0};
        base::append(tagged, bytes);
        return placet::crypto::sha256(tagged);
    };
    const auto join = [](const placet::crypto::Hash& a, const placet::crypto::Hash& b) {
        base::Bytes tagged = {1};
        base::append(tagged, a.view());
        base::append(tagged, b.view());
        return placet::crypto::sha256(tagged);
    };
    CHECK(contracts::merkle_root(three) == join(join(hash_leaf(three[0]), hash_leaf(three[1])), hash_leaf(three[2])));
    CHECK(contracts::merkle_root({}) == placet::crypto::sha256(base::BytesView{}));
    std::vector<access::AccessRow> rows(2);
    rows[0].staff = "s";
    const auto back = access::decode_rows(access::encode_rows(rows));
    REQUIRE(back);
    CHECK(*back == rows);
}

TEST_CASE("ids are what they say, and nothing else") {
    CHECK(check_actor_id("dr.hill-2@university", "id"));
    for (const char* bad : {"", "@university", "hill@", "Hill@university", "hill", "a@b@c", "hill @university"}) CHECK_FALSE(check_actor_id(bad, "id"));
    CHECK(check_object_id("req-1.g0", "id"));
    for (const char* bad : {"", "a/b", "a b", "ü"}) CHECK_FALSE(check_object_id(bad, "id"));
    CHECK_FALSE(check_country("de", "country"));
    CHECK_FALSE(check_code("Has Spaces", "reason"));
}

TEST_CASE("every command has a number and a name of its own, and every outcome a sentence") {
    for (const CommandKind kind : all_command_kinds()) {
        CHECK(command_kind(static_cast<std::uint64_t>(kind)) == kind);
        CHECK(command_kind(to_string(kind)) == kind);
    }
    CHECK_FALSE(command_kind(std::uint64_t{0}));
    const auto& outcomes = all_outcomes();
    for (std::size_t i = 0; i < outcomes.size(); ++i) {
        CHECK_FALSE(outcomes[i].sentence.empty());
        if (i > 0) CHECK(outcomes[i - 1].code < outcomes[i].code);
    }
    CHECK(outcome_sentence("never_heard_of") == "never_heard_of");
    CHECK(outcome_sentence("withdrawn") == "The consent is withdrawn, from this block on.");
}

}  // namespace placet::tests

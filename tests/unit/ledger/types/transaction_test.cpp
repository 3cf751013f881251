// Transactions: one shape, one encoding, checked from the bytes alone.
#include "ledger/types/transaction.hpp"

#include <catch2/catch.hpp>

#include "ledger/base/cbor.hpp"
#include "ledger/base/hex.hpp"
#include "ledger/types/proposal.hpp"
#include "tests/support/prng.hpp"
#include "tests/support/sample_chain.hpp"

using namespace placet;
using base::Bytes;
using base::cbor::Writer;
using tests::Prng;
using tests::sample_key;
using tests::sample_payload;
using types::Payload;
using types::Transaction;

namespace {

const types::Hash kGenesis = crypto::sha256(base::as_bytes("genesis"));

Payload full_payload() {
    Payload payload = sample_payload(1);
    payload.after = crypto::sha256(base::as_bytes("earlier"));
    payload.parts = {crypto::sha256(base::as_bytes("part 0")), crypto::sha256(base::as_bytes("part 1"))};
    payload.body = std::move(Writer{}.array(3).uint(1).text("x").array(0)).take();
    return payload;
}

// A COSE_Sign1 with anything in its places.
Bytes cose(base::BytesView protected_header, base::BytesView unprotected, base::BytesView payload, std::size_t signature_size = 64) {
    return std::move(Writer{}.array(4).bytes(protected_header).raw(unprotected).bytes(payload).bytes(Bytes(signature_size, 1))).take();
}

Bytes header(std::int64_t algorithm, base::BytesView kid) {
    return std::move(Writer{}.map(2).integer(1).integer(algorithm).integer(4).bytes(kid)).take();
}

std::string error_of(const Bytes& bytes) {
    const auto decoded = types::decode_transaction(bytes, kGenesis);
    return decoded ? "none" : std::string(base::to_string(decoded.error().code)) + " " + decoded.error().field;
}

}  // namespace

TEST_CASE("a signed transaction decodes to what was signed and verifies") {
    for (const auto algorithm : {crypto::Algorithm::es256k, crypto::Algorithm::es256}) {
        const auto key = sample_key("sender", algorithm);
        for (const Payload& payload : {sample_payload(1), full_payload()}) {
            const Transaction made = types::sign(payload, key, kGenesis);
            const Transaction read = *types::decode_transaction(made.bytes, kGenesis);
            CHECK(read.payload == payload);
            CHECK(read.sender == key.public_key());
            CHECK(read.id == made.id);
            CHECK(read.digest == crypto::sha256(made.bytes));
            CHECK(types::verify_signature(read, kGenesis));
        }
    }
}

TEST_CASE("the id covers what is signed, the digest also the signature") {
    const auto key = sample_key("sender");
    const Transaction first = types::sign(sample_payload(1), key, kGenesis);
    Bytes resigned = first.bytes;
    resigned.back() ^= 1;
    const Transaction second = *types::decode_transaction(resigned, kGenesis);
    CHECK(second.id == first.id);
    CHECK(second.digest != first.digest);
    CHECK_FALSE(types::verify_signature(second, kGenesis));
    CHECK(types::sign(sample_payload(2), key, kGenesis).id != first.id);
    CHECK(types::decode_transaction(first.bytes, types::Hash{})->id != first.id);
}

TEST_CASE("a transaction of one chain does not verify on another") {
    const Transaction made = types::sign(sample_payload(1), sample_key("sender"), kGenesis);
    CHECK_FALSE(types::verify_signature(*types::decode_transaction(made.bytes, types::Hash{}), types::Hash{}));
}

TEST_CASE("the Sig_structure is that of RFC 9052, so another language or an HSM can sign") {
    const auto key = sample_key("sender");
    const Payload payload = full_payload();
    const Bytes input = types::signature_input(payload, key.public_key(), kGenesis);
    CHECK(base::to_hex(base::BytesView(input).first(12)) == "846a5369676e617475726531");  // ["Signature1", …
    const Transaction made = types::assemble(payload, key.public_key(), key.sign(crypto::sha256(input)), kGenesis);
    CHECK(made.bytes == types::sign(payload, key, kGenesis).bytes);
    CHECK(types::verify_signature(made, kGenesis));
}

TEST_CASE("what is not exactly our shape of COSE_Sign1 is refused with its field") {
    const auto key = sample_key("sender");
    const Bytes kid = base::to_bytes(key.public_key().point.view());
    const Bytes good_header = header(-47, kid);
    const Bytes empty_map = {0xa0};
    const Bytes payload = std::move(Writer{}.array(7).uint(1).uint(7).bytes(Bytes(16)).uint(9).null().array(0).uint(0)).take();
    CHECK(error_of(cose(good_header, empty_map, payload)) == "none");
    CHECK(error_of(cose(header(-7, kid), empty_map, payload)) == "none");
    CHECK(error_of(cose(header(-8, kid), empty_map, payload)) == "unsupported protected.alg");
    CHECK(error_of(cose(header(-47, Bytes(32, 2)), empty_map, payload)) == "malformed protected.kid");
    CHECK(error_of(cose(Bytes{}, empty_map, payload)) == "malformed protected");
    const Bytes swapped = std::move(Writer{}.map(2).integer(4).bytes(kid).integer(1).integer(-47)).take();
    CHECK(error_of(cose(swapped, empty_map, payload)) == "malformed protected");
    const Bytes third = std::move(Writer{}.map(3).integer(1).integer(-47).integer(4).bytes(kid).integer(5).integer(1)).take();
    CHECK(error_of(cose(third, empty_map, payload)) == "malformed protected");
    CHECK(error_of(cose(good_header, std::move(Writer{}.map(1).integer(4).integer(1)).take(), payload)) == "malformed unprotected");
    CHECK(error_of(cose(good_header, Bytes{0xf6}, payload)) == "malformed unprotected");
    CHECK(error_of(cose(good_header, empty_map, payload, 63)) == "malformed signature");
    CHECK(error_of(cose(good_header, empty_map, payload, 65)) == "too_large signature");
    CHECK(error_of(Bytes(types::kMaxTransactionBytes + 1)) == "too_large transaction");
    CHECK(error_of(Bytes{}) == "malformed transaction");
}

TEST_CASE("a payload's fields are refused one by one") {
    const Bytes good_header = header(-47, base::to_bytes(sample_key("sender").public_key().point.view()));
    const auto with = [&](Bytes payload) { return error_of(cose(good_header, Bytes{0xa0}, payload)); };
    const auto start = [](std::uint64_t version) { return std::move(Writer{}.array(7).uint(version).uint(7)); };
    CHECK(with(std::move(start(2).bytes(Bytes(16)).uint(9).null().array(0).uint(0)).take()) == "unsupported payload.version");
    CHECK(with(std::move(start(1).bytes(Bytes(15)).uint(9).null().array(0).uint(0)).take()) == "malformed payload.nonce");
    CHECK(with(std::move(start(1).bytes(Bytes(16)).text("9").null().array(0).uint(0)).take()) == "malformed payload.expires_at_ms");
    CHECK(with(std::move(start(1).bytes(Bytes(16)).uint(9).bytes(Bytes(31)).array(0).uint(0)).take()) == "malformed payload.after");
    CHECK(with(std::move(start(1).bytes(Bytes(16)).uint(9).null().array(9).uint(0)).take()) == "too_large payload.parts");
    CHECK(with(std::move(start(1).bytes(Bytes(16)).uint(9).null().array(0).map(0)).take()) == "unsupported payload.body");
    CHECK(with(std::move(start(1).bytes(Bytes(16)).uint(9).null().array(0).uint(0).uint(0)).take()) == "not_canonical ");
    CHECK(with(std::move(start(1).bytes(Bytes(16)).uint(9).null().array(0)).take()) == "malformed payload.body");
}

TEST_CASE("any change of a transaction's octets is refused or breaks its signature, and decodes canonically") {
    Prng prng(7);
    const auto key = sample_key("sender");
    const Transaction made = types::sign(full_payload(), key, kGenesis);
    for (int round = 0; round < 3000; ++round) {
        const Bytes bytes = tests::mutated(made.bytes, prng);
        const auto decoded = types::decode_transaction(bytes, kGenesis);
        if (!decoded || bytes == made.bytes) continue;
        REQUIRE_FALSE(types::verify_signature(*decoded, kGenesis));
        REQUIRE(types::assemble(decoded->payload, decoded->sender, decoded->signature, kGenesis).bytes == bytes);
    }
}

TEST_CASE("a transaction's parts are exactly those it commits to") {
    types::Part part;
    part.payload = base::to_bytes("codes");
    part.salt.octets[5] = 1;
    const Bytes encoded = types::encode(part);
    Payload payload = sample_payload(1);
    payload.parts = {types::part_commitment(encoded)};
    const Transaction transaction = types::sign(payload, sample_key("sender"), kGenesis);
    CHECK(types::check_parts(transaction, {encoded}).has_value());
    CHECK(types::check_parts(transaction, {}).error().field == "parts");
    CHECK(types::check_parts(transaction, {encoded, encoded}).error().field == "parts");
    Bytes changed = encoded;
    changed.back() ^= 1;
    CHECK(types::check_parts(transaction, {changed}).error().field == "parts[0]");
    // Committed to, but not a part.
    payload.parts = {types::part_commitment(Bytes{0x01})};
    CHECK(types::check_parts(types::sign(payload, sample_key("sender"), kGenesis), {Bytes{0x01}}).error().field == "parts[0].part");
}

TEST_CASE("submissions and proposals round-trip, and a digest does not depend on parts") {
    Prng prng(8);
    const Transaction transaction = types::sign(sample_payload(1), sample_key("sender"), kGenesis);
    const types::Submission submission{transaction.bytes, {prng.bytes(100), prng.bytes(5)}};
    CHECK(*types::decode_submission(types::encode(submission)) == submission);
    types::Proposal proposal{12345, {submission, {transaction.bytes, {}}}};
    const Bytes bytes = types::encode(proposal);
    CHECK(*types::decode_proposal(bytes) == proposal);
    CHECK(*types::decode_proposal(types::encode(types::Proposal{})) == types::Proposal{});
    types::Proposal without_parts = proposal;
    without_parts.submissions[0].parts.clear();
    CHECK(types::proposal_digest(without_parts) == types::proposal_digest(proposal));
    types::Proposal other_time = proposal;
    ++other_time.time_ms;
    CHECK(types::proposal_digest(other_time) != types::proposal_digest(proposal));
    CHECK(types::null_digest() != types::proposal_digest(types::Proposal{}));
    for (int round = 0; round < 3000; ++round) {
        const Bytes changed = tests::mutated(bytes, prng);
        if (const auto decoded = types::decode_proposal(changed)) REQUIRE(types::encode(*decoded) == changed);
    }
    CHECK_FALSE(types::decode_submission(Bytes(types::kMaxSubmissionBytes + 1)).has_value());
    CHECK_FALSE(types::decode_proposal(Bytes(types::kMaxProposalBytes + 1)).has_value());
}

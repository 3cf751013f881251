// Every decoder of types: what it takes it would write again, octet for octet.
#include <catch2/catch.hpp>
#include <functional>

#include "ledger/types/block.hpp"
#include "tests/support/prng.hpp"
#include "tests/support/sample_chain.hpp"

using namespace placet;
using base::Bytes;
using base::BytesView;
using tests::Prng;

namespace {

// Decodes and encodes again; empty if refused.
using Again = std::function<Bytes(BytesView)>;

template <class T>
Again again(base::Result<T> (*decode)(BytesView)) {
    return [decode](BytesView bytes) {
        auto value = decode(bytes);
        return value ? types::encode(*value) : Bytes{};
    };
}

Bytes encode_leaf_again(BytesView bytes) {
    auto leaf = types::decode_leaf(bytes);
    if (!leaf) return {};
    return std::visit([](const auto& value) { return types::encode(value); }, *leaf);
}

void check_canonical(const Bytes& sample, const Again& decode_encode, std::uint64_t seed) {
    REQUIRE(decode_encode(sample) == sample);
    Prng prng(seed);
    for (int round = 0; round < 3000; ++round) {
        const Bytes bytes = tests::mutated(sample, prng);
        const Bytes out = decode_encode(bytes);
        if (!out.empty()) REQUIRE(out == bytes);
    }
    for (std::size_t size = 0; size < sample.size(); ++size) REQUIRE(decode_encode(BytesView(sample).first(size)).empty());
    Bytes longer = sample;
    longer.push_back(0);
    REQUIRE(decode_encode(longer).empty());
}

types::BlockRecord sample_block() {
    Prng prng(9);
    const tests::SampleChain chain(4);
    types::BlockRecord block;
    block.height = 0;
    block.leaves = chain.leaves();
    block.writes = {{Bytes{0x01}, Bytes{0x02}}, {Bytes{0x01, 0x00}, std::nullopt}, {Bytes{0x02}, Bytes{}}};
    block.appends = {{Bytes{0x05}, prng.bytes(40)}, {Bytes{0x05}, prng.bytes(40)}, {Bytes{0x01}, {}}};
    block.seal = chain.sealed(0).certificate;
    return block;
}

}  // namespace

TEST_CASE("every type decodes to the octets that it encodes to, however the octets are changed") {
    types::Part part{types::PartClass::rows, types::RetentionClass::access_log, {}, {}, base::to_bytes("payload")};
    check_canonical(types::encode(part), again(&types::decode_part), 10);
    check_canonical(types::encode(tests::sample_genesis(2)), again(&types::decode_genesis), 11);
    check_canonical(types::encode(sample_block()), again(&types::decode_block), 12);
    check_canonical(types::encode(sample_block().seal), again(&types::decode_certificate), 13);
    check_canonical(types::encode(types::EventLeaf{1, 2, base::to_bytes("tx"), {false, "consent_withdrawn", Bytes{0x80}}}), encode_leaf_again, 14);
    check_canonical(types::encode(types::CommitLeaf{1, 2, 3, {}, {}, {}, {}}), encode_leaf_again, 15);
}

TEST_CASE("an event leaf cannot pass for a commit leaf, nor the other way round") {
    const Bytes event = types::encode(types::EventLeaf{1, 2, {}, {true, "recorded", {}}});
    CHECK(std::holds_alternative<types::EventLeaf>(*types::decode_leaf(event)));
    for (const std::uint8_t kind : {0, 2, 3}) {
        Bytes changed = event;
        changed[1] = kind;
        CHECK_FALSE(types::decode_leaf(changed).has_value());
    }
    Bytes newer = event;
    newer[2] = 2;
    CHECK(types::decode_leaf(newer).error().code == base::ErrorCode::unsupported);
}

TEST_CASE("unknown classes, unordered writes and false bitmaps are refused") {
    types::Part part;
    Bytes bytes = types::encode(part);
    bytes[1] = 4;
    CHECK(types::decode_part(bytes).error().field == "class");
    bytes[1] = 1;
    bytes[2] = 5;
    CHECK(types::decode_part(bytes).error().field == "retention");
    part.payload.resize(types::Part::kMaxPayload + 1);
    CHECK(types::decode_part(types::encode(part)).error().code == base::ErrorCode::too_large);
    types::BlockRecord block = sample_block();
    std::swap(block.writes[0], block.writes[1]);
    CHECK(types::decode_block(types::encode(block)).error().code == base::ErrorCode::not_canonical);
    block.writes[1] = block.writes[0];
    CHECK_FALSE(types::decode_block(types::encode(block)).has_value());
    types::QuorumCertificate certificate = sample_block().seal;
    certificate.signers |= 1U << 3;
    CHECK(types::decode_certificate(types::encode(certificate)).error().field == "signers");
}

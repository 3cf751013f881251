// The canonical CBOR codec: one encoding per value, total and bounded.
#include "ledger/base/cbor.hpp"

#include <catch2/catch.hpp>
#include <functional>

#include "ledger/base/hex.hpp"
#include "tests/support/prng.hpp"

using namespace placet::base;
using placet::tests::mutated;
using placet::tests::Prng;

namespace {

std::string hex_of(const cbor::Writer& writer) { return to_hex(writer.view()); }
Bytes from(std::string_view hex) { return *from_hex(hex); }

// Copies one item through the typed reader into a writer, as a decoder and encoder would.
void copy_item(cbor::Reader& in, cbor::Writer& out, int depth) {
    switch (in.peek()) {
        case cbor::ItemType::uint: out.uint(in.uint("")); return;
        case cbor::ItemType::negative: {
            const std::int64_t value = in.integer("");
            if (in.ok()) out.integer(value);
            return;
        }
        case cbor::ItemType::bytes: out.bytes(in.bytes(1 << 20, "")); return;
        case cbor::ItemType::text: out.text(in.text(1 << 20, "")); return;
        case cbor::ItemType::boolean: out.boolean(in.boolean("")); return;
        case cbor::ItemType::null:
            in.null("");
            out.null();
            return;
        case cbor::ItemType::array: {
            const std::size_t items = in.array(1 << 20, "");
            out.array(items);
            for (std::size_t i = 0; i < items && in.ok() && depth < 30; ++i) copy_item(in, out, depth + 1);
            return;
        }
        default: in.fail(ErrorCode::malformed, "not an item", ""); return;
    }
}

Bytes random_item(Prng& prng, int depth) {
    cbor::Writer out;
    switch (prng.below(depth > 4 ? 6 : 7)) {
        case 0: out.uint(prng.next() >> prng.below(64)); break;
        case 1: out.integer(static_cast<std::int64_t>(prng.next()) >> prng.below(63)); break;
        case 2: out.bytes(prng.bytes(prng.below(300))); break;
        case 3: out.text(std::string(prng.below(40), 'a')); break;
        case 4: out.boolean(prng.below(2) == 1); break;
        case 5: out.null(); break;
        default: {
            const std::size_t items = prng.below(6);
            out.array(items);
            for (std::size_t i = 0; i < items; ++i) out.raw(random_item(prng, depth + 1));
        }
    }
    return std::move(out).take();
}

}  // namespace

TEST_CASE("integers, strings and simple values have the encodings of RFC 8949 appendix A") {
    CHECK(hex_of(cbor::Writer{}.uint(0)) == "00");
    CHECK(hex_of(cbor::Writer{}.uint(23)) == "17");
    CHECK(hex_of(cbor::Writer{}.uint(24)) == "1818");
    CHECK(hex_of(cbor::Writer{}.uint(255)) == "18ff");
    CHECK(hex_of(cbor::Writer{}.uint(256)) == "190100");
    CHECK(hex_of(cbor::Writer{}.uint(1000000)) == "1a000f4240");
    CHECK(hex_of(cbor::Writer{}.uint(UINT64_MAX)) == "1bffffffffffffffff");
    CHECK(hex_of(cbor::Writer{}.integer(-1)) == "20");
    CHECK(hex_of(cbor::Writer{}.integer(-1000)) == "3903e7");
    CHECK(hex_of(cbor::Writer{}.integer(INT64_MIN)) == "3b7fffffffffffffff");
    CHECK(hex_of(cbor::Writer{}.bytes(from("01020304"))) == "4401020304");
    CHECK(hex_of(cbor::Writer{}.text("\xe6\xb0\xb4")) == "63e6b0b4");
    CHECK(hex_of(cbor::Writer{}.array(3).uint(1).boolean(true).null()) == "8301f5f6");
    CHECK(hex_of(cbor::Writer{}.map(1).integer(1).integer(-47)) == "a101382e");
}

TEST_CASE("what is not in the one canonical form is refused with a reason") {
    const auto refused = [](std::string_view hex) {
        const Bytes bytes = from(hex);
        cbor::Reader in(bytes);
        (void)in.item("x");
        return !in.finish().has_value();
    };
    for (const char* hex : {"1817", "1900ff", "1a0000ffff", "1b00000000ffffffff", "5817" "00", "7800", "9800"}) CHECK(refused(hex));
    for (const char* hex : {"5f4100ff", "7f6161ff", "9f01ff", "bf0102ff", "1c", "1f", "ff"}) CHECK(refused(hex));   // indefinite, reserved
    for (const char* hex : {"f90000", "fa00000000", "fb0000000000000000", "f7", "f0", "f814", "f8ff", "e0"}) CHECK(refused(hex));
    for (const char* hex : {"c000", "d82a00", "a0", "a10102"}) CHECK(refused(hex));       // tags; maps outside COSE
    for (const char* hex : {"", "18", "41", "61", "81", "8200", "5bffffffffffffffff", "9bffffffffffffffff"}) CHECK(refused(hex));
    for (const char* hex : {"61ff", "62c080", "63eda080", "64f4908080", "62c3"}) CHECK(refused(hex));  // not UTF-8
    CHECK(refused("0000"));
    CHECK_FALSE(refused("00"));
}

TEST_CASE("nesting is read to sixteen levels and no further, without recursion") {
    const auto nested = [](std::size_t depth) {
        Bytes bytes(depth, 0x81);
        bytes.push_back(0x00);
        return bytes;
    };
    const Bytes deep = nested(16);
    cbor::Reader good(deep);
    CHECK(good.item("x").size() == 17);
    CHECK(good.finish().has_value());
    const Bytes bomb = nested(1000000);
    cbor::Reader bad(bomb);
    (void)bad.item("x");
    CHECK(bad.finish().error().code == ErrorCode::too_large);
}

TEST_CASE("the first error sticks and names its field") {
    const Bytes bytes = from("8201617a");
    cbor::Reader in(bytes);
    in.array_of(2, "pair");
    CHECK(in.uint("first") == 1);
    CHECK(in.uint("second") == 0);
    CHECK(in.text(5, "third").empty());
    const Status status = in.finish();
    REQUIRE_FALSE(status.has_value());
    CHECK(status.error().field == "second");
    CHECK(status.error().message == "expected an unsigned integer, found a text string");
    CHECK(describe(status.error()) == "second: expected an unsigned integer, found a text string (malformed)");
}

TEST_CASE("limits of size, count and value are the reader's own errors") {
    const auto error_of = [](std::string_view hex, const std::function<void(cbor::Reader&)>& read) {
        const Bytes bytes = from(hex);
        cbor::Reader in(bytes);
        read(in);
        const Status status = in.finish();
        return status ? std::string("none") : std::string(to_string(status.error().code));
    };
    CHECK(error_of("43010203", [](auto& in) { (void)in.bytes(2, "x"); }) == "too_large");
    CHECK(error_of("63616263", [](auto& in) { (void)in.text(2, "x"); }) == "too_large");
    CHECK(error_of("83010203", [](auto& in) { (void)in.array(2, "x"); }) == "too_large");
    CHECK(error_of("83010203", [](auto& in) { in.array_of(2, "x"); }) == "malformed");
    CHECK(error_of("05", [](auto& in) { (void)in.uint_at_most(4, "x"); }) == "invalid_value");
    CHECK(error_of("1bffffffffffffffff", [](auto& in) { (void)in.integer("x"); }) == "invalid_value");
    CHECK(error_of("3bffffffffffffffff", [](auto& in) { (void)in.integer("x"); }) == "invalid_value");
    CHECK(error_of("3b7fffffffffffffff", [](auto& in) { CHECK(in.integer("x") == INT64_MIN); }) == "none");
    CHECK(error_of("f6", [](auto& in) { CHECK(in.maybe_null()); }) == "none");
    CHECK(error_of("01", [](auto& in) { (void)in.boolean("x"); }) == "malformed");
}

TEST_CASE("every item that the reader takes, it would write the same way again") {
    Prng prng(1);
    int taken = 0;
    for (int round = 0; round < 20000; ++round) {
        Bytes bytes = random_item(prng, 0);
        if (round % 4 != 0) bytes = mutated(std::move(bytes), prng);
        cbor::Reader typed(bytes);
        cbor::Writer out;
        copy_item(typed, out, 0);
        const bool accepted = typed.finish().has_value();
        if (accepted) {
            ++taken;
            REQUIRE(out.view() == bytes);
        }
        cbor::Reader generic(bytes);
        (void)generic.item("x");
        const bool also = generic.finish().has_value();
        // The generic reader takes negative integers beyond 64 bits, which no typed reader asks for.
        if (accepted) REQUIRE(also);
    }
    CHECK(taken > 5000);
}

TEST_CASE("random octets never make the reader take what it would write otherwise") {
    Prng prng(2);
    for (int round = 0; round < 20000; ++round) {
        const Bytes bytes = prng.bytes(prng.below(40));
        cbor::Reader in(bytes);
        cbor::Writer out;
        copy_item(in, out, 0);
        if (in.finish()) REQUIRE(out.view() == bytes);
    }
}

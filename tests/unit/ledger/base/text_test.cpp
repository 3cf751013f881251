// Hexadecimal, base64 and time: one text per value.
#include <catch2/catch.hpp>

#include "ledger/base/base64.hpp"
#include "ledger/base/cbor.hpp"
#include "ledger/base/edit_distance.hpp"
#include "ledger/base/hex.hpp"
#include "ledger/base/time.hpp"
#include "tests/support/prng.hpp"

using namespace placet::base;

TEST_CASE("hexadecimal is lower case, even and of the expected length") {
    CHECK(to_hex(Bytes{0x00, 0xab, 0xff}) == "00abff");
    CHECK(*from_hex("00abff") == Bytes{0x00, 0xab, 0xff});
    CHECK(from_hex("")->empty());
    for (const char* text : {"0", "AB", "0g", " 00", "0x00"}) CHECK_FALSE(from_hex(text).has_value());
    struct Tag {};
    CHECK(fixed_from_hex<FixedBytes<2, Tag>>("00ff").has_value());
    CHECK(fixed_from_hex<FixedBytes<2, Tag>>("00").error().message == "expected 4 hexadecimal digits, got 2");
}

TEST_CASE("base64 is that of RFC 4648 with its padding and nothing else") {
    CHECK(to_base64(as_bytes("")).empty());
    CHECK(to_base64(as_bytes("f")) == "Zg==");
    CHECK(to_base64(as_bytes("fo")) == "Zm8=");
    CHECK(to_base64(as_bytes("foobar")) == "Zm9vYmFy");
    placet::tests::Prng prng(3);
    for (std::size_t size = 0; size < 200; ++size) {
        const Bytes bytes = prng.bytes(size);
        CHECK(*from_base64(to_base64(bytes)) == bytes);
    }
    for (const char* text : {"Zg", "Zg=", "Z===", "====", "Zh==", "Zm9=", "Zm 8", "Zg==Zg==", "Zm-_", "Zm8=\n"})
        CHECK_FALSE(from_base64(text).has_value());
}

TEST_CASE("words are as far apart as letters must be put in, taken out or replaced") {
    CHECK(edit_distance("", "") == 0);
    CHECK(edit_distance("purpose", "purpose") == 0);
    CHECK(edit_distance("", "abc") == 3);
    CHECK(edit_distance("kitten", "sitting") == 3);
    CHECK(edit_distance("actr", "actor") == 1);
    CHECK(edit_distance("heartbaet", "heartbeat") == 2);
}

TEST_CASE("instants are written in UTC with milliseconds and read with any offset") {
    CHECK(to_rfc3339(0) == "1970-01-01T00:00:00.000Z");
    CHECK(to_rfc3339(1795420800123) == "2026-11-23T08:00:00.123Z");
    CHECK(to_rfc3339(kLastInstant) == "9999-12-31T23:59:59.999Z");
    CHECK(to_rfc3339(kForever) == "no end");
    CHECK(*from_rfc3339("2026-11-23T08:00:00.123Z") == 1795420800123);
    CHECK(*from_rfc3339("2026-11-23T09:30:00+01:30") == 1795420800000);
    CHECK(*from_rfc3339("2026-11-23t00:00:00-08:00") == 1795420800000);
    CHECK(*from_rfc3339("2026-11-23T08:00:00.1239999Z") == 1795420800123);
    CHECK(*from_rfc3339("2024-02-29T00:00:00Z") == 1709164800000);
    CHECK(*day_from_iso("2026-11-23") == 1795392000000);
}

TEST_CASE("what is not an instant on the ledger is refused") {
    for (const char* text : {"", "2026-11-23", "2026-11-23T08:00Z", "2026-11-23T08:00:00", "2026-02-29T00:00:00Z", "2026-13-01T00:00:00Z",
                             "2026-11-23T24:00:00Z", "2026-11-23T08:60:00Z", "2026-11-23T08:00:60Z", "2026-11-23T08:00:00.Z",
                             "2026-11-23 08:00:00Z", "2026-11-23T08:00:00+1:00", "2026-11-23T08:00:00Zx", "1969-12-31T23:59:59Z",
                             "1970-01-01T00:00:00+00:01", "9999-12-31T23:59:59-00:01", "+2026-11-23T08:00:00Z"})
        CHECK_FALSE(from_rfc3339(text).has_value());
    for (const char* text : {"", "2026-11", "2026-11-31", "2026-11-23T", "1969-12-31", "26-11-23"}) CHECK_FALSE(day_from_iso(text).has_value());
}

TEST_CASE("an instant written and read again is the same") {
    placet::tests::Prng prng(4);
    for (int round = 0; round < 2000; ++round) {
        const TimeMs instant = prng.below(kLastInstant + 1);
        CHECK(*from_rfc3339(to_rfc3339(instant)) == instant);
    }
}

TEST_CASE("every error code has a name of its own") {
    CHECK(to_string(ErrorCode::malformed) == "malformed");
    CHECK(to_string(ErrorCode::internal) == "internal");
    CHECK(describe(Error{ErrorCode::io, "disk full", ""}) == "disk full (io)");
}

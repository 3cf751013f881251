// Dates of any precision as intervals, and text that cannot forge a terminal.
#include <catch2/catch.hpp>

#include "api/fhir/fhir_time.hpp"
#include "api/fhir/printable.hpp"

using namespace placet;
using namespace placet::api::fhir;

namespace {

std::string earliest(std::string_view text) { return base::to_rfc3339(read_date_time(text)->earliest); }
std::string latest(std::string_view text) { return base::to_rfc3339(read_date_time(text)->latest); }

}  // namespace

TEST_CASE("a date of partial precision is the whole interval it can mean") {
    CHECK(earliest("2024") == "2024-01-01T00:00:00.000Z");
    CHECK(latest("2024") == "2024-12-31T23:59:59.999Z");
    CHECK(earliest("2024-02") == "2024-02-01T00:00:00.000Z");
    CHECK(latest("2024-02") == "2024-02-29T23:59:59.999Z");
    CHECK(latest("2024-05-17") == "2024-05-17T23:59:59.999Z");
    CHECK_FALSE(read_date_time("2024-05-17")->zone_stated);
}

TEST_CASE("a time is read with its zone, to the digit that is given") {
    CHECK(earliest("2016-06-23T17:02:33+10:00") == "2016-06-23T07:02:33.000Z");
    CHECK(latest("2016-06-23T17:02:33+10:00") == "2016-06-23T07:02:33.999Z");
    CHECK(earliest("2016-05-26T00:41:10.25-04:00") == "2016-05-26T04:41:10.250Z");
    CHECK(latest("2016-05-26T00:41:10.250Z") == "2016-05-26T00:41:10.250Z");
    CHECK(read_date_time("2016-05-26T00:41:10Z")->zone_stated);
}

TEST_CASE("an instant before the ledger's clock begins is its beginning") {
    CHECK(read_date_time("1964-01-01")->earliest == 0);
    CHECK(read_date_time("1969-12-31T23:59:59Z")->latest == 0);
    CHECK(latest("9999") == "9999-12-31T23:59:59.999Z");
}

TEST_CASE("what is no FHIR date is refused") {
    for (const std::string_view text : {"", "24", "0000", "2024-13", "2024-00", "2024-2", "2023-02-29", "2024-02-30", "2024-05-32", "2024/05/17", "2024-05-17 ",
                                        "2024-05-17T10:00:00", "2024-05-17T10:00Z", "2024-05-17T24:00:00Z", "2024-05-17T10:60:00Z", "2024-05-17T10:00:61Z",
                                        "2024-05-17T10:00:00+25:00", "2024-05-17T10:00:00.Z", "2024-05-17T10:00:00z", "2024-05-17t10:00:00Z", "2024-05-17T10:00:00+0200",
                                        "2024-05-17T1", "now"}) {
        INFO(text);
        CHECK_FALSE(read_date_time(text));
    }
}

TEST_CASE("text of strangers cannot move a terminal's cursor or turn a line") {
    CHECK(printable("Zoë\x1b[2J") == "Zoë\\u{1b}[2J");
    CHECK(printable("a\nb\rc\td") == "a\\u{a}b\\u{d}c\\u{9}d");
    CHECK(printable("x\u202Eevil") == "x\\u{202e}evil");
    CHECK(printable("\xC2\x9B") == "\\u{9b}");
    CHECK(printable("\u200Bx") == "\\u{200b}x");
    CHECK(printable("\xff\xc3") == "\\x{ff}\\x{c3}");
    CHECK(printable("😀") == "😀");
    CHECK(printable(std::string(300, 'a'), 10) == "aaaaaaaaaa…");
}

// Sentences: every command has words, refusals say what would change them, and a trail can be read aloud.
#include <catch2/catch.hpp>

#include "cli/link/session.hpp"
#include "cli/words/request_in_words.hpp"
#include "cli/words/trail_in_words.hpp"
#include "contracts/access/commands.hpp"
#include "contracts/access/details.hpp"
#include "contracts/consent/commands.hpp"

using namespace placet;
using cli::link::json_from;
namespace words = cli::words;

namespace {
template <class Command>
types::Payload payload_of(const Command& command) {
    types::Payload payload;
    payload.kind = static_cast<std::uint64_t>(Command::kKind);
    payload.body = contracts::encode(command);
    return payload;
}
}  // namespace

TEST_CASE("every command of the ledger has words of its own") {
    for (const auto kind : contracts::all_command_kinds()) {
        types::Payload payload;
        payload.kind = static_cast<std::uint64_t>(kind);
        const auto lines = words::command_in_words(payload);  // an empty body decodes as nothing, and says so
        REQUIRE_FALSE(lines.empty());
        CHECK(lines[0].find("does not know") == std::string::npos);
    }
    types::Payload unknown;
    unknown.kind = 999;
    CHECK(words::command_in_words(unknown)[0].find("999") != std::string::npos);
}

TEST_CASE("a withdrawal says what stopped and what cannot be called back") {
    contracts::consent::WithdrawConsent command;
    command.custodian = "hospital-a";
    const contracts::consent::WithdrawalDetail detail{
        {"c-1"}, {}, {"cardio"}, {{"r-1.g0", "eva@university", "cardio", true}}};
    const types::Outcome outcome{true, "withdrawn", contracts::encode(detail)};
    const auto lines = words::outcome_in_words(payload_of(command), outcome);
    REQUIRE(lines.size() == 3);
    CHECK(lines[2].find("cannot be recalled") != std::string::npos);
}

TEST_CASE("a refusal says why and what would change it, without saying it twice") {
    const contracts::access::CastVote command{"r-1", "d-1", true, "merit", std::nullopt};
    const contracts::RefusalDetail detail{
        {{"conflict_of_interest", "dac3@hospital-a", "dac3@hospital-a has declared a conflict of interest"}}};
    const auto lines =
        words::outcome_in_words(payload_of(command), {false, "conflict_of_interest", contracts::encode(detail)});
    REQUIRE(lines.size() == 3);
    CHECK(lines[0].starts_with("Refused:"));
    CHECK(lines[1].starts_with("dac3@hospital-a: "));
    CHECK(lines[2].starts_with("what would change it: "));
}

TEST_CASE("counts are told rounded, and small ones not at all") {
    CHECK(words::count_in_words(40) == "about 40");
    CHECK(words::count_in_words(std::nullopt) == "fewer than 10");
    CHECK(words::joined({"a", "b", "c"}) == "a, b and c");
    CHECK(words::time_in_words(base::kForever) == "no end");
}

TEST_CASE("who saw the record: a release, its refusal, and an access in care") {
    const auto events = json_from(R"([
      {"kind":"record_release","accepted":true,"recorded_at":"2026-11-23T08:00:00.000Z","researcher":"eva@university","dataset":"cardio","grant":"g",
       "categories":["Observation"],"purposes":["HRESCH"],"answers":[{"code":"permit","permitted":true}]},
      {"kind":"record_release","accepted":false,"recorded_at":"2026-11-23T09:00:00.000Z","researcher":"eva@university","dataset":"cardio","grant":"g",
       "categories":[],"purposes":["HRESCH"],"answers":[{"code":"consent_withdrawn","permitted":false}]},
      {"kind":"access_batch","accepted":true,"occurred_at":"2026-11-23T07:00:00.000Z","staff":"s-7","custodian":"hospital-a","action":"read",
       "category":"Observation","purpose":"TREAT"}])");
    REQUIRE(events.has_value());
    const auto& rows = *events->items();
    CHECK(words::trail_in_words(rows[0]).starts_with(
        "2026-11-23 08:00:00 UTC: eva@university asked for Observation data of dataset cardio"));
    CHECK(words::trail_in_words(rows[0]).ends_with("Given, because the consent permits it."));
    CHECK(words::trail_in_words(rows[1]).find("REFUSED") != std::string::npos);
    CHECK(words::trail_in_words(rows[2]) ==
          "2026-11-23 07:00:00 UTC: s-7 of hospital-a read Observation data for treatment");
    CHECK_FALSE(words::is_refusal(rows[0]));
    CHECK(words::is_refusal(rows[1]));
    const auto before = words::released_before(*events);
    REQUIRE(before.size() == 1);
    CHECK((*before.items())[0].number_at("times") == 1);
}

TEST_CASE("a request in words has state, reasons, rounded counts and votes") {
    const auto request = json_from(
        R"({"id":"r-1","state":"review","researcher":"eva@university","submitted_at":"2026-11-23T08:00:00.000Z",
      "asked":{"title":"T","study":"S","terms":{"purposes":["HMB"],"months":12}},
      "datasets":[{"dataset":"d","custodian":"hospital-a","state":"review","duo":"review","reasons":[{"code":"duo_evidence_missing","subject":"IRB","text":"an ethics approval is required: name it"}],
        "obligations":["PUB"],"cohort":{"height":9,"counts":{"members":90,"permit":50}},"votes":[{"member":"dac1@hospital-a","approve":true,"reason":"merit"}]}]})");
    REQUIRE(request.has_value());
    std::string text;
    for (const std::string& line : words::request_in_words(*request)) text += line + "\n";
    for (const char* part : {"waits for the committee's votes", "what would change it",
                             "of about 90 people, the consents permit it for about 50, deny it for fewer than 10",
                             "asked 2026-11-23 08:00:00 UTC", "dac1@hospital-a voted for it"})
        CHECK(text.find(part) != std::string::npos);
}

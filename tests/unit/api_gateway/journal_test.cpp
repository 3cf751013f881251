// The gateway's journal: durable, chained, and strict about its past.
#include <catch2/catch.hpp>

#include "api/gateway/care_journal.hpp"
#include "tests/unit/api_gateway/fixture.hpp"

using namespace placet;
using namespace placet::tests;
using gw::Journal;

namespace {

const gw::JournalIdentity kIdentity{crypto::sha256(base::as_bytes("genesis")), "hospital-a"};

base::Result<std::vector<std::string>> read_all(const std::filesystem::path& path) {
    std::vector<std::string> out;
    auto journal = Journal::open(path, kIdentity, [&](std::uint64_t, base::BytesView payload) {
        out.emplace_back(base::as_text(payload));
        return base::Status();
    });
    if (!journal) return std::unexpected(journal.error());
    return out;
}

void write(const std::filesystem::path& path, std::initializer_list<std::string_view> texts) {
    auto journal = Journal::open(path, kIdentity, [](std::uint64_t, base::BytesView) { return base::Status(); });
    REQUIRE(journal);
    for (const std::string_view text : texts) REQUIRE(journal->append({base::to_bytes(text)}));
}

}  // namespace

TEST_CASE("what was appended is read again in order, over restarts") {
    const Folder folder("journal");
    write(folder / "j", {"one", "two"});
    write(folder / "j", {"three"});
    CHECK(*read_all(folder / "j") == std::vector<std::string>{"one", "two", "three"});
}

TEST_CASE("an append torn at any octet is cut off and what was acknowledged stays") {
    const Folder folder("journal-torn");
    write(folder / "j", {"one", "two"});
    const std::string whole = slurp(folder / "j");
    const std::size_t last = whole.rfind('\n', whole.size() - 2) + 1;
    for (std::size_t length = last + 1; length < whole.size(); ++length) {
        spill(folder / "j", whole.substr(0, length));
        CHECK(*read_all(folder / "j") == std::vector<std::string>{"one"});
        CHECK(slurp(folder / "j") == whole.substr(0, last));
    }
    spill(folder / "j", whole.substr(0, 20));
    CHECK(read_all(folder / "j")->empty());
}

TEST_CASE("any changed octet of a whole line refuses the start and names the line") {
    const Folder folder("journal-tamper");
    write(folder / "j", {"one", "two", "three"});
    const std::string whole = slurp(folder / "j");
    std::size_t line = 1;
    for (std::size_t at = 0; at < whole.size(); ++at) {
        if (whole[at] == '\n') {
            ++line;
            continue;
        }
        std::string bad = whole;
        bad[at] = bad[at] == 'a' ? 'b' : 'a';
        spill(folder / "j", bad);
        const auto read = read_all(folder / "j");
        REQUIRE_FALSE(read);
        if (line > 1) CHECK(read.error().field == "line " + std::to_string(line));
    }
}

TEST_CASE("a line taken out, put in or moved refuses the start") {
    const Folder folder("journal-lines");
    write(folder / "j", {"one", "two", "three"});
    const std::string whole = slurp(folder / "j");
    std::vector<std::string> lines;
    for (std::size_t at = 0, end; (end = whole.find('\n', at)) != std::string::npos; at = end + 1) lines.push_back(whole.substr(at, end - at + 1));
    REQUIRE(lines.size() == 4);
    for (const std::string& bad : {lines[0] + lines[1] + lines[3], lines[0] + lines[2] + lines[3], lines[0] + lines[2] + lines[1] + lines[3],
                                   lines[0] + lines[1] + lines[1] + lines[2], lines[1] + lines[2], lines[0] + "\n" + lines[1]}) {
        spill(folder / "j", bad);
        CHECK(read_all(folder / "j").error().code == ErrorCode::corrupt);
    }
}

TEST_CASE("a journal belongs to one chain, one custodian and one process") {
    const Folder folder("journal-identity");
    write(folder / "j", {"one"});
    const auto ignore = [](std::uint64_t, base::BytesView) { return base::Status(); };
    CHECK(Journal::open(folder / "j", {kIdentity.genesis, "hospital-b"}, ignore).error().code == ErrorCode::conflict);
    CHECK(Journal::open(folder / "j", {crypto::Hash{}, "hospital-a"}, ignore).error().code == ErrorCode::conflict);
    const auto held = Journal::open(folder / "j", kIdentity, ignore);
    CHECK(Journal::open(folder / "j", kIdentity, ignore).error().code == ErrorCode::busy);
}

TEST_CASE("rows, batches and seals survive a restart at any point") {
    const Folder folder("care-journal");
    const auto open = [&] {
        auto journal = gw::CareJournal::open(folder / "j", kIdentity);
        REQUIRE(journal);
        return std::move(*journal);
    };
    gw::CareAccess one{crypto::random_fixed<types::Pseudonym>(), "staff-1", "TREAT", "Observation", "read", 1000, "system", 1001};
    std::vector<access::AccessRow> rows;
    {
        auto journal = open();
        REQUIRE(journal->append({one, one, one}));
        rows = journal->next_rows();
        CHECK(rows.size() == 3);
        CHECK(rows[0].commitment != rows[1].commitment);  // salted
    }
    gw::PendingBatch batch{0, {rows[0], rows[1]}, crypto::random_fixed<types::Salt>(), base::to_bytes("first")};
    {
        auto journal = open();
        CHECK(journal->next_rows() == rows);
        REQUIRE(journal->begin_batch(batch));
    }
    {
        auto journal = open();
        REQUIRE(journal->pending());
        CHECK(journal->pending()->rows == batch.rows);
        CHECK(journal->next_rows().size() == 1);
        batch.transaction = base::to_bytes("again");
        REQUIRE(journal->begin_batch(batch));
    }
    {
        auto journal = open();
        CHECK(journal->pending()->transaction == base::to_bytes("again"));
        CHECK(journal->pending()->rows == batch.rows);
        REQUIRE(journal->append_release(5, "rita@university", "g1", "released", "2 patients"));
        REQUIRE(journal->seal_batch(0, {}, 7));
    }
    auto journal = open();
    CHECK_FALSE(journal->pending());
    CHECK(journal->next_sequence() == 1);
    CHECK(journal->counts().waiting == 1);
    CHECK(journal->counts().rows_sealed == 2);
}

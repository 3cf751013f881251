// docs/formats/commands.md and state-keys.md are made of the structs, the role table and the shapes of keys. PLACET_UPDATE_EXAMPLES=1
// rewrites their tables after a wanted change. And docs/rules.md and standards.md name tests that exist.
#include <catch2/catch.hpp>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <sstream>

#include "contracts/consent/pseudonym_owner.hpp"
#include "contracts/access/rows.hpp"
#include "contracts/dataset/installed_diseases.hpp"
#include "contracts/governance/authority.hpp"
#include "contracts/governance/membership.hpp"
#include "tests/unit/contracts/shape.hpp"
#include "tests/unit/contracts/study.hpp"

namespace placet::tests {
namespace {

namespace fs = std::filesystem;

fs::path source() { return std::getenv("PLACET_SOURCE") == nullptr ? fs::current_path() : fs::path(std::getenv("PLACET_SOURCE")); }

std::string read(const fs::path& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

/// The page must hold `table` between "<!-- name -->" and "<!-- end -->".
void keep_table(const std::string& page_name, const std::string& name, const std::string& table) {
    const fs::path path = source() / "docs" / "formats" / page_name;
    const std::string page = read(path);
    const std::string start_mark = "<!-- " + name + " -->\n";
    const std::size_t start = page.find(start_mark);
    REQUIRE(start != std::string::npos);
    const std::size_t from = start + start_mark.size();
    const std::size_t to = page.find("<!-- end -->", from);
    REQUIRE(to != std::string::npos);
    if (std::getenv("PLACET_UPDATE_EXAMPLES") != nullptr) {
        std::ofstream(path, std::ios::binary) << page.substr(0, from) + table + page.substr(to);
        return;
    }
    INFO("run contracts_test once with PLACET_UPDATE_EXAMPLES=1 after a wanted change, and read the page");
    CHECK(page.substr(from, to - from) == table);
}

template <class Command>
std::string command_row() {
    std::string senders;
    for (const auto role : governance::roles_for(Command::kKind)) senders += (senders.empty() ? "" : ", ") + std::string(governance::to_string(role));
    return "| " + std::to_string(static_cast<std::uint64_t>(Command::kKind)) + " | `" + std::string(contracts::to_string(Command::kKind)) + "` | " + senders +
           " | `" + shape<Command>() + "` |\n";
}

template <class... Commands>
std::string command_table() {
    return "| kind | command | sent by | body |\n|---|---|---|---|\n" + (command_row<Commands>() + ...);
}

template <class Entry>
std::string entry_row(const std::string& key, const std::string& what) {
    return "| `" + key + "` | " + what + " | `" + shape<Entry>() + "` |\n";
}

}  // namespace

TEST_CASE("docs/formats/commands.md lists every command with its body and its senders") {
    using namespace contracts;
    keep_table("commands.md", "commands",
               command_table<governance::EnrolActor, governance::RevokeActor, governance::RotateKey, governance::SetImplicitPolicy, governance::Propose,
                             governance::VoteOnProposal, governance::ProposeValidator, consent::EnrolPatient, consent::BindPatientKey, consent::RecordConsent, consent::WithdrawConsent,
                             dataset::RegisterDataset, dataset::AddMembers, dataset::RemoveMembers, access::SubmitRequest, access::CohortResult,
                             access::DeclareConflict, access::CastVote, access::CloseGrant, access::RecordRelease, access::AccessBatch,
                             access::RecordReads, access::WithdrawRequest, access::BreakGlass, access::AcknowledgeWithdrawal,
                             access::SetEmergencyPolicy, access::ReviewBreakGlass>());
    keep_table("commands.md", "details",
               "| outcomes | detail |\n|---|---|\n"
               "| `withdrawn` | `" + shape<consent::WithdrawalDetail>() + "` |\n"
               "| `members_added`, `members_removed` | `" + shape<dataset::MembersDetail>() + "` |\n"
               "| `submitted`, `duo_denied` | `" + shape<access::RequestDetail>() + "` |\n"
               "| `vote_recorded` (of a request), `granted`, `request_refused` | `" + shape<access::VoteDetail>() + "` |\n"
               "| `released`, `release_refused` | `" + shape<access::ReleaseDetail>() + "` |\n"
               "| `batch_recorded` | `" + shape<access::BatchDetail>() + "` |\n"
               "| `break_glass_recorded` | `" + shape<access::BreakGlassDetail>() + "` |\n"
               "| `review_recorded`, `break_glass_justified`, `break_glass_unjustified` | `" + shape<access::ReviewDetail>() + "` |\n"
               "| every other | `" + shape<RefusalDetail>() + "` |\n");
    keep_table("commands.md", "parts",
               "| part | payload |\n|---|---|\n"
               "| E part of `record_consent` | `[1, " + shape<consent::Consent>() + "]` |\n"
               "| `provision` in it | `" + shape<consent::Provision>() + "` |\n"
               "| rows of `access_batch` | `[* bstr]`, each octet string one `" + shape<access::AccessRow>() + "` |\n");
}

TEST_CASE("docs/formats/state-keys.md lists every entry of the map with its key and value") {
    using namespace contracts;
    std::string table = "| key | what | value |\n|---|---|---|\n";
    table += entry_row<governance::Organisation>("[1, organisation id]", "organisation");
    table += entry_row<governance::Actor>("[2, actor id]", "actor");
    table += "| `[3, algorithm, point]` | who holds or held a key | `[actor: tstr]` |\n";
    table += "| `[4, SPKI hash]` | who presents a certificate | `[actor: tstr]` |\n";
    table += entry_row<governance::CustodianPolicy>("[5, custodian]", "implicit policy");
    table += entry_row<governance::ParameterValue>("[6, name]", "adopted parameter");
    table += entry_row<governance::ProposalEntry>("[7, proposal id]", "proposal with its votes");
    table += entry_row<governance::ValidatorProposalEntry>("[8, proposal id]", "proposed change of the validators with its votes");
    table += entry_row<governance::DiseasesInForce>("[9]", "table of diseases by which requests are decided");
    table += "| `[10, transaction id]` | executed, not yet forgotten | `[expires_at_ms: uint, height: uint, sender: key]` |\n";
    table += "| `[11, height]` | ids that this block executed | `[last_expiry_ms: uint, ids: [* bstr 32]]` |\n";
    table += "| `[12]` | first height whose ids are not forgotten | `[next: uint]` |\n";
    table += entry_row<governance::Chain>("[13]", "what rules know of genesis");
    table += "| `[14, epoch]` | validator set of an epoch | `[epoch: uint, [* validator]]` ([genesis.md](genesis.md)) |\n";
    table += entry_row<governance::Membership>("[15]", "epoch that seals the next block, and the change that waits");
    table += entry_row<governance::ValidatorKey>("[16, algorithm, point]", "whose vote or checkpoint key it is or was");
    table += entry_row<governance::RecentRoot>("[17, height ÷ 16 mod 256]", "log root at a recent multiple of 16");
    table += entry_row<consent::Patient>("[20, custodian, pseudonym]", "patient");
    table += entry_row<consent::ConsentEntry>("[21, custodian, pseudonym, consent id]", "consent, newest version");
    table += entry_row<consent::ActiveConsents>("[22, custodian, pseudonym]", "active consents");
    table += entry_row<consent::Memberships>("[23, custodian, pseudonym]", "datasets she is a member of");
    table += entry_row<consent::PseudonymOwner>("[24, pseudonym]", "the custodian that enrolled it");
    table += entry_row<dataset::Dataset>("[30, dataset id]", "dataset");
    table += entry_row<dataset::Member>("[31, dataset id, pseudonym]", "member");
    table += entry_row<dataset::LiveGrants>("[32, dataset id]", "live grants");
    table += entry_row<dataset::DiseaseTableHead>("[33, table id]", "table of diseases that is staged or complete");
    table += entry_row<dataset::DiseaseParents>("[34, table id, disease id]", "what a disease descends from");
    table += entry_row<dataset::Derivations>("[35, dataset id]", "datasets made from it");
    table += entry_row<access::Request>("[40, request id]", "request with its decisions and votes");
    table += entry_row<access::Grant>("[41, grant id]", "grant");
    table += entry_row<access::Release>("[42, grant id, pseudonym]", "data of hers left under this grant");
    table += entry_row<access::SequenceHead>("[43, custodian]", "where its batches stand");
    table += entry_row<access::Batch>("[44, custodian, sequence]", "batch of accesses");
    table += entry_row<access::SequenceHead>("[45, node actor id]", "where its read records stand");
    table += "| `[46, actor id, request id]` | a researcher's request | `[actor: tstr]` |\n";
    table += entry_row<access::WithdrawalNotice>("[47, grant id, pseudonym]", "withdrawal to acknowledge");
    table += entry_row<access::WaitingNotice>("[48, custodian, grant id, pseudonym]", "the same while it is not acknowledged");
    table += entry_row<access::SetEmergencyPolicy>("[49, custodian]", "who may break the glass, for how long, and who reviews it");
    table += entry_row<access::EmergencyAccess>("[50, custodian, id]", "emergency access with its reviews");
    table += entry_row<access::OpenReview>("[51, custodian, id]", "the same while its review is open");
    keep_table("state-keys.md", "entries", table);
    std::set<std::string> kinds;  // "[33": two kinds of entries under one number would be read as each other
    std::istringstream rows(table);
    for (std::string row; std::getline(rows, row);)
        if (row.starts_with("| `[")) CHECK(kinds.insert(row.substr(0, row.find_first_of(",]"))).second);
}

TEST_CASE("keys of entries are as state-keys.md says") {
    using namespace contracts;
    const Pseudonym pseudonym = World::pseudonym(1);
    base::cbor::Writer key;
    key.array(4).uint(21).text("hospital-a").bytes(pseudonym.view()).text("c");
    CHECK(consent::consent_key("hospital-a", pseudonym, "c") == key.view());
    const Bytes prefix = consent::consents_prefix("hospital-a", pseudonym);
    CHECK(std::equal(prefix.begin(), prefix.end(), key.view().begin()));
    base::cbor::Writer grant;
    grant.array(2).uint(41).text("r.g0");
    CHECK(access::grant_key("r.g0") == grant.view());
}

TEST_CASE("every test that the pages about rules and standards name exists") {
    std::string tests;
    for (const char* folder : {"tests/unit/contracts", "tests/unit/api_fhir", "tests/unit/api_gateway", "tests/unit/cli", "tests/conformance", "tests/model"})
        for (const auto& file : fs::directory_iterator(source() / folder))
            if (file.path().extension() == ".cpp") tests += read(file.path());
    std::istringstream page(read(source() / "docs" / "rules.md") + read(source() / "docs" / "standards.md"));
    std::size_t named = 0;
    for (std::string line; std::getline(page, line);) {
        if (!line.starts_with("| ")) continue;
        for (std::size_t at = line.find('"'); at != std::string::npos;) {
            const std::size_t end = line.find('"', at + 1);
            REQUIRE(end != std::string::npos);
            const std::string name = line.substr(at, end - at + 1);
            INFO(name);
            CHECK(tests.find("TEST_CASE(" + name) != std::string::npos);
            ++named;
            at = line.find('"', end + 1);
        }
    }
    CHECK(named > 40);
}

}  // namespace placet::tests

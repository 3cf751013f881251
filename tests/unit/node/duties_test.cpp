// The journal of reads and consensus's records over a real store: what must survive a restart does.
#include <catch2/catch.hpp>

#include <filesystem>
#include <fstream>

#include "contracts/runtime/genesis_state.hpp"
#include "ledger/crypto/random.hpp"
#include "node/disk/consensus_log.hpp"
#include "node/duties/read_journal.hpp"

using namespace placet;

namespace {

// A chain of one seat, its store in a temporary folder.
struct Fixture {
    std::filesystem::path folder = std::filesystem::temp_directory_path() / ("placet-duties-" + std::to_string(::getpid()));
    crypto::SigningKey vote = crypto::SigningKey::generate();
    crypto::SigningKey service = crypto::SigningKey::generate();
    types::Genesis genesis;
    crypto::AeadKey parts_root = crypto::random_fixed<crypto::AeadKey>();
    std::unique_ptr<store::Store> store;
    node::Metrics metrics;
    node::Lifecycle lifecycle;
    std::unique_ptr<node::Log> log = node::Log::open({"test", "error", ""}).value();

    Fixture() {
        std::filesystem::remove_all(folder);
        std::filesystem::create_directories(folder);
        types::Validator seat;
        seat.name = "hospital-a";
        seat.organisation = "hospital-a";
        seat.vote_key = vote.public_key();
        seat.checkpoint_key = crypto::SigningKey::generate().public_key();
        seat.service_key = service.public_key();
        seat.note_key = crypto::ed25519::public_key(crypto::random_fixed<crypto::ed25519::SecretKey>());
        seat.tls_spki = crypto::random_fixed<types::SpkiHash>();
        seat.peer_address = "127.0.0.1:1";
        seat.api_address = "127.0.0.1:2";
        types::Organisation organisation;
        organisation.id = "hospital-a";
        organisation.title = "A";
        organisation.kind = "hospital";
        organisation.country = "DE";
        organisation.recovery_key = crypto::SigningKey::generate().public_key();
        organisation.operator_key = crypto::SigningKey::generate().public_key();
        organisation.operator_spki = crypto::random_fixed<types::SpkiHash>();
        genesis.chain = "duties";
        genesis.created_at_ms = 1767225600000;
        genesis.validators.validators = {seat};
        genesis.organisations = {organisation};
        REQUIRE(types::check(genesis).has_value());
        open();
    }
    ~Fixture() {
        store.reset();
        std::filesystem::remove_all(folder);
    }
    void open() {
        store.reset();
        auto opened = store::Store::open(folder / "store", genesis, {contracts::runtime::genesis_writes(genesis), parts_root});
        REQUIRE(opened.has_value());
        store = std::move(*opened);
    }
};

contracts::access::TrailRead read_of(const std::string& name) {
    contracts::access::TrailRead read;
    read.reader = "regulator@regulator";
    read.subject = contracts::access::ReadSubject::dataset_trail;
    read.name = name;
    read.read_at_ms = 1767225600001;
    return read;
}

}  // namespace

TEST_CASE("journalled reads survive a restart, and are submitted as one gap-free sequence") {
    Fixture fixture;
    std::vector<types::Transaction> submitted;
    node::OwnTransactions own(fixture.service, types::genesis_hash(fixture.genesis), "node@hospital-a", [&](const types::Transaction& transaction) {
        submitted.push_back(transaction);
        return base::Status{};
    });
    {
        node::DiskWriter disk(*fixture.store, fixture.metrics, fixture.lifecycle);
        disk.start();
        node::ReadJournal journal({*fixture.store, disk, &own, fixture.metrics, *fixture.log});
        REQUIRE(journal.load().has_value());
        for (int i = 0; i < 3; ++i) REQUIRE(journal.record(read_of("ds-" + std::to_string(i))).has_value());
        journal.tick(*fixture.store->snapshot(), 1767225600100);
        CHECK(submitted.size() == 1);
        journal.tick(*fixture.store->snapshot(), 1767225600200);
        CHECK(submitted.size() == 1);  // one under way at a time
        REQUIRE(journal.record(read_of("later")).has_value());
        CHECK(journal.waiting() == 4);
    }
    fixture.open();
    node::DiskWriter disk(*fixture.store, fixture.metrics, fixture.lifecycle);
    disk.start();
    node::ReadJournal journal({*fixture.store, disk, &own, fixture.metrics, *fixture.log});
    REQUIRE(journal.load().has_value());
    CHECK(journal.waiting() == 4);
    journal.tick(*fixture.store->snapshot(), 1767225600300);
    REQUIRE(submitted.size() == 2);
    const auto first = contracts::decode<contracts::access::RecordReads>(submitted[0].payload.body).value();
    const auto second = contracts::decode<contracts::access::RecordReads>(submitted[1].payload.body).value();
    CHECK(first == second);  // the same reads under the same sequence: the ledger takes one of them
    CHECK(first.reads.size() == 3);
}

TEST_CASE("evidence survives a restart, one piece for an offender, kind and epoch") {
    Fixture fixture;
    const auto genesis = types::genesis_hash(fixture.genesis);
    const auto vote = [&](std::uint8_t digest, consensus::SeqNum seq) {
        consensus::Vote out{consensus::VoteKind::commit, 0, 1, seq, {}, 0, {}};
        out.digest.octets[0] = digest;
        out.signature = fixture.vote.sign(consensus::vote_digest(genesis, out));
        return out;
    };
    const consensus::Accuse first{0, std::pair(vote(1, 7), vote(2, 7))};
    const consensus::Accuse later{0, std::pair(vote(1, 9), vote(2, 9))};
    const auto key = node::evidence_key(0, consensus::subject_of(first));
    CHECK(key == node::evidence_key(0, consensus::subject_of(later)));
    CHECK_FALSE(key == node::evidence_key(1, consensus::subject_of(first)));
    CHECK(node::read_evidence(*fixture.store)->empty());
    store::RecordBatch batch;
    batch.put(key, encode(first));
    batch.put(node::node_key(node::NodeRecord::cohort, 3), base::Bytes{1});
    REQUIRE(fixture.store->commit({&batch, 1}, store::Durability::synced).has_value());
    fixture.open();
    const auto found = node::read_evidence(*fixture.store);
    REQUIRE(found.has_value());
    REQUIRE(found->size() == 1);
    CHECK(encode(found->front()) == encode(first));
    CHECK(consensus::check_evidence(found->front(), fixture.genesis.validators, genesis).has_value());
    store::RecordBatch broken;
    broken.put(key, base::Bytes{0x80});
    REQUIRE(fixture.store->commit({&broken, 1}, store::Durability::synced).has_value());
    CHECK(node::read_evidence(*fixture.store).error().code == base::ErrorCode::corrupt);
}

TEST_CASE("a read that the ledger would refuse is not answered, and stands in nobody's way") {
    Fixture fixture;
    node::OwnTransactions own(fixture.service, types::genesis_hash(fixture.genesis), "node@hospital-a", [](const types::Transaction&) { return base::Status{}; });
    node::DiskWriter disk(*fixture.store, fixture.metrics, fixture.lifecycle);
    disk.start();
    node::ReadJournal journal({*fixture.store, disk, &own, fixture.metrics, *fixture.log});
    auto read = read_of("ds");
    read.pseudonym = crypto::random_fixed<types::Pseudonym>();
    CHECK(journal.record(read).error().code == base::ErrorCode::invalid_value);
    read.subject = contracts::access::ReadSubject::proof;
    CHECK(journal.record(read).has_value());
    CHECK(journal.waiting() == 1);
}

TEST_CASE("consensus's records come back as they were given, and no part in the clear is on disk") {
    Fixture fixture;
    const auto genesis = types::genesis_hash(fixture.genesis);
    const std::string secret = "a very recognisable erasable payload 0123456789";
    types::Part part;
    part.salt = crypto::random_fixed<types::Salt>();
    part.pseudonym = crypto::random_fixed<types::Pseudonym>();
    part.payload = base::to_bytes(secret);
    types::Payload payload;
    payload.kind = 203;
    payload.nonce = crypto::random_fixed<types::Nonce>();
    payload.expires_at_ms = 1767225700000;
    payload.parts = {types::part_commitment(encode(part))};
    payload.body = base::Bytes{0x80};
    const auto transaction = types::sign(payload, fixture.service, genesis);
    auto proposal = std::make_shared<types::Proposal>();
    proposal->time_ms = 5;
    proposal->submissions = {{transaction.bytes, {encode(part)}}};
    const std::vector<consensus::Record> records = {consensus::identity_record(genesis, fixture.vote.public_key()), consensus::body_record(1, proposal)};
    const auto batch = node::batch_of(records);
    REQUIRE(fixture.store->commit({&batch, 1}, store::Durability::synced).has_value());
    fixture.open();
    const auto found = node::read_consensus_records(*fixture.store);
    REQUIRE(found.has_value());
    REQUIRE(found->size() == 2);
    for (std::size_t i = 0; i < 2; ++i) {
        CHECK((*found)[i].first == records[i].key);
        CHECK((*found)[i].second == records[i].value);
    }
    const auto recovered = consensus::recover(*found, std::nullopt, genesis, fixture.vote.public_key());
    REQUIRE(recovered.has_value());
    CHECK(recovered->has_identity);
    fixture.store.reset();
    for (const auto& entry : std::filesystem::recursive_directory_iterator(fixture.folder)) {
        if (!entry.is_regular_file()) continue;
        std::ifstream in(entry.path(), std::ios::binary);
        const std::string content{std::istreambuf_iterator<char>(in), {}};
        INFO(entry.path());
        CHECK(content.find(secret) == std::string::npos);
    }
}

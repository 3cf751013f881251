// The executor and the door over a real store and real rules: what waits for missing parts, and what is sealed between two looks.
#include <catch2/catch.hpp>

#include <condition_variable>
#include <deque>
#include <filesystem>

#include "contracts/runtime/genesis_state.hpp"
#include "ledger/crypto/random.hpp"
#include "node/commit/committer.hpp"
#include "node/service/door.hpp"
#include "node/work/clock.hpp"
#include "tests/unit/contracts/world.hpp"

using namespace placet;

namespace {

/// Events of the executor, in order, for a test to wait for.
class Heard final : public node::CommitListener {
public:
    void on_event(consensus::Event event) override {
        const std::lock_guard lock(mutex_);
        events_.push_back(std::move(event));
        changed_.notify_all();
    }
    void on_sealed(const node::SealedBlock& block) override {
        const std::lock_guard lock(mutex_);
        sealed_ = block.height;
        changed_.notify_all();
    }
    void on_epoch_end() override { FAIL("no epoch ends here"); }
    /// The next event; none if nothing comes for very long.
    std::optional<consensus::Event> next() {
        std::unique_lock lock(mutex_);
        if (!changed_.wait_for(lock, kVeryLong, [&] { return !events_.empty(); })) return std::nullopt;
        auto event = std::move(events_.front());
        events_.pop_front();
        return event;
    }
    bool wait_sealed(types::Height height) {
        std::unique_lock lock(mutex_);
        return changed_.wait_for(lock, kVeryLong, [&] { return sealed_ >= height; });
    }

private:
    static constexpr std::chrono::seconds kVeryLong{60};
    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<consensus::Event> events_;
    types::Height sealed_ = 0;
};

struct Fixture {
    std::filesystem::path folder = std::filesystem::temp_directory_path() / ("placet-commit-" + std::to_string(::getpid()));
    tests::World world;
    std::unique_ptr<store::Store> store;
    node::Metrics metrics;
    node::Lifecycle lifecycle;
    std::unique_ptr<node::Log> log = node::Log::open({"test", "error", ""}).value();
    node::SignatureCache signatures;
    Heard heard;
    std::map<crypto::Hash, base::Bytes> parts_of_peer;
    std::mutex peer;
    std::condition_variable peer_asked;
    std::size_t asked = 0;
    std::unique_ptr<node::DiskWriter> disk;
    std::unique_ptr<node::PeerSource> source;
    std::unique_ptr<node::Committer> committer;

    Fixture() {
        world.state.time_ms_ = std::max(world.now(), node::now_ms());  // admission looks at the clock
        std::filesystem::remove_all(folder);
        std::filesystem::create_directories(folder);
        auto opened = store::Store::open(folder / "store", world.genesis,
                                         {contracts::runtime::genesis_writes(world.genesis), crypto::random_fixed<crypto::AeadKey>()});
        REQUIRE(opened.has_value());
        store = std::move(*opened);
        disk = std::make_unique<node::DiskWriter>(*store, metrics, lifecycle);
        source = std::make_unique<node::PeerSource>(
            [this](network::PeerIndex, const base::Bytes& request, std::chrono::milliseconds, const network::Respond& respond) { respond(answer(request)); }, 1,
            lifecycle);
        committer = std::make_unique<node::Committer>(node::Committer::Parts{*store, *disk, signatures, *source, heard, metrics, *log, lifecycle});
        disk->start();
        committer->start();
    }
    ~Fixture() {
        lifecycle.stop();
        committer->stop();
        disk->stop();
        committer.reset();  // holds a view of the store, and with it the open database
        store.reset();
        std::filesystem::remove_all(folder);
    }
    /// One peer that has no blocks, and the parts in parts_of_peer.
    base::Result<base::Bytes> answer(const base::Bytes& request) {
        const std::lock_guard lock(peer);
        ++asked;
        peer_asked.notify_all();
        for (const auto& [commitment, part] : parts_of_peer)
            if (request == node::encode_part_request(commitment)) return part;
        return base::refuse(base::ErrorCode::not_found, "not here");
    }
    bool wait_asked() {
        std::unique_lock lock(peer);
        return peer_asked.wait_for(lock, std::chrono::seconds(60), [this] { return asked > 0; });
    }
    consensus::Deliver delivery(types::Height height, std::vector<types::Submission> submissions) const {
        consensus::Deliver out;
        out.seq = height;
        out.proposal = std::make_shared<const types::Proposal>(types::Proposal{world.now() + height, std::move(submissions)});
        return out;
    }
    /// By three of the four validators.
    consensus::Sealed seal(const types::CheckpointBody& body) const {
        consensus::Sealed out{body.height, {body, 0b0111, {}}};
        for (std::size_t id = 0; id < 3; ++id) {
            const auto key = tests::World::key_named("checkpoint " + world.genesis.validators.validators[id].name);
            out.certificate.signatures.push_back(key.sign(types::checkpoint_digest(world.genesis_hash, body)));
        }
        return out;
    }
    void seal_block(types::Height height, std::vector<types::Submission> submissions) {
        committer->deliver(delivery(height, std::move(submissions)));
        const auto event = heard.next();
        REQUIRE(event.has_value());
        const auto* executed = std::get_if<consensus::Executed>(&*event);
        REQUIRE(executed != nullptr);
        committer->sealed(seal(executed->body));
        REQUIRE(heard.wait_sealed(height));
    }
    /// As block 1; consents of a person who is not known are refused before anybody looks at their parts.
    void enrol_patient() {
        const auto pseudonym = tests::World::pseudonym(1);
        const contracts::consent::EnrolPatient command{"hospital-a", pseudonym, crypto::sha256(pseudonym.view()), {}, {}};
        seal_block(1, {world.sign(world.operator_of("hospital-a"), tests::draft(command))});
    }
    types::Submission consent(const std::string& id) {
        return world.sign(world.operator_of("hospital-a"),
                          world.record_draft("hospital-a", tests::World::pseudonym(1), id, tests::permit_for({"HRESCH"})));
    }
};

}  // namespace

TEST_CASE("a delivery that waits for a missing part does not stand in the way of a state fetch, and is executed when a peer has the part") {
    Fixture fixture;
    fixture.enrol_patient();
    types::Submission bare = fixture.consent("c-1");
    const base::Bytes part = bare.parts.at(0);
    bare.parts.clear();  // a replay: the part is not in the proposal, and not in this store
    fixture.committer->deliver(fixture.delivery(2, {bare}));
    REQUIRE(fixture.wait_asked());
    consensus::FetchState fetch;
    fetch.from = 2;
    fetch.to = 2;
    fixture.committer->fetch_state(fetch);
    auto event = fixture.heard.next();
    REQUIRE(event.has_value());
    CHECK(std::holds_alternative<consensus::StateFetchFailed>(*event));

    {
        const std::lock_guard lock(fixture.peer);
        fixture.parts_of_peer[types::part_commitment(part)] = part;
    }
    fixture.committer->deliver(fixture.delivery(2, {bare}));
    event = fixture.heard.next();
    REQUIRE(event.has_value());
    REQUIRE(std::holds_alternative<consensus::Executed>(*event));
    CHECK(std::get<consensus::Executed>(*event).body.height == 2);
    CHECK(fixture.store->snapshot()->part(types::part_commitment(part)) == part);
    CHECK_FALSE(fixture.lifecycle.error());
}

TEST_CASE("what is sealed while it comes in does not stay in the mempool, and what names it can execute") {
    Fixture fixture;
    node::Mempool mempool({100, 1 << 20});
    const types::Submission first = fixture.consent("c-1");
    const auto transaction = types::decode_transaction(first.transaction, fixture.world.genesis_hash).value();
    auto next = fixture.world.record_draft("hospital-a", tests::World::pseudonym(1), "c-2", tests::permit_for({"HRESCH"}));
    next.after = transaction.id;
    const types::Submission second = fixture.world.sign(fixture.world.operator_of("hospital-a"), next);
    const auto follower = types::decode_transaction(second.transaction, fixture.world.genesis_hash).value();
    bool seal_now = false;
    const auto look = [&] {
        auto view = fixture.store->snapshot();
        if (std::exchange(seal_now, false)) {  // between the look and the entry
            fixture.seal_block(1, {first});
            mempool.remove({transaction.id});
        }
        return view;
    };
    std::size_t taken = 0;
    node::Door door({look, fixture.world.genesis_hash, mempool, fixture.signatures, fixture.metrics},
                    [&](const types::Submission&, node::Origin) { ++taken; });

    seal_now = true;
    const auto entered = door.enter(transaction, first, node::Origin::peer);
    if (!entered) FAIL(base::describe(entered.error()));
    CHECK(*entered == api::Admission::sealed);
    CHECK(mempool.size() == 0);
    CHECK(taken == 0);

    (void)mempool.take_changes();
    REQUIRE(door.enter(follower, second, node::Origin::peer).has_value());
    CHECK(taken == 1);
    const auto changes = mempool.take_changes();
    REQUIRE(changes.size() == 1);
    CHECK(changes[0].what == consensus::RequestChange::What::executable);
}

TEST_CASE("an id that is waiting or sealed does not vouch for another signature") {
    Fixture fixture;
    node::Mempool mempool({100, 1 << 20});
    const types::Submission good = fixture.consent("c-1");
    types::Submission forged = good;
    forged.transaction.back() ^= 1;
    const auto transaction = types::decode_transaction(good.transaction, fixture.world.genesis_hash).value();
    const auto other = types::decode_transaction(forged.transaction, fixture.world.genesis_hash).value();
    REQUIRE(other.id == transaction.id);
    node::Door door({[&] { return fixture.store->snapshot(); }, fixture.world.genesis_hash, mempool, fixture.signatures,
                     fixture.metrics},
                    [](const types::Submission&, node::Origin) {});
    const auto refused = [&] {
        const auto entered = door.enter(other, forged, node::Origin::client);
        return !entered && entered.error().code == base::ErrorCode::invalid_signature;
    };
    CHECK(refused());
    REQUIRE(door.enter(transaction, good, node::Origin::client) == api::Admission::accepted);
    CHECK(door.enter(transaction, good, node::Origin::client) == api::Admission::pending);
    CHECK(refused());
    fixture.seal_block(1, {good});
    CHECK(door.enter(transaction, good, node::Origin::client) == api::Admission::sealed);
    CHECK(refused());
}

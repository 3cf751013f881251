// A validator put together: see validator.hpp. This file starts, stops and keeps house; what flows between core, executor and network
// stands in validator_ports.cpp.
#include <filesystem>

#include "node/daemon/key_signer.hpp"
#include "node/daemon/seat.hpp"
#include "node/daemon/validator.hpp"
#include "node/work/clock.hpp"

namespace placet::node {

namespace {

using base::ErrorCode;
constexpr std::chrono::milliseconds kHousekeeping{100};
constexpr std::chrono::milliseconds kDuties{250};
constexpr std::chrono::milliseconds kWatch{1000};
constexpr std::size_t kPoolTasks = 65536;  // the bounds per peer are far below
constexpr std::uint64_t kMib = 1024 * 1024;

Mempool::Limits mempool_limits(const Config& config) { return {config.limits.mempool_transactions, config.limits.mempool_mib * kMib}; }

}  // namespace

Validator::Validator(const Parts& parts, types::ReplicaId self, const consensus::Config& config, const consensus::RecoveredState& recovered)
    : parts_(parts), terms_(parts.terms), self_(self), mempool_(mempool_limits(parts.config)), receipts_(parts.config.limits.waiting_receipts),
      signer_(std::make_unique<KeySigner>(*parts.keys.validator)), proposals_(parts.store.genesis_hash(), signatures_),
      verifier_(terms_.set, parts.store.genesis_hash(), consensus::real_signatures(), proposals_),
      verify_pool_(parts.config.limits.verify_threads, kPoolTasks), door_pool_(1, kPoolTasks),
      gate_(verifier_, verify_pool_, parts.metrics,
            [this](auto message, base::TimeMs at, std::shared_ptr<void> token) { on_verified(std::move(message), at, std::move(token)); }),
      disk_(parts.store, parts.metrics, parts.lifecycle),
      own_(parts.keys.validator->service, parts.store.genesis_hash(), "node@" + parts.config.name,
           [this](const types::Transaction& transaction) { return submit_own(transaction); }),
      journal_({parts.store, disk_, &own_, parts.metrics, parts.log}),
      cohorts_({parts.store, disk_, own_, terms_.set.validators[self].organisation, parts.log}),
      door_({[&store = parts.store] { return store.snapshot(); }, parts.store.genesis_hash(), mempool_, signatures_, parts.metrics}, [this](const types::Submission& s, Origin origin) { on_taken(s, origin); }),
      driver_(config, recovered, *signer_, *this) {
    verifier_.begin_above(terms_.base);
    gate_.set_epoch(terms_.set.epoch, [this](std::size_t peer, types::Epoch epoch) { on_laggard(peer, epoch); });
    const std::size_t others = terms_.set.n() - 1;
    for (std::size_t i = 0; i < others; ++i) peers_.push_back(std::make_unique<PeerSight>());
    gate_.expect(others, {});
}

Validator::~Validator() { stop(); }

base::Result<std::shared_ptr<Validator>> Validator::start(const Parts& parts, const std::vector<types::Submission>& waiting) {
    PLACET_TRY_ASSIGN(const auto self, find_seat(parts.config, parts.terms.set, parts.keys));
    PLACET_TRY_ASSIGN(const auto config, consensus_config(parts.config, parts.genesis, parts.terms, self));
    const auto& vote_key = parts.keys.validator->vote.public_key();
    PLACET_TRY(take_guard(parts.config, parts.store, vote_key, parts.log));
    PLACET_TRY_ASSIGN(const auto recovered, recover_state(parts.store, vote_key));
    if (!recovered.has_identity)
        parts.log.error("vote_log_lost",
                        "the vote key exists and its durable log does not: this validator follows and never votes under this key; rotate it to new keys "
                        "(docs/operations.md, Lost disk)");
    std::shared_ptr<Validator> validator(new Validator(parts, self, config, recovered));
    PLACET_TRY(validator->journal_.load());
    PLACET_TRY(validator->cohorts_.load());
    PLACET_TRY(validator->connect());
    validator->run_threads();
    for (const auto& submission : waiting)
        if (const auto transaction = types::decode_transaction(submission.transaction, parts.store.genesis_hash()))
            (void)validator->door_.enter(*transaction, submission, Origin::peer);
    return validator;
}

base::Status Validator::connect() {
    const auto& validators = terms_.set.validators;
    network::MeshConfig config;
    config.name = parts_.config.name;
    config.listen_address = parts_.config.network.listen.empty() ? validators[self_].peer_address : parts_.config.network.listen;
    config.certificate_pem = parts_.keys.tls.certificate_pem;
    config.key_pem = parts_.keys.tls.key_pem;
    config.genesis = parts_.store.genesis_hash();
    for (std::size_t i = 0; i < validators.size(); ++i)
        if (i != self_) config.peers.push_back({validators[i].name, validators[i].peer_address, validators[i].tls_spki});
    PLACET_TRY_ASSIGN(mesh_, network::Mesh::start(std::move(config), *this));
    source_ = std::make_unique<PeerSource>(
        [this](network::PeerIndex peer, base::Bytes request, std::chrono::milliseconds within, network::Respond respond) {
            mesh_->request(peer, std::move(request), within, std::move(respond));
        },
        peers_.size(), parts_.lifecycle);
    committer_ = std::make_unique<Committer>(
        Committer::Parts{parts_.store, disk_, signatures_, *source_, *this, parts_.metrics, parts_.log, parts_.lifecycle});
    return {};
}

void Validator::run_threads() {
    receipts_.start();
    disk_.start();
    committer_->start();
    RunningParts running;
    running.owner = shared_from_this();
    running.store = &parts_.store;
    running.receipts = &receipts_;
    running.journal = &journal_;
    running.door = &door_;
    running.mempool = &mempool_;
    running.replica = [this] { return driver_.summary(); };
    running.peers = [this] { return peer_statuses(); };
    parts_.backend.attach(std::move(running));
    driver_.start();
    housekeeping_ = std::thread([this] { housekeeping(); });
}

void Validator::stop() {
    if (stopped_.exchange(true)) return;
    receipts_.stop();
    if (housekeeping_.joinable()) housekeeping_.join();
    if (mesh_) mesh_->stop();
    door_pool_.stop();
    verify_pool_.stop();
    driver_.stop();
    if (committer_) committer_->stop();
    disk_.stop();
}

std::vector<api::PeerStatus> Validator::peer_statuses() const {
    std::vector<api::PeerStatus> out;
    const auto links = mesh_->status();
    for (network::PeerIndex i = 0; i < links.size(); ++i) {
        api::PeerStatus peer;
        peer.name = links[i].name;
        peer.state = links[i].connected ? "connected" : links[i].connects == 0 ? "connecting" : "down";
        peer.height = peers_[i]->height;
        peer.last_heard_ms = peers_[i]->heard_ms;
        out.push_back(std::move(peer));
    }
    return out;
}

base::Status Validator::submit_own(const types::Transaction& transaction) {
    const auto entered = door_.enter(transaction, {transaction.bytes, {}}, Origin::self);
    if (!entered) return std::unexpected(entered.error());
    if (*entered == api::Admission::sealed) return base::refuse(ErrorCode::conflict, "already sealed");
    return {};
}

void Validator::watch_disk_and_peers() {
    (void)parts_.backend.status();  // so that "since" is when it began, not when somebody asked
    std::error_code error;
    const auto space = std::filesystem::space(parts_.config.data, error);
    if (!error) {
        const std::uint64_t free_mib = space.available / kMib;
        parts_.metrics.disk_free_bytes.Set(static_cast<double>(space.available));
        parts_.backend.set_disk_free(free_mib);
        if (free_mib < parts_.config.limits.min_free_mib)
            parts_.lifecycle.fail({ErrorCode::io,
                                   "the data disk has " + std::to_string(free_mib) + " MiB left, less than limits.min_free_mib (" +
                                       std::to_string(parts_.config.limits.min_free_mib) +
                                       "): the node stops before it is full; make room and start it again (docs/operations.md, Disk full)",
                                   parts_.config.data.string()});
    }
    for (network::PeerIndex i = 0; i < peers_.size(); ++i)
        if (const auto why = gate_.last_refusal(i); !why.empty())
            parts_.log.warn("message_refused", why, {{"peer", terms_.set.validators[replica_of(i)].name}});
}

void Validator::housekeeping() {
    using Clock = std::chrono::steady_clock;
    Clock::time_point dutiful{};
    Clock::time_point watched{};
    while (!parts_.lifecycle.wait_for(kHousekeeping) && !stopped_) {
        const auto now = Clock::now();
        if (now - dutiful >= kDuties) {
            dutiful = now;
            const auto view = parts_.store.snapshot();
            journal_.tick(*view, now_ms());
            cohorts_.tick(*view, now_ms());
        }
        if (now - watched >= kWatch) {
            watched = now;
            watch_disk_and_peers();
            mempool_.stop_timing(now_ms());
            driver_.mempool_changed();
        }
    }
}

}  // namespace placet::node

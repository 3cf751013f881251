// A validator's seat: see seat.hpp.
#include "node/daemon/seat.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <fstream>

#include "contracts/governance/membership.hpp"
#include "node/disk/consensus_log.hpp"

namespace placet::node {

namespace {

using base::ErrorCode;

// A removed name is only gone for good when its folder is synced.
void sync_folder(const std::filesystem::path& folder) {
    const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor < 0) return;
    (void)::fsync(descriptor);
    ::close(descriptor);
}

}  // namespace

base::Result<EpochTerms> epoch_terms(const store::SealedView& view) {
    EpochTerms out;
    PLACET_TRY_ASSIGN(const auto now, contracts::governance::membership(view));
    PLACET_TRY_ASSIGN(out.set, contracts::governance::current_set(view));
    if (now.epoch > 0) {
        PLACET_TRY_ASSIGN(out.base, view.last_of_epoch(now.epoch - 1));
    }
    if (now.waits()) out.last = now.last_height;
    return out;
}

base::Result<types::ReplicaId> find_seat(const Config& config, const types::ValidatorSet& set, const NodeKeys& keys) {
    const auto& validators = set.validators;
    const auto found = std::ranges::find(validators, config.name, &types::Validator::name);
    if (found == validators.end())
        return base::refuse(ErrorCode::not_found, fmt::format("epoch {} has no validator '{}'", set.epoch, config.name), "name");
    const auto differs = [&](std::string_view which) {
        return base::refuse(ErrorCode::invalid_value, fmt::format("{} is not the one that epoch {} has for validator '{}'", which, set.epoch, config.name), "keys");
    };
    if (keys.validator->vote.public_key() != found->vote_key) return differs("vote.key");
    if (keys.validator->checkpoint.public_key() != found->checkpoint_key) return differs("checkpoint.key");
    if (keys.validator->service.public_key() != found->service_key) return differs("service.key");
    if (crypto::ed25519::public_key(keys.validator->note) != found->note_key) return differs("note.key");
    if (keys.tls.spki != found->tls_spki) return differs("tls.crt");
    return static_cast<types::ReplicaId>(found - validators.begin());
}

base::Result<consensus::Config> consensus_config(const Config& config, const types::Genesis& genesis, const EpochTerms& terms, types::ReplicaId self) {
    constexpr std::uint64_t kKib = 1024;
    constexpr std::uint64_t kMsPerSecond = 1000;
    consensus::Config out;
    out.self = self;
    out.validators = terms.set;
    out.base = terms.base;
    out.last = terms.last;
    out.genesis = types::genesis_hash(genesis);
    out.window = genesis.window;
    out.checkpoint_interval = genesis.checkpoint_interval;
    const auto& ours = config.consensus;
    out.timeouts = {ours.view_timeout_ms, ours.view_timeout_cap_ms, ours.heartbeat_ms, ours.busy_status_ms, ours.idle_status_ms, ours.batch_ms, ours.clock_skew_ms};
    out.network = {ours.round_trip_ms, std::max<std::uint64_t>(1, ours.bandwidth_kib_per_s * kKib / kMsPerSecond)};
    PLACET_TRY(consensus::check(out));
    return out;
}

base::Status take_guard(const Config& config, store::Store& store, const crypto::PublicKey& vote_key, Log& log) {
    auto path = config.data / "vote.guard";
    std::error_code error;
    const auto text_of = [](const std::filesystem::path& file) {
        std::ifstream in(file);
        std::string text;
        std::getline(in, text);
        return text;
    };
    // A rotation's guard waits beside it, made with the keys in "<keys>.next".
    const auto next = config.data / "vote.guard.next";
    if (std::filesystem::exists(next, error) && text_of(next) == crypto::to_text(vote_key)) path = next;
    if (!std::filesystem::exists(path, error)) return {};
    if (text_of(path) != crypto::to_text(vote_key))
        return base::refuse(ErrorCode::invalid_value, "belongs to another vote key; each key has its own empty guard, made with it", path.string());
    const auto batch = batch_of({consensus::identity_record(store.genesis_hash(), vote_key)});
    const auto held = store.record(batch.changes.front().key);
    if (!held) return std::unexpected(held.error());
    if (!*held) {
        PLACET_TRY(store.commit({&batch, 1}, store::Durability::synced));
        log.info("guard_taken", "the empty vote guard of this key is in the durable log now");
    }
    std::filesystem::remove(path, error);
    if (error) return base::refuse(ErrorCode::io, "cannot be removed: " + error.message(), path.string());
    sync_folder(config.data);
    return {};
}

base::Result<consensus::RecoveredState> recover_state(const store::Store& store, const crypto::PublicKey& vote_key) {
    PLACET_TRY_ASSIGN(const auto records, read_consensus_records(store));
    const auto view = store.snapshot();
    std::optional<types::QuorumCertificate> sealed;
    if (view->height() > 0) {
        PLACET_TRY_ASSIGN(sealed, view->certificate(view->height()));
    }
    return consensus::recover(records, sealed, store.genesis_hash(), vote_key);
}

}  // namespace placet::node

// A validator's seat: see seat.hpp.
#include "node/daemon/seat.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <fstream>

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

base::Result<types::ReplicaId> find_seat(const Config& config, const types::Genesis& genesis, const NodeKeys& keys) {
    const auto& validators = genesis.validators.validators;
    const auto found = std::ranges::find(validators, config.name, &types::Validator::name);
    if (found == validators.end())
        return base::refuse(ErrorCode::invalid_value, fmt::format("genesis has no validator '{}'", config.name), "name");
    const auto differs = [&](std::string_view which) {
        return base::refuse(ErrorCode::invalid_value, fmt::format("{} is not the one that genesis has for validator '{}'", which, config.name), "keys");
    };
    if (keys.validator->vote.public_key() != found->vote_key) return differs("vote.key");
    if (keys.validator->checkpoint.public_key() != found->checkpoint_key) return differs("checkpoint.key");
    if (keys.validator->service.public_key() != found->service_key) return differs("service.key");
    if (crypto::ed25519::public_key(keys.validator->note) != found->note_key) return differs("note.key");
    if (keys.tls.spki != found->tls_spki) return differs("tls.crt");
    return static_cast<types::ReplicaId>(found - validators.begin());
}

base::Result<consensus::Config> consensus_config(const Config& config, const types::Genesis& genesis, types::ReplicaId self) {
    constexpr std::uint64_t kKib = 1024;
    constexpr std::uint64_t kMsPerSecond = 1000;
    consensus::Config out;
    out.self = self;
    out.validators = genesis.validators;
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
    const auto path = config.data / "vote.guard";
    std::error_code error;
    if (!std::filesystem::exists(path, error)) return {};
    std::ifstream in(path);
    std::string text;
    std::getline(in, text);
    if (text != crypto::to_text(vote_key))
        return base::refuse(ErrorCode::invalid_value, "belongs to another vote key; each key has its own empty guard, made with it", path.string());
    const auto batch = batch_of({consensus::identity_record(store.genesis_hash(), vote_key)});
    const auto held = store.record(batch.changes.front().key);
    if (!held) return std::unexpected(held.error());
    if (!*held) {
        PLACET_TRY(store.commit({&batch, 1}, store::Durability::synced));
        log.info("guard_taken", "the empty vote guard of this key is in the durable log now");
    }
    in.close();
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

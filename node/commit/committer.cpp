// The executor: see committer.hpp.
#include "node/commit/committer.hpp"

#include <fmt/format.h>

#include "contracts/governance/membership.hpp"
#include "contracts/runtime/execute.hpp"
#include "ledger/base/cbor.hpp"

namespace placet::node {

namespace {

using base::ErrorCode;

// Remembers which parts a rule asked for in vain, so that they can be fetched.
class MissingParts final : public state::StateReader {
public:
    explicit MissingParts(const state::StateReader& reader) : reader_(reader) {}
    std::optional<base::Bytes> get(base::BytesView key) const override { return reader_.get(key); }
    std::optional<base::Bytes> part(const crypto::Hash& commitment) const override {
        auto found = reader_.part(commitment);
        if (!found) missing_.push_back(commitment);
        return found;
    }
    [[nodiscard]] const std::vector<crypto::Hash>& missing() const noexcept { return missing_; }

private:
    const state::StateReader& reader_;
    mutable std::vector<crypto::Hash> missing_;
};

constexpr std::chrono::milliseconds kRetry{500};

}  // namespace

Committer::Committer(Parts parts)
    : parts_(parts), overlay_(parts.store.snapshot()) {}

Committer::~Committer() { stop(); }

void Committer::start() {
    thread_ = std::thread([this] { run(); });
}

void Committer::stop() {
    queue_.close();
    if (thread_.joinable()) thread_.join();
}

void Committer::run() {
    while (!parts_.lifecycle.stopping()) {
        auto work = queue_.take_all();
        if (work.empty() && queue_.closed()) return;
        for (auto& item : work) {
            if (parts_.lifecycle.stopping()) return;
            std::visit([this](auto& one) { carry_out(one); }, item);
        }
    }
}

base::Result<state::ExecutedBlock> Committer::execute(const consensus::Deliver& work) {
    contracts::runtime::OrderedBlock block;
    block.height = work.seq;
    block.previous_block_time_ms = overlay_.head().block_time_ms;
    if (work.proposal) block.proposal = *work.proposal;
    block.validators = overlay_.head().next_validators;
    block.previous_root = overlay_.head().log.root();
    const MissingParts reader(overlay_);
    const contracts::runtime::ExecutionContext context{parts_.store.genesis_hash(), reader, [this](const types::Transaction& transaction) {
                                                           return parts_.signatures.contains(transaction.digest);
                                                       }};
    auto executed = contracts::runtime::execute(block, context);
    if (executed || executed.error().code != ErrorCode::unavailable) return executed;
    PLACET_TRY(fetch_parts(reader.missing()));
    return executed;
}

base::Status Committer::fetch_parts(const std::vector<crypto::Hash>& missing) {
    store::RecordBatch batch;
    for (const auto& commitment : missing)
        if (auto part = parts_.peers.part(commitment)) batch.put_part(std::move(*part));
    const std::size_t found = batch.parts.size();
    if (found > 0 && !parts_.disk.commit_and_wait(std::move(batch))) return base::refuse(ErrorCode::unavailable, "the node is stopping");
    parts_.log.warn("parts_fetched", "erasable parts that a rule must read were missing here and asked of peers",
                    {{"missing", std::uint64_t{missing.size()}}, {"found", std::uint64_t{found}}});
    return {};
}

// Where the epoch ends, by the state after what was executed last. A map entry that does not decode was found by the execution itself.
std::optional<types::Height> Committer::epoch_end() const {
    const auto now = contracts::governance::membership(overlay_);
    return now && now->waits() ? std::optional(now->last_height) : std::nullopt;
}

bool Committer::ends_epoch(types::Height height) {
    const auto view = parts_.store.snapshot();
    const auto commit = view->commit_leaf(height);
    if (!commit || commit->validators == commit->next_validators) return false;
    epoch_is_over_ = true;
    base::cbor::Writer record;
    record.array(2).uint(height).bytes(commit->next_validators.view());
    store::RecordBatch batch;
    batch.put(node_key(NodeRecord::epoch, height), record.view());
    // One synced stream: behind this record everything appended before it is on disk, too.
    if (parts_.disk.commit_and_wait(std::move(batch))) parts_.listener.on_epoch_end();
    return true;
}

void Committer::carry_out(consensus::Deliver& work) {
    if (epoch_is_over_ || work.seq != overlay_.head().height + 1) return;  // behind a FetchState: the core delivers again
    auto executed = execute(work);
    while (!executed && executed.error().code == ErrorCode::unavailable) {
        if (parts_.lifecycle.wait_for(kRetry) || fetch_waits_) return;
        executed = execute(work);
    }
    auto block = executed ? state::assemble(*executed, overlay_.head(), overlay_) : std::unexpected(executed.error());
    if (!block) {
        parts_.log.error("execution_failed", base::describe(block.error()), {{"height", work.seq}});
        return parts_.lifecycle.fail(block.error());
    }
    const types::CheckpointBody body = block->body();
    overlay_.push(std::move(*block));
    parts_.metrics.unsealed_blocks.Set(static_cast<double>(overlay_.depth()));
    parts_.listener.on_event(consensus::Executed{body, epoch_end()});
}

void Committer::carry_out(consensus::Sealed& work) {
    const state::UnsealedBlock* block = overlay_.find(work.seq);
    if (block == nullptr) {
        if (work.seq <= parts_.store.snapshot()->height()) return;
        return parts_.lifecycle.fail({ErrorCode::internal, fmt::format("block {} is sealed and was not executed here", work.seq), "committer"});
    }
    auto transactions = transactions_of(block->record, parts_.store.genesis_hash());
    auto appended = transactions ? parts_.store.append(*block, work.certificate) : std::unexpected(transactions.error());
    if (!appended) return parts_.lifecycle.fail(appended.error());
    if (!overlay_.rebase(parts_.store.snapshot()))
        return parts_.lifecycle.fail({ErrorCode::corrupt, fmt::format("the store at height {} is not what was executed", work.seq), "committer"});
    parts_.metrics.unsealed_blocks.Set(static_cast<double>(overlay_.depth()));
    announce(work.seq, std::move(*transactions));
    (void)ends_epoch(work.seq);
}

void Committer::announce(types::Height height, std::vector<types::Transaction> transactions) {
    parts_.listener.on_sealed({height, std::move(transactions), parts_.store.snapshot()});
}

base::Result<types::QuorumCertificate> Committer::install(const BlockWithParts& block, store::RecordBatch& parts) {
    const auto& genesis = parts_.store.genesis_hash();
    PLACET_TRY_ASSIGN(const auto record, types::decode_block(block.record));
    PLACET_TRY_ASSIGN(auto transactions, transactions_of(record, genesis));
    PLACET_TRY_ASSIGN(const auto commitments, commitments_of(record, genesis));
    PLACET_TRY(parts_.store.append(record));
    for (const auto& part : block.parts) {
        const auto commitment = types::part_commitment(part);
        if (std::ranges::find(commitments, commitment) != commitments.end() && types::decode_part(part)) parts.put_part(part);
    }
    announce(record.height, std::move(transactions));
    return record.seal;
}

void Committer::carry_out(consensus::FetchState& work) {
    fetch_waits_ = false;
    if (epoch_is_over_) return;
    types::Height height = parts_.store.snapshot()->height();
    overlay_.drop_above(height);
    std::optional<types::QuorumCertificate> last;
    unsigned failures = 0;
    while (height < work.to && failures < 3 && !parts_.lifecycle.stopping()) {
        auto fetched = parts_.peers.blocks(height + 1);
        if (!fetched) {
            parts_.log.warn("fetch_failed", base::describe(fetched.error()), {{"height", height + 1}, {"wanted", work.to}});
            break;
        }
        store::RecordBatch parts;  // what is missing after a crash in between is fetched when a rule reads it
        for (const auto& block : fetched->blocks) {
            auto seal = install(block, parts);
            if (!seal) {
                parts_.log.warn("block_refused", base::describe(seal.error()), {{"height", height + 1}, {"peer", std::uint64_t{fetched->from}}});
                if (seal.error().code == ErrorCode::io || seal.error().code == ErrorCode::corrupt) return parts_.lifecycle.fail(seal.error());
                parts_.peers.distrust(fetched->from);
                ++failures;
                break;
            }
            height = seal->body.height;
            last = std::move(*seal);
            if (height >= work.to) break;  // what lies beyond may be of another epoch
        }
        if (!parts.parts.empty() && !parts_.disk.commit_and_wait(std::move(parts))) return;
    }
    if (!overlay_.rebase(parts_.store.snapshot()) && overlay_.depth() > 0) overlay_.drop_above(height);
    if (last && ends_epoch(height)) return;
    if (last) {
        parts_.log.info("caught_up", "sealed blocks were fetched from peers and checked", {{"height", height}, {"wanted", work.to}});
        return parts_.listener.on_event(consensus::StateInstalled{*last, epoch_end()});
    }
    if (height >= work.to && height > 0) {
        if (const auto seal = parts_.store.snapshot()->certificate(height)) return parts_.listener.on_event(consensus::StateInstalled{*seal, epoch_end()});
    }
    parts_.listener.on_event(consensus::StateFetchFailed{});
}

}  // namespace placet::node

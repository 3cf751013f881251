// See chain.hpp.
#include "tests/sim/chain.hpp"

#include "tests/sim/fake_crypto.hpp"
#include "tests/sim/prng.hpp"

namespace placet::sim {

namespace {

std::uint64_t low_word(const Hash& hash) noexcept {
    std::uint64_t value = 0;
    std::memcpy(&value, hash.data(), sizeof value);
    return value;
}

}  // namespace

std::vector<std::uint64_t> Block::receipts() const {
    std::vector<std::uint64_t> all = transactions;
    all.insert(all.end(), refused.begin(), refused.end());
    return all;
}

const Block& Chain::execute(const consensus::Deliver& delivery, Machine machine) {
    types::CheckpointBody previous;
    if (!overlays_.empty())
        previous = overlays_.back().body;
    else if (!sealed_.empty())
        previous = sealed_.back()->body;
    Block block{.height = delivery.seq, .transactions = {}, .refused = {}, .body = {}, .seal = {}};
    const base::TimeMs least = previous.block_time_ms + 1;
    const base::TimeMs time = delivery.proposal ? std::max(least, delivery.proposal->time_ms) : least;
    std::uint64_t root = Prng::mix(low_word(previous.root) + delivery.seq);
    if (delivery.proposal) {
        for (const types::Submission& submission : delivery.proposal->submissions) {
            const auto id = fake_transaction_id(submission);
            if (!id || sealed_transactions_.contains(*id) || !overlay_transactions_.insert(*id).second) continue;
            const base::TimeMs expiry = fake_expiry_ms(submission);
            const bool is_late = expiry > 0 && time > expiry;
            (is_late ? block.refused : block.transactions).push_back(*id);
            root = Prng::mix(root ^ *id ^ (is_late ? 1ULL << 63 : 0));
        }
    }
    if (machine == Machine::corrupt) root ^= 1;
    block.body = {0, delivery.seq, previous.size + block.transactions.size() + block.refused.size() + 1, spread(root),
                  time};
    overlays_.push_back(std::move(block));
    return overlays_.back();
}

BlockPtr Chain::seal(const types::QuorumCertificate& certificate) {
    auto block = std::make_shared<Block>(std::move(overlays_.front()));
    overlays_.erase(overlays_.begin());
    block->seal = certificate;
    for (const std::uint64_t id : block->receipts()) {
        overlay_transactions_.erase(id);
        sealed_transactions_.insert(id);
    }
    sealed_.push_back(block);
    return block;
}

void Chain::install(const BlockPtr& block) {
    for (const std::uint64_t id : block->receipts()) sealed_transactions_.insert(id);
    sealed_.push_back(block);
}

void Chain::drop_overlays() {
    overlays_.clear();
    overlay_transactions_.clear();
}

void Chain::truncate(types::Height height) {
    drop_overlays();
    while (sealed_.size() > height) {
        for (const std::uint64_t id : sealed_.back()->receipts()) sealed_transactions_.erase(id);
        sealed_.pop_back();
    }
}

std::optional<types::QuorumCertificate> Chain::last_seal() const {
    if (sealed_.empty()) return std::nullopt;
    return sealed_.back()->seal;
}

}  // namespace placet::sim

// Unsealed blocks over a sealed state.
#include "ledger/state/unsealed_overlay.hpp"

#include <algorithm>
#include <ranges>

#include "ledger/base/assert.hpp"

namespace placet::state {

UnsealedOverlay::UnsealedOverlay(std::shared_ptr<const SealedState> sealed) : sealed_(std::move(sealed)) {
    ASSERT(sealed_ != nullptr, "an overlay lies over a sealed state");
}

std::optional<base::Bytes> UnsealedOverlay::get(base::BytesView key) const {
    for (const UnsealedBlock& block : std::views::reverse(blocks_)) {
        const auto place = std::ranges::lower_bound(
            block.map_writes, key,
            [](base::BytesView a, base::BytesView b) { return std::ranges::lexicographical_compare(a, b); },
            [](const types::StateWrite& write) { return base::BytesView(write.key); });
        if (place != block.map_writes.end() && base::equal(place->key, key)) return place->value;
    }
    return sealed_->get(key);
}

std::optional<base::Bytes> UnsealedOverlay::part(const crypto::Hash& commitment) const {
    return sealed_->part(commitment);
}

base::Result<merkle::Frontier> UnsealedOverlay::sub_log(base::BytesView encoded_index_key) const {
    const base::Bytes key = base::to_bytes(encoded_index_key);
    for (const UnsealedBlock& block : std::views::reverse(blocks_))
        if (const auto place = block.sub_logs.find(key); place != block.sub_logs.end()) return place->second;
    return sealed_->sub_log(encoded_index_key);
}

const ChainHead& UnsealedOverlay::head() const noexcept {
    return blocks_.empty() ? sealed_->head() : blocks_.back().head;
}

void UnsealedOverlay::push(UnsealedBlock block) {
    ASSERT(block.head.height == head().height + 1 && block.commit.previous == head().commit_leaf,
           "an unsealed block follows the newest one");
    blocks_.push_back(std::move(block));
}

const UnsealedBlock* UnsealedOverlay::find(types::Height height) const noexcept {
    const auto place = std::ranges::find(blocks_, height, [](const UnsealedBlock& block) { return block.head.height; });
    return place == blocks_.end() ? nullptr : &*place;
}

void UnsealedOverlay::drop_above(types::Height height) noexcept {
    while (!blocks_.empty() && blocks_.back().head.height > height) blocks_.pop_back();
}

bool UnsealedOverlay::rebase(std::shared_ptr<const SealedState> sealed) {
    const ChainHead& next = sealed->head();
    const UnsealedBlock* own = find(next.height);
    const bool same_place = next.height == sealed_->head().height;
    const bool agrees = own != nullptr ? own->head.commit_leaf == next.commit_leaf && own->head.log == next.log
                                       : blocks_.empty() || same_place || next.height > head().height;
    sealed_ = std::move(sealed);
    if (!agrees) {
        blocks_.clear();
        return false;
    }
    while (!blocks_.empty() && blocks_.front().head.height <= sealed_->head().height) blocks_.pop_front();
    return true;
}

}  // namespace placet::state

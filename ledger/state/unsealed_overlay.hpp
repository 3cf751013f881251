// Executed blocks that are not sealed yet, in memory over a sealed state: what `execute` reads. One thread's.
//
// A block that seals moves into the store, and `rebase` takes the store's new view underneath. A divergence drops
// blocks from the top; nothing on disk has to be undone. At most `window` blocks (16) are held; the caller keeps to
// that.
#pragma once

#include <deque>
#include <memory>

#include "ledger/state/block_assembly.hpp"

namespace placet::state {

class UnsealedOverlay final : public StateReader, public SubLogReader {
public:
    explicit UnsealedOverlay(std::shared_ptr<const SealedState> sealed);

    /// The newest value: of the unsealed blocks from the top, else the sealed one.
    [[nodiscard]] std::optional<base::Bytes> get(base::BytesView key) const override;
    /// Parts are content-addressed and never part of a block: asked of the sealed state's store.
    [[nodiscard]] std::optional<base::Bytes> part(const crypto::Hash& commitment) const override;
    [[nodiscard]] base::Result<merkle::Frontier> sub_log(base::BytesView encoded_index_key) const override;

    /// What the next block is built on.
    [[nodiscard]] const ChainHead& head() const noexcept;
    [[nodiscard]] std::size_t depth() const noexcept { return blocks_.size(); }

    /// `block` must follow head() (ASSERT).
    void push(UnsealedBlock block);
    /// The unsealed block at `height`; nullptr if there is none.
    [[nodiscard]] const UnsealedBlock* find(types::Height height) const noexcept;
    /// Drops every unsealed block above `height`.
    void drop_above(types::Height height) noexcept;
    /// Takes a newer sealed state and drops the blocks it holds. If it does not agree with what was executed here at
    /// its height, everything unsealed is dropped and false is returned: this replica has diverged.
    [[nodiscard]] bool rebase(std::shared_ptr<const SealedState> sealed);

private:
    std::shared_ptr<const SealedState> sealed_;
    std::deque<UnsealedBlock> blocks_;  ///< ascending by height, the first one follows sealed_
};

}  // namespace placet::state

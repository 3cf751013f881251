// The state as one block's execution sees it: the state before the block, under what its earlier transactions wrote. Rules read and
// write here and nowhere else. Owned by runtime::execute, one thread; each read, write and append counts one step.
#pragma once

#include <map>
#include <optional>
#include <vector>

#include "contracts/common/outcome.hpp"
#include "contracts/common/state_keys.hpp"
#include "ledger/state/effects.hpp"
#include "ledger/types/transaction.hpp"

namespace placet::contracts {

/// How a rule answers: what stands in the receipt. A refusal's writes are dropped unless it `keeps` them.
struct Verdict {
    types::Outcome outcome;
    bool keeps_writes = true;
};

/// A success with its code and detail.
template <Described T>
[[nodiscard]] Verdict accepted(std::string_view code, const T& detail) {
    return {{true, std::string(code), encode(detail)}, true};
}
[[nodiscard]] Verdict accepted(std::string_view code);
/// A refusal: nothing is written. `subject` = what it is about; the reason's text is the outcome's advice.
[[nodiscard]] Verdict refused(std::string_view code, std::string_view subject = {});
[[nodiscard]] Verdict refused(std::string_view code, std::vector<Reason> reasons);

class Transition final : public state::StateReader {
public:
    /// `base` must outlive this.
    Transition(const state::StateReader& base, TimeMs now_ms, types::Height height) : base_(base), now_ms_(now_ms), height_(height) {}

    [[nodiscard]] std::optional<Bytes> get(BytesView key) const override;
    /// A part of this block, else what the base knows.
    [[nodiscard]] std::optional<Bytes> part(const Hash& commitment) const override;

    /// This block's time: the only "now" a rule knows.
    [[nodiscard]] TimeMs now_ms() const noexcept { return now_ms_; }
    [[nodiscard]] types::Height height() const noexcept { return height_; }

    /// What travels with the block's transactions; borrowed, must outlive this.
    void offer_part(const Hash& commitment, const Bytes& encoded) { parts_.emplace(commitment, &encoded); }

    /// Starts a transaction: its writes and appends are kept apart until `close`.
    void open(const types::Transaction& transaction);
    [[nodiscard]] const types::Transaction& transaction() const noexcept { return *transaction_; }
    /// The part that the transaction names at `index`, decoded; a refusal (invalid_value) if there is none.
    [[nodiscard]] Result<types::Part> own_part(std::uint64_t index) const;

    template <Described T>
    void put(const Bytes& key, const T& value) { put_raw(key, encode(value)); }
    void put_raw(const Bytes& key, Bytes value);
    void remove(const Bytes& key);
    void append(state::IndexKey key, std::uint64_t row = 0, std::optional<state::ActiveSet> active = std::nullopt);
    /// Counts work that is no read or write (consents evaluated).
    void spend(std::uint64_t steps) const noexcept { steps_ += steps; }

    /// Forgets what the open transaction wrote; its appends stay, because refusals stand in the sub-logs, too.
    void drop_writes() { event_writes_.clear(); }
    /// Ends the transaction: its writes join the block's.
    [[nodiscard]] state::EventEffects close(types::Outcome outcome);

    /// Writes outside any transaction (forgetting of ids): since the last `close`.
    [[nodiscard]] std::vector<types::StateWrite> take_writes();

    [[nodiscard]] std::uint64_t steps() const noexcept { return steps_; }

private:
    using Writes = std::map<Bytes, std::optional<Bytes>>;

    const state::StateReader& base_;
    TimeMs now_ms_;
    types::Height height_;
    const types::Transaction* transaction_ = nullptr;
    Writes block_writes_;
    Writes event_writes_;
    std::vector<state::PendingAppend> appends_;
    std::map<Hash, const Bytes*> parts_;
    mutable std::uint64_t steps_ = 0;
};

}  // namespace placet::contracts

// The overlay of one block's execution.
#include "contracts/common/transition.hpp"

#include <utility>

namespace placet::contracts {

Verdict accepted(std::string_view code) { return accepted(code, RefusalDetail{}); }

Verdict refused(std::string_view code, std::string_view subject) {
    return refused(code, {Reason{std::string(code), std::string(subject), outcome_advice(code)}});
}

Verdict refused(std::string_view code, std::vector<Reason> reasons) {
    return {{false, std::string(code), encode(RefusalDetail{std::move(reasons)})}, false};
}

std::optional<Bytes> Transition::get(BytesView key) const {
    ++steps_;
    const Bytes owned = base::to_bytes(key);
    if (const auto found = event_writes_.find(owned); found != event_writes_.end()) return found->second;
    if (const auto found = block_writes_.find(owned); found != block_writes_.end()) return found->second;
    return base_.get(key);
}

std::optional<Bytes> Transition::part(const Hash& commitment) const {
    ++steps_;
    if (const auto found = parts_.find(commitment); found != parts_.end()) return *found->second;
    return base_.part(commitment);
}

void Transition::open(const types::Transaction& transaction) {
    transaction_ = &transaction;
    event_writes_.clear();
    appends_.clear();
}

Result<types::Part> Transition::own_part(std::uint64_t index) const {
    const auto& commitments = transaction_->payload.parts;
    if (index >= commitments.size()) return refuse(ErrorCode::invalid_value, "the command names a part that the transaction does not have", "parts");
    const std::optional<Bytes> encoded = part(commitments[index]);
    if (!encoded) return refuse(ErrorCode::unavailable, "a part of this block's own transaction is missing on this node: fetch it", "parts");
    return types::decode_part(*encoded);
}

void Transition::put_raw(const Bytes& key, Bytes value) {
    ++steps_;
    event_writes_.insert_or_assign(key, std::move(value));
}

void Transition::remove(const Bytes& key) {
    ++steps_;
    event_writes_.insert_or_assign(key, std::nullopt);
}

void Transition::append(state::IndexKey key, std::uint64_t row, std::optional<state::ActiveSet> active) {
    ++steps_;
    appends_.push_back({std::move(key), row, active});
}

state::EventEffects Transition::close(types::Outcome outcome) {
    state::EventEffects effects;
    effects.id = transaction_->id;
    effects.transaction = transaction_->bytes;
    effects.outcome = std::move(outcome);
    effects.appends = std::exchange(appends_, {});
    effects.writes = take_writes();
    transaction_ = nullptr;
    return effects;
}

std::vector<types::StateWrite> Transition::take_writes() {
    std::vector<types::StateWrite> out;
    out.reserve(event_writes_.size());
    for (auto& [key, value] : std::exchange(event_writes_, {})) {
        out.push_back({key, value});
        block_writes_.insert_or_assign(key, std::move(value));
    }
    return out;
}

}  // namespace placet::contracts

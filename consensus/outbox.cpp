// Tokens are issued and completed in order, so one number says what is durable.
#include "consensus/outbox.hpp"

namespace placet::consensus {

std::optional<Effect> Outbox::release() {
    if (waiting_.empty() || waiting_.front().token > durable_) return std::nullopt;
    Effect effect = std::move(waiting_.front().effect);
    waiting_.pop_front();
    return effect;
}

void Outbox::drop_deliveries() {
    std::erase_if(waiting_, [](const Waiting& waiting) { return std::holds_alternative<Deliver>(waiting.effect); });
}

Effects Outbox::close_step() {
    Effects effects;
    if (!records_.empty()) {
        effects.push_back(Persist{++issued_, std::move(records_)});
        records_.clear();
    }
    effects.insert(effects.end(), std::make_move_iterator(leaving_.begin()), std::make_move_iterator(leaving_.end()));
    leaving_.clear();
    return effects;
}

}  // namespace placet::consensus

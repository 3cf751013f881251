// Where an epoch ends: nothing beyond is ordered here, the primary fills up to it, and a core takes of a log what is of its own epoch.
#include "consensus/core.hpp"

namespace placet::consensus {

/// Said by the state after some block. Once said it stays: changes with another end wait until this one has passed.
void Core::learn_last(std::optional<SeqNum> last) {
    if (!last || last_ == last || sabotaged(Fault::epoch_end_ignored)) return;
    last_ = last;
    wanted_.reset();  // what waits for requests is asked for at once, to fill up
    observe(Notice::epoch_ends, *last);
    std::erase_if(slots_, [this](const auto& entry) { return entry.first > *last_; });
}

/// Whether an epoch may have ended below `seq` without my knowing. Ends are multiples of K, said a window before: who executed that far knows.
/// So a vote beyond an end would take a correct replica that knows of none, and q votes would take one that does.
bool Core::may_lie_beyond(SeqNum seq) const noexcept {
    if (last_) return seq > *last_;
    if (sabotaged(Fault::epoch_end_ignored)) return false;
    const SeqNum end = (seq - 1) / config_.checkpoint_interval * config_.checkpoint_interval;
    return end > config_.base && std::max(executed_, sealed_) + config_.window < end;
}

RecoveredState Core::of_this_epoch(RecoveredState recovered) const {
    const Epoch epoch = config_.validators.epoch;
    std::erase_if(recovered.slots, [this](const auto& entry) { return entry.first <= config_.base; });
    for (auto& [seq, slot] : recovered.slots) {  // above the base nothing else is there; were it, it would not count
        const auto is_of_another = [epoch](const auto& it) { return it.epoch != epoch; };
        std::erase_if(slot.assignments, is_of_another);
        std::erase_if(slot.all_prepared, is_of_another);
        if (slot.prepared && is_of_another(*slot.prepared)) slot.prepared.reset();
        if (slot.committed && is_of_another(*slot.committed)) slot.committed.reset();
        if (slot.checkpoint && slot.checkpoint->body.epoch != epoch) slot.checkpoint.reset();
        if (slot.seal && slot.seal->body.epoch != epoch) slot.seal.reset();
    }
    if (recovered.view_change && recovered.view_change->vote.epoch != epoch) recovered.view_change.reset();
    if (recovered.new_view && recovered.new_view->vote.epoch != epoch) recovered.new_view.reset();
    if (recovered.mark.epoch != epoch) {
        recovered.mark = {};
        recovered.mark.epoch = epoch;
    }
    if (recovered.sealed && recovered.sealed->body.epoch != epoch) recovered.sealed.reset();
    return recovered;
}

}  // namespace placet::consensus

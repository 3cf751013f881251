// Too far behind for retransmission: whole sealed blocks, fetched by the driver, checked against a certificate.
#include "consensus/core.hpp"

namespace placet::consensus {

/// Four ticks without a seal while a higher one is proved, or further behind than others keep slots: fetch. After a failed fetch
/// eight ticks, so that retransmission gets its chance too, or until a higher seal shows that others are in reach again.
void Core::try_fetch_state() {
    const SeqNum known = height_of(known_);
    if (fetching_ || known <= sealed_ || sabotaged(Fault::no_state_fetch)) {
        ticks_behind_ = 0;
        return;
    }
    ++ticks_behind_;
    const bool at_once = known - sealed_ > config_.window || standing_ == Standing::diverged;
    if (ticks_behind_ < (fetch_failed_ ? 8U : at_once ? 1U : 4U)) return;
    ticks_behind_ = 0;
    fetching_ = true;
    forget_deliveries();
    observe(Notice::state_fetch, known);
    outbox_.now(FetchState{sealed_ + 1, known, *known_});
}

/// Executed overlays are gone (the driver drops them with FetchState): what is decided above the seal is delivered again.
void Core::forget_deliveries() {
    outbox_.drop_deliveries();
    delivered_ = sealed_;
    executed_ = sealed_;
    for (auto& [seq, slot] : slots_)
        if (seq > sealed_) slot.executed.reset();
}

void Core::handle(const StateInstalled& event) {
    if (!fetching_) return;
    fetching_ = false;
    fetch_failed_ = false;
    const types::QuorumCertificate& seal = event.certificate;
    if (seal.body.height > sealed_) {
        learn_seal(seal);
        sealed_ = seal.body.height;
        last_seal_ = seal;
        outbox_.record(seal_record(seal));
        if (next_seq_ <= sealed_) next_seq_ = sealed_ + 1;
        forget_records();
        drop_old_slots();
        if (active_) progress_mode_ = ProgressMode::off;
    }
    learn_last(event.last);
    forget_deliveries();
    for (auto& [seq, slot] : slots_) advance(slot);  // what may lie beyond the epoch's end is known now
    try_fetch_state();
}

void Core::handle(const StateFetchFailed&) {
    if (!fetching_) return;
    fetching_ = false;
    fetch_failed_ = true;
    forget_deliveries();
}

}  // namespace placet::consensus

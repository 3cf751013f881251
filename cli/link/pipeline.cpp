// See pipeline.hpp.
#include "cli/link/pipeline.hpp"

namespace placet::cli::link {

using frame::Exit;

void Pipeline::settle(const Done& done, const frame::Outcome<Recorded>& outcome) {
    if (!outcome) {
        const Exit exit = outcome.error().exit;
        const bool ends = exit == Exit::no_connection || exit == Exit::not_committed || exit == Exit::configuration || exit == Exit::not_authorised;
        if (ends && !broken_) broken_ = outcome.error();
    }
    done(outcome);
}

void Pipeline::push(const Draft& draft, Done done) {
    if (broken_) return;
    while (pending_.size() >= window_ && !broken_) drain_one();
    if (broken_) return;
    const auto transaction = session_.sign(draft);
    if (!transaction) return settle(done, std::unexpected(transaction.error()));
    if (const auto handed = session_.hand_over(*transaction, draft.parts); !handed) return settle(done, std::unexpected(handed.error()));
    pending_.push_back({transaction->id, transaction->digest, std::move(done)});
}

void Pipeline::drain_one() {
    const Pending pending = std::move(pending_.front());
    pending_.pop_front();
    settle(pending.done, session_.await(pending.id, pending.octets));
}

void Pipeline::finish() {
    while (!pending_.empty() && !broken_) drain_one();
    pending_.clear();
}

}  // namespace placet::cli::link

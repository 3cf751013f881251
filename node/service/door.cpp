// Admission: see door.hpp.
#include "node/service/door.hpp"

#include "contracts/runtime/admit.hpp"
#include "node/work/clock.hpp"

namespace placet::node {

using base::ErrorCode;

/// A block that was sealed between the look and the entry was removed from the mempool too early for this one: nobody would ever take it out.
bool Door::was_sealed_meanwhile(const types::Transaction& transaction) {
    const auto view = parts_.sealed();
    if (view->transaction(transaction.id)) {
        parts_.mempool.remove({transaction.id});
        return true;
    }
    if (const auto& after = transaction.payload.after; after && view->transaction(*after)) parts_.mempool.predecessor_done(transaction.id);
    return false;
}

base::Result<api::Admission> Door::enter(const types::Transaction& transaction, types::Submission submission, Origin origin) {
    const auto view = parts_.sealed();
    const bool known_good = parts_.signatures.contains(transaction.digest);
    const bool is_sealed = view->transaction(transaction.id).has_value();
    if (is_sealed || parts_.mempool.contains(transaction.id)) {
        // The id does not cover the signature: the same id under another one is not the same transaction.
        if (origin == Origin::client && !known_good && !types::verify_signature(transaction, parts_.genesis)) {
            parts_.metrics.submissions_refused.Increment();
            return base::refuse(ErrorCode::invalid_signature, "the signature is not by the sender over this transaction and this chain's genesis",
                                "signature");
        }
        return is_sealed ? api::Admission::sealed : api::Admission::pending;
    }
    const contracts::runtime::AdmissionContext context{parts_.genesis, *view, std::max(view->block_time_ms(), now_ms())};
    const auto admitted = known_good ? contracts::runtime::admit_verified(transaction, submission, context)
                                     : contracts::runtime::admit(submission, context);
    if (!admitted) {
        parts_.metrics.submissions_refused.Increment();
        return std::unexpected(admitted.error());
    }
    parts_.signatures.insert(transaction.digest);
    const types::Submission forwarded = origin == Origin::peer ? types::Submission{} : submission;
    const auto& after = transaction.payload.after;
    const auto predecessor = after && !view->transaction(*after) ? Mempool::Predecessor::outstanding : Mempool::Predecessor::done;
    switch (parts_.mempool.add(transaction, std::move(submission), predecessor)) {
        case Mempool::Added::known: return api::Admission::pending;
        case Mempool::Added::full:
            parts_.metrics.submissions_refused.Increment();
            return base::refuse(ErrorCode::busy, "too many transactions wait at this validator: try again in a second, or at another one");
        case Mempool::Added::added: break;
    }
    if (was_sealed_meanwhile(transaction)) return api::Admission::sealed;
    if (origin == Origin::client) parts_.metrics.submissions_accepted.Increment();
    taken_(forwarded, origin);
    return api::Admission::accepted;
}

}  // namespace placet::node

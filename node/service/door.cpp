// Admission: see door.hpp.
#include "node/service/door.hpp"

#include "contracts/runtime/admit.hpp"
#include "node/work/clock.hpp"

namespace placet::node {

using base::ErrorCode;

base::Result<api::Admission> Door::enter(const types::Transaction& transaction, types::Submission submission, Origin origin) {
    const auto view = store_.snapshot();
    if (view->transaction(transaction.id)) return api::Admission::sealed;
    if (mempool_.contains(transaction.id)) return api::Admission::pending;
    const contracts::runtime::AdmissionContext context{store_.genesis_hash(), *view, std::max(view->block_time_ms(), now_ms())};
    const bool known_good = signatures_.contains(transaction.digest);
    const auto admitted = known_good ? contracts::runtime::admit_verified(transaction, submission, context)
                                     : contracts::runtime::admit(submission, context);
    if (!admitted) {
        metrics_.submissions_refused.Increment();
        return std::unexpected(admitted.error());
    }
    signatures_.insert(transaction.digest);
    const types::Submission forwarded = origin == Origin::peer ? types::Submission{} : submission;
    switch (mempool_.add(transaction, std::move(submission))) {
        case Mempool::Added::known: return api::Admission::pending;
        case Mempool::Added::full:
            metrics_.submissions_refused.Increment();
            return base::refuse(ErrorCode::busy, "too many transactions wait at this validator: try again in a second, or at another one");
        case Mempool::Added::added: break;
    }
    if (origin == Origin::client) metrics_.submissions_accepted.Increment();
    taken_(forwarded, origin);
    return api::Admission::accepted;
}

}  // namespace placet::node

// The view change as a pure function.
#include "consensus/new_view_plan.hpp"

#include <map>

#include "consensus/faults.hpp"

namespace placet::consensus {

NewViewPlan plan_new_view(const std::vector<ViewChange>& view_changes, std::size_t n, Fault fault, SeqNum base) {
    NewViewPlan plan;
    for (const ViewChange& message : view_changes)
        if (height_of(message.base) > height_of(plan.base)) plan.base = message.base;

    const SeqNum low = plan.base ? height_of(plan.base) : base;
    std::map<SeqNum, const PreparedCertificate*> chosen;
    for (const ViewChange& message : view_changes) {
        for (const PreparedCertificate& certificate : message.prepared) {
            if (certificate.seq <= low) continue;
            const PreparedCertificate*& best = chosen[certificate.seq];
            const bool better = best == nullptr || (fault == Fault::lowest_view_wins ? certificate.view < best->view : certificate.view > best->view);
            if (better) best = &certificate;
        }
    }
    if (chosen.empty()) return plan;
    const SeqNum high = chosen.rbegin()->first;
    for (SeqNum seq = low + 1; seq <= high; ++seq) {
        const auto found = chosen.find(seq);
        if (found == chosen.end()) {
            if (fault == Fault::dropped_null_request) continue;
            plan.slots.push_back({seq, types::null_digest(), 0});
            continue;
        }
        const PreparedCertificate& certificate = *found->second;
        plan.slots.push_back({seq, certificate.digest, certificate.preparers | std::uint64_t{1} << primary_of(certificate.view, n)});
    }
    return plan;
}

}  // namespace placet::consensus

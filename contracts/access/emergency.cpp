// Keys and look-ups of emergency accesses, the backlog, and the question they ask of consents.
#include "contracts/access/emergency.hpp"

#include <algorithm>

#include "contracts/access/entries.hpp"
#include "contracts/consent/purpose.hpp"

namespace placet::contracts::access {

std::string_view to_string(ReviewState state) noexcept {
    switch (state) {
        case ReviewState::open: return "open";
        case ReviewState::justified: return "justified";
        case ReviewState::unjustified: return "unjustified";
    }
    return {};
}

std::uint64_t EmergencyAccess::count(bool justified) const noexcept {
    return static_cast<std::uint64_t>(std::ranges::count(reviews, justified, &Review::justified));
}

Bytes emergency_policy_key(std::string_view custodian) { return KeyBuilder(EntryKind::emergency_policy, 2).text(custodian).take(); }
Bytes break_glass_key(std::string_view custodian, std::string_view id) {
    return KeyBuilder(EntryKind::break_glass, 3).text(custodian).text(id).take();
}
Bytes break_glass_prefix(std::string_view custodian) { return KeyBuilder(EntryKind::break_glass, 3).text(custodian).take(); }
Bytes open_review_key(std::string_view custodian, std::string_view id) {
    return KeyBuilder(EntryKind::open_review, 3).text(custodian).text(id).take();
}
Bytes open_reviews_prefix(std::string_view custodian) { return KeyBuilder(EntryKind::open_review, 3).text(custodian).take(); }

Result<std::optional<SetEmergencyPolicy>> find_emergency_policy(const state::StateReader& reader, std::string_view custodian) {
    return load<SetEmergencyPolicy>(reader, emergency_policy_key(custodian));
}

Result<std::optional<EmergencyAccess>> find_break_glass(const state::StateReader& reader, std::string_view custodian, std::string_view id) {
    return load<EmergencyAccess>(reader, break_glass_key(custodian, id));
}

Result<Backlog> backlog_of(const state::StateScanner& scanner, std::string_view custodian) {
    const TimeMs now_ms = scanner.block_time_ms();
    PLACET_TRY_ASSIGN(const std::vector<OpenReview> reviews, load_all<OpenReview>(scanner, open_reviews_prefix(custodian)));
    PLACET_TRY_ASSIGN(const std::vector<WaitingNotice> notices, load_all<WaitingNotice>(scanner, waiting_notices_prefix(custodian)));
    Backlog out{reviews.size(), 0, notices.size(), 0};
    for (const OpenReview& one : reviews) out.reviews_overdue += now_ms >= one.review_by_ms ? 1 : 0;
    for (const WaitingNotice& one : notices) out.withdrawals_overdue += now_ms >= one.withdrawn_at_ms + kAcknowledgeWithinMs ? 1 : 0;
    return out;
}

consent::AccessContext context_of(const BreakGlass& access) {
    consent::AccessContext context;
    context.actors = {"Group/" + access.group, "Organization/" + access.custodian};
    context.purposes = {consent::act_reason(access.purpose)};
    context.is_clinician = true;
    context.may_break_glass = true;  // the group is authorised, or the access was refused before
    return context;
}

}  // namespace placet::contracts::access

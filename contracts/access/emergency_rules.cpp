// The rules of break-glass: who may, for how long, what consents say of it, and the review by N of M.
#include <algorithm>

#include "contracts/access/rules.hpp"
#include "contracts/common/ids.hpp"

namespace placet::contracts::access {
namespace {

constexpr TimeMs kMinuteMs = 60'000;
constexpr TimeMs kHourMs = 60 * kMinuteMs;
/// A gateway's clock may be this much ahead of the block's.
constexpr TimeMs kClockSkewMs = 5 * kMinuteMs;

bool contains(const std::vector<std::string>& names, std::string_view name) { return std::ranges::find(names, name) != names.end(); }

Status check_names(const std::vector<std::string>& names, std::string_view field) {
    if (names.empty()) return refuse(ErrorCode::invalid_value, "name at least one", std::string(field));
    for (const std::string& one : names)
        if (std::ranges::count(names, one) > 1) return refuse(ErrorCode::invalid_value, "'" + one + "' is named twice", std::string(field));
    return {};
}

/// The part that says the reason in words: a document, or the access is refused.
Result<std::optional<Verdict>> check_words(const Transition& state, const BreakGlass& command) {
    if (!command.d_part) return std::optional<Verdict>{};
    const Result<types::Part> words = state.own_part(*command.d_part);
    if (!words && words.error().code == ErrorCode::unavailable) return std::unexpected(words.error());
    const bool fits = words && words->part_class == types::PartClass::document;
    return fits ? std::optional<Verdict>{} : std::optional(refused("part_unfit", "d_part"));
}

/// Why the custodian's policy does not let the glass be broken so; none if it does.
std::optional<Verdict> against_policy(const std::optional<SetEmergencyPolicy>& policy, const BreakGlass& command, TimeMs now_ms) {
    if (!policy) return refused("no_emergency_policy", command.custodian);
    if (!contains(policy->groups, command.group)) return refused("group_not_authorised", command.group);
    if (command.until_ms - command.occurred_at_ms > policy->minutes_limit * kMinuteMs) return refused("time_limit_exceeded", "until_ms");
    if (command.occurred_at_ms > now_ms + kClockSkewMs) return refused("occurred_later", "occurred_at_ms");
    return std::nullopt;
}

Result<consent::Decision> decide(const Transition& state, const BreakGlass& command) {
    PLACET_TRY_ASSIGN(const governance::ImplicitPolicy policy, governance::implicit_policy(state, command.custodian));
    PLACET_TRY_ASSIGN(const std::vector<consent::HeldConsent> held, consent::held_consents(state, command.custodian, command.pseudonym));
    state.spend(16 * (1 + held.size()));
    return consent::evaluate(held, policy, context_of(command), state.now_ms()).decision;
}

/// Whether the actor broke the glass, or told it.
bool is_own(const EmergencyAccess& access, std::string_view actor) {
    return actor == access.recorded_by || actor == access.told.staff || name_of(actor) == access.told.staff;
}

/// Whether the review is decided by what there is: N justify it, or so many do not that N no longer can.
ReviewState decided(const EmergencyAccess& access) {
    if (access.count(true) >= access.reviews_needed) return ReviewState::justified;
    const bool out_of_reach = access.reviewers.size() - access.count(false) < access.reviews_needed;
    return out_of_reach ? ReviewState::unjustified : ReviewState::open;
}

std::string_view code_of(ReviewState state) {
    switch (state) {
        case ReviewState::open: return "review_recorded";
        case ReviewState::justified: return "break_glass_justified";
        case ReviewState::unjustified: return "break_glass_unjustified";
    }
    return {};
}

}  // namespace

Status check(const BreakGlass& command) {
    PLACET_TRY(check_organisation_id(command.custodian, "custodian"));
    PLACET_TRY(check_object_id(command.id, "id"));
    PLACET_TRY(check_object_id(command.staff, "staff"));
    PLACET_TRY(check_object_id(command.group, "group"));
    if (command.purpose != "BTG" && command.purpose != "ETREAT")
        return refuse(ErrorCode::invalid_value, "the purpose of an emergency access is BTG or ETREAT", "purpose");
    if (command.until_ms <= command.occurred_at_ms)
        return refuse(ErrorCode::invalid_value, "an emergency access ends after it began: state its time limit", "until_ms");
    return check_code(command.reason, "reason");
}

Status check(const SetEmergencyPolicy& command) {
    PLACET_TRY(check_organisation_id(command.custodian, "custodian"));
    PLACET_TRY(check_names(command.groups, "groups"));
    for (const std::string& one : command.groups) PLACET_TRY(check_object_id(one, "groups"));
    PLACET_TRY(check_names(command.reviewers, "reviewers"));
    for (const std::string& one : command.reviewers) PLACET_TRY(check_actor_id(one, "reviewers"));
    if (command.reviews_needed == 0 || command.reviews_needed > command.reviewers.size())
        return refuse(ErrorCode::invalid_value, "must lie between 1 and the number of reviewers", "reviews_needed");
    if (command.minutes_limit == 0 || command.minutes_limit > 1440)
        return refuse(ErrorCode::invalid_value, "must lie between 1 and 1440", "minutes_limit");
    if (command.review_hours == 0 || command.review_hours > 720)
        return refuse(ErrorCode::invalid_value, "must lie between 1 and 720", "review_hours");
    return {};
}

Status check(const ReviewBreakGlass& command) {
    PLACET_TRY(check_organisation_id(command.custodian, "custodian"));
    PLACET_TRY(check_object_id(command.id, "id"));
    return check_code(command.reason, "reason");
}

Result<Verdict> apply(Transition& state, const Actor& sender, const SetEmergencyPolicy& command) {
    if (command.custodian != sender.organisation) return refused("not_own", command.custodian);
    for (const std::string& id : command.reviewers) {
        PLACET_TRY_ASSIGN(const std::optional<Actor> reviewer, governance::find_actor(state, id));
        const bool may = reviewer && reviewer->is_active() && reviewer->organisation == command.custodian &&
                         (reviewer->has(governance::Role::hospital_operator) || reviewer->has(governance::Role::clinician));
        if (!may) return refused("too_few_reviewers", id);
    }
    state.put(emergency_policy_key(command.custodian), command);
    return accepted("emergency_policy_set");
}

Result<Verdict> apply(Transition& state, const Actor& sender, const BreakGlass& command) {
    if (command.custodian != sender.organisation) return refused("not_own", command.custodian);
    PLACET_TRY_ASSIGN(const auto patient, consent::find_patient(state, command.custodian, command.pseudonym));
    if (!patient) return refused("patient_unknown", "pseudonym");
    // Refused or not, it stands in the trails: it has happened.
    state.append(state::index_key(state::IndexKind::access_of_patient, command.pseudonym));
    state.append(state::index_key(state::IndexKind::access_by_actor, sender.id));
    state.append(state::index_key(state::IndexKind::access_at_custodian, command.custodian));
    PLACET_TRY_ASSIGN(std::optional<Verdict> unfit, check_words(state, command));
    if (unfit) return std::move(*unfit);
    PLACET_TRY_ASSIGN(const std::optional<SetEmergencyPolicy> policy, find_emergency_policy(state, command.custodian));
    if (std::optional<Verdict> refusal = against_policy(policy, command, state.now_ms())) return std::move(*refusal);
    PLACET_TRY_ASSIGN(const std::optional<EmergencyAccess> known, find_break_glass(state, command.custodian, command.id));
    if (known) return refused("already_exists", command.id);
    PLACET_TRY_ASSIGN(const std::uint64_t late_after_hours, governance::parameter(state, "late_after_hours", 24));
    EmergencyAccess access;
    access.told = command;
    access.recorded_at_ms = state.now_ms();
    access.recorded_by = sender.id;
    access.late = command.occurred_at_ms + late_after_hours * kHourMs < state.now_ms();
    PLACET_TRY_ASSIGN(access.decision, decide(state, command));
    access.review_by_ms = state.now_ms() + policy->review_hours * kHourMs;
    access.reviewers = policy->reviewers;
    std::erase_if(access.reviewers, [&](const std::string& one) { return is_own(access, one); });
    access.reviews_needed = std::max<std::uint64_t>(std::min<std::uint64_t>(policy->reviews_needed, access.reviewers.size()), 1);
    state.put(break_glass_key(command.custodian, command.id), access);
    state.put(open_review_key(command.custodian, command.id), OpenReview{access.review_by_ms});
    return accepted("break_glass_recorded", BreakGlassDetail{command.id, access.decision, access.late, access.review_by_ms});
}

Result<Verdict> apply(Transition& state, const Actor& sender, const ReviewBreakGlass& command) {
    if (command.custodian != sender.organisation) return refused("not_own", command.custodian);
    PLACET_TRY_ASSIGN(std::optional<EmergencyAccess> access, find_break_glass(state, command.custodian, command.id));
    if (!access) return refused("break_glass_unknown", command.id);
    if (access->state != ReviewState::open) return refused("review_closed", command.id);
    if (is_own(*access, sender.id)) return refused("own_access", command.id);
    if (!contains(access->reviewers, sender.id)) return refused("not_a_reviewer", command.id);
    if (std::ranges::find(access->reviews, sender.id, &Review::reviewer) != access->reviews.end()) return refused("already_reviewed", command.id);
    access->reviews.push_back({sender.id, command.justified, command.reason, state.now_ms()});
    access->state = decided(*access);
    state.put(break_glass_key(command.custodian, command.id), *access);
    if (access->state != ReviewState::open) state.remove(open_review_key(command.custodian, command.id));
    return accepted(code_of(access->state), ReviewDetail{command.id, access->count(true), access->count(false), access->reviews_needed});
}

}  // namespace placet::contracts::access

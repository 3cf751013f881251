// Break-glass: commands, entries and their look-up. The access itself waits for nobody: the gateway journals it first; the ledger
// is told within its lag, says whether consents and the implicit policy would have permitted it, and holds it open until N of M
// reviewers of the custodian have judged it.
#pragma once

#include <string>
#include <vector>

#include "contracts/common/command_kind.hpp"
#include "contracts/common/state_keys.hpp"
#include "contracts/consent/evaluate.hpp"

namespace placet::contracts::access {

/// An emergency access. By the custodian's gateway or clinician. Outcome "break_glass_recorded" with a BreakGlassDetail. It stands in the
/// patient's trail even where it is refused, as long as she is a patient of the custodian.
struct BreakGlass {
    static constexpr CommandKind kKind = CommandKind::break_glass;
    std::string custodian;
    std::string id;  ///< unique at the custodian
    Pseudonym pseudonym;
    std::string staff;    ///< id scoped to the institution
    std::string group;    ///< under which the glass was broken: "emergency-team", one of the policy's
    std::string purpose;  ///< v3 PurposeOfUse: "BTG" or "ETREAT"
    std::string reason;   ///< code
    TimeMs occurred_at_ms = 0;
    TimeMs until_ms = 0;                  ///< when the access ends by itself: after it began, within the policy's limit
    std::optional<std::uint64_t> d_part;  ///< ciphertext of the reason in words
    bool operator==(const BreakGlass&) const = default;

    template <class Archive>
    static void fields(Archive& archive, auto& self) {
        archive("custodian", self.custodian, kMaxId);
        archive("id", self.id, kMaxId);
        archive("pseudonym", self.pseudonym);
        archive("staff", self.staff, kMaxId);
        archive("group", self.group, kMaxId);
        archive("purpose", self.purpose, kMaxId);
        archive("reason", self.reason, kMaxId);
        archive("occurred_at_ms", self.occurred_at_ms);
        archive("until_ms", self.until_ms);
        archive("d_part", self.d_part);
    }
};

/// By the custodian's operator, about its own house; a later one replaces it for accesses told later. Outcome "emergency_policy_set".
struct SetEmergencyPolicy {
    static constexpr CommandKind kKind = CommandKind::set_emergency_policy;
    std::string custodian;
    std::vector<std::string> groups;     ///< authorised to break the glass: 1 to 32, unique
    std::vector<std::string> reviewers;  ///< M: actor ids, operators and clinicians of the custodian, unique
    std::uint64_t reviews_needed = 1;    ///< N of M: so many must find it justified
    std::uint64_t minutes_limit = 60;    ///< how long an access may last, 1 to 1440
    std::uint64_t review_hours = 72;     ///< the review is overdue after it, 1 to 720
    bool operator==(const SetEmergencyPolicy&) const = default;

    template <class Archive>
    static void fields(Archive& archive, auto& self) {
        archive("custodian", self.custodian, kMaxId);
        archive("groups", self.groups, 32, kMaxId);
        archive("reviewers", self.reviewers, 32, kMaxId);
        archive("reviews_needed", self.reviews_needed);
        archive("minutes_limit", self.minutes_limit);
        archive("review_hours", self.review_hours);
    }
};

/// By a reviewer, once, never about an access of her own. Outcomes "review_recorded"; "break_glass_justified" and
/// "break_glass_unjustified" (the deciding one: N found it justified, or N no longer can). Detail: ReviewDetail.
struct ReviewBreakGlass {
    static constexpr CommandKind kKind = CommandKind::review_break_glass;
    std::string custodian;
    std::string id;
    bool justified = false;
    std::string reason;  ///< code, never empty
    bool operator==(const ReviewBreakGlass&) const = default;

    template <class Archive>
    static void fields(Archive& archive, auto& self) {
        archive("custodian", self.custodian, kMaxId);
        archive("id", self.id, kMaxId);
        archive("justified", self.justified);
        archive("reason", self.reason, kMaxId);
    }
};

/// Of "break_glass_recorded".
struct BreakGlassDetail {
    std::string id;
    consent::Decision decision = consent::Decision::not_applicable;  ///< what consents and the implicit policy say of it
    bool late = false;        ///< told more than late_after_hours after it occurred
    TimeMs review_by_ms = 0;  ///< overdue from then on
    bool operator==(const BreakGlassDetail&) const = default;

    template <class Archive>
    static void fields(Archive& archive, auto& self) {
        archive("id", self.id, kMaxId);
        archive("decision", self.decision);
        archive("late", self.late);
        archive("review_by_ms", self.review_by_ms);
    }
};

/// Of a review.
struct ReviewDetail {
    std::string id;
    std::uint64_t justified = 0;
    std::uint64_t unjustified = 0;
    std::uint64_t reviews_needed = 1;
    bool operator==(const ReviewDetail&) const = default;

    template <class Archive>
    static void fields(Archive& archive, auto& self) {
        archive("id", self.id, kMaxId);
        archive("justified", self.justified);
        archive("unjustified", self.unjustified);
        archive("reviews_needed", self.reviews_needed);
    }
};

enum class ReviewState : std::uint8_t { open, justified, unjustified };
[[nodiscard]] constexpr ReviewState last_of(ReviewState) noexcept { return ReviewState::unjustified; }
[[nodiscard]] std::string_view to_string(ReviewState state) noexcept;

struct Review {
    std::string reviewer;
    bool justified = false;
    std::string reason;
    TimeMs at_ms = 0;
    bool operator==(const Review&) const = default;

    template <class Archive>
    static void fields(Archive& archive, auto& self) {
        archive("reviewer", self.reviewer, kMaxId);
        archive("justified", self.justified);
        archive("reason", self.reason, kMaxId);
        archive("at_ms", self.at_ms);
    }
};

/// An emergency access as it stands: reviewed under the policy of its own moment.
struct EmergencyAccess {
    BreakGlass told;
    TimeMs recorded_at_ms = 0;
    std::string recorded_by;  ///< actor id
    bool late = false;
    consent::Decision decision = consent::Decision::not_applicable;
    TimeMs review_by_ms = 0;
    std::vector<std::string> reviewers;
    std::uint64_t reviews_needed = 1;
    std::vector<Review> reviews;  ///< in order
    ReviewState state = ReviewState::open;
    bool operator==(const EmergencyAccess&) const = default;
    [[nodiscard]] bool is_overdue(TimeMs now) const noexcept { return state == ReviewState::open && now >= review_by_ms; }
    [[nodiscard]] std::uint64_t count(bool justified) const noexcept;

    template <class Archive>
    static void fields(Archive& archive, auto& self) {
        archive("told", self.told);
        archive("recorded_at_ms", self.recorded_at_ms);
        archive("recorded_by", self.recorded_by, kMaxId);
        archive("late", self.late);
        archive("decision", self.decision);
        archive("review_by_ms", self.review_by_ms);
        archive("reviewers", self.reviewers, 32, kMaxId);
        archive("reviews_needed", self.reviews_needed);
        archive("reviews", self.reviews, 32);
        archive("state", self.state);
    }
};

/// Present while the review is open: the backlog is one scan.
struct OpenReview {
    TimeMs review_by_ms = 0;
    bool operator==(const OpenReview&) const = default;

    template <class Archive>
    static void fields(Archive& archive, auto& self) {
        archive("review_by_ms", self.review_by_ms);
    }
};

/// What waits at a custodian: reviews of emergency accesses, and acknowledgements of withdrawals.
struct Backlog {
    std::uint64_t reviews_open = 0;
    std::uint64_t reviews_overdue = 0;
    std::uint64_t withdrawals_waiting = 0;
    std::uint64_t withdrawals_overdue = 0;
};

[[nodiscard]] Bytes emergency_policy_key(std::string_view custodian);
[[nodiscard]] Bytes break_glass_key(std::string_view custodian, std::string_view id);
[[nodiscard]] Bytes break_glass_prefix(std::string_view custodian);
[[nodiscard]] Bytes open_review_key(std::string_view custodian, std::string_view id);
[[nodiscard]] Bytes open_reviews_prefix(std::string_view custodian);

[[nodiscard]] Result<std::optional<SetEmergencyPolicy>> find_emergency_policy(const state::StateReader& reader, std::string_view custodian);
[[nodiscard]] Result<std::optional<EmergencyAccess>> find_break_glass(const state::StateReader& reader, std::string_view custodian, std::string_view id);
/// As of the scanner's block time.
[[nodiscard]] Result<Backlog> backlog_of(const state::StateScanner& scanner, std::string_view custodian);
/// The question an emergency access asks of the patient's consents: the group and the custodian, for its purpose.
[[nodiscard]] consent::AccessContext context_of(const BreakGlass& access);

}  // namespace placet::contracts::access

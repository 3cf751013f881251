// Details of access receipts: what the leaf says besides the code. Class P; reasons that come from a patient's consent are never
// in here but as a code (audit.md, Who sees what).
#pragma once

#include "contracts/access/commands.hpp"
#include "contracts/common/outcome.hpp"

namespace placet::contracts::access {

/// What DUO said about one dataset of a request.
struct DatasetVerdict {
    std::string dataset;
    dataset::DuoDecision duo = dataset::DuoDecision::review;
    std::vector<Reason> reasons;
    std::vector<std::string> obligations;
    bool operator==(const DatasetVerdict&) const = default;

    template <class Archive>
    static void fields(Archive& archive, auto& self) {
        archive("dataset", self.dataset, kMaxId);
        archive("duo", self.duo);
        archive("reasons", self.reasons, 64);
        archive("obligations", self.obligations, 32);
    }
};

/// Of "submitted" and "duo_denied".
struct RequestDetail {
    std::string request;
    std::vector<DatasetVerdict> datasets;
    bool operator==(const RequestDetail&) const = default;

    template <class Archive>
    static void fields(Archive& archive, auto& self) {
        archive("request", self.request, kMaxId);
        archive("datasets", self.datasets, 8);
    }
};

/// Of "vote_recorded", "request_refused" and "granted".
struct VoteDetail {
    std::string request;
    std::string dataset;
    std::uint64_t approvals = 0;
    std::uint64_t denials = 0;
    std::uint64_t votes_needed = 0;
    std::optional<std::string> grant;     ///< made by this vote
    std::optional<TimeMs> expires_at_ms;  ///< of that grant
    bool operator==(const VoteDetail&) const = default;

    template <class Archive>
    static void fields(Archive& archive, auto& self) {
        archive("request", self.request, kMaxId);
        archive("dataset", self.dataset, kMaxId);
        archive("approvals", self.approvals);
        archive("denials", self.denials);
        archive("votes_needed", self.votes_needed);
        archive("grant", self.grant);
        archive("expires_at_ms", self.expires_at_ms);
    }
};

/// One pseudonym's answer at a release. `code`: "permit", or why not: "consent_denies", "consent_missing" (none in force that
/// speaks about it), "consent_indeterminate", "consent_erased", "consent_withdrawn", "not_a_member".
struct ReleaseAnswer {
    Pseudonym pseudonym;
    std::string code;
    bool operator==(const ReleaseAnswer&) const = default;
    [[nodiscard]] bool permits() const noexcept { return code == "permit"; }

    template <class Archive>
    static void fields(Archive& archive, auto& self) {
        archive("pseudonym", self.pseudonym);
        archive("code", self.code, kMaxId);
    }
};

/// Of "released" and "release_refused", in the order of the command's pseudonyms. A refusal of the whole ("grant_expired", …) has
/// a RefusalDetail instead.
struct ReleaseDetail {
    std::string grant;
    std::string dataset;
    std::string researcher;
    std::vector<Coding> purposes;
    std::uint64_t rule_version = 1;
    std::vector<ReleaseAnswer> answers;
    bool operator==(const ReleaseDetail&) const = default;

    template <class Archive>
    static void fields(Archive& archive, auto& self) {
        archive("grant", self.grant, kMaxId);
        archive("dataset", self.dataset, kMaxId);
        archive("researcher", self.researcher, kMaxId);
        archive("purposes", self.purposes, 16);
        archive("rule_version", self.rule_version);
        archive("answers", self.answers, kMaxReleasePseudonyms);
    }
};

/// Of "batch_recorded".
struct BatchDetail {
    std::string custodian;
    std::uint64_t sequence = 0;
    std::uint64_t rows = 0;
    bool late = false;  ///< the first occurrence lies more than 24 h back
    bool operator==(const BatchDetail&) const = default;

    template <class Archive>
    static void fields(Archive& archive, auto& self) {
        archive("custodian", self.custodian, kMaxId);
        archive("sequence", self.sequence);
        archive("rows", self.rows);
        archive("late", self.late);
    }
};

}  // namespace placet::contracts::access

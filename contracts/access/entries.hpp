// Map entries of access and their look-up: requests with their votes, grants, releases, batches.
#pragma once

#include "contracts/access/details.hpp"
#include "contracts/common/state_keys.hpp"
#include "contracts/dataset/entries.hpp"

namespace placet::contracts::access {

/// Where one dataset of a request stands.
enum class RequestState : std::uint8_t {
    submitted,  ///< waits for the cohort
    review,     ///< cohort known: the committee votes
    granted,
    refused,
    withdrawn,  ///< by the researcher
};
[[nodiscard]] constexpr RequestState last_of(RequestState) noexcept { return RequestState::withdrawn; }
[[nodiscard]] std::string_view to_string(RequestState state) noexcept;

struct Vote {
    std::string member;
    bool approve = false;
    std::string reason;
    std::optional<Hash> d_commitment;
    TimeMs at_ms = 0;
    bool operator==(const Vote&) const = default;

    template <class Archive>
    static void fields(Archive& archive, auto& self) {
        archive("member", self.member, kMaxId);
        archive("approve", self.approve);
        archive("reason", self.reason, kMaxId);
        archive("d_commitment", self.d_commitment);
        archive("at_ms", self.at_ms);
    }
};

struct Cohort {
    std::uint64_t height = 0;
    std::uint64_t rule_version = 1;
    CohortCounts counts;
    Hash eligible_commitment;
    std::string by;  ///< node actor id
    bool operator==(const Cohort&) const = default;

    template <class Archive>
    static void fields(Archive& archive, auto& self) {
        archive("height", self.height);
        archive("rule_version", self.rule_version);
        archive("counts", self.counts);
        archive("eligible_commitment", self.eligible_commitment);
        archive("by", self.by, kMaxId);
    }
};

struct DatasetDecision {
    std::string dataset;
    std::string custodian;
    RequestState state = RequestState::submitted;
    dataset::DuoDecision duo = dataset::DuoDecision::review;
    std::vector<Reason> reasons;           ///< of DUO, and what would change a refusal
    std::vector<std::string> obligations;  ///< on the grant
    std::optional<std::uint64_t> months_limit;  ///< of the dataset's terms
    std::optional<Cohort> cohort;
    std::vector<Vote> votes;           ///< in order
    std::optional<std::string> grant;  ///< id
    bool operator==(const DatasetDecision&) const = default;

    template <class Archive>
    static void fields(Archive& archive, auto& self) {
        archive("dataset", self.dataset, kMaxId);
        archive("custodian", self.custodian, kMaxId);
        archive("state", self.state);
        archive("duo", self.duo);
        archive("reasons", self.reasons, 64);
        archive("obligations", self.obligations, 32);
        archive("months_limit", self.months_limit);
        archive("cohort", self.cohort);
        archive("votes", self.votes, 32);
        archive("grant", self.grant);
    }
};

struct Request {
    SubmitRequest asked;
    std::string researcher;                ///< actor id
    std::vector<Coding> purposes;          ///< what consents are asked for
    std::vector<DatasetDecision> datasets;  ///< in the order of asked.datasets
    std::vector<std::string> conflicts;    ///< actor ids that declared one, ascending
    TimeMs submitted_at_ms = 0;
    Hash transaction;                      ///< id of the submitting transaction
    bool operator==(const Request&) const = default;

    /// Granted if any dataset is, else the earliest open state, else refused or withdrawn.
    [[nodiscard]] RequestState state() const noexcept;
    [[nodiscard]] const DatasetDecision* decision_of(std::string_view dataset) const noexcept;

    template <class Archive>
    static void fields(Archive& archive, auto& self) {
        archive("asked", self.asked);
        archive("researcher", self.researcher, kMaxId);
        archive("purposes", self.purposes, 16);
        archive("datasets", self.datasets, 8);
        archive("conflicts", self.conflicts, 256, kMaxId);
        archive("submitted_at_ms", self.submitted_at_ms);
        archive("transaction", self.transaction);
    }
};

enum class GrantStatus : std::uint8_t { live, closed, revoked };  // expired follows from expires_at_ms
[[nodiscard]] constexpr GrantStatus last_of(GrantStatus) noexcept { return GrantStatus::revoked; }
[[nodiscard]] std::string_view to_string(GrantStatus status) noexcept;

struct Grant {
    std::string id;
    std::string request;
    std::string dataset;
    std::string custodian;
    std::string researcher;
    std::string study;
    std::vector<Coding> purposes;
    std::vector<std::string> obligations;
    GrantStatus status = GrantStatus::live;
    TimeMs made_at_ms = 0;
    TimeMs expires_at_ms = 0;  ///< shortest of asked months, TS, ethics approval
    TimeMs ended_at_ms = 0;    ///< when closed or revoked; else 0
    std::uint64_t released = 0;  ///< pseudonyms permitted so far, repeats included
    std::uint64_t refused = 0;
    bool operator==(const Grant&) const = default;
    [[nodiscard]] bool is_live(TimeMs at) const noexcept { return status == GrantStatus::live && at < expires_at_ms; }

    template <class Archive>
    static void fields(Archive& archive, auto& self) {
        archive("id", self.id, kMaxId);
        archive("request", self.request, kMaxId);
        archive("dataset", self.dataset, kMaxId);
        archive("custodian", self.custodian, kMaxId);
        archive("researcher", self.researcher, kMaxId);
        archive("study", self.study, kMaxId);
        archive("purposes", self.purposes, 16);
        archive("obligations", self.obligations, 32);
        archive("status", self.status);
        archive("made_at_ms", self.made_at_ms);
        archive("expires_at_ms", self.expires_at_ms);
        archive("ended_at_ms", self.ended_at_ms);
        archive("released", self.released);
        archive("refused", self.refused);
    }
};

/// Present once data of a pseudonym left under a grant.
struct Release {
    std::uint64_t times = 0;
    TimeMs first_at_ms = 0;
    TimeMs last_at_ms = 0;
    Hash last_transaction;
    bool operator==(const Release&) const = default;

    template <class Archive>
    static void fields(Archive& archive, auto& self) {
        archive("times", self.times);
        archive("first_at_ms", self.first_at_ms);
        archive("last_at_ms", self.last_at_ms);
        archive("last_transaction", self.last_transaction);
    }
};

/// Where a custodian's batches (or a node's read records) stand.
struct SequenceHead {
    std::uint64_t next = 0;    ///< the sequence expected next
    std::uint64_t rows = 0;    ///< so far
    TimeMs last_ms = 0;        ///< latest occurrence so far
    bool operator==(const SequenceHead&) const = default;

    template <class Archive>
    static void fields(Archive& archive, auto& self) {
        archive("next", self.next);
        archive("rows", self.rows);
        archive("last_ms", self.last_ms);
    }
};

struct Batch {
    AccessBatch header;
    bool late = false;
    TimeMs recorded_at_ms = 0;
    Hash transaction;
    Hash rows_part;  ///< commitment of the part that holds the rows
    bool operator==(const Batch&) const = default;

    template <class Archive>
    static void fields(Archive& archive, auto& self) {
        archive("header", self.header);
        archive("late", self.late);
        archive("recorded_at_ms", self.recorded_at_ms);
        archive("transaction", self.transaction);
        archive("rows_part", self.rows_part);
    }
};

/// A withdrawal that a grant's holder has to acknowledge.
struct WithdrawalNotice {
    TimeMs withdrawn_at_ms = 0;
    std::optional<TimeMs> acknowledged_at_ms;
    bool operator==(const WithdrawalNotice&) const = default;

    template <class Archive>
    static void fields(Archive& archive, auto& self) {
        archive("withdrawn_at_ms", self.withdrawn_at_ms);
        archive("acknowledged_at_ms", self.acknowledged_at_ms);
    }
};

/// [48, custodian, grant id, pseudonym] → WaitingNotice.
inline constexpr auto kWaitingNoticeEntry = static_cast<EntryKind>(48);
/// The same while nobody has acknowledged it, below the custodian: laggards are found by one scan.
struct WaitingNotice {
    std::string researcher;
    std::string dataset;
    TimeMs withdrawn_at_ms = 0;
    bool operator==(const WaitingNotice&) const = default;

    template <class Archive>
    static void fields(Archive& archive, auto& self) {
        archive("researcher", self.researcher, kMaxId);
        archive("dataset", self.dataset, kMaxId);
        archive("withdrawn_at_ms", self.withdrawn_at_ms);
    }
};
/// A withdrawal not acknowledged after this long is overdue.
inline constexpr TimeMs kAcknowledgeWithinMs = 72ULL * 3'600'000;

[[nodiscard]] Bytes request_key(std::string_view id);
[[nodiscard]] Bytes requests_prefix();
[[nodiscard]] Bytes request_of_key(std::string_view researcher, std::string_view request);
[[nodiscard]] Bytes requests_of_prefix(std::string_view researcher);
[[nodiscard]] Bytes grant_key(std::string_view id);
[[nodiscard]] Bytes grants_prefix();
[[nodiscard]] Bytes release_key(std::string_view grant, const Pseudonym& pseudonym);
[[nodiscard]] Bytes batch_head_key(std::string_view custodian);
[[nodiscard]] Bytes batch_key(std::string_view custodian, std::uint64_t sequence);
[[nodiscard]] Bytes batches_prefix(std::string_view custodian);
[[nodiscard]] Bytes reads_head_key(std::string_view node_actor);
[[nodiscard]] Bytes notice_key(std::string_view grant, const Pseudonym& pseudonym);
[[nodiscard]] Bytes notices_prefix(std::string_view grant);
[[nodiscard]] Bytes all_notices_prefix();
[[nodiscard]] Bytes waiting_notice_key(std::string_view custodian, std::string_view grant, const Pseudonym& pseudonym);
[[nodiscard]] Bytes waiting_notices_prefix(std::string_view custodian);

/// "<request>.g<position of the dataset in the request>": known as soon as the request is.
[[nodiscard]] std::string grant_id(std::string_view request, std::size_t dataset_position);

[[nodiscard]] Result<std::optional<Request>> find_request(const state::StateReader& reader, std::string_view id);
[[nodiscard]] Result<std::optional<Grant>> find_grant(const state::StateReader& reader, std::string_view id);
[[nodiscard]] Result<SequenceHead> batch_head(const state::StateReader& reader, std::string_view custodian);
[[nodiscard]] Result<SequenceHead> reads_head(const state::StateReader& reader, std::string_view node_actor);
[[nodiscard]] Result<std::optional<Batch>> find_batch(const state::StateReader& reader, std::string_view custodian, std::uint64_t sequence);

/// For REST: every request or grant, ascending by id; those that a caller may see are chosen there with the functions below.
[[nodiscard]] Result<std::vector<Request>> all_requests(const state::StateScanner& scanner);
[[nodiscard]] Result<std::vector<Grant>> all_grants(const state::StateScanner& scanner);

/// Whether the actor sits on the committee of any dataset of the request.
[[nodiscard]] Result<bool> is_on_committee(const state::StateReader& reader, const Request& request, std::string_view actor);
/// Why `member` (of `organisation`) may not vote on the request: a Reason with code "conflict_of_interest"; none if she may.
[[nodiscard]] std::optional<Reason> conflict_of(const Request& request, std::string_view member);

}  // namespace placet::contracts::access

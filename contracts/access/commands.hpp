// Commands of access: asking for data, answering, and recording every access. Struct = body of a transaction of its kKind.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "contracts/common/coding.hpp"
#include "contracts/common/command_kind.hpp"
#include "contracts/dataset/duo.hpp"

namespace placet::contracts::access {

/// By a researcher, for herself. The ledger matches DUO terms at once, dataset by dataset; cohorts and votes follow. Outcome
/// "submitted", or the refusal "duo_denied" when every dataset's terms deny (the request is kept, as refused); detail: RequestDetail.
struct SubmitRequest {
    static constexpr CommandKind kKind = CommandKind::submit_request;
    std::string id;                     ///< unique on the ledger; no '/'
    std::string title;                  ///< of the study; public to members
    std::string study;                  ///< the study's id
    std::vector<std::string> study_members;  ///< actor ids of everybody in the study, the researcher need not be named
    std::vector<std::string> datasets;  ///< 1 to 8, unique
    dataset::DuoRequest terms;          ///< purposes, diseases, months, profit …
    std::vector<Coding> purposes;       ///< PurposeOfUse asked of consents; empty: those that the DUO purposes mean
    std::string ethics_approval;        ///< reference of the approval; empty: none
    std::optional<TimeMs> ethics_expires_ms;
    std::string country;                ///< place of processing, ISO 3166-1 alpha-2; empty: not stated
    bool operator==(const SubmitRequest&) const = default;

    template <class Archive>
    static void fields(Archive& archive, auto& self) {
        archive("id", self.id, kMaxId);
        archive("title", self.title, kMaxTitle);
        archive("study", self.study, kMaxId);
        archive("study_members", self.study_members, 64, kMaxId);
        archive("datasets", self.datasets, 8, kMaxId);
        archive("terms", self.terms);
        archive("purposes", self.purposes, 16);
        archive("ethics_approval", self.ethics_approval, kMaxCode);
        archive("ethics_expires_ms", self.ethics_expires_ms);
        archive("country", self.country, 2);
    }
};

/// By the researcher, while nothing is granted. Outcome "request_withdrawn".
struct WithdrawRequest {
    static constexpr CommandKind kKind = CommandKind::withdraw_request;
    std::string request;
    bool operator==(const WithdrawRequest&) const = default;

    template <class Archive>
    static void fields(Archive& archive, auto& self) {
        archive("request", self.request, kMaxId);
    }
};

/// Patients per answer, rounded to 10; none = fewer than 10 (suppressed).
struct CohortCounts {
    std::optional<std::uint64_t> members;
    std::optional<std::uint64_t> permit;
    std::optional<std::uint64_t> deny;
    std::optional<std::uint64_t> not_applicable;
    std::optional<std::uint64_t> indeterminate;
    bool operator==(const CohortCounts&) const = default;

    template <class Archive>
    static void fields(Archive& archive, auto& self) {
        archive("members", self.members);
        archive("permit", self.permit);
        archive("deny", self.deny);
        archive("not_applicable", self.not_applicable);
        archive("indeterminate", self.indeterminate);
    }
};

/// By the service key of a validator of the dataset's custodian, once per (request, dataset). Outcome "cohort_recorded".
struct CohortResult {
    static constexpr CommandKind kKind = CommandKind::cohort_result;
    std::string request;
    std::string dataset;
    std::uint64_t height = 0;        ///< sealed height it was evaluated at
    std::uint64_t rule_version = 1;  ///< consent::kRuleVersion
    CohortCounts counts;
    Hash eligible_commitment;  ///< cohort.hpp, eligible_commitment()
    bool operator==(const CohortResult&) const = default;

    template <class Archive>
    static void fields(Archive& archive, auto& self) {
        archive("request", self.request, kMaxId);
        archive("dataset", self.dataset, kMaxId);
        archive("height", self.height);
        archive("rule_version", self.rule_version);
        archive("counts", self.counts);
        archive("eligible_commitment", self.eligible_commitment);
    }
};

/// By a committee member about herself; she can no longer vote on the request. Outcome "conflict_declared".
struct DeclareConflict {
    static constexpr CommandKind kKind = CommandKind::declare_conflict;
    std::string request;
    std::string reason;  ///< code
    bool operator==(const DeclareConflict&) const = default;

    template <class Archive>
    static void fields(Archive& archive, auto& self) {
        archive("request", self.request, kMaxId);
        archive("reason", self.reason, kMaxId);
    }
};

/// By a member of the dataset's committee, after the cohort result, once. Outcomes "vote_recorded", "granted" (the deciding vote; a
/// GrantDetail), "request_refused" (approval can no longer be reached); refusals "conflict_of_interest", "cohort_pending", …
struct CastVote {
    static constexpr CommandKind kKind = CommandKind::cast_vote;
    std::string request;
    std::string dataset;
    bool approve = false;
    std::string reason;                   ///< code, never empty: "scientific_merit", "purpose_too_broad", …
    std::optional<std::uint64_t> d_part;  ///< ciphertext of the member's own words, class D
    bool operator==(const CastVote&) const = default;

    template <class Archive>
    static void fields(Archive& archive, auto& self) {
        archive("request", self.request, kMaxId);
        archive("dataset", self.dataset, kMaxId);
        archive("approve", self.approve);
        archive("reason", self.reason, kMaxId);
        archive("d_part", self.d_part);
    }
};

/// Ends a grant: by the researcher (close-out), or by the custodian's operator or a committee member (revocation). Takes effect
/// first in its block. Outcome "grant_closed".
struct CloseGrant {
    static constexpr CommandKind kKind = CommandKind::close_grant;
    std::string grant;
    std::string reason;  ///< code: "study_finished", "misuse", …
    bool operator==(const CloseGrant&) const = default;

    template <class Archive>
    static void fields(Archive& archive, auto& self) {
        archive("grant", self.grant, kMaxId);
        archive("reason", self.reason, kMaxId);
    }
};

inline constexpr std::size_t kMaxReleasePseudonyms = 256;

/// By the gateway of the dataset's custodian, before a byte leaves. The ledger decides for each pseudonym by the consents in force at
/// the block's time. Outcome "released" (at least one permit) or the refusal "release_refused"; detail: ReleaseDetail.
struct RecordRelease {
    static constexpr CommandKind kKind = CommandKind::record_release;
    std::string grant;
    std::vector<Pseudonym> pseudonyms;    ///< ascending, unique, 1 to kMaxReleasePseudonyms
    std::vector<std::string> categories;  ///< which data: codes such as "Observation"; may be empty = all of the dataset
    bool operator==(const RecordRelease&) const = default;

    template <class Archive>
    static void fields(Archive& archive, auto& self) {
        archive("grant", self.grant, kMaxId);
        archive("pseudonyms", self.pseudonyms, kMaxReleasePseudonyms);
        archive("categories", self.categories, 32, kMaxId);
    }
};

inline constexpr std::size_t kMaxRowsPerBatch = 1024;

/// Clinical accesses under one signature of the institution (gateway key). parts[0] = class rows, payload of rows.hpp. Outcome
/// "batch_recorded" with a BatchDetail.
struct AccessBatch {
    static constexpr CommandKind kKind = CommandKind::access_batch;
    std::string custodian;
    std::uint64_t sequence = 0;  ///< gap-free per custodian, from 0
    TimeMs first_ms = 0;         ///< first and last occurrence
    TimeMs last_ms = 0;
    std::uint64_t rows = 0;
    Hash rows_root;              ///< RFC 6962 over the encoded rows
    bool operator==(const AccessBatch&) const = default;

    template <class Archive>
    static void fields(Archive& archive, auto& self) {
        archive("custodian", self.custodian, kMaxId);
        archive("sequence", self.sequence);
        archive("first_ms", self.first_ms);
        archive("last_ms", self.last_ms);
        archive("rows", self.rows);
        archive("rows_root", self.rows_root);
    }
};

enum class ReadSubject : std::uint8_t { patient_trail, actor_trail, dataset_trail, custodian_trail, request, consents, proof, reads };
[[nodiscard]] constexpr ReadSubject last_of(ReadSubject) noexcept { return ReadSubject::reads; }
[[nodiscard]] std::string_view to_string(ReadSubject subject) noexcept;

/// One audited read: who read what, when, how many rows.
struct TrailRead {
    std::string reader;  ///< actor id
    ReadSubject subject = ReadSubject::patient_trail;
    std::optional<Pseudonym> pseudonym;  ///< of patient_trail; of consents, proof and reads where they concern one patient
    std::string name;                    ///< actor, dataset, custodian, request or transaction id; else empty
    TimeMs read_at_ms = 0;
    std::uint64_t rows = 0;
    bool operator==(const TrailRead&) const = default;

    template <class Archive>
    static void fields(Archive& archive, auto& self) {
        archive("reader", self.reader, kMaxId);
        archive("subject", self.subject);
        archive("pseudonym", self.pseudonym);
        archive("name", self.name, kMaxId);
        archive("read_at_ms", self.read_at_ms);
        archive("rows", self.rows);
    }
};

/// By a node's service key, journalled before the answers left. Outcome "reads_recorded".
struct RecordReads {
    static constexpr CommandKind kKind = CommandKind::record_reads;
    std::uint64_t sequence = 0;  ///< gap-free per node, from 0
    std::vector<TrailRead> reads;
    bool operator==(const RecordReads&) const = default;

    template <class Archive>
    static void fields(Archive& archive, auto& self) {
        archive("sequence", self.sequence);
        archive("reads", self.reads, 256);
    }
};

/// By the holder of a grant that covered a patient who withdrew: it stopped using her data. Outcome "acknowledged".
struct AcknowledgeWithdrawal {
    static constexpr CommandKind kKind = CommandKind::acknowledge_withdrawal;
    std::string grant;
    Pseudonym pseudonym;
    bool operator==(const AcknowledgeWithdrawal&) const = default;

    template <class Archive>
    static void fields(Archive& archive, auto& self) {
        archive("grant", self.grant, kMaxId);
        archive("pseudonym", self.pseudonym);
    }
};

}  // namespace placet::contracts::access

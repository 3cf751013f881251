// Commands of datasets: what a custodian offers, under which terms, and whose records belong to it. Signed by its operator.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "contracts/common/command_kind.hpp"
#include "contracts/dataset/duo.hpp"

namespace placet::contracts::dataset {

enum class DatasetKind : std::uint8_t { structured, notes, imaging, waveform, genomic, synthetic, derived, model };
[[nodiscard]] constexpr DatasetKind last_of(DatasetKind) noexcept { return DatasetKind::model; }
/// Synthetic data, derived datasets and trained models name what they were made from.
[[nodiscard]] constexpr bool is_made_from_others(DatasetKind kind) noexcept {
    return kind == DatasetKind::synthetic || kind == DatasetKind::derived || kind == DatasetKind::model;
}
[[nodiscard]] std::string_view to_string(DatasetKind kind) noexcept;
[[nodiscard]] std::optional<DatasetKind> dataset_kind_from(std::string_view text) noexcept;

/// What a dataset was made from: another one, under a grant of a researcher of the same organisation, or, without a grant, one of
/// the organisation's own.
struct Source {
    std::string dataset;
    std::optional<std::string> grant;
    bool operator==(const Source&) const = default;

    template <class Archive>
    static void fields(Archive& archive, auto& self) {
        archive("dataset", self.dataset, kMaxId);
        archive("grant", self.grant);
    }
};
inline constexpr std::size_t kMaxSources = 16;

/// Outcome "registered". The custodian is the operator's organisation.
struct RegisterDataset {
    static constexpr CommandKind kKind = CommandKind::register_dataset;
    std::string id;  ///< unique on the ledger
    std::string title;
    DatasetKind kind = DatasetKind::structured;
    DuoTerms terms;
    std::string jurisdiction;             ///< ISO 3166-1 alpha-2
    std::uint64_t retention_years = 10;
    std::vector<std::string> committee;   ///< actor ids with the role dac, at least votes_needed
    std::uint64_t votes_needed = 1;       ///< approvals that make a grant
    std::vector<Source> derived_from;     ///< at least one where is_made_from_others(kind), else none; unique
    bool operator==(const RegisterDataset&) const = default;

    template <class Archive>
    static void fields(Archive& archive, auto& self) {
        archive("id", self.id, kMaxId);
        archive("title", self.title, kMaxTitle);
        archive("kind", self.kind);
        archive("terms", self.terms);
        archive("jurisdiction", self.jurisdiction, 2);
        archive("retention_years", self.retention_years);
        archive("committee", self.committee, 32);
        archive("votes_needed", self.votes_needed);
        archive("derived_from", self.derived_from, kMaxSources);
    }
};

inline constexpr std::size_t kMaxMembersPerCommand = 512;

/// Pseudonyms must be enrolled with the dataset's custodian; those that are members already are left as they are.
/// Outcome "members_added".
struct AddMembers {
    static constexpr CommandKind kKind = CommandKind::add_members;
    std::string dataset;
    std::vector<Pseudonym> pseudonyms;  ///< ascending, unique, 1 to kMaxMembersPerCommand
    bool operator==(const AddMembers&) const = default;

    template <class Archive>
    static void fields(Archive& archive, auto& self) {
        archive("dataset", self.dataset, kMaxId);
        archive("pseudonyms", self.pseudonyms, kMaxMembersPerCommand);
    }
};

/// Outcome "members_removed".
struct RemoveMembers {
    static constexpr CommandKind kKind = CommandKind::remove_members;
    std::string dataset;
    std::vector<Pseudonym> pseudonyms;  ///< as in AddMembers
    bool operator==(const RemoveMembers&) const = default;

    template <class Archive>
    static void fields(Archive& archive, auto& self) {
        archive("dataset", self.dataset, kMaxId);
        archive("pseudonyms", self.pseudonyms, kMaxMembersPerCommand);
    }
};

/// A disease and what stands above it; for a DOID disease, its one name in Mondo.
struct DiseaseRow {
    std::string id;                    ///< as disease_id writes it
    std::vector<std::string> parents;  ///< ascending, unique
    bool operator==(const DiseaseRow&) const = default;

    template <class Archive>
    static void fields(Archive& archive, auto& self) {
        archive("id", self.id, kMaxId);
        archive("parents", self.parents, 64);
    }
};

inline constexpr std::size_t kMaxDiseaseRows = 256;

/// The next rows of a table of diseases (installed_diseases.hpp). Outcome "diseases_staged".
struct StageDiseases {
    static constexpr CommandKind kKind = CommandKind::stage_diseases;
    std::string table;             ///< the organisation whose operator stages the first rows owns it
    std::uint64_t first = 0;       ///< how many rows it has before these
    std::vector<DiseaseRow> rows;  ///< ascending by id, all behind those it has; 1 to kMaxDiseaseRows
    bool last = false;             ///< closes the table
    bool operator==(const StageDiseases&) const = default;

    template <class Archive>
    static void fields(Archive& archive, auto& self) {
        archive("table", self.table, kMaxId);
        archive("first", self.first);
        archive("rows", self.rows, kMaxDiseaseRows);
        archive("last", self.last);
    }
};

/// Receipt of StageDiseases: the table as it is now.
struct DiseasesDetail {
    std::uint64_t rows = 0;
    Hash digest;
    bool closed = false;
    bool operator==(const DiseasesDetail&) const = default;

    template <class Archive>
    static void fields(Archive& archive, auto& self) {
        archive("rows", self.rows);
        archive("digest", self.digest);
        archive("closed", self.closed);
    }
};

/// Receipt of AddMembers and RemoveMembers: how many changed, and how many are members now.
struct MembersDetail {
    std::uint64_t changed = 0;
    std::uint64_t members = 0;
    bool operator==(const MembersDetail&) const = default;

    template <class Archive>
    static void fields(Archive& archive, auto& self) {
        archive("changed", self.changed);
        archive("members", self.members);
    }
};

}  // namespace placet::contracts::dataset

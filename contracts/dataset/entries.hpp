// Map entries of datasets and their look-up.
#pragma once

#include "contracts/common/state_keys.hpp"
#include "contracts/dataset/commands.hpp"

namespace placet::contracts::dataset {

struct Dataset {
    std::string id;
    std::string custodian;
    std::string title;
    DatasetKind kind = DatasetKind::structured;
    DuoTerms terms;
    std::string jurisdiction;
    std::uint64_t retention_years = 10;
    std::vector<std::string> committee;
    std::uint64_t votes_needed = 1;
    std::uint64_t members = 0;
    TimeMs registered_at_ms = 0;
    std::vector<Source> derived_from;
    bool operator==(const Dataset&) const = default;

    template <class Archive>
    static void fields(Archive& archive, auto& self) {
        archive("id", self.id, kMaxId);
        archive("custodian", self.custodian, kMaxId);
        archive("title", self.title, kMaxTitle);
        archive("kind", self.kind);
        archive("terms", self.terms);
        archive("jurisdiction", self.jurisdiction, 2);
        archive("retention_years", self.retention_years);
        archive("committee", self.committee, 32);
        archive("votes_needed", self.votes_needed);
        archive("members", self.members);
        archive("registered_at_ms", self.registered_at_ms);
        archive("derived_from", self.derived_from, kMaxSources);
    }
};

/// Present while the pseudonym is a member.
struct Member {
    TimeMs since_ms = 0;
    bool operator==(const Member&) const = default;

    template <class Archive>
    static void fields(Archive& archive, auto& self) {
        archive("since_ms", self.since_ms);
    }
};

/// [35, dataset id] → Derivations.
inline constexpr auto kDerivationsEntry = static_cast<EntryKind>(35);
/// At most this many datasets made from one.
inline constexpr std::size_t kMaxDerivations = 256;
/// Ids of datasets that were made from one, in the order of their registration.
struct Derivations {
    std::vector<std::string> datasets;
    bool operator==(const Derivations&) const = default;

    template <class Archive>
    static void fields(Archive& archive, auto& self) {
        archive("datasets", self.datasets, kMaxDerivations);
    }
};

/// At most this many live grants over one dataset.
inline constexpr std::size_t kMaxLiveGrants = 256;
/// Ids of grants over a dataset that have not been closed or revoked, ascending; expired ones leave when the next is made.
struct LiveGrants {
    std::vector<std::string> grants;
    bool operator==(const LiveGrants&) const = default;

    template <class Archive>
    static void fields(Archive& archive, auto& self) {
        archive("grants", self.grants, kMaxLiveGrants);
    }
};

/// What stands above a disease of a staged table.
struct DiseaseParents {
    std::vector<std::string> parents;
    bool operator==(const DiseaseParents&) const = default;

    template <class Archive>
    static void fields(Archive& archive, auto& self) {
        archive("parents", self.parents, 64);
    }
};

[[nodiscard]] Bytes dataset_key(std::string_view id);
[[nodiscard]] Bytes datasets_prefix();
[[nodiscard]] Bytes member_key(std::string_view dataset, const Pseudonym& pseudonym);
[[nodiscard]] Bytes members_prefix(std::string_view dataset);
[[nodiscard]] Bytes live_grants_key(std::string_view dataset);
[[nodiscard]] Bytes derivations_key(std::string_view dataset);

[[nodiscard]] Result<std::optional<Dataset>> find_dataset(const state::StateReader& reader, std::string_view id);
[[nodiscard]] Result<bool> is_member(const state::StateReader& reader, std::string_view dataset, const Pseudonym& pseudonym);
[[nodiscard]] Result<LiveGrants> live_grants(const state::StateReader& reader, std::string_view dataset);
[[nodiscard]] Result<Derivations> derivations(const state::StateReader& reader, std::string_view dataset);
/// Every dataset, ascending by id.
[[nodiscard]] Result<std::vector<Dataset>> all_datasets(const state::StateScanner& scanner);

}  // namespace placet::contracts::dataset

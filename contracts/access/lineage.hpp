// What was made from what, and what a withdrawal touches: read off the block from datasets' sources, grants and
// releases. Pure over a StateScanner; bounded by kMaxLineage.
#pragma once

#include "contracts/access/entries.hpp"
#include "contracts/consent/entries.hpp"

namespace placet::contracts::access {

/// At most this many datasets of one lineage are followed; `complete` says whether that was all.
inline constexpr std::size_t kMaxLineage = 512;

/// `to` was made from `from`, under this grant, or without one by the custodian of both.
struct Derivation {
    std::string from;
    std::string to;
    std::optional<std::string> grant;
    auto operator<=>(const Derivation&) const = default;
};

struct DatasetLineage {
    std::vector<dataset::Dataset> datasets;  ///< ascending by id, the one asked for among them
    std::vector<Derivation> derivations;     ///< ascending
    bool complete = true;
};
/// All that a dataset was made from, and all that was made from it. Errors: not_found.
[[nodiscard]] Result<DatasetLineage> lineage_of(const state::StateReader& reader, std::string_view dataset);

/// How sure it is that data of a person are in a dataset.
enum class Trace : std::uint8_t {
    member,    ///< she is a member of it
    released,  ///< made under a grant under which data of hers left
    possible,  ///< made by the custodian itself from a dataset she is a member of: the ledger does not know from whose
               ///< records
    former,    ///< she was a member when data of hers left, and is no more
};
[[nodiscard]] std::string_view to_string(Trace trace) noexcept;

struct TouchedDataset {
    dataset::Dataset dataset;
    Trace trace = Trace::member;
};

/// A grant through which somebody may hold data of hers.
struct TouchedGrant {
    Grant grant;
    std::optional<Release> release;          ///< data of hers that left under it
    std::optional<WithdrawalNotice> notice;  ///< a withdrawal that its holder was told of
    [[nodiscard]] bool is_waiting() const noexcept { return notice && !notice->acknowledged_at_ms; }
    [[nodiscard]] bool is_overdue(TimeMs now) const noexcept {
        return is_waiting() && now >= notice->withdrawn_at_ms + kAcknowledgeWithinMs;
    }
};

struct PatientLineage {
    std::vector<TouchedDataset> datasets;  ///< ascending by id
    std::vector<TouchedGrant> grants;      ///< ascending by id: over her datasets, and over what was made from them
    std::vector<Derivation> derivations;   ///< ascending
    bool complete = true;
};
/// What a withdrawal of this person touches, or has touched: her datasets at the custodian, grants under which data of
/// hers left or may leave, everything made under those, and the grants over that.
[[nodiscard]] Result<PatientLineage> lineage_of(const state::StateScanner& scanner, std::string_view custodian,
                                                const Pseudonym& pseudonym);

}  // namespace placet::contracts::access

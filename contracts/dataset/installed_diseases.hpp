// The table of diseases that the ledger decides by. A hospital stages it row by row under an id and closes it; the
// organisations with a seat then vote for that id with its digest (governance, ProposalSubject::diseases), and from the
// deciding vote's block on every validator matches diseases by the same relation. A staged table never changes once it
// is closed, and its digest says all of it, so whoever holds the file can check what was voted for.
//
// Pure functions of the state; errors are our own: corrupt, unavailable.
#pragma once

#include "contracts/dataset/disease_table.hpp"
#include "contracts/dataset/entries.hpp"
#include "contracts/governance/entries.hpp"

namespace placet::contracts::dataset {

/// What is known of a table besides its rows.
struct DiseaseTableHead {
    std::string id;
    std::string organisation;  ///< whose operators stage it
    std::uint64_t rows = 0;
    std::string last;  ///< the disease of the last row
    Hash digest;       ///< after every row so far, see digest_after
    bool closed = false;
    TimeMs since_ms = 0;
    bool operator==(const DiseaseTableHead&) const = default;

    template <class Archive>
    static void fields(Archive& archive, auto& self) {
        archive("id", self.id, kMaxId);
        archive("organisation", self.organisation, kMaxId);
        archive("rows", self.rows);
        archive("last", self.last, kMaxId);
        archive("digest", self.digest);
        archive("closed", self.closed);
        archive("since_ms", self.since_ms);
    }
};

/// tagged_hash("placet/diseases/1", digest of the rows before ‖ the row's canonical CBOR); 32 zero octets before the
/// first row.
[[nodiscard]] Hash digest_after(const Hash& before, const DiseaseRow& row);

/// Whether the ledger can hold the row (StageDiseases).
[[nodiscard]] Status check(const DiseaseRow& row);

[[nodiscard]] Bytes disease_table_key(std::string_view table);
[[nodiscard]] Bytes disease_tables_prefix();
[[nodiscard]] Bytes disease_key(std::string_view table, std::string_view disease);

[[nodiscard]] Result<std::optional<DiseaseTableHead>> find_disease_table(const state::StateReader& reader, std::string_view table);
/// The table that was voted for, if it is closed and its digest is the one voted for; none: nobody voted, or for
/// something that was never staged.
[[nodiscard]] Result<std::optional<DiseaseTableHead>> diseases_in_force(const state::StateReader& reader);

/// At most this many rows are read for one dataset of one request.
inline constexpr std::size_t kMostDiseasesRead = 8192;
/// As much of the table in force as matters for `diseases`: their rows, and everything above them. None: no table is in
/// force. Beyond kMostDiseasesRead rows nothing is known, as in a table that lacks them.
[[nodiscard]] Result<std::optional<DiseaseTable>> diseases_around(const state::StateReader& reader, std::vector<std::string> diseases);

}  // namespace placet::contracts::dataset

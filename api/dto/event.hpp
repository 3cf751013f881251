// Events as people read them: the command of a transaction with its outcome, and single rows of access trails.
#pragma once

#include <optional>
#include <string>

#include "api/dto/receipt.hpp"
#include "contracts/access/entries.hpp"
#include "contracts/access/rows.hpp"
#include "contracts/common/command_kind.hpp"
#include "ledger/state/index_key.hpp"

namespace placet::api::dto {

/// The outcome's detail by the names of its struct; null where the code has none.
[[nodiscard]] std::string detail_json(contracts::CommandKind kind, const types::Outcome& outcome);

/// A receipt with the sentence, the advice, the command's name and its detail in words.
[[nodiscard]] std::string receipt_json(const Receipt& receipt, std::optional<contracts::CommandKind> kind);

/// Whether patients' pseudonyms are told.
enum class Subjects : std::uint8_t { shown, hidden };

/// One row of a trail: where it stands and what it says.
struct TrailRow {
    std::uint64_t position = 0;  ///< in the sub-log asked
    state::IndexRow row;
    types::EventLeaf leaf;
    types::Transaction transaction;
    std::string sender;                                ///< actor id; empty if unknown now
    std::optional<contracts::access::AccessRow> access_row;  ///< of a batch, if its rows are still here
    std::optional<contracts::access::Grant> grant;     ///< of a release
    std::optional<types::Pseudonym> subject;           ///< the trail's own patient: only her answer is shown
};
/// {"transaction", "position", "leaf_index", "row", "recorded_at", "kind", "code", "sentence", …}; custodians, researchers, purposes
/// and data categories as far as the event has them.
[[nodiscard]] std::string trail_row_json(const TrailRow& row, Subjects subjects);

}  // namespace placet::api::dto

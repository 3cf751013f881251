// What is recorded after the fact: batches of clinical accesses, reads of trails.
#include <algorithm>

#include "contracts/access/rows.hpp"
#include "contracts/access/rules.hpp"
#include "contracts/consent/pseudonym_owner.hpp"

namespace placet::contracts::access {
namespace {

constexpr TimeMs kHourMs = 3'600'000;

Verdict sequence_gap(std::uint64_t expected) {
    return refused("sequence_gap", {Reason{"sequence_gap", "sequence", "the next sequence is " + std::to_string(expected)}});
}

/// The rows of a batch, if they are what its header says.
Result<std::optional<std::vector<AccessRow>>> read_rows(const Transition& state, const AccessBatch& command) {
    using Rows = std::optional<std::vector<AccessRow>>;
    const Result<types::Part> part = state.own_part(0);
    if (!part && part.error().code == ErrorCode::unavailable) return std::unexpected(part.error());
    if (!part || part->part_class != types::PartClass::rows) return Rows{};
    Result<std::vector<AccessRow>> rows = decode_rows(part->payload);
    if (!rows || rows->size() != command.rows || rows_root(*rows) != command.rows_root) return Rows{};
    const auto [first, last] = std::ranges::minmax_element(*rows, {}, &AccessRow::occurred_at_ms);
    if (first->occurred_at_ms != command.first_ms || last->occurred_at_ms != command.last_ms) return Rows{};
    return Rows(std::move(*rows));
}

/// Reads of trails stand under the patient, and under whoever served them.
void append_reads(Transition& state, const Actor& sender, const RecordReads& command) {
    for (std::size_t i = 0; i < command.reads.size(); ++i) {
        const TrailRead& read = command.reads[i];
        if (read.pseudonym) state.append(state::index_key(state::IndexKind::trail_read_of_patient, *read.pseudonym), i);
    }
    state.append(state::index_key(state::IndexKind::trail_read_at, sender.id));
}

}  // namespace

Result<Verdict> apply(Transition& state, const Actor& sender, const AccessBatch& command) {
    if (command.custodian != sender.organisation) return refused("not_own", command.custodian);
    PLACET_TRY_ASSIGN(SequenceHead head, batch_head(state, command.custodian));
    if (command.sequence != head.next) return sequence_gap(head.next);
    PLACET_TRY_ASSIGN(const std::optional<std::vector<AccessRow>> rows, read_rows(state, command));
    if (!rows) return refused("rows_mismatch", "parts");
    for (const AccessRow& row : *rows) {
        PLACET_TRY_ASSIGN(const bool foreign, consent::is_of_another(state, command.custodian, row.pseudonym));
        if (foreign) return refused("not_own", "rows");
    }
    PLACET_TRY_ASSIGN(const std::uint64_t late_after_hours, governance::parameter(state, "late_after_hours", 24));
    const bool late = command.first_ms < state.now_ms() && state.now_ms() - command.first_ms > late_after_hours * kHourMs;
    for (std::size_t i = 0; i < rows->size(); ++i) state.append(state::index_key(state::IndexKind::access_of_patient, (*rows)[i].pseudonym), i);
    state.append(state::index_key(state::IndexKind::access_at_custodian, command.custodian));
    ++head.next;
    head.rows += command.rows;
    head.last_ms = std::max(head.last_ms, command.last_ms);
    state.put(batch_head_key(command.custodian), head);
    state.put(batch_key(command.custodian, command.sequence),
              Batch{command, late, state.now_ms(), state.transaction().id, state.transaction().payload.parts.front()});
    return accepted("batch_recorded", BatchDetail{command.custodian, command.sequence, command.rows, late});
}

Result<Verdict> apply(Transition& state, const Actor& sender, const RecordReads& command) {
    PLACET_TRY_ASSIGN(SequenceHead head, reads_head(state, sender.id));
    if (command.sequence != head.next) return sequence_gap(head.next);
    ++head.next;
    head.rows += command.reads.size();
    for (const TrailRead& read : command.reads) head.last_ms = std::max(head.last_ms, read.read_at_ms);
    state.put(reads_head_key(sender.id), head);
    append_reads(state, sender, command);
    return accepted("reads_recorded");
}

}  // namespace placet::contracts::access

// Exactly-once out of an at-least-once network: the sequence on the ledger is the judge.
#include "api/gateway/batcher.hpp"

#include <algorithm>

#include "api/gateway/release.hpp"
#include "contracts/access/entries.hpp"
#include "contracts/common/outcome.hpp"
#include "ledger/crypto/random.hpp"

namespace placet::api::gateway {

using base::ErrorCode;
using base::refuse;
using base::Result;
using base::Status;
using contracts::access::AccessBatch;
using contracts::access::AccessRow;

namespace {

AccessBatch header_of(std::string_view custodian, std::uint64_t sequence, const std::vector<AccessRow>& rows) {
    AccessBatch out;
    out.custodian = custodian;
    out.sequence = sequence;
    const auto [first, last] = std::ranges::minmax(rows, {}, &AccessRow::occurred_at_ms);
    out.first_ms = first.occurred_at_ms;
    out.last_ms = last.occurred_at_ms;
    out.rows = rows.size();
    out.rows_root = contracts::access::rows_root(rows);
    return out;
}

base::Bytes part_of(const types::Salt& salt, const std::vector<AccessRow>& rows) {
    types::Part part;
    part.part_class = types::PartClass::rows;
    part.retention = types::RetentionClass::access_log;
    part.salt = salt;
    part.payload = contracts::access::encode_rows(rows);
    return types::encode(part);
}

}  // namespace

Result<bool> Batcher::step() {
    if (!compared_) {
        PLACET_TRY(compare_with_ledger());
        compared_ = true;
    }
    if (const auto pending = journal_.pending()) return resolve(*pending);
    std::vector<AccessRow> rows = journal_.next_rows();
    if (rows.empty()) return false;
    PLACET_TRY_ASSIGN(const PendingBatch batch, make_batch(journal_.next_sequence(), std::move(rows)));
    PLACET_TRY(journal_.begin_batch(batch));
    return resolve(batch);
}

/// A journal with fewer batches than the ledger was cut or restored from an old backup; one with more belongs to another chain.
Status Batcher::compare_with_ledger() {
    PLACET_TRY_ASSIGN(const ProvedEntry entry, link_.entry(contracts::access::batch_head_key(config_.custodian)));
    contracts::access::SequenceHead head;
    if (entry.value) {
        PLACET_TRY_ASSIGN(head, contracts::decode<contracts::access::SequenceHead>(*entry.value));
    }
    const std::uint64_t sealed = journal_.next_sequence();
    const std::uint64_t under_way = journal_.pending() ? 1 : 0;
    if (head.next >= sealed && head.next <= sealed + under_way) return {};
    return refuse(ErrorCode::conflict,
                  "the ledger has " + std::to_string(head.next) + " batches of " + config_.custodian + ", the journal " + std::to_string(sealed) +
                      ": the journal was cut, restored from an old backup, or a second gateway runs. Nothing more is batched until it is restored",
                  "journal");
}

Result<PendingBatch> Batcher::make_batch(std::uint64_t sequence, std::vector<AccessRow> rows) {
    PendingBatch out;
    out.sequence = sequence;
    out.part_salt = crypto::random_fixed<types::Salt>();
    out.rows = std::move(rows);
    const base::Bytes part = part_of(out.part_salt, out.rows);
    if (part.size() > types::Part::kMaxPayload) return refuse(ErrorCode::too_large, "a batch does not fit a part", "rows");
    const types::Transaction transaction =
        sign_command(static_cast<std::uint64_t>(AccessBatch::kKind), contracts::encode(header_of(config_.custodian, sequence, out.rows)),
                     {types::part_commitment(part)}, *config_.key, config_.genesis, config_.now_ms());
    out.transaction = transaction.bytes;
    return out;
}

Result<bool> Batcher::is_on_ledger(const PendingBatch& batch) {
    PLACET_TRY_ASSIGN(const ProvedEntry entry, link_.entry(contracts::access::batch_key(config_.custodian, batch.sequence)));
    if (!entry.value) return false;
    PLACET_TRY_ASSIGN(const auto recorded, contracts::decode<contracts::access::Batch>(*entry.value));
    if (recorded.header == header_of(config_.custodian, batch.sequence, batch.rows)) {
        PLACET_TRY(journal_.seal_batch(batch.sequence, recorded.transaction, entry.height));
        return true;
    }
    return refuse(ErrorCode::conflict, "the ledger has another batch " + std::to_string(batch.sequence) + " of " + config_.custodian + ": a second gateway runs", "journal");
}

Result<bool> Batcher::finish(const PendingBatch& batch, const ProvedOutcome& outcome) {
    if (outcome.outcome.accepted) {
        PLACET_TRY(journal_.seal_batch(batch.sequence, outcome.transaction, outcome.height));
        return true;
    }
    PLACET_TRY_ASSIGN(const bool recorded, is_on_ledger(batch));
    if (recorded) return true;
    return refuse(ErrorCode::conflict,
                  "the ledger refused batch " + std::to_string(batch.sequence) + ": " + contracts::outcome_sentence(outcome.outcome.code) + " " +
                      contracts::outcome_advice(outcome.outcome.code),
                  outcome.outcome.code);
}

Result<bool> Batcher::resolve(const PendingBatch& batch) {
    PLACET_TRY_ASSIGN(const types::Transaction transaction, types::decode_transaction(batch.transaction, config_.genesis));
    const auto known = link_.outcome(transaction);
    if (known) return finish(batch, *known);
    if (known.error().code != ErrorCode::not_found) return std::unexpected(known.error());
    if (transaction.payload.expires_at_ms > config_.now_ms()) {
        PLACET_TRY_ASSIGN(const ProvedOutcome outcome, link_.record(transaction, {part_of(batch.part_salt, batch.rows)}));
        return finish(batch, outcome);
    }
    // Expired without a receipt that we saw: unless an earlier transaction did it, the same rows go again under the same sequence.
    PLACET_TRY_ASSIGN(const bool recorded, is_on_ledger(batch));
    if (recorded) return true;
    PLACET_TRY_ASSIGN(const PendingBatch again, make_batch(batch.sequence, batch.rows));
    PLACET_TRY(journal_.begin_batch(again));
    return resolve(again);
}

}  // namespace placet::api::gateway

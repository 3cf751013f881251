// Consensus records as rows: see consensus_log.hpp.
#include "node/disk/consensus_log.hpp"

#include <fmt/format.h>

namespace placet::node {

namespace {

using consensus::RecordKind;
constexpr std::size_t kKindBytes = 1;
constexpr std::size_t kSeqBytes = 8;

store::RecordKey row_key(base::BytesView key) {
    store::RecordKey out{store::RecordColumn::consensus, key[0], 0, {}};
    for (std::size_t i = 0; i < kSeqBytes; ++i) out.sequence = out.sequence << 8 | key[kKindBytes + i];
    out.name = base::to_bytes(key.subspan(kKindBytes + kSeqBytes));
    return out;
}

base::Bytes record_key(const store::RecordKey& row) {
    base::Bytes out{row.kind};
    for (std::size_t i = 0; i < kSeqBytes; ++i) out.push_back(static_cast<std::uint8_t>(row.sequence >> (8 * (kSeqBytes - 1 - i))));
    base::append(out, row.name);
    return out;
}

void put_body(store::RecordBatch& batch, const consensus::Record& record) {
    types::Proposal stripped = *record.body;
    for (auto& submission : stripped.submissions)
        for (auto& part : std::exchange(submission.parts, {})) batch.put_part(std::move(part));
    batch.put(row_key(record.key), encode(stripped));
}

// Gives a stored body its parts back. Nothing if one is gone.
base::Result<std::optional<base::Bytes>> whole_body(base::BytesView stored, const store::SealedView& view, const crypto::Hash& genesis) {
    PLACET_TRY_ASSIGN(types::Proposal proposal, types::decode_proposal(stored));
    for (auto& submission : proposal.submissions) {
        PLACET_TRY_ASSIGN(const auto transaction, types::decode_transaction(submission.transaction, genesis));
        for (const auto& commitment : transaction.payload.parts) {
            auto part = view.part(commitment);
            if (!part) return std::optional<base::Bytes>{};
            submission.parts.push_back(std::move(*part));
        }
    }
    return std::optional(encode(proposal));
}

}  // namespace

store::RecordBatch batch_of(const std::vector<consensus::Record>& records) {
    store::RecordBatch batch;
    for (const auto& record : records) {
        if (record.kind == RecordKind::body && record.body) put_body(batch, record);
        else batch.put(row_key(record.key), record.value);
    }
    return batch;
}

base::Result<std::vector<std::pair<base::Bytes, base::Bytes>>> read_consensus_records(const store::Store& store) {
    const auto view = store.snapshot();
    std::vector<std::pair<base::Bytes, base::Bytes>> out;
    base::Status bad;
    const auto visit = [&](const store::RecordKey& key, base::BytesView value) {
        if (key.column != store::RecordColumn::consensus) return false;
        if (key.kind != static_cast<std::uint8_t>(RecordKind::body)) {
            out.emplace_back(record_key(key), base::to_bytes(value));
            return true;
        }
        auto body = whole_body(value, *view, store.genesis_hash());
        if (!body) bad = base::refuse(base::ErrorCode::corrupt, fmt::format("the body of sequence {} does not decode: {}", key.sequence, body.error().message), "consensus log");
        else if (*body) out.emplace_back(record_key(key), std::move(**body));
        else if (key.sequence > view->height())
            bad = base::refuse(base::ErrorCode::corrupt, fmt::format("a part of sequence {}, not sealed yet, is missing", key.sequence), "consensus log");
        return bad.has_value();
    };
    PLACET_TRY(store.scan_records({store::RecordColumn::consensus, 0, 0, {}}, visit));
    PLACET_TRY(bad);
    return out;
}

}  // namespace placet::node

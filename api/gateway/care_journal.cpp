// Encoding, replay and state of the gateway's journal.
#include "api/gateway/care_journal.hpp"

#include "contracts/access/commands.hpp"
#include "ledger/base/cbor.hpp"
#include "ledger/crypto/random.hpp"

namespace placet::api::gateway {

using base::ErrorCode;
using base::refuse;
using base::Result;
using base::Status;
using contracts::access::AccessRow;
using contracts::access::kMaxRowsPerBatch;

namespace {

enum class EntryKind : std::uint64_t { access = 1, batch = 2, sealed = 3, release = 4 };
constexpr std::size_t kMaxText = 256;

base::Bytes encode_access(const CareAccess& access) {
    base::cbor::Writer writer;
    writer.array(8).bytes(access.pseudonym.view()).text(access.staff).text(access.purpose).text(access.category).text(access.action);
    writer.uint(access.occurred_at_ms).text(access.client).uint(access.received_at_ms);
    return std::move(writer).take();
}

Result<CareAccess> decode_access(base::BytesView entry) {
    base::cbor::Reader reader(entry);
    CareAccess out;
    reader.array_of(8, "access");
    out.pseudonym = reader.fixed<types::Pseudonym>("pseudonym");
    out.staff = reader.text(kMaxText, "staff");
    out.purpose = reader.text(kMaxText, "purpose");
    out.category = reader.text(kMaxText, "category");
    out.action = reader.text(kMaxText, "action");
    out.occurred_at_ms = reader.uint("occurred_at_ms");
    out.client = reader.text(kMaxText, "client");
    out.received_at_ms = reader.uint("received_at_ms");
    PLACET_TRY(reader.finish());
    return out;
}

base::Bytes access_payload(const types::Salt& salt, base::BytesView entry) {
    base::cbor::Writer writer;
    writer.array(3).uint(static_cast<std::uint64_t>(EntryKind::access)).bytes(salt.view()).bytes(entry);
    return std::move(writer).take();
}

AccessRow row_of(const types::Salt& salt, const CareAccess& access, base::BytesView entry) {
    return {access.pseudonym, access.staff, access.purpose, access.category, access.action, access.occurred_at_ms, access_commitment(salt, entry)};
}

}  // namespace

crypto::Hash access_commitment(const types::Salt& salt, base::BytesView entry) {
    base::cbor::Writer writer;
    writer.array(2).bytes(salt.view()).bytes(entry);
    return crypto::tagged_hash("placet/access-row/1", writer.view());
}

Result<std::unique_ptr<CareJournal>> CareJournal::open(const std::filesystem::path& path, const JournalIdentity& identity) {
    std::unique_ptr<CareJournal> out(new CareJournal());
    auto journal = Journal::open(path, identity, [&](std::uint64_t, base::BytesView payload) { return out->replay(payload); });
    if (!journal) return std::unexpected(journal.error());
    out->journal_ = std::move(*journal);
    return out;
}

void CareJournal::take(const types::Salt& salt, const CareAccess& access, base::BytesView entry) {
    waiting_.push_back({row_of(salt, access, entry), access.received_at_ms});
    ++accesses_;
}

Status CareJournal::replay(base::BytesView payload) {
    base::cbor::Reader reader(payload);
    const std::size_t items = reader.array(8, "entry");
    const auto kind = static_cast<EntryKind>(reader.uint("kind"));
    if (kind == EntryKind::access && items == 3) {
        const auto salt = reader.fixed<types::Salt>("salt");
        const base::BytesView entry = reader.bytes(Journal::kMaxPayload, "entry");
        PLACET_TRY(reader.finish());
        PLACET_TRY_ASSIGN(const CareAccess access, decode_access(entry));
        take(salt, access, entry);
        return {};
    }
    if (kind == EntryKind::batch && items == 6) {
        PendingBatch batch;
        batch.sequence = reader.uint("sequence");
        const std::uint64_t first = reader.uint("first");
        const std::uint64_t count = reader.uint_at_most(kMaxRowsPerBatch, "count");
        batch.part_salt = reader.fixed<types::Salt>("salt");
        batch.transaction = base::to_bytes(reader.bytes(types::kMaxTransactionBytes, "transaction"));
        PLACET_TRY(reader.finish());
        const bool replaces = pending_ && pending_->sequence == batch.sequence && pending_->rows.size() == count;
        if (replaces) batch.rows = pending_->rows;
        if (!replaces && (pending_ || first != first_waiting_ || count > waiting_.size() || batch.sequence != batches_sealed_))
            return refuse(ErrorCode::corrupt, "the journal's batch " + std::to_string(batch.sequence) + " does not follow from what stands before it", "journal");
        for (std::uint64_t i = 0; !replaces && i < count; ++i, ++first_waiting_) {
            batch.rows.push_back(std::move(waiting_.front().row));
            waiting_.pop_front();
        }
        pending_ = std::move(batch);
        return {};
    }
    if (kind == EntryKind::sealed && items == 4) {
        const std::uint64_t sequence = reader.uint("sequence");
        (void)reader.fixed<crypto::Hash>("transaction");
        (void)reader.uint("height");
        PLACET_TRY(reader.finish());
        if (!pending_ || pending_->sequence != sequence) return refuse(ErrorCode::corrupt, "the journal seals a batch that is not under way", "journal");
        rows_sealed_ += pending_->rows.size();
        pending_.reset();
        ++batches_sealed_;
        return {};
    }
    if (kind == EntryKind::release && items == 6) return {};
    return refuse(ErrorCode::corrupt, "the journal holds an entry of a kind unknown to this version", "journal");
}

Status CareJournal::append(const std::vector<CareAccess>& accesses) {
    std::vector<base::Bytes> payloads, entries;
    std::vector<types::Salt> salts;
    for (const CareAccess& access : accesses) {
        salts.push_back(crypto::random_fixed<types::Salt>());
        entries.push_back(encode_access(access));
        payloads.push_back(access_payload(salts.back(), entries.back()));
    }
    const std::lock_guard lock(mutex_);
    PLACET_TRY(journal_->append(payloads));
    for (std::size_t i = 0; i < accesses.size(); ++i) take(salts[i], accesses[i], entries[i]);
    return {};
}

Status CareJournal::append_release(base::TimeMs at_ms, std::string_view researcher, std::string_view grant, std::string_view outcome, std::string_view text) {
    base::cbor::Writer writer;
    writer.array(6).uint(static_cast<std::uint64_t>(EntryKind::release)).uint(at_ms).text(researcher).text(grant).text(outcome).text(text);
    const std::lock_guard lock(mutex_);
    PLACET_TRY(journal_->append({std::move(writer).take()}));
    return {};
}

std::optional<PendingBatch> CareJournal::pending() const {
    const std::lock_guard lock(mutex_);
    return pending_;
}

std::vector<AccessRow> CareJournal::next_rows() const {
    const std::lock_guard lock(mutex_);
    std::vector<AccessRow> out;
    for (std::size_t i = 0; i < waiting_.size() && i < kMaxRowsPerBatch; ++i) out.push_back(waiting_[i].row);
    return out;
}

std::uint64_t CareJournal::next_sequence() const {
    const std::lock_guard lock(mutex_);
    return batches_sealed_;
}

Status CareJournal::begin_batch(const PendingBatch& batch) {
    const std::lock_guard lock(mutex_);
    const bool replaces = pending_.has_value();
    const std::uint64_t first = replaces ? first_waiting_ - batch.rows.size() : first_waiting_;
    base::cbor::Writer writer;
    writer.array(6).uint(static_cast<std::uint64_t>(EntryKind::batch)).uint(batch.sequence).uint(first).uint(batch.rows.size());
    writer.bytes(batch.part_salt.view()).bytes(batch.transaction);
    PLACET_TRY(journal_->append({std::move(writer).take()}));
    for (std::size_t i = 0; !replaces && i < batch.rows.size(); ++i, ++first_waiting_) waiting_.pop_front();
    pending_ = batch;
    return {};
}

Status CareJournal::seal_batch(std::uint64_t sequence, const crypto::Hash& transaction, std::uint64_t height) {
    const std::lock_guard lock(mutex_);
    if (!pending_ || pending_->sequence != sequence) return refuse(ErrorCode::internal, "no such batch is under way", "journal");
    base::cbor::Writer writer;
    writer.array(4).uint(static_cast<std::uint64_t>(EntryKind::sealed)).uint(sequence).bytes(transaction.view()).uint(height);
    PLACET_TRY(journal_->append({std::move(writer).take()}));
    rows_sealed_ += pending_->rows.size();
    pending_.reset();
    ++batches_sealed_;
    return {};
}

CareCounts CareJournal::counts() const {
    const std::lock_guard lock(mutex_);
    CareCounts out;
    out.accesses = accesses_;
    out.waiting = waiting_.size();
    out.batches_sealed = batches_sealed_;
    out.rows_sealed = rows_sealed_;
    out.oldest_waiting_ms = waiting_.empty() ? 0 : waiting_.front().received_at_ms;
    out.journal_entries = journal_->size();
    out.torn_octets = journal_->recovery().torn_octets;
    return out;
}

}  // namespace placet::api::gateway

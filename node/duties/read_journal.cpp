// The journal of audited reads: see read_journal.hpp.
#include "node/duties/read_journal.hpp"

#include "contracts/access/entries.hpp"
#include "contracts/runtime/admit.hpp"
#include "ledger/base/cbor.hpp"

namespace placet::node {

namespace {

using base::ErrorCode;
constexpr std::size_t kMostPerBatch = 256;
constexpr std::size_t kMostWaiting = 100000;

base::Bytes encode_range(std::uint64_t first, std::uint64_t past) {
    base::cbor::Writer writer;
    writer.array(2).uint(first).uint(past);
    return std::move(writer).take();
}

}  // namespace

base::Status ReadJournal::load() {
    base::Status bad;
    const auto visit = [&](const store::RecordKey& key, base::BytesView value) {
        if (key.column != store::RecordColumn::node) return false;
        if (key.kind == static_cast<std::uint8_t>(NodeRecord::read)) {
            auto read = contracts::decode<contracts::access::TrailRead>(value);
            if (read) {
                reads_.push_back({key.sequence, std::move(*read)});
                next_number_ = key.sequence + 1;
            } else {
                bad = base::refuse(ErrorCode::corrupt, "a journalled read does not decode: " + read.error().message, "read journal");
            }
        } else if (key.kind == static_cast<std::uint8_t>(NodeRecord::read_batch)) {
            base::cbor::Reader reader(value);
            reader.array_of(2, "read batch");
            Batch batch;
            batch.sequence = key.sequence;
            batch.first = reader.uint("first");
            batch.past = reader.uint("past");
            bad = reader.finish();
            if (bad) {
                next_number_ = std::max(next_number_, batch.past);
                batch_ = std::move(batch);
            }
        }
        return bad.has_value() && key.kind <= static_cast<std::uint8_t>(NodeRecord::read_batch);
    };
    PLACET_TRY(parts_.store.scan_records({store::RecordColumn::node, 0, 0, {}}, visit));
    return bad;
}

base::Status ReadJournal::record(const contracts::access::TrailRead& read) {
    // What the ledger would not take must not stand in the way of what it takes: such a read is not answered.
    const auto alone = contracts::encode(contracts::access::RecordReads{0, {read}});
    if (const auto good = contracts::runtime::check_command(contracts::CommandKind::record_reads, alone, 0); !good) {
        parts_.log.error("read_not_recordable", base::describe(good.error()), {{"reader", read.reader}});
        return good;
    }
    store::RecordBatch batch;
    {
        const std::lock_guard lock(mutex_);
        if (reads_.size() >= kMostWaiting)
            return base::refuse(ErrorCode::busy, "too many reads wait to be recorded on the ledger: is it running?", "read");
        const std::uint64_t number = next_number_++;
        batch.put(node_key(NodeRecord::read, number), contracts::encode(read));
        // An observer's journal stays on its disk; nothing takes it from memory again.
        if (parts_.own != nullptr) reads_.push_back({number, read});
    }
    if (!parts_.disk.commit_and_wait(std::move(batch)))
        return base::refuse(ErrorCode::unavailable, "the read could not be journalled, so it is not answered: the node is stopping", "read");
    parts_.metrics.reads_journalled.Increment();
    return {};
}

std::size_t ReadJournal::waiting() const {
    const std::lock_guard lock(mutex_);
    return reads_.size();
}

void ReadJournal::begin_batch(std::uint64_t sequence) {
    Batch batch;
    batch.sequence = sequence;
    {
        const std::lock_guard lock(mutex_);
        if (reads_.empty()) return;
        batch.first = reads_.front().number;
        batch.past = reads_[std::min(reads_.size(), kMostPerBatch) - 1].number + 1;
    }
    store::RecordBatch record;
    record.put(node_key(NodeRecord::read_batch, sequence), encode_range(batch.first, batch.past));
    if (parts_.disk.commit_and_wait(std::move(record))) batch_ = std::move(batch);
}

void ReadJournal::finish_batch() {
    store::RecordBatch record;
    {
        const std::lock_guard lock(mutex_);
        while (!reads_.empty() && reads_.front().number < batch_->past) {
            record.erase(node_key(NodeRecord::read, reads_.front().number));
            reads_.pop_front();
        }
    }
    record.erase(node_key(NodeRecord::read_batch, batch_->sequence));
    if (parts_.disk.commit_and_wait(std::move(record))) batch_.reset();
}

void ReadJournal::submit_batch(base::TimeMs now_ms) {
    contracts::access::RecordReads command;
    command.sequence = batch_->sequence;
    {
        const std::lock_guard lock(mutex_);
        for (const auto& journalled : reads_)
            if (journalled.number >= batch_->first && journalled.number < batch_->past) command.reads.push_back(journalled.read);
    }
    auto transaction = parts_.own->make(contracts::CommandKind::record_reads, contracts::encode(command), now_ms);
    if (const auto submitted = parts_.own->submit(transaction); !submitted)
        return parts_.log.warn("reads_not_submitted", base::describe(submitted.error()), {{"sequence", command.sequence}});
    batch_->transaction = std::move(transaction);
}

void ReadJournal::tick(const store::SealedView& view, base::TimeMs now_ms) {
    if (parts_.own == nullptr) return;
    const auto head = contracts::access::reads_head(view, parts_.own->actor());
    if (!head) return parts_.log.error("reads_head", base::describe(head.error()));
    if (batch_ && head->next > batch_->sequence) finish_batch();
    if (!batch_) begin_batch(head->next);
    if (!batch_) return;
    const auto& transaction = batch_->transaction;
    const bool under_way = transaction && transaction->payload.expires_at_ms > std::max(now_ms, view.block_time_ms());
    if (under_way && !view.transaction(transaction->id)) return;
    if (under_way)
        parts_.log.error("reads_refused", "the ledger refused a record of reads; it is made anew", {{"sequence", batch_->sequence}});
    submit_batch(now_ms);
}

}  // namespace placet::node

// The disk thread: see disk_writer.hpp.
#include "node/disk/disk_writer.hpp"

#include <condition_variable>
#include <mutex>

namespace placet::node {

store::RecordKey node_key(NodeRecord kind, std::uint64_t sequence, base::BytesView name) {
    return {store::RecordColumn::node, static_cast<std::uint8_t>(kind), sequence, base::to_bytes(name)};
}

store::RecordKey evidence_key(types::ReplicaId offender, const consensus::EvidenceSubject& subject) {
    base::Bytes name{subject.kind};
    for (int shift = 56; shift >= 0; shift -= 8) name.push_back(static_cast<std::uint8_t>(subject.epoch >> shift));
    return node_key(NodeRecord::evidence, offender, name);
}

base::Result<std::vector<consensus::Accuse>> read_evidence(const store::Store& store) {
    std::vector<consensus::Accuse> out;
    base::Status bad;
    PLACET_TRY(store.scan_records(node_key(NodeRecord::evidence, 0), [&](const store::RecordKey& key, base::BytesView value) {
        if (key.column != store::RecordColumn::node || key.kind != static_cast<std::uint8_t>(NodeRecord::evidence)) return false;
        auto evidence = consensus::decode_evidence(value);
        if (!evidence) {
            bad = base::refuse(base::ErrorCode::corrupt, "the evidence against validator " + std::to_string(key.sequence) + " does not decode: " + evidence.error().message, "evidence");
            return false;
        }
        out.push_back(std::move(*evidence));
        return true;
    }));
    PLACET_TRY(bad);
    return out;
}

DiskWriter::DiskWriter(store::Store& store, Metrics& metrics, Lifecycle& lifecycle) : store_(store), metrics_(metrics), lifecycle_(lifecycle) {}

DiskWriter::~DiskWriter() { stop(); }

void DiskWriter::start() {
    thread_ = std::thread([this] { run(); });
}

void DiskWriter::stop() {
    queue_.close();
    if (thread_.joinable()) thread_.join();
}

void DiskWriter::commit(store::RecordBatch batch, std::function<void()> done) {
    (void)queue_.push({std::move(batch), std::move(done), std::nullopt});
}

bool DiskWriter::commit_and_wait(store::RecordBatch batch) {
    struct Wait {
        std::mutex mutex;
        std::condition_variable changed;
        bool done = false;
    };
    const auto wait = std::make_shared<Wait>();
    const bool queued = queue_.push({std::move(batch), [wait] {
                                         {
                                             const std::lock_guard lock(wait->mutex);
                                             wait->done = true;
                                         }
                                         wait->changed.notify_all();
                                     }, std::nullopt});
    if (!queued) return false;
    std::unique_lock lock(wait->mutex);
    while (!wait->done) {
        if (lifecycle_.error()) return false;
        wait->changed.wait_for(lock, std::chrono::milliseconds(100));
    }
    return true;
}

void DiskWriter::forget(consensus::SeqNum through) { (void)queue_.push({{}, {}, through}); }

void DiskWriter::run() {
    for (;;) {
        auto items = queue_.take_all();
        if (items.empty() && queue_.closed()) return;
        write(items);
        if (lifecycle_.error()) return;
    }
}

void DiskWriter::write(std::vector<Item>& items) {
    std::vector<store::RecordBatch> batches;
    for (auto& item : items)
        if (!item.batch.changes.empty() || !item.batch.parts.empty()) batches.push_back(std::move(item.batch));
    if (!batches.empty()) {
        const auto began = std::chrono::steady_clock::now();
        if (const auto written = store_.commit(batches, store::Durability::synced); !written) return lifecycle_.fail(written.error());
        metrics_.syncs.Increment();
        metrics_.sync_seconds.Increment(std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count());
    }
    for (auto& item : items) {
        if (item.done) item.done();
        if (!item.forget) continue;
        for (auto kind = static_cast<std::uint8_t>(consensus::RecordKind::body); kind <= static_cast<std::uint8_t>(consensus::RecordKind::seal); ++kind)
            if (const auto forgotten = store_.truncate_records(store::RecordColumn::consensus, kind, *item.forget + 1); !forgotten)
                return lifecycle_.fail(forgotten.error());
    }
}

}  // namespace placet::node

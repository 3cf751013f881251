// The disk thread: every durable record of the node goes through it, many in one synced write (group commit). What consensus
// persists, what the journal of reads must hold before an answer, evidence. A failed write ends the node: a disk that failed once is
// never trusted to have kept anything after it.
#pragma once

#include <functional>
#include <thread>

#include "consensus/evidence.hpp"
#include "ledger/store/store.hpp"
#include "node/telemetry/metrics.hpp"
#include "node/work/lifecycle.hpp"
#include "node/work/work_queue.hpp"

namespace placet::node {

/// Kinds of records in the store's node column.
enum class NodeRecord : std::uint8_t {
    read = 1,        ///< journal of audited reads; sequence = order of reading
    read_batch = 2,  ///< [first, past the last] read of the record_reads transaction with this sequence
    cohort = 3,      ///< a cohort result on its way; name = request and dataset
    evidence = 4,    ///< consensus::encode(Accuse), contradictory votes; sequence = offender, name = kind ‖ epoch: the first is kept
    epoch = 5,       ///< an epoch ended here: [height, hash of the next set]; sequence = height
};
[[nodiscard]] store::RecordKey node_key(NodeRecord kind, std::uint64_t sequence, base::BytesView name = {});
[[nodiscard]] store::RecordKey evidence_key(types::ReplicaId offender, const consensus::EvidenceSubject& subject);
/// All evidence in the store. corrupt: one that does not decode.
[[nodiscard]] base::Result<std::vector<consensus::Accuse>> read_evidence(const store::Store& store);

class DiskWriter {
public:
    DiskWriter(store::Store& store, Metrics& metrics, Lifecycle& lifecycle);
    ~DiskWriter();  ///< stop()
    DiskWriter(const DiskWriter&) = delete;
    DiskWriter& operator=(const DiskWriter&) = delete;

    void start();
    /// Writes what waits, then ends. Idempotent.
    void stop();

    /// Any thread: `done` runs on the disk thread once the batch is on disk; never, if the node stops before.
    void commit(store::RecordBatch batch, std::function<void()> done = {});
    /// Any thread: as commit, and waits. False = the node is stopping.
    [[nodiscard]] bool commit_and_wait(store::RecordBatch batch);
    /// Any thread: deletes consensus records of body to seal with seq ≤ `through`, behind what was committed before.
    void forget(consensus::SeqNum through);

private:
    struct Item {
        store::RecordBatch batch;
        std::function<void()> done;
        std::optional<consensus::SeqNum> forget;
    };
    void run();
    void write(std::vector<Item>& items);

    store::Store& store_;
    Metrics& metrics_;
    Lifecycle& lifecycle_;
    WorkQueue<Item> queue_;
    std::thread thread_;
};

}  // namespace placet::node

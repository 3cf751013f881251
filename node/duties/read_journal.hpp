// The journal of audited reads: durable before the answer leaves, on the ledger within seconds. Reads are put into record_reads
// transactions, one under way at a time, with a gap-free sequence; which reads a sequence holds is durable before it is submitted,
// so that a restart neither loses a read nor records one twice. An observer journals and has no key to record with.
#pragma once

#include <deque>
#include <mutex>
#include <optional>

#include "contracts/access/commands.hpp"
#include "node/disk/disk_writer.hpp"
#include "node/duties/own_transactions.hpp"
#include "node/telemetry/log.hpp"

namespace placet::node {

class ReadJournal {
public:
    struct Parts {
        const store::Store& store;
        DiskWriter& disk;
        const OwnTransactions* own;  ///< null for an observer
        Metrics& metrics;
        Log& log;
    };
    explicit ReadJournal(Parts parts) : parts_(parts) {}

    /// Reads what an earlier run left. Before any other call.
    [[nodiscard]] base::Status load();
    /// Any thread; durable when it returns success. unavailable when the node is stopping, busy when too much waits.
    [[nodiscard]] base::Status record(const contracts::access::TrailRead& read);
    /// The housekeeping thread, a few times a second: submits, follows up, forgets what is on the ledger.
    void tick(const store::SealedView& view, base::TimeMs now_ms);
    [[nodiscard]] std::size_t waiting() const;

private:
    struct Journalled {
        std::uint64_t number = 0;
        contracts::access::TrailRead read;
    };
    struct Batch {
        std::uint64_t sequence = 0;
        std::uint64_t first = 0;
        std::uint64_t past = 0;  ///< reads [first, past)
        std::optional<types::Transaction> transaction;  ///< none after a restart: made anew
    };
    void begin_batch(std::uint64_t sequence);
    void finish_batch();
    void submit_batch(base::TimeMs now_ms);

    Parts parts_;
    mutable std::mutex mutex_;
    std::deque<Journalled> reads_;  ///< ascending by number; those of the batch first
    std::uint64_t next_number_ = 0;
    std::optional<Batch> batch_;  ///< the housekeeping thread's alone
};

}  // namespace placet::node

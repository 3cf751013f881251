// What the gateway writes into its journal, and what follows from it after a restart: accesses in care that wait for a batch, the
// batch under way, and the batches sealed. Entries are canonical CBOR:
//
//   access   [1, salt(64), entry: bstr]      entry = [pseudonym, staff, purpose, category, action, occurred_at_ms, client, received_at_ms]
//   batch    [2, sequence, first access, accesses, part salt(64), transaction: bstr]   written before it is submitted
//   sealed   [3, sequence, transaction id, height]
//   release  [4, at_ms, researcher, grant, outcome, text]     outcome: "asked", "recorded", "released", "refused", "failed"
//
// The commitment in a row of the ledger is tagged_hash("placet/access-row/1", [salt, entry]): the journal opens it.
// Thread-safe: HTTP threads append accesses, the batcher takes them.
#pragma once

#include <deque>
#include <filesystem>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "api/gateway/journal.hpp"
#include "contracts/access/rows.hpp"
#include "ledger/types/transaction.hpp"

namespace placet::api::gateway {

/// An access in care as a system of the hospital reports it.
struct CareAccess {
    types::Pseudonym pseudonym;
    std::string staff;
    std::string purpose;
    std::string category;
    std::string action;
    base::TimeMs occurred_at_ms = 0;
    std::string client;  ///< who reported it
    base::TimeMs received_at_ms = 0;
};

struct PendingBatch {
    std::uint64_t sequence = 0;
    std::vector<contracts::access::AccessRow> rows;
    types::Salt part_salt;
    base::Bytes transaction;  ///< the COSE_Sign1 that was journalled before it was submitted
};

struct CareCounts {
    std::uint64_t accesses = 0;         ///< journalled
    std::uint64_t waiting = 0;          ///< not in a batch yet
    std::uint64_t batches_sealed = 0;   ///< = the next sequence, unless one is under way
    std::uint64_t rows_sealed = 0;
    base::TimeMs oldest_waiting_ms = 0;  ///< received at; 0 = none
    std::uint64_t journal_entries = 0;
    std::uint64_t torn_octets = 0;       ///< cut off at the start
};

class CareJournal {
public:
    [[nodiscard]] static base::Result<std::unique_ptr<CareJournal>> open(const std::filesystem::path& path, const JournalIdentity& identity);

    /// Durable when it returns: only then may the system be answered.
    [[nodiscard]] base::Status append(const std::vector<CareAccess>& accesses);
    [[nodiscard]] base::Status append_release(base::TimeMs at_ms, std::string_view researcher, std::string_view grant, std::string_view outcome,
                                              std::string_view text);

    /// The batch under way, if one was journalled and not sealed.
    [[nodiscard]] std::optional<PendingBatch> pending() const;
    /// The rows of the next batch (at most kMaxRowsPerBatch), not taken yet; empty if none wait.
    [[nodiscard]] std::vector<contracts::access::AccessRow> next_rows() const;
    [[nodiscard]] std::uint64_t next_sequence() const;
    /// Journals that the first `batch.rows.size()` waiting rows travel as this batch. Also used to replace the transaction of the
    /// batch under way once that has expired: same sequence, same rows.
    [[nodiscard]] base::Status begin_batch(const PendingBatch& batch);
    [[nodiscard]] base::Status seal_batch(std::uint64_t sequence, const crypto::Hash& transaction, std::uint64_t height);

    [[nodiscard]] CareCounts counts() const;

private:
    struct Waiting {
        contracts::access::AccessRow row;
        base::TimeMs received_at_ms = 0;
    };
    CareJournal() = default;
    [[nodiscard]] base::Status replay(base::BytesView payload);
    void take(const types::Salt& salt, const CareAccess& access, base::BytesView entry);

    mutable std::mutex mutex_;
    std::optional<Journal> journal_;
    std::deque<Waiting> waiting_;  ///< rows not in a batch
    std::uint64_t accesses_ = 0;
    std::uint64_t first_waiting_ = 1;  ///< number of the first waiting access, from 1
    std::uint64_t batches_sealed_ = 0;
    std::uint64_t rows_sealed_ = 0;
    std::optional<PendingBatch> pending_;
};

/// tagged_hash("placet/access-row/1", [salt, entry]).
[[nodiscard]] crypto::Hash access_commitment(const types::Salt& salt, base::BytesView entry);

}  // namespace placet::api::gateway

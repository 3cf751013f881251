// Carries journalled accesses to the ledger: batches of at most 1,024 rows under the gateway's signature, sequences without a
// gap, each batch once. A batch is journalled with its transaction before it is submitted; after a crash the very same
// transaction is asked for or submitted again, and one that expired is replaced under the same sequence, which the ledger
// takes only once. Not thread-safe: one thread owns it.
#pragma once

#include <memory>
#include <mutex>
#include <string>

#include "api/gateway/care_journal.hpp"
#include "api/gateway/ledger_link.hpp"
#include "ledger/crypto/keys.hpp"

namespace placet::api::gateway {

struct BatcherConfig {
    std::string custodian;
    crypto::Hash genesis;
    std::shared_ptr<const crypto::SigningKey> key;
    base::TimeMs (*now_ms)() = nullptr;
};

class Batcher {
public:
    Batcher(BatcherConfig config, LedgerLink& link, CareJournal& journal) : config_(std::move(config)), link_(link), journal_(journal) {}

    /// Brings one batch further: resolves the one under way, or makes one of the waiting rows. True if it sealed one.
    /// Errors leave everything as it was, to be tried again; `conflict` means that journal and ledger disagree: a person must look.
    [[nodiscard]] base::Result<bool> step();

private:
    [[nodiscard]] base::Status compare_with_ledger();
    [[nodiscard]] base::Result<PendingBatch> make_batch(std::uint64_t sequence, std::vector<contracts::access::AccessRow> rows);
    [[nodiscard]] base::Result<bool> resolve(const PendingBatch& batch);
    [[nodiscard]] base::Result<bool> finish(const PendingBatch& batch, const ProvedOutcome& outcome);
    /// Whether the ledger has this very batch already (by an earlier transaction).
    [[nodiscard]] base::Result<bool> is_on_ledger(const PendingBatch& batch);

    BatcherConfig config_;
    LedgerLink& link_;
    CareJournal& journal_;
    bool compared_ = false;
};

}  // namespace placet::api::gateway

// A node in memory: state entries, log, sub-logs and read journal that a test fills by hand, behind the port the API uses.
// Admission is the contracts' own; "consensus" is one function that seals what was submitted, when the test says so.
#pragma once

#include <map>
#include <mutex>
#include <set>

#include "api/backend.hpp"
#include "contracts/access/queries.hpp"
#include "contracts/common/command_kind.hpp"
#include "ledger/state/index_key.hpp"
#include "ledger/types/leaf.hpp"

namespace placet::test {

/// What a snapshot shows; copied, so that a snapshot is frozen.
struct FakeData {
    types::Hash genesis_hash;
    types::Height height = 0;
    base::TimeMs block_time_ms = 0;
    types::ValidatorSet validators;
    std::map<base::Bytes, base::Bytes> entries;
    std::map<types::Hash, base::Bytes> parts;
    std::vector<base::Bytes> leaves;
    std::map<types::TransactionId, api::TransactionPlace> places;
    std::map<types::Height, types::QuorumCertificate> seals;
    std::map<types::Height, base::Bytes> blocks;
    std::map<base::Bytes, std::vector<base::Bytes>> index;
};

class FakeBackend final : public api::Backend {
public:
    FakeBackend();

    // What the test does.
    template <contracts::Described T>
    void put(const base::Bytes& key, const T& value) { data_.entries[key] = contracts::encode(value); }
    void put_raw(const base::Bytes& key, base::Bytes value) { data_.entries[key] = std::move(value); }
    void put_part(const types::Part& part);
    /// One block with one event: the transaction with this outcome, and rows in these sub-logs (key, row).
    void seal(const types::Transaction& transaction, const types::Outcome& outcome, const std::vector<std::pair<state::IndexKey, std::uint64_t>>& rows = {});
    /// Seals everything submitted, as "recorded", and answers who waits.
    void seal_submitted();
    /// From now on a submission is sealed at once.
    void seal_at_once() { at_once_ = true; }
    void fail_reads() { reads_fail_ = true; }
    void be_busy() { busy_ = true; }
    void be_unready() { unready_ = true; }
    /// Signs a command for this chain, valid for nine minutes.
    [[nodiscard]] types::Transaction sign(contracts::CommandKind kind, const base::Bytes& body, const crypto::SigningKey& key) const;

    // What the test asks.
    [[nodiscard]] std::vector<contracts::access::TrailRead> reads() const;
    [[nodiscard]] std::size_t submissions() const;
    /// Changes whenever state, log, mempool or read journal does.
    [[nodiscard]] types::Hash fingerprint() const;

    // The port.
    const types::Genesis& genesis() const override { return genesis_; }
    types::Hash genesis_hash() const override { return data_.genesis_hash; }
    base::Result<api::Admission> submit(const types::Transaction& transaction, types::Submission submission) override;
    void wait_receipt(const types::TransactionId& id, std::chrono::milliseconds within,
                      std::function<void(std::optional<api::dto::Receipt>)> done) override;
    std::shared_ptr<const api::Snapshot> snapshot() const override;
    base::Status record_read(const contracts::access::TrailRead& read) override;
    api::NodeStatus status() const override;
    std::vector<api::ReadinessReason> readiness() const override;
    base::Status startup() const override { return {}; }
    std::string metrics_text() const override { return "# TYPE placet_sealed_height gauge\nplacet_sealed_height 1\n"; }
    base::TimeMs now_ms() const override { return now_ms_; }

    types::Genesis& genesis_to_change() { return genesis_; }
    void use_validators(types::ValidatorSet set);
    [[nodiscard]] base::TimeMs now() const { return now_ms_; }

private:
    [[nodiscard]] std::optional<api::dto::Receipt> receipt_of(const types::TransactionId& id) const;

    mutable std::recursive_mutex mutex_;
    types::Genesis genesis_;
    FakeData data_;
    base::TimeMs now_ms_;
    std::map<types::TransactionId, types::Transaction> mempool_;
    std::multimap<types::TransactionId, std::function<void(std::optional<api::dto::Receipt>)>> waiting_;
    std::vector<contracts::access::TrailRead> reads_;
    bool at_once_ = false;
    bool reads_fail_ = false;
    bool busy_ = false;
    bool unready_ = false;
};

}  // namespace placet::test

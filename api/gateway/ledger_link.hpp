// The gateway's only view of the ledger: entries of the map and outcomes of its own transactions, each proved against genesis
// before it is believed. A validator can delay the gateway, not lie to it. Not thread-safe: one link per thread.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>

#include "ledger/state/reader.hpp"
#include "ledger/types/genesis.hpp"
#include "ledger/types/leaf.hpp"
#include "ledger/types/transaction.hpp"

namespace placet::api::client {
struct ClientConfig;
}

namespace placet::api::gateway {

/// A map entry as of a sealed height.
struct ProvedEntry {
    std::optional<base::Bytes> value;  ///< none: proved absent
    types::Height height = 0;
    base::TimeMs sealed_at_ms = 0;     ///< block time of the seal it rests on
};

/// What became of a transaction, as its leaf says.
struct ProvedOutcome {
    types::TransactionId transaction;
    types::Outcome outcome;
    types::Height height = 0;
    std::uint64_t leaf_index = 0;
    base::TimeMs block_time_ms = 0;
};

class LedgerLink {
public:
    virtual ~LedgerLink() = default;
    /// Errors: unavailable, timeout (no validator answers), invalid_proof (one lied), unauthorised, not_found.
    [[nodiscard]] virtual base::Result<ProvedEntry> entry(base::BytesView key) = 0;
    /// Submits, waits for the seal and proves. An outcome that refuses is a success of this function. After `timeout` or
    /// `unavailable` it is unknown whether the transaction will be sealed: ask `outcome` later.
    [[nodiscard]] virtual base::Result<ProvedOutcome> record(const types::Transaction& transaction, const std::vector<base::Bytes>& parts) = 0;
    /// Of a transaction submitted before; not_found if it is not sealed now.
    [[nodiscard]] virtual base::Result<ProvedOutcome> outcome(const types::Transaction& transaction) = 0;
};

/// Over the REST API of validators. `wait`: how long a seal may take.
struct RestLedgerConfig {
    types::Genesis genesis;
    std::chrono::milliseconds wait{15000};
    /// Chains with fewer than four validators prove nothing unless this is said (development).
    enum class DevelopmentChains : std::uint8_t { refused, allowed } development_chains = DevelopmentChains::refused;
};
[[nodiscard]] base::Result<std::unique_ptr<LedgerLink>> make_rest_ledger(RestLedgerConfig config, client::ClientConfig client);

/// Reads map entries through a link as rules do; parts come from `find_part`. Keeps the first error: a reader of rules cannot
/// tell an entry that is absent from one that could not be had, so ask `status` before believing any answer.
class ProvedState final : public state::StateReader {
public:
    using FindPart = std::function<std::optional<base::Bytes>(const crypto::Hash& commitment)>;
    ProvedState(LedgerLink& link, FindPart find_part) : link_(link), find_part_(std::move(find_part)) {}
    [[nodiscard]] std::optional<base::Bytes> get(base::BytesView key) const override;
    [[nodiscard]] std::optional<base::Bytes> part(const crypto::Hash& commitment) const override { return find_part_(commitment); }
    [[nodiscard]] const base::Status& status() const noexcept { return status_; }
    /// The oldest seal that an answer rested on; kForever before the first.
    [[nodiscard]] base::TimeMs oldest_seal_ms() const noexcept { return oldest_seal_ms_; }

private:
    LedgerLink& link_;
    FindPart find_part_;
    mutable base::Status status_;
    mutable base::TimeMs oldest_seal_ms_ = base::kForever;
};

}  // namespace placet::api::gateway

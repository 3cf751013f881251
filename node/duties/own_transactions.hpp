// The node's own transactions: cohort results and records of reads, signed with the service key that genesis names. What is
// submitted goes the way of every transaction: admission, mempool, forwarding.
#pragma once

#include <functional>

#include "contracts/common/command_kind.hpp"
#include "ledger/types/transaction.hpp"

namespace placet::node {

class OwnTransactions {
public:
    using Submit = std::function<base::Status(const types::Transaction&)>;

    /// `key` outlives this; `actor` is "node@<validator>".
    OwnTransactions(const crypto::SigningKey& key, const crypto::Hash& genesis, std::string actor, Submit submit)
        : key_(key), genesis_(genesis), actor_(std::move(actor)), submit_(std::move(submit)) {}

    /// A fresh nonce; valid for five minutes from `now_ms`.
    [[nodiscard]] types::Transaction make(contracts::CommandKind kind, base::Bytes body, base::TimeMs now_ms) const;
    /// Any thread. conflict = already sealed; other errors pass (busy, unavailable): try again later.
    [[nodiscard]] base::Status submit(const types::Transaction& transaction) const { return submit_(transaction); }
    [[nodiscard]] const std::string& actor() const noexcept { return actor_; }
    [[nodiscard]] const crypto::Hash& genesis() const noexcept { return genesis_; }

private:
    const crypto::SigningKey& key_;
    crypto::Hash genesis_;
    std::string actor_;
    Submit submit_;
};

}  // namespace placet::node

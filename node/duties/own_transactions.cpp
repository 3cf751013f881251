// Making the node's own transactions: see own_transactions.hpp.
#include "node/duties/own_transactions.hpp"

#include "ledger/crypto/random.hpp"

namespace placet::node {

namespace {
constexpr base::TimeMs kLifeMs = 5 * 60 * 1000;
}

types::Transaction OwnTransactions::make(contracts::CommandKind kind, base::Bytes body, base::TimeMs now_ms) const {
    types::Payload payload;
    payload.kind = static_cast<std::uint64_t>(kind);
    payload.nonce = crypto::random_fixed<types::Nonce>();
    payload.expires_at_ms = now_ms + kLifeMs;
    payload.body = std::move(body);
    return types::sign(payload, key_, genesis_);
}

}  // namespace placet::node

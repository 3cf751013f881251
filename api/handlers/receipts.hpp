// A sealed transaction as read back from the log.
#pragma once

#include "api/backend.hpp"
#include "ledger/types/leaf.hpp"

namespace placet::api::handlers {

struct LoggedTransaction {
    dto::Receipt receipt;
    types::EventLeaf leaf;
    types::Transaction transaction;
};

/// `corrupt` if leaf or seal cannot be read although they must be there.
[[nodiscard]] base::Result<LoggedTransaction> read_event(const Snapshot& snapshot, const TransactionPlace& place);

}  // namespace placet::api::handlers

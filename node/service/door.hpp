// The door of the mempool: every transaction comes in here, from a client of this node, from another validator, or from the node
// itself, and is checked the same way (contracts::runtime::admit) against the last sealed state. Any thread.
#pragma once

#include <functional>

#include "api/backend.hpp"
#include "ledger/store/store.hpp"
#include "node/mempool/mempool.hpp"
#include "node/mempool/signature_cache.hpp"
#include "node/telemetry/metrics.hpp"

namespace placet::node {

enum class Origin : std::uint8_t { client, peer, self };

class Door {
public:
    /// Called once for each transaction that was taken in; forwards it and wakes the core.
    using Taken = std::function<void(const types::Submission& submission, Origin origin)>;

    Door(const store::Store& store, Mempool& mempool, SignatureCache& signatures, Metrics& metrics, Taken taken)
        : store_(store), mempool_(mempool), signatures_(signatures), metrics_(metrics), taken_(std::move(taken)) {}

    /// Errors as api::Backend::submit.
    [[nodiscard]] base::Result<api::Admission> enter(const types::Transaction& transaction, types::Submission submission, Origin origin);

private:
    const store::Store& store_;
    Mempool& mempool_;
    SignatureCache& signatures_;
    Metrics& metrics_;
    Taken taken_;
};

}  // namespace placet::node

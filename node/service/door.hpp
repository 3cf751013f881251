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

    struct Parts {
        std::function<std::shared_ptr<const store::SealedView>()> sealed;  ///< the last sealed state
        crypto::Hash genesis;
        Mempool& mempool;
        SignatureCache& signatures;
        Metrics& metrics;
    };
    Door(Parts parts, Taken taken) : parts_(std::move(parts)), taken_(std::move(taken)) {}

    /// Errors as api::Backend::submit.
    [[nodiscard]] base::Result<api::Admission> enter(const types::Transaction& transaction, types::Submission submission, Origin origin);

private:
    [[nodiscard]] bool was_sealed_meanwhile(const types::Transaction& transaction);

    Parts parts_;
    Taken taken_;
};

}  // namespace placet::node

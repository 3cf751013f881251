// Executed transaction ids, kept as state until no block may execute them again, so that a duplicate is known on every node and after
// every restart (consensus.md, Requests). One entry an id, one list a block, and a cursor over the blocks whose ids are not yet
// forgotten.
#pragma once

#include "contracts/common/transition.hpp"

namespace placet::contracts::runtime {

struct LiveId {
    TimeMs expires_at_ms = 0;
    types::Height height = 0;
    crypto::PublicKey sender;

    template <class Archive>
    static void fields(Archive& archive, auto& self) {
        archive("expires_at_ms", self.expires_at_ms);
        archive("height", self.height);
        archive("sender", self.sender);
    }
};

[[nodiscard]] Result<std::optional<LiveId>> find_live_id(const state::StateReader& reader, const types::TransactionId& id);

/// Within the open transaction: it has been executed.
void remember(Transition& state);

/// After the last transaction: lists `executed` for later, and forgets ids of earlier blocks that have expired by now.
[[nodiscard]] Status forget_expired(Transition& state, const std::vector<const types::Transaction*>& executed);

}  // namespace placet::contracts::runtime

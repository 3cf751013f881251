// api::Snapshot over a sealed view of the store: one height for one request. Also the empty one that stands in until the store is
// open, so that /livez and /readyz can be served from the first second.
#pragma once

#include "api/backend.hpp"
#include "ledger/store/sealed_view.hpp"

namespace placet::node {

[[nodiscard]] std::shared_ptr<const api::Snapshot> snapshot_of(std::shared_ptr<const store::SealedView> view, const types::Genesis& genesis);
[[nodiscard]] std::shared_ptr<const api::Snapshot> empty_snapshot(const types::Genesis& genesis);

}  // namespace placet::node

// What waits at the organisation that runs this node, for status and metrics: numbers of its own house, nobody's names.
#pragma once

#include <optional>
#include <string>

#include "api/backend.hpp"
#include "contracts/access/emergency.hpp"

namespace placet::api::handlers {

/// None for an observer, which keeps no house.
[[nodiscard]] std::optional<contracts::access::Backlog> own_backlog(const Backend& backend, const Snapshot& snapshot);
/// Prometheus text.
[[nodiscard]] std::string backlog_metrics(const contracts::access::Backlog& backlog);

}  // namespace placet::api::handlers

// A whole node from configuration to exit code: lock, keys, genesis, REST first, then the store and what runs on it, then waiting for
// the end, then everything in reverse. The one place that knows the order.
#pragma once

#include "node/config/config.hpp"
#include "node/telemetry/log.hpp"
#include "node/work/lifecycle.hpp"

namespace placet::node {

enum class ExitCode : int { clean = 0, failed = 1, usage = 2, configuration = 78 };

/// Runs until `lifecycle` stops. Every reason for ending stands in the log.
[[nodiscard]] ExitCode run_node(const Config& config, Log& log, Lifecycle& lifecycle);

/// What can be checked without starting: genesis, keys, time-outs, and whether genesis has the seat. A sentence: a seat that genesis does not have
/// may be one of a later epoch, which only the store knows.
[[nodiscard]] base::Result<std::string> check_node(const Config& config);

}  // namespace placet::node

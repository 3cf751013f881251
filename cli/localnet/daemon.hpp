// placetd processes in the background, each with a folder: placetd.toml, placetd.log, placetd.pid. A pid file names the
// process and when it began, so that a stale file, or a pid that somebody else has by now, is never taken for ours.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "ledger/base/error.hpp"

namespace placet::cli::localnet {

enum class DaemonState : std::uint8_t {
    stopped,  ///< no pid file
    stale,    ///< a pid file, but its process is gone (a crash, a kill, a restart of the machine)
    running,
};

struct DaemonStatus {
    DaemonState state = DaemonState::stopped;
    pid_t pid = 0;  ///< as the pid file says; 0 without one
};

[[nodiscard]] DaemonStatus daemon_status(const std::filesystem::path& folder);

/// Starts `program --config <folder>/placetd.toml` in a session of its own, output appended to placetd.log, without any PLACET_…
/// variable of ours (they name our own keys). Refuses (conflict) while one is running; a stale pid file is removed.
[[nodiscard]] base::Result<pid_t> start_daemon(const std::filesystem::path& program, const std::filesystem::path& folder);

/// SIGTERM, up to `patience_ms` of waiting, then SIGKILL. Success if it was not running.
struct Stopped {
    bool was_running = false;
    bool killed = false;  ///< did not end by itself
};
[[nodiscard]] base::Result<Stopped> stop_daemon(const std::filesystem::path& folder, unsigned patience_ms);

/// The processor time that the folder's process has spent, in milliseconds; 0 if none runs.
[[nodiscard]] std::uint64_t processor_ms(const std::filesystem::path& folder);

/// How long placetd.log is; 0 without one.
[[nodiscard]] std::uintmax_t log_bytes(const std::filesystem::path& folder);
/// The last line of placetd.log, of those after the first `from` octets: why it ended. Empty if there is none.
[[nodiscard]] std::string last_log_line(const std::filesystem::path& folder, std::uintmax_t from = 0);

/// placetd beside this very executable, else in PATH; `wanted` stands above both.
[[nodiscard]] base::Result<std::filesystem::path> find_placetd(const std::optional<std::string>& wanted);

/// "placetd (pid 4711)" for a port of this machine that is listened on by a process we may look at, "another process" for one
/// that we may not; nothing if the port is free.
[[nodiscard]] std::optional<std::string> port_user(unsigned port);

}  // namespace placet::cli::localnet

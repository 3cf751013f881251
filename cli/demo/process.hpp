// Child processes of the demo: the real `placet` and `placetd`, started as a user would start them. A child dies with the
// demo (PR_SET_PDEATHSIG), so a killed demo leaves no validators behind. POSIX; one thread.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "ledger/base/error.hpp"

namespace placet::cli::demo {

struct ProcessResult {
    int exit_code = -1;  ///< 128 + signal when killed
    std::string out;
    std::string err;
};

/// How a child is started: program and arguments, added environment ("NAME=value"), where its output goes.
struct ProcessSpec {
    std::vector<std::string> arguments;
    std::vector<std::string> environment;
};

/// Runs to the end and returns both outputs; a program that cannot be started gives exit code 127 and says so in `err`.
[[nodiscard]] ProcessResult run_process(const ProcessSpec& spec);

/// A process in the background whose output goes to a log file. Stopped by SIGTERM, then SIGKILL, when destroyed.
class Daemon {
public:
    [[nodiscard]] static base::Result<Daemon> start(const ProcessSpec& spec, const std::string& log_path);
    Daemon(Daemon&& other) noexcept;
    Daemon& operator=(Daemon&& other) noexcept;
    ~Daemon();

    [[nodiscard]] pid_t pid() const noexcept { return pid_; }
    [[nodiscard]] bool running();
    /// SIGKILL, and waits until the process is gone.
    void kill_now();
    /// SIGTERM and up to `patience_ms` of waiting; then SIGKILL. Returns the exit code (128 + signal when killed).
    int stop(unsigned patience_ms = 10000);

private:
    Daemon(pid_t pid) noexcept : pid_(pid) {}
    pid_t pid_ = -1;
    int exit_code_ = -1;
};

}  // namespace placet::cli::demo

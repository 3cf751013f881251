// Child processes: fork, exec, pipes and signals.
#include "cli/demo/process.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <thread>
#include <utility>

namespace placet::cli::demo {

namespace {

using base::ErrorCode;
using base::refuse;

int exit_code_of(int status) { return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status); }

// In the child, between fork and exec: only async-signal-safe calls.
[[noreturn]] void become(char* const* arguments, char* const* environment, std::array<int, 3> descriptors, pid_t parent) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) _exit(127);
    for (int target = 0; target < 3; ++target) dup2(descriptors[static_cast<std::size_t>(target)], target);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, nullptr);
    signal(SIGINT, SIG_IGN);  // Ctrl-C reaches the demo, which stops its children in order
    execvpe(arguments[0], arguments, environment);
    const char* words = "cannot start the program\n";
    [[maybe_unused]] const auto ignored = write(2, words, std::strlen(words));
    _exit(127);
}

struct Prepared {
    std::vector<std::string> environment_text;
    std::vector<char*> arguments;
    std::vector<char*> environment;
};

Prepared prepare(const ProcessSpec& spec) {
    Prepared prepared;
    for (char** entry = environ; *entry != nullptr; ++entry) prepared.environment_text.emplace_back(*entry);
    prepared.environment_text.insert(prepared.environment_text.end(), spec.environment.begin(), spec.environment.end());
    for (auto& text : prepared.environment_text) prepared.environment.push_back(text.data());
    prepared.environment.push_back(nullptr);
    for (const auto& argument : spec.arguments) prepared.arguments.push_back(const_cast<char*>(argument.c_str()));
    prepared.arguments.push_back(nullptr);
    return prepared;
}

void drain(int out, int err, ProcessResult& result) {
    std::array<pollfd, 2> watched = {pollfd{out, POLLIN, 0}, pollfd{err, POLLIN, 0}};
    std::array<std::string*, 2> texts = {&result.out, &result.err};
    std::size_t open = 2;
    while (open > 0) {
        if (poll(watched.data(), watched.size(), -1) < 0 && errno != EINTR) break;
        for (std::size_t i = 0; i < watched.size(); ++i) {
            if (watched[i].fd < 0 || watched[i].revents == 0) continue;
            std::array<char, 65536> buffer;
            const auto got = read(watched[i].fd, buffer.data(), buffer.size());
            if (got > 0) {
                texts[i]->append(buffer.data(), static_cast<std::size_t>(got));
            } else if (got == 0 || errno != EINTR) {
                close(watched[i].fd);
                watched[i].fd = -1;
                --open;
            }
        }
    }
}

}  // namespace

ProcessResult run_process(const ProcessSpec& spec) {
    ProcessResult result;
    int out[2];
    int err[2];
    if (pipe2(out, O_CLOEXEC) != 0) return {127, {}, std::string("pipe: ") + std::strerror(errno)};
    if (pipe2(err, O_CLOEXEC) != 0) {
        close(out[0]);
        close(out[1]);
        return {127, {}, std::string("pipe: ") + std::strerror(errno)};
    }
    const int nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);
    const Prepared prepared = prepare(spec);
    const pid_t parent = getpid();
    const pid_t child = fork();
    if (child == 0) become(prepared.arguments.data(), prepared.environment.data(), {nothing, out[1], err[1]}, parent);
    close(out[1]);
    close(err[1]);
    close(nothing);
    if (child < 0) {
        close(out[0]);
        close(err[0]);
        return {127, {}, std::string("fork: ") + std::strerror(errno)};
    }
    drain(out[0], err[0], result);
    int status = 0;
    while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    result.exit_code = exit_code_of(status);
    return result;
}

base::Result<Daemon> Daemon::start(const ProcessSpec& spec, const std::string& log_path) {
    const int log = open(log_path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (log < 0) return refuse(ErrorCode::io, "cannot write " + log_path + ": " + std::strerror(errno));
    const int nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);
    const Prepared prepared = prepare(spec);
    const pid_t parent = getpid();
    const pid_t child = fork();
    if (child == 0) become(prepared.arguments.data(), prepared.environment.data(), {nothing, log, log}, parent);
    close(log);
    close(nothing);
    if (child < 0) return refuse(ErrorCode::io, std::string("fork: ") + std::strerror(errno));
    return Daemon(child);
}

Daemon::Daemon(Daemon&& other) noexcept : pid_(std::exchange(other.pid_, -1)), exit_code_(other.exit_code_) {}

Daemon& Daemon::operator=(Daemon&& other) noexcept {
    if (this != &other) {
        if (pid_ > 0) stop();
        pid_ = std::exchange(other.pid_, -1);
        exit_code_ = other.exit_code_;
    }
    return *this;
}

Daemon::~Daemon() {
    if (pid_ > 0) stop();
}

bool Daemon::running() {
    if (pid_ <= 0) return false;
    int status = 0;
    if (waitpid(pid_, &status, WNOHANG) != pid_) return true;
    exit_code_ = exit_code_of(status);
    pid_ = -1;
    return false;
}

void Daemon::kill_now() {
    if (pid_ <= 0) return;
    kill(pid_, SIGKILL);
    int status = 0;
    while (waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
    }
    exit_code_ = exit_code_of(status);
    pid_ = -1;
}

int Daemon::stop(unsigned patience_ms) {
    if (!running()) return exit_code_;
    kill(pid_, SIGTERM);
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(patience_ms);
    while (running() && std::chrono::steady_clock::now() < deadline) std::this_thread::sleep_for(std::chrono::milliseconds(20));
    kill_now();
    return exit_code_;
}

}  // namespace placet::cli::demo

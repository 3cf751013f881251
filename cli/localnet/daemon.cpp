// Linux: /proc tells whether a pid is still the process we started.
#include "cli/localnet/daemon.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstring>
#include <fstream>
#include <iterator>
#include <sstream>
#include <thread>

#include "cli/home/files.hpp"

extern char** environ;

namespace placet::cli::localnet {

namespace fs = std::filesystem;
using base::ErrorCode;
using base::refuse;

namespace {

/// Fields of proc(5)'s stat from the third on; empty if there is no such process.
std::vector<std::string> stat_fields(pid_t pid) {
    std::ifstream file(fmt::format("/proc/{}/stat", pid));
    std::string text((std::istreambuf_iterator<char>(file)), {});
    const auto paren = text.rfind(')');  // the command's name may hold blanks and brackets
    if (paren == std::string::npos) return {};
    std::istringstream fields(text.substr(paren + 1));
    return {std::istream_iterator<std::string>(fields), {}};
}

/// When the process began, in clock ticks since boot (field 22); none if there is no such process, or a zombie.
std::optional<std::string> birth_of(pid_t pid) {
    const auto fields = stat_fields(pid);
    if (fields.size() < 20 || fields[0] == "Z" || fields[0] == "X") return std::nullopt;
    return fields[19];
}

struct PidFile {
    pid_t pid = 0;
    std::string birth;
};

std::optional<PidFile> read_pid_file(const fs::path& folder) {
    std::ifstream file(folder / "placetd.pid");
    PidFile out;
    if (!(file >> out.pid >> out.birth) || out.pid <= 1) return std::nullopt;
    return out;
}

/// Our environment less what is meant for ourselves.
std::vector<std::string> child_environment() {
    std::vector<std::string> out;
    for (char** entry = environ; *entry; ++entry)
        if (!std::string_view(*entry).starts_with("PLACET_")) out.emplace_back(*entry);
    return out;
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
    std::vector<char*> out;
    for (std::string& text : texts) out.push_back(text.data());
    out.push_back(nullptr);
    return out;
}

class SpawnActions {
public:
    explicit SpawnActions(const std::string& log) {
        posix_spawn_file_actions_init(&actions_);
        posix_spawn_file_actions_addopen(&actions_, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
        posix_spawn_file_actions_addopen(&actions_, STDOUT_FILENO, log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
        posix_spawn_file_actions_adddup2(&actions_, STDOUT_FILENO, STDERR_FILENO);
        posix_spawnattr_init(&attributes_);
        posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETSID);
    }
    SpawnActions(const SpawnActions&) = delete;
    SpawnActions& operator=(const SpawnActions&) = delete;
    ~SpawnActions() {
        posix_spawn_file_actions_destroy(&actions_);
        posix_spawnattr_destroy(&attributes_);
    }
    posix_spawn_file_actions_t actions_;
    posix_spawnattr_t attributes_;
};

/// The inode of a socket that listens on the port (proc(5), net/tcp and net/tcp6), as text.
std::optional<std::string> listening_inode(unsigned port) {
    const std::string wanted = fmt::format(":{:04X}", port);
    for (const char* table : {"/proc/net/tcp", "/proc/net/tcp6"}) {
        std::ifstream file(table);
        std::string line;
        while (std::getline(file, line)) {
            std::istringstream fields(line);
            std::string slot, local, remote, state, queue, timer, retransmit, user, timeout, inode;
            if (!(fields >> slot >> local >> remote >> state >> queue >> timer >> retransmit >> user >> timeout >> inode)) continue;
            if (state == "0A" && local.ends_with(wanted)) return inode;
        }
    }
    return std::nullopt;
}

bool can_bind(unsigned port) {
    const int file = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const int on = 1;
    ::setsockopt(file, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const bool free = ::bind(file, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
    ::close(file);
    return free;
}

}  // namespace

DaemonStatus daemon_status(const fs::path& folder) {
    const auto file = read_pid_file(folder);
    if (!file) return {};
    const auto birth = birth_of(file->pid);
    return {birth && *birth == file->birth ? DaemonState::running : DaemonState::stale, file->pid};
}

std::uint64_t processor_ms(const fs::path& folder) {
    const DaemonStatus status = daemon_status(folder);
    const auto fields = status.state == DaemonState::running ? stat_fields(status.pid) : std::vector<std::string>{};
    if (fields.size() < 13) return 0;
    const std::uint64_t ticks =
        std::strtoull(fields[11].c_str(), nullptr, 10) + std::strtoull(fields[12].c_str(), nullptr, 10);
    return ticks * 1000 / static_cast<std::uint64_t>(::sysconf(_SC_CLK_TCK));
}

base::Result<pid_t> start_daemon(const fs::path& program, const fs::path& folder) {
    const DaemonStatus before = daemon_status(folder);
    if (before.state == DaemonState::running)
        return refuse(ErrorCode::conflict, fmt::format("runs already (pid {})", before.pid), folder.filename().string());
    std::error_code error;
    fs::remove(folder / "placetd.pid", error);
    std::vector<std::string> arguments{program.string(), "--config", (folder / "placetd.toml").string()};
    std::vector<std::string> environment = child_environment();
    const SpawnActions actions((folder / "placetd.log").string());
    pid_t pid = 0;
    const int failed = ::posix_spawn(&pid, program.c_str(), &actions.actions_, &actions.attributes_, pointers(arguments).data(),
                                     pointers(environment).data());
    if (failed != 0) return refuse(ErrorCode::io, std::string("cannot be started: ") + std::strerror(failed), program.string());
    const std::string content = fmt::format("{} {}\n", pid, birth_of(pid).value_or("gone"));
    PLACET_TRY(home::replace_file(folder / "placetd.pid", base::as_bytes(content)));
    return pid;
}

base::Result<Stopped> stop_daemon(const fs::path& folder, unsigned patience_ms) {
    const DaemonStatus status = daemon_status(folder);
    std::error_code error;
    if (status.state != DaemonState::running) {
        fs::remove(folder / "placetd.pid", error);
        return Stopped{};
    }
    if (::kill(status.pid, SIGTERM) != 0) return refuse(ErrorCode::io, std::string("cannot be told to stop: ") + std::strerror(errno), folder.string());
    Stopped out{.was_running = true, .killed = false};
    constexpr unsigned kStepMs = 20;
    for (unsigned waited_ms = 0; daemon_status(folder).state == DaemonState::running; waited_ms += kStepMs) {
        if (waited_ms >= patience_ms && !out.killed) {
            ::kill(status.pid, SIGKILL);
            out.killed = true;
        }
        ::waitpid(status.pid, nullptr, WNOHANG);  // ours if this very process started it
        std::this_thread::sleep_for(std::chrono::milliseconds(kStepMs));
    }
    fs::remove(folder / "placetd.pid", error);
    return out;
}

std::uintmax_t log_bytes(const fs::path& folder) {
    std::error_code error;
    const auto size = fs::file_size(folder / "placetd.log", error);
    return error ? 0 : size;
}

std::string last_log_line(const fs::path& folder, std::uintmax_t from) {
    std::ifstream file(folder / "placetd.log");
    file.seekg(static_cast<std::streamoff>(from));
    std::string line, last;
    while (std::getline(file, line))
        if (!line.empty()) last = line;
    return last;
}

base::Result<fs::path> find_placetd(const std::optional<std::string>& wanted) {
    std::error_code error;
    if (wanted) {
        if (::access(wanted->c_str(), X_OK) == 0) return fs::absolute(*wanted, error);
        return refuse(ErrorCode::io, "is no program that can be run", *wanted);
    }
    const fs::path self = fs::read_symlink("/proc/self/exe", error);
    const fs::path beside = self.parent_path() / "placetd";
    if (::access(beside.c_str(), X_OK) == 0) return beside;
    std::istringstream folders(std::getenv("PATH") ? std::getenv("PATH") : "");
    for (std::string folder; std::getline(folders, folder, ':');)
        if (const fs::path path = fs::path(folder) / "placetd"; ::access(path.c_str(), X_OK) == 0) return path;
    return refuse(ErrorCode::io, "placetd was found neither beside placet nor in PATH; name it with --placetd FILE", "placetd");
}

std::optional<std::string> port_user(unsigned port) {
    const auto inode = listening_inode(port);
    if (!inode) return can_bind(port) ? std::nullopt : std::optional<std::string>("another process");
    const std::string wanted = "socket:[" + *inode + "]";
    std::error_code error;
    for (const auto& process : fs::directory_iterator("/proc", error)) {
        const std::string pid = process.path().filename().string();
        if (pid.find_first_not_of("0123456789") != std::string::npos) continue;
        for (const auto& file : fs::directory_iterator(process.path() / "fd", error)) {
            if (fs::read_symlink(file.path(), error).string() != wanted) continue;
            std::ifstream name(process.path() / "comm");
            std::string command;
            std::getline(name, command);
            return fmt::format("{} (pid {})", command, pid);
        }
    }
    return "another process";
}

}  // namespace placet::cli::localnet

// placet-demo (./run demo): plays the whole story on a network of four validators, writes summary.json, and stays up.
#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/file.h>
#include <unistd.h>

#include <cstring>
#include <fstream>
#include <nlohmann/json.hpp>

#include "cli/demo/scenes.hpp"
#include "cli/localnet/daemon.hpp"

namespace {

namespace fs = std::filesystem;
using placet::cli::demo::Options;
using placet::cli::demo::Stage;
using placet::cli::demo::StoryFailed;

constexpr int kFailed = 1;
constexpr int kUsage = 2;
constexpr unsigned kPorts = 11;  // nine of the nodes, the gateways' two

volatile sig_atomic_t g_interrupted = 0;
void on_signal(int) { g_interrupted = 1; }

// One demo a folder: the lock's file names the process that holds it.
int take_lock(const fs::path& out) {
    const fs::path path = out / "demo.lock";
    const int lock = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (lock < 0) {
        fmt::print(stderr, "demo: cannot write {}: {}\n", path.string(), std::strerror(errno));
        return -1;
    }
    if (flock(lock, LOCK_EX | LOCK_NB) != 0) {
        std::ifstream in(path);
        std::string pid;
        in >> pid;
        fmt::print(stderr, "demo: another demo runs already in {} (process {}); end it with Ctrl-C there, or `kill {}`\n", out.string(), pid, pid);
        return -1;
    }
    const std::string pid = std::to_string(getpid()) + "\n";
    if (ftruncate(lock, 0) != 0 || write(lock, pid.data(), pid.size()) < 0) return -1;
    return lock;
}

bool ports_free(const Options& options) {
    for (unsigned port = options.base_port; port < options.base_port + kPorts; ++port) {
        const auto user = placet::cli::localnet::port_user(port);
        if (!user) continue;
        fmt::print(stderr, "demo: port {} is in use by {}; end that process, or choose other ports with --base-port\n", port, *user);
        return false;
    }
    return true;
}

void clear_state(const Options& options) {
    for (const char* name : {"network", "samples", "summary.json", "acknowledged.ndjson", "genesis.json", "access.bundle", "access.bundle.tampered",
                             "release.json", "release-while-stopped.json", "release-after-withdrawal.json", "gateway.log", "enrolment.receipt"})
        fs::remove_all(options.out / name);
}

bool play(Stage& stage) {
    stage.summary()["ok"] = false;
    stage.summary()["access_events_evidence"] = nlohmann::json::object();
    try {
        using namespace placet::cli::demo;
        for (const auto scene : {play_network, play_consents, play_own_data, play_request, play_release, play_withdrawal, play_failure, play_audit}) {
            scene(stage);
            if (g_interrupted != 0) throw StoryFailed("interrupted");
        }
        stage.summary()["ok"] = true;
    } catch (const StoryFailed& failed) {
        stage.summary()["failed"] = failed.what();
        fmt::print(stderr, "\nThe story ended here: {}\n", failed.what());
    } catch (const std::exception& error) {  // an answer without the fields it should have
        stage.summary()["failed"] = error.what();
        fmt::print(stderr, "\nThe story ended here, an answer was not as documented: {}\n", error.what());
    }
    stage.write_summary();
    return stage.summary()["ok"];
}

void say_how_to_talk(Stage& stage) {
    const auto network = stage.network();
    const std::string placet = stage.program("placet");
    fmt::print("\nThe network stays up until Ctrl-C. Talk to it from another terminal:\n\n");
    for (std::size_t seat = 0; seat < Stage::validators().size(); ++seat)
        fmt::print("  {:<12} https://127.0.0.1:{}\n", Stage::validators()[seat], stage.options().base_port + 2 * static_cast<unsigned>(seat) + 1);
    fmt::print("\n  export PLACET_HOME={}\n", stage.home("researcher-university").string());
    fmt::print("  {} status --all\n  {} dataset list\n  {} request show req-heart\n", placet, placet, placet);
    fmt::print("  PLACET_HOME={} {} patient who\n", stage.home("patient").string(), placet);
    fmt::print("  {} verify {} --genesis {}\n", placet, (stage.options().out / "access.bundle").string(), (stage.options().out / "genesis.json").string());
    fmt::print("  curl --cacert {} https://127.0.0.1:{}/readyz?verbose\n\n", (network / "validators/hospital-a/keys/tls.crt").string(), stage.options().base_port + 1);
    std::fflush(stdout);
}

}  // namespace

int main(int argc, char** argv) {
    const auto parsed = placet::cli::demo::parse_options(argc, argv);
    if (parsed.exit_code) return *parsed.exit_code;
    std::error_code error;
    fs::create_directories(parsed.options.out, error);
    if (take_lock(parsed.options.out) < 0 || !ports_free(parsed.options)) return kUsage;
    if (parsed.options.data && !fs::is_directory(*parsed.options.data)) {
        fmt::print(stderr, "demo: --data {}: not a folder\n", parsed.options.data->string());
        return kUsage;
    }
    struct sigaction action {};
    action.sa_handler = on_signal;
    sigaction(SIGINT, &action, nullptr);
    sigaction(SIGTERM, &action, nullptr);
    clear_state(parsed.options);
    Stage stage(parsed.options);
    const bool ok = play(stage);
    fmt::print("\n{} {}\n", ok ? "Every step did what the rules say. Measured:" : "Not every step did what the rules say. See", (parsed.options.out / "summary.json").string());
    if (ok && !parsed.options.once && g_interrupted == 0) {
        say_how_to_talk(stage);
        while (g_interrupted == 0) pause();
        fmt::print("\nStopping.\n");
    }
    stage.stop_all();
    if (!parsed.options.keep && ok) fs::remove_all(parsed.options.out / "network", error);
    return ok ? 0 : kFailed;
}

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
using placet::cli::demo::Interrupted;
using placet::cli::demo::Options;
using placet::cli::demo::Stage;
using placet::cli::demo::StoryFailed;

constexpr int kFailed = 1;
constexpr int kUsage = 2;
constexpr int kInterrupted = 130;  // as a shell has it of SIGINT
constexpr unsigned kPorts = 11;  // nine of the nodes, the gateways' two

void on_signal(int) { Stage::interrupt(); }

// Ctrl-C and `kill` end the demo; both are asked for in wait_for_end only, so that none is lost between looking and waiting.
void wait_for_end() {
    sigset_t ending;
    sigset_t before;
    sigemptyset(&ending);
    sigaddset(&ending, SIGINT);
    sigaddset(&ending, SIGTERM);
    sigprocmask(SIG_BLOCK, &ending, &before);
    while (!Stage::interrupted()) sigsuspend(&before);
    sigprocmask(SIG_SETMASK, &before, nullptr);
}

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

bool data_readable(const Options& options) {
    if (!options.data) return true;
    std::error_code error;
    const bool is_folder = fs::is_directory(*options.data, error);
    if (is_folder) (void)fs::directory_iterator(*options.data, error);
    if (is_folder && !error) return true;
    fmt::print(stderr, "demo: --data {}: {}\n", options.data->string(), is_folder ? error.message() : "not a folder");
    return false;
}

void clear_state(const Options& options) {
    for (const char* name : {"network", "samples", "summary.json", "acknowledged.ndjson", "genesis.json", "access.bundle", "access.bundle.tampered",
                             "release.json", "release-while-stopped.json", "release-after-withdrawal.json", "gateway.log", "enrolment.receipt", "diseases.csv"})
        fs::remove_all(options.out / name);
}

bool play(Stage& stage) {
    stage.summary()["ok"] = false;
    stage.summary()["access_events_evidence"] = nlohmann::json::object();
    try {
        using namespace placet::cli::demo;
        for (const auto scene : {play_network, play_consents, play_own_data, play_request, play_release, play_withdrawal, play_emergency, play_failure, play_audit}) {
            scene(stage);
            if (Stage::interrupted()) throw Interrupted();
        }
        stage.summary()["ok"] = true;
    } catch (const Interrupted& failed) {
        stage.summary()["failed"] = failed.what();
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
    fmt::print("  curl --cacert {} \"https://127.0.0.1:{}/readyz?verbose\"\n\n", (network / "validators/hospital-a/keys/tls.crt").string(), stage.options().base_port + 1);
    std::fflush(stdout);
}

}  // namespace

int main(int argc, char** argv) {
    const auto parsed = placet::cli::demo::parse_options(argc, argv);
    if (parsed.exit_code) return *parsed.exit_code;
    std::error_code error;
    fs::create_directories(parsed.options.out, error);
    if (!data_readable(parsed.options) || take_lock(parsed.options.out) < 0 || !ports_free(parsed.options)) return kUsage;
    struct sigaction action {};
    action.sa_handler = on_signal;
    sigaction(SIGINT, &action, nullptr);
    sigaction(SIGTERM, &action, nullptr);
    clear_state(parsed.options);
    Stage stage(parsed.options);
    const bool ok = play(stage);
    const bool broken_off = !ok && Stage::interrupted();
    const char* const verdict = ok ? "Every step did what the rules say. Measured:" : broken_off ? "The story was interrupted. So far:" : "Not every step did what the rules say. See";
    fmt::print("\n{} {}\n", verdict, (fs::absolute(parsed.options.out) / "summary.json").string());
    if (ok && !parsed.options.once && !Stage::interrupted()) {
        say_how_to_talk(stage);
        wait_for_end();
    }
    if (Stage::interrupted()) fmt::print("\nStopping.\n");
    std::fflush(stdout);
    stage.stop_all();
    if (parsed.options.keep)
        fmt::print("The network's state is kept in {0}; start it again with `{1} localnet start {0}`.\n", stage.network().string(), stage.program("placet"));
    else if (ok || broken_off)
        fs::remove_all(stage.network(), error);
    else
        fmt::print("The network's state stays in {}, to be looked at.\n", stage.network().string());
    return ok ? 0 : broken_off ? kInterrupted : kFailed;
}

// The stage: processes, homes, narration, summary.
#include "cli/demo/stage.hpp"

#include <fmt/format.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <nlohmann/json.hpp>
#include <thread>

#include "cli/localnet/daemon.hpp"

namespace placet::cli::demo {

namespace fs = std::filesystem;
using nlohmann::json;

namespace {
constexpr const char* kObserver = "regulator";
volatile sig_atomic_t g_interrupted = 0;
bool wants_colour() { return isatty(STDOUT_FILENO) != 0 && std::getenv("NO_COLOR") == nullptr; }
}  // namespace

Stage::Stage(Options options) : options_(std::move(options)), summary_(std::make_unique<json>(json::object())), notes_(std::make_unique<json>(json::object())) {
    options_.bin = fs::absolute(options_.bin);
    options_.out = fs::absolute(options_.out);
}

Stage::~Stage() { stop_all(); }

const std::vector<std::string>& Stage::validators() {
    static const std::vector<std::string> kNames = {"hospital-a", "hospital-b", "hospital-c", "university"};
    return kNames;
}

void Stage::chapter(const std::string& title) {
    const bool colour = wants_colour();
    fmt::print("\n{}{}. {}{}\n", colour ? "\033[1m" : "", ++chapter_, title, colour ? "\033[0m" : "");
    std::fflush(stdout);
}
void Stage::say(const std::string& words) {
    fmt::print("   {}\n", words);
    std::fflush(stdout);
}
void Stage::proof(const std::string& words) {
    fmt::print("   proof: {}\n", words);
    std::fflush(stdout);
}

void Stage::interrupt() noexcept { g_interrupted = 1; }
bool Stage::interrupted() noexcept { return g_interrupted != 0; }

void Stage::check(bool holds, const std::string& words) const {
    if (interrupted()) throw Interrupted();
    if (!holds) throw StoryFailed(words);
}

json Stage::placet(const std::string& home_name, std::vector<std::string> arguments, std::vector<int> allowed) {
    if (interrupted()) throw Interrupted();
    ProcessSpec spec;
    spec.arguments = {program("placet")};
    spec.arguments.insert(spec.arguments.end(), arguments.begin(), arguments.end());
    spec.arguments.emplace_back("--json");
    if (!home_name.empty()) spec.environment.push_back("PLACET_HOME=" + home(home_name).string());
    const ProcessResult result = run_process(spec);
    json answer = json::parse(result.out, nullptr, false);
    const bool expected = std::ranges::find(allowed, result.exit_code) != allowed.end();
    if (!expected || answer.is_discarded()) {
        std::string line = "placet";
        for (const auto& argument : arguments) line += " " + argument;
        throw StoryFailed(fmt::format("`{}` as {} exited with {}:\n{}{}", line, home_name, result.exit_code, result.out, result.err));
    }
    answer["exit_code"] = result.exit_code;
    return answer;
}

ProcessResult Stage::run(std::vector<std::string> arguments) { return run_process({std::move(arguments), {}}); }

fs::path Stage::node_folder(const std::string& name) const { return network() / (name == kObserver ? "observers" : "validators") / name; }

void Stage::start_node(const std::string& name) {
    const fs::path folder = node_folder(name);
    auto started = Daemon::start({{program("placetd"), "--config", (folder / "placetd.toml").string()}, {}}, (folder / "placetd.log").string());
    check(started.has_value(), started ? "" : started.error().message);
    nodes_.insert_or_assign(name, std::move(*started));
}
void Stage::stop_node(const std::string& name) {
    const auto node = nodes_.find(name);
    if (node == nodes_.end()) return;
    node->second.stop();
    nodes_.erase(node);
}
void Stage::kill_node(const std::string& name) {
    nodes_.at(name).kill_now();
    nodes_.erase(name);
}
int Stage::pid_of(const std::string& name) const { return nodes_.at(name).pid(); }

void Stage::start_gateway(const std::string& home_name) {
    auto started = Daemon::start({{program("placet"), "gateway", "run", "--records", (samples() / home_name.substr(home_name.find('-') + 1) / "records").string()}, {"PLACET_HOME=" + home(home_name).string()}}, (options_.out / "gateway.log").string());
    check(started.has_value(), started ? "" : started.error().message);
    gateway_.emplace(std::move(*started));
    (*notes_)["gateway_pid"] = gateway_->pid();
    for (unsigned tries = 0; placet(home_name, {"gateway", "status"}, {0, 1, 3})["exit_code"] == 3; ++tries) {
        check(tries < 100 && gateway_->running(), "the gateway must answer within ten seconds; see " + (options_.out / "gateway.log").string());
        std::this_thread::sleep_for(std::chrono::milliseconds(100));
    }
}
void Stage::stop_gateway() { gateway_.reset(); }

json Stage::status_of(const std::string& name) {
    if (const auto node = nodes_.find(name); node == nodes_.end() || !node->second.running()) return nullptr;
    const std::string reader = name == kObserver ? "regulator-regulator" : "operator-" + name;
    json answer = placet(reader, {"status", "--node", name, "--timeout", "3"}, {0, 1, 3});
    if (answer["exit_code"] == 3) return nullptr;
    return answer;
}

void Stage::await_height(const std::string& name, std::uint64_t height, unsigned patience_s) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(patience_s);
    json last;
    while (std::chrono::steady_clock::now() < deadline) {
        if (const auto node = nodes_.find(name); node != nodes_.end() && !node->second.running()) {
            const int code = node->second.stop();
            throw StoryFailed(fmt::format("{} ended with exit code {}: {}\nsee {}/placetd.log", name, code, localnet::last_log_line(node_folder(name)),
                                          node_folder(name).string()));
        }
        last = status_of(name);
        if (last.is_object() && last.value("health", "") == "healthy" && last.value("height", std::uint64_t{0}) >= height) return;
        std::this_thread::sleep_for(std::chrono::milliseconds(200));
    }
    throw StoryFailed(fmt::format("{} did not reach height {} in {} s; it says {}", name, height, patience_s, last.dump()));
}

void Stage::write_summary() const {
    const fs::path target = options_.out / "summary.json";
    const fs::path fresh = options_.out / "summary.json.new";
    {
        std::ofstream out(fresh);
        out << summary_->dump(1) << "\n";
    }
    fs::rename(fresh, target);
}

void Stage::stop_all() {
    gateway_.reset();
    nodes_.clear();
}

}  // namespace placet::cli::demo

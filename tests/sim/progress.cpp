// See progress.hpp.
#include "tests/sim/progress.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace placet::sim {

using namespace std::chrono_literals;

bool write_file(const std::string& path, const std::string& text) {
    const std::filesystem::path file(path);
    const std::filesystem::path making(path + ".making");
    std::error_code error;
    if (file.has_parent_path()) std::filesystem::create_directories(file.parent_path(), error);
    std::ofstream out(making);
    out << text;
    out.close();
    if (out) std::filesystem::rename(making, file, error);
    if (out && !error) return true;
    fmt::print(stderr, "placet-sim: cannot write {}\n", path);
    return false;
}

Progress::Progress(std::uint64_t seeds_before, std::string state_file)
    : seeds_before_(seeds_before), state_file_(std::move(state_file)), on_terminal_(isatty(STDERR_FILENO) != 0) {}

Progress::~Progress() {
    if (on_terminal_) std::fputs("\r\033[K", stderr);
}

std::string Progress::line(const Tally& tally) const {
    const double minutes = std::chrono::duration<double>(Clock::now() - start_).count() / 60;
    const double rate = minutes > 0 ? static_cast<double>(tally.seeds - seeds_before_) / minutes : 0;
    const std::uint64_t left = tally.wanted - tally.seeds;
    const std::string rest = rate > 0 ? fmt::format("{:.0f} min left", static_cast<double>(left) / rate) : "";
    return fmt::format("{} of {} seeds, {:.0f} a minute, {} violations, {}", tally.seeds, tally.wanted, rate,
                       tally.failures.size(), rest);
}

void Progress::show(const Tally& tally) {
    const auto now = Clock::now();
    if (now - shown_ >= (on_terminal_ ? 200ms : 30'000ms)) {
        shown_ = now;
        if (on_terminal_)
            fmt::print(stderr, "\r\033[K{}", line(tally));
        else
            fmt::print(stderr, "{}\n", line(tally));
    }
    if (!state_file_.empty() && now - kept_ >= 10s) {
        kept_ = now;
        (void)write_file(state_file_, to_json(tally));
    }
}

}  // namespace placet::sim

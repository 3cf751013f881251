// The two streams. Data (a command's report) go to standard output, words about the work go to standard error; with --json
// standard output gets exactly one object. Colour and animation only on a terminal, and not with NO_COLOR.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>

#include "cli/frame/report.hpp"

namespace placet::cli::frame {

class Terminal {
public:
    enum class Animation : std::uint8_t { off, on };
    enum class Colour : std::uint8_t { off, on };

    /// The process's own streams; looks at isatty, NO_COLOR and TERM.
    [[nodiscard]] static Terminal of_process();
    /// Streams of a test.
    Terminal(std::ostream& out, std::ostream& err, Animation animation, Colour colour);

    void use_json() { json_ = true; }
    [[nodiscard]] bool json() const { return json_; }
    [[nodiscard]] bool animated() const { return animation_ == Animation::on; }

    /// A line on standard error about what is going on; made printable.
    void note(std::string_view line);
    /// A line of a running command's answer (watch, gateway run): standard output in words, nothing with --json.
    void tell(std::string_view line);
    void report(std::string_view command, const Report& report);
    void failure(std::string_view command, const Failure& failure);
    /// Our own text as it is (help, completion scripts).
    void raw(std::string_view text);
    /// Rewrites the last line of standard error (progress).
    void redraw(std::string_view line);

private:
    std::ostream& out_;
    std::ostream& err_;
    Animation animation_;
    Colour colour_;
    bool json_ = false;
    bool drawn_ = false;
    void clear_drawn();
};

/// A bar with rate and time left for work that lasts longer than two seconds; silent off a terminal.
class Progress {
public:
    Progress(Terminal& terminal, std::string what, std::uint64_t total);
    void at(std::uint64_t done);

private:
    using Clock = std::chrono::steady_clock;
    Terminal& terminal_;
    std::string what_;
    std::uint64_t total_;
    Clock::time_point began_ = Clock::now();
    Clock::time_point drawn_{};
};

}  // namespace placet::cli::frame

// Everything that leaves the process as text passes here, and is made printable here once more.
#include "cli/frame/terminal.hpp"

#include <unistd.h>

#include <cstdlib>
#include <iostream>

#include "cli/frame/printable.hpp"

namespace placet::cli::frame {

namespace {
std::string exit_words(Exit exit) {
    switch (exit) {
        case Exit::ok: return "done";
        case Exit::failed: return "failed";
        case Exit::usage: return "wrong input";
        case Exit::no_connection: return "no connection";
        case Exit::refused: return "refused by the ledger";
        case Exit::not_committed: return "not recorded in time";
        case Exit::not_found: return "not found";
        case Exit::not_authorised: return "not authorised";
        case Exit::configuration: return "configuration";
    }
    return "failed";
}
}  // namespace

Terminal::Terminal(std::ostream& out, std::ostream& err, Animation animation, Colour colour)
    : out_(out), err_(err), animation_(animation), colour_(colour) {}

Terminal Terminal::of_process() {
    const char* no_color = std::getenv("NO_COLOR");
    const char* term = std::getenv("TERM");
    const bool dumb = term == nullptr || std::string_view(term) == "dumb";
    const bool animated = isatty(STDERR_FILENO) == 1 && !dumb;
    const bool coloured = animated && (no_color == nullptr || *no_color == '\0');
    return {std::cout, std::cerr, animated ? Animation::on : Animation::off, coloured ? Colour::on : Colour::off};
}

void Terminal::clear_drawn() {
    if (drawn_) err_ << "\r\x1b[K";
    drawn_ = false;
}

void Terminal::note(std::string_view line) {
    clear_drawn();
    err_ << printable(line) << '\n' << std::flush;
}

void Terminal::tell(std::string_view line) {
    if (json_) return;
    clear_drawn();
    out_ << printable(line) << '\n' << std::flush;
}

void Terminal::raw(std::string_view text) { out_ << text << std::flush; }

void Terminal::redraw(std::string_view line) {
    if (!animated()) return;
    clear_drawn();
    err_ << printable(line) << std::flush;
    drawn_ = true;
}

void Terminal::report(std::string_view command, const Report& report) {
    clear_drawn();
    if (!json_) {
        out_ << printable_lines(report.words.text()) << std::flush;
        return;
    }
    Json object = Json::object();
    if (report.envelope == Envelope::full)
        object = Json::object({{"ok", report.exit == Exit::ok}, {"command", command}, {"exit", static_cast<int>(report.exit)}});
    object.merge(report.data);
    out_ << object.dump() << '\n' << std::flush;
}

void Terminal::failure(std::string_view command, const Failure& failure) {
    clear_drawn();
    const base::Error& error = failure.error;
    if (json_) {
        Json object = Json::object({{"ok", false}, {"command", command}, {"exit", static_cast<int>(failure.exit)}});
        object.merge(failure.data);
        object.set("error", Json::object({{"code", base::to_string(error.code)}, {"message", error.message}, {"field", error.field}}));
        out_ << object.dump() << '\n' << std::flush;
        return;
    }
    const std::string_view red = colour_ == Colour::on ? "\x1b[31m" : "";
    const std::string_view plain = colour_ == Colour::on ? "\x1b[0m" : "";
    err_ << "placet: " << red << exit_words(failure.exit) << plain << ": ";
    if (!error.field.empty()) err_ << printable(error.field) << ": ";
    err_ << printable_lines(error.message) << '\n' << std::flush;
}

Progress::Progress(Terminal& terminal, std::string what, std::uint64_t total)
    : terminal_(terminal), what_(std::move(what)), total_(total) {}

void Progress::at(std::uint64_t done) {
    if (!terminal_.animated()) return;
    const auto now = Clock::now();
    const double elapsed_s = std::chrono::duration<double>(now - began_).count();
    if (elapsed_s < 2.0 || (now - drawn_ < std::chrono::milliseconds(100) && done != total_)) return;
    drawn_ = now;
    constexpr std::size_t kWidth = 24;
    const std::size_t filled = total_ == 0 ? kWidth : static_cast<std::size_t>(kWidth * done / total_);
    const double rate = static_cast<double>(done) / elapsed_s;
    const double left_s = rate > 0 ? static_cast<double>(total_ - done) / rate : 0;
    terminal_.redraw(fmt::format("{} [{}{}] {}/{}  {:.0f}/s  {:.0f} s left", what_, std::string(filled, '#'),
                                 std::string(kWidth - filled, '.'), done, total_, rate, left_s));
}

}  // namespace placet::cli::frame

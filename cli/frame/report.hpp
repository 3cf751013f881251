// How a command ends: an exit code that scripts can rely on, the data of `--json`, and the words for a person.
#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/core.h>

#include "cli/frame/json.hpp"
#include "cli/frame/printable.hpp"
#include "ledger/base/error.hpp"

namespace placet::cli::frame {

/// Exit codes of every command (docs in cli/README.md). Never renumbered.
enum class Exit : int {
    ok = 0,
    failed = 1,          ///< disproved, or it did not work
    usage = 2,           ///< wrong use, or a file that cannot be read or understood
    no_connection = 3,   ///< no validator answers
    refused = 4,         ///< the ledger said no
    not_committed = 5,   ///< not sealed in the time given; the transaction id says what to ask for later
    not_found = 6,
    not_authorised = 7,
    configuration = 78,  ///< home, placet.toml, key files, passphrase
};

/// The exit code that a library's error means, where the command does not know better.
[[nodiscard]] Exit exit_of(base::ErrorCode code) noexcept;

/// Words for a person, put together line by line. Each line is made printable as it comes in, so data cannot start a line.
class Words {
public:
    template <class... Args>
    Words& line(fmt::format_string<Args...> format, Args&&... args) {
        return add(fmt::format(format, std::forward<Args>(args)...));
    }
    Words& add(std::string_view line);
    Words& blank();
    /// Every line of text that is our own (help, a verdict of the verifier): newlines are kept, other controls are not.
    Words& paragraph(std::string_view lines);
    /// Columns aligned; the first row is the heading. Nothing for a table without rows.
    Words& table(const std::vector<std::vector<std::string>>& rows);
    [[nodiscard]] const std::string& text() const { return text_; }
    [[nodiscard]] bool empty() const { return text_.empty(); }

private:
    std::string text_;
};

/// How `--json` prints a report: with "ok", "command" and "exit" before its data, or the data alone, where their keys are themselves
/// data (placet periods). Failures always have all three.
enum class Envelope : std::uint8_t { full, bare };

/// What a command that came to an end reports. `exit` may be other than ok where the answer itself is a no.
struct Report {
    Json data;  ///< an object
    Words words;
    Exit exit = Exit::ok;
    Envelope envelope = Envelope::full;
};

/// Why a command could not come to an end.
struct Failure {
    Exit exit = Exit::failed;
    base::Error error;
    Json data;  ///< an object, or null: what is known nevertheless (a transaction id)

    Failure(Exit code, base::Error why, Json known = {}) : exit(code), error(std::move(why)), data(std::move(known)) {}
    /// A library's error, with the exit code that it usually means.
    Failure(base::Error why) : exit(exit_of(why.code)), error(std::move(why)) {}
};

template <class T>
using Outcome = std::expected<T, Failure>;
using CommandResult = Outcome<Report>;

[[nodiscard]] inline std::unexpected<Failure> fail(Exit exit, base::ErrorCode code, std::string message, std::string field = {}) {
    return std::unexpected(Failure(exit, base::Error{code, std::move(message), std::move(field)}));
}
[[nodiscard]] inline std::unexpected<Failure> usage(std::string message, std::string field = {}) {
    return fail(Exit::usage, base::ErrorCode::invalid_value, std::move(message), std::move(field));
}

}  // namespace placet::cli::frame

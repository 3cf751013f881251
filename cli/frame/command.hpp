// What a command is: a row of a table. The parser, `--help`, completion and the tests are all made from these rows, so a
// command file describes itself and handles values, and knows nothing of the argument parser.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "cli/frame/report.hpp"
#include "cli/frame/terminal.hpp"

namespace placet::cli::frame {

enum class Kind : std::uint8_t {
    flag,        ///< --name
    value,       ///< --name VALUE
    values,      ///< --name VALUE, any number of times
    lists,       ///< --name VALUE…, any number of times: all words up to the next option
    positional,  ///< VALUE in its place
    positionals  ///< one or more VALUEs, last
};
enum class Presence : std::uint8_t { optional, required };

struct Argument {
    std::string name;        ///< "--purpose", or "FILE" for positionals
    Kind kind = Kind::value;
    std::string help;
    Presence presence = Presence::optional;
    std::string value_name;  ///< "CODE"; shown in help
};

/// The values given on the command line, by argument name.
class Arguments {
public:
    std::map<std::string, std::vector<std::string>, std::less<>> given;

    [[nodiscard]] bool flag(std::string_view name) const { return given.contains(name); }
    [[nodiscard]] std::optional<std::string> value(std::string_view name) const;
    /// The value of an argument that the parser demanded, or `otherwise`.
    [[nodiscard]] std::string text(std::string_view name, std::string_view otherwise = {}) const;
    [[nodiscard]] std::vector<std::string> values(std::string_view name) const;
    /// A decimal number in [min, max]; `otherwise` when not given.
    struct Range {
        std::uint64_t min = 0;
        std::uint64_t max = UINT64_MAX;
    };
    [[nodiscard]] Outcome<std::uint64_t> number(std::string_view name, std::uint64_t otherwise, Range range) const;
};

/// What is the same for all commands: where the home is, which node to ask, how to talk. Flags over environment; what stands
/// in neither is looked up in placet.toml by home::open.
struct Settings {
    std::optional<std::string> home;             ///< --home, PLACET_HOME
    std::optional<std::string> node;             ///< --node, PLACET_NODE
    std::optional<std::string> genesis;          ///< --genesis, PLACET_GENESIS
    std::optional<std::string> passphrase_file;  ///< --passphrase-file, PLACET_PASSPHRASE_FILE
    std::uint64_t timeout_s = 30;                ///< --timeout, PLACET_TIMEOUT: how long to wait for the ledger
};

struct Context {
    Settings settings;
    Terminal& terminal;
    std::string program;  ///< how this executable was called, for messages and for finding placetd beside it
};

using Handler = std::function<CommandResult(Context&, const Arguments&)>;

struct Command {
    std::vector<std::string> path;  ///< {"request", "submit"}; up to three words
    std::string summary;            ///< a sentence without a full stop
    std::string example;            ///< a whole line that works: "placet request submit …"
    std::vector<Argument> arguments;
    Handler run;
};

/// A group of commands with what it is about: {"request", "access requests of researchers"}. A group in another has both names and
/// stands behind it: {"access breakglass", "emergency accesses and their review"}.
struct Group {
    std::string name;
    std::string summary;
};

/// The name of the group that a command stands in; empty for a command of one word.
[[nodiscard]] inline std::string group_of(const Command& command) {
    std::string out;
    for (std::size_t i = 0; i + 1 < command.path.size(); ++i) out += (out.empty() ? "" : " ") + command.path[i];
    return out;
}

struct CommandTable {
    std::vector<Group> groups;
    std::vector<Command> commands;
};

/// Parses `argv`, runs the command, prints its report, and returns the exit code. Never throws.
int run(const CommandTable& table, int argc, const char* const* argv, Terminal& terminal);

/// The shell's completion script for the whole table ("bash", "zsh", "fish").
[[nodiscard]] base::Result<std::string> completion_script(const CommandTable& table, std::string_view shell);

/// The candidate nearest to `word` by edit distance, if it is near enough to be meant.
[[nodiscard]] std::optional<std::string> nearest(std::string_view word, const std::vector<std::string>& candidates);

/// Options that every command takes.
[[nodiscard]] const std::vector<Argument>& common_arguments();

}  // namespace placet::cli::frame

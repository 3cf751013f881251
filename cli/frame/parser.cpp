// The one file that knows CLI11: turns the command table into its parser, its errors into our exit codes and words.
#include <CLI/CLI.hpp>

#include <cstdlib>

#include "cli/frame/command.hpp"

namespace placet::cli::frame {

namespace {

/// A command bound to a parser: where its values arrive.
struct Bound {
    const Command* command = nullptr;
    CLI::App* app = nullptr;
    std::map<std::string, std::vector<std::string>> values;
    std::map<std::string, bool> flags;
};

struct Parser {
    CLI::App app{"placet: a ledger of consent to use medical data, and of every access to it", "placet"};
    std::map<std::string, CLI::App*> groups;
    std::vector<std::unique_ptr<Bound>> bound;
    std::map<std::string, std::string> common_values;
    bool json = false;
    bool version = false;
};

void add_argument(Bound& bound, const Argument& argument) {
    CLI::Option* option = nullptr;
    const std::string& name = argument.name;
    switch (argument.kind) {
        case Kind::flag:
            option = bound.app->add_flag(name, bound.flags[name], argument.help);
            break;
        case Kind::value:
            option = bound.app->add_option(name, bound.values[name], argument.help)->expected(1)->type_name(argument.value_name);
            break;
        case Kind::values:
            option = bound.app->add_option(name, bound.values[name], argument.help)
                         ->expected(1)
                         ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
                         ->type_name(argument.value_name);
            break;
        case Kind::lists:
            option = bound.app->add_option(name, bound.values[name], argument.help)
                         ->expected(1, 1 << 20)
                         ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
                         ->type_name(argument.value_name);
            break;
        case Kind::positional:
            option = bound.app->add_option(name, bound.values[name], argument.help)->expected(1)->type_name("");
            break;
        case Kind::positionals:
            option = bound.app->add_option(name, bound.values[name], argument.help)->expected(1, 1 << 20)->type_name("");
            break;
    }
    if (argument.presence == Presence::required) option->required();
}

void add_common(Parser& parser, CLI::App& app) {
    for (const Argument& argument : common_arguments()) {
        if (argument.kind == Kind::flag)
            app.add_flag(argument.name, parser.json, argument.help)->group("Common");
        else
            app.add_option(argument.name, parser.common_values[argument.name], argument.help)->type_name(argument.value_name)->group("Common");
    }
}

void build(Parser& parser, const CommandTable& table) {
    parser.app.require_subcommand(1);
    parser.app.add_flag("--version", parser.version, "print the version");
    add_common(parser, parser.app);
    parser.app.footer(
        "Every command takes --help, --json, --home, --node, --genesis, --passphrase-file and --timeout.\n"
        "Exit codes: 0 ok, 1 disproved or failed, 2 usage or unreadable, 3 cannot connect, 4 refused by the ledger,\n"
        "5 not recorded in time, 6 not found, 7 not authorised, 78 configuration.\n"
        "Example:\n  placet localnet init ./net && placet localnet start ./net && placet status --home ./net/homes/operator-hospital-a");
    for (const Group& group : table.groups) {
        const std::size_t space = group.name.find(' ');
        CLI::App* parent = space == std::string::npos ? &parser.app : parser.groups.at(group.name.substr(0, space));
        CLI::App* app = parent->add_subcommand(space == std::string::npos ? group.name : group.name.substr(space + 1), group.summary);
        app->require_subcommand(1);
        parser.groups[group.name] = app;
    }
    for (const Command& command : table.commands) {
        CLI::App* parent = &parser.app;
        if (command.path.size() > 1) parent = parser.groups.at(group_of(command));
        auto bound = std::make_unique<Bound>();
        bound->command = &command;
        bound->app = parent->add_subcommand(command.path.back(), command.summary);
        bound->app->footer("Example:\n  " + command.example);
        for (const Argument& argument : command.arguments) add_argument(*bound, argument);
        add_common(parser, *bound->app);
        parser.bound.push_back(std::move(bound));
    }
    for (auto& [name, app] : parser.groups) {
        std::string examples;
        for (const Command& command : table.commands)
            if (group_of(command) == name) examples += "\n  " + command.example;
        app->footer("Examples:" + examples);
    }
}

std::string path_text(const Command& command) {
    std::string out;
    for (const std::string& word : command.path) out += (out.empty() ? "" : " ") + word;
    return out;
}

/// The command or option that a misspelt word was meant to be, as a hint.
std::string hint(const Parser& parser, const CommandTable& table, const std::vector<std::string>& words) {
    std::vector<std::string> candidates;
    const Bound* used = nullptr;
    for (const auto& bound : parser.bound)
        if (bound->app->parsed()) used = bound.get();
    std::string group;
    for (const auto& [name, app] : parser.groups)
        if (app->parsed() && name.size() > group.size()) group = name;
    for (const std::string& word : words) {
        candidates.clear();
        if (word.starts_with("-")) {
            candidates.emplace_back("--help");
            for (const Argument& argument : common_arguments()) candidates.push_back(argument.name);
            if (used)
                for (const Argument& argument : used->command->arguments) candidates.push_back(argument.name);
        } else {
            for (const Command& command : table.commands) {
                if (group.empty()) candidates.push_back(command.path[0]);
                if (!group.empty() && group_of(command) == group) candidates.push_back(command.path.back());
            }
        }
        const std::string name = word.substr(0, word.find('='));
        if (const auto near = nearest(name, candidates)) return fmt::format("; did you mean {}?", *near);
    }
    return "; --help shows what there is";
}

const Command* command_of(const CommandTable& table, const std::vector<std::string>& words) {
    for (const Command& command : table.commands)
        if (words.size() >= command.path.size() && std::equal(command.path.begin(), command.path.end(), words.begin())) return &command;
    return nullptr;
}

/// The first option that the command does not have, looked for before parsing: the parser would take what follows a misspelt
/// option for a value in its place, and complain about that.
std::optional<std::string> unknown_option(const CommandTable& table, const std::vector<std::string>& words) {
    const Command* command = command_of(table, words);
    if (!command) return std::nullopt;
    std::vector<Argument> known = command->arguments;
    known.insert(known.end(), common_arguments().begin(), common_arguments().end());
    for (std::size_t i = command->path.size(); i < words.size() && words[i] != "--"; ++i) {
        if (!words[i].starts_with("--") || words[i] == "--help") continue;
        const std::string name = words[i].substr(0, words[i].find('='));
        const auto argument = std::ranges::find(known, name, &Argument::name);
        if (argument == known.end()) {
            std::vector<std::string> names{"--help"};
            for (const Argument& each : known) names.push_back(each.name);
            const auto near = nearest(name, names);
            return "there is no option " + name + (near ? "; did you mean " + *near + "?" : "; --help shows what there is");
        }
        if (argument->kind != Kind::flag && name.size() == words[i].size()) ++i;
    }
    return std::nullopt;
}

Outcome<Settings> settings_of(const Parser& parser) {
    Settings out;
    const auto pick = [&](std::string_view flag, const char* variable) -> std::optional<std::string> {
        if (const auto it = parser.common_values.find(std::string(flag)); it != parser.common_values.end() && !it->second.empty()) return it->second;
        const char* value = std::getenv(variable);
        return value && *value ? std::optional<std::string>(value) : std::nullopt;
    };
    out.home = pick("--home", "PLACET_HOME");
    out.node = pick("--node", "PLACET_NODE");
    out.genesis = pick("--genesis", "PLACET_GENESIS");
    out.passphrase_file = pick("--passphrase-file", "PLACET_PASSPHRASE_FILE");
    if (const auto timeout = pick("--timeout", "PLACET_TIMEOUT")) {
        Arguments number;
        number.given["--timeout"] = {*timeout};
        auto seconds = number.number("--timeout", 30, {.min = 1, .max = 3600});
        if (!seconds) return std::unexpected(std::move(seconds).error());
        out.timeout_s = *seconds;
    }
    return out;
}

int finish(Terminal& terminal, const std::string& name, const CommandResult& result) {
    if (result) {
        terminal.report(name, *result);
        return static_cast<int>(result->exit);
    }
    terminal.failure(name, result.error());
    return static_cast<int>(result.error().exit);
}

/// A validator names a field of the command that was signed ("body.votes_needed"): people gave it as an option, or in
/// its place.
std::string argument_of(const Command& command, const std::string& field) {
    constexpr std::string_view kBody = "body.";
    if (!field.starts_with(kBody)) return field;
    std::string name = field.substr(kBody.size(), field.find('[') - kBody.size());
    std::ranges::replace(name, '_', '-');
    const std::string singular = name.ends_with("s") ? name.substr(0, name.size() - 1) : name;
    const Argument* positional = nullptr;
    for (const Argument& argument : command.arguments) {
        if (argument.name == "--" + name || argument.name == "--" + singular) return argument.name;
        if (argument.kind == Kind::positional) positional = &argument;
    }
    return positional != nullptr && (name == "id" || name == "request" || name == "grant") ? positional->name : name;
}

int run_bound(const Bound& bound, Parser& parser, Terminal& terminal, std::string program) {
    const std::string name = path_text(*bound.command);
    auto settings = settings_of(parser);
    if (!settings) return finish(terminal, name, std::unexpected(std::move(settings).error()));
    Arguments arguments;
    for (const auto& [key, values] : bound.values)
        if (!values.empty()) arguments.given[key] = values;
    for (const auto& [key, on] : bound.flags)
        if (on) arguments.given[key] = {};
    Context context{std::move(*settings), terminal, std::move(program)};
    auto result = bound.command->run(context, arguments);
    if (!result) result.error().error.field = argument_of(*bound.command, result.error().error.field);
    return finish(terminal, name, result);
}

int parse_and_run(const CommandTable& table, int argc, const char* const* argv, Terminal& terminal) {
    Parser parser;
    build(parser, table);
    for (int i = 1; i < argc; ++i)
        if (std::string_view(argv[i]) == "--json") terminal.use_json();  // so that a usage error is an object, too
    if (const auto unknown = unknown_option(table, {argv + 1, argv + argc})) return finish(terminal, "", usage(*unknown));
    try {
        parser.app.parse(argc, argv);
    } catch (const CLI::CallForHelp&) {
        terminal.raw(parser.app.help());
        return 0;
    } catch (const CLI::ExtrasError&) {
        std::vector<std::string> extras = parser.app.remaining(true);
        std::string words;
        for (const std::string& word : extras) words += (words.empty() ? "" : " ") + word;
        return finish(terminal, "", usage("not understood: " + words + hint(parser, table, extras)));
    } catch (const CLI::ParseError& error) {
        if (parser.version) {
            terminal.raw("placet " PLACET_VERSION "\n");
            return 0;
        }
        if (std::string_view(error.what()).find("subcommand") == std::string_view::npos)
            return finish(terminal, "", usage(error.what() + std::string("; --help shows an example")));
        std::vector<std::string> typed;
        for (int i = 1; i < argc; ++i)
            if (argv[i][0] != '-' && !parser.groups.contains(argv[i])) typed.emplace_back(argv[i]);
        return finish(terminal, "",
                      usage((typed.empty() ? "a command is missing" : "there is no command \"" + typed[0] + "\"") + hint(parser, table, typed)));
    }
    for (const auto& bound : parser.bound)
        if (bound->app->parsed()) return run_bound(*bound, parser, terminal, argv[0]);
    return finish(terminal, "", usage("a command is missing; --help shows what there is"));
}

}  // namespace

int run(const CommandTable& table, int argc, const char* const* argv, Terminal& terminal) {
    if (argc < 1) return finish(terminal, "", usage("a command is missing; --help shows what there is"));
    // The libraries of the edge (CLI11, JSON, TOML, the standard library's streams) may throw; nothing of ours does.
    try {
        return parse_and_run(table, argc, argv, terminal);
    } catch (const std::exception& error) {
        return finish(terminal, "", fail(Exit::failed, base::ErrorCode::internal, error.what()));
    }
}

}  // namespace placet::cli::frame

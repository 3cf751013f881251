// placetd: flags, configuration, log, then a node (node.hpp). Exit codes: 0 clean, 1 failed, 2 usage, 78 configuration.
#include <CLI/CLI.hpp>
#include <csignal>
#include <iostream>

#include "node/config/key_files.hpp"
#include "node/daemon/node.hpp"
#include "node/service/node_backend.hpp"

namespace {

using namespace placet;
using node::ExitCode;

struct CommandLine {
    std::string config_file;
    bool check_config = false;
    bool print_config = false;
    bool version = false;
    std::map<std::string, std::string> flags;
};

// A flag for each setting, from the one table.
void add_options(CLI::App& app, CommandLine& line) {
    app.add_option("--config", line.config_file, "configuration file (TOML); PLACET_CONFIG");
    app.add_flag("--check-config", line.check_config, "check configuration, genesis and keys, then end");
    app.add_flag("--print-config", line.print_config, "print a configuration with every key explained, then end");
    app.add_flag("--version", line.version, "print the version, then end");
    for (const auto& setting : node::settings())
        app.add_option_function<std::string>("--" + setting.name, [&line, name = setting.name](const std::string& value) { line.flags[name] = value; },
                                             setting.help)->group("Settings (over environment and file)");
}

int code(ExitCode exit) { return static_cast<int>(exit); }

void prepare_process() {
    node::forbid_core_dumps();
    std::signal(SIGPIPE, SIG_IGN);
    std::signal(SIGXFSZ, SIG_IGN);  // a file size limit is an error of write(), not the end of the process
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);
}

int run(const CommandLine& line) {
    const auto config = node::load_config({line.config_file, node::placet_environment(), line.flags});
    if (!config) {
        std::cerr << config.error().message << "\n";
        return code(ExitCode::configuration);
    }
    if (line.check_config) {
        const auto good = node::check_node(*config);
        std::cerr << (good ? *good : base::describe(good.error())) << "\n";
        return code(good ? ExitCode::clean : ExitCode::configuration);
    }
    auto log = node::Log::open({config->name, config->log.level, config->log.file});
    if (!log) {
        std::cerr << base::describe(log.error()) << "\n";
        return code(ExitCode::configuration);
    }
    node::Lifecycle lifecycle;
    return code(node::run_node(*config, **log, lifecycle));
}

}  // namespace

int main(int argc, char** argv) {
    prepare_process();
    CLI::App app("placetd runs one node of a Placet ledger: a validator, or an observer that follows and checks.", "placetd");
    CommandLine line;
    add_options(app, line);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        const bool asked = error.get_exit_code() == 0;  // --help
        app.exit(error, std::cout, std::cerr);
        return asked ? 0 : code(ExitCode::usage);
    }
    if (line.version) {
        std::cout << "placetd " << node::version() << "\n";
        return 0;
    }
    if (line.print_config) {
        std::cout << node::documented_example();
        return 0;
    }
    const auto environment = node::placet_environment();
    if (const auto found = environment.find("PLACET_CONFIG"); line.config_file.empty() && found != environment.end()) line.config_file = found->second;
    return run(line);
}

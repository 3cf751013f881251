// Options by CLI11; wrong use exits with 2.
#include "cli/demo/options.hpp"

#include <CLI/CLI.hpp>

namespace placet::cli::demo {

OptionsOrExit parse_options(int argc, char** argv) {
    OptionsOrExit out;
    CLI::App app("Starts four validators as four processes and plays the story from a patient's consent to an offline proof.\n"
                 "example: ./run demo --once",
                 "placet-demo");
    std::string data;
    app.add_flag("--once", out.options.once, "play the story and exit: 0 if every step did what the rules say");
    app.add_option("--data", data, "load the FHIR Consents below this folder too (other resources are counted)");
    app.add_flag("--keep", out.options.keep, "keep the network's state afterwards");
    app.add_option("--base-port", out.options.base_port, "first of ten ports on 127.0.0.1")->check(CLI::Range(1024, 65500));
    app.add_option("--bin", out.options.bin, "where placet, placetd and placet-samples are");
    app.add_option("--out", out.options.out, "where state, evidence and summary.json go");
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        out.exit_code = app.exit(error) == 0 ? 0 : 2;
        return out;
    }
    if (!data.empty()) out.options.data = data;
    return out;
}

}  // namespace placet::cli::demo

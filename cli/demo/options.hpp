// What `placet-demo` (./run demo) was asked to do.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace placet::cli::demo {

struct Options {
    std::filesystem::path bin = "build/release/bin";  ///< where placet, placetd and placet-samples are
    std::filesystem::path out = "build/demo";         ///< state, evidence and summary.json
    std::optional<std::filesystem::path> data;        ///< a folder of FHIR documents to load too
    unsigned base_port = 17400;                       ///< nine ports from here, and one for the gateway
    bool once = false;                                ///< play the story and exit
    bool keep = false;                                ///< keep the network's state afterwards
};

struct OptionsOrExit {
    Options options;
    std::optional<int> exit_code;  ///< set when there is nothing to play (help, wrong use)
};
[[nodiscard]] OptionsOrExit parse_options(int argc, char** argv);

}  // namespace placet::cli::demo

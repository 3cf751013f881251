// Plays a script of testdata: what it says with what is said now.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "consensus/faults.hpp"

namespace placet::scenario {

struct Played {
    std::string script;  ///< the file
    std::string now;     ///< the same with what the replicas say today
};
[[nodiscard]] Played play(const std::filesystem::path& file, consensus::Fault fault = consensus::Fault::none);
/// tests/scenario/testdata/*.scn, by name.
[[nodiscard]] std::vector<std::filesystem::path> all_stories();

}  // namespace placet::scenario

// The independent checker of what was acknowledged: every transaction read again from every validator, place compared,
// certificate verified. It shares nothing with the load but the list.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "cli/demo/load.hpp"

namespace placet::cli::demo {

struct ReadBack {
    std::uint64_t lost = 0;             ///< acknowledged, and not to be had again from every validator with the same place
    std::vector<std::string> problems;  ///< the first few, in words
    std::map<types::TransactionId, std::vector<std::string>> nodes;

    [[nodiscard]] const std::vector<std::string>& read_from(const types::TransactionId& id) const { return nodes.at(id); }
};

/// With the keys of `home`, from each named validator alone (no failover).
[[nodiscard]] base::Result<ReadBack> read_back(const std::filesystem::path& home, const std::vector<std::string>& validators,
                                               const std::vector<Acknowledgement>& acknowledged);

}  // namespace placet::cli::demo

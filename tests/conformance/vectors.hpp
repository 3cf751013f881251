// Where the vectors of others lie, and reading them. They are not part of the repository: a test whose file is absent says
// "skipped" and passes.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

namespace placet::tests {

/// The folder of shared material: $PLACET_SHARED, or "shared" beside the repository.
inline std::filesystem::path shared_folder() {
    if (const char* const folder = std::getenv("PLACET_SHARED")) return folder;
    const char* const source = std::getenv("PLACET_SOURCE");
    return std::filesystem::path(source != nullptr ? source : ".") / ".." / "shared";
}

inline std::filesystem::path vectors_folder() { return shared_folder() / "vectors"; }

/// The whole file as octets in a string; none, and a line that says so, where it is absent.
inline std::optional<std::string> read_vectors(const std::filesystem::path& name) {
    std::ifstream in(vectors_folder() / name, std::ios::binary);
    if (!in) {
        std::cout << "skipped: no vectors at " << name.string() << " (set PLACET_SHARED)\n";
        return std::nullopt;
    }
    return std::string(std::istreambuf_iterator<char>(in), {});
}

inline std::optional<nlohmann::json> read_json(const std::filesystem::path& name) {
    const std::optional<std::string> text = read_vectors(name);
    if (!text) return std::nullopt;
    return nlohmann::json::parse(*text);
}

}  // namespace placet::tests

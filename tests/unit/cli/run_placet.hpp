// Runs placet's commands inside the test: the same table and parser as the program, streams of our own.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "cli/frame/json.hpp"

namespace placet::tests::cli {

struct Ran {
    int exit = -1;
    std::string out;
    std::string err;
    placet::cli::frame::Json json;  ///< of `out`, if --json was given and it is one object and a line end
};

/// `placet <words>`; no variable of the outer environment reaches it.
[[nodiscard]] Ran run_placet(const std::vector<std::string>& words);

/// A folder that goes away with the test.
class TemporaryFolder {
public:
    TemporaryFolder();
    ~TemporaryFolder();
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;
    [[nodiscard]] std::filesystem::path operator/(const std::string& name) const { return path_ / name; }
    [[nodiscard]] const std::filesystem::path& path() const { return path_; }

private:
    std::filesystem::path path_;
};

/// Writes a file; secrets get mode 0600.
void write_file(const std::filesystem::path& path, std::string_view content);
[[nodiscard]] std::string read_file(const std::filesystem::path& path);

/// The cases of a file in testdata, one a line; at least one.
[[nodiscard]] std::vector<placet::cli::frame::Json> cases_in(const std::string& name);

}  // namespace placet::tests::cli

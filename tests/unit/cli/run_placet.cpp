// See run_placet.hpp.
#include "tests/unit/cli/run_placet.hpp"

#include <catch2/catch.hpp>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "cli/commands/commands.hpp"
#include "cli/link/session.hpp"

namespace placet::tests::cli {

namespace frame = placet::cli::frame;

Ran run_placet(const std::vector<std::string>& words) {
    for (const char* name : {"PLACET_HOME", "PLACET_NODE", "PLACET_GENESIS", "PLACET_PASSPHRASE_FILE", "PLACET_TIMEOUT"}) ::unsetenv(name);
    ::setenv("PLACET_SCRYPT_LOG2N", "10", 1);
    std::vector<const char*> argv{"placet"};
    for (const std::string& word : words) argv.push_back(word.c_str());
    std::ostringstream out, err;
    frame::Terminal terminal(out, err, frame::Terminal::Animation::off, frame::Terminal::Colour::off);
    Ran ran;
    ran.exit = frame::run(placet::cli::commands::all_commands(), static_cast<int>(argv.size()), argv.data(), terminal);
    ran.out = out.str();
    ran.err = err.str();
    if (std::ranges::find(words, "--json") != words.end()) {
        REQUIRE(std::ranges::count(ran.out, '\n') == 1);
        auto value = placet::cli::link::json_from(ran.out);
        REQUIRE(value.has_value());
        ran.json = std::move(*value);
    }
    return ran;
}

TemporaryFolder::TemporaryFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "placet-cli-XXXXXX").string();
    REQUIRE(::mkdtemp(name.data()) != nullptr);
    path_ = name;
}
TemporaryFolder::~TemporaryFolder() {
    std::error_code error;
    std::filesystem::remove_all(path_, error);
}

void write_file(const std::filesystem::path& path, std::string_view content) {
    std::ofstream(path, std::ios::binary) << content;
    std::filesystem::permissions(path, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
}

std::string read_file(const std::filesystem::path& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

std::vector<placet::cli::frame::Json> cases_in(const std::string& name) {
    const char* root = std::getenv("PLACET_SOURCE");
    std::istringstream file(read_file(std::filesystem::path(root != nullptr ? root : ".") / "tests/unit/cli/testdata" / name));
    std::vector<placet::cli::frame::Json> out;
    for (std::string line; std::getline(file, line);) {
        auto value = placet::cli::link::json_from(line);
        REQUIRE(value.has_value());
        out.push_back(std::move(*value));
    }
    REQUIRE_FALSE(out.empty());
    return out;
}

}  // namespace placet::tests::cli

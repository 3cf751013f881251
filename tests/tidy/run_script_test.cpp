// ./run hands on what it is told: a copy of it is run where cmake and dpkg-query are stand-ins that write down their
// arguments.
#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

namespace fs = std::filesystem;

namespace {

void write_program(const fs::path& path, const std::string& text) {
    std::ofstream(path) << "#!/bin/sh\n" << text << "\n";
    fs::permissions(path, fs::perms::owner_all);
}

/// What cmake was told by `./run ARGUMENTS`, one call a line.
std::string cmake_calls(const std::string& arguments) {
    const char* source = std::getenv("PLACET_SOURCE");
    char pattern[] = "/tmp/placet-run-XXXXXX";
    const fs::path folder = ::mkdtemp(pattern);
    fs::copy_file(fs::path(source != nullptr ? source : ".") / "run", folder / "run");
    write_program(folder / "cmake", "echo \"$@\" >> " + (folder / "calls").string());
    write_program(folder / "dpkg-query", "echo install ok installed");
    const std::string command = "PATH=" + folder.string() + ":$PATH PLACET_JOBS=3 " + (folder / "run").string() + " " +
                                arguments + " 2>/dev/null";
    const int code = std::system(command.c_str());
    std::ifstream in(folder / "calls");
    const std::string out((std::istreambuf_iterator<char>(in)), {});
    std::error_code ignored;
    fs::remove_all(folder, ignored);
    return (code == 0 ? "" : "failed: ") + out;
}

}  // namespace

TEST_CASE("./run build takes a preset and options for the build, both or either") {
    CHECK(cmake_calls("build") == "--preset release\n--build build/release -j 3\n");
    CHECK(cmake_calls("build dev") == "--preset dev\n--build build/dev -j 3\n");
    CHECK(cmake_calls("build dev --target placet placetd") ==
          "--preset dev\n--build build/dev -j 3 --target placet placetd\n");
    CHECK(cmake_calls("build --target placet") == "--preset release\n--build build/release -j 3 --target placet\n");
}

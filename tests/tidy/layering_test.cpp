// The house rules that a compiler does not check: which room may include which, no cycles between folders, edge
// libraries only in .cpp files, file lengths, first lines, and what may stand at the top level.
#include <catch2/catch.hpp>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace {

namespace fs = std::filesystem;
using Words = std::vector<std::string>;

fs::path source_root() {
    const char* root = std::getenv("PLACET_SOURCE");
    return root != nullptr ? fs::path(root) : fs::current_path();
}

bool starts_with_any(const std::string& path, const Words& prefixes) {
    return std::ranges::any_of(prefixes, [&](const std::string& prefix) { return path.starts_with(prefix); });
}

// Longest matching room decides. Every room may include itself; these are the others (ARCHITECTURE.md, The rooms).
const std::map<std::string, Words>& allowed_arrows() {
    static const std::map<std::string, Words> arrows = {
        {"ledger/base/", {}},
        {"ledger/crypto/", {"ledger/base/"}},
        {"ledger/types/", {"ledger/base/", "ledger/crypto/"}},
        {"ledger/merkle/", {"ledger/base/", "ledger/crypto/", "ledger/types/"}},
        {"ledger/state/", {"ledger/base/", "ledger/crypto/", "ledger/types/", "ledger/merkle/"}},
        {"ledger/proof/", {"ledger/base/", "ledger/crypto/", "ledger/types/", "ledger/merkle/", "ledger/state/"}},
        {"ledger/store/", {"ledger/base/", "ledger/crypto/", "ledger/types/", "ledger/merkle/", "ledger/state/", "ledger/proof/"}},
        {"contracts/", {"ledger/base/", "ledger/crypto/", "ledger/types/", "ledger/state/"}},
        {"consensus/", {"ledger/base/", "ledger/crypto/", "ledger/types/"}},
        {"network/", {"ledger/base/", "ledger/crypto/"}},
        {"api/", {"contracts/", "ledger/base/", "ledger/crypto/", "ledger/types/", "ledger/merkle/", "ledger/state/", "ledger/proof/"}},
        {"node/", {"api/", "consensus/", "contracts/", "ledger/", "network/"}},
        {"cli/", {"api/client/", "api/dto/", "api/fhir/", "api/gateway/", "contracts/", "ledger/base/", "ledger/crypto/", "ledger/types/",
                  "ledger/merkle/", "ledger/state/", "ledger/proof/"}},
        {"tests/", {"api/", "cli/", "consensus/", "contracts/", "ledger/", "network/", "node/"}},
    };
    return arrows;
}

struct SourceFile {
    std::string path;  // relative to the root
    std::vector<std::string> lines;
};

std::vector<SourceFile> read_sources() {
    std::vector<SourceFile> files;
    for (const char* room : {"ledger", "contracts", "consensus", "network", "api", "node", "cli", "tests"}) {
        const fs::path folder = source_root() / room;
        if (!fs::exists(folder)) continue;
        for (const auto& entry : fs::recursive_directory_iterator(folder)) {
            const auto extension = entry.path().extension();
            if (extension != ".cpp" && extension != ".hpp") continue;
            SourceFile file{fs::relative(entry.path(), source_root()).generic_string(), {}};
            std::ifstream in(entry.path());
            for (std::string line; std::getline(in, line);) file.lines.push_back(line);
            files.push_back(std::move(file));
        }
    }
    return files;
}

const std::vector<SourceFile>& sources() {
    static const std::vector<SourceFile> files = read_sources();
    return files;
}

std::string quoted_include(const std::string& line) {
    const std::string start = "#include \"";
    if (!line.starts_with(start)) return {};
    const auto end = line.find('"', start.size());
    return end == std::string::npos ? std::string{} : line.substr(start.size(), end - start.size());
}

std::string folder_of(const std::string& path) { return path.substr(0, path.rfind('/') + 1); }

std::string room_of(const std::string& path) {
    std::string best;
    for (const auto& [room, others] : allowed_arrows())
        if (path.starts_with(room) && room.size() > best.size()) best = room;
    return best;
}

}  // namespace

TEST_CASE("every include follows an arrow of the architecture") {
    REQUIRE_FALSE(sources().empty());
    for (const auto& file : sources()) {
        const std::string room = room_of(file.path);
        INFO(file.path);
        REQUIRE_FALSE(room.empty());
        for (const auto& line : file.lines) {
            const std::string included = quoted_include(line);
            if (included.empty()) continue;
            INFO(included);
            CHECK((included.starts_with(room) || starts_with_any(included, allowed_arrows().at(room))));
        }
    }
}

TEST_CASE("folders do not include each other in a circle") {
    std::map<std::string, std::set<std::string>> arrows;
    for (const auto& file : sources()) {
        if (file.path.starts_with("tests/")) continue;
        for (const auto& line : file.lines) {
            const std::string included = quoted_include(line);
            if (!included.empty() && folder_of(included) != folder_of(file.path)) arrows[folder_of(file.path)].insert(folder_of(included));
        }
    }
    std::set<std::string> done;
    std::vector<std::string> path;
    std::string circle;
    const std::function<void(const std::string&)> walk = [&](const std::string& folder) {
        if (!circle.empty() || done.contains(folder)) return;
        if (std::ranges::find(path, folder) != path.end()) {
            for (const auto& step : path) circle += step + " -> ";
            circle += folder;
            return;
        }
        path.push_back(folder);
        for (const auto& next : arrows[folder]) walk(next);
        path.pop_back();
        done.insert(folder);
    };
    const auto known = arrows;
    for (const auto& [folder, others] : known) walk(folder);
    CHECK(circle == "");
}

TEST_CASE("edge libraries stay out of headers") {
    for (const auto& file : sources()) {
        if (!file.path.ends_with(".hpp") || file.path.starts_with("tests/")) continue;
        INFO(file.path);
        for (const auto& line : file.lines) {
            if (!line.starts_with("#include <")) continue;
            INFO(line);
            CHECK(line.find("<boost/") == std::string::npos);
            CHECK((line.find("<nlohmann/") == std::string::npos || line.find("json_fwd.hpp") != std::string::npos));
            CHECK(line.find("<rocksdb/") == std::string::npos);
        }
    }
}

TEST_CASE("the pure rooms know no clock, thread, socket or randomness") {
    const Words pure = {"ledger/base/", "ledger/types/", "ledger/merkle/", "ledger/state/", "ledger/proof/", "contracts/", "consensus/"};
    const Words forbidden = {"<thread>", "<mutex>", "<random>", "<sys/socket.h>", "<condition_variable>", "<unordered_map>", "crypto/random.hpp", "<atomic>"};
    for (const auto& file : sources()) {
        if (!starts_with_any(file.path, pure)) continue;
        INFO(file.path);
        for (const auto& line : file.lines) {
            if (!line.starts_with("#include")) continue;
            INFO(line);
            for (const auto& word : forbidden) CHECK(line.find(word) == std::string::npos);
        }
    }
}

TEST_CASE("a file says in its first line what it is, and stays short") {
    constexpr std::size_t kMostLines = 500;
    for (const auto& file : sources()) {
        INFO(file.path);
        REQUIRE_FALSE(file.lines.empty());
        CHECK(file.lines.front().starts_with("// "));
        CHECK(file.lines.size() <= kMostLines);
    }
}

TEST_CASE("the top level holds the rooms and nothing else") {
    const std::set<std::string> expected = {"node", "consensus", "ledger", "api", "contracts", "cli", "tests", "network", "docs", "CMakeLists.txt",
                                            "CMakePresets.json", "run", "README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "SECURITY.md",
                                            "CHANGELOG.md", "LICENSE", "build"};
    for (const auto& entry : fs::directory_iterator(source_root())) {
        const std::string name = entry.path().filename().string();
        if (name.starts_with(".")) continue;
        INFO(name);
        CHECK(expected.contains(name));
    }
}

TEST_CASE("every room has a README") {
    for (const char* room : {"ledger", "contracts", "consensus", "network", "api", "node", "cli", "tests"}) {
        INFO(room);
        CHECK(fs::exists(source_root() / room / "README.md"));
    }
}
